import type { Box, Point, Size } from "./types";

/**
 * Places for what has none. A model that was written by hand has no layout; the canvas shows it at once, left to right along the edges, without waiting for the
 * layout worker. What has a place keeps it.
 */

export interface ToPlace {
  readonly ids: readonly string[];
  readonly links: readonly { readonly from: string; readonly to: string }[];
  readonly size: (id: string) => Size;
  readonly have: Readonly<Record<string, Point>>;
  /** gap is the room between columns and rows. */
  readonly gap?: Point;
}

const standard: Point = { x: 64, y: 30 };

/** grid is the raster that dragged nodes snap to. */
export const grid = 8;

/** place returns a place for each id. */
export function place(of: ToPlace): Map<string, Point> {
  const gap = of.gap ?? standard;
  const ids = new Set(of.ids);
  const out = new Map<string, Point>();
  const boxes: Box[] = [];
  const put = (id: string, at: Point) => {
    const p = free({ ...at, ...of.size(id) }, boxes);
    out.set(id, p);
    boxes.push({ ...p, ...of.size(id) });
  };
  for (const id of of.ids) {
    const at = of.have[id];
    if (!at) continue;
    out.set(id, at);
    boxes.push({ ...at, ...of.size(id) });
  }
  const into = new Map<string, string[]>();
  const outOf = new Map<string, string[]>();
  for (const { from, to } of of.links) {
    if (!ids.has(from) || !ids.has(to)) continue;
    into.set(to, [...(into.get(to) ?? []), from]);
    outOf.set(from, [...(outOf.get(from) ?? []), to]);
  }
  for (const id of sorted(of.ids, into)) {
    if (out.has(id)) continue;
    const before = (into.get(id) ?? []).flatMap((i) => boxOf(i, out, of.size));
    const behind = (outOf.get(id) ?? []).flatMap((i) => boxOf(i, out, of.size));
    const { width } = of.size(id);
    if (before.length > 0) put(id, { x: Math.max(...before.map((b) => b.x + b.width)) + gap.x, y: mean(before.map((b) => b.y)) });
    else if (behind.length > 0) put(id, { x: Math.min(...behind.map((b) => b.x)) - gap.x - width, y: mean(behind.map((b) => b.y)) });
    else put(id, { x: boxes.length > 0 ? Math.min(...boxes.map((b) => b.x)) : 0, y: boxes.length > 0 ? Math.max(...boxes.map((b) => b.y + b.height)) + gap.y : 0 });
  }
  return out;
}

/** sorted orders ids so that what feeds others comes first; those of a cycle come as they are. */
function sorted(ids: readonly string[], into: ReadonlyMap<string, readonly string[]>): string[] {
  const out: string[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (id: string) => {
    if (state.has(id)) return;
    state.set(id, "open");
    for (const before of into.get(id) ?? []) visit(before);
    state.set(id, "done");
    out.push(id);
  };
  for (const id of ids) visit(id);
  return out;
}

function boxOf(id: string, places: ReadonlyMap<string, Point>, size: (id: string) => Size): Box[] {
  const at = places.get(id);
  return at ? [{ ...at, ...size(id) }] : [];
}

/** free moves a box down until it stands on no other. */
export function free(box: Box, others: readonly Box[]): Point {
  let y = box.y;
  for (let again = true; again; ) {
    again = false;
    for (const o of others) {
      if (box.x < o.x + o.width && o.x < box.x + box.width && y < o.y + o.height && o.y < y + box.height) {
        y = o.y + o.height + standard.y;
        again = true;
      }
    }
  }
  return { x: box.x, y };
}

function mean(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((a, b) => a + b, 0) / numbers.length / grid) * grid;
}
