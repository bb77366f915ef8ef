import { useQuery } from "@tanstack/react-query";
import type { GlyphName } from "@/ui/glyph";
import { tablesQuery } from "../server";

const glyphs: Readonly<Record<string, GlyphName>> = { stream: "stream", changelog: "changelog", dimension: "dimension", flow: "flow", store: "store" };

/** useTable is what the catalog says of an entity's table: its layer, and the glyph of its kind. */
export function useTable(name: string | undefined): { layer?: string; glyph: GlyphName } {
  const table = useQuery({ ...tablesQuery, enabled: name !== undefined }).data?.find((t) => t.name === name);
  return { glyph: glyphs[table?.kind ?? ""] ?? "table", ...(table?.layer ? { layer: table.layer } : {}) };
}
