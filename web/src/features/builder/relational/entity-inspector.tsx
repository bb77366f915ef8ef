import { useMemo } from "react";
import { entityOf, isDimension, tablesOf } from "@/core/model/joins";
import { duplicateEntities, entityValues, joinIds, removeEntities, renameEntity, setEntity } from "@/core/model/relational";
import { useText, useWords } from "@/infra/words";
import { SpecForm } from "@/ui/form";
import { Glyph } from "@/ui/glyph";
import { Menu } from "@/ui/menu";
import { Section } from "@/ui/page";
import { useCanvas } from "../canvas/context";
import { shown } from "../canvas/hotkeys";
import { FormWorldOf } from "../page/form-world";
import css from "../page/inspector.module.css";
import { NameField } from "../page/name-field";
import { ProblemsFoot } from "../page/problems-foot";
import { selected, useBuilder, useBuilderStore } from "../state";
import { w as builder } from "../words";
import { useTable } from "./catalog";
import { ColumnsKept } from "./kept";
import own from "./relational.module.css";
import { w } from "./words";

/** EntityInspector is where an entity is configured: the fields that the server declares for one, what is kept of it, and what it is joined with. */
export function EntityInspector({ id }: { id: string }) {
  const t = useWords(w);
  const say = useWords(builder);
  const localized = useText();
  const store = useBuilderStore();
  const model = useBuilder((s) => s.model);
  const specs = useBuilder((s) => s.specs);
  const analysis = useBuilder((s) => s.analysis);
  const text = useBuilder((s) => s.text);
  const { mayEdit, connectFrom } = useCanvas();
  const entity = entityOf(model, id);
  const table = useTable(entity?.table);
  const findings = useMemo(() => analysis?.diagnostics.filter((d) => d.node === id) ?? [], [analysis, id]);
  if (!entity) return null;
  const { columns } = tablesOf(model, analysis)(id);
  const values = entityValues(text, id);
  const list = specs.entity.filter((f) => f.name === "columns");
  const settings = specs.entity.filter((f) => f.name !== "columns");
  const form = (fields: typeof specs.entity) => (
    <FormWorldOf columns={columns}>
      <SpecForm
        fields={fields}
        values={values}
        readOnly={!mayEdit}
        diagnostics={findings.filter((f) => fields.some((x) => pathOf(f.path).startsWith(x.name))).map((f) => ({ message: f.message, severity: f.severity, ...(f.fix ? { fix: f.fix } : {}), path: pathOf(f.path) }))}
        upstream={columns}
        onChange={(path, value) => {
          const field = specs.entity.find((f) => f.name === path[0]);
          store.getState().edit(t("did.entity", { field: field ? localized(field.label) : String(path[0] ?? ""), entity: id }), (doc) => setEntity(doc, id, path, value), { gesture: `entity ${id} ${path.join(".")}` });
        }}
      />
    </FormWorldOf>
  );
  const lacks = entity.table === undefined && !model.edges.some((e) => e.to === id) ? settings.filter((f) => f.type === "table").map((f) => localized(f.label)) : [];
  return (
    <>
      <header className={css.head}>
        <span className={own.entityTile} data-dimension={isDimension(entity) || undefined}>
          <Glyph name={table.glyph} />
        </span>
        <div className={css.headWords}>
          <NameField name={id} readOnly={!mayEdit} onRename={(to) => store.getState().edit(t("did.rename", { from: id, to }), (doc) => renameEntity(doc, id, to), { select: selected([to]) })} />
          <span className={css.what}>
            {isDimension(entity) ? t("role.dimension") : t("role.fact")}
            {entity.table ? `, ${entity.table}` : ""}
          </span>
        </div>
        {mayEdit ? (
          <Menu
            label={t("join.more")}
            items={[
              { key: "connect", label: say("key.connect"), glyph: "join", hotkey: shown("C"), onClick: () => connectFrom(id) },
              {
                key: "duplicate",
                label: say("inspect.duplicate"),
                glyph: "copy",
                hotkey: shown("Mod+D"),
                onClick: () => {
                  const made = duplicateEntities(store.getState().text, [id]);
                  store.getState().edit(say("did.duplicate", { count: 1 }), () => made.text, { select: selected(made.ids) });
                },
              },
              { key: "remove", label: t("join.remove"), glyph: "trash", hotkey: "Del", danger: true, onClick: () => store.getState().edit(say("did.remove", { count: 1 }), (doc) => removeEntities(doc, [id]), { select: selected([]) }) },
            ]}
          />
        ) : null}
      </header>
      <div className={css.body}>
        {settings.length > 0 ? <Section title={t("inspect.settings")}>{form(settings)}</Section> : null}
        <ColumnsKept id={id} />
        {list.length > 0 && entity.columns ? <Section title={t("inspect.names")}>{form(list)}</Section> : null}
        <Joins id={id} />
      </div>
      <ProblemsFoot findings={findings} lacks={lacks} removes={mayEdit} />
    </>
  );
}

/** pathOf is a finding's place within the entity's own values. */
function pathOf(path: string | undefined): string {
  return (path ?? "").replace(/^.*entities\[\d+\]\.?/, "").replace(/^params\.?/, "");
}

/** Joins lists what an entity is joined with; each leads to its own settings. It is the way there by keyboard. */
function Joins({ id }: { id: string }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const joins = useBuilder((s) => s.model.joins);
  const ids = joinIds(joins);
  const mine = joins.flatMap((j, i) => (j.from === id || j.to === id ? [{ join: j, id: ids[i] ?? "" }] : []));
  return (
    <Section title={t("join.joins")}>
      {mine.length === 0 ? <p className={own.why}>{t("join.noJoins")}</p> : null}
      <ul className={own.list}>
        {mine.map(({ join, id: edge }) => (
          <li key={edge}>
            <button type="button" className={own.link} onClick={() => store.getState().select(selected([], [edge]))}>
              {join.from === id ? t("join.leads", { entity: join.to }) : t("join.comes", { entity: join.from })}
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
