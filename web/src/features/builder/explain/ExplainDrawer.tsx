import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type KeyboardEvent, useState } from "react";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Segmented } from "@/ui/menu";
import { Drawer } from "@/ui/page";
import { Empty, Failure, Loading } from "@/ui/states";
import { Code } from "@/ui/text";
import { useBuilder } from "../state";
import css from "./explain.module.css";
import { type Drawing, explainQuery, type Operator } from "./plan";
import { PlanCanvas } from "./PlanCanvas";
import { w } from "./words";

/** ExplainButton opens how the model runs. */
export function ExplainButton() {
  const t = useWords(w);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="text" icon={<Glyph name="outline" />} onClick={() => setOpen(true)}>
        {t("button")}
      </Button>
      <ExplainDrawer open={open} onClose={() => setOpen(false)} />
    </>
  );
}

/** ExplainDrawer shows the plan of the model: as it was written, and as the optimizer has made it run. */
export function ExplainDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useWords(w);
  const name = useBuilder((s) => s.model.name || s.document.name);
  return (
    <Drawer open={open} onClose={onClose} width={1080} title={t("title", { name })}>
      <Explanation />
    </Drawer>
  );
}

function Explanation() {
  const t = useWords(w);
  const text = useBuilder((s) => s.text);
  const format = useBuilder((s) => s.format);
  const answer = useQuery(explainQuery(format, text));
  if (answer.error) return <Failure problem={answer.error} what={t("failed")} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Loading rows={6} />;
  const drawings = answer.data.drawings ?? [];
  if (drawings.length === 0) return answer.data.text ? <pre className={css.plain}>{answer.data.text}</pre> : <Empty what={t("errors")} />;
  return (
    <div className={css.plans}>
      {drawings.map((d) => (
        <Plan key={d.model} drawing={d} alone={drawings.length === 1} />
      ))}
    </div>
  );
}

type Stage = "compiled" | "optimized";

function Plan({ drawing: d, alone }: { drawing: Drawing; alone: boolean }) {
  const t = useWords(w);
  const [stage, setStage] = useState<Stage>("optimized");
  const [chosen, setChosen] = useState<string>();
  const graph = d[stage];
  // The optimizer takes operators away: what was chosen may not be there in the other form.
  const operator = graph.nodes.find((n) => n.id === chosen) ?? graph.nodes[0];
  return (
    <section className={css.plan} data-alone={alone || undefined} aria-label={t("plan", { name: d.model })}>
      <header className={css.head}>
        {alone ? null : <h3>{d.model}</h3>}
        <Segmented<Stage>
          label={t("stage.label")}
          value={stage}
          onChange={setStage}
          options={[
            { value: "compiled", label: t("stage.compiled") },
            { value: "optimized", label: t("stage.optimized") },
          ]}
        />
        <span className={css.rules}>
          <strong>{t("rules")}</strong> {d.rules.length === 0 ? t("noRules") : d.rules.map((r) => t("rule", { rule: r.rule.replaceAll("_", " "), n: r.changes })).join(", ")}
        </span>
      </header>
      <div className={css.canvas}>
        <PlanCanvas key={stage} graph={graph} selected={operator?.id} onSelect={setChosen} />
      </div>
      <div className={css.side}>
        <OperatorList operators={graph.nodes} chosen={operator?.id} onChoose={setChosen} />
        {operator ? <OperatorFacts operator={operator} /> : null}
      </div>
    </section>
  );
}

/** OperatorList is the plan for the keyboard: inputs before those who take their rows. */
function OperatorList({ operators, chosen, onChoose }: { operators: readonly Operator[]; chosen: string | undefined; onChoose: (id: string) => void }) {
  const t = useWords(w);
  const at = operators.findIndex((o) => o.id === chosen);
  const onKeyDown = (e: KeyboardEvent) => {
    const to = e.key === "ArrowDown" ? at + 1 : e.key === "ArrowUp" ? at - 1 : e.key === "Home" ? 0 : e.key === "End" ? operators.length - 1 : undefined;
    const next = to === undefined ? undefined : operators[to];
    if (!next) return;
    e.preventDefault();
    onChoose(next.id);
  };
  return (
    <ul className={css.list} role="listbox" tabIndex={0} aria-label={t("operators")} aria-activedescendant={at < 0 ? undefined : `operator-${at}`} onKeyDown={onKeyDown}>
      {operators.map((o, i) => (
        <li key={o.id} id={`operator-${i}`} role="option" aria-selected={o.id === chosen} className={css.operator} onClick={() => onChoose(o.id)}>
          <strong>{o.title}</strong>
          <span>{o.table ?? o.model_node}</span>
        </li>
      ))}
    </ul>
  );
}

const modes = ["append", "upsert", "retract"] as const;

function OperatorFacts({ operator: o }: { operator: Operator }) {
  const t = useWords(w);
  const mode = modes.find((m) => m === o.mode.change);
  const pruned = o.pruned ?? [];
  return (
    <div className={css.facts}>
      <dl>
        <dt>{t("made")}</dt>
        <dd>
          <Code>{o.model_node}</Code>
        </dd>
        {o.detail ? (
          <>
            <dt>{t("does")}</dt>
            <dd className={css.detail}>{o.detail}</dd>
          </>
        ) : null}
        <dt>{t("mode")}</dt>
        <dd>
          {mode ? t(`modes.${mode}`) : t("modes.other", { mode: o.mode.change })} {o.mode.key && o.mode.key.length > 0 ? t("key", { key: o.mode.key.join(", ") }) : null}
        </dd>
        {o.reads.length > 0 ? (
          <>
            <dt>{t("reads")}</dt>
            <dd className={css.names}>{o.reads.join(", ")}</dd>
          </>
        ) : null}
      </dl>
      <h3>{t("columns")}</h3>
      <ul className={css.columns}>
        {o.columns.map((c) => (
          <li key={c.name}>
            <span>{c.name}</span>
            <code>{c.type}</code>
          </li>
        ))}
        {pruned.map((name) => (
          <li key={`pruned ${name}`} data-pruned>
            <s>{name}</s>
            <span>{t("pruned")}</span>
          </li>
        ))}
      </ul>
      {pruned.length > 0 ? <p className={css.note}>{t("prunedNote")}</p> : null}
    </div>
  );
}
