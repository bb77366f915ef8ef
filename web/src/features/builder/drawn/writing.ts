import { createContext, useContext } from "react";
import type { Point } from "@/core/model/types";

/** Writing is what somebody writes right on the canvas: the title of a group, a note, or a new note at a place. */
export type Writing = { readonly what: "title"; readonly group: string } | { readonly what: "note"; readonly note: string } | { readonly what: "new"; readonly at: Point };

export interface Writer {
  readonly writing: Writing | undefined;
  /** write begins to write, or ends it. */
  readonly write: (what: Writing | undefined) => void;
}

export const WritingContext = createContext<Writer>({ writing: undefined, write: () => {} });

export function useWriting(): Writer {
  return useContext(WritingContext);
}
