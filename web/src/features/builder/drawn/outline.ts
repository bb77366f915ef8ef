import { titleOf } from "@/core/model/groups";
import type { Model } from "@/core/model/types";
import type { OutlineItem } from "../grammar";

/** DrawnItem is a line of the outline for something that is only drawn. */
export interface DrawnItem extends OutlineItem {
  readonly drawn: "group" | "note";
}

/** drawnKey tells lines of groups and notes from those of nodes, which may have the same id. */
export function drawnKey(item: OutlineItem | DrawnItem): string {
  return "drawn" in item ? `${item.drawn}:${item.id}` : item.id;
}

/** withDrawing puts groups into an outline, with their nodes below them, and notes behind all. */
export function withDrawing(items: readonly OutlineItem[], model: Model): (OutlineItem | DrawnItem)[] {
  const group = new Map(model.groups.flatMap((g) => g.nodes.map((id) => [id, g] as const)));
  const out: (OutlineItem | DrawnItem)[] = [];
  const done = new Set<string>();
  for (const item of items) {
    const g = group.get(item.id);
    if (!g) out.push(item);
    if (!g || done.has(g.id)) continue;
    done.add(g.id);
    const members = items.filter((i) => group.get(i.id) === g);
    out.push({ id: g.id, depth: Math.min(...members.map((m) => m.depth)), label: titleOf(g), glyph: "group", to: [], drawn: "group" });
    out.push(...members.map((m) => ({ ...m, depth: m.depth + 1 })));
  }
  const notes = model.notes.map((n): DrawnItem => ({ id: n.id, depth: 0, label: headingOf(n.text) || n.id, note: n.text, glyph: "note", to: [], drawn: "note" }));
  return [...out, ...notes];
}

/** headingOf is the first line of a note, without its marks. */
export function headingOf(text: string): string {
  const line = text.split("\n").find((l) => l.trim() !== "") ?? "";
  return line.replace(/^[#>\-*\s]+|[*`]+/g, "").trim();
}
