import { AutoComplete, Checkbox, Input, Switch } from "antd";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import css from "./columns.module.css";
import type { Column } from "./data";
import { common } from "./words";

/** DraftColumn is a column that is being decided on. */
export interface DraftColumn extends Column {
  /** from is the name it has outside, by which its values are found. */
  from: string;
  /** out leaves it out. */
  out?: boolean;
}

/** Draft are the columns of a table in the making. */
export interface Draft {
  columns: DraftColumn[];
  key: string[];
  /** eventTime is a column, or "" for none. */
  eventTime: string;
}

// What most columns are of; every other type of the language can be typed.
const types = ["string", "int64", "int32", "float64", "boolean", "timestamp(3)", "timestamp(6)", "date", "decimal(18, 2)", "bytes", "json"].map((value) => ({ value }));

interface Props {
  draft: Draft;
  onChange: (d: Draft) => void;
  /** samples are values of each column, by the name it has outside. */
  samples?: ReadonlyMap<string, readonly unknown[]>;
  /** fixedNames: the names are those of the records, and cannot be others. */
  fixedNames?: boolean;
  /** pick: columns can be left out. */
  pick?: boolean;
  /** grow: columns can be added and removed. */
  grow?: boolean;
}

/** isTime says whether a column may be the event time. */
export function isTime(type: string): boolean {
  return type.startsWith("timestamp");
}

/** ColumnsEditor decides about a table's columns: names, types, what may be missing, what tells rows apart and which is the time. */
export function ColumnsEditor({ draft, onChange, samples, fixedNames, pick, grow }: Props) {
  const t = useWords(common);
  const set = (i: number, c: Partial<DraftColumn>) => {
    const old = draft.columns[i];
    if (!old) return;
    const next = { ...old, ...c };
    const renamed = (name: string) => (name === old.name ? next.name : name);
    const gone = next.out ?? false;
    onChange({
      columns: draft.columns.map((x, n) => (n === i ? next : x)),
      key: gone ? draft.key.filter((k) => k !== old.name) : draft.key.map(renamed),
      eventTime: draft.eventTime === old.name ? (gone || !isTime(next.type) ? "" : next.name) : draft.eventTime,
    });
  };
  const setKey = (name: string, on: boolean) => onChange({ ...draft, key: on ? [...draft.key, name] : draft.key.filter((k) => k !== name) });
  const remove = (i: number) => {
    const name = draft.columns[i]?.name;
    onChange({ columns: draft.columns.filter((_, n) => n !== i), key: draft.key.filter((k) => k !== name), eventTime: draft.eventTime === name ? "" : draft.eventTime });
  };
  return (
    <div className={css.editor}>
      <table>
        <thead>
          <tr>
            {pick ? <th scope="col"><span className="visually-hidden">{t("columns.take")}</span></th> : null}
            <th scope="col">{t("column.name")}</th>
            <th scope="col">{t("column.type")}</th>
            <th scope="col">{t("columns.nullable")}</th>
            <th scope="col">{t("overview.key")}</th>
            <th scope="col">{t("columns.time")}</th>
            {samples ? <th scope="col">{t("columns.samples")}</th> : null}
            {grow ? <th scope="col"><span className="visually-hidden">{t("columns.remove")}</span></th> : null}
          </tr>
        </thead>
        <tbody>
          {draft.columns.map((c, i) => (
            <tr key={i} data-out={c.out || undefined}>
              {pick ? <td><Checkbox checked={!c.out} aria-label={t("columns.takeOne", { column: c.name })} onChange={(e) => set(i, { out: !e.target.checked })} /></td> : null}
              <td className={css.name}>
                {fixedNames ? <code>{c.name}</code> : <Input size="small" className={css.mono} disabled={c.out} value={c.name} aria-label={t("columns.nameOf", { column: c.from || i + 1 })} status={c.name === "" || draft.columns.some((o, n) => n !== i && !o.out && o.name === c.name) ? "error" : undefined} onChange={(e) => set(i, { name: e.target.value })} />}
              </td>
              <td className={css.type}>
                <AutoComplete size="small" className={css.mono} disabled={c.out} value={c.type} options={types} aria-label={t("columns.typeOf", { column: c.name })} popupMatchSelectWidth={160} showSearch={{ filterOption: (text, o) => !types.some((x) => x.value === text) ? (o?.value ?? "").startsWith(text) : true }} onChange={(v: string) => set(i, { type: v })} />
              </td>
              <td><Switch size="small" disabled={c.out} checked={c.nullable} aria-label={t("columns.nullableOf", { column: c.name })} onChange={(on) => set(i, { nullable: on })} /></td>
              <td><Checkbox disabled={c.out} checked={draft.key.includes(c.name)} aria-label={t("columns.keyOf", { column: c.name })} onChange={(e) => setKey(c.name, e.target.checked)} /></td>
              <td>
                {isTime(c.type) ? (
                  <Checkbox disabled={c.out} checked={draft.eventTime === c.name} aria-label={t("columns.timeOf", { column: c.name })} onChange={(e) => onChange({ ...draft, eventTime: e.target.checked ? c.name : "" })} />
                ) : null}
              </td>
              {samples ? <td className={css.samples}>{(samples.get(c.from) ?? []).slice(0, 4).map((v, n) => <Sampled key={n} value={v} />)}</td> : null}
              {grow ? <td><IconButton glyph="trash" small label={t("columns.removeOne", { column: c.name })} onClick={() => remove(i)} /></td> : null}
            </tr>
          ))}
        </tbody>
      </table>
      {grow ? (
        <button type="button" className={css.add} onClick={() => onChange({ ...draft, columns: [...draft.columns, { name: "", from: "", type: "string", nullable: true }] })}>
          <Glyph name="plus" size={14} /> {t("columns.add")}
        </button>
      ) : null}
    </div>
  );
}

function Sampled({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <em>NULL</em>;
  return <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>;
}

/** draftOf begins with columns as they were found. */
export function draftOf(columns: readonly Column[], key: readonly string[], eventTime: string): Draft {
  return { columns: columns.map((c) => ({ ...c, from: c.name })), key: [...key], eventTime };
}

/** taken are the columns that are not left out, as the API takes them. */
export function taken(d: Draft): Column[] {
  return d.columns.filter((c) => !c.out).map(({ name, type, nullable, description }) => ({ name, type, nullable, ...(description ? { description } : {}) }));
}

/** sound says whether the columns can be sent: each has a name of its own and a type. */
export function sound(d: Draft): boolean {
  const names = taken(d).map((c) => c.name);
  return names.length > 0 && names.every((n) => n !== "") && new Set(names).size === names.length && taken(d).every((c) => c.type !== "");
}
