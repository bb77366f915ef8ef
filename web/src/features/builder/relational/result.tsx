import { multiplies, rootOf, tablesOf } from "@/core/model/joins";
import { isKept, outputOf } from "@/core/model/relational";
import { useWords } from "@/infra/words";
import { KindTile } from "@/ui/glyph";
import { Code } from "@/ui/text";
import { selected, useBuilder, useBuilderStore } from "../state";
import css from "./relational.module.css";
import { w } from "./words";

/** Result says at the canvas' corner what comes out: one row of what, and how many of all columns. */
export function Result() {
  const t = useWords(w);
  const store = useBuilderStore();
  const model = useBuilder((s) => s.model);
  const analysis = useBuilder((s) => s.analysis);
  if (model.entities.length === 0) return null;
  const tables = tablesOf(model, analysis);
  const root = rootOf(model);
  const all = model.entities.reduce((n, e) => n + tables(e.id).columns.length, 0);
  const kept = analysis?.relational?.output?.columns.length ?? model.entities.reduce((n, e) => n + tables(e.id).columns.filter((c) => isKept(e, tables(e.id), c.name)).length, 0);
  const key = root === undefined ? [] : tables(root).key;
  const per = root === undefined ? "" : key.length > 0 ? key.map((k) => `${root}.${k}`).join(", ") : root;
  return (
    <button type="button" className={css.result} onClick={() => store.getState().select(selected([outputOf(model)]))}>
      <KindTile kind="relational" size={24} />
      <span className={css.resultName}>{model.name.split(".").at(-1) ?? ""}</span>
      {per === "" ? null : (
        <span className={css.resultNote}>
          {multiplies(model) ? t("result.match") : t("result.row")} <Code>{per}</Code>
        </span>
      )}
      {all > 0 ? (
        <span className={css.resultKept}>
          <span className={css.keptDot} aria-hidden />
          {t("result.kept", { kept, all })}
        </span>
      ) : null}
    </button>
  );
}
