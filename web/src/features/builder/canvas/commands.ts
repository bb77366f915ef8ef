import type { ReactFlowInstance } from "@xyflow/react";
import { type Alignment, align, distribute } from "@/core/model/align";
import { ungroup } from "@/core/model/groups";
import { move } from "@/core/model/ops";
import { free, place } from "@/core/model/layout";
import { moveNotes, removeNotes } from "@/core/model/notes";
import { type Box, downstreamOf, type Point, upstreamOf } from "@/core/model/types";
import { layout } from "@/infra/layout";
import { say } from "@/infra/words";
import type { Added, Candidate, Grammar, Spot } from "../grammar";
import { noteOf, onCanvas } from "../drawn/ids";
import { type Builder, type Selection, selected, sizeOf } from "../state";
import { w } from "../words";
import { fitting } from "./fit";

/** Commands are what can be done on a canvas, whoever asks: a key, a menu, a button. */
export type Commands = ReturnType<typeof commandsOf>;

export function commandsOf(store: Builder, grammar: Grammar, flow: ReactFlowInstance) {
  const t = say(w);
  const state = () => store.getState();

  const boxes = (ids: Iterable<string>): Record<string, Box> => {
    const { model } = state();
    const places = place({ ids: grammar.ids(model), links: grammar.links(model), size: (id) => grammar.size(model, id, state().analysis), have: model.layout, gap: grammar.gap });
    const out: Record<string, Box> = {};
    for (const id of ids) {
      const at = places.get(id);
      if (at) out[id] = { ...at, ...grammar.size(model, id, state().analysis) };
    }
    return out;
  };

  /** center is the middle of what is seen, where something goes that was asked for without a place. */
  const center = (): Point => {
    const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
    return flow.screenToFlowPosition(pane ? { x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 } : { x: 0, y: 0 });
  };

  /** between is where a node goes that is put into an edge; what is behind makes room for it where there is not enough. */
  const between = (edge: string, standing: Readonly<Record<string, Box>>): { at: Point; moved: Record<string, Point> } | undefined => {
    const ends = flow.getEdge(edge);
    const from = ends && standing[ends.source];
    const to = ends && standing[ends.target];
    if (!from || !to) return undefined;
    const at = { x: from.x + from.width + room, y: from.y };
    const shift = at.x + newSize.width + room - 40 - to.x;
    const behind = shift > 0 ? new Set([ends.target, ...downstreamOf(state().model, ends.target)]) : [];
    return { at, moved: Object.fromEntries([...behind].flatMap((id) => (standing[id] ? [[id, { x: standing[id].x + shift, y: standing[id].y }]] : []))) };
  };

  const select = (ids: Iterable<string>) => state().select(selected(ids));

  const reach = (next: (id: string) => string[]) => {
    const ids = state().selection.nodes;
    select(new Set([...ids].flatMap((id) => [id, ...next(id)])));
  };

  /** whole is what is selected, with all that stands in selected groups. */
  const whole = (): Selection => {
    const { selection, model } = state();
    const inGroups = model.groups.filter((g) => selection.groups.has(g.id)).flatMap((g) => g.nodes);
    return inGroups.length > 0 ? { ...selection, nodes: new Set([...selection.nodes, ...inGroups]) } : selection;
  };

  /** moved gives nodes and notes places, by their ids on the canvas. */
  const moved = (text: string, places: Readonly<Record<string, Point>>): string => {
    const all = Object.entries(places);
    const notes = all.flatMap(([id, p]): [string, Point][] => (noteOf(id) === undefined ? [] : [[noteOf(id) ?? "", p]]));
    return moveNotes(move(text, Object.fromEntries(all.filter(([id]) => noteOf(id) === undefined))), Object.fromEntries(notes));
  };

  return {
    /** inOrder are ids of what has a place, in the order of the document. */
    inOrder: (ids: ReadonlySet<string>): string[] => grammar.ids(state().model).filter((id) => ids.has(id)),
    /** middle is where something goes that was asked for without a place. */
    middle: center,
    add(candidate: Candidate, spot: Spot): void {
      const before = grammar.ids(state().model);
      const standing = boxes(before);
      const into = spot.edge === undefined || spot.at ? undefined : between(spot.edge, standing);
      const at = spot.at ?? into?.at ?? spotBeside(spot, boxes) ?? free({ ...center(), ...newSize }, Object.values(standing));
      // What has no place of its own stays where it is seen: a new neighbour must not push it away.
      const unplaced = Object.fromEntries(Object.entries(standing).filter(([id]) => !state().model.layout[id]));
      const added = grammar.add(move(state().text, { ...unplaced, ...into?.moved }), candidate, { ...spot, at });
      if (added.ids.length === 0) return;
      const name = candidate.type === "table" ? candidate.table : candidate.spec.name;
      state().edit(t("did.add", { name }), () => added.text, { select: selected(added.ids) });
    },
    remove(): void {
      const { selection, text } = state();
      if (sizeOf(selection) === 0) return;
      // A group that is removed is its frame alone: what stands in it is removed when it is selected itself.
      const removed = removeNotes(ungroup(grammar.remove(text, selection), [...selection.groups]), selection.notes);
      state().edit(t("did.remove", { count: sizeOf(selection) }), () => removed, { select: selected([]) });
    },
    /** clip is the selection as text for the clipboard. */
    clip: (): string | undefined => grammar.copy(state().text, whole()),
    /** paste puts a clip where the pointer is, or where the canvas looks. */
    paste(text: string, at?: Point): boolean {
      const added = grammar.paste(state().text, text, at ?? center());
      if (!added) return false;
      state().edit(t("did.paste", { count: countOf(added) }), () => added.text, { select: addedSelection(added) });
      return true;
    },
    duplicate(): void {
      const added = grammar.duplicate(state().text, whole());
      if (added) state().edit(t("did.duplicate", { count: countOf(added) }), () => added.text, { select: addedSelection(added) });
    },
    undo: () => state().undo(),
    redo: () => state().redo(),
    selectAll: () => state().select({ ...selected(grammar.ids(state().model)), notes: new Set(state().model.notes.map((n) => n.id)) }),
    selectUpstream: () => reach((id) => upstreamOf(state().model, id)),
    selectDownstream: () => reach((id) => downstreamOf(state().model, id)),
    clear: () => state().select(selected([])),
    fit: () => void flow.fitView({ ...fitting(grammar), duration: 140 }),
    zoomIn: () => void flow.zoomIn({ duration: 80 }),
    zoomOut: () => void flow.zoomOut({ duration: 80 }),
    zoomTo: (zoom: number) => void flow.zoomTo(zoom, { duration: 80 }),
    showNote: (note: string) => void flow.fitView({ nodes: [{ id: onCanvas(note) }], padding: 0.4, maxZoom: Math.max(1, flow.getZoom()), duration: 140 }),
    show: (ids: readonly string[]) => void flow.fitView({ nodes: ids.map((id) => ({ id })), padding: 0.4, maxZoom: Math.max(1, flow.getZoom()), duration: 140 }),
    /** tidy lays the whole model out anew, in the layout worker. It is one entry of the history. */
    async tidy(): Promise<void> {
      const { model, analysis, text } = state();
      const ids = grammar.ids(model);
      const places = await layout({ nodes: ids.map((id) => ({ id, ...grammar.size(model, id, analysis) })), edges: grammar.links(model), groups: model.groups, direction: "right", gap: grammar.gap?.x ?? 64, rowGap: grammar.gap?.y ?? 30 });
      // The model may have changed while the worker was at it: then the answer is to another question.
      if (state().text !== text) return;
      state().edit(t("did.tidy"), (now) => move(now, places));
      requestAnimationFrame(() => void flow.fitView({ ...fitting(grammar), duration: 140 }));
    },
    move(places: Readonly<Record<string, Point>>, gesture?: string, label?: string): void {
      state().edit(label ?? t("did.move", { count: Object.keys(places).length }), (text) => moved(text, places), { gesture });
    },
    /** nudge moves nodes by so much; a row of nudges is one gesture. */
    nudge(ids: readonly string[], by: Point, label: string): void {
      const places = Object.fromEntries(Object.entries(boxes(ids)).map(([id, b]) => [id, { x: b.x + by.x, y: b.y + by.y }]));
      state().edit(label, (text) => move(text, places), { gesture: `nudge ${ids.join(" ")}` });
    },
    align(how: Alignment): void {
      const places = align(boxes(state().selection.nodes), how);
      state().edit(t("did.align"), (text) => move(text, places));
    },
    distribute(axis: "x" | "y"): void {
      const places = distribute(boxes(state().selection.nodes), axis);
      state().edit(t("did.align"), (text) => move(text, places));
    },
  };
}

/** room is what stays free between neighbours. */
const room = 64;

/** newSize is what is kept free for something that is added without a place. */
const newSize = { width: 188, height: 120 };

function countOf(added: Added): number {
  return added.ids.length + (added.notes?.length ?? 0);
}

function addedSelection(added: Added): Selection {
  return { ...selected(added.ids), notes: new Set(added.notes) };
}

/** spotBeside is where a node goes that is added behind or before another one. */
function spotBeside(spot: Spot, boxes: (ids: Iterable<string>) => Record<string, Box>): Point | undefined {
  if (spot.from) {
    const box = boxes([spot.from.node])[spot.from.node];
    return box && { x: box.x + box.width + room, y: box.y };
  }
  if (spot.to) {
    const box = boxes([spot.to.node])[spot.to.node];
    return box && { x: box.x - box.width - room, y: box.y };
  }
  return undefined;
}
