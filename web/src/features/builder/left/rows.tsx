import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Glyph } from "@/ui/glyph";
import css from "./left.module.css";

/** Row is a line of a tree or list on the left. Those with `open` are folders. */
export interface Row {
  key: string;
  depth: number;
  open?: boolean;
  icon?: ReactNode;
  label: ReactNode;
  /** title is the label in plain text, where it may be cut off. */
  title?: string;
  aside?: ReactNode;
  dimmed?: boolean;
  selected?: boolean;
  onDrag?: (to: DataTransfer) => void;
  onEnter?: () => void;
  onToggle?: () => void;
}

/** Rows draws lines as a tree that is walked with the arrow keys; a key that it does not know goes to onKey with the row. */
export function Rows({ rows, label, onKey }: { rows: readonly Row[]; label: string; onKey?: (row: Row, e: KeyboardEvent) => void }) {
  const [active, setActive] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(0, rows.findIndex((r) => r.key === active));
  const go = (i: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, i))];
    if (!row) return;
    setActive(row.key);
    list.current?.querySelectorAll<HTMLElement>("[role=treeitem]")[rows.indexOf(row)]?.focus();
  };
  const onKeyDown = (row: Row, i: number, e: KeyboardEvent) => {
    if (e.key === "ArrowDown") go(i + 1);
    else if (e.key === "ArrowUp") go(i - 1);
    else if (e.key === "Home") go(0);
    else if (e.key === "End") go(rows.length - 1);
    else if (e.key === "ArrowRight" && row.open === false) row.onToggle?.();
    else if (e.key === "ArrowLeft" && row.open === true) row.onToggle?.();
    else if (e.key === "ArrowLeft") go(rows.findLastIndex((r, n) => n < i && r.depth < row.depth));
    else if (e.key === "Enter" || e.key === " ") (row.onEnter ?? row.onToggle)?.();
    else {
      onKey?.(row, e);
      return;
    }
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div ref={list} className={css.rows} role="tree" aria-label={label} data-keys="own">
      {rows.map((row, i) => (
        <div
          key={row.key}
          className={css.row}
          style={{ paddingInlineStart: 8 + row.depth * 14 }}
          role="treeitem"
          aria-level={row.depth + 1}
          aria-expanded={row.open}
          aria-selected={row.selected ?? false}
          data-dimmed={row.dimmed || undefined}
          tabIndex={i === at ? 0 : -1}
          title={row.title}
          draggable={row.onDrag !== undefined}
          onDragStart={(e) => row.onDrag?.(e.dataTransfer)}
          onFocus={() => setActive(row.key)}
          onClick={() => (row.onToggle ?? row.onEnter)?.()}
          onKeyDown={(e) => onKeyDown(row, i, e)}
        >
          {row.open === undefined ? null : <Glyph name={row.open ? "chevronDown" : "chevronRight"} size={14} />}
          {row.icon}
          <span className={css.rowLabel}>{row.label}</span>
          {row.aside ? <span className={css.rowAside}>{row.aside}</span> : null}
        </div>
      ))}
    </div>
  );
}
