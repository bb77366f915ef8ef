import { Handle, type NodeProps, Position } from "@xyflow/react";
import { createContext, memo, useContext } from "react";
import { Link } from "react-router";
import { type Spot, shortName } from "@/core/lineage";
import { useWords } from "@/infra/words";
import { Glyph, Layer } from "@/ui/glyph";
import { foundGlyph, kindGlyph } from "../kinds";
import css from "./card.module.css";
import { type CardNode, hasFold } from "./shape";
import { w } from "./words";

/** Acts are what can be done on a card. */
export interface Acts {
  pin: (spot: Spot | undefined) => void;
  open: (table: string) => void;
  fold: (table: string) => void;
}

export const ActsContext = createContext<Acts>({ pin: () => {}, open: () => {}, fold: () => {} });

/** CardView is a table of the lineage with those of its columns that matter, a model or pipeline at its end, or a number of tables without names. */
export const CardView = memo(function CardView({ data, id }: NodeProps<CardNode>) {
  const t = useWords(w);
  const acts = useContext(ActsContext);
  const { node } = data;
  const ends = (
    <>
      <Handle type="target" id="in" position={Position.Left} className={css.headPort} isConnectable={false} />
      <Handle type="source" id="out" position={Position.Right} className={css.headPort} isConnectable={false} />
    </>
  );
  if (node.kind === "hidden") {
    return (
      <div className={css.hidden} data-faded={data.faded || undefined}>
        {ends}
        <Glyph name="lock" size={14} /> {t("lineage.hidden", { count: node.count ?? 1 })}
      </div>
    );
  }
  const { place, own } = shortName(node.name ?? "");
  const end = node.kind === "end";
  const href = end ? (node.type === "pipeline" ? `/pipelines/${node.id.slice("pipeline:".length)}` : `/models/${node.id.slice("document:".length)}`) : `/catalog/${id}/lineage`;
  return (
    <div className={css.card} data-middle={data.middle || undefined} data-faded={data.faded || undefined} data-end={end || undefined}>
      <div className={css.head}>
        {ends}
        <Glyph name={end ? (node.type === "pipeline" ? "pipeline" : foundGlyph("document", "")) : kindGlyph(node.type)} />
        <span className={css.names}>
          {node.kind === "unknown" || data.middle ? <strong title={node.name}>{own}</strong> : <Link to={href} title={node.name}>{own}</Link>}
          <span className={css.place}>{node.kind === "unknown" ? t("lineage.unknown") : place}</span>
        </span>
        {node.layer ? <Layer layer={node.layer} /> : null}
      </div>
      {data.columns.map((c) => (
        <button
          key={c.name}
          type="button"
          className={`${css.column} nodrag`}
          data-on={c.on || undefined}
          data-pinned={c.pinned || undefined}
          aria-pressed={c.pinned}
          title={t("lineage.pinColumn", { column: c.name })}
          onClick={() => acts.pin(c.pinned ? undefined : { table: id, column: c.name })}
        >
          <Handle type="target" id={`in:${c.name}`} position={Position.Left} className={css.port} isConnectable={false} />
          <Handle type="source" id={`out:${c.name}`} position={Position.Right} className={css.port} isConnectable={false} />
          {c.pinned ? <Glyph name="pin" size={12} /> : null}
          <span className={css.label}>{c.name}</span>
          <code>{c.type}</code>
        </button>
      ))}
      {hasFold(data) ? (
        <button type="button" className={`${css.fold} nodrag`} disabled={data.linked <= data.columns.length && !data.unfolded} onClick={() => acts.fold(id)}>
          <Glyph name={data.unfolded ? "chevronDown" : "chevronRight"} size={12} />
          {t("lineage.ofColumns", { shown: data.columns.length, count: data.all ?? data.linked })}
        </button>
      ) : null}
      {node.more ? (
        <button type="button" className={`${css.more} nodrag`} data-side={node.distance < 0 ? "left" : "right"} aria-label={t("lineage.openMore", { name: node.name ?? "" })} title={t("lineage.openMore", { name: node.name ?? "" })} onClick={() => acts.open(id)}>
          <Glyph name="plus" size={12} />
        </button>
      ) : null}
    </div>
  );
});
