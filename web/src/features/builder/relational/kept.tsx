import { Checkbox } from "antd";
import { useState } from "react";
import { entityOf, tablesOf } from "@/core/model/joins";
import { computedOf, isKept, keepColumn } from "@/core/model/relational";
import { useWords } from "@/infra/words";
import { Section } from "@/ui/page";
import { Code } from "@/ui/text";
import { useCanvas } from "../canvas/context";
import { useBuilder, useBuilderStore } from "../state";
import css from "./relational.module.css";
import { w } from "./words";

/** ColumnsKept is what the joined rows have of an entity; it opens to all columns, to choose from. */
export function ColumnsKept({ id }: { id: string }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const model = useBuilder((s) => s.model);
  const analysis = useBuilder((s) => s.analysis);
  const { mayEdit } = useCanvas();
  const [choosing, setChoosing] = useState(false);
  const entity = entityOf(model, id);
  if (!entity) return null;
  const table = tablesOf(model, analysis)(id);
  const kept = table.columns.filter((c) => isKept(entity, table, c.name));
  const computed = computedOf(entity, table);
  const off = table.columns.length - kept.length;
  const set = (column: string, keep: boolean) =>
    store.getState().edit(keep ? t("did.keep", { column, entity: id }) : t("did.drop", { column, entity: id }), (text) => keepColumn(text, id, column, keep, table));
  return (
    <Section
      title={t("join.columns")}
      aside={
        mayEdit && table.columns.length > 0 ? (
          <button type="button" className={css.link} aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
            {choosing ? t("join.done") : t("join.choose")}
          </button>
        ) : undefined
      }
    >
      {choosing ? (
        <div className={css.choices} role="group" aria-label={t("join.columns")}>
          {table.columns.map((c) => {
            const on = isKept(entity, table, c.name);
            return (
              <div key={c.name} className={css.choice}>
                <Checkbox checked={on} disabled={on && kept.length + computed.length === 1} onChange={(e) => set(c.name, e.target.checked)}>
                  {c.name}
                </Checkbox>
                <Code>{c.type}</Code>
              </div>
            );
          })}
        </div>
      ) : (
        <div className={css.chips}>
          {[...kept.map((c) => c.name), ...computed.map((c) => c.name)].map((name) => (
            <span key={name} className={css.chip}>
              {name}
            </span>
          ))}
          {off > 0 ? <span className={`${css.chip} ${css.chipOff}`}>{t("join.off", { count: off })}</span> : null}
          {kept.length + computed.length + off === 0 ? <span className={css.why}>{t("join.none", { entity: id })}</span> : null}
        </div>
      )}
    </Section>
  );
}
