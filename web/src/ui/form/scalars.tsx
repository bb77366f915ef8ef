import { Button, Input, Space, Switch } from "antd";
import { useText, useWords } from "@/infra/words";
import { Segmented } from "../menu";
import { w } from "../words";
import { Select } from "../select";
import { type Field, given, numberOf, quantity, textOf } from "./field";
import css from "./form.module.css";
import type { ControlProps } from "./widget";

/** common are the attributes that tie a control to its label, help and problems. */
export function common({ id, invalid, describedBy, readOnly, label }: ControlProps) {
  return { id, status: invalid ? ("error" as const) : undefined, disabled: readOnly, "aria-describedby": describedBy, "aria-invalid": invalid || undefined, "aria-label": label };
}

/** empty text takes the value away, unless nothing is something else than the default. */
function textValue(field: Field, text: string): string | undefined {
  return text === "" && (field.default === undefined || field.default === "") ? undefined : text;
}

export function StringControl(p: ControlProps) {
  return <Input {...common(p)} className={codeLike(p.field) ? css.mono : undefined} value={textOf(p.value)} placeholder={textOf(p.field.default)} spellCheck={false} autoComplete="off" onChange={(e) => p.onChange(textValue(p.field, e.target.value))} />;
}

/** codeLike guesses by the field's own shape, not by whose it is: names of things are mono. */
function codeLike(field: Field): boolean {
  return /(^|_)(name|path|url|host|topic|database|table|pattern|file|prefix|as|id|query|column|key)$/.test(field.name);
}

export function TextControl(p: ControlProps) {
  return <Input.TextArea {...common(p)} className={css.mono} autoSize={{ minRows: 3, maxRows: 14 }} value={textOf(p.value)} placeholder={textOf(p.field.default)} spellCheck={false} onChange={(e) => p.onChange(textValue(p.field, e.target.value))} />;
}

/** SecretControl never shows what is stored; what is typed replaces it. */
export function SecretControl(p: ControlProps) {
  const t = useWords(w);
  const stored = p.value !== undefined && typeof p.value !== "string";
  return <Input.Password {...common(p)} value={stored ? "" : textOf(p.value)} placeholder={stored ? t("form.secretKept") : undefined} autoComplete="new-password" onChange={(e) => p.onChange(e.target.value === "" ? undefined : e.target.value)} />;
}

export function NumberControl(p: ControlProps) {
  const t = useWords(w);
  const whole = p.field.type === "int";
  const { min, max } = p.field;
  const bounds = min !== undefined && max !== undefined ? t("form.bounds", { min, max }) : min !== undefined && min !== 0 ? t("form.atLeast", { min }) : max !== undefined ? t("form.atMost", { max }) : undefined;
  const step = (by: number) => {
    const now = Number(given(p.field, { [p.field.name]: p.value }) ?? min ?? 0);
    if (Number.isFinite(now)) p.onChange(Math.max(min ?? -Infinity, Math.min(max ?? Infinity, now + by)));
  };
  return (
    <Input
      {...common(p)}
      inputMode={whole ? "numeric" : "decimal"}
      value={textOf(p.value)}
      placeholder={textOf(p.field.default)}
      suffix={bounds ? <span className={css.suffix}>{bounds}</span> : null}
      onChange={(e) => p.onChange(e.target.value.trim() === "" ? undefined : numberOf(e.target.value, whole))}
      onKeyDown={(e) => {
        if (!whole || (e.key !== "ArrowUp" && e.key !== "ArrowDown")) return;
        e.preventDefault();
        step((e.key === "ArrowUp" ? 1 : -1) * (e.shiftKey ? 10 : 1));
      }}
    />
  );
}

export function BoolControl(p: ControlProps) {
  const on = given(p.field, { [p.field.name]: p.value }) === true;
  return <Switch id={p.id} size="small" checked={on} disabled={p.readOnly} aria-describedby={p.describedBy} onChange={(v) => p.onChange(v === p.field.default ? undefined : v)} />;
}

const durations = ["ms", "s", "m", "h", "d"] as const;
const sizes = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Quantity edits an amount and its unit, and leaves a text that is neither as it is. */
function Quantity({ units, names, ...p }: ControlProps & { units: readonly string[]; names: Readonly<Record<string, string>> }) {
  const t = useWords(w);
  const raw = textOf(p.value);
  const standard = quantity(textOf(p.field.default), units);
  const now = quantity(raw, units);
  const free = raw !== "" && !now;
  const unit = now?.unit || standard?.unit || units[1] || "";
  const write = (text: string) => {
    if (text.trim() === "") return p.onChange(undefined);
    p.onChange(/^\d+(\.\d+)?$/.test(text.trim()) ? `${text.trim()}${unit}` : text.trim());
  };
  if (free) return <Input {...common(p)} className={css.mono} value={raw} onChange={(e) => write(e.target.value)} />;
  return (
    <Space.Compact block>
      <Input {...common(p)} inputMode="decimal" value={now?.amount ?? ""} placeholder={standard?.amount ?? textOf(p.field.default)} onChange={(e) => write(e.target.value)} />
      <Select className={css.unit} aria-label={`${p.label}, ${t("form.unit")}`} disabled={p.readOnly} value={unit} options={units.map((u) => ({ value: u, label: names[u] ?? u }))} onChange={(u) => p.onChange(`${now?.amount ?? standard?.amount ?? "1"}${u}`)} />
    </Space.Compact>
  );
}

export function DurationControl(p: ControlProps) {
  const t = useWords(w);
  return <Quantity {...p} units={durations} names={{ ms: t("form.units.ms"), s: t("form.units.s"), m: t("form.units.m"), h: t("form.units.h"), d: t("form.units.d") }} />;
}

export function SizeControl(p: ControlProps) {
  return <Quantity {...p} units={sizes} names={{}} />;
}

/** A time is written as RFC 3339, which is what the document has; the button writes the present one. */
export function TimeControl(p: ControlProps) {
  const t = useWords(w);
  return (
    <Space.Compact block>
      <Input {...common(p)} className={css.mono} value={textOf(p.value)} placeholder={textOf(p.field.default) || "2026-01-31T08:00:00+08:00"} onChange={(e) => p.onChange(textValue(p.field, e.target.value))} />
      <Button disabled={p.readOnly} onClick={() => p.onChange(new Date().toISOString().replace(/\.\d+Z$/, "Z"))}>
        {t("form.now")}
      </Button>
    </Space.Compact>
  );
}

export function EnumControl(p: ControlProps) {
  const say = useText();
  const options = (p.field.options ?? []).map((o) => ({ value: o.value, label: say(o.label) || o.value }));
  const now = textOf(given(p.field, { [p.field.name]: p.value }));
  const set = (v: string | undefined) => p.onChange(v === undefined || v === p.field.default ? undefined : v);
  // A few short words stand side by side; a value that is none of them needs the list to be seen at all.
  const wordy = options.reduce((n, o) => n + [...o.label].reduce((m, c) => m + (c > "\u2e7f" ? 2 : 1), 3), 0);
  if (options.length <= 4 && wordy <= 44 && (now === "" || options.some((o) => o.value === now))) {
    return (
      <div id={p.id} aria-describedby={p.describedBy} className={p.value === undefined ? css.byDefault : undefined}>
        <Segmented block disabled={p.readOnly} label={p.label} options={options} value={now === "" ? undefined : now} onChange={set} />
      </div>
    );
  }
  return <Select {...common(p)} className={css.wide} showSearch={options.length > 8 ? { optionFilterProp: "label" } : false} allowClear={!p.field.required} value={p.value === undefined ? undefined : now} placeholder={options.find((o) => o.value === p.field.default)?.label} options={options} onChange={set} />;
}
