import { useMemo } from "react";
import type { Operator, Partition } from "@/core/diagnosis";
import { useWords } from "@/infra/words";
import { Section } from "@/ui/page";
import { Empty } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Age, Bytes, Code, Num, Share, Time } from "@/ui/text";
import css from "./operators.module.css";
import { OperatorGraph } from "./graph";
import { labelOf, usePipe } from "./pipe";
import { detailWords } from "./words";

/** Operators is the plan that runs, operator by operator and partition by partition. */
export function Operators() {
  const t = useWords(detailWords);
  const { detail, graph, health } = usePipe();
  const columns = useMemo(
    (): TableColumn<Operator>[] => [
      { key: "operator", title: t("operators.operator"), min: 200, render: (o) => <b className={css.name}>{labelOf(o.operator, graph)}</b> },
      { key: "in", title: t("operators.in"), width: 124, align: "end", render: (o) => <Num value={o.rows_in} /> },
      { key: "out", title: t("operators.out"), width: 124, align: "end", render: (o) => <Num value={o.rows_out} /> },
      { key: "rate", title: t("operators.rate"), width: 96, align: "end", render: (o) => <Num value={Math.round(Math.max(o.rows_in_per_second, o.rows_out_per_second))} /> },
      { key: "busy", title: t("operators.busy"), width: 80, align: "end", render: (o) => <Share value={o.busy} />, sort: (a, b) => a.busy - b.busy },
      { key: "blocked", title: t("operators.blocked"), width: 80, align: "end", render: (o) => <Share value={o.blocked} />, sort: (a, b) => a.blocked - b.blocked },
      { key: "lanes", title: t("operators.lanes"), width: 72, align: "end", render: (o) => <Num value={o.parallelism} /> },
      { key: "stateRows", title: t("operators.stateRows"), width: 104, align: "end", render: (o) => <Num value={o.state_rows} /> },
      { key: "state", title: t("operators.state"), width: 96, align: "end", render: (o) => <Bytes value={o.state_bytes} />, sort: (a, b) => (a.state_bytes ?? 0) - (b.state_bytes ?? 0) },
    ],
    [t, graph],
  );
  const parts = useMemo(
    (): TableColumn<Partition>[] => [
      { key: "partition", title: t("operators.partition"), min: 180, render: (p) => <Code>{p.partition}</Code> },
      { key: "position", title: t("operators.position"), min: 140, render: (p) => <Code>{p.position.replace(/@.*/, "") || "–"}</Code> },
      { key: "lag", title: t("operators.lag"), width: 104, align: "end", render: (p) => <Num value={p.lag < 0 ? undefined : p.lag} />, sort: (a, b) => a.lag - b.lag },
      {
        key: "watermark",
        title: t("operators.watermark"),
        width: 220,
        render: (p) => (
          <span className={css.moment}>
            <Time at={p.watermark} />
            {p.watermark ? <Age at={p.watermark} phrase /> : null}
            {p.idle ? <span>{t("operators.idle")}</span> : null}
          </span>
        ),
        sort: (a, b) => Date.parse(a.watermark ?? "") - Date.parse(b.watermark ?? ""),
      },
    ],
    [t],
  );
  const { operators } = detail;
  const partitions = detail.stats.partitions ?? [];
  return (
    <div className={css.page}>
      <OperatorGraph tall />
      {operators.length > 0 && health === "stopped" ? <p className={css.note}>{t("operators.stopped")}</p> : null}
      <div className={css.table} style={{ height: 34 + Math.max(2, operators.length) * 36 }}>
        <DataTable label={t("graph.title")} rows={operators} columns={columns} rowKey={(o) => o.operator} bar={(o) => (detail.bottleneck?.operator === o.operator ? "busy" : undefined)} empty={<Empty what={t("operators.none")} />} />
      </div>
      <Section flush title={t("operators.partitions")}>
        <div className={css.table} style={{ height: 34 + Math.min(16, Math.max(2, partitions.length)) * 36 }}>
          <DataTable label={t("operators.partitions")} rows={partitions} columns={parts} rowKey={(p) => `${p.source}/${p.partition}`} />
        </div>
      </Section>
    </div>
  );
}
