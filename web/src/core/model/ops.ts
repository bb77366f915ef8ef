import { stringify } from "yaml";
import { edgesOf, heal, type Items, itemsOf, replaceAt } from "./edges";
import { withMemberNames, withoutMembers } from "./members";
import { numbered, parse } from "./text";
import { type Edge, edgeIds, type Group, type ModelNode, type Note, outputOf, type Path, type Point } from "./types";
import { apply, same, Source, type Splice } from "./yamlsource";
import { isRecord } from "./yamlwrite";

/**
 * Changes of a document, from text to text. Each is one splice or a few: comments, order and style of what it does not touch stay. A text that is not a mapping
 * comes back as it is.
 */

function change(text: string, make: (source: Source) => Splice[]): string {
  const source = parse(text).source;
  return source?.root ? apply(text, make(source)) : text;
}

/** steps makes several changes one after the other. */
export function steps(text: string, ...changes: ((text: string) => string)[]): string {
  return changes.reduce((t, c) => c(t), text);
}

/** setAt writes a value anywhere in the document; undefined takes it away. Texts in place of numbers are ids: ["nodes", "shape", "params", "where"]. */
export function setAt(text: string, path: Path, value: unknown): string {
  return change(text, (s) => s.set(numbered(s, path), value));
}

/** withList writes what is left or new of one of the document's lists. */
export function withList(text: string, key: string, to: (values: unknown[]) => unknown[]): string {
  return change(text, (s) => {
    const have = s.value([key]);
    return Array.isArray(have) ? s.set([key], to(have)) : [];
  });
}

/** withTop writes what is left or new of one of the document's lists, and takes the list away where nothing is left. */
export function withTop(text: string, key: string, to: (values: unknown[]) => unknown[]): string {
  return change(text, (s) => {
    const have = s.value([key]);
    if (!Array.isArray(have)) return [];
    const next = to(have);
    return next.length > 0 ? s.set([key], next) : s.remove([key]);
  });
}

/** appendTo puts a value at the end of a list, which is made where it is missing. */
export function appendTo(text: string, path: Path, value: unknown): string {
  return change(text, (s) => {
    const have = s.value(numbered(s, path));
    return s.set(numbered(s, path), [...(Array.isArray(have) ? have : []), value]);
  });
}

/** setHeader writes one of the document's own keys; an empty text takes it away. */
export function setHeader(text: string, key: "name" | "description" | "time_zone", value: string): string {
  const absent = value === "" && key !== "name";
  return topKey(text, key, absent ? undefined : value);
}

/** order is the order of the document's keys, for those that are added. */
const order = ["format", "kind", "name", "description", "time_zone", "params", "entities", "joins", "nodes", "edges", "groups", "notes", "layout"];

/** topKey sets a key of the document; a new one is put where such keys stand. */
function topKey(text: string, key: string, value: unknown): string {
  return change(text, (s) => {
    const root = s.root;
    if (value === undefined) return s.remove([key]);
    if (!root || root.flow || s.value([key]) !== undefined || root.items.some((p) => String(p.key) === key)) return s.set([key], value);
    const rank = order.indexOf(key);
    const before = root.items.findLast((p) => order.indexOf(String(p.key)) <= rank && order.indexOf(String(p.key)) >= 0);
    return s.insertAfter(before ? String(before.key) : undefined, key, value);
  });
}

/** addNode puts a node at the end of the nodes, drawn at a place. */
export function addNode(text: string, node: ModelNode, at?: Point): string {
  const added = appendTop(text, "nodes", written(node));
  return at ? move(added, { [node.id]: at }) : added;
}

/** appendTop puts a value at the end of one of the document's lists, which is made where such lists stand. */
export function appendTop(text: string, key: string, value: unknown): string {
  const have = parse(text).source?.value([key]);
  return Array.isArray(have) && have.length > 0 ? appendTo(text, [key], value) : have === undefined || have === null ? topKey(text, key, [value]) : setAt(text, [key], [value]);
}

function written(n: ModelNode): Record<string, unknown> {
  return { id: n.id, component: n.component, ...(n.description ? { description: n.description } : {}), ...(n.bypass ? { bypass: true } : {}), ...(Object.keys(n.params).length > 0 ? { params: n.params } : {}) };
}

/** removeNodes takes nodes out, of their groups too, with their places. What led through a node with one input is connected again: deleting heals. */
export function removeNodes(text: string, ids: readonly string[]): string {
  const gone = new Set(ids);
  return steps(
    text,
    (t) => editEdges(t, (items) => heal(items, ids)),
    (t) => change(t, (s) => withoutItems(s, "nodes", (v) => isRecord(v) && gone.has(String(v.id)))),
    (t) => withTop(t, "groups", (all) => withoutMembers(all, gone)),
    (t) => ids.reduce((u, id) => setAt(u, ["layout", id], undefined), t),
  );
}

function withoutItems(s: Source, key: string, drop: (value: unknown) => boolean): Splice[] {
  const have = s.value([key]);
  return Array.isArray(have) ? s.set([key], have.filter((v) => !drop(v))) : [];
}

/** renameNode gives a node another id, in its edges, its group and its place too. The id must be free and right: see freeId and isId. */
export function renameNode(text: string, from: string, to: string): string {
  if (from === to) return text;
  const end = (e: Edge): Edge => ({ ...e, from: e.from === from ? to : e.from, to: e.to === from ? to : e.to });
  return steps(
    text,
    (t) => setAt(t, ["nodes", from, "id"], to),
    (t) => editEdges(t, (items) => items.map((i) => i.map(end))),
    (t) => withTop(t, "groups", (all) => withMemberNames(all, (id) => (id === from ? to : id))),
    (t) => {
      const at = parse(t).model.layout[from];
      return at ? move(setAt(t, ["layout", from], undefined), { [to]: at }) : t;
    },
  );
}

/** setParam writes a parameter of a node: path is within its params. undefined takes the parameter away, which is its default. */
export function setParam(text: string, node: string, path: Path, value: unknown): string {
  return hasNode(text, node) ? setAt(text, ["nodes", node, "params", ...path], value) : text;
}

/** setNode writes description or component of a node. */
export function setNode(text: string, node: string, key: "description" | "component", value: string | undefined): string {
  return hasNode(text, node) ? setAt(text, ["nodes", node, key], value === "" ? undefined : value) : text;
}

function hasNode(text: string, id: string): boolean {
  return parse(text).model.nodes.some((n) => n.id === id);
}

/** connect adds an edge behind the others. */
export function connect(text: string, edge: Edge): string {
  return appendTop(text, "edges", itemsOf([edge])[0]);
}

/** disconnect takes edges away, by their ids. */
export function disconnect(text: string, ids: readonly string[]): string {
  const all = parse(text).model.edges;
  const known = edgeIds(all);
  const gone = new Set(ids.map((id) => known.indexOf(id)));
  return editEdges(text, (items) => {
    let n = 0;
    return items.map((i) => i.filter(() => !gone.has(n++)));
  });
}

/** reconnect gives an edge other ends; it keeps its place in the order. */
export function reconnect(text: string, id: string, edge: Edge): string {
  const n = edgeIds(parse(text).model.edges).indexOf(id);
  return n < 0 ? text : editEdges(text, (items) => replaceAt(items, n, [edge]));
}

/** spliceOnEdge puts a node that is there between the ends of an edge. */
export function spliceOnEdge(text: string, id: string, node: string, port?: string): string {
  const all = parse(text).model.edges;
  const n = edgeIds(all).indexOf(id);
  const edge = all[n];
  if (!edge) return text;
  const into: Edge = { from: edge.from, to: node, ...(port ? { port } : {}) };
  return editEdges(text, (items) => replaceAt(items, n, [into, { ...edge, from: node }]));
}

/** editEdges writes the items of the edges that a change has changed, and no others. */
export function editEdges(text: string, to: (items: Items) => Items): string {
  return change(text, (s) => {
    const have = s.value(["edges"]);
    if (!Array.isArray(have)) return [];
    const before = have.map(edgesOf);
    const after = to(before);
    const next = have.flatMap((item, i) => (same(before[i], after[i]) ? [item] : itemsOf(after[i] ?? [])));
    return s.set(["edges"], next);
  });
}

/** move gives places, in whole pixels. Several are one change. */
export function move(text: string, places: Readonly<Record<string, Point>>): string {
  const rounded = Object.fromEntries(Object.entries(places).map(([id, p]) => [id, { x: Math.round(p.x), y: Math.round(p.y) }]));
  if (Object.keys(rounded).length === 0) return text;
  const have = parse(text).source?.value(["layout"]);
  if (!isRecord(have)) return topKey(text, "layout", rounded);
  return setAt(text, ["layout"], { ...have, ...rounded });
}

/**
 * Clip is a part of a model that is on its way to another place: nodes, the edges between them, the groups of which all is there, notes, and where they stood. Of
 * a relational model it has entities too, and the joins between them, as their text has them.
 */
export interface Clip {
  readonly nodes: readonly ModelNode[];
  readonly edges: readonly Edge[];
  readonly entities: readonly Declared[];
  readonly joins: readonly Declared[];
  readonly groups: readonly Group[];
  readonly notes: readonly Note[];
  readonly layout: Readonly<Record<string, Point>>;
}

/** Declared is an entity or a join as its text has it: short forms stay short. */
export type Declared = Readonly<Record<string, unknown>>;

/** declaredIn are the entities or joins of a document. */
export function declaredIn(text: string, key: "entities" | "joins"): Declared[] {
  const all = parse(text).source?.value([key]);
  return Array.isArray(all) ? all.filter(isRecord) : [];
}

/** clip takes nodes, entities and notes of a document. */
export function clip(text: string, ids: Iterable<string>, notes: ReadonlySet<string> = new Set()): Clip {
  const { model } = parse(text);
  const here = new Set([...model.nodes, ...model.entities].map((n) => n.id));
  const wanted = new Set([...ids].filter((id) => here.has(id)));
  return {
    nodes: model.nodes.filter((n) => wanted.has(n.id)),
    edges: model.edges.filter((e) => wanted.has(e.from) && wanted.has(e.to)),
    entities: declaredIn(text, "entities").filter((e) => wanted.has(String(e.id))),
    joins: declaredIn(text, "joins").filter((j) => wanted.has(String(j.from)) && wanted.has(String(j.to))),
    groups: model.groups.filter((g) => g.nodes.every((id) => wanted.has(id))),
    notes: model.notes.filter((n) => notes.has(n.id)),
    layout: Object.fromEntries(Object.entries(model.layout).filter(([id]) => wanted.has(id))),
  };
}

/** Pasted is the text with a clip in it, and the ids of its nodes, entities and notes there. */
export interface Pasted {
  text: string;
  ids: string[];
  notes: string[];
}

/**
 * pasteNodes puts a clip into a document. Ids that are taken are made free; `at` is where the clip's upper left corner goes. Where there are no entities, those of
 * the clip stay out, with what they alone are connected to.
 */
export function pasteNodes(text: string, c: Clip, at?: Point): Pasted {
  const { model } = parse(text);
  const relational = model.kind === "relational_model";
  const taken = new Set([...model.nodes, ...model.entities].map((n) => n.id));
  if (relational) taken.add(outputOf(model));
  const entities = relational ? c.entities : [];
  const names = new Map<string, string>();
  for (const n of [...entities, ...c.nodes]) {
    const id = freeId(String(n.id), taken);
    taken.add(id);
    names.set(String(n.id), id);
  }
  const corner = cornerOf(c);
  const shift = at && corner ? { x: at.x - corner.x, y: at.y - corner.y } : { x: 0, y: 0 };
  const named = (id: string) => names.get(id) ?? id;
  let out = text;
  for (const e of entities) out = appendTop(out, "entities", { ...e, id: named(String(e.id)) });
  for (const j of relational ? c.joins : []) out = appendTop(out, "joins", { ...j, from: named(String(j.from)), to: named(String(j.to)) });
  for (const n of c.nodes) out = addNode(out, { ...n, id: named(n.id) });
  for (const e of c.edges.filter((e) => names.has(e.from) && names.has(e.to))) out = connect(out, { ...e, from: named(e.from), to: named(e.to) });
  out = move(out, Object.fromEntries(Object.entries(c.layout).filter(([id]) => names.has(id)).map(([id, p]) => [named(id), { x: p.x + shift.x, y: p.y + shift.y }])));
  for (const g of c.groups.filter((g) => g.nodes.every((id) => names.has(id)))) out = appendTop(out, "groups", { ...g, id: freeAmong(parse(out).model.groups, g.id), nodes: g.nodes.map(named) });
  const notes: string[] = [];
  for (const n of c.notes) {
    const id = freeAmong(parse(out).model.notes, n.id);
    notes.push(id);
    out = appendTop(out, "notes", { ...n, id, x: Math.round(n.x + shift.x), y: Math.round(n.y + shift.y) });
  }
  return { text: out, ids: [...names.values()], notes };
}

function freeAmong(all: readonly { readonly id: string }[], wanted: string): string {
  return freeId(wanted, new Set(all.map((one) => one.id)));
}

/** duplicate copies nodes and notes within a document, a little below where they stand. */
export function duplicate(text: string, ids: Iterable<string>, notes?: ReadonlySet<string>): Pasted {
  const c = clip(text, ids, notes);
  const corner = cornerOf(c);
  return pasteNodes(text, c, corner && { x: corner.x + 24, y: corner.y + 72 });
}

function cornerOf(c: Clip): Point | undefined {
  const points = [...Object.values(c.layout), ...c.notes];
  if (points.length === 0) return undefined;
  return { x: Math.min(...points.map((p) => p.x)), y: Math.min(...points.map((p) => p.y)) };
}

/** isId says whether a text may be an id: letters of any script, digits and underscores, at most 64, not a digit first. */
export function isId(id: string): boolean {
  return /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(id) && [...id].length <= 64;
}

/** freeId returns an id that is not taken: the wanted one, or with a number behind it. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.replace(/[^\p{L}\p{Nd}_]+/gu, "_").replace(/^(?=\p{Nd})/u, "_").slice(0, 56) || "node";
  if (!taken.has(base)) return base;
  const stem = base.replace(/_?\d+$/, "") || base;
  for (let n = 2; ; n++) if (!taken.has(`${stem}_${n}`)) return `${stem}_${n}`;
}

/** asYAML writes data as a text of its own, for clips. */
export function asYAML(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
