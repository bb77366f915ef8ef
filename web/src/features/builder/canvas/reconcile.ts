import type { Edge, Node } from "@xyflow/react";
import type { Box } from "@/core/model/types";
import { same } from "@/core/model/yamlsource";
import { noteOf, onCanvas } from "../drawn/ids";
import type { Selection } from "../state";

/** What React Flow holds of nodes and edges, and what the document says, are brought together here. */

/** boxOf is where a node stands, as React Flow has it. */
export function boxOf(n: Node): Box {
  return { ...n.position, width: n.width ?? n.measured?.width ?? 0, height: n.height ?? n.measured?.height ?? 0 };
}

/** reconciled takes what is new of nodes and keeps those that say the same, with what React Flow has measured of them. */
export function reconciled(before: readonly Node[], next: readonly Node[], chosen: ReadonlySet<string>): Node[] {
  const known = new Map(before.map((n) => [n.id, n]));
  return next.map((n) => {
    const old = known.get(n.id);
    const isSelected = chosen.has(n.id);
    if (!old) return { ...n, selected: isSelected };
    const unchanged = old.selected === isSelected && old.type === n.type && old.position.x === n.position.x && old.position.y === n.position.y && old.width === n.width && old.height === n.height && same(old.data, n.data);
    return unchanged ? old : { ...old, ...n, ariaLabel: undefined, selected: isSelected };
  });
}

/** reconciledEdges does the same for edges. */
export function reconciledEdges(before: readonly Edge[], next: readonly Edge[], chosen: ReadonlySet<string>): Edge[] {
  const known = new Map(before.map((e) => [e.id, e]));
  return next.map((e) => {
    const old = known.get(e.id);
    const isSelected = chosen.has(e.id);
    const unchanged = old && old.selected === isSelected && old.source === e.source && old.target === e.target && old.sourceHandle === e.sourceHandle && old.targetHandle === e.targetHandle && same(old.data, e.data);
    return unchanged ? old : { ...e, selected: isSelected };
  });
}

/** chosenOf are the ids on the canvas of what is selected. */
export function chosenOf(selection: Selection): Set<string> {
  return new Set([...selection.nodes, ...[...selection.notes].map(onCanvas)]);
}

/** chosenFrom tells ids on the canvas apart: those of nodes, and of notes. */
export function chosenFrom(ids: Iterable<string>): Pick<Selection, "nodes" | "notes"> {
  const all = [...ids];
  return { nodes: new Set(all.filter((id) => noteOf(id) === undefined)), notes: new Set(all.flatMap((id) => noteOf(id) ?? [])) };
}
