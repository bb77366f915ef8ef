import { Button } from "antd";
import { useCallback, useMemo, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { pressing, queryOf, type Row, type Wanted, wantedOf } from "@/core/pipeline";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Glyph, type Kind } from "@/ui/glyph";
import { TopBar } from "@/ui/page";
import { Empty, Loading } from "@/ui/states";
import { DataTable, type Sorting } from "@/ui/table";
import { RowActions } from "../actions";
import { useDocuments, useTeamNames, useView } from "../data";
import { Refusals } from "../refusals";
import { pipelineWords } from "../words";
import { Bulk } from "./bulk";
import { columnsOf, narrowColumns } from "./columns";
import { Chips, Filters } from "./filters";
import { Foot } from "./foot";
import css from "./list.module.css";
import { useNarrow, useWide } from "./narrow";

/** PipelinesPage is the live list of all pipelines that one may see. What is asked of it stands in the address. */
export function PipelinesPage() {
  const t = useWords(pipelineWords);
  const navigate = useNavigate();
  const can = useCan();
  const narrow = useNarrow();
  const wide = useWide();
  const [query, setQuery] = useSearchParams();
  const wanted = useMemo(() => wantedOf(query), [query]);
  const ask = useCallback((change: Partial<Wanted>) => setQuery((q) => queryOf({ ...wantedOf(q), ...change }), { replace: true }), [setQuery]);
  const view = useView(wanted);
  const teams = useTeamNames();
  const documents = useDocuments();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const kindOf = useCallback((document: string | undefined): Kind => kindNamed(documents.get(document ?? "")?.kind), [documents]);
  const columns = useMemo(() => (narrow ? narrowColumns(t, kindOf) : columnsOf(t, kindOf, teams, wide)), [narrow, wide, t, kindOf, teams]);
  const selected = useMemo(() => new Set(view.rows.map((r) => r.id).filter((id) => chosen.has(id))), [view.rows, chosen]);

  const choosing = !narrow && can("operate");

  return (
    <>
      <TopBar
        crumbs={[{ label: t("title") }]}
        aside={view.all > 0 ? <span className={css.context}>{view.all}</span> : undefined}
        actions={
          can("edit") ? (
            <Link to="/models">
              <Button type="primary" icon={<Glyph name="plus" />} tabIndex={-1}>
                {narrow ? t("list.createShort") : t("list.create")}
              </Button>
            </Link>
          ) : undefined
        }
      />
      <Chips view={view} wanted={wanted} ask={ask} />
      {selected.size > 0 ? <Bulk ids={[...selected]} onClear={() => setChosen(new Set())} /> : <Filters view={view} wanted={wanted} teams={teams} ask={ask} />}
      <Refusals />
      <div className={css.table}>
        {view.phase === "waiting" ? (
          <Loading rows={12} />
        ) : (
          <DataTable
            label={t("list.label")}
            rows={view.rows}
            rowKey={idOf}
            columns={columns}
            rowHeight={narrow ? 60 : 36}
            sorting={sortingOf(wanted.sort)}
            onSort={(by) => ask({ sort: by ? (by.desc ? "-" : "") + by.key : "" })}
            selected={choosing ? selected : undefined}
            onSelect={choosing ? setChosen : undefined}
            onOpen={(row) => navigate(`/pipelines/${row.id}`)}
            bar={barOf}
            rowActions={narrow ? undefined : actionsOf}
            empty={
              view.all > 0 ? (
                <Empty what={t("list.none")} action={<Button onClick={() => setQuery({}, { replace: true })}>{t("list.clearAll")}</Button>} />
              ) : (
                <Empty what={t("list.empty")} action={<Button onClick={() => navigate("/models")}>{t("list.emptyAction")}</Button>} />
              )
            }
          />
        )}
      </div>
      <Foot shown={view.rows.length} all={view.all} />
    </>
  );
}

const idOf = (row: Row) => row.id;
const barOf = (row: Row) => (pressing(row.health) ? row.health : undefined);
const actionsOf = (row: Row) => <RowActions id={row.id} />;

function sortingOf(sort: string): Sorting | undefined {
  if (sort === "") return undefined;
  return sort.startsWith("-") ? { key: sort.slice(1), desc: true } : { key: sort, desc: false };
}

/** kindNamed draws a model by its kind; a pipeline of a sent text looks as a view does. */
function kindNamed(kind: string | undefined): Kind {
  return kind === "relational" || kind === "ab" ? kind : "view";
}
