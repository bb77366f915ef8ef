export { TextTab, UnreadNote } from "./TextTab";
export { useReveal } from "./reveal";
