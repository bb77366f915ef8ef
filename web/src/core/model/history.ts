/**
 * The history of a document's text: a list of texts and what made them. One gesture (dragging, typing in one field) is one entry.
 */
export interface Entry<Selection> {
  readonly text: string;
  /** label says what led from this text to the next, in the page's words. */
  readonly label: string;
  /** selection is what was selected when it was made. */
  readonly selection: Selection;
}

export interface History<Selection> {
  /** past and future are nearest last. */
  readonly past: readonly Entry<Selection>[];
  readonly present: string;
  readonly future: readonly Entry<Selection>[];
  /** gesture is the gesture of the newest entry, while it goes on; at is when it was last heard of, in milliseconds. */
  readonly gesture?: string;
  readonly at: number;
}

/** kept bounds the entries. */
export const kept = 500;

/** lull ends a gesture: what comes later is an entry of its own, in milliseconds. */
export const lull = 1500;

export function begin<S>(text: string): History<S> {
  return { past: [], present: text, future: [], at: 0 };
}

/** push returns the history with a new text. An entry of the gesture that goes on is merged into that one. */
export function push<S>(h: History<S>, text: string, label: string, selection: S, now: number, gesture?: string): History<S> {
  if (text === h.present) return h;
  const merges = gesture !== undefined && gesture === h.gesture && now - h.at < lull && h.future.length === 0 && h.past.length > 0;
  if (merges) return { ...h, present: text, at: now };
  const past = [...h.past, { text: h.present, label, selection }];
  return { past: past.length > kept ? past.slice(past.length - kept) : past, present: text, future: [], gesture, at: now };
}

/** seal ends the gesture that goes on. */
export function seal<S>(h: History<S>): History<S> {
  return h.gesture === undefined ? h : { ...h, gesture: undefined };
}

/** undo goes one entry back; undone is that entry, undefined where there is none. selection is what is selected now, for redo. */
export function undo<S>(h: History<S>, selection: S): { history: History<S>; undone?: Entry<S> } {
  const undone = h.past.at(-1);
  if (!undone) return { history: h };
  const future = [...h.future, { text: h.present, label: undone.label, selection }];
  return { history: { past: h.past.slice(0, -1), present: undone.text, future, at: 0 }, undone };
}

/** redo takes the last undo back. */
export function redo<S>(h: History<S>, selection: S): { history: History<S>; redone?: Entry<S> } {
  const redone = h.future.at(-1);
  if (!redone) return { history: h };
  const past = [...h.past, { text: h.present, label: redone.label, selection }];
  return { history: { past, present: redone.text, future: h.future.slice(0, -1), at: 0 }, redone };
}
