import { useEffect, useSyncExternalStore } from "react";
import type { GlyphName } from "./glyph";

/** Action is something that can be done on the page that is open. Ctrl K finds it. */
export interface Action {
  id: string;
  label: string;
  glyph: GlyphName;
  /** hotkey is the quicker way, as it is shown. */
  hotkey?: string;
  run: () => void;
}

let offers: readonly (readonly Action[])[] = [];
let all: readonly Action[] = [];
const listeners = new Set<() => void>();

function set(next: typeof offers): void {
  offers = next;
  all = next.flat();
  for (const callback of listeners) callback();
}

/** useActions offers actions for as long as a part of a page is there. The list keeps its identity while it says the same. */
export function useActions(actions: readonly Action[]): void {
  useEffect(() => {
    set([...offers, actions]);
    return () => set(offers.filter((o) => o !== actions));
  }, [actions]);
}

function subscribe(callback: () => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

/** useOffered are the actions of what is open now. */
export function useOffered(): readonly Action[] {
  return useSyncExternalStore(subscribe, () => all);
}
