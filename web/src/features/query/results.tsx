import { useMemo, useState } from "react";
import { numeric, pick, type Picked, shape } from "@/core/chart";
import { csv, json } from "@/core/csv";
import { bytes, duration, number } from "@/core/format";
import { useLanguage, useWords } from "@/infra/words";
import { Chart } from "@/ui/chart";
import { SampleGrid } from "@/ui/grid";
import { Menu, Segmented } from "@/ui/menu";
import { Tabs } from "@/ui/page";
import { Select } from "@/ui/select";
import { Empty, Failure } from "@/ui/states";
import { toast } from "@/ui/toast";
import type { Answer } from "./run";
import css from "./results.module.css";
import { w } from "./words";

const none: Answer = { state: "done", text: "", from: 0, begun: 0, columns: [], rows: [] };

/** Results shows an answer as rows or as a chart, and says what it took. */
export function Results({ answer }: { answer: Answer | undefined }) {
  const t = useWords(w);
  const [tab, setTab] = useState("rows");
  const { columns, rows } = answer ?? none;
  if (!answer) return <Empty what={t("results.none")} />;
  const save = (kind: "csv" | "json") => {
    const text = kind === "csv" ? csv(columns, rows) : json(columns, rows);
    const link = URL.createObjectURL(new Blob([text], { type: kind === "csv" ? "text/csv" : "application/json" }));
    const a = document.createElement("a");
    a.href = link;
    a.download = `rows.${kind}`;
    a.click();
    URL.revokeObjectURL(link);
  };
  const copy = () => void navigator.clipboard.writeText(csv(columns, rows)).then(() => toast(t("results.copied", { count: rows.length })));
  return (
    <section className={css.results} aria-label={t("results.title")}>
      <Tabs
        small
        label={t("results.title")}
        active={tab}
        onSelect={setTab}
        items={[
          { key: "rows", label: t("results.rows"), count: rows.length },
          { key: "chart", label: t("results.chart") },
        ]}
        aside={
          <>
            <Took answer={answer} />
            {columns.length > 0 ? (
              <Menu
                small
                label={t("results.export")}
                items={[
                  { key: "csv", glyph: "download", label: t("results.csv"), onClick: () => save("csv") },
                  { key: "json", glyph: "download", label: t("results.json"), onClick: () => save("json") },
                  { key: "copy", glyph: "copy", label: t("results.copy"), onClick: copy },
                ]}
              />
            ) : null}
          </>
        }
      />
      {answer.problem ? <Failure problem={answer.problem} what={t("results.failed")} /> : null}
      {columns.length === 0 ? null : tab === "rows" ? <SampleGrid columns={columns} rows={rows} label={t("results.title")} empty={answer.state === "running" ? t("results.waiting") : t("results.empty")} /> : <Charted answer={answer} />}
    </section>
  );
}

function Took({ answer }: { answer: Answer }) {
  const t = useWords(w);
  const l = useLanguage();
  const { summary, state, rows } = answer;
  const rejected = (summary?.rejected ?? []).reduce((n, r) => n + r.rows, 0);
  if (state === "running") return <span role="status">{t("results.running", { rows: number(rows.length) })}</span>;
  if (state === "cancelled") return <span role="status">{t("results.cancelled", { rows: number(rows.length) })}</span>;
  if (!summary) return null;
  return (
    <span className={css.took} role="status">
      {rejected > 0 ? <strong>{t("results.rejected", { count: rejected })}</strong> : null}
      {summary.more ? <strong>{summary.limit === "bytes" ? t("results.limitBytes") : t("results.limitRows", { rows: number(summary.rows) })}</strong> : null}
      <span>{duration(summary.elapsed_ns / 1e6, l)}</span>
      <span>{t("results.read", { rows: number(summary.rows_read), bytes: bytes(summary.bytes_read) })}</span>
    </span>
  );
}

function Charted({ answer }: { answer: Answer }) {
  const t = useWords(w);
  const { columns, rows } = answer;
  const proposed = useMemo(() => pick(columns, rows), [columns, rows]);
  const [chosen, setChosen] = useState<Partial<Picked>>({});
  const known = (name: string | undefined) => name !== undefined && columns.some((c) => c.name === name);
  const base = proposed;
  const p = base ? { ...base, ...Object.fromEntries(Object.entries(chosen).filter(([k, v]) => k === "kind" || v === undefined || known(v))) } : undefined;
  const shaped = useMemo(() => (p ? shape(columns, rows, p) : undefined), [columns, rows, p?.kind, p?.x, p?.y, p?.by]); // eslint-disable-line react-hooks/exhaustive-deps -- p is its four parts
  if (!p || !shaped) return <Empty what={t("chart.none")} />;
  const names = columns.map((c) => ({ value: c.name, label: c.name }));
  return (
    <div className={css.chart}>
      <div className={css.controls}>
        <Segmented
          label={t("chart.kind")}
          value={p.kind}
          onChange={(kind) => setChosen({ ...chosen, kind })}
          options={[
            { value: "line", label: t("chart.line") },
            { value: "bar", label: t("chart.bar") },
            { value: "scatter", label: t("chart.scatter") },
          ]}
        />
        <label>
          {t("chart.x")} <Select size="small" className={css.select} value={p.x} options={names} onChange={(x: string) => setChosen({ ...chosen, x })} />
        </label>
        <label>
          {t("chart.y")} <Select size="small" className={css.select} value={p.y} options={columns.filter(numeric).map((c) => ({ value: c.name, label: c.name }))} onChange={(y: string) => setChosen({ ...chosen, y })} />
        </label>
        <label>
          {t("chart.by")} <Select size="small" className={css.select} allowClear value={p.by} options={names} onChange={(by: string | undefined) => setChosen({ ...chosen, by })} />
        </label>
        {shaped.left > 0 ? <span>{t("chart.left", { count: shaped.left })}</span> : null}
      </div>
      <Chart kind={p.kind} x={shaped.x} axis={shaped.axis} series={shaped.series} stacked={p.kind === "bar" && p.by !== undefined} label={t("chart.label", { y: p.y, x: p.x })} height={280} />
    </div>
  );
}
