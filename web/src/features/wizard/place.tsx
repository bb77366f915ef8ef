import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { isTable } from "@/core/design";
import { api, must, type Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Segmented } from "@/ui/menu";
import { Empty, Failure } from "@/ui/states";
import { Age, Code } from "@/ui/text";
import type { Design } from "./data";
import css from "./place.module.css";
import { w } from "./words";

/** ConnectionStep asks whose rows land, and where. */
export function ConnectionStep({ nodes, node, onNode, connections, connection, onConnection }: { nodes: readonly { value: string; label: string }[]; node: string | undefined; onNode: (node: string) => void; connections: readonly Schemas["CatalogConnection"][]; connection: string | undefined; onConnection: (name: string) => void }) {
  const t = useWords(w);
  return (
    <div className={css.form}>
      <label htmlFor="land-node">{t("place.rowsOf")}</label>
      <div className={css.field}>
        <Select id="land-node" className={css.input} value={node} placeholder={t("place.choose")} options={nodes.map((n) => ({ value: n.value, label: n.label }))} onChange={onNode} />
        <small>{t("place.rowsOfNote")}</small>
      </div>
      <span className={css.label} id="land-connection">
        {t("place.connection")}
      </span>
      <div className={css.field}>
        {connections.length === 0 ? <Empty what={t("place.noConnection")} /> : null}
        <div role="radiogroup" aria-labelledby="land-connection" className={css.options}>
          {connections.map((c) => (
            <ConnectionOption key={c.id} connection={c} chosen={c.name === connection} onChoose={() => onConnection(c.name)} />
          ))}
        </div>
      </div>
    </div>
  );
}

function ConnectionOption({ connection, chosen, onChoose }: { connection: Schemas["CatalogConnection"]; chosen: boolean; onChoose: () => void }) {
  const t = useWords(w);
  const queries = useQueryClient();
  const check = useMutation({
    mutationFn: () => must(api.POST("/connections/{connection}/check", { params: { path: { connection: connection.id } } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["connections"] }),
  });
  const known = check.data ?? connection.check;
  return (
    <div className={css.option} data-chosen={chosen || undefined}>
      <button type="button" role="radio" aria-checked={chosen} onClick={onChoose}>
        <Glyph name="connection" />
        <span>
          <Code>{connection.name}</Code>
          {connection.description ? <small>{connection.description}</small> : null}
        </span>
      </button>
      <span className={css.checked} data-ok={known?.ok}>
        {known ? (
          <>
            <Glyph name={known.ok ? "check" : "error"} size={14} />
            {known.ok ? t("place.works") : t("place.fails")} <Age at={known.at} phrase />
          </>
        ) : (
          t("place.unchecked")
        )}
      </span>
      <Button size="small" loading={check.isPending} onClick={() => check.mutate()}>
        {t("place.check")}
      </Button>
      {known && !known.ok ? (
        <p className={css.trouble}>
          {known.message} {known.fix}
        </p>
      ) : null}
      {check.error ? <Failure problem={check.error} /> : null}
    </div>
  );
}

interface TableProps {
  table: string;
  existing: boolean;
  onTable: (table: string, existing: boolean) => void;
  tables: readonly { name: string }[];
  database: string;
  name: string;
  onPlace: (place: { database?: string; name?: string }) => void;
  design: Design | undefined;
  pending: boolean;
}

/** TableStep asks for the table: a new one with its names, or one of the catalog. */
export function TableStep({ table, existing, onTable, tables, database, name, onPlace, design, pending }: TableProps) {
  const t = useWords(w);
  const named = isTable(table);
  const found = pending ? undefined : design?.existing;
  return (
    <div className={css.form}>
      <span className={css.label}>{t("table.which")}</span>
      <div className={css.field}>
        <span>
          <Segmented
            label={t("table.which")}
            value={existing ? "existing" : "new"}
            onChange={(v) => onTable(table, v === "existing")}
            options={[
              { value: "new", label: t("table.new") },
              { value: "existing", label: t("table.existing") },
            ]}
          />
        </span>
      </div>
      <label htmlFor="land-table">{t("table.name")}</label>
      <div className={css.field}>
        {existing ? (
          <Select
            id="land-table"
            className={css.mono}
            showSearch
            value={tables.some((x) => x.name === table) ? table : undefined}
            placeholder={tables.length === 0 ? t("table.noneThere") : t("place.choose")}
            options={tables.map((x) => ({ value: x.name, label: x.name }))}
            onChange={(v: string) => onTable(v, true)}
          />
        ) : (
          <Input id="land-table" className={css.mono} value={table} spellCheck={false} status={named ? undefined : "error"} onChange={(e) => onTable(e.target.value.trim(), false)} />
        )}
        <small data-bad={!named || undefined}>{named || existing ? t("table.nameNote") : t("table.nameWrong")}</small>
      </div>
      {existing ? null : (
        <>
          <label htmlFor="land-name">{t("table.physical")}</label>
          <div className={css.field}>
            <span className={css.pair}>
              <Input key={`d${database}`} aria-label={t("table.database")} className={css.half} defaultValue={database} spellCheck={false} onBlur={(e) => e.target.value !== database && onPlace({ database: e.target.value })} />
              <span>.</span>
              <Input key={`n${name}`} id="land-name" className={css.half} defaultValue={name} spellCheck={false} onBlur={(e) => e.target.value !== name && onPlace({ name: e.target.value })} />
            </span>
            <small>{t("table.physicalNote")}</small>
          </div>
        </>
      )}
      {found && !existing ? (
        <p className={css.trouble}>
          <Glyph name="info" size={14} /> {t("table.isThere", { table: `${found.database}.${found.table}` })}
        </p>
      ) : null}
    </div>
  );
}
