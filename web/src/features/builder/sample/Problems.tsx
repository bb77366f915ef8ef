import { type Finding, severityRank } from "@/core/model/analysis";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Empty, Failure, Loading } from "@/ui/states";
import { useBuilder, useBuilderStore } from "../state";
import { useReveal } from "../text";
import css from "./sample.module.css";
import { w } from "./words";

const glyphs = { error: "error", warning: "warning", info: "info" } as const;

/** severityOf is a finding's severity as far as there are glyphs and words for it. */
function severityOf(f: Finding): keyof typeof glyphs {
  return f.severity === "error" || f.severity === "warning" ? f.severity : "info";
}

/** Problems lists all that is wrong with the model, the worst first, by node. Choosing one leads to its field, or to its place in the text. */
export function Problems() {
  const t = useWords(w);
  const analysis = useBuilder((s) => s.analysis);
  const problem = useBuilder((s) => s.analysisProblem);
  const store = useBuilderStore();
  const reveal = useReveal();
  if (!analysis) return problem ? <Failure problem={problem} what={t("problem.unchecked")} retry={() => store.getState().analyseNow()} /> : <Loading rows={3} height={32} />;
  if (analysis.diagnostics.length === 0) return <Empty what={t("problem.none")} />;

  const rows = [...analysis.diagnostics].sort((a, b) => severityRank(a.severity) - severityRank(b.severity) || (a.node ?? "").localeCompare(b.node ?? ""));
  const open = (f: Finding) => {
    const { model, tab } = store.getState();
    const drawn = f.node !== undefined && (model.nodes.some((n) => n.id === f.node) || model.entities.some((e) => e.id === f.node));
    if (drawn && f.node !== undefined) store.getState().goTo(f.node, f.path);
    if (!drawn || tab !== "canvas") reveal(f.span);
  };
  return (
    <ul className={css.problems}>
      {rows.map((f, i) => (
        <li key={i}>
          <button type="button" className={css.problem} data-severity={severityOf(f)} onClick={() => open(f)}>
            <Glyph name={glyphs[severityOf(f)]} label={t(`severity.${severityOf(f)}`)} />
            <span className={css.where}>{f.node ?? t("problem.model")}</span>
            <span className={css.told}>
              <span>{f.message}</span>
              {f.fix ? <span className={css.fix}>{f.fix}</span> : null}
            </span>
            <code className={css.code}>{f.code}</code>
            <span className={css.place}>{f.span?.start?.line ? t("problem.place", { line: f.span.start.line }) : null}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** countOf is how many errors and warnings there are; notes are none. */
export function countOf(findings: readonly Finding[]): number {
  return findings.filter((f) => severityOf(f) !== "info").length;
}
