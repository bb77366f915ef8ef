import { Checkbox } from "antd";
import { memo, type ReactNode, useState } from "react";
import type { Health } from "./status";
import type { TableColumn } from "./table";
import css from "./table.module.css";

/** What a row tells its table; the functions never change. */
export interface RowHandlers {
  open: (key: string) => void;
  activate: (key: string) => void;
  select: (key: string, range: boolean) => void;
  actions: (row: unknown) => ReactNode;
}

interface RowProps<T> {
  id: string;
  rowKey: string;
  row: T;
  index: number;
  top: number;
  height: number;
  columns: readonly TableColumn<T>[];
  template: string;
  active: boolean;
  selected?: boolean;
  bar?: Health;
  dim?: boolean;
  handlers: RowHandlers;
  hasActions: boolean;
  checkLabel?: string;
  canOpen: boolean;
}

function Plain<T>({ id, rowKey, row, index, top, height, columns, template, active, selected, bar, dim, handlers, hasActions, checkLabel, canOpen }: RowProps<T>) {
  const [near, setNear] = useState(false);
  return (
    <div
      id={id}
      role="row"
      className={css.row}
      aria-rowindex={index + 2}
      aria-selected={checkLabel === undefined ? active || undefined : selected}
      data-active={active || undefined}
      data-selected={selected || undefined}
      data-bar={bar}
      data-dim={dim || undefined}
      data-open={canOpen || undefined}
      style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: template }}
      onPointerEnter={hasActions ? () => setNear(true) : undefined}
      onPointerLeave={hasActions ? () => setNear(false) : undefined}
      onClick={(e) => {
        if (e.target instanceof Element && e.target.closest("a,button,input,label")) return;
        handlers.activate(rowKey);
        if (e.ctrlKey || e.metaKey || e.shiftKey) handlers.select(rowKey, e.shiftKey);
        else handlers.open(rowKey);
      }}
    >
      {checkLabel === undefined ? null : (
        <div role="gridcell" className={css.check}>
          <Checkbox tabIndex={-1} checked={selected} aria-label={checkLabel} onClick={(e) => handlers.select(rowKey, e.shiftKey)} />
        </div>
      )}
      {columns.map((c, i) => (
        <div key={c.key} role="gridcell" className={css.cell} data-align={c.align}>
          {c.render(row)}
          {hasActions && (near || active) && i === columns.length - 1 ? <div className={css.actions}>{handlers.actions(row)}</div> : null}
        </div>
      ))}
    </div>
  );
}

/** Row is drawn anew only when something of its own is another. */
export const Row = memo(Plain) as typeof Plain;
