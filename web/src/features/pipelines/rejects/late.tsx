import { useMemo } from "react";
import { nodeOf } from "@/core/diagnosis";
import { number } from "@/core/format";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Empty, Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Code, Time } from "@/ui/text";
import detailCss from "../detail/detail.module.css";
import { usePipe } from "../detail/pipe";
import { ContentCell, PlaceCell } from "./cells";
import { type Reject, useRejects } from "./data";
import { RejectFilters, useRejectFilters } from "./filters";
import css from "./rejects.module.css";
import { rejectWords } from "./words";

/** LateRows are the rows that came after their window was closed, with the windows they missed. */
export function LateRows() {
  const t = useWords(rejectWords);
  const can = useCan();
  return can("operate") ? <List /> : <Empty what={t("denied")} />;
}

function List() {
  const t = useWords(rejectWords);
  const { detail } = usePipe();
  const filters = useRejectFilters();
  const read = useRejects(detail.id, { kind: "late", ...filters.asked });
  const rows = useMemo(() => read.rows.filter(filters.keeps), [read.rows, filters.keeps]);
  const columns = useMemo(
    (): TableColumn<Reject>[] => [
      { key: "time", title: t("column.time"), width: 108, render: (r) => <Time at={r.committed_at} /> },
      { key: "node", title: t("column.node"), width: 130, render: (r) => <Code>{nodeOf(r.node)}</Code> },
      {
        key: "window",
        title: t("column.window"),
        width: 200,
        render: (r) =>
          r.window_from ? (
            <span className={css.window}>
              <Time at={r.window_from} /> – <Time at={r.window_to} form="clock" />
            </span>
          ) : null,
      },
      { key: "partly", title: t("column.partly"), width: 150, render: (r) => <span className={css.context}>{r.partly ? t("partly") : t("missed")}</span> },
      { key: "place", title: t("column.place"), width: 196, render: (r) => <PlaceCell r={r} /> },
      { key: "row", title: t("column.row"), min: 220, render: (r) => <ContentCell r={r} /> },
    ],
    [t],
  );
  return (
    <div className={detailCss.fill}>
      <div className={detailCss.bar}>
        <RejectFilters filters={filters} rows={read.rows} codes={false} />
        <span className={detailCss.end}>{t("waiting", { count: detail.stats.totals.late, n: number(detail.stats.totals.late) })}</span>
      </div>
      {read.isPending ? <Loading rows={10} /> : null}
      {read.error ? <Failure problem={read.error} retry={() => void read.refetch()} /> : null}
      {read.data ? (
        <div className={detailCss.fill}>
          <DataTable
            label={t("late")}
            rows={rows}
            columns={columns}
            rowKey={(r) => r.id}
            empty={<Empty what={read.rows.length > 0 || Object.values(filters.asked).some(Boolean) ? t("noMatchLate") : t("noneLate")} />}
            onEnd={() => {
              if (read.hasNextPage && !read.isFetchingNextPage) void read.fetchNextPage();
            }}
          />
        </div>
      ) : null}
    </div>
  );
}
