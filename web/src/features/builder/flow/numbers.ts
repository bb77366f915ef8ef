import { createContext, useCallback, useContext, useSyncExternalStore } from "react";

/**
 * Live numbers of nodes, beside the canvas: each node draws itself anew when its own numbers change, and nothing else does. React Flow's nodes never hold them.
 */

/** NodeNumbers is what a running node does. Shares are from 0 to 1. */
export interface NodeNumbers {
  readonly perSecond?: number;
  readonly busy?: number;
  readonly blocked?: number;
  readonly stateBytes?: number;
  readonly stateRows?: number;
  readonly bottleneck?: boolean;
}

/** Reading is what a feed says of one operator: rates and shares of the last seconds. Several operators may stand for one node of the model. */
export interface Reading {
  readonly node?: string;
  readonly rows_in_per_second?: number;
  readonly rows_out_per_second?: number;
  readonly busy?: number;
  readonly blocked?: number;
  readonly state_bytes?: number;
  readonly state_rows?: number;
}

/** byNode puts readings together by node: the busiest operator counts, what they remember is added, and the last one's rows are what comes out. */
export function byNode(readings: readonly Reading[], bottleneck: string | undefined): Map<string, NodeNumbers> {
  const out = new Map<string, NodeNumbers>();
  for (const r of readings) {
    if (r.node === undefined) continue;
    const had = out.get(r.node);
    out.set(r.node, {
      perSecond: r.rows_out_per_second || r.rows_in_per_second || 0,
      busy: Math.max(had?.busy ?? 0, r.busy ?? 0),
      blocked: Math.max(had?.blocked ?? 0, r.blocked ?? 0),
      stateBytes: (had?.stateBytes ?? 0) + (r.state_bytes ?? 0),
      stateRows: (had?.stateRows ?? 0) + (r.state_rows ?? 0),
      bottleneck: r.node === bottleneck,
    });
  }
  return out;
}

export class Numbers {
  private all: ReadonlyMap<string, NodeNumbers> = new Map();
  private listeners = new Map<string, Set<() => void>>();
  private watchers = new Set<() => void>();
  private slowest: string | undefined;

  /** bottleneck is the node that the others wait for, where there is one. */
  get bottleneck(): string | undefined {
    return this.slowest;
  }

  /** watch hears of another bottleneck. */
  watch(tell: () => void): () => void {
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  }

  get(id: string): NodeNumbers | undefined {
    return this.all.get(id);
  }

  /** set takes the numbers of all nodes and tells those whose numbers are others. */
  set(next: ReadonlyMap<string, NodeNumbers>): void {
    const before = this.all;
    const kept = new Map<string, NodeNumbers>();
    const changed: string[] = [];
    for (const id of new Set([...before.keys(), ...next.keys()])) {
      const was = before.get(id);
      const is = next.get(id);
      if (was && is && JSON.stringify(was) === JSON.stringify(is)) kept.set(id, was);
      else {
        if (is) kept.set(id, is);
        changed.push(id);
      }
    }
    this.all = kept;
    const slowest = [...kept].find(([, n]) => n.bottleneck)?.[0];
    if (slowest !== this.slowest) {
      this.slowest = slowest;
      for (const tell of this.watchers) tell();
    }
    for (const id of changed) for (const tell of this.listeners.get(id) ?? []) tell();
  }

  subscribe(id: string, tell: () => void): () => void {
    let set = this.listeners.get(id);
    if (!set) this.listeners.set(id, (set = new Set()));
    set.add(tell);
    return () => set.delete(tell);
  }
}

export const NumbersContext = createContext(new Numbers());

/** useNumbers returns what a node does now; undefined where nothing runs. */
export function useNumbers(id: string): NodeNumbers | undefined {
  const numbers = useContext(NumbersContext);
  return useSyncExternalStore(
    useCallback((tell) => numbers.subscribe(id, tell), [numbers, id]),
    () => numbers.get(id),
  );
}
