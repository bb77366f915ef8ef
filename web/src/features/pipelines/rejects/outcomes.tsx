import { useWords } from "@/infra/words";
import { SampleGrid } from "@/ui/grid";
import { Failure } from "@/ui/states";
import { Code } from "@/ui/text";
import { nodeOf } from "@/core/diagnosis";
import type { Mending } from "./mending";
import css from "./rejects.module.css";
import { rejectWords } from "./words";

/** Outcomes says what a trial or a replay has come to. */
export function Outcomes({ mending }: { mending: Mending }) {
  const t = useWords(rejectWords);
  const { trial, done, problem } = mending;
  if (problem !== undefined) return <Failure problem={problem} />;
  if (done) {
    return (
      <p className={css.outcome} role="status">
        {t("done", { in: done.totals.rows_in, out: done.totals.rows_out, bad: done.totals.rejected })}
      </p>
    );
  }
  if (!trial) return null;
  const all = [...trial.outcomes.values()];
  const bad = all.filter((o) => o.code).length;
  const sum = all.reduce((n, o) => n + o.rows, 0);
  return (
    <div className={css.outcome} role="status">
      <p>{all.length === 1 && bad === 0 && sum === 0 ? t("triedNone") : t("triedSum", { rows: sum, good: all.length - bad, all: all.length, bad })}</p>
      {trial.sinks.map((s) => (
        <SinkRows key={s.sink} sink={s.sink} rows={s.rows} />
      ))}
    </div>
  );
}

/** SinkRows shows the rows that would be written; they come as objects by column. */
function SinkRows({ sink, rows }: { sink: string; rows: readonly unknown[] }) {
  const t = useWords(rejectWords);
  const objects = rows.filter((r): r is Record<string, unknown> => typeof r === "object" && r !== null && !Array.isArray(r));
  const names = [...new Set(objects.flatMap((r) => Object.keys(r)))];
  if (objects.length === 0) return null;
  return (
    <div className={css.sink}>
      <p className={css.context}>
        {t("tried")} <Code>{nodeOf(sink)}</Code>
      </p>
      <div className={css.grid} style={{ height: Math.min(7, objects.length + 2) * 24 + 20 }}>
        <SampleGrid label={t("tried")} columns={names.map((name) => ({ name, type: "" }))} rows={objects.map((r) => names.map((n) => r[n]))} />
      </div>
    </div>
  );
}
