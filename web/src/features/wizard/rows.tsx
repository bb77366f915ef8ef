import { useMemo, useState } from "react";
import { number } from "@/core/format";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { SampleGrid } from "@/ui/grid";
import { Segmented } from "@/ui/menu";
import { Empty } from "@/ui/states";
import type { Design } from "./data";
import css from "./rows.module.css";
import { w } from "./words";

/** Landed shows how the sampled rows landed in the scratch table, with what was refused or came back as something else. */
export function Landed({ design, pending }: { design: Design; pending: boolean }) {
  const t = useWords(w);
  const [view, setView] = useState<"all" | "problems">("all");
  const { trial, proposal } = design;
  const columns = useMemo(() => {
    const types = new Map((proposal.columns ?? []).map((c) => [c.name, c.type.value]));
    return (trial?.columns ?? []).map((name) => ({ name, type: types.get(name) ?? "" }));
  }, [trial, proposal]);
  const rows = useMemo(() => (trial?.rows ?? []).map((r) => r ?? []), [trial]);
  const recast = useMemo(() => new Set((proposal.columns ?? []).filter((c) => c.type.pinned || c.codec.pinned).map((c) => c.name)), [proposal]);
  const problems = useMemo(
    () =>
      (trial?.lossy ?? []).flatMap((l) => {
        const at = columns.findIndex((c) => c.name === l.column);
        // The numbers of rows are those of the sample: where rows were refused, the landed ones have others.
        return l.column && rows[l.row]?.[at] === l.landed ? [{ row: l.row, column: l.column, text: t("rows.changed", { sent: l.sent, landed: l.landed }) }] : [];
      }),
    [trial, rows, columns, t],
  );
  const wrong = useMemo(
    () => [
      ...(trial?.rejects ?? []).map((r) => [r.row + 1, r.column, null, null, r.code]),
      ...(trial?.lossy ?? []).map((l) => [l.row + 1, l.column ?? null, l.sent, l.landed, l.column ? t("rows.differs") : t("rows.missing")]),
    ],
    [trial, t],
  );
  const bad = (trial?.rejected ?? 0) + (trial?.lossy_cells ?? 0);
  return (
    <section className={css.pane} aria-label={t("rows.title")} data-pending={pending || undefined}>
      <header className={css.head}>
        <h2>{t("rows.title")}</h2>
        <span className={css.note}>{pending ? t("rows.trying") : trial ? t("rows.note", { rows: number(trial.sent) }) : null}</span>
        {trial ? (
          <>
            <span>
              <strong>{number(trial.landed)}</strong> {t("rows.land")}
            </span>
            {trial.rejected > 0 ? (
              <span className={css.bad}>
                <Glyph name="deadLetter" size={14} />
                <strong>{number(trial.rejected)}</strong> {t("rows.dead")}
              </span>
            ) : null}
            {trial.lossy_cells > 0 ? (
              <span className={css.bad}>
                <Glyph name="error" size={14} />
                <strong>{number(trial.lossy_cells)}</strong> {t("rows.cells")}
              </span>
            ) : null}
            <Segmented
              label={t("rows.title")}
              value={view}
              onChange={setView}
              options={[
                { value: "all", label: t("rows.all") },
                { value: "problems", label: bad > 0 ? t("rows.problemsOf", { count: bad }) : t("rows.problems") },
              ]}
            />
          </>
        ) : null}
      </header>
      {!trial ? (
        <Empty what={design.sampled === 0 ? t("rows.noSample") : t("rows.stopped")} />
      ) : view === "all" ? (
        <SampleGrid columns={columns} rows={rows} accent={recast} problems={problems} label={t("rows.title")} />
      ) : wrong.length === 0 ? (
        <Empty what={t("rows.fine")} />
      ) : (
        <SampleGrid
          label={t("rows.problems")}
          columns={[
            { name: t("rows.row"), type: "int64" },
            { name: t("rows.column"), type: "" },
            { name: t("rows.sent"), type: "" },
            { name: t("rows.landed"), type: "" },
            { name: t("rows.problem"), type: "" },
          ]}
          rows={wrong}
        />
      )}
    </section>
  );
}
