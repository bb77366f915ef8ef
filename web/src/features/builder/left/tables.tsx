import { groupBy } from "@/core/group";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useWords } from "@/infra/words";
import { Glyph, type GlyphName, Layer } from "@/ui/glyph";
import { Search } from "@/ui/menu";
import { Failure, Loading } from "@/ui/states";
import type { Commands } from "../canvas/commands";
import { startDrag } from "../canvas/drag";
import { tablesQuery } from "../server";
import { useBuilder } from "../state";
import { w } from "../words";
import css from "./left.module.css";
import { type Row, Rows } from "./rows";

const kinds: Record<string, GlyphName> = { stream: "stream", changelog: "changelog", dimension: "dimension", flow: "flow", store: "store" };

/** Tables is the catalog as a tree of catalogs and databases; a table is dragged onto the canvas, or added with Enter. */
export function Tables({ commands }: { commands: Commands }) {
  const t = useWords(w);
  const [search, setSearch] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const tables = useQuery(tablesQuery);
  const model = useBuilder((s) => s.model);
  const used = useMemo(() => new Set([...model.nodes.flatMap((n) => Object.values(n.params).filter((v) => typeof v === "string")), ...model.entities.flatMap((e) => e.table ?? [])]), [model]);
  const rows = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const found = (tables.data ?? []).filter((x) => `${x.name} ${x.layer ?? ""}`.toLowerCase().includes(wanted)).sort((a, b) => a.name.localeCompare(b.name));
    const out: Row[] = [];
    const toggle = (key: string) => setClosed((before) => (before.has(key) ? new Set([...before].filter((k) => k !== key)) : new Set([...before, key])));
    const folder = (key: string, label: string, depth: number) => {
      const open = wanted !== "" || !closed.has(key);
      out.push({ key, depth, open, icon: <Glyph name={depth === 0 ? "catalog" : "folder"} />, label, onToggle: () => toggle(key) });
      return open;
    };
    for (const [catalog, inCatalog] of groupBy(found, (x) => x.name.split(".")[0] ?? "")) {
      if (!folder(catalog, catalog, 0)) continue;
      for (const [db, inDB] of groupBy(inCatalog, (x) => x.name.split(".")[1] ?? "")) {
        if (!folder(`${catalog}.${db}`, db, 1)) continue;
        for (const table of inDB) {
          out.push({
            key: table.name,
            depth: 2,
            icon: <Glyph name={kinds[table.kind] ?? "table"} />,
            label: table.name.split(".").slice(2).join("."),
            title: table.description ? `${table.name}: ${table.description}` : table.name,
            aside: used.has(table.name) ? <Glyph name="check" size={14} label={t("left.used")} /> : table.layer ? <Layer layer={table.layer} /> : null,
            onDrag: (to) => startDrag(to, { type: "table", table: table.name, kind: table.kind }),
            onEnter: () => commands.add({ type: "table", table: table.name, kind: table.kind }, {}),
          });
        }
      }
    }
    return out;
  }, [tables.data, search, closed, used, commands, t]);
  return (
    <>
      <div className={css.search}>
        <Search value={search} onChange={setSearch} placeholder={t("left.searchTables")} />
      </div>
      {tables.error ? <Failure problem={tables.error} retry={() => void tables.refetch()} /> : tables.isPending ? <Loading rows={8} height={28} /> : rows.length === 0 ? <p className={css.none}>{t("left.noTables")}</p> : <Rows rows={rows} label={t("left.tables")} />}
    </>
  );
}
