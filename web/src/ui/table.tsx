import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useId, useMemo, useRef, useState } from "react";
import { useWords } from "@/infra/words";
import type { Health } from "./status";
import { Head } from "./table-head";
import { Row, type RowHandlers } from "./table-row";
import css from "./table.module.css";
import { w } from "./words";

/** A column of a table. Columns should keep their identity between draws (a constant, or useMemo): rows are drawn anew when it changes. */
export interface TableColumn<T> {
  key: string;
  title: ReactNode;
  /** width in px; without one the column shares what is left. */
  width?: number;
  /** min is the least width of a column without a fixed one. */
  min?: number;
  align?: "start" | "end";
  render: (row: T) => ReactNode;
  /** sort compares two rows, or, with onSort of the table, says that the server can sort by it. */
  sort?: true | ((a: T, b: T) => number);
}

/** Sorting is by which column rows stand. */
export interface Sorting {
  key: string;
  desc: boolean;
}

export interface DataTableProps<T> {
  rows: readonly T[];
  columns: readonly TableColumn<T>[];
  rowKey: (row: T) => string;
  /** label says what the table holds, to those who do not see it. */
  label: string;
  rowHeight?: number;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  onOpen?: (row: T) => void;
  /** active is the row whose detail stands beside; onActive follows the keys and clicks. */
  active?: string;
  onActive?: (row: T) => void;
  sorting?: Sorting;
  onSort?: (sorting: Sorting | undefined) => void;
  /** bar marks a row that needs someone. */
  bar?: (row: T) => Health | undefined;
  /** dim greys a row whose figures are not confirmed. */
  dim?: (row: T) => boolean;
  rowActions?: (row: T) => ReactNode;
  empty?: ReactNode;
  foot?: ReactNode;
  /** onEnd is called when the last rows come into view, to read more. */
  onEnd?: () => void;
}

const checkWidth = 36;

/**
 * DataTable is a grid of rows of one height. Only what is in view is drawn; a row is drawn anew when it, or the columns, are others. Cells with live figures subscribe by themselves.
 * Keys: arrows, Page, Home and End move; Enter opens; Space selects; Ctrl A selects all.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { rows, columns, rowKey, label, rowHeight = 36, selected, onSelect, onOpen, onActive, bar, dim, rowActions, empty, foot, onEnd } = props;
  const t = useWords(w);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState<Sorting>();
  const [cursor, setCursor] = useState<string>();
  const active = props.active ?? cursor;
  const sorting = props.onSort ? props.sorting : (own ?? props.sorting);

  const shown = useMemo(() => sorted(rows, columns, props.onSort ? undefined : sorting), [rows, columns, sorting, props.onSort]);
  const places = useMemo(() => new Map(shown.map((row, i) => [rowKey(row), i])), [shown, rowKey]);

  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8 });
  const items = virtual.getVirtualItems();

  const template = (onSelect ? `${checkWidth}px ` : "") + columns.map((c) => (c.width === undefined ? `minmax(${c.min ?? 120}px, 1fr)` : `${c.width}px`)).join(" ");
  const width = columns.reduce((sum, c) => sum + (c.width ?? c.min ?? 120), onSelect ? checkWidth : 0);

  // The rows get handlers that never change, so that they stay as they are drawn while the latest props are used.
  const latest = useRef({ shown, places, selected, onSelect, onOpen, onActive, rowKey, rowActions });
  latest.current = { shown, places, selected, onSelect, onOpen, onActive, rowKey, rowActions };
  const anchor = useRef<string | undefined>(undefined);

  const handlers = useMemo<RowHandlers>(() => {
    const rowOf = (key: string) => {
      const at = latest.current.places.get(key);
      return at === undefined ? undefined : latest.current.shown[at];
    };
    return {
      actions: (row) => latest.current.rowActions?.(row as T),
      open: (key) => {
        const row = rowOf(key);
        if (row !== undefined) latest.current.onOpen?.(row);
      },
      activate: (key) => {
        setCursor(key);
        const row = rowOf(key);
        if (row !== undefined) latest.current.onActive?.(row);
      },
      select: (key, range) => {
        const { selected: now, onSelect: tell, places: at, shown: all, rowKey: keyOf } = latest.current;
        if (!tell) return;
        const next = new Set(now);
        const from = range && anchor.current !== undefined ? at.get(anchor.current) : undefined;
        const to = at.get(key);
        if (from !== undefined && to !== undefined) for (const row of all.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(keyOf(row));
        else if (!next.delete(key)) next.add(key);
        anchor.current = key;
        tell(next);
      },
    };
  }, []);

  const move = (to: number) => {
    const row = shown[Math.max(0, Math.min(shown.length - 1, to))];
    if (row === undefined) return;
    handlers.activate(rowKey(row));
    virtual.scrollToIndex(Math.max(0, Math.min(shown.length - 1, to)), { align: "auto" });
  };

  const onKeyDown = (e: KeyboardEvent<HTMLDivElement>) => {
    if (e.target !== e.currentTarget) return;
    const at = active === undefined ? -1 : (places.get(active) ?? -1);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: shown.length - 1 };
    const to = moves[e.key];
    if (to !== undefined) move(to);
    else if (e.key === "Enter" && active !== undefined) handlers.open(active);
    else if (e.key === " " && active !== undefined && onSelect) handlers.select(active, e.shiftKey);
    else if (e.key === "a" && (e.ctrlKey || e.metaKey) && onSelect) onSelect(new Set(shown.map(rowKey)));
    else return;
    e.preventDefault();
  };

  const onSortBy = useCallback(
    (key: string) => {
      const next = sorting?.key !== key ? { key, desc: false } : sorting.desc ? undefined : { key, desc: true };
      if (props.onSort) props.onSort(next);
      else setOwn(next);
    },
    [sorting, props.onSort],
  );

  const onScroll = () => {
    const el = scroller.current;
    if (onEnd && el && el.scrollHeight - el.scrollTop - el.clientHeight < rowHeight * 10) onEnd();
  };

  const all = selected !== undefined && shown.length > 0 && shown.every((r) => selected.has(rowKey(r)));
  const activeShown = active !== undefined && items.some((v) => { const r = shown[v.index]; return r !== undefined && rowKey(r) === active; });

  return (
    <div className={css.frame}>
      <div
        ref={scroller}
        className={css.scroller}
        data-scroll
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={shown.length + 1}
        aria-colcount={columns.length + (onSelect ? 1 : 0)}
        aria-multiselectable={onSelect ? true : undefined}
        aria-activedescendant={activeShown ? `${id}-${active}` : undefined}
        onKeyDown={onKeyDown}
        onScroll={onScroll}
        onMouseDown={keepFocus}
      >
        <Head columns={columns} template={template} width={width} sorting={sorting} onSortBy={onSortBy} canSort={(c) => typeof c.sort === "function" || (c.sort === true && props.onSort !== undefined)} check={onSelect ? { all, some: (selected?.size ?? 0) > 0, label: t("selectAll"), toggle: () => onSelect(all ? new Set() : new Set(shown.map(rowKey))) } : undefined} />
        {shown.length === 0 ? (
          <div role="row" className={css.none}>
            <div role="gridcell" aria-colspan={columns.length + (onSelect ? 1 : 0)}>
              {empty ?? t("noRows")}
            </div>
          </div>
        ) : (
          <div className={css.body} role="rowgroup" style={{ height: virtual.getTotalSize(), minWidth: width }}>
            {items.map((v) => {
              const row = shown[v.index];
              if (row === undefined) return null;
              const key = rowKey(row);
              return <Row key={key} id={`${id}-${key}`} rowKey={key} row={row} index={v.index} top={v.start} height={rowHeight} columns={columns} template={template} active={key === active} selected={selected?.has(key)} bar={bar?.(row)} dim={dim?.(row)} handlers={handlers} hasActions={rowActions !== undefined} checkLabel={onSelect ? t("selectRow") : undefined} canOpen={onOpen !== undefined} />;
            })}
          </div>
        )}
      </div>
      {foot ? <div className={css.foot}>{foot}</div> : null}
    </div>
  );
}

/** keepFocus lets a click on a row focus the grid, but not steal the focus from a control in it. */
function keepFocus(e: MouseEvent<HTMLElement>): void {
  if (e.target instanceof Element && e.target.closest("a,button,input,[tabindex='-1']")) return;
  e.currentTarget.focus({ preventScroll: true });
}

function sorted<T>(rows: readonly T[], columns: readonly TableColumn<T>[], sorting: Sorting | undefined): readonly T[] {
  const by = sorting && columns.find((c) => c.key === sorting.key)?.sort;
  if (typeof by !== "function") return rows;
  const sign = sorting?.desc ? -1 : 1;
  return [...rows].sort((a, b) => sign * by(a, b));
}
