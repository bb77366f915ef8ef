import type { Analysis } from "./analysis";
import { half, joinIds, type Meeting, outputOf, type Table } from "./relational";
import type { Entity, Join, JoinKey, Model } from "./types";

/**
 * What can be joined with what, and what a join says where its text says nothing. The rules are those that can be told from roles, keys and types; all else the
 * server says of the text.
 */

/** JoinRefusal is why two entities cannot be joined so. The words are the builder's. */
export type JoinRefusal =
  | { readonly code: "joinSelf" | "joinTwice" | "joinCycle" }
  /** A join leads to the entity already. */
  | { readonly code: "joinParent"; readonly entity: string; readonly parent: string }
  | { readonly code: "joinTypes"; readonly from: string; readonly fromType: string; readonly to: string; readonly toType: string }
  /** A dimension is looked up by its key, not by another column. */
  | { readonly code: "joinKey"; readonly entity: string; readonly key: string }
  /** Joins lead from facts to dimensions, and a fact that is joined to a dimension would hang on nothing. */
  | { readonly code: "joinFact"; readonly entity: string }
  /** Rows of an entity go on only joined; an entity with a table takes no others; nothing leads into the joined rows but entities. */
  | { readonly code: "joinOutput"; readonly entity: string; readonly output: string }
  | { readonly code: "joinRows"; readonly entity: string; readonly table: string }
  | { readonly code: "joinInto"; readonly output: string };

/** Ends are two columns that somebody wishes to join; a missing column is "whichever belongs". */
export interface Ends {
  readonly from: string;
  readonly fromColumn?: string;
  readonly to: string;
  readonly toColumn?: string;
  /** instead is the id of a join whose place this takes. */
  readonly instead?: string;
}

/** Wished is what becomes of a wish: a new join, or one more pair of one that is there. */
export type Wished = { readonly join: Join; readonly adds?: undefined } | { readonly adds: string; readonly key: JoinKey; readonly join?: undefined };

/** TablesOf gives the rows of an entity as far as they are known. */
export type TablesOf = (entity: string) => Table;

const nothing: Table = { columns: [], key: [] };

/** tablesOf reads the tables of a model's entities from its analysis. One that was renamed since goes by its table. */
export function tablesOf(model: Model, analysis: Analysis | undefined): TablesOf {
  const known = analysis?.relational?.entities ?? [];
  return (id) => {
    const entity = model.entities.find((e) => e.id === id);
    const said = known.find((e) => e.id === id) ?? (entity?.table ? known.find((e) => e.table === entity.table) : undefined);
    if (!entity || !said?.schema) return nothing;
    const time = said.schema.event_time?.column;
    return { columns: said.schema.columns, key: entity.key ?? said.key ?? said.schema.key ?? [], ...(time ? { time } : {}) };
  };
}

/** wish says what two columns that are connected mean, or why they cannot be. A join leads from facts to dimensions, whichever end it was drawn from. */
export function wish(model: Model, tables: TablesOf, ends: Ends): Wished | { readonly refused: JoinRefusal } {
  if (ends.from === ends.to) return { refused: { code: "joinSelf" } };
  const ids = joinIds(model.joins);
  const others = ends.instead === undefined ? model.joins : model.joins.filter((_, i) => ids[i] !== ends.instead);
  const there = others.find((j) => (j.from === ends.from && j.to === ends.to) || (j.from === ends.to && j.to === ends.from));
  if (there) return another(model, tables, there, ends);
  const drawn = ends;
  const back: Ends = { ...ends, from: ends.to, fromColumn: ends.toColumn, to: ends.from, toColumn: ends.fromColumn };
  const why = refusal(model, others, tables, drawn);
  if (!why) return { join: joinOf(model, tables, drawn) };
  const whyBack = refusal(model, others, tables, back);
  if (!whyBack) return { join: joinOf(model, tables, back) };
  // Of the two reasons the one counts that is about the way such a join would lead.
  return { refused: why.code === "joinFact" ? whyBack : why };
}

/** another adds a pair to a join that is there. */
function another(model: Model, tables: TablesOf, join: Join, ends: Ends): Wished | { readonly refused: JoinRefusal } {
  const forward = join.from === ends.from;
  const from = forward ? ends.fromColumn : ends.toColumn;
  const to = forward ? ends.toColumn : ends.fromColumn;
  const pairs = keysOf(join, tables(join.to));
  if (from === undefined || to === undefined || pairs.some((k) => k.from === from && k.to === to)) return { refused: { code: "joinTwice" } };
  const why = typesDiffer(tables, { from: join.from, fromColumn: from, to: join.to, toColumn: to }) ?? beyondKey(model, tables, join.to, to);
  return why ? { refused: why } : { adds: joinIds(model.joins)[model.joins.indexOf(join)] ?? "", key: { from, to } };
}

/** refusal says why a join cannot lead this way. */
function refusal(model: Model, joins: readonly Join[], tables: TablesOf, e: Ends): JoinRefusal | undefined {
  const from = entityOf(model, e.from);
  const to = entityOf(model, e.to);
  if (!from || !to) return undefined;
  if (isDimension(from) && !isDimension(to)) return { code: "joinFact", entity: e.to };
  const parent = joins.find((j) => j.to === e.to);
  if (parent) return { code: "joinParent", entity: e.to, parent: parent.from };
  if (below(joins, e.to).has(e.from)) return { code: "joinCycle" };
  return typesDiffer(tables, e) ?? (e.toColumn === undefined ? undefined : beyondKey(model, tables, e.to, e.toColumn));
}

/** below are the entities that the joins from one lead to. */
function below(joins: readonly Join[], id: string): Set<string> {
  const seen = new Set([id]);
  for (const at of seen) for (const j of joins) if (j.from === at) seen.add(j.to);
  return seen;
}

function typesDiffer(tables: TablesOf, e: Ends): JoinRefusal | undefined {
  const from = tables(e.from).columns.find((c) => c.name === e.fromColumn);
  const to = tables(e.to).columns.find((c) => c.name === e.toColumn);
  if (!from || !to || from.type === to.type) return undefined;
  return { code: "joinTypes", from: `${e.from}.${from.name}`, fromType: from.type, to: `${e.to}.${to.name}`, toType: to.type };
}

function beyondKey(model: Model, tables: TablesOf, id: string, column: string): JoinRefusal | undefined {
  const { key } = tables(id);
  if (!isDimension(entityOf(model, id)) || key.length === 0 || key.includes(column)) return undefined;
  return { code: "joinKey", entity: id, key: key.join(", ") };
}

/** joinOf is the join that a wish makes. Where no columns are said they are found by their names and types, or left to be chosen. */
function joinOf(model: Model, tables: TablesOf, e: Ends): Join {
  const on = e.fromColumn !== undefined && e.toColumn !== undefined ? [{ from: e.fromColumn, to: e.toColumn }] : guess(tables(e.from), tables(e.to), e);
  const join: Join = { from: e.from, to: e.to, ...(on.length > 0 ? { on } : {}) };
  if (isDimension(entityOf(model, e.to))) return join;
  // Between two facts a side has one row where its key is compared; and they need a bound of time.
  const pairs = keysOf(join, tables(e.to));
  const one = (key: readonly string[], compared: readonly string[]) => key.length > 0 && key.every((k) => compared.includes(k));
  const fromOne = one(tables(e.from).key, pairs.map((k) => k.from));
  const toOne = one(tables(e.to).key, pairs.map((k) => k.to));
  const cardinality = toOne ? (fromOne ? "one_to_one" : undefined) : fromOne ? "one_to_many" : "many_to_many";
  return { ...join, ...(cardinality ? { cardinality } : {}), after: half };
}

/** guess finds what belongs to each column of a key: the one column of its name, or of the entity's name and it. */
function guess(from: Table, to: Table, e: Ends): JoinKey[] {
  const key = e.toColumn === undefined ? to.key : [e.toColumn];
  if (key.every((k) => from.columns.some((c) => c.name === k))) return e.toColumn === undefined ? [] : key.map((k) => ({ from: k, to: k }));
  return key.flatMap((k): JoinKey[] => {
    const type = to.columns.find((c) => c.name === k)?.type;
    const names = [k, `${e.to}_${k}`, `${e.to.replace(/s$/, "")}_${k}`];
    const found = e.fromColumn ?? from.columns.find((c) => names.includes(c.name) && c.type === type)?.name;
    return found === undefined ? [] : [{ from: found, to: k }];
  });
}

export function entityOf(model: Model, id: string): Entity | undefined {
  return model.entities.find((e) => e.id === id);
}

export function isDimension(e: Entity | undefined): boolean {
  return e?.role === "dimension";
}

/** keysOf are the pairs that a join compares: those that it says, or the key of what it leads to under the same names. */
export function keysOf(join: Join, to: Table): readonly JoinKey[] {
  return join.on && join.on.length > 0 ? join.on : to.key.map((k) => ({ from: k, to: k }));
}

/** matchOf is how the rows of a join meet, as the server chooses it: undefined for two facts of which neither a bound nor a TTL is said. */
export function matchOf(model: Model, join: Join): "temporal" | Meeting | undefined {
  if (join.match === "temporal" || join.match === "interval" || join.match === "keyed") return join.match;
  if (join.before !== undefined || join.after !== undefined) return "interval";
  if (isDimension(entityOf(model, join.to))) return "temporal";
  return join.ttl === undefined ? undefined : "keyed";
}

/** Ends of a line: how many rows of an entity belong to one of the other. */
export function manyOf(join: Join): { from: boolean; to: boolean } {
  const c = join.cardinality ?? "many_to_one";
  return { from: c === "many_to_one" || c === "many_to_many", to: c === "one_to_many" || c === "many_to_many" };
}

/** rootsOf are the entities that no join leads to. A model that is whole has one. */
export function rootsOf(model: Model): string[] {
  const joined = new Set(model.joins.map((j) => j.to));
  return model.entities.filter((e) => !joined.has(e.id)).map((e) => e.id);
}

/** rootOf is the entity that the joined rows begin with: of a model that is not whole yet, the first fact that no join leads to. */
export function rootOf(model: Model): string | undefined {
  const roots = rootsOf(model);
  return roots.find((id) => !isDimension(entityOf(model, id))) ?? roots[0];
}

/** multiplies says whether a row of the root can become several. */
export function multiplies(model: Model): boolean {
  return model.joins.some((j) => manyOf(j).to && j.join !== "semi" && j.join !== "anti");
}

/** flowRefusal says why a flow's edge cannot lead from or to what is joined; undefined where nothing of that is at an end, or it can. */
export function flowRefusal(model: Model, from: string, to: string): JoinRefusal | undefined {
  const output = outputOf(model);
  if (entityOf(model, from)) return { code: "joinOutput", entity: from, output };
  if (to === output) return { code: "joinInto", output };
  const entity = entityOf(model, to);
  return entity?.table === undefined ? undefined : { code: "joinRows", entity: to, table: entity.table };
}
