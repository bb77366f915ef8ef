import { Button, Select } from "antd";
import { type KeyboardEvent, useId, useState } from "react";
import { useText, useWords } from "@/infra/words";
import { Glyph } from "../glyph";
import { IconButton, Menu } from "../menu";
import { w } from "../words";
import { at, collapse, expand, type Field, isScalar, listOf, moved, type Path, pathText, put, shown, textOf, under, type Values } from "./field";
import css from "./form.module.css";
import { Fields } from "./spec-form";
import { type ControlProps, Widget } from "./widget";

/** Members of up to this many plain fields stand in one line each. */
const inlineMost = 3;

/** ListControl edits a list of values or of objects: rows that can be moved, taken away and added, all by keys. */
export function ListControl(p: ControlProps) {
  const t = useWords(w);
  const say = useText();
  // The declaration has the short form at the list; here it is the members' own.
  const of = p.field.of && { ...p.field.of, short: p.field.of.short ?? p.field.short };
  const list = listOf(p.value);
  if (!of) return null;
  if (of.type === "enum") {
    const options = (of.options ?? []).map((o) => ({ value: o.value, label: say(o.label) || o.value }));
    return <Select id={p.id} mode="multiple" className={css.wide} aria-label={p.label} aria-describedby={p.describedBy} status={p.invalid ? "error" : undefined} disabled={p.readOnly} value={list.map(textOf)} placeholder={listOf(p.field.default).map(textOf).join(", ")} options={options} onChange={(v: string[]) => p.onChange(v.length === 0 ? undefined : v)} />;
  }
  const set = (next: readonly unknown[]) => p.onChange(next.length === 0 ? undefined : next);
  const full = p.field.max !== undefined && list.length >= p.field.max;
  const name = say(of.label);
  return (
    <div className={css.list}>
      {list.map((member, i) => (
        // The place is the key: members have no other identity, and what is typed into one must stay in it.
        <Member key={i} {...p} of={of} list={list} index={i} member={member} set={set} />
      ))}
      {p.readOnly || full ? null : (
        <Button size="small" type="text" className={css.add} icon={<Glyph name="plus" size={14} />} onClick={() => set([...list, of.type === "object" && !of.short ? {} : ""])}>
          {name ? t("form.addItem", { name: lower(name) }) : t("form.add")}
        </Button>
      )}
    </div>
  );
}

/** lower makes a label a word within a sentence, and leaves abbreviations alone. */
function lower(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

interface MemberProps extends ControlProps {
  of: Field;
  list: readonly unknown[];
  index: number;
  member: unknown;
  set: (next: readonly unknown[]) => void;
}

function Member({ of, list, index, member, set, ...p }: MemberProps) {
  const t = useWords(w);
  const say = useText();
  const id = useId();
  const path: Path = [...p.path, index];
  const wrong = under(p.diagnostics, path);
  const [chosen, setChosen] = useState<boolean>();
  const change = (value: unknown) => set(list.map((m, i) => (i === index ? value : m)));
  const values: Values = of.type === "object" ? expand(of, member) : {};
  const fields = (of.fields ?? []).filter((f) => shown(f, of.fields ?? [], values));
  const line = fields.filter((f) => isScalar(f) && !f.advanced && (f.type !== "bool" || fields.length <= inlineMost));
  const inline = line.length === fields.length && fields.length <= inlineMost;
  const head = inline ? line : line.slice(0, of.short ? 1 : 2);
  const rest = fields.filter((f) => !head.includes(f));
  const open = chosen ?? (wrong && rest.some((f) => under(p.diagnostics, [...path, f.name])));
  const changeIn = (name: string, value: unknown) => change(collapse(of, member, put(values, name, value)));

  const onKeyDown = (e: KeyboardEvent) => {
    const to = e.key === "ArrowUp" ? index - 1 : e.key === "ArrowDown" ? index + 1 : -1;
    if (!e.altKey || p.readOnly || to < 0 || to >= list.length) return;
    e.preventDefault();
    set(moved(list, index, to));
  };

  const controls =
    of.type === "object" ? (
      head.map((f) => <Widget key={f.name} {...p} id={`${id}-${f.name}`} field={{ ...f, default: f.default ?? undefined }} siblings={of.fields ?? []} siblingValues={values} value={values[f.name]} onChange={(v) => changeIn(f.name, v)} path={[...path, f.name]} label={say(f.label) || f.name} describedBy={wrong ? `${id}-about` : undefined} invalid={at(p.diagnostics, [...path, f.name]).length > 0} />)
    ) : (
      <Widget {...p} id={id} field={of} siblings={[of]} siblingValues={{}} value={member} onChange={(v) => change(v ?? "")} path={path} label={`${say(of.label) || p.label} ${index + 1}`} describedBy={wrong ? `${id}-about` : undefined} invalid={at(p.diagnostics, path).length > 0} />
    );
  const told = [...at(p.diagnostics, path), ...head.flatMap((f) => at(p.diagnostics, [...path, f.name]))];

  return (
    <div className={css.member} data-open={open || undefined}>
      {index === 0 && of.type === "object" && head.length > 1 ? (
        <div className={css.titles} data-fold={rest.length > 0 || undefined} data-many={list.length > 1 || undefined} aria-hidden>
          {head.map((f) => (
            <span key={f.name}>{say(f.label)}</span>
          ))}
        </div>
      ) : null}
      <div className={css.line} onKeyDown={onKeyDown}>
        {rest.length > 0 ? <IconButton small glyph={open ? "chevronDown" : "chevronRight"} label={open ? t("form.fold") : t("form.expand")} onClick={() => setChosen(!open)} /> : null}
        <div className={css.controls}>{controls}</div>
        {p.readOnly ? null : (
          <div className={css.moves}>
            {list.length > 1 ? (
              <Menu
                small
                label={t("form.move", { n: index + 1 })}
                items={[
                  { key: "up", glyph: "arrowUp", label: t("form.moveUp"), hotkey: "Alt ↑", disabled: index === 0, onClick: () => set(moved(list, index, index - 1)) },
                  { key: "down", glyph: "arrowDown", label: t("form.moveDown"), hotkey: "Alt ↓", disabled: index === list.length - 1, onClick: () => set(moved(list, index, index + 1)) },
                ]}
              />
            ) : null}
            <IconButton small glyph="close" label={`${t("form.remove")} ${index + 1}`} onClick={() => set(list.filter((_, i) => i !== index))} />
          </div>
        )}
      </div>
      {told.length > 0 ? (
        <div id={`${id}-about`} className={css.about}>
          {told.map((d) => (
            <p key={`${d.path}${d.message}`} className={css.problem} data-severity={d.severity ?? "error"}>
              <Glyph name={d.severity === "warning" ? "warning" : "error"} size={14} />
              <span>
                {d.message}
                {d.fix ? <span className={css.fix}> {d.fix}</span> : null}
              </span>
            </p>
          ))}
        </div>
      ) : null}
      {open && rest.length > 0 ? (
        <div className={css.nested} aria-label={pathText(path)} role="group">
          <Fields
            fields={rest}
            values={values}
            diagnostics={p.diagnostics}
            readOnly={p.readOnly}
            path={path}
            onChange={(at, value) => {
              const [name, ...deeper] = at.slice(path.length);
              if (typeof name !== "string") return;
              // A member written shortly becomes a mapping as soon as something else than its short field is set.
              if (deeper.length === 0) changeIn(name, value);
              else p.onChangeAt(at, value);
            }}
          />
        </div>
      ) : null}
    </div>
  );
}
