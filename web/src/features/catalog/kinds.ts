import type { GlyphName } from "@/ui/glyph";

const glyphs: Record<string, GlyphName> = { stream: "stream", changelog: "changelog", dimension: "dimension", flow: "flow", store: "store" };

/** kindGlyph is the picture of a kind of table. */
export function kindGlyph(kind: string | undefined): GlyphName {
  return glyphs[kind ?? ""] ?? "table";
}

/** tableKinds are the kinds a table may be of, and layers where it may stand. */
export const tableKinds = ["stream", "changelog", "dimension", "flow", "store"] as const;
export const layers = ["ODS", "CDM", "ADS"] as const;

export type TableKind = (typeof tableKinds)[number];

/** isTableKind says whether a text names one. */
export function isTableKind(text: string | undefined): text is TableKind {
  return tableKinds.some((k) => k === text);
}

/** foundGlyph is the picture of anything that a search finds. */
export function foundGlyph(kind: string, type: string | undefined): GlyphName {
  if (kind === "connection") return "connection";
  if (kind !== "document") return kindGlyph(type);
  return type === "view" ? "view" : type === "relational_model" ? "relational" : "model";
}
