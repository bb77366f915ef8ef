import { Button, Checkbox } from "antd";
import { useMemo, useState } from "react";
import { csv, follow, hiddenIn, list, shortName } from "@/core/lineage";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton, Segmented } from "@/ui/menu";
import { Split } from "@/ui/page";
import { Failure, Loading, toast } from "@/ui/states";
import type { Table } from "../data";
import { Canvas } from "./canvas";
import type { Acts } from "./card";
import { most, useColumns, useGraph, useView } from "./data";
import { LineageList } from "./list";
import { PinPanel } from "./panel";
import { shape } from "./shape";
import css from "./view.module.css";
import { w } from "./words";

/** LineageView is what a table is made from and what is made from it: as a picture, as a list of the same, and as a file of it. */
export function LineageView({ table }: { table: Table }) {
  const t = useWords(w);
  const [view, change] = useView();
  const { graph, error, again } = useGraph(table.id, view);
  const columns = useColumns(graph);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const path = useMemo(() => (graph && view.pin && view.columns ? follow(graph, view.pin, view.indirect) : undefined), [graph, view.pin, view.indirect, view.columns]);
  const drawn = useMemo(() => (graph ? shape(graph, view, columns, unfolded, path) : undefined), [graph, view, columns, unfolded, path]);
  const rows = useMemo(() => (graph ? list(view.columns ? graph : { ...graph, edges: graph.edges.map((e) => ({ ...e, columns: [] })) }, view.indirect, path) : []), [graph, view.columns, view.indirect, path]);
  const acts = useMemo<Acts>(
    () => ({
      pin: (pin) => change({ pin }),
      open: (id) => change({ open: [...view.open, id] }),
      fold: (id) =>
        setUnfolded((old) => {
          const next = new Set(old);
          if (!next.delete(id)) next.add(id);
          return next;
        }),
    }),
    [change, view.open],
  );
  if (error && !graph) return <Failure problem={error} retry={again} />;
  if (!graph || !drawn) return <Loading rows={8} />;
  const hidden = hiddenIn(graph);
  const tables = graph.nodes.filter((n) => n.kind === "table").length;
  const save = () => {
    const file = URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv" }));
    const a = document.createElement("a");
    a.href = file;
    a.download = `lineage-${shortName(table.name).own}.csv`;
    a.click();
    URL.revokeObjectURL(file);
  };
  const main = (
    <div className={css.main}>
      <Split name="lineage.list" side="bottom" size={280} min={96} max={600} panel={<LineageList rows={rows} table={table} pinned={path !== undefined} />}>
        <div className={css.canvas}>
          <Canvas shape={drawn} acts={acts} />
          {tables === 1 && graph.edges.length === 0 ? <p className={css.alone}>{t("lineage.alone")}</p> : null}
        </div>
      </Split>
    </div>
  );
  return (
    <div className={css.lineage}>
      <div className={css.bar}>
        <Segmented options={[{ value: "columns", label: t("lineage.columns") }, { value: "tables", label: t("lineage.tables") }]} value={view.columns ? "columns" : "tables"} onChange={(v) => change({ columns: v === "columns", pin: undefined })} label={t("lineage.level")} />
        <Hops label={t("lineage.up")} value={view.up} onChange={(up) => change({ up })} />
        <Hops label={t("lineage.down")} value={view.down} onChange={(down) => change({ down })} />
        {view.pin && view.columns ? (
          <button type="button" className={css.pin} onClick={() => change({ pin: undefined })} aria-label={t("lineage.unpin", { column: view.pin.column })}>
            <Glyph name="pin" size={14} /> {view.pin.column} <Glyph name="close" size={12} />
          </button>
        ) : null}
        {view.columns ? <Checkbox checked={view.indirect} onChange={(e) => change({ indirect: e.target.checked })}>{t("lineage.indirect")}</Checkbox> : null}
        <span className={css.end}>
          {t("lineage.count", { count: tables })}
          {hidden > 0 ? `, ${t("lineage.notSeen", { count: hidden })}` : null}
          {graph.cut ? <strong>{t("lineage.cut")}</strong> : null}
        </span>
        {view.open.length > 0 ? <Button size="small" onClick={() => change({ open: [] })}>{t("lineage.close")}</Button> : null}
        <IconButton glyph="link" label={t("lineage.link")} onClick={() => void navigator.clipboard.writeText(location.href).then(() => toast(t("lineage.linked")))} />
        <Button size="small" icon={<Glyph name="download" size={14} />} onClick={save}>CSV</Button>
      </div>
      <div className={css.body}>
        {view.pin && view.columns && path ? (
          <Split name="lineage.pin" side="right" size={284} min={220} max={420} panel={<PinPanel pin={view.pin} graph={graph} path={path} columns={columns} />}>{main}</Split>
        ) : (
          main
        )}
      </div>
    </div>
  );
}

function Hops({ label, value, onChange }: { label: string; value: number; onChange: (n: number) => void }) {
  const t = useWords(w);
  return (
    <span className={css.hops} role="group" aria-label={label}>
      <IconButton small glyph="minus" label={t("lineage.less", { what: label })} disabled={value <= 1} onClick={() => onChange(value - 1)} />
      <span>{label} <strong>{value}</strong></span>
      <IconButton small glyph="plus" label={t("lineage.more", { what: label })} disabled={value >= most} onClick={() => onChange(value + 1)} />
    </span>
  );
}
