import { Button, Input } from "antd";
import { useId } from "react";
import { useText, useWords } from "@/infra/words";
import { Glyph } from "../glyph";
import { IconButton } from "../menu";
import { w } from "../words";
import { at, mapOf } from "./field";
import css from "./form.module.css";
import { type ControlProps, Widget } from "./widget";

/** MapControl edits names and their values. A name is changed in its place, so that the order of the text stays. */
export function MapControl(p: ControlProps) {
  const t = useWords(w);
  const say = useText();
  const id = useId();
  const of = p.field.of;
  const entries = Object.entries(mapOf(p.value));
  if (!of) return null;
  const set = (next: readonly (readonly [string, unknown])[]) => p.onChange(next.length === 0 ? undefined : Object.fromEntries(next));
  // A name that another entry has cannot be taken: it would swallow that entry while it is typed.
  const rename = (i: number, name: string) => {
    if (!entries.some(([other], j) => j !== i && other === name)) set(entries.map((e, j) => (j === i ? [name, e[1]] : e)));
  };
  return (
    <div className={css.list}>
      {entries.map(([name, value], i) => {
        const path = [...p.path, name];
        return (
          <div key={i} className={css.line}>
            <div className={css.controls}>
              <Input className={css.mono} value={name} disabled={p.readOnly} aria-label={`${t("form.key")} ${i + 1}`} placeholder={t("form.key")} onChange={(e) => rename(i, e.target.value)} />
              <Widget {...p} id={`${id}-${i}`} field={of} siblings={[of]} siblingValues={{}} value={value} onChange={(v) => set(entries.map((e, j) => (j === i ? [e[0], v ?? ""] : e)))} path={path} label={`${say(of.label) || t("form.value")} ${name}`} invalid={at(p.diagnostics, path).length > 0} />
            </div>
            {p.readOnly ? null : (
              <div className={css.moves}>
                <IconButton small glyph="close" label={`${t("form.remove")} ${name}`} onClick={() => set(entries.filter((_, j) => j !== i))} />
              </div>
            )}
          </div>
        );
      })}
      {p.readOnly || entries.some(([name]) => name === "") ? null : (
        <Button size="small" type="text" className={css.add} icon={<Glyph name="plus" size={14} />} onClick={() => set([...entries, ["", ""]])}>
          {t("form.add")}
        </Button>
      )}
    </div>
  );
}
