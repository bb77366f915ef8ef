import { useSyncExternalStore } from "react";

/** One clock for the page: every age on it changes in the same tick. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = Math.floor(Date.now() / 1000) * 1000;

function subscribe(callback: () => void): () => void {
  listeners.add(callback);
  timer ??= setInterval(() => {
    second = Math.floor(Date.now() / 1000) * 1000;
    for (const c of listeners) c();
  }, 1000);
  return () => {
    listeners.delete(callback);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function moment(): number {
  // While nobody listens the clock stands still.
  if (timer === undefined) second = Math.floor(Date.now() / 1000) * 1000;
  return second;
}

/**
 * useClock derives a text from the time; the component draws anew only when the text is another one, which for an age of hours is seldom.
 */
export function useClock(textAt: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => textAt(moment()));
}
