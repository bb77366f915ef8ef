import type { Finding } from "@/core/model/analysis";
import type { Format } from "@/core/model/types";
import { ask } from "./ask";

/** Converted is a model in the other form: one text, or several documents that a script comes to. */
export interface Converted {
  text?: string;
  documents?: { name: string; text: string }[] | null;
  diagnostics: Finding[] | null;
}

/** convert writes a model in another form. */
export function convert(text: string, format: Format, to: Format, signal?: AbortSignal): Promise<Converted> {
  return ask<Converted>("/compile/convert", { text, format, to }, signal);
}

/** textOf is what a conversion shows: the one text, or the documents under each other. */
export function textOf(c: Converted): string | undefined {
  if (c.text) return c.text;
  return c.documents && c.documents.length > 0 ? c.documents.map((d) => d.text.trimEnd()).join("\n---\n") + "\n" : undefined;
}
