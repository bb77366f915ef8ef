import type { Cause } from "./pipeline";

/** Happening is one line of a pipeline's timeline. */
export interface Happening {
  seq: number;
  at: string;
  kind: string;
  cause: Cause;
  state?: string;
  code?: string;
  params?: Record<string, string>;
  pipeline?: string;
}

/** wishes are the kinds of what people ask; all else happens by itself. */
const wishes = new Set(["deployed", "start_requested", "stop_requested", "restart_requested", "rolled_back", "reset", "scaled", "deleted"]);

export function isWish(h: Happening): boolean {
  return wishes.has(h.kind);
}

/** joined puts what was read and what was heard live together, the newest first. */
export function joined(read: readonly Happening[], heard: Iterable<Happening>, pipeline: string): Happening[] {
  const all = new Map(read.map((h) => [h.seq, h]));
  for (const h of heard) if (h.pipeline === pipeline) all.set(h.seq, h);
  return [...all.values()].sort((a, b) => b.seq - a.seq);
}

/** dayOf is the day of a moment in a zone, as 2026-11-21. */
export function dayOf(at: number, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

/** byDay groups what happened by day, in the order it has. */
export function byDay(all: readonly Happening[], zone: string): { day: string; items: Happening[] }[] {
  const out: { day: string; items: Happening[] }[] = [];
  for (const h of all) {
    const day = dayOf(Date.parse(h.at), zone);
    const last = out[out.length - 1];
    if (last?.day === day) last.items.push(h);
    else out.push({ day, items: [h] });
  }
  return out;
}
