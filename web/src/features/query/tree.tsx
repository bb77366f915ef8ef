import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton, Search } from "@/ui/menu";
import { Empty, Failure, Loading } from "@/ui/states";
import { storesQuery, tableQuery } from "./data";
import css from "./tree.module.css";
import { w } from "./words";

/** Tree lists the tables that can be asked, with their columns; a click writes the name into the question. */
export function Tree({ onInsert, onAsk }: { onInsert: (name: string) => void; onAsk: (sql: string) => void }) {
  const t = useWords(w);
  const [look, setLook] = useState("");
  const { data, error, refetch } = useQuery(storesQuery);
  const found = (data ?? []).filter((s) => s.name.toLowerCase().includes(look.toLowerCase()));
  return (
    <div className={css.tree}>
      <div className={css.search}>
        <Search value={look} onChange={setLook} placeholder={t("tree.search")} />
      </div>
      {error ? <Failure problem={error} retry={() => void refetch()} /> : null}
      {!data && !error ? <Loading rows={4} height={28} /> : null}
      {data && found.length === 0 ? <Empty what={t("tree.none")} /> : null}
      <ul className={css.list}>
        {found.map((s) => (
          <Table key={s.id} table={s} onInsert={onInsert} onAsk={onAsk} />
        ))}
      </ul>
    </div>
  );
}

function Table({ table, onInsert, onAsk }: { table: Pick<Schemas["CatalogTable"], "id" | "name">; onInsert: (name: string) => void; onAsk: (sql: string) => void }) {
  const t = useWords(w);
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery({ ...tableQuery(table.id), enabled: open });
  const cut = table.name.lastIndexOf(".") + 1;
  return (
    <li>
      <div className={css.row}>
        <button type="button" className={css.fold} aria-expanded={open} aria-label={t("tree.columnsOf", { table: table.name })} onClick={() => setOpen(!open)}>
          <Glyph name={open ? "chevronDown" : "chevronRight"} size={12} />
        </button>
        <button type="button" className={css.name} title={table.name} onClick={() => onInsert(table.name)}>
          <Glyph name="store" size={14} />
          <span className={css.path}>{table.name.slice(0, cut)}</span>
          <span className={css.last}>{table.name.slice(cut)}</span>
        </button>
        <span className={css.act}>
          <IconButton small glyph="play" label={t("tree.ask")} onClick={() => onAsk(`SELECT *\nFROM ${table.name}\nLIMIT 100`)} />
        </span>
      </div>
      {open && error ? <Failure problem={error} /> : null}
      {open && data ? (
        <ul className={css.columns}>
          {data.columns.map((c) => (
            <li key={c.name}>
              <button type="button" title={c.description} onClick={() => onInsert(c.name)}>
                <span>{c.name}</span>
                <small>{c.type}</small>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}
