import { withMemberNames, withoutMembers } from "./members";
import { appendTop, type Declared, declaredIn, disconnect, editEdges, freeId, move, setAt, steps, withList, withTop } from "./ops";
import { parse } from "./text";
import { type Edge, edgeIds, type Entity, type Join, type JoinKey, type KeptColumn, type Model, outputOf, type Path, type Point } from "./types";
import { isRecord } from "./yamlwrite";

export { outputOf } from "./types";

/**
 * Changes of a relational model, from text to text, as those of ops.ts: entities, joins and the columns that are kept. What a change does not touch stays byte for
 * byte what it was.
 */

/** joinId names the n-th join (from 0) between the same entities. It cannot be an edge's. */
export function joinId(j: Pick<Join, "from" | "to">, n = 0): string {
  return `${j.from}=${j.to}${n > 0 ? `#${n}` : ""}`;
}

/** joinIds returns the id of each join, in order. */
export function joinIds(joins: readonly Join[]): string[] {
  const seen = new Map<string, number>();
  return joins.map((j) => {
    const id = joinId(j);
    const n = seen.get(id) ?? 0;
    seen.set(id, n + 1);
    return joinId(j, n);
  });
}

/** joinAt finds a join by its id, and its place in the document. */
export function joinAt(model: Model, id: string): { join: Join; index: number } | undefined {
  const index = joinIds(model.joins).indexOf(id);
  const join = model.joins[index];
  return join && { join, index };
}

/** idsOf are all ids of a document: those of nodes, entities and of the joined rows. */
export function idsOf(model: Model): Set<string> {
  return new Set([...model.nodes.map((n) => n.id), ...model.entities.map((e) => e.id), outputOf(model)]);
}

/** addEntity puts an entity behind the others, drawn at a place. */
export function addEntity(text: string, entity: Entity, at?: Point): string {
  const added = appendTop(text, "entities", written(entity));
  return at ? move(added, { [entity.id]: at }) : added;
}

function written(e: Entity): Record<string, unknown> {
  const columns = e.columns?.map((c) => (c.expr === undefined ? c.name : { name: c.name, expr: c.expr }));
  return Object.fromEntries(Object.entries({ ...e, columns }).filter(([, v]) => v !== undefined));
}

/** removeEntities takes entities out, with their joins, the edges that lead into them, and their places. */
export function removeEntities(text: string, ids: readonly string[]): string {
  const gone = new Set(ids);
  const { model } = parse(text);
  if (!model.entities.some((e) => gone.has(e.id))) return text;
  const edges = edgeIds(model.edges).filter((_, i) => gone.has(model.edges[i]?.to ?? "") || gone.has(model.edges[i]?.from ?? ""));
  return steps(
    text,
    (t) => disconnect(t, edges),
    (t) => withList(t, "joins", (all) => all.filter((j) => !(isRecord(j) && (gone.has(String(j.from)) || gone.has(String(j.to)))))),
    (t) => withList(t, "entities", (all) => all.filter((e) => !(isRecord(e) && gone.has(String(e.id))))),
    (t) => withTop(t, "groups", (all) => withoutMembers(all, gone)),
    (t) => ids.reduce((u, id) => setAt(u, ["layout", id], undefined), t),
  );
}

/** renameEntity gives an entity another id, in its joins, its edges and its place too. The id must be free and right. */
export function renameEntity(text: string, from: string, to: string): string {
  const { model } = parse(text);
  if (from === to || !model.entities.some((e) => e.id === from)) return text;
  const end = (e: Edge): Edge => ({ ...e, from: e.from === from ? to : e.from, to: e.to === from ? to : e.to });
  const at = model.layout[from];
  return steps(
    text,
    (t) => setAt(t, ["entities", from, "id"], to),
    (t) => model.joins.reduce((u, j, i) => steps(u, (v) => (j.from === from ? setAt(v, ["joins", i, "from"], to) : v), (v) => (j.to === from ? setAt(v, ["joins", i, "to"], to) : v)), t),
    (t) => editEdges(t, (items) => items.map((i) => i.map(end))),
    (t) => withTop(t, "groups", (all) => withMemberNames(all, (id) => (id === from ? to : id))),
    (t) => (at ? move(setAt(t, ["layout", from], undefined), { [to]: at }) : t),
  );
}

/** setEntity writes a value of an entity; undefined takes it away, which is its default. */
export function setEntity(text: string, id: string, path: Path, value: unknown): string {
  return parse(text).model.entities.some((e) => e.id === id) ? setAt(text, ["entities", id, ...path], value) : text;
}

/** entityValues and joinValues are the parameters as the text has them, for forms: short forms stay short. */
export function entityValues(text: string, id: string): Readonly<Record<string, unknown>> {
  return rest(declaredIn(text, "entities").find((e) => e.id === id), ["id"]);
}

export function joinValues(text: string, id: string): Readonly<Record<string, unknown>> {
  const found = joinAt(parse(text).model, id);
  return rest(found && declaredIn(text, "joins")[found.index], ["from", "to"]);
}

function rest(value: Declared | undefined, without: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([k]) => !without.includes(k)));
}

/** duplicateEntities copies entities without their joins: the same table under another id, as the airports of departure and of arrival. */
export function duplicateEntities(text: string, ids: Iterable<string>): { text: string; ids: string[] } {
  const { model } = parse(text);
  const taken = idsOf(model);
  const wanted = new Set(ids);
  const made: string[] = [];
  let out = text;
  for (const value of declaredIn(text, "entities")) {
    const from = String(value.id);
    if (!wanted.has(from)) continue;
    const id = freeId(from, taken);
    taken.add(id);
    made.push(id);
    out = appendTop(out, "entities", { ...value, id });
    const at = model.layout[from];
    if (at) out = move(out, { [id]: { x: at.x + 24, y: at.y + 72 } });
  }
  return { text: out, ids: made };
}

/** addJoin puts a join behind the others. */
export function addJoin(text: string, join: Join): string {
  return appendTop(text, "joins", join);
}

/** removeJoins takes joins out, by their ids. */
export function removeJoins(text: string, ids: readonly string[]): string {
  const known = joinIds(parse(text).model.joins);
  const gone = new Set(ids.map((id) => known.indexOf(id)));
  gone.delete(-1);
  return gone.size === 0 ? text : withList(text, "joins", (all) => all.filter((_, i) => !gone.has(i)));
}

/** setJoin writes a value of a join. */
export function setJoin(text: string, id: string, path: Path, value: unknown): string {
  const found = joinAt(parse(text).model, id);
  return found ? setAt(text, ["joins", found.index, ...path], value) : text;
}

/** setKeys writes the pairs that a join compares. */
export function setKeys(text: string, id: string, keys: readonly JoinKey[]): string {
  return setJoin(text, id, ["on"], keys.length === 0 ? undefined : keys.map(({ from, to }) => ({ from, to })));
}

/** The ways in which two facts meet: within a bound of time, or by key for as long as a TTL says. */
export type Meeting = "interval" | "keyed";

/** The bounds that a new join of two facts begins with. */
export const half = "30m";
const day = "1d";

/** setMeeting changes how two facts meet; bounds that are there stay. */
export function setMeeting(text: string, id: string, meeting: Meeting): string {
  const found = joinAt(parse(text).model, id);
  if (!found) return text;
  const { join } = found;
  const put = (key: keyof Join, value: string | undefined) => (t: string) => setJoin(t, id, [key], value);
  if (meeting === "interval") return steps(text, put("ttl", undefined), put("match", undefined), join.before === undefined && join.after === undefined ? put("after", half) : (t) => t);
  return steps(text, put("before", undefined), put("after", undefined), put("match", undefined), join.ttl === undefined ? put("ttl", day) : (t) => t);
}

const turned: Readonly<Record<string, string>> = { many_to_one: "one_to_many", one_to_many: "many_to_one" };

/** turnJoin lets a join lead the other way. Expressions are of the side that a join leads from, so one with expressions stays as it is. */
export function turnJoin(text: string, id: string): string {
  const found = joinAt(parse(text).model, id);
  if (!found) return text;
  const { join, index } = found;
  const at = (key: string): Path => ["joins", index, key];
  const cardinality = join.cardinality ?? "many_to_one";
  return steps(
    text,
    (t) => setAt(t, at("from"), join.to),
    (t) => setAt(t, at("to"), join.from),
    (t) => (join.on ? setAt(t, at("on"), join.on.map((k) => ({ from: k.to, to: k.from }))) : t),
    (t) => setAt(t, at("cardinality"), without("many_to_one", turned[cardinality] ?? cardinality)),
    (t) => setAt(t, at("before"), join.after),
    (t) => setAt(t, at("after"), join.before),
  );
}

function without(standard: string, value: string): string | undefined {
  return value === standard ? undefined : value;
}

/** Table is what is known of an entity's rows: their columns in order, the key and the event time. */
export interface Table {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable?: boolean }[];
  readonly key: readonly string[];
  readonly time?: string;
}

/** isKept says whether the joined row has a column of an entity, under whatever name. Without a list it has all of a fact, and all but key and time of a dimension. */
export function isKept(entity: Entity, table: Table, column: string): boolean {
  if (entity.columns && entity.columns.length > 0) return entity.columns.some((c) => sourceOf(c) === column);
  return entity.role !== "dimension" || (!table.key.includes(column) && table.time !== column);
}

/** sourceOf is the column that a kept one is, where it is one as it stands. */
export function sourceOf(c: KeptColumn): string {
  return c.expr ?? c.name;
}

/** computedOf are the kept columns that are no column of the table: those with an expression. */
export function computedOf(entity: Entity, table: Table): KeptColumn[] {
  const names = new Set(table.columns.map((c) => c.name));
  return (entity.columns ?? []).filter((c) => !names.has(sourceOf(c)));
}

/** keepColumn keeps a column or lets it go. The last one stays: an empty list would be the default, which is more. New ones go where the table has them. */
export function keepColumn(text: string, id: string, column: string, keep: boolean, table: Table): string {
  const entity = parse(text).model.entities.find((e) => e.id === id);
  if (!entity || isKept(entity, table, column) === keep) return text;
  const order = table.columns.map((c) => c.name);
  const had: unknown[] = entity.columns?.length ? list(entityValues(text, id).columns) : order.filter((c) => isKept(entity, table, c));
  const source = (v: unknown) => (isRecord(v) ? String(v.expr ?? v.name) : String(v));
  if (!keep) {
    const next = had.filter((v) => source(v) !== column);
    return next.length === 0 ? text : setEntity(text, id, ["columns"], next);
  }
  const behind = had.findLastIndex((v) => order.includes(source(v)) && order.indexOf(source(v)) < order.indexOf(column));
  const next = had.toSpliced(behind + 1, 0, column);
  return setEntity(text, id, ["columns"], next);
}

function list(v: unknown): unknown[] {
  return Array.isArray(v) ? v : [];
}
