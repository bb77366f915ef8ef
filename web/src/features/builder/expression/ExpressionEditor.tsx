import { type FocusEvent, useMemo, useState } from "react";
import type { Vocabulary } from "@/core/expression";
import { useWords } from "@/infra/words";
import { CodeEditor } from "@/ui/code";
import type { ExprProps } from "@/ui/form";
import { IconButton } from "@/ui/menu";
import { useBuilder } from "../state";
import { marks } from "../text";
import { completer, helpAt } from "./complete";
import css from "./expression.module.css";
import { LargeEditor } from "./LargeEditor";
import { Outcome, SignatureHelp } from "./Outcome";
import { useProbe, useVocabulary } from "./probe";
import { useInput } from "./use-input";
import { w } from "./words";

/** ExpressionEditor is how a form edits an expression: with completion, the signature of the call at the cursor, its type, and results on sample rows. */
export function ExpressionEditor(p: ExprProps) {
  const t = useWords(w);
  const language = useVocabulary();
  const params = useBuilder((s) => s.model.params);
  const [focused, setFocused] = useState(false);
  const [used, setUsed] = useState(false);
  const [cursor, setCursor] = useState(0);
  const [large, setLarge] = useState(false);

  const vocabulary = useMemo<Vocabulary>(() => ({ columns: p.columns, ...language, params, aggregates: true }), [p.columns, language, params]);
  const complete = useMemo(() => completer(vocabulary), [vocabulary]);
  const input = useInput(p.columns, used);
  const probe = useProbe(p.value, p.columns, input.rows, language.functions, focused || large || used);
  const own = useMemo(() => (probe.data && probe.current ? marks(p.value, probe.data.diagnostics) : []), [probe.data, probe.current, p.value]);
  const help = focused ? helpAt(p.value, cursor, vocabulary) : undefined;

  const onFocus = () => {
    setFocused(true);
    setUsed(true);
  };
  const onBlur = (e: FocusEvent<HTMLDivElement>) => {
    if (!e.currentTarget.contains(e.relatedTarget)) setFocused(false);
  };
  return (
    <div className={css.field} id={p.id} onFocus={onFocus} onBlur={onBlur}>
      <div className={css.line}>
        <CodeEditor
          language="expr"
          value={p.value}
          onChange={p.onChange}
          onCursor={setCursor}
          label={p.label}
          describedBy={p.describedBy}
          placeholder={p.placeholder ?? t("placeholder")}
          invalid={p.invalid || own.some((d) => d.severity === "error")}
          readOnly={p.readOnly}
          diagnostics={own.length > 0 ? own : p.marks}
          completions={complete}
        />
        <span className={css.expand}>
          <IconButton small glyph="expand" label={t("expand")} onClick={() => setLarge(true)} />
        </span>
      </div>
      {help ? <SignatureHelp help={help} /> : null}
      {p.value.trim() !== "" && probe.data ? (
        <Outcome
          probe={probe.data}
          current={probe.current}
          quiet={p.diagnostics.length > 0}
          rows={input.rows.length}
          reading={input.running}
          onRead={input.from === undefined ? undefined : input.read}
        />
      ) : null}
      {probe.error && focused ? <p className={css.error}>{t("offline")}</p> : null}
      {large ? <LargeEditor props={p} vocabulary={vocabulary} complete={complete} probe={probe.data} current={probe.current} marks={own} input={input} onClose={() => setLarge(false)} /> : null}
    </div>
  );
}

/** renderExpr is what a FormContext of the builder is given. */
export function renderExpr(p: ExprProps) {
  return <ExpressionEditor {...p} />;
}
