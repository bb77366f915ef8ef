import { nodeOf } from "@/core/diagnosis";
import type { Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Code } from "@/ui/text";
import css from "./impact.module.css";
import { versionWords } from "./versions-words";

/** ImpactView says what of a pipeline's positions and state another version keeps, part by part, what is lost first. */
export function ImpactView({ impact }: { impact: Schemas["ControlImpact"] }) {
  const t = useWords(versionWords);
  const groups = [
    { key: "sources", title: t("impact.sources"), parts: impact.sources ?? [] },
    { key: "state", title: t("impact.state"), parts: impact.state ?? [] },
    { key: "sinks", title: t("impact.sinks"), parts: impact.sinks ?? [] },
  ];
  const lost = groups.some((g) => g.parts.some((p) => p.fate === "dropped"));
  return (
    <div className={css.impact}>
      {lost ? null : <p className={css.kept}>{t("impact.allKept")}</p>}
      {groups.map((g) => (
        <section key={g.key}>
          <h3 className={css.title}>{g.title}</h3>
          {g.parts.length === 0 ? <p className={css.none}>{t("impact.none")}</p> : null}
          <ul>
            {[...g.parts].sort((a, b) => order(a.fate) - order(b.fate)).map((p) => (
              <li key={p.operator} className={css.part} data-fate={p.fate}>
                <Code>{nodeOf(p.operator)}</Code>
                <span className={css.fate}>{p.fate === "kept" || p.fate === "dropped" || p.fate === "added" ? t(`impact.${p.fate}`) : p.fate}</span>
                {p.why ? <span className={css.why}>{p.why}</span> : null}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function order(fate: string): number {
  return ["dropped", "added", "kept"].indexOf(fate);
}
