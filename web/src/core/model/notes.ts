import { appendTop, freeId, setAt, steps, withTop } from "./ops";
import { parse } from "./text";
import type { Model, Note, Point } from "./types";

/** Changes of the notes on the canvas, from text to text, as those of ops.ts. */

/** How wide a note is, where it does not say and at its bounds, and how many characters it may have. */
export const noteWidth = { standard: 240, least: 96, most: 960 } as const;
export const longestNote = 4000;

/** noteAt finds a note by its id. */
export function noteAt(model: Model, id: string): Note | undefined {
  return model.notes.find((n) => n.id === id);
}

/** addNote puts a note behind the others, in whole pixels. */
export function addNote(text: string, note: Omit<Note, "id">, wanted = "note"): { text: string; id: string } {
  const id = freeId(wanted, new Set(parse(text).model.notes.map((n) => n.id)));
  const width = note.width === undefined ? {} : { width: Math.round(note.width) };
  return { text: appendTop(text, "notes", { id, text: note.text, x: Math.round(note.x), y: Math.round(note.y), ...width }), id };
}

/** setNoteText writes what a note says. */
export function setNoteText(text: string, id: string, says: string): string {
  return noteAt(parse(text).model, id) ? setAt(text, ["notes", id, "text"], [...says].slice(0, longestNote).join("")) : text;
}

/** moveNotes gives notes places, in whole pixels. Several are one change. */
export function moveNotes(text: string, places: Readonly<Record<string, Point>>): string {
  const { model } = parse(text);
  return Object.entries(places).reduce(
    (t, [id, p]) =>
      noteAt(model, id)
        ? steps(
            t,
            (u) => setAt(u, ["notes", id, "x"], Math.round(p.x)),
            (u) => setAt(u, ["notes", id, "y"], Math.round(p.y)),
          )
        : t,
    text,
  );
}

/** resizeNote gives a note a width, and where it was drawn wider to the left, another place. */
export function resizeNote(text: string, id: string, x: number, width: number): string {
  const have = noteAt(parse(text).model, id);
  if (!have) return text;
  const wide = Math.round(Math.min(noteWidth.most, Math.max(noteWidth.least, width)));
  return steps(
    text,
    (t) => setAt(t, ["notes", id, "x"], Math.round(x)),
    (t) => (wide === (have.width ?? noteWidth.standard) ? t : setAt(t, ["notes", id, "width"], wide)),
  );
}

/** removeNotes takes notes away. */
export function removeNotes(text: string, ids: Iterable<string>): string {
  const gone = new Set(ids);
  return withTop(text, "notes", (all) => all.filter((n) => !gone.has(String((n as { id?: unknown } | null)?.id))));
}
