/** Notes stand on the canvas beside nodes, and have ids of their own: there, a mark is before a note's id that no node's can have. */
const mark = "note:";

/** onCanvas is the id of a note among all that stands on the canvas. */
export function onCanvas(note: string): string {
  return mark + note;
}

/** noteOf is the note that an id of the canvas means; undefined where it is no note's. */
export function noteOf(id: string): string | undefined {
  return id.startsWith(mark) ? id.slice(mark.length) : undefined;
}
