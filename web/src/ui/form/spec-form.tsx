import { type ReactNode, useId, useState } from "react";
import { useText, useWords } from "@/infra/words";
import { Glyph } from "../glyph";
import { w } from "../words";
import { type Column, FormContext, useWorld } from "./context";
import { at, type Field, type FieldDiagnostic, isScalar, type Path, pathText, setCount, shown, under, type Values } from "./field";
import css from "./form.module.css";
import { Labelled } from "./labelled";
import { Widget } from "./widget";

export interface SpecFormProps {
  fields: readonly Field[];
  values: Values;
  /** diagnostics with paths within the values; those of hidden fields are shown on top. */
  diagnostics?: readonly FieldDiagnostic[];
  /** upstream are the columns that go in; without it those of FormContext hold. */
  upstream?: readonly Column[];
  /** onChange gives the new value at a path; undefined takes it away, so that the default holds. */
  onChange: (path: Path, value: unknown) => void;
  readOnly?: boolean;
}

/** SpecForm is the one form of all components: what is drawn follows from the fields' declarations. */
export function SpecForm({ fields, values, diagnostics = [], upstream, onChange, readOnly = false }: SpecFormProps) {
  const world = useWorld();
  const form = <Fields fields={fields} values={values} diagnostics={diagnostics} onChange={onChange} readOnly={readOnly} path={[]} />;
  return <div className={css.form}>{upstream ? <FormContext value={{ ...world, columns: upstream }}>{form}</FormContext> : form}</div>;
}

interface FieldsProps {
  fields: readonly Field[];
  values: Values;
  diagnostics: readonly FieldDiagnostic[];
  onChange: (path: Path, value: unknown) => void;
  readOnly: boolean;
  path: Path;
}

/** Fields draws the members of one mapping: first what everybody sets, then, folded, the rest. */
export function Fields({ fields, values, diagnostics, onChange, readOnly, path }: FieldsProps) {
  const t = useWords(w);
  const seen = fields.filter((f) => shown(f, fields, values));
  const plain = seen.filter((f) => !f.advanced);
  const advanced = seen.filter((f) => f.advanced);
  const wrong = advanced.some((f) => under(diagnostics, [...path, f.name]));
  const row = (f: Field) => <FieldRow key={f.name} field={f} siblings={fields} values={values} diagnostics={diagnostics} onChange={onChange} readOnly={readOnly} path={[...path, f.name]} />;
  if (seen.length === 0) return <p className={css.none}>{t("form.noFields")}</p>;
  return (
    <>
      {plain.map(row)}
      {advanced.length > 0 ? (
        <Fold title={t("form.advanced")} note={setCount(advanced, values) > 0 ? t("form.advancedSet", { n: setCount(advanced, values) }) : undefined} open={wrong || plain.length === 0}>
          {advanced.map(row)}
        </Fold>
      ) : null}
    </>
  );
}

/** Fold hides what few need behind a line that says how much of it is set. */
function Fold({ title, note, open, children }: { title: string; note?: string; open: boolean; children: ReactNode }) {
  const id = useId();
  const [chosen, setChosen] = useState<boolean>();
  const now = chosen ?? open;
  return (
    <div className={css.fold}>
      <button type="button" className={css.foldHead} aria-expanded={now} aria-controls={id} onClick={() => setChosen(!now)}>
        <Glyph name={now ? "chevronDown" : "chevronRight"} size={14} />
        <span>{title}</span>
        {note ? <span className={css.foldNote}>{note}</span> : null}
      </button>
      {now ? (
        <div id={id} className={css.foldBody}>
          {children}
        </div>
      ) : null}
    </div>
  );
}

interface FieldRowProps extends Omit<FieldsProps, "fields"> {
  field: Field;
  siblings: readonly Field[];
}

/** FieldRow is one field with its label, help and problems. */
export function FieldRow({ field, siblings, values, diagnostics, onChange, readOnly, path }: FieldRowProps) {
  const t = useWords(w);
  const say = useText();
  const id = `${useId()}-${pathText(path)}`;
  const value = values[field.name];
  const own = at(diagnostics, path);
  const help = say(field.help);
  const group = !isScalar(field) && field.type !== "text" && !(field.type === "list" && field.of?.type === "column");
  const settable = value !== undefined && !field.required && !readOnly && !group;
  return (
    <Labelled
      id={id}
      label={say(field.label) || field.name}
      help={help}
      required={field.required}
      diagnostics={own}
      inline={field.type === "bool"}
      group={group}
      reset={settable ? { label: t("form.reset"), run: () => onChange(path, undefined) } : undefined}
    >
      <Widget
        id={id}
        field={field}
        siblings={siblings}
        siblingValues={values}
        value={value}
        onChange={(v) => onChange(path, v)}
        onChangeAt={onChange}
        path={path}
        diagnostics={diagnostics}
        invalid={own.some((d) => (d.severity ?? "error") === "error")}
        describedBy={help || own.length > 0 ? `${id}-about` : undefined}
        label={say(field.label) || field.name}
        readOnly={readOnly}
      />
    </Labelled>
  );
}
