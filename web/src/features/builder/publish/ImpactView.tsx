import { Link } from "react-router";
import type { Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Glyph, type GlyphName } from "@/ui/glyph";
import { Section } from "@/ui/page";
import { Failure } from "@/ui/states";
import { Code } from "@/ui/text";
import css from "./publish.module.css";
import type { Impact } from "./server";
import { w } from "./words";

const fates = ["dropped", "added", "kept"] as const;
type Fate = (typeof fates)[number];
const glyphs: Record<Fate, GlyphName> = { dropped: "trash", added: "plus", kept: "check" };

function fateOf(fate: string): Fate {
  return fates.find((f) => f === fate) ?? "kept";
}

/** ImpactView shows what publishing and deploying would do: to the state of what runs, and to those who read the output. */
export function ImpactView({ impact }: { impact: Impact }) {
  const t = useWords(w);
  const errors = (impact.checked.diagnostics ?? []).filter((d) => d.severity === "error");
  return (
    <>
      {errors.length > 0 ? (
        <Section title={t("impact.errors", { count: errors.length })}>
          <ul className={css.errors}>
            {errors.slice(0, 10).map((d, i) => (
              <li key={i}>
                {d.node ? <Code>{d.node}</Code> : null} {d.message}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {impact.checked.virtual ? (
        <Section title={t("impact.running")}>
          <p className={css.quiet}>{t("impact.virtual")}</p>
        </Section>
      ) : null}
      {impact.deployProblem ? (
        <Section title={t("impact.running")}>
          <Failure problem={impact.deployProblem} what={t("impact.failed")} />
        </Section>
      ) : null}
      {(impact.deployments?.pipelines ?? []).map((p) => (
        <Section key={p.name} title={t("impact.running")} note={t("impact.runningNote")} aside={<Code>{p.name}</Code>}>
          <State name={p.name} impact={p.impact} />
        </Section>
      ))}
      {impact.checked.virtual || errors.length > 0 ? null : (
        <Section title={t("impact.downstream")} flush>
          {impact.downstream.map((d) => (
            <Downstream key={d.table} {...d} />
          ))}
          {impact.downstream.length === 0 ? <p className={css.line}>{t("impact.none")}</p> : null}
        </Section>
      )}
    </>
  );
}

/** State tells operator by operator what becomes of positions, state and outputs. What is lost comes first. */
function State({ name, impact }: { name: string; impact: Schemas["ControlImpact"] }) {
  const t = useWords(w);
  const all = [...(impact.sources ?? []), ...(impact.state ?? []), ...(impact.sinks ?? [])];
  if (impact.same) return <p>{t("impact.same")}</p>;
  if (all.every((p) => p.fate === "added")) return <p>{t("impact.fresh")}</p>;
  const dropped = (impact.state ?? []).filter((p) => p.fate === "dropped").length;
  return (
    <>
      <p className={dropped > 0 ? css.loud : undefined}>
        {dropped > 0 ? <Glyph name="warning" /> : null}
        {dropped > 0 ? t("impact.dropped", { count: dropped }) : impact.restart ? t("impact.restart") : t("impact.keptAll")}
      </p>
      {(["sources", "state", "sinks"] as const).map((group) => {
        const parts = [...(impact[group] ?? [])].sort((a, b) => fates.indexOf(fateOf(a.fate)) - fates.indexOf(fateOf(b.fate)));
        if (parts.length === 0) return null;
        return (
          <div key={group} className={css.group}>
            <h4>{t(`impact.group.${group}`)}</h4>
            <ul>
              {parts.map((p, i) => (
                <li key={i} className={css.fate} data-fate={fateOf(p.fate)}>
                  <Glyph name={glyphs[fateOf(p.fate)]} size={12} />
                  <span>{operatorOf(name, p.operator)}</span>
                  <span className={css.quiet}>{p.kind}</span>
                  <strong>{t(`impact.fate.${fateOf(p.fate)}`)}</strong>
                  <span className={css.quiet}>{p.why}</span>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </>
  );
}

/** operatorOf shortens an operator's id to the node of the model that it was made of: pipeline/node/./operator. */
function operatorOf(pipeline: string, operator: string): string {
  const rest = operator.startsWith(pipeline + "/") ? operator.slice(pipeline.length + 1) : operator;
  return rest.split("/")[0] ?? rest;
}

function Downstream({ table, impact, problem }: Impact["downstream"][number]) {
  const t = useWords(w);
  if (problem) return <Failure problem={problem} what={t("impact.failed")} />;
  const items = [...(impact?.items ?? [])].sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name));
  const hidden = impact?.hidden ?? 0;
  return (
    <div className={css.downstream}>
      <h4>
        <Glyph name="table" size={14} /> <Code>{table}</Code>
      </h4>
      {items.length + hidden === 0 ? <p className={css.line}>{t("impact.none")}</p> : null}
      <ul>
        {items.map((i) => (
          <li key={`${i.kind} ${i.id}`} className={css.reader}>
            <Glyph name={i.kind === "pipeline" ? "pipeline" : "model"} size={14} label={i.kind === "pipeline" ? t("impact.kind.pipeline") : t("impact.kind.model")} />
            <Link to={i.kind === "pipeline" ? `/pipelines/${i.id}` : `/models/${i.document ?? i.id}`}>{i.name}</Link>
            <span className={css.quiet}>{t("impact.steps", { count: i.distance })}</span>
            <span className={css.columns}>{(i.columns ?? []).join(", ")}</span>
          </li>
        ))}
        {hidden > 0 ? <li className={css.line}>{t("impact.hidden", { count: hidden })}</li> : null}
      </ul>
    </div>
  );
}
