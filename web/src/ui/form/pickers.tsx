import { useQuery } from "@tanstack/react-query";
import { AutoComplete } from "antd";
import { useDeferredValue, useState } from "react";
import { useText, useWords } from "@/infra/words";
import { CodeEditor } from "../code";
import { w } from "../words";
import { Select } from "../select";
import { type Choice, type Column, useWorld } from "./context";
import { at, listOf, textOf } from "./field";
import css from "./form.module.css";
import { common } from "./scalars";
import type { ControlProps } from "./widget";

/** Two is a choice with what it is behind its name, in mono. */
function Two({ name, note, wrong }: { name: string; note?: string; wrong?: boolean }) {
  return (
    <span className={css.two} data-wrong={wrong || undefined}>
      <code>{name}</code>
      <span>{note}</span>
    </span>
  );
}

function columnOptions(columns: readonly Column[], chosen: readonly string[], unknown: string) {
  const known = columns.map((c) => ({ value: c.name, label: <Two name={c.name} note={c.type} /> }));
  // A name that the input does not have stays to be seen, and can be taken away.
  const others = chosen.filter((name) => name !== "" && !columns.some((c) => c.name === name));
  return [...known, ...others.map((name) => ({ value: name, label: <Two name={name} note={columns.length > 0 ? unknown : undefined} wrong={columns.length > 0} /> }))];
}

/** One column; where none is known yet a name can be typed. */
export function ColumnControl(p: ControlProps) {
  const t = useWords(w);
  const { columns } = useWorld();
  const value = textOf(p.value);
  if (columns.length === 0) return <AutoComplete {...common(p)} className={css.wideMono} value={value} placeholder={textOf(p.field.default)} options={[]} onChange={(v: string) => p.onChange(v || undefined)} />;
  return <Select {...common(p)} className={css.wide} showSearch={{ optionFilterProp: "value" }} allowClear={!p.field.required} value={value || undefined} placeholder={textOf(p.field.default) || t("form.choose")} options={columnOptions(columns, [value], t("form.unknownColumn"))} onChange={(v) => p.onChange(v)} />;
}

/** Several columns, in the order they are chosen. */
export function ColumnsControl(p: ControlProps) {
  const t = useWords(w);
  const { columns } = useWorld();
  const value = listOf(p.value).map(textOf);
  return <Select {...common(p)} mode={columns.length === 0 ? "tags" : "multiple"} className={css.wideMono} showSearch={{ optionFilterProp: "value" }} value={value} optionLabelProp="value" placeholder={listOf(p.field.default).map(textOf).join(", ") || t("form.choose")} notFoundContent={t("form.noColumns")} options={columnOptions(columns, value, t("form.unknownColumn"))} onChange={(v: string[]) => p.onChange(v.length === 0 ? undefined : v)} />;
}

/** An expression; the builder gives the editor that knows the language, else it is one line of code. */
export function ExprControl(p: ControlProps) {
  const { columns, renderExpr } = useWorld();
  const diagnostics = at(p.diagnostics, p.path);
  const value = textOf(p.value);
  const onChange = (v: string | undefined) => p.onChange(v === undefined || v === "" ? undefined : v);
  if (renderExpr) return renderExpr({ id: p.id, value, onChange, columns, label: p.label, describedBy: p.describedBy, placeholder: textOf(p.field.default) || undefined, invalid: p.invalid, readOnly: p.readOnly, diagnostics });
  return (
    <CodeEditor
      language="expr"
      value={value}
      onChange={onChange}
      label={p.label}
      describedBy={p.describedBy}
      placeholder={textOf(p.field.default) || undefined}
      invalid={p.invalid}
      readOnly={p.readOnly}
      completions={(text, offset) => {
        const word = /[\w$]*$/.exec(text.slice(0, offset))?.[0] ?? "";
        return { from: offset - word.length, options: columns.map((c) => ({ label: c.name, detail: c.type, kind: "column" as const })) };
      }}
    />
  );
}

function choiceOptions(choices: readonly Choice[], value: string) {
  const options = choices.map((c) => ({ value: c.name, label: <Two name={c.name} note={c.note} /> }));
  return value === "" || choices.some((c) => c.name === value) ? options : [{ value, label: <Two name={value} /> }, ...options];
}

/** A whole name may be typed in: a sink's table need not be there yet. */
const wholeName = /^[^.\s]+\.[^.\s]+\.[^.\s]+$/;

export function TableControl(p: ControlProps) {
  const t = useWords(w);
  const { tables } = useWorld();
  const [query, setQuery] = useState("");
  const asked = useDeferredValue(query);
  const found = useQuery({ queryKey: ["tables", "choices", asked], queryFn: () => tables?.(asked) ?? [], enabled: tables !== undefined, staleTime: 10_000, placeholderData: (before) => before });
  const value = textOf(p.value);
  const choices = found.data ?? [];
  const typed = query.trim();
  const own = wholeName.test(typed) && !choices.some((c) => c.name === typed) ? [{ value: typed, label: <Two name={typed} note={t("form.asTyped")} /> }] : [];
  return <Select {...common(p)} className={css.wideMono} showSearch={{ filterOption: false, onSearch: setQuery }} loading={found.isFetching} value={value || undefined} allowClear={!p.field.required} placeholder={t("form.choose")} notFoundContent={t("form.noTables")} options={[...own, ...choiceOptions(choices, query === "" ? value : "")]} onChange={(v) => p.onChange(v)} />;
}

export function ConnectionControl(p: ControlProps) {
  const t = useWords(w);
  const { connections, newConnection } = useWorld();
  const kinds = (p.field.options ?? []).map((o) => o.value);
  const found = useQuery({ queryKey: ["connections", "choices", ...kinds], queryFn: () => connections?.(kinds) ?? [], enabled: connections !== undefined, staleTime: 10_000 });
  const value = textOf(p.value);
  return (
    <>
      <Select {...common(p)} className={css.wideMono} showSearch={{ optionFilterProp: "value" }} value={value || undefined} allowClear={!p.field.required} placeholder={t("form.choose")} notFoundContent={t("form.noConnections")} options={choiceOptions(found.data ?? [], value)} onChange={(v) => p.onChange(v)} />
      {newConnection ? <div className={css.below}>{newConnection(kinds)}</div> : null}
    </>
  );
}

const types = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "decimal(18, 2)", "string", "bytes", "date", "time", "timestamp", "json", "array<string>", "map<string, string>"];

/** A data type: the common ones to choose, any to type. */
export function TypeControl(p: ControlProps) {
  const world = useWorld();
  const value = textOf(p.value);
  return <AutoComplete {...common(p)} className={css.wideMono} value={value} placeholder={textOf(p.field.default) || "string"} options={(world.types ?? types).map((v) => ({ value: v }))} showSearch={{ filterOption: (text, option) => text === value || String(option?.value).startsWith(text) }} onChange={(v: string) => p.onChange(v || undefined)} />;
}

export function FormatControl(p: ControlProps) {
  const t = useWords(w);
  const say = useText();
  const { formats = [] } = useWorld();
  const value = textOf(p.value);
  const options = formats.map((f) => ({ value: f.name, label: say(f.title) || f.name }));
  return <Select {...common(p)} className={css.wide} value={value || undefined} allowClear={!p.field.required} placeholder={options.find((o) => o.value === p.field.default)?.label ?? (textOf(p.field.default) || t("form.choose"))} options={value && !formats.some((f) => f.name === value) ? [...options, { value, label: value }] : options} onChange={(v) => p.onChange(v)} />;
}
