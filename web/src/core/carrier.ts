import type { AnalysedNode, AnalysedTime } from "./model/analysis";
import type { Field, Spec, Specs } from "./model/specs";

/**
 * A table between two models lives where what the one writes the other reads: in a system that a sink and a source of one name share. Which those are, their
 * declarations say.
 */
export interface Carrier {
  readonly sink: Spec;
  readonly source: Spec;
  /** connection and place are the parameters that both need: which system, and what the table is called there. */
  readonly connection: Field;
  readonly place: Field;
}

/** carriersOf returns the carriers there are: sinks that need a connection and one name, which a source needs too that takes its columns from the table. */
export function carriersOf(specs: Specs): Carrier[] {
  return specs.all.flatMap((sink): Carrier[] => {
    const source = sink.kind === "sink" ? specs.find("source", sink.name) : undefined;
    if (!source?.fields.some((f) => f.type === "schema" && !f.required)) return [];
    const [connection, place, ...more] = needed(sink);
    const fits = (f: Field | undefined, type: Field["type"]): f is Field => f?.type === type && needed(source).some((o) => o.name === f.name && o.type === type);
    return more.length === 0 && fits(connection, "connection") && fits(place, "string") ? [{ sink, source, connection, place }] : [];
  });
}

/** needed are the parameters without which a component is nothing, connections first. */
function needed(spec: Spec): Field[] {
  const all = spec.fields.filter((f) => f.required && f.default === undefined && f.show_if === undefined);
  return [...all.filter((f) => f.type === "connection"), ...all.filter((f) => f.type !== "connection")];
}

/** takes says whether a carrier's tables can be in a connection of a kind. */
export function takes(c: Carrier, connection: string): boolean {
  return (c.connection.options ?? []).some((o) => o.value === connection);
}

/** Carried are rows as a table keeps them. */
export interface Carried {
  readonly kind: "stream" | "changelog";
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean; readonly description?: string }[];
  readonly key: readonly string[];
  readonly eventTime?: { readonly column: string; readonly out_of_order?: string; readonly max_future?: string; readonly idle?: string };
}

/** Uncarried is why rows cannot be kept in a table: their columns are not known, or they change and nothing tells them apart. */
export type Uncarried = "unknown" | "unkeyed";

/** carriedOf says what a table keeps of the rows that a node puts out. */
export function carriedOf(node: AnalysedNode | undefined): Carried | Uncarried {
  const schema = node?.failed ? undefined : node?.schema;
  if (!schema || schema.columns.length === 0) return "unknown";
  const changes = node?.mode !== undefined && node.mode !== "append";
  const key = (changes ? node.key : undefined) ?? schema.key ?? [];
  if (changes && key.length === 0) return "unkeyed";
  return {
    kind: changes ? "changelog" : "stream",
    columns: schema.columns.map((c) => ({ name: c.name, type: c.type, nullable: c.nullable && !key.includes(c.name), ...(c.doc ? { description: c.doc } : {}) })),
    key,
    ...(schema.event_time ? { eventTime: timeOf(schema.event_time) } : {}),
  };
}

/** usual is how late rows may be where nothing says otherwise. */
export const usual = "5s";

/**
 * timeOf is the event time as a table declares it. Rows that never come late within their model, as those of windows, do in a table: it has several partitions,
 * which are written side by side.
 */
function timeOf(t: AnalysedTime): NonNullable<Carried["eventTime"]> {
  const spans = { out_of_order: t.out_of_order === undefined || brief(t.out_of_order) === "0s" ? usual : t.out_of_order, max_future: t.max_future, idle: t.idle };
  return { column: t.column, ...Object.fromEntries(Object.entries(spans).flatMap(([key, v]) => (v === undefined ? [] : [[key, brief(v)]]))) };
}

/** brief writes a duration without the units that say nothing: "1m", not "1m0s". */
function brief(duration: string): string {
  return duration.replace(/m0s$/, "m").replace(/h0m$/, "h");
}

/** Binding is a component with its parameters. */
export interface Binding {
  readonly component: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Named is how a table is called and whose it is. */
export interface Named {
  readonly name: string;
  readonly team: string;
  readonly description: string;
}

/** layers are the catalogs that say of a table where it stands. */
const layers: readonly string[] = ["ODS", "DWD", "DWS", "DIM", "CDM", "ADS"];

/** declarationOf is what the catalog is told of a table. late is how late its rows may be, where they have a time. */
export function declarationOf(named: Named, rows: Carried, bindings: { source: Binding; sink: Binding }, late: string) {
  const layer = named.name.split(".")[0]?.toUpperCase() ?? "";
  return {
    name: named.name,
    team: named.team,
    ...(named.description === "" ? {} : { description: named.description }),
    ...(layers.includes(layer) ? { layer } : {}),
    kind: rows.kind,
    columns: [...rows.columns],
    ...(rows.key.length === 0 ? {} : { key: [...rows.key] }),
    ...(rows.eventTime === undefined ? {} : { event_time: { ...rows.eventTime, out_of_order: late } }),
    ...bindings,
  };
}

/** placeOf proposes what a table is called in its system: its own name, in the letters that all systems know. */
export function placeOf(table: string): string {
  return table.replace(/[^A-Za-z0-9._-]/g, "_");
}

// These parameters are called alike in all components that have them.
const upsert = "upsert";
const ifMissing = "if_missing";

/** bindingsOf says how a table of such rows is written and read. Its place is made by whoever writes first. */
export function bindingsOf(c: Carrier, rows: Carried, connection: string, place: string): { source: Binding; sink: Binding } {
  const where = { [c.connection.name]: connection, [c.place.name]: place };
  const offers = (spec: Spec, field: string, value: string) => spec.fields.some((f) => f.name === field && f.options?.some((o) => o.value === value));
  const keyed = rows.kind === "changelog";
  const replaces = (spec: Spec) => (keyed && offers(spec, "changelog", upsert) ? { changelog: upsert } : {});
  return {
    source: { component: c.source.name, params: { ...where, ...replaces(c.source) } },
    sink: { component: c.sink.name, params: { ...where, ...replaces(c.sink), ...(keyed ? { key: rows.key } : {}), ...(offers(c.sink, "create", ifMissing) ? { create: ifMissing } : {}) } },
  };
}
