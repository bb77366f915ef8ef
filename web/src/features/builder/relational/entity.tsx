import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { memo, useEffect, useState } from "react";
import { joinAt, keepColumn } from "@/core/model/relational";
import { keysOf, tablesOf } from "@/core/model/joins";
import { useWords } from "@/infra/words";
import { Glyph, type GlyphName, Layer } from "@/ui/glyph";
import { Num } from "@/ui/text";
import { useCanvas } from "../canvas/context";
import { useNumbers } from "../flow/numbers";
import { type BuilderState, useBuilder, useBuilderStore } from "../state";
import { useTable } from "./catalog";
import { type EntityNodeType, foot, leftSource, rightTarget, type Row } from "./drawing";
import css from "./relational.module.css";
import { w } from "./words";

/** EntityNode is a table of a relational model: its columns, which of them are kept, and what they are joined by. */
export const EntityNode = memo(function EntityNode({ id, data, selected }: NodeProps<EntityNodeType>) {
  const t = useWords(w);
  const numbers = useNumbers(id);
  const table = useTable(data.table);
  const [open, setOpen] = useState(false);
  const measure = useUpdateNodeInternals();
  // Rows that move take their handles with them, and the lines have to follow.
  useEffect(() => measure(id), [measure, id, open]);
  const lit = useBuilder((s) => litColumns(s, id)).split("\n");
  const rows = open ? data.rows : data.shown.flatMap((i) => data.rows[i] ?? []);
  const hidden = data.rows.length - data.shown.length;
  const last = data.rows.filter((r) => r.kept).length === 1;
  return (
    <div className={css.entity} data-selected={selected || undefined} data-state={data.errors > 0 ? "failed" : data.warnings > 0 ? "warning" : undefined} data-open={open || undefined} title={data.note}>
      <header className={css.entityHead}>
        {/* Lines without a column take the first handle of their type. */}
        <Handle id="" type="target" role="img" position={Position.Left} className={css.whole} isConnectableStart={false} aria-label={t("entity.header", { entity: id })} />
        <Handle id="" type="source" role="img" position={Position.Right} className={css.dot} aria-label={t("entity.header", { entity: id })} />
        <Handle id={rightTarget} type="target" position={Position.Right} className={css.anchor} isConnectable={false} />
        <Handle id={leftSource} type="source" position={Position.Left} className={css.anchor} isConnectable={false} />
        <span className={css.entityTile} data-dimension={data.dimension || undefined}>
          <Glyph name={table.glyph} />
        </span>
        <span className={css.entityWords}>
          <span className={css.entityName}>{id}</span>
          <span className={css.entityNote}>
            {data.errors > 0 ? (
              <span className={css.bad}>
                <Glyph name="error" size={12} /> {t("entity.problems", { count: data.errors })}
              </span>
            ) : (
              <>
                {data.dimension ? t("role.dimension") : t("role.fact")}
                {numbers ? (
                  <>
                    , <Num value={numbers.perSecond} brief unit="/s" />
                  </>
                ) : data.fed ? (
                  `, ${t("entity.fed")}`
                ) : null}
              </>
            )}
          </span>
        </span>
        {table.layer ? <Layer layer={table.layer} /> : null}
      </header>
      {rows.length === 0 && data.table === undefined && !data.fed ? <p className={css.noRows}>{t("entity.noRows")}</p> : null}
      {rows.map((r) => (
        <Column key={`${r.mark === "computed" ? "=" : ""}${r.name}`} entity={id} row={r} lit={lit.includes(r.name)} last={last && r.kept} />
      ))}
      <Handle id={foot} type="source" position={Position.Bottom} className={css.anchor} isConnectable={false} />
      {hidden > 0 ? (
        <button type="button" className={`${css.fold} nodrag nopan`} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t("entity.fewer") : t("entity.more", { count: hidden })}
        </button>
      ) : null}
    </div>
  );
});

/** litColumns are the columns that the selected join compares. */
function litColumns(s: BuilderState, id: string): string {
  const [edge] = s.selection.edges;
  const found = edge === undefined ? undefined : joinAt(s.model, edge);
  if (!found || (found.join.from !== id && found.join.to !== id)) return "";
  const pairs = keysOf(found.join, tablesOf(s.model, s.analysis)(found.join.to));
  return pairs.map((k) => (found.join.from === id ? k.from : k.to)).join("\n");
}

const marks: Readonly<Record<NonNullable<Row["mark"]>, GlyphName>> = { key: "key", link: "link", time: "clock", computed: "braces" };

/** Column is a row of an entity. All of it takes a line; lines begin at the dots of its ends. */
function Column({ entity, row, lit, last }: { entity: string; row: Row; lit: boolean; last: boolean }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const { mayEdit } = useCanvas();
  const computed = row.mark === "computed";
  const toggle = () => {
    const { model, analysis, edit } = store.getState();
    const label = row.kept ? t("did.drop", { column: row.name, entity }) : t("did.keep", { column: row.name, entity });
    edit(label, (text) => keepColumn(text, entity, row.name, !row.kept, tablesOf(model, analysis)(entity)));
  };
  const word = row.mark ? t(`entity.${row.mark}`) : undefined;
  return (
    <div className={css.column} data-kept={row.kept || undefined} data-lit={lit || undefined}>
      {computed ? null : (
        <>
          <Handle id={row.name} type="target" position={Position.Left} className={css.whole} isConnectableStart={false} aria-hidden />
          <Handle id={rightTarget + row.name} type="target" position={Position.Right} className={css.anchor} isConnectable={false} aria-hidden />
          <Handle id={leftSource + row.name} type="source" position={Position.Left} className={css.dot} aria-hidden />
          <Handle id={row.name} type="source" position={Position.Right} className={css.dot} aria-hidden />
        </>
      )}
      <button
        type="button"
        className={`${css.keep} nodrag nopan`}
        tabIndex={-1}
        disabled={!mayEdit || computed || last || row.type === ""}
        aria-pressed={row.kept}
        aria-label={row.kept ? t("entity.drop", { column: row.name }) : t("entity.keep", { column: row.name })}
        title={last ? t("entity.last") : row.kept ? t("entity.kept") : undefined}
        onClick={(e) => {
          e.stopPropagation();
          toggle();
        }}
      />
      <span className={css.mark}>{row.mark ? <Glyph name={marks[row.mark]} size={14} label={word} /> : null}</span>
      <span className={css.columnName} title={row.name}>
        {row.name}
      </span>
      <span className={css.columnType}>{row.type}</span>
    </div>
  );
}
