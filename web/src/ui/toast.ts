/** Toasts only confirm what somebody did; failures stay at their place. */
export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const stays = 4000;
let toasts: readonly Toast[] = [];
let numbers = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const callback of listeners) callback();
}

/** toast confirms something in the corner for a few seconds; an action is the way back ("Undo"). */
export function toast(text: string, action?: Toast["action"]): void {
  const id = ++numbers;
  set([...toasts.slice(-2), { id, text, action }]);
  setTimeout(() => dismiss(id), action ? stays * 2 : stays);
}

/** dismiss takes a toast away before its time. */
export function dismiss(id: number): void {
  set(toasts.filter((t) => t.id !== id));
}

export const store = {
  subscribe: (callback: () => void): (() => void) => {
    listeners.add(callback);
    return () => listeners.delete(callback);
  },
  get: (): readonly Toast[] => toasts,
};
