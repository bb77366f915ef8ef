/**
 * What components declare of themselves, as GET /components gives it. Nothing here knows a component by its name: kinds, ports and fields are all there is.
 */

export interface Text {
  en: string;
  zh: string;
}

export type FieldType =
  | "string" | "text" | "int" | "float" | "bool" | "duration" | "size" | "time" | "enum" | "expr" | "column" | "table" | "connection" | "type"
  | "format" | "params" | "list" | "object" | "map" | "schema";

export interface Field {
  name: string;
  type: FieldType;
  label: Text;
  help: Text;
  required: boolean;
  default?: unknown;
  /** initial is what a new node begins with. */
  initial?: unknown;
  options?: { value: string; label: Text }[] | null;
  secret?: boolean;
  min?: number;
  max?: number;
  min_text?: string;
  max_text?: string;
  show_if?: { field: string; in: string[] };
  of?: Field;
  short?: string;
  fields?: Field[] | null;
  advanced?: boolean;
}

export type Kind = "source" | "transform" | "sink" | "format" | "connection";

export interface Spec {
  kind: Kind;
  name: string;
  version: number;
  category: string;
  title: Text;
  summary: Text;
  help: Text;
  icon: string;
  min_inputs: number;
  /** -1 is any number. */
  max_inputs: number;
  ports: string[];
  has_output: boolean;
  fields: Field[];
  examples: { title: Text; yaml: string }[];
  sink?: { accepts: string[] };
}

/** The kinds that stand on a canvas as nodes. */
const nodeKinds: readonly Kind[] = ["source", "transform", "sink"];

/** Specs finds components. Where a source and a sink share a name, a node into which an edge leads is the sink. */
export class Specs {
  private readonly byName = new Map<string, Spec[]>();

  /** entity and join are the parameters of a relational model's declarations, but for the names that they go by. */
  constructor(
    readonly all: readonly Spec[],
    readonly entity: readonly Field[] = [],
    readonly join: readonly Field[] = [],
  ) {
    for (const s of all) {
      const key = s.name;
      const list = this.byName.get(key);
      if (list) list.push(s);
      else this.byName.set(key, [s]);
    }
  }

  /** nodes returns the components that can be nodes, in the order of the server. */
  get nodes(): Spec[] {
    return this.all.filter((s) => nodeKinds.includes(s.kind));
  }

  /** find returns the component of one kind. */
  find(kind: Kind, name: string): Spec | undefined {
    return this.byName.get(name)?.find((s) => s.kind === kind);
  }

  /** ofNode returns the component of a node, given whether an edge leads into it. */
  ofNode(component: string, hasInput: boolean): Spec | undefined {
    const all = this.byName.get(component)?.filter((s) => nodeKinds.includes(s.kind)) ?? [];
    if (all.length < 2) return all[0];
    return all.find((s) => (s.max_inputs === 0) !== hasInput) ?? all[0];
  }

  /** table returns the source that reads a table of the catalog: the one with a required field of that type; field is that field's name. */
  get table(): { spec: Spec; field: string } | undefined {
    for (const spec of this.all) {
      if (spec.kind !== "source") continue;
      const field = spec.fields.find((f) => f.type === "table" && f.required);
      if (field) return { spec, field: field.name };
    }
    return undefined;
  }
}

/** beginning returns the parameters of a new node. */
export function beginning(spec: Pick<Spec, "fields">): Record<string, unknown> {
  return Object.fromEntries(spec.fields.filter((f) => f.initial !== undefined).map((f) => [f.name, f.initial]));
}

/** shown says whether a field counts with the values of its siblings. An absent value counts as its default. */
export function shown(field: Field, fields: readonly Field[], values: Readonly<Record<string, unknown>>): boolean {
  const condition = field.show_if;
  if (!condition) return true;
  const sibling = fields.find((f) => f.name === condition.field);
  const value = values[condition.field] ?? sibling?.default;
  return value !== undefined && condition.in.includes(String(value)) && (!sibling || shown(sibling, fields, values));
}

/** lacking returns the required fields that have no value, as paths. A node that lacks one is not configured, whatever the server has said so far. */
export function lacking(fields: readonly Field[], values: Readonly<Record<string, unknown>>): string[] {
  const out: string[] = [];
  for (const f of fields) {
    if (!f.required || f.default !== undefined || !shown(f, fields, values)) continue;
    const value = values[f.name];
    if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)) out.push(f.name);
  }
  return out;
}
