import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from "react";
import { useWords } from "@/infra/words";
import { cellText, isNumeric, widthOf } from "./cell";
import { CellView } from "./cell-view";
import css from "./grid.module.css";
import { w } from "./words";

/** A column of sample rows, with its type as the language writes it. */
export interface GridColumn {
  name: string;
  type: string;
}

export interface SampleGridProps {
  columns: readonly GridColumn[];
  rows: readonly (readonly unknown[])[];
  /** accent names the columns that the selection makes. */
  accent?: ReadonlySet<string>;
  /** problems are said at their cell. */
  problems?: readonly { row: number; column: string; text: string }[];
  onColumn?: (name: string) => void;
  /** stats stand under a column's type. */
  stats?: Readonly<Record<string, ReactNode>>;
  label?: string;
  empty?: ReactNode;
}

const rowHeight = 24;
const numberWidth = 36;

/** SampleGrid shows rows as they are, 24 px each; only what is in view is drawn, both ways. Arrows move, Ctrl C copies the cell, Enter opens it. */
export function SampleGrid({ columns, rows, accent, problems, onColumn, stats, label, empty }: SampleGridProps) {
  const t = useWords(w);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [cell, setCell] = useState<{ row: number; column: number }>();
  const [open, setOpen] = useState(false);
  const widths = useMemo(() => columns.map((c, i) => widthOf(c, rows.slice(0, 60).map((r) => r[i]))), [columns, rows]);
  const wrong = useMemo(() => new Map((problems ?? []).map((p) => [`${p.row}:${p.column}`, p.text])), [problems]);
  const headHeight = stats ? 60 : 40;

  const vertical = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 10, scrollPaddingStart: headHeight });
  const horizontal = useVirtualizer({ horizontal: true, count: columns.length, getScrollElement: () => scroller.current, estimateSize: (i) => widths[i] ?? 100, overscan: 4, scrollPaddingStart: numberWidth, getItemKey: (i) => `${i}:${widths[i]}` });
  const across = horizontal.getVirtualItems();
  const width = numberWidth + horizontal.getTotalSize();

  const go = (row: number, column: number) => {
    const next = { row: clamp(row, rows.length), column: clamp(column, columns.length) };
    setCell(next);
    setOpen(false);
    vertical.scrollToIndex(next.row);
    horizontal.scrollToIndex(next.column);
  };
  const onKeyDown = (e: KeyboardEvent<HTMLDivElement>) => {
    if (e.target !== e.currentTarget || rows.length === 0) return;
    const at = cell ?? { row: -1, column: 0 };
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - headHeight) / rowHeight) - 1);
    if (e.key === "ArrowDown") go(at.row + 1, at.column);
    else if (e.key === "ArrowUp") go(at.row - 1, at.column);
    else if (e.key === "ArrowRight") go(at.row, at.column + 1);
    else if (e.key === "ArrowLeft") go(at.row, at.column - 1);
    else if (e.key === "PageDown") go(at.row + page, at.column);
    else if (e.key === "PageUp") go(at.row - page, at.column);
    else if (e.key === "Home") go(e.ctrlKey ? 0 : at.row, 0);
    else if (e.key === "End") go(e.ctrlKey ? rows.length - 1 : at.row, columns.length - 1);
    else if (e.key === "Enter" && cell) setOpen(!open);
    else if (e.key === "Escape" && open) setOpen(false);
    else if (e.key === "c" && (e.ctrlKey || e.metaKey) && cell && !getSelection()?.toString()) void navigator.clipboard.writeText(cellText(rows[cell.row]?.[cell.column]));
    else return;
    e.preventDefault();
  };

  return (
    <div ref={scroller} className={css.grid} data-scroll role="grid" tabIndex={0} aria-label={label} aria-rowcount={rows.length + 1} aria-colcount={columns.length + 1} aria-activedescendant={cell ? `${id}-${cell.row}-${cell.column}` : undefined} onKeyDown={onKeyDown}>
      <div role="rowgroup" className={css.head} style={{ width, height: headHeight }}>
        <div role="row" aria-rowindex={1} className={css.headRow}>
          <div role="columnheader" className={css.corner}>
            #
          </div>
          {across.map((h) => {
            const c = columns[h.index];
            if (!c) return null;
            const inner = (
              <>
                <span className={css.name}>{c.name}</span>
                <span className={css.type}>{c.type}</span>
                {stats ? <span className={css.stats}>{stats[c.name]}</span> : null}
              </>
            );
            return (
              <div key={h.key} role="columnheader" aria-colindex={h.index + 2} className={css.title} data-accent={accent?.has(c.name) || undefined} data-number={isNumeric(c.type) || undefined} style={{ left: numberWidth + h.start, width: h.size, height: headHeight - 1 }}>
                {onColumn ? (
                  <button type="button" tabIndex={-1} title={t("aboutColumn", { column: c.name })} onClick={() => onColumn(c.name)}>
                    {inner}
                  </button>
                ) : (
                  inner
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" className={css.body} style={{ height: vertical.getTotalSize(), width }}>
        {vertical.getVirtualItems().map((v) => (
          <div key={v.key} role="row" aria-rowindex={v.index + 2} className={css.row} style={{ transform: `translateY(${v.start}px)` }}>
            <div role="rowheader" className={css.number}>
              {v.index + 1}
            </div>
            {across.map((h) => {
              const c = columns[h.index];
              if (!c) return null;
              const on = cell?.row === v.index && cell.column === h.index;
              return (
                <CellView
                  key={h.key}
                  id={`${id}-${v.index}-${h.index}`}
                  value={rows[v.index]?.[h.index]}
                  type={c.type}
                  left={numberWidth + h.start}
                  width={h.size}
                  column={h.index + 2}
                  active={on}
                  problem={wrong.get(`${v.index}:${c.name}`)}
                  open={on && open}
                  onOpen={(next) => {
                    setCell({ row: v.index, column: h.index });
                    setOpen(next);
                  }}
                />
              );
            })}
          </div>
        ))}
      </div>
      {rows.length === 0 ? (
        <div role="row" className={css.none}>
          <div role="gridcell">{empty ?? t("noRows")}</div>
        </div>
      ) : null}
    </div>
  );
}

function clamp(i: number, count: number): number {
  return Math.max(0, Math.min(count - 1, i));
}
