import { type Finding, severityRank } from "@/core/model/analysis";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { useBuilder } from "../state";
import { w } from "../words";
import css from "./inspector.module.css";

/** ProblemsFoot says at the inspector's foot what is wrong with what is selected. "No problems" is said only of what was checked. */
export function ProblemsFoot({ findings, lacks, removes }: { findings: readonly Finding[]; lacks: readonly string[]; removes: boolean }) {
  const t = useWords(w);
  const checked = useBuilder((s) => s.analysis !== undefined && !s.analysisStale);
  const failed = useBuilder((s) => s.analysisProblem !== undefined);
  const sorted = [...findings].filter((f) => f.severity !== "info").sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  const worst = sorted[0]?.severity;
  return (
    <footer className={css.foot}>
      {sorted.length > 0 ? (
        <details>
          <summary className={worst === "error" ? css.bad : css.warn}>
            <Glyph name={worst === "error" ? "error" : "warning"} size={14} />
            {worst === "error" ? t("node.errors", { count: sorted.length }) : t("node.warnings", { count: sorted.length })}
          </summary>
          <ul className={css.findings}>
            {sorted.map((f) => (
              <li key={`${f.code} ${f.path ?? ""} ${f.message}`}>
                {f.message}
                {f.fix ? <span className={css.fix}>{t("inspect.fix", { fix: f.fix })}</span> : null}
              </li>
            ))}
          </ul>
        </details>
      ) : lacks.length > 0 ? (
        <span className={css.warn}>
          <Glyph name="edit" size={14} />
          {t("node.unconfigured")}: {lacks.join(", ")}
        </span>
      ) : (
        <span>
          <Glyph name={checked ? "check" : "clock"} size={14} />
          {checked ? t("inspect.noProblems") : failed ? t("top.unchecked") : t("inspect.pending")}
        </span>
      )}
      {removes ? (
        <span className={css.hint}>
          <kbd>Del</kbd> {t("inspect.removes")}
        </span>
      ) : null}
    </footer>
  );
}
