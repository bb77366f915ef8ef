import { addNode, connect, freeId, setParam, steps } from "./model/ops";
import { outputOf } from "./model/relational";
import type { Field, Spec } from "./model/specs";
import { parse } from "./model/text";
import type { Model } from "./model/types";

/** What has been decided about a table that rows are to land in; the server proposes the rest around it. */
export interface Pins {
  database?: string;
  name?: string;
  engine?: string;
  order_by?: string[];
  partition_by?: { function?: string; column?: string };
  ttl?: { column?: string; after?: string };
  deduplication_window?: number;
  columns?: Record<string, { type?: string; codec?: string }>;
}

/** merge lays decisions over others. */
export function merge(pins: Pins, more: Pins): Pins {
  const columns = { ...pins.columns };
  for (const [name, c] of Object.entries(more.columns ?? {})) columns[name] = { ...columns[name], ...c };
  const { columns: _, ...rest } = { ...pins, ...more };
  return Object.keys(columns).length > 0 ? { ...rest, columns } : rest;
}

/** unpin leaves a decision to the server again; the path is a choice's: "engine", "columns.platform.type". */
export function unpin(pins: Pins, path: string): Pins {
  const column = /^columns\.(.*)\.(type|codec)$/.exec(path);
  if (!column) return Object.fromEntries(Object.entries(pins).filter(([key]) => key !== path));
  const [, name = "", part] = column;
  const left = Object.fromEntries(Object.entries(pins.columns?.[name] ?? {}).filter(([key]) => key !== part));
  const columns = Object.fromEntries(Object.entries({ ...pins.columns, [name]: left }).filter(([, c]) => Object.keys(c).length > 0));
  const { columns: _, ...rest } = pins;
  return Object.keys(columns).length > 0 ? { ...rest, columns } : rest;
}

/** decided are the parameters of a sink that a design gives values to; a sink that has them can be designed for. */
const decided = ["engine", "order_by", "partition_by", "deduplication_window"];

/** designable says whether tables are designed for a component: a sink that makes its table with what a design decides. */
export function designable(spec: Spec | undefined): boolean {
  return spec?.kind === "sink" && decided.every((name) => spec.fields.some((f) => f.name === name));
}

/** fieldOf finds a field of a type among a component's own. */
export function fieldOf(spec: Spec | undefined, type: Field["type"]): Field | undefined {
  return spec?.fields.find((f) => f.type === type);
}

/** output stands for what a model without sinks puts out. */
export const output = "";

/** outputNode is the node whose rows a model without sinks puts out: the one that leads nowhere. */
export function outputNode(model: Model): string | undefined {
  if (model.kind === "relational_model" && model.nodes.length === 0) return outputOf(model);
  const ends = model.nodes.filter((n) => !model.edges.some((e) => e.from === n.id));
  return ends.length === 1 ? ends[0]?.id : undefined;
}

/** suggestedTable is a table's name for a model that has none: the model's own, without the words that say it feeds one. */
export function suggestedTable(model: string): string {
  const parts = model.split(".");
  const last = (parts.at(-1) ?? "").replace(/_(feed|pipeline|model|view)$/, "");
  return [...parts.slice(0, -1), last].join(".");
}

/** isTable says whether a text is a full name of a table: catalog, database and name. */
export function isTable(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{Nd}_-]*(\.[\p{L}_][\p{L}\p{Nd}_-]*){2}$/u.test(name);
}

/** landing writes a sink into a document's text: into the node where it is one already, else as a new node behind it. sink is the id of the node that lands. */
export function landing(text: string, node: string, spec: Spec, params: Readonly<Record<string, unknown>>): { text: string; sink: string } {
  const { model } = parse(text);
  const there = model.nodes.find((n) => n.id === node);
  if (there && there.component === spec.name && model.edges.some((e) => e.to === node)) {
    // What a design decides and did not decide this time is the default again.
    const stale = Object.keys(there.params).filter((key) => !(key in params) && spec.fields.some((f) => f.name === key && (f.show_if || decided.includes(key))));
    const written = Object.entries(params).filter(([key, value]) => JSON.stringify(there.params[key]) !== JSON.stringify(value));
    return {
      sink: node,
      text: steps(text, ...stale.map((key) => (t: string) => setParam(t, node, [key], undefined)), ...written.map(([key, value]) => (t: string) => setParam(t, node, [key], value))),
    };
  }
  const from = node === output ? outputNode(model) : node;
  if (from === undefined) return { text, sink: "" };
  const sink = freeId("land", new Set([...model.nodes, ...model.entities].map((n) => n.id)));
  const at = model.layout[from];
  return {
    sink,
    text: steps(text, (t) => addNode(t, { id: sink, component: spec.name, params }, at && { x: at.x + 212, y: at.y }), (t) => connect(t, { from, to: sink })),
  };
}

/** ddl is statements as one text, to be read: narrower, and without the quotes that few names need. */
export function ddl(statements: readonly string[]): string {
  return statements.map((s) => s.replaceAll("`", "").replaceAll("    ", "  ") + ";").join("\n\n");
}

/** changed returns the numbers of the lines (from 0) of a text that another has not. */
export function changed(before: string, after: string): Set<number> {
  const left = new Map<string, number>();
  for (const line of before.split("\n")) left.set(line, (left.get(line) ?? 0) + 1);
  const out = new Set<number>();
  after.split("\n").forEach((line, i) => {
    const n = left.get(line) ?? 0;
    if (n === 0) out.add(i);
    else left.set(line, n - 1);
  });
  return out;
}

/** Piece is a run of a DDL's line with what it is. */
export interface Piece {
  text: string;
  kind?: "keyword" | "type" | "string";
}

/** pieces takes a line of DDL apart, to colour it: words in capitals are keywords, names that begin with one are types. */
export function pieces(line: string): Piece[] {
  const out: Piece[] = [];
  for (const m of line.matchAll(/'(?:[^'\\]|\\.)*'|\b[A-Z][A-Z]+\b|\b[A-Z][A-Za-z0-9]*\b|[^'A-Z]+|./g)) {
    const [text] = m;
    const kind = text.startsWith("'") && text.length > 1 ? "string" : /^[A-Z]{2,}$/.test(text) ? "keyword" : /^[A-Z][A-Za-z0-9]+$/.test(text) && /(^|[\s(,=])$/.test(line.slice(0, m.index)) ? "type" : undefined;
    out.push(kind ? { text, kind } : { text });
  }
  return out;
}

/** pinsOf reads the decisions that stand in a sink's parameters already. */
export function pinsOf(params: Readonly<Record<string, unknown>>): Pins {
  const pins: Pins = {};
  if (typeof params.engine === "string") pins.engine = params.engine;
  if (Array.isArray(params.order_by)) pins.order_by = params.order_by.map(String);
  if (typeof params.partition_by === "string") {
    const by = /^(\w+)\((.+)\)$/.exec(params.partition_by);
    pins.partition_by = params.partition_by === "tuple()" ? {} : by ? { function: by[1], column: by[2] } : { column: params.partition_by };
  }
  const { ttl } = params;
  if (typeof ttl === "object" && ttl !== null && "column" in ttl && "after" in ttl) pins.ttl = { column: String(ttl.column), after: String(ttl.after) };
  if (typeof params.deduplication_window === "number") pins.deduplication_window = params.deduplication_window;
  if (Array.isArray(params.columns)) {
    const columns: NonNullable<Pins["columns"]> = {};
    for (const c of params.columns as { column?: unknown; type?: unknown; codec?: unknown }[]) {
      if (typeof c.column !== "string") continue;
      columns[c.column] = { ...(typeof c.type === "string" ? { type: c.type } : {}), ...(typeof c.codec === "string" ? { codec: c.codec } : {}) };
    }
    pins.columns = columns;
  }
  return pins;
}
