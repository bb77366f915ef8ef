import type { Key } from "@/infra/words";
import type { w } from "../words";
import type { Drawn } from "../drawn";
import type { Commands } from "./commands";

/** All keys of the canvas, with their words: what "?" lists is what works. */

type Word = Key<(typeof w)["en"]>;

export interface Hotkey {
  /** keys are as they are shown: "Mod" is Ctrl, or ⌘ on a Mac. */
  readonly keys: string;
  readonly word: Word;
  readonly edits?: boolean;
  readonly run: (c: Commands, own: Own) => void;
}

/** Own are actions of the page around the canvas. */
export interface Own extends Omit<Drawn, "note"> {
  /** note begins a note at the pointer. */
  note(): void;
  connect(): void;
  find(): void;
  help(): void;
  addAtPointer(): void;
  jump(): void;
  bypass(): void;
  extract(): void;
}

export const hotkeys: readonly Hotkey[] = [
  // Where the canvas cannot be edited, as its text cannot be read, undo is the way out.
  { keys: "Mod+Z", word: "key.undo", run: (c) => c.undo() },
  { keys: "Mod+Shift+Z", word: "key.redo", run: (c) => c.redo() },
  { keys: "Mod+Y", word: "key.redo", run: (c) => c.redo() },
  { keys: "Mod+D", word: "key.duplicate", edits: true, run: (c) => c.duplicate() },
  { keys: "Mod+A", word: "key.all", run: (c) => c.selectAll() },
  { keys: "Mod+F", word: "key.find", run: (_, own) => own.find() },
  { keys: "Mod+ArrowLeft", word: "key.upstream", run: (c) => c.selectUpstream() },
  { keys: "Mod+ArrowRight", word: "key.downstream", run: (c) => c.selectDownstream() },
  { keys: "Delete", word: "key.remove", edits: true, run: (c) => c.remove() },
  { keys: "Backspace", word: "key.remove", edits: true, run: (c) => c.remove() },
  { keys: "A", word: "key.add", edits: true, run: (_, own) => own.addAtPointer() },
  { keys: "C", word: "key.connect", edits: true, run: (_, own) => own.connect() },
  { keys: "B", word: "key.bypass", edits: true, run: (_, own) => own.bypass() },
  { keys: "E", word: "key.extract", edits: true, run: (_, own) => own.extract() },
  { keys: "Mod+G", word: "key.group", edits: true, run: (_, own) => own.group() },
  { keys: "Mod+Shift+G", word: "key.ungroup", edits: true, run: (_, own) => own.ungroup() },
  { keys: "N", word: "key.addNote", edits: true, run: (_, own) => own.note() },
  { keys: "F2", word: "key.rename", edits: true, run: (_, own) => own.rename() },
  { keys: "F", word: "key.fit", run: (c) => c.fit() },
  { keys: "1", word: "key.tidy", edits: true, run: (c) => void c.tidy() },
  { keys: "J", word: "key.bottleneck", run: (_, own) => own.jump() },
  { keys: "+", word: "key.zoomIn", run: (c) => c.zoomIn() },
  { keys: "-", word: "key.zoomOut", run: (c) => c.zoomOut() },
  { keys: "Escape", word: "key.clear", run: (c) => c.clear() },
  { keys: "?", word: "key.help", run: (_, own) => own.help() },
];

/** pressed writes an event as hotkeys are written. */
export function pressed(e: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">): string {
  const key = e.key.length === 1 ? e.key.toUpperCase() : e.key;
  const letter = /^[A-Z]$/.test(key);
  return [e.ctrlKey || e.metaKey ? "Mod" : "", e.altKey ? "Alt" : "", e.shiftKey && (letter || key.length > 1) ? "Shift" : "", key].filter((k) => k !== "").join("+");
}

const mac = typeof navigator !== "undefined" && navigator.platform.startsWith("Mac");

const signs: Record<string, string> = { Mod: mac ? "⌘" : "Ctrl", ArrowLeft: "←", ArrowRight: "→", Delete: "Del", Escape: "Esc" };

/** shown writes keys for people: "Ctrl Shift Z". */
export function shown(keys: string): string {
  return keys === "+" ? "+" : keys.split("+").map((k) => signs[k] ?? k).join(" ");
}
