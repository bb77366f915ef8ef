import { isMap, isSeq, type Node } from "yaml";
import { edgesOf } from "./edges";
import { type Edge, empty, type Entity, type Format, type Group, groupColors, type Join, type JoinKey, type KeptColumn, type Model, type ModelNode, type Note, type Parameter, type Path, type Point } from "./types";
import { plain, Source } from "./yamlsource";
import { isRecord } from "./yamlwrite";

/** Problem is what hinders the browser from reading a text; from and to are offsets. Everything else that is wrong with a model the server says. */
export interface TextProblem {
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

/** Parsed is a text as far as it can be read. */
export interface Parsed {
  readonly model: Model;
  /** ok is false where the text is not YAML or no mapping: the model is then what could still be read. */
  readonly ok: boolean;
  readonly problems: readonly TextProblem[];
  /** source is the text as YAML, undefined for scripts. */
  readonly source?: Source;
  /** rangeOf returns where the value at a path stands. A text in place of a number in ["nodes", "shape", "params"] is an id. */
  rangeOf(path: Path): [number, number] | undefined;
}

const remembered = new Map<string, Parsed>();

/** The last few texts are remembered, as one edit reads the same text several times. */
const rememberedTexts = 6;

/** parse reads a document's text. It never fails: a text that is half right gives half a model. Scripts (SQL) are read by the server alone. */
export function parse(text: string, format: Format = "yaml"): Parsed {
  if (format === "sql") return { model: empty, ok: true, problems: [], rangeOf: () => undefined };
  const known = remembered.get(text);
  if (known) return known;
  const parsed = read(text);
  remembered.set(text, parsed);
  if (remembered.size > rememberedTexts) remembered.delete(remembered.keys().next().value ?? "");
  return parsed;
}

function read(text: string): Parsed {
  const source = new Source(text);
  const problems: TextProblem[] = source.doc.errors.map((e) => ({ message: e.message, from: e.pos[0], to: Math.max(e.pos[1], e.pos[0]) }));
  const root = source.root;
  if (!root && text.trim() !== "") problems.push({ message: "The document is not a mapping.", from: 0, to: Math.min(text.length, 1) });
  return {
    model: root ? modelOf(plain(root)) : empty,
    ok: problems.length === 0 && root !== undefined,
    problems,
    source,
    rangeOf: (path) => source.range(numbered(source, path)),
  };
}

/** numbered turns ids in a path into places in lists. */
export function numbered(source: Source, path: Path): Path {
  const out: (string | number)[] = [];
  for (const step of path) {
    const at: Node | undefined = source.node(out);
    if (typeof step === "string" && isSeq(at)) {
      const i = at.items.findIndex((n) => isMap(n) && n.get("id") === step);
      out.push(i < 0 ? at.items.length : i);
    } else out.push(step);
  }
  return out;
}

function modelOf(data: unknown): Model {
  if (!isRecord(data)) return empty;
  return {
    format: typeof data.format === "number" ? data.format : 1,
    kind: text(data.kind) ?? "",
    name: text(data.name) ?? "",
    ...optional("description", text(data.description)),
    ...optional("timeZone", text(data.time_zone)),
    params: list(data.params).flatMap(parameter),
    nodes: unique(list(data.nodes).flatMap(node)),
    edges: list(data.edges).flatMap((e): Edge[] => edgesOf(e)),
    entities: unique(list(data.entities).flatMap(entity)),
    ...optional("output", text(data.output)),
    joins: list(data.joins).flatMap(join),
    groups: groups(list(data.groups), drawnIds(data)),
    notes: unique(list(data.notes).flatMap(note)),
    layout: layout(data.layout),
  };
}

function parameter(v: unknown): Parameter[] {
  if (!isRecord(v) || typeof v.name !== "string") return [];
  return [{ name: v.name, type: text(v.type) ?? "", ...("default" in v ? { default: v.default } : {}), ...optional("description", text(v.description)) }];
}

function node(v: unknown): ModelNode[] {
  if (!isRecord(v) || typeof v.id !== "string" || v.id === "") return [];
  return [{ id: v.id, component: text(v.component) ?? "", ...optional("description", text(v.description)), ...(v.bypass === true ? { bypass: true } : {}), params: isRecord(v.params) ? v.params : {} }];
}

function entity(v: unknown): Entity[] {
  if (!isRecord(v) || typeof v.id !== "string" || v.id === "") return [];
  return [
    {
      id: v.id,
      ...optional("table", text(v.table)),
      ...optional("role", text(v.role)),
      ...optional("key", Array.isArray(v.key) ? v.key.map(String) : undefined),
      ...optional("where", text(v.where)),
      ...optional("columns", Array.isArray(v.columns) ? v.columns.flatMap(column) : undefined),
      ...optional("prefix", text(v.prefix)),
      ...optional("description", text(v.description)),
    },
  ];
}

function column(v: unknown): KeptColumn[] {
  if (typeof v === "string") return [{ name: v }];
  return isRecord(v) && typeof v.name === "string" ? [{ name: v.name, ...optional("expr", text(v.expr)) }] : [];
}

function join(v: unknown): Join[] {
  if (!isRecord(v) || typeof v.from !== "string" || typeof v.to !== "string") return [];
  const keys = ["cardinality", "join", "before", "after", "ttl", "wait", "correct", "match"] as const;
  const rest: Partial<Record<(typeof keys)[number], string>> = {};
  for (const k of keys) {
    const said = text(v[k]);
    if (said !== undefined) rest[k] = said;
  }
  return [{ from: v.from, to: v.to, ...optional("on", Array.isArray(v.on) ? v.on.flatMap(joinKey) : undefined), ...rest }];
}

function joinKey(v: unknown): JoinKey[] {
  return isRecord(v) ? [{ from: text(v.from) ?? "", to: text(v.to) ?? "" }] : [];
}

function layout(v: unknown): Record<string, Point> {
  if (!isRecord(v)) return {};
  return Object.fromEntries(Object.entries(v).flatMap(([id, p]) => (isRecord(p) && typeof p.x === "number" && typeof p.y === "number" ? [[id, { x: p.x, y: p.y }]] : [])));
}

/** drawnIds are the ids of what has a place on the canvas. */
function drawnIds(data: Record<string, unknown>): Set<string> {
  const ids = [...list(data.nodes), ...list(data.entities)].flatMap((n) => (isRecord(n) && typeof n.id === "string" ? [n.id] : []));
  return new Set(data.kind === "relational_model" ? [...ids, text(data.output) ?? "wide"] : ids);
}

/** groups reads the groups as the server does: what is no node is left out, a node is in the first group that names it, and a group has one at least. */
function groups(all: readonly unknown[], nodes: ReadonlySet<string>): Group[] {
  const grouped = new Set<string>();
  return unique(
    all.flatMap((v): Group[] => {
      if (!isRecord(v) || typeof v.id !== "string" || v.id === "") return [];
      const members = list(v.nodes).filter((id): id is string => typeof id === "string" && nodes.has(id) && !grouped.has(id) && Boolean(grouped.add(id)));
      if (members.length === 0) return [];
      return [{ id: v.id, ...optional("title", text(v.title) || undefined), nodes: members, ...optional("color", groupColors.find((c) => c === v.color)) }];
    }),
  );
}

function note(v: unknown): Note[] {
  if (!isRecord(v) || typeof v.id !== "string" || v.id === "" || typeof v.x !== "number" || typeof v.y !== "number") return [];
  return [{ id: v.id, text: text(v.text) ?? "", x: v.x, y: v.y, ...optional("width", typeof v.width === "number" ? v.width : undefined) }];
}

/** unique keeps the first of each id: two of one could not be told apart on a canvas, and the server says what is wrong. */
function unique<T extends { id: string }>(all: T[]): T[] {
  const seen = new Set<string>();
  return all.filter((x) => !seen.has(x.id) && seen.add(x.id));
}

function list(v: unknown): unknown[] {
  return Array.isArray(v) ? v : [];
}

function text(v: unknown): string | undefined {
  return typeof v === "string" ? v : typeof v === "number" || typeof v === "boolean" ? String(v) : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
