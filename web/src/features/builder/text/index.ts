export { convert, textOf } from "./convert";
export { marks } from "./places";
export { useReveal } from "./reveal";
export { TextTab, UnreadNote, Unwritten } from "./TextTab";
