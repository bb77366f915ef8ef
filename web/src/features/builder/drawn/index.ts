export { DrawnButtons, InspectorOf, NoteButton } from "./inspector";
export { Frames } from "./frames";
export { noteOf, onCanvas } from "./ids";
export { NewNote, NoteNode, noteNodes } from "./note";
export { type DrawnItem, drawnKey, headingOf, withDrawing } from "./outline";
export { type Drawn, useCanUngroup, useDrawn } from "./use-drawn";
export { type Writing, useWriting, WritingContext } from "./writing";
