import { type Edge as FlowEdge, type Node as FlowNode, MarkerType } from "@xyflow/react";
import { columnsOf, type Drawn, type Edge, type Graph, keyOf, type Link, linkKey, type Path } from "@/core/lineage";
import type { Places } from "@/infra/layout";
import type { Column } from "../data";
import type { View } from "./data";

/** Card is what a node shows. */
export interface Card extends Record<string, unknown> {
  node: Drawn;
  middle: boolean;
  /** columns are those that stand on the card, rest how many more the table has; all is undefined where that is not known. */
  columns: { name: string; type?: string; on: boolean; pinned: boolean }[];
  all?: number;
  /** linked is how many columns are linked at all. */
  linked: number;
  faded: boolean;
  unfolded: boolean;
}

export type CardNode = FlowNode<Card, "card">;

/** Shape is the graph as it is drawn, without places. */
export interface Shape {
  cards: { id: string; card: Card; width: number; height: number }[];
  edges: FlowEdge[];
}

export const width = 200;
const head = 41;
const rowHeight = 24;
// So many columns stand on a card before the rest is folded: on the one in the middle, and on those around it.
const folded = 8;
const foldedNear = 6;

/** shape decides what stands on each card and which lines lead where. */
export function shape(g: Graph, view: View, columns: ReadonlyMap<string, readonly Column[]>, unfolded: ReadonlySet<string>, path: Path | undefined): Shape {
  const shown = new Map<string, Set<string>>();
  const cards = g.nodes.map((n) => {
    const declared = columns.get(n.id) ?? [];
    const linked = view.columns && (n.kind === "table" || n.kind === "unknown") ? columnsOf(g, n.id, view.indirect, declared.map((c) => c.name), path) : [];
    const onPath = path ? linked.filter((c) => path.columns.has(keyOf({ table: n.id, column: c }))).length : 0;
    const fold = Math.max(n.id === g.middle ? folded : foldedNear, onPath);
    const stand = unfolded.has(n.id) ? linked : linked.slice(0, fold);
    shown.set(n.id, new Set(stand));
    const types = new Map(declared.map((c) => [c.name, c.type]));
    const card: Card = {
      node: n,
      middle: n.id === g.middle,
      columns: stand.map((name) => ({
        name,
        type: types.get(name),
        on: path?.columns.has(keyOf({ table: n.id, column: name })) ?? false,
        pinned: view.pin?.table === n.id && view.pin.column === name,
      })),
      all: declared.length || undefined,
      linked: linked.length,
      faded: path ? !path.tables.has(n.id) : false,
      unfolded: unfolded.has(n.id),
    };
    const fold1 = hasFold(card) ? rowHeight + 1 : 0;
    return { id: n.id, card, width, height: n.kind === "hidden" ? 32 : head + stand.length * rowHeight + fold1 };
  });
  return { cards, edges: g.edges.flatMap((e) => lines(e, view, shown, path)) };
}

/** hasFold says whether a card has a last row that says what of the table it shows. */
export function hasFold(c: Card): boolean {
  return c.columns.length > 0 && (c.all ?? c.linked) > c.columns.length;
}

function lines(e: Edge, view: View, shown: ReadonlyMap<string, ReadonlySet<string>>, path: Path | undefined): FlowEdge[] {
  const linked = view.columns ? e.columns.filter((l) => l.direct || (view.indirect && path?.links.has(linkKey(e, l)))) : [];
  const between = linked.filter((l) => shown.get(e.from)?.has(l.from) && shown.get(e.to)?.has(l.to));
  if (between.length === 0) return [whole(e, path)];
  return between.map((l) => column(e, l, path));
}

function whole(e: Edge, path: Path | undefined): FlowEdge {
  const virtual = e.via.length > 0 && e.via.every((v) => v.virtual);
  const on = path ? path.tables.has(e.from) && path.tables.has(e.to) : false;
  return { id: e.id, source: e.from, target: e.to, sourceHandle: "out", targetHandle: "in", className: classOf(!virtual, on, path !== undefined), markerEnd: { type: MarkerType.ArrowClosed, width: 12, height: 12 } };
}

function column(e: Edge, l: Link, path: Path | undefined): FlowEdge {
  const on = path?.links.has(linkKey(e, l)) ?? false;
  return { id: linkKey(e, l), source: e.from, target: e.to, sourceHandle: `out:${l.from}`, targetHandle: `in:${l.to}`, className: classOf(l.direct, on, path !== undefined), zIndex: on ? 1 : 0 };
}

function classOf(solid: boolean, on: boolean, pinned: boolean): string {
  return [solid ? "" : "indirect", on ? "on" : pinned ? "faded" : ""].join(" ").trim();
}

/** placed is the shape at its places, ready to be drawn. */
export function placed(s: Shape, places: Places): CardNode[] {
  return s.cards.map((c) => ({ id: c.id, type: "card", position: places[c.id] ?? { x: 0, y: 0 }, data: c.card, width: c.width, height: c.height, draggable: true, connectable: false }));
}
