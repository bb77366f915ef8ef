import { Button } from "antd";
import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { shortName } from "@/core/lineage";
import { useMe } from "@/infra/session";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph, Layer } from "@/ui/glyph";
import { Empty, Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Null } from "@/ui/text";
import { useMay } from "../data";
import { foundGlyph, isTableKind } from "../kinds";
import { Marked } from "../marked";
import { RequestAccess } from "../table/request";
import { common } from "../words";
import { hrefOf } from "./page";
import { type Filters, type Found, useResults } from "./query";
import css from "./results.module.css";
import { w } from "./words";

/** Results are what was found: its name with its place, where it stands, whose it is, and which words of it were meant. */
export function Results({ filters, onWiden }: { filters: Filters; onWiden: () => void }) {
  const t = useWords(w);
  const shared = useWords(common);
  const navigate = useNavigate();
  const { nameOf } = useTeams();
  const me = useMe();
  const limited = me ? !me.capabilities?.includes("administer") : false;
  const answer = useResults(filters);
  const rows = useMemo(() => answer.data?.pages.flatMap((p) => p.items) ?? [], [answer.data]);
  const complete = answer.data?.pages.every((p) => p.complete) ?? true;
  const columns = useMemo<TableColumn<Found>[]>(
    () => [
      { key: "name", title: shared("column.name"), width: 340, render: (f) => <Name found={f} /> },
      { key: "what", title: shared("column.kind"), width: 110, render: (f) => <span className={css.kind}>{f.kind === "table" ? (isTableKind(f.type) ? shared(`kind.${f.type}`) : <Null />) : shared(f.kind === "document" ? "thing.document" : "thing.connection")}</span> },
      { key: "layer", title: shared("column.layer"), width: 72, render: (f) => (f.layer ? <Layer layer={f.layer} /> : null) },
      { key: "owner", title: shared("column.owner"), width: 120, render: (f) => <span className={css.owner}>{f.owner ?? nameOf(f.team)}</span> },
      { key: "description", title: shared("column.description"), render: (f) => <Hit found={f} /> },
      // Administrators may read all: nothing is asked for them.
      ...(limited ? [{ key: "access", title: <span className="visually-hidden">{shared("column.access")}</span>, width: 160, align: "end", render: (f) => (f.kind === "table" ? <Access id={f.id} name={f.name} /> : null) } satisfies TableColumn<Found>] : []),
    ],
    [shared, nameOf, limited],
  );
  if (answer.error && !answer.data) return <Failure problem={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Loading rows={12} />;
  if (rows.length === 0) {
    const asked = filters.text !== "" || filters.scope !== "" || filters.thing !== "" || filters.layer !== "" || filters.team !== "" || filters.domain !== "" || filters.tags.length > 0;
    return asked ? (
      <Empty what={filters.text ? t("browse.nothing", { text: filters.text }) : t("browse.nothingHere")} action={<Button onClick={onWiden}>{t("browse.widen")}</Button>} />
    ) : (
      <Empty what={t("browse.empty")} action={<Link to="/catalog/new/upload">{shared("browse.upload")}</Link>} />
    );
  }
  return (
    <div className={css.results}>
      <DataTable rows={rows} columns={columns} rowKey={(f) => `${f.kind}:${f.id}`} label={t("browse.results")} onOpen={(f) => void navigate(hrefOf(f.kind, f.id))} onEnd={() => void (answer.hasNextPage && !answer.isFetchingNextPage && answer.fetchNextPage())} />
      <div className={css.foot} role="status">
        {t("browse.shown", { count: rows.length })}
        {complete ? null : <span>{t("browse.incomplete")}</span>}
      </div>
    </div>
  );
}

function Name({ found }: { found: Found }) {
  const { place, own } = shortName(found.name);
  const mark = found.highlights?.find((h) => h.field === "name" && !h.cut);
  return (
    <span className={css.name}>
      <Glyph name={foundGlyph(found.kind, found.type)} />
      <Link to={hrefOf(found.kind, found.id)} className={css.link} title={found.name}>
        {mark ? <Marked text={mark.text} spans={mark.spans} /> : <><span className={css.place}>{place ? `${place}.` : ""}</span>{own}</>}
      </Link>
    </span>
  );
}

/** Hit says why something was found: the words of its description or of a column, or else what it is. */
function Hit({ found }: { found: Found }) {
  const t = useWords(common);
  const hits = (found.highlights ?? []).filter((h) => h.field !== "name");
  const about = hits.find((h) => h.field === "description") ?? hits.find((h) => h.field === "column_description");
  const columns = hits.filter((h) => h.field === "column");
  const other = hits.find((h) => h.field === "tag" || h.field === "owner" || h.field === "domain");
  return (
    <span className={css.hit}>
      {columns.slice(0, 3).map((h) => (
        <span key={h.column ?? h.text} className={css.column} title={t("column.hit")}>
          <Glyph name="column" size={14} /> <code><Marked text={h.text} spans={h.spans} /></code>
        </span>
      ))}
      {other ? <span className={css.column}><Glyph name={other.field === "tag" ? "tag" : "person"} size={14} /> <Marked text={other.text} spans={other.spans} /></span> : null}
      <span className={css.about}>
        {about ? <>{about.column ? <code>{about.column} </code> : null}<Marked text={about.text} spans={about.spans} /></> : found.description}
      </span>
    </span>
  );
}

/** Access is the way to a table that one may know of and not read. */
function Access({ id, name }: { id: string; name: string }) {
  const may = useMay(id, "read").data;
  return may && !may.allowed ? <RequestAccess table={id} name={name} small /> : null;
}
