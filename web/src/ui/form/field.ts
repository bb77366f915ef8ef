/** The fields of a component as the API declares them, and the rules that a form of them follows. No component is known here by name. */

export interface Text {
  en: string;
  zh: string;
}

export type FieldType = "string" | "text" | "int" | "float" | "bool" | "duration" | "size" | "time" | "enum" | "expr" | "column" | "table" | "connection" | "type" | "format" | "params" | "list" | "object" | "map" | "schema";

/** A field, as GET /components has it. */
export interface Field {
  name: string;
  type: FieldType;
  label: Text;
  help?: Text;
  required?: boolean;
  default?: unknown;
  options?: readonly { value: string; label: Text }[] | null;
  secret?: boolean;
  min?: number;
  max?: number;
  min_text?: string;
  max_text?: string;
  show_if?: { field: string; in: readonly string[] };
  of?: Field;
  short?: string;
  fields?: readonly Field[] | null;
  advanced?: boolean;
}

/** Path leads to a value: ["columns", 2, "expr"]. */
export type Path = readonly (string | number)[];

/** Values are parameters exactly as the document has them; what is not there has its default. */
export type Values = Readonly<Record<string, unknown>>;

/** A problem with its place within the values: "columns[2].expr". */
export interface FieldDiagnostic {
  path?: string;
  message: string;
  fix?: string;
  severity?: string;
}

/** pathText writes a path as diagnostics do. */
export function pathText(path: Path): string {
  let out = "";
  for (const step of path) out += typeof step === "number" ? `[${step}]` : out === "" ? step : `.${step}`;
  return out;
}

/** isMap says whether a value is a mapping. */
export function isMap(v: unknown): v is Values {
  return typeof v === "object" && v !== null && !Array.isArray(v);
}

/** mapOf reads a value as a mapping; anything else is an empty one. */
export function mapOf(v: unknown): Values {
  return isMap(v) ? v : {};
}

/** listOf reads a value as a list; one value where a list could be is a list of it. */
export function listOf(v: unknown): readonly unknown[] {
  if (Array.isArray(v)) return v;
  return v === undefined || v === null ? [] : [v];
}

/** given is the value that counts: what is there, else the default. */
export function given(field: Field, values: Values): unknown {
  return values[field.name] ?? field.default;
}

/** shown says whether a field is to be seen: its condition holds on an earlier sibling, which is itself to be seen. */
export function shown(field: Field, fields: readonly Field[], values: Values): boolean {
  const rule = field.show_if;
  if (!rule) return true;
  const other = fields.find((f) => f.name === rule.field);
  if (!other || other === field || !shown(other, fields, values)) return false;
  return rule.in.includes(textOf(given(other, values)));
}

/** textOf writes a scalar as a document does. */
export function textOf(v: unknown): string {
  if (v === undefined || v === null) return "";
  return typeof v === "object" ? JSON.stringify(v) : String(v);
}

/** at keeps the problems of exactly this place. */
export function at(diagnostics: readonly FieldDiagnostic[], path: Path): FieldDiagnostic[] {
  const text = pathText(path);
  return diagnostics.filter((d) => d.path === text);
}

/** under says whether a place or anything in it has a problem. */
export function under(diagnostics: readonly FieldDiagnostic[], path: Path): boolean {
  const text = pathText(path);
  return diagnostics.some((d) => d.path !== undefined && (d.path === text || d.path.startsWith(`${text}.`) || d.path.startsWith(`${text}[`)));
}

/** expand reads a member of a list of objects: a plain text stands for its short field. */
export function expand(field: Field, member: unknown): Values {
  if (isMap(member)) return member;
  return field.short && member !== undefined && member !== null ? { [field.short]: member } : {};
}

/** collapse writes a member back as shortly as it was or can be: only a lone text that was short, or is new, becomes short. */
export function collapse(field: Field, before: unknown, after: Values): unknown {
  const { short } = field;
  const keys = Object.keys(after).filter((k) => after[k] !== undefined);
  if (short && keys.length === 1 && keys[0] === short && (before === undefined || !isMap(before)) && typeof after[short] !== "object") return after[short];
  if (short && keys.length === 0 && !isMap(before)) return "";
  return Object.fromEntries(keys.map((k) => [k, after[k]]));
}

/** put sets or, with undefined, takes away one entry. */
export function put(values: Values, name: string, value: unknown): Values {
  const next: Record<string, unknown> = { ...values };
  if (value === undefined) delete next[name];
  else next[name] = value;
  return next;
}

/** putAt is put at any depth, in a copy; it is what an owner's onChange does when it keeps plain values. */
export function putAt(values: Values, path: Path, value: unknown): Values {
  return (setIn(values, path, value) ?? {}) as Values;
}

function setIn(v: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = [...listOf(v)];
    list[step] = setIn(list[step], rest, value);
    return list;
  }
  return put(mapOf(v), step, setIn(mapOf(v)[step], rest, value));
}

/** A text of a number and a unit: "5s", "16MiB". Texts of several units ("1h30m") have none. */
export function quantity(text: string, units: readonly string[]): { amount: string; unit: string } | undefined {
  const m = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-zµ]*)\s*$/.exec(text);
  if (!m?.[1]) return undefined;
  const unit = m[2] ?? "";
  return units.includes(unit) ? { amount: m[1], unit } : undefined;
}

/** numberOf reads a typed text as a number of the document, or keeps the text for the server to object to. */
export function numberOf(text: string, whole: boolean): number | string {
  const trimmed = text.trim();
  const fits = whole ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const n = Number(trimmed);
  return fits.test(trimmed) && (!whole || Number.isSafeInteger(n)) ? n : trimmed;
}

/** isScalar says whether one line is enough for a field. */
export function isScalar(field: Field): boolean {
  return !["text", "list", "object", "map", "schema", "params"].includes(field.type);
}

/** setCount counts the fields that have a value of their own. */
export function setCount(fields: readonly Field[], values: Values): number {
  return fields.filter((f) => values[f.name] !== undefined).length;
}

/** moved puts an item of a list somewhere else. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(Math.max(0, Math.min(next.length, to)), 0, item);
  return next;
}
