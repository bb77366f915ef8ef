import type { Edge as CanvasEdge, Node as CanvasNode } from "@xyflow/react";
import { groupBy } from "@/core/group";
import type { Analysis, Finding } from "@/core/model/analysis";
import { isDimension, keysOf, manyOf, matchOf, rootOf, tablesOf } from "@/core/model/joins";
import { computedOf, isKept, joinIds, outputOf, sourceOf, type Table } from "@/core/model/relational";
import type { Entity, Join, Model, Point, Size } from "@/core/model/types";
import { nodeHeight, nodeWidth, project as projectFlow } from "../flow/drawing";
import type { Drawing } from "../grammar";

/** Row is a column as an entity shows it. */
export interface Row {
  readonly name: string;
  /** type is empty while it is not known. */
  readonly type: string;
  readonly kept: boolean;
  readonly mark?: "key" | "link" | "time" | "computed";
  readonly joined: boolean;
}

export interface EntityData extends Record<string, unknown> {
  readonly dimension: boolean;
  readonly table?: string;
  readonly rows: readonly Row[];
  /** shown are the rows that stand there while the rest is folded, by their places among rows. */
  readonly shown: readonly number[];
  /** fed says that a node's rows come in. */
  readonly fed: boolean;
  readonly errors: number;
  readonly warnings: number;
  readonly note?: string;
}

export interface JoinData extends Record<string, unknown> {
  readonly keys: number;
  readonly match?: "temporal" | "interval" | "keyed";
  readonly before?: string;
  readonly after?: string;
  readonly ttl?: string;
  readonly many: { readonly from: boolean; readonly to: boolean };
  readonly errors: number;
  readonly warnings: number;
}

/** WideData is what the joined rows show of themselves. */
export interface WideData extends Record<string, unknown> {
  readonly columns?: number;
  readonly errors: number;
  readonly used: boolean;
}

export type EntityNodeType = CanvasNode<EntityData, "entity">;
export type WideNodeType = CanvasNode<WideData, "wide">;
export type JoinEdgeType = CanvasEdge<JoinData, "join">;

/** The measures of an entity, as LOOK.md has them. */
export const entityWidth = 188;
const head = 40;
const row = 24;
const border = 2;

/** Up to so many rows are shown; what takes part in a join is shown in any case. */
const most = 8;

/** rowsOf are an entity's columns: those of its table and, while that is not known, those that the text names; computed ones behind. */
export function rowsOf(entity: Entity, table: Table, joined: ReadonlySet<string>): Row[] {
  const known = table.columns.map((c): Row => {
    const mark = table.key.includes(c.name) ? "key" : table.time === c.name ? "time" : joined.has(c.name) ? "link" : undefined;
    return { name: c.name, type: c.type, kept: isKept(entity, table, c.name), ...(mark ? { mark } : {}), joined: joined.has(c.name) };
  });
  if (table.columns.length === 0) {
    const kept = (entity.columns ?? []).filter((c) => c.expr === undefined).map((c) => c.name);
    for (const name of new Set([...joined, ...kept])) known.push({ name, type: "", kept: kept.includes(name), ...(joined.has(name) ? { mark: "link" } : {}), joined: joined.has(name) });
  }
  const names = new Set(known.map((r) => r.name));
  for (const c of computedOf(entity, table)) if (!names.has(sourceOf(c))) known.push({ name: c.name, type: "", kept: true, mark: "computed", joined: false });
  return known;
}

/** shownOf chooses the rows that are not folded: joined columns always, then keys and times, then what is kept, in their order. One alone is not worth a fold. */
export function shownOf(rows: readonly Row[]): number[] {
  const all = rows.map((_, i) => i);
  if (rows.length <= most + 1) return all;
  const rank = (r: Row) => (r.joined ? 0 : r.mark === "key" || r.mark === "time" ? 1 : r.kept ? 2 : 3);
  const ranked = all.toSorted((a, b) => rank(rows[a] as Row) - rank(rows[b] as Row) || a - b);
  const needed = rows.filter((r) => r.joined).length;
  return ranked.slice(0, Math.max(needed, most)).sort((a, b) => a - b);
}

/** joinedOf are the columns of an entity that joins compare. */
export function joinedOf(model: Model, id: string, tables: (id: string) => Table): Set<string> {
  const names = new Set<string>();
  for (const j of model.joins) {
    for (const k of keysOf(j, tables(j.to))) {
      if (j.from === id && isName(k.from)) names.add(k.from);
      if (j.to === id && isName(k.to)) names.add(k.to);
    }
  }
  return names;
}

/** isName says whether a side of a pair is a column and no expression. */
function isName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text);
}

/** entitySize is the size of an entity with its folded rows. */
export function entitySize(model: Model, id: string, analysis: Analysis | undefined): Size {
  const entity = model.entities.find((e) => e.id === id);
  if (!entity) return { width: nodeWidth, height: nodeHeight };
  const tables = tablesOf(model, analysis);
  const rows = rowsOf(entity, tables(id), joinedOf(model, id, tables));
  return sizeOf(rows.length, shownOf(rows).length);
}

function sizeOf(all: number, shown: number): Size {
  return { width: entityWidth, height: head + row * shown + (all > shown ? row : 0) + border };
}

/** project draws entities with their joins, the joined rows, and the nodes before and behind. */
export function project(drawing: Drawing): { nodes: CanvasNode[]; edges: CanvasEdge[] } {
  const { model, analysis, places } = drawing;
  const output = outputOf(model);
  const findings = groupBy(analysis?.diagnostics ?? [], (d) => d.node ?? "");
  const tables = tablesOf(model, analysis);
  const fed = new Set(model.edges.map((e) => e.to));
  const entities = model.entities.map((e): EntityNodeType => {
    const rows = rowsOf(e, tables(e.id), joinedOf(model, e.id, tables));
    const shown = shownOf(rows);
    const data: EntityData = {
      dimension: isDimension(e),
      ...(e.table === undefined ? {} : { table: e.table }),
      rows,
      shown,
      fed: fed.has(e.id),
      ...count(findings.get(e.id) ?? []),
      ...(e.description ? { note: e.description } : {}),
    };
    return { id: e.id, type: "entity", position: placeOf(places, e.id), data, ...sizeOf(rows.length, shown.length) };
  });
  const wide: WideNodeType[] =
    entities.length === 0
      ? []
      : [
          {
            id: output,
            type: "wide",
            position: placeOf(places, output),
            data: { columns: analysis?.relational?.output?.columns.length, errors: count(findings.get(output) ?? []).errors, used: model.edges.some((e) => e.from === output) },
            width: nodeWidth,
            height: nodeHeight,
            deletable: false,
          },
        ];
  // The flow draws its nodes, and edges between whatever it knows: entities and the joined rows stand in as nodes, and are drawn here.
  const strange = new Set([...model.entities.map((e) => e.id), output]);
  const standIns = [...strange].map((id) => ({ id, component: "", params: {} }));
  const flow = projectFlow({ ...drawing, model: { ...model, nodes: [...model.nodes, ...standIns] } });
  const nodes: CanvasNode[] = [...entities, ...wide, ...flow.nodes.filter((n) => !strange.has(n.id))];
  const edges: CanvasEdge[] = [...joinEdges(drawing, entities), ...leads(drawing, entities, output), ...flow.edges];
  return { nodes, edges };
}

function placeOf(places: ReadonlyMap<string, Point>, id: string): Point {
  return places.get(id) ?? { x: 0, y: 0 };
}

function count(findings: readonly Finding[]): { errors: number; warnings: number } {
  return { errors: findings.filter((f) => f.severity === "error").length, warnings: findings.filter((f) => f.severity === "warning").length };
}

/** leads is the way from the fact that all begins with to the joined rows. It says nothing that could be changed. */
function leads({ model, places }: Drawing, entities: readonly EntityNodeType[], output: string): CanvasEdge[] {
  const id = rootOf(model);
  const root = entities.find((e) => e.id === id);
  if (!root) return [];
  const below = placeOf(places, output).y + nodeHeight / 2 > root.position.y + (root.height ?? 0);
  return [{ id: `${root.id}~${output}`, type: "lead", source: root.id, target: output, sourceHandle: below ? foot : "", targetHandle: "", selectable: false, focusable: false, reconnectable: false, deletable: false }];
}

function joinEdges({ model, analysis, places }: Drawing, entities: readonly EntityNodeType[]): JoinEdgeType[] {
  const known = new Map(entities.map((e) => [e.id, e.data]));
  const ids = joinIds(model.joins);
  const tables = tablesOf(model, analysis);
  return model.joins.flatMap((j, i): JoinEdgeType[] => {
    const from = known.get(j.from);
    const to = known.get(j.to);
    if (!from || !to) return [];
    const keys = keysOf(j, tables(j.to));
    const side = sidesOf(placeOf(places, j.from).x, placeOf(places, j.to).x);
    const handle = (of: EntityData, column: string | undefined, mark: string) => (column !== undefined && of.rows.some((r) => r.name === column && r.joined) ? mark + column : mark);
    return [
      {
        id: ids[i] ?? "",
        type: "join",
        source: j.from,
        target: j.to,
        sourceHandle: handle(from, keys[0]?.from, side.from === "left" ? leftSource : ""),
        targetHandle: handle(to, keys[0]?.to, side.to === "right" ? rightTarget : ""),
        data: { keys: keys.length, ...boundOf(model, j), many: manyOf(j), ...count(findingsOf(analysis, j, i)) },
      },
    ];
  });
}

/** A column has a source and a target at each side; those that are not where such things usually are have a mark before the name. */
export const leftSource = "<";
export const rightTarget = ">";

/** foot is where the way to the joined rows leaves an entity: below, where no joins are. */
export const foot = "=";

/** columnOf is the column of a handle; undefined is the entity as a whole. */
export function columnOf(handle: string | undefined): string | undefined {
  const name = handle?.replace(/^[<>]/, "");
  return name ? name : undefined;
}

/** sidesOf says at which sides of two entities a line goes out and in: those that face each other, or both right sides where they stand above each other. */
export function sidesOf(from: number, to: number): { from: "left" | "right"; to: "left" | "right" } {
  const room = entityWidth + 32;
  if (to - from >= room) return { from: "right", to: "left" };
  return from - to >= room ? { from: "left", to: "right" } : { from: "right", to: "right" };
}

function boundOf(model: Model, j: Join): Pick<JoinData, "match" | "before" | "after" | "ttl"> {
  const match = matchOf(model, j);
  return { ...(match ? { match } : {}), ...(j.before ? { before: j.before } : {}), ...(j.after ? { after: j.after } : {}), ...(j.ttl ? { ttl: j.ttl } : {}) };
}

/** findingsOf are the findings about a join, which is the index-th of the text. */
export function findingsOf(analysis: Analysis | undefined, join: Join, index: number): Finding[] {
  const said = analysis?.relational?.joins[index];
  if (!said || said.from !== join.from || said.to !== join.to) return [];
  return (said.diagnostics ?? []).flatMap((i) => analysis?.diagnostics[i] ?? []);
}
