/**
 * The live protocol without its socket: what a client knows of the feeds it follows, and what it says next. server/live describes the frames.
 * Everything here is pure, so that a resumed connection can be tested word by word.
 */

/** A frame of the server. */
export interface Frame {
  op: "snapshot" | "delta" | "ended";
  id: string;
  feed?: string;
  seq?: number;
  set?: Record<string, unknown>;
  removed?: string[];
  lines?: unknown[];
  missed?: number;
  problem?: { code: string; detail: string; fix?: string };
}

/** What a client says to follow a feed. */
export interface Subscribe {
  op: "subscribe";
  id: string;
  topic: string;
  params?: unknown;
  feed?: string;
  since?: number;
}

/** How a feed stands: "waiting" has no snapshot yet; "stale" is not connected and shows what it had; "ended" will say no more. */
export type FeedPhase = "waiting" | "live" | "stale" | "ended";

/** A feed as it is known. items are those of a state, lines those of a log, the newest last. */
export interface FeedState {
  phase: FeedPhase;
  feed?: string;
  seq: number;
  items: ReadonlyMap<string, unknown>;
  lines: readonly unknown[];
  /** missed counts the lines of a log that came and went unseen. */
  missed: number;
  /** at is when something was heard last, in milliseconds; 0 is never. */
  at: number;
  problem?: Frame["problem"];
}

/** keptLines bounds what a page remembers of a log. */
export const keptLines = 2000;

export const nothing: FeedState = { phase: "waiting", seq: 0, items: new Map(), lines: [], missed: 0, at: 0 };

/** changed names the items that a frame has touched, "all" where it began anew. */
export type Changed = "all" | readonly string[];

/** take returns what is known after a frame, and which items it has touched. Items keep their identity where the frame does not name them. */
export function take(state: FeedState, f: Frame, now: number): [FeedState, Changed] {
  switch (f.op) {
    case "snapshot":
      return [
        { phase: "live", feed: f.feed, seq: f.seq ?? 0, items: new Map(Object.entries(f.set ?? {})), lines: tail([], f.lines), missed: f.missed ?? 0, at: now },
        "all",
      ];
    case "delta": {
      const touched = [...Object.keys(f.set ?? {}), ...(f.removed ?? [])];
      let items = state.items;
      if (touched.length > 0) {
        const next = new Map(items);
        for (const [key, value] of Object.entries(f.set ?? {})) next.set(key, value);
        for (const key of f.removed ?? []) next.delete(key);
        items = next;
      }
      return [
        { ...state, phase: "live", seq: f.seq ?? state.seq, items, lines: f.lines ? tail(state.lines, f.lines) : state.lines, missed: state.missed + (f.missed ?? 0), at: now },
        touched,
      ];
    }
    case "ended":
      return [{ ...state, phase: "ended", problem: f.problem, at: now }, []];
  }
}

/** lost returns what is known when the connection has gone. */
export function lost(state: FeedState): FeedState {
  return state.phase === "live" ? { ...state, phase: "stale" } : state;
}

/** subscribe is what to say to follow a feed, going on where state ended. */
export function subscribe(id: string, topic: string, params: unknown, state: FeedState): Subscribe {
  const s: Subscribe = { op: "subscribe", id, topic };
  if (params !== undefined) s.params = params;
  if (state.feed !== undefined) {
    s.feed = state.feed;
    s.since = state.seq;
  }
  return s;
}

/** pause is how long to wait before connection attempt n, from 0: it grows to 10 s, and chance (0 to 1) spreads the clients of a server that comes back. */
export function pause(attempt: number, chance: number): number {
  return Math.min(10_000, 250 * 2 ** Math.min(attempt, 6)) * (0.5 + chance / 2);
}

function tail(lines: readonly unknown[], more: readonly unknown[] | undefined): readonly unknown[] {
  const all = more ? [...lines, ...more] : lines;
  return all.length > keptLines ? all.slice(all.length - keptLines) : all;
}
