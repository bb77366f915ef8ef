import { useMemo } from "react";
import { Link } from "react-router";
import { type Row, shortName, viaNames } from "@/core/lineage";
import { useWords } from "@/infra/words";
import { Layer } from "@/ui/glyph";
import { DataTable, type TableColumn } from "@/ui/table";
import type { Table } from "../data";
import { common } from "../words";
import css from "./list.module.css";
import { w } from "./words";

type Numbered = Row & { id: string };

/** LineageList is the picture as rows. */
export function LineageList({ rows, table, pinned }: { rows: readonly Row[]; table: Table; pinned: boolean }) {
  const t = useWords(w);
  const shared = useWords(common);
  const numbered = useMemo(() => rows.map((r, i) => ({ ...r, id: String(i) })), [rows]);
  const columns = useMemo<TableColumn<Numbered>[]>(
    () => [
      { key: "side", title: t("lineage.side"), width: 110, render: (r) => <span className={css.quiet}>{t(`lineage.${r.side === "up" ? "upstream" : "downstream"}`)}</span> },
      { key: "column", title: shared("lineage.column"), min: 260, render: (r) => <Name row={r} /> },
      { key: "kind", title: shared("column.kind"), width: 96, render: (r) => (r.direct === undefined ? <span className={css.quiet}>–</span> : t(r.direct ? "lineage.direct" : "lineage.indirectOne")) },
      { key: "into", title: t("lineage.with"), min: 160, render: (r) => <Near row={r} table={table} /> },
      { key: "via", title: t("lineage.through"), width: 240, render: (r) => <Through row={r} /> },
      { key: "layer", title: shared("column.layer"), width: 72, render: (r) => (r.node.layer ? <Layer layer={r.node.layer} /> : <span className={css.quiet}>–</span>) },
      { key: "owner", title: shared("column.owner"), width: 110, render: (r) => r.node.owner ?? <span className={css.quiet}>–</span> },
    ],
    [t as unknown, shared, table], // as unknown: the compiler would compare every key of the one with every key of the other
  );
  return <DataTable rows={numbered} columns={columns} rowKey={(r) => r.id} rowHeight={28} label={t("lineage.list")} empty={<p className={css.empty}>{t(pinned ? "lineage.noPath" : "lineage.alone")}</p>} />;
}

function Name({ row }: { row: Row }) {
  const t = useWords(w);
  const { node } = row;
  if (node.kind === "hidden") return <span className={css.quiet}>{t("lineage.hidden", { count: node.count ?? 1 })}</span>;
  const name = node.kind === "table" ? <Link to={`/catalog/${node.id}/lineage`}>{node.name}</Link> : node.name;
  return (
    <span className={css.name}>
      <i data-solid={row.direct ?? true} />
      <code>
        <span className={row.column ? css.quiet : undefined}>{name}</span>
        {row.column ? <>.<strong>{row.column}</strong></> : null}
      </code>
    </span>
  );
}

function Near({ row, table }: { row: Row; table: Table }) {
  if (!row.into) return <span className={css.quiet}>–</span>;
  const prefix = row.near === table.name ? "" : `${shortName(row.near).own}.`;
  return <code className={css.code}>{prefix}{row.into}</code>;
}

function Through({ row }: { row: Row }) {
  const t = useWords(w);
  const names = viaNames(row.via);
  if (names.length === 0) return <span className={css.quiet}>{row.via.some((v) => v.hidden) ? t("lineage.hiddenVia") : "–"}</span>;
  const via = row.via.find((v) => v.name === names[0]);
  return (
    <span className={css.name}>
      <Link to={via?.kind === "pipeline" ? `/pipelines/${via.id}` : `/models/${via?.id}`}><code>{names[0]}</code></Link>
      {names.length > 1 ? <span className={css.quiet}>+{names.length - 1}</span> : null}
    </span>
  );
}
