import { Radio } from "antd";
import { entityOf, isDimension, matchOf, tablesOf } from "@/core/model/joins";
import { joinAt, joinId, joinValues, removeJoins, setJoin, setMeeting, turnJoin } from "@/core/model/relational";
import type { Join, Model } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { SpecForm } from "@/ui/form";
import { Glyph } from "@/ui/glyph";
import { Menu, Segmented } from "@/ui/menu";
import { Pairs, Section } from "@/ui/page";
import { Code } from "@/ui/text";
import { useCanvas } from "../canvas/context";
import { FormWorldOf } from "../page/form-world";
import css from "../page/inspector.module.css";
import { ProblemsFoot } from "../page/problems-foot";
import { selected, useBuilder, useBuilderStore } from "../state";
import { findingsOf } from "./drawing";
import { Keys } from "./keys";
import { ColumnsKept } from "./kept";
import own from "./relational.module.css";
import { w } from "./words";

const cardinalities = ["one_to_one", "many_to_one", "one_to_many", "many_to_many"] as const;
type Cardinality = (typeof cardinalities)[number];

/** The signs of cardinalities are the same in every language; words say what follows from one. */
const signs: Readonly<Record<Cardinality, string>> = { one_to_one: "1 : 1", many_to_one: "N : 1", one_to_many: "1 : N", many_to_many: "N : M" };
const notes = { one_to_one: "oneOne", many_to_one: "manyOne", one_to_many: "oneMany", many_to_many: "manyMany" } as const;

/** The fields of a join that belong to a way of meeting; which of them there are, and how they are edited, the server says. */
const timing = { temporal: ["wait", "correct"], interval: ["before", "after"], keyed: ["ttl"] } as const;

/** JoinInspector is where a join is made right: its keys, how many rows belong together, which version or time counts, and what becomes of rows without a match. */
export function JoinInspector({ id }: { id: string }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const model = useBuilder((s) => s.model);
  const specs = useBuilder((s) => s.specs);
  const analysis = useBuilder((s) => s.analysis);
  const text = useBuilder((s) => s.text);
  const { mayEdit } = useCanvas();
  const found = joinAt(model, id);
  if (!found) return null;
  const { join, index } = found;
  const ends = { from: join.from, to: join.to };
  const match = matchOf(model, join);
  const facts = !isDimension(entityOf(model, join.to));
  const tables = tablesOf(model, analysis);
  const said = analysis?.relational?.joins[index];
  const findings = findingsOf(analysis, join, index);
  const edit = (change: (text: string) => string, gesture?: string) => store.getState().edit(t("did.join", ends), change, gesture ? { gesture } : undefined);
  const names: readonly string[] = match ? timing[match] : [];
  const fields = specs.join.filter((f) => names.includes(f.name) || f.name === "match");
  const cardinality = cardinalities.find((c) => c === join.cardinality) ?? "many_to_one";
  const time = tables(factOf(model, join)).time;
  const dimensionTime = tables(join.to).time;
  return (
    <>
      <header className={css.head}>
        <Glyph name="join" />
        <div className={css.headWords}>
          <h2 className={css.title}>{t("join.title", ends)}</h2>
          <span className={css.what}>{match ? t(`join.${match}`) : t("join.unsettled")}</span>
        </div>
        {mayEdit ? (
          <Menu
            label={t("join.more")}
            items={[
              { key: "turn", label: t("join.turn"), glyph: "switch", onClick: () => store.getState().edit(t("did.turn", ends), (doc) => turnJoin(doc, id), { select: selected([], [joinId({ from: join.to, to: join.from })]) }) },
              { key: "remove", label: t("join.remove"), glyph: "trash", hotkey: "Del", danger: true, onClick: () => store.getState().edit(t("did.removeJoin", ends), (doc) => removeJoins(doc, [id]), { select: selected([]) }) },
            ]}
          />
        ) : null}
      </header>
      <div className={css.body}>
        <Keys id={id} join={join} />
        <Section title={t("join.cardinality")}>
          <Segmented
            block
            label={t("join.cardinality")}
            disabled={!mayEdit}
            options={cardinalities.map((c) => ({ value: c, label: signs[c] }))}
            value={cardinality}
            onChange={(c) => edit((doc) => setJoin(doc, id, ["cardinality"], c === "many_to_one" ? undefined : c))}
          />
          <p className={own.note}>{t(`join.cardinalityNote.${notes[cardinality]}`, ends)}</p>
        </Section>
        <Section title={facts ? t("join.meeting") : t("join.version", { entity: join.to })}>
          {facts ? (
            <Segmented
              block
              label={t("join.meeting")}
              disabled={!mayEdit}
              options={[
                { value: "interval", label: t("join.byTime") },
                { value: "keyed", label: t("join.byTtl") },
              ]}
              value={match === "interval" || match === "keyed" ? match : undefined}
              onChange={(how: "interval" | "keyed") => edit((doc) => setMeeting(doc, id, how))}
            />
          ) : (
            <Pairs items={[{ label: t("join.asOf"), value: dimensionTime === undefined && tables(join.to).columns.length > 0 ? t("join.last") : time ? <Code>{`${factOf(model, join)}.${time}`}</Code> : "–" }]} />
          )}
          {fields.length > 0 ? (
            <div className={own.gap}>
              <FormWorldOf columns={tables(join.from).columns}>
                <SpecForm
                  fields={fields}
                  values={joinValues(text, id)}
                  readOnly={!mayEdit}
                  diagnostics={findings.map((f) => ({ message: f.message, severity: f.severity, ...(f.fix ? { fix: f.fix } : {}), path: (f.path ?? "").replace(/^.*joins\[\d+\]\.?/, "") }))}
                  onChange={(path, value) => edit((doc) => setJoin(doc, id, path, value), `join ${id} ${path.join(".")}`)}
                />
              </FormWorldOf>
            </div>
          ) : null}
        </Section>
        <Section title={t("join.noMatch", { entity: join.to })}>
          <Radio.Group className={own.radios} disabled={!mayEdit} value={join.join ?? "left"} onChange={(e) => edit((doc) => setJoin(doc, id, ["join"], e.target.value === "left" ? undefined : e.target.value))}>
            <Radio value="left">{t("join.left", ends)}</Radio>
            <Radio value="inner">{t("join.inner", ends)}</Radio>
            {facts || join.join === "semi" ? <Radio value="semi">{t("join.semi")}</Radio> : null}
            {facts || join.join === "anti" ? <Radio value="anti">{t("join.anti")}</Radio> : null}
          </Radio.Group>
        </Section>
        {join.join === "semi" || join.join === "anti" ? null : <ColumnsKept id={join.to} />}
        {said?.why ? (
          <Section title={t("join.chosen")}>
            <p className={own.why}>
              <Code>{said.operator}</Code> {said.why}
            </p>
          </Section>
        ) : null}
      </div>
      <ProblemsFoot findings={findings} lacks={[]} removes={mayEdit} />
    </>
  );
}

/** factOf is the fact as of whose time a join looks up: what hangs on a dimension is looked up for the fact before it. */
function factOf(model: Model, join: Join): string {
  const seen = new Set<string>();
  let at = join.from;
  while (isDimension(entityOf(model, at)) && !seen.has(at)) {
    seen.add(at);
    at = model.joins.find((j) => j.to === at)?.from ?? at;
  }
  return at;
}
