import { Button } from "antd";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { clauses, number, share } from "@/core/format";
import { useCan } from "@/infra/session";
import { useLanguage, useWords } from "@/infra/words";
import { Empty, Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Time } from "@/ui/text";
import detailCss from "../detail/detail.module.css";
import { usePipe, useVersion } from "../detail/pipe";
import { ContentCell, PlaceCell, ReasonCell, StateCell } from "./cells";
import { type Reject, useReject, useRejects } from "./data";
import { RejectFilters, useRejectFilters } from "./filters";
import { useMending } from "./mending";
import { Outcomes } from "./outcomes";
import { RejectDrawer } from "./open";
import css from "./rejects.module.css";
import { rejectWords } from "./words";

const idOf = (r: Reject) => r.id;

/** DeadLetters are the records that could not be read or computed: look, mend, try, replay. */
export function DeadLetters() {
  const t = useWords(rejectWords);
  const can = useCan();
  return can("operate") ? <List /> : <Empty what={t("denied")} />;
}

function List() {
  const t = useWords(rejectWords);
  const l = useLanguage();
  const { detail } = usePipe();
  const [query, setQuery] = useSearchParams();
  const filters = useRejectFilters();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const mending = useMending(detail.id);
  const version = useVersion(detail.id, detail.version);
  const read = useRejects(detail.id, { kind: "dead", ...filters.asked });
  const rows = useMemo(() => read.rows.filter(filters.keeps), [read.rows, filters.keeps]);
  const named = query.get("reject") ?? undefined;
  const listed = read.rows.find((r) => r.id === named);
  const { reject: fetched, problem: gone } = useReject(detail.id, listed ? undefined : named);
  const show = (id: string | undefined) =>
    setQuery(
      (q) => {
        if (id) q.set("reject", id);
        else q.delete("reject");
        return q;
      },
      { replace: true },
    );
  const { trial, texts } = mending;
  const columns = useMemo(
    (): TableColumn<Reject>[] => [
      { key: "time", title: t("column.time"), width: 96, render: (r) => <Time at={r.committed_at} /> },
      { key: "place", title: t("column.place"), width: 152, render: (r) => <PlaceCell r={r} /> },
      { key: "reason", title: t("column.reason"), width: 200, render: (r) => <ReasonCell r={r} /> },
      { key: "row", title: t("column.row"), min: 240, render: (r) => <ContentCell r={r} /> },
      { key: "state", title: t("column.state"), width: 180, render: (r) => <StateCell r={r} outcome={trial?.outcomes.get(r.id)} mended={texts.has(r.id)} /> },
    ],
    [t, trial, texts],
  );
  const ids = rows.filter((r) => chosen.has(r.id)).map(idOf);
  const { rejected, rows_in } = detail.stats.totals;
  const filtered = Object.values(filters.asked).some(Boolean) || filters.partition !== "";
  return (
    <div className={detailCss.fill}>
      {ids.length > 0 ? (
        <div className={detailCss.bar} role="toolbar" aria-label={t("selected", { count: ids.length })}>
          <b className={css.strong}>{t("selected", { count: ids.length })}</b>
          <Button loading={mending.trying} onClick={() => mending.try(ids)}>
            {t("tryMany", { count: ids.length })}
          </Button>
          <Button type="primary" loading={mending.replaying} onClick={() => mending.replay(ids)}>
            {t("replayMany", { count: ids.length })}
          </Button>
          <Button type="text" onClick={() => setChosen(new Set())}>
            {t("clear")}
          </Button>
        </div>
      ) : (
        <div className={detailCss.bar}>
          <RejectFilters filters={filters} rows={read.rows} />
          <span className={detailCss.end}>
            {clauses([t("waiting", { count: rejected, n: number(rejected) }), ...(rows_in > 0 && rejected > 0 ? [t("share", { share: share(rejected / rows_in) })] : [])], l)}
          </span>
        </div>
      )}
      <Outcomes mending={mending} />
      {gone === undefined ? null : <Failure problem={gone} />}
      {read.hidden !== undefined && rows.length > 0 ? (
        <p className={detailCss.note}>
          {t("hidden")}. {read.hidden}
        </p>
      ) : null}
      {read.isPending ? <Loading rows={10} /> : null}
      {read.error ? <Failure problem={read.error} retry={() => void read.refetch()} /> : null}
      {read.data ? (
        <div className={detailCss.fill}>
          <DataTable
            label={t("dead")}
            rows={rows}
            columns={columns}
            rowKey={idOf}
            selected={chosen}
            onSelect={setChosen}
            onOpen={(r) => show(r.id)}
            empty={<Empty what={filtered ? t("noMatch") : version?.settings.on_error === "stop" ? t("noneStop") : t("none")} />}
            onEnd={() => {
              if (read.hasNextPage && !read.isFetchingNextPage) void read.fetchNextPage();
            }}
          />
        </div>
      ) : null}
      <RejectDrawer reject={listed ?? (named === undefined ? undefined : fetched)} mending={mending} onClose={() => show(undefined)} />
    </div>
  );
}
