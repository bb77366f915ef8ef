import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { number, share } from "@/core/format";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Section } from "@/ui/page";
import { Empty } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Time } from "@/ui/text";
import { usePipe } from "../detail/pipe";
import { ContentCell, PlaceCell, ReasonCell } from "./cells";
import { type Reject, useRejects } from "./data";
import css from "./rejects.module.css";
import { rejectWords } from "./words";

/** shown is how many dead letters stand on the overview. */
const shown = 12;

/** RecentDead is the newest dead letters, on the overview of a pipeline that has any. */
export function RecentDead() {
  const can = useCan();
  const { detail } = usePipe();
  if (!can("operate") || detail.stats.totals.rejected === 0) return null;
  return <Recent />;
}

function Recent() {
  const t = useWords(rejectWords);
  const navigate = useNavigate();
  const { detail } = usePipe();
  const read = useRejects(detail.id, { kind: "dead" }, shown);
  const rows = read.rows.slice(0, shown);
  const { rejected, rows_in } = detail.stats.totals;
  const page = `/pipelines/${detail.id}/dead-letters`;
  const columns = useMemo(
    (): TableColumn<Reject>[] => [
      { key: "time", title: t("column.time"), width: 92, render: (r) => <Time at={r.committed_at} /> },
      { key: "place", title: t("column.place"), width: 180, render: (r) => <PlaceCell r={r} /> },
      { key: "reason", title: t("column.reason"), width: 190, render: (r) => <ReasonCell r={r} /> },
      { key: "row", title: t("column.row"), min: 200, render: (r) => <ContentCell r={r} /> },
    ],
    [t],
  );
  return (
    <Section
      flush
      title={t("dead")}
      note={t("waiting", { count: rejected, n: number(rejected) }) + (rows_in > 0 ? `, ${t("share", { share: share(rejected / rows_in) })}` : "")}
      aside={<Link to={page}>{t("all")}</Link>}
    >
      <div className={css.recent} style={{ height: 34 + Math.max(1, rows.length) * 36 }}>
        <DataTable label={t("dead")} rows={rows} columns={columns} rowKey={(r) => r.id} onOpen={(r) => void navigate(`${page}?reject=${encodeURIComponent(r.id)}`)} empty={<Empty what={t("none")} />} />
      </div>
    </Section>
  );
}
