import type { Point } from "@/core/model/types";

/** The line of a join: where it runs, and the crow's feet at its ends. Lengths are in pixels of the canvas. */

export interface End extends Point {
  readonly side: "left" | "right";
  readonly many: boolean;
}

export interface Route {
  /** path is the line, feet what stands at its ends. */
  readonly path: string;
  readonly feet: string;
  /** middle is where the pill sits. */
  readonly middle: Point;
}

const stub = 12;
const spread = 5;

/** route draws from one side of an entity to a side of another. */
export function route(from: End, to: End): Route {
  const a = out(from);
  const b = out(to);
  const reach = from.side === to.side ? Math.max(40, Math.abs(b.y - a.y) / 4) : Math.max(28, Math.abs(b.x - a.x) / 2);
  // Of two ends at the same side both bends reach equally far, beyond the one that stands out.
  const edge = from.side === "right" ? Math.max(a.x, b.x) : Math.min(a.x, b.x);
  const bend = (p: Point, side: End["side"]) => (from.side === to.side ? edge : p.x) + (side === "right" ? reach : -reach);
  const ca = { x: bend(a, from.side), y: a.y };
  const cb = { x: bend(b, to.side), y: b.y };
  return {
    path: `M${at(from)}L${at(a)}C${at(ca)} ${at(cb)} ${at(b)}L${at(to)}`,
    feet: foot(from) + foot(to),
    middle: { x: (a.x + 3 * ca.x + 3 * cb.x + b.x) / 8, y: (a.y + 3 * ca.y + 3 * cb.y + b.y) / 8 },
  };
}

function out(e: End): Point {
  return { x: e.x + (e.side === "right" ? stub : -stub), y: e.y };
}

/** foot is three toes for many rows and a bar for one. */
function foot(e: End): string {
  const o = out(e);
  if (e.many) return `M${at(o)}L${at({ x: e.x, y: e.y - spread })}M${at(o)}L${at({ x: e.x, y: e.y + spread })}`;
  const x = (e.x + o.x) / 2;
  return `M${at({ x, y: e.y - spread })}L${at({ x, y: e.y + spread })}`;
}

function at(p: Point): string {
  return `${p.x},${p.y}`;
}

/** spanOf reads a duration of a document ("30m", "1h30m") in milliseconds; undefined where it is none. */
export function spanOf(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const unit: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  let total = 0;
  for (const [, amount, , u] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) total += Number(amount) * (unit[u ?? ""] ?? 0);
  return total;
}
