import { Checkbox } from "antd";
import { useWords } from "@/infra/words";
import { Glyph } from "./glyph";
import type { Sorting, TableColumn } from "./table";
import css from "./table.module.css";
import { w } from "./words";

interface HeadProps<T> {
  columns: readonly TableColumn<T>[];
  template: string;
  width: number;
  sorting?: Sorting;
  onSortBy: (key: string) => void;
  canSort: (column: TableColumn<T>) => boolean;
  check?: { all: boolean; some: boolean; label: string; toggle: () => void };
}

/** Head is the row of a table's titles; those that sort are buttons. */
export function Head<T>({ columns, template, width, sorting, onSortBy, canSort, check }: HeadProps<T>) {
  const t = useWords(w);
  return (
    <div role="rowgroup" className={css.head} style={{ minWidth: width }}>
      <div role="row" aria-rowindex={1} className={css.headRow} style={{ gridTemplateColumns: template }}>
        {check ? (
          <div role="columnheader" className={css.check}>
            <Checkbox checked={check.all} indeterminate={!check.all && check.some} aria-label={check.label} onChange={check.toggle} />
          </div>
        ) : null}
        {columns.map((c) => {
          const by = sorting?.key === c.key ? sorting : undefined;
          return (
            <div key={c.key} role="columnheader" className={css.headCell} data-align={c.align} aria-sort={by ? (by.desc ? "descending" : "ascending") : undefined}>
              {canSort(c) ? (
                <button type="button" className={css.sort} aria-label={typeof c.title === "string" ? t("sortBy", { column: c.title }) : undefined} onClick={() => onSortBy(c.key)}>
                  <span className={css.clip}>{c.title}</span>
                  <span className={css.arrow} data-on={by ? true : undefined}>
                    <Glyph name={by?.desc ? "sortDown" : "sortUp"} size={12} />
                  </span>
                </button>
              ) : (
                <span className={css.clip}>{c.title}</span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
