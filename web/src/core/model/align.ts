import type { Box, Point } from "./types";

/** Lines that help to align what is dragged, and alignments of what is selected. */

export interface Line {
  readonly axis: "x" | "y";
  /** at is where the line stands, from and to where it begins and ends on the other axis. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Snap {
  /** dx and dy are to be added to the place of what is dragged. */
  readonly dx: number;
  readonly dy: number;
  readonly lines: readonly Line[];
}

export const none: Snap = { dx: 0, dy: 0, lines: [] };

/** snap finds the nearest other box, within reach, whose edges or middle are in line with those of the dragged one. */
export function snap(dragged: Box, others: readonly Box[], reach: number): Snap {
  let x: { d: number; at: number; with: Box } | undefined;
  let y: { d: number; at: number; with: Box } | undefined;
  for (const o of others) {
    for (const [mine, theirs] of pairs(xs(dragged), xs(o))) {
      const d = theirs - mine;
      if (Math.abs(d) <= reach && (!x || Math.abs(d) < Math.abs(x.d))) x = { d, at: theirs, with: o };
    }
    for (const [mine, theirs] of pairs(ys(dragged), ys(o))) {
      const d = theirs - mine;
      if (Math.abs(d) <= reach && (!y || Math.abs(d) < Math.abs(y.d))) y = { d, at: theirs, with: o };
    }
  }
  const dx = x?.d ?? 0;
  const dy = y?.d ?? 0;
  const at = { ...dragged, x: dragged.x + dx, y: dragged.y + dy };
  const lines: Line[] = [];
  if (x) lines.push({ axis: "x", at: x.at, from: Math.min(at.y, x.with.y), to: Math.max(at.y + at.height, x.with.y + x.with.height) });
  if (y) lines.push({ axis: "y", at: y.at, from: Math.min(at.x, y.with.x), to: Math.max(at.x + at.width, y.with.x + y.with.width) });
  return { dx, dy, lines };
}

// Like goes with like: left with left, middle with middle, right with right.
function pairs(a: readonly number[], b: readonly number[]): [number, number][] {
  return a.map((v, i) => [v, b[i] ?? v]);
}

const xs = (b: Box) => [b.x, b.x + b.width / 2, b.x + b.width];
const ys = (b: Box) => [b.y, b.y + b.height / 2, b.y + b.height];

export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom";

/** align puts boxes in line with the outermost of them, or with the middle of all. */
export function align(boxes: Readonly<Record<string, Box>>, how: Alignment): Record<string, Point> {
  const all = Object.values(boxes);
  const left = Math.min(...all.map((b) => b.x));
  const right = Math.max(...all.map((b) => b.x + b.width));
  const top = Math.min(...all.map((b) => b.y));
  const bottom = Math.max(...all.map((b) => b.y + b.height));
  const to: Record<Alignment, (b: Box) => Point> = {
    left: (b) => ({ x: left, y: b.y }),
    center: (b) => ({ x: (left + right - b.width) / 2, y: b.y }),
    right: (b) => ({ x: right - b.width, y: b.y }),
    top: (b) => ({ x: b.x, y: top }),
    middle: (b) => ({ x: b.x, y: (top + bottom - b.height) / 2 }),
    bottom: (b) => ({ x: b.x, y: bottom - b.height }),
  };
  return Object.fromEntries(Object.entries(boxes).map(([id, b]) => [id, to[how](b)]));
}

/** distribute makes the gaps between boxes alike; the outermost two stay. */
export function distribute(boxes: Readonly<Record<string, Box>>, axis: "x" | "y"): Record<string, Point> {
  const size = axis === "x" ? "width" : "height";
  const sorted = Object.entries(boxes).sort(([, a], [, b]) => a[axis] - b[axis]);
  const first = sorted[0]?.[1];
  const last = sorted.at(-1)?.[1];
  if (!first || !last || sorted.length < 3) return Object.fromEntries(sorted.map(([id, b]) => [id, { x: b.x, y: b.y }]));
  const taken = sorted.reduce((sum, [, b]) => sum + b[size], 0);
  const gap = (last[axis] + last[size] - first[axis] - taken) / (sorted.length - 1);
  let at = first[axis];
  const out: Record<string, Point> = {};
  for (const [id, b] of sorted) {
    out[id] = axis === "x" ? { x: at, y: b.y } : { x: b.x, y: at };
    at += b[size] + gap;
  }
  return out;
}
