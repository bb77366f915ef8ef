import { useMemo } from "react";
import { designable } from "@/core/design";
import type { AnalysedColumn, Finding } from "@/core/model/analysis";
import { duplicate, renameNode, setNode, setParam } from "@/core/model/ops";
import { specOf } from "@/core/model/rules";
import { type Field, lacking } from "@/core/model/specs";
import { inputsOf } from "@/core/model/types";
import { useText, useWords } from "@/infra/words";
import { SpecForm } from "@/ui/form";
import { KindTile } from "@/ui/glyph";
import { Menu } from "@/ui/menu";
import { Pairs, Section } from "@/ui/page";
import { Bytes, Code, Num, Share } from "@/ui/text";
import { BypassNote, useBypass, useBypassWord } from "../bypass";
import { useCanvas } from "../canvas/context";
import { shown } from "../canvas/hotkeys";
import { useExtractChoices } from "../extract";
import { FormWorldOf } from "../page/form-world";
import { LandButton } from "../page/land";
import css from "../page/inspector.module.css";
import { NameField, NoteField } from "../page/name-field";
import { ProblemsFoot } from "../page/problems-foot";
import { pinsOf } from "../pinned";
import { RenameOffer } from "../rename";
import { selected, useBuilder, useBuilderStore } from "../state";
import { w } from "../words";
import { useNumbers } from "./numbers";

/** NodeInspector is where a node is configured. It is a function of the component's declaration, the node's parameters, the findings and the columns that come in. */
export function NodeInspector({ id }: { id: string }) {
  const t = useWords(w);
  const text = useText();
  const store = useBuilderStore();
  const model = useBuilder((s) => s.model);
  const specs = useBuilder((s) => s.specs);
  const analysis = useBuilder((s) => s.analysis);
  const { mayEdit, connectFrom } = useCanvas();
  const bypass = useBypass();
  const bypassWord = useBypassWord();
  const extract = useExtractChoices();
  const node = model.nodes.find((n) => n.id === id);
  const spec = node && specOf(model, specs, node);
  const findings = useMemo(() => analysis?.diagnostics.filter((d) => d.node === id) ?? [], [analysis, id]);
  const columns = useMemo(() => upstreamColumns(inputsOf(model, id).map((e) => analysis?.nodes.find((n) => n.id === e.from)?.schema?.columns ?? [])), [model, analysis, id]);
  if (!node) return null;
  const fields = spec?.fields ?? [];
  const lacks = node.bypass ? [] : lacking(fields, node.params);
  const onChange = (path: readonly (string | number)[], value: unknown) => {
    const field = labelOf(fields, path, text);
    store.getState().edit(t("did.param", { field, node: id }), (doc) => setParam(doc, id, path, value), { gesture: `param ${id} ${path.join(".")}` });
  };
  return (
    <>
      <header className={css.head}>
        <KindTile kind={spec?.kind === "source" || spec?.kind === "sink" ? spec.kind : "transform"} icon={spec?.icon} size={24} />
        <div className={css.headWords}>
          <NameField
            name={id}
            readOnly={!mayEdit}
            onRename={(to) => {
              store.getState().edit(t("did.rename", { from: id, to }), (doc) => renameNode(doc, id, to), { select: selected([to]) });
              pinsOf(store).getState().rename(id, to);
            }}
          />
          <span className={css.what}>{spec ? text(spec.title) : t("inspect.unknown", { name: node.component })}</span>
        </div>
        {mayEdit ? (
          <Menu
            label={t("inspect.label")}
            items={[
              ...(bypassWord === undefined ? [] : [{ key: "bypass", label: bypassWord, glyph: "bypass" as const, hotkey: shown("B"), onClick: bypass }]),
              { key: "connect", label: t("key.connect"), glyph: "arrowRight", hotkey: shown("C"), onClick: () => connectFrom(id) },
              {
                key: "duplicate",
                label: t("inspect.duplicate"),
                glyph: "copy",
                hotkey: shown("Mod+D"),
                onClick: () => {
                  const made = duplicate(store.getState().text, [id]);
                  store.getState().edit(t("did.duplicate", { count: 1 }), () => made.text, { select: selected(made.ids) });
                },
              },
              ...extract,
            ]}
          />
        ) : null}
      </header>
      <div className={css.body}>
        {node.bypass ? <BypassNote readOnly={!mayEdit} /> : null}
        {spec ? <p className={css.summary}>{text(spec.summary)}</p> : null}
        {mayEdit && designable(spec) ? (
          <div className={css.summary}>
            <LandButton node={id} />
          </div>
        ) : null}
        <FormWorldOf columns={columns}>
          {fields.length > 0 ? (
            <Section title={t("inspect.settings")}>
              <SpecForm fields={fields} values={node.params} diagnostics={findings.map(placed)} upstream={columns} onChange={onChange} readOnly={!mayEdit} />
            </Section>
          ) : null}
        </FormWorldOf>
        <Measured id={id} />
        <Columns id={id} />
        <Section title={t("inspect.note")}>
          <NoteField
            value={node.description ?? ""}
            placeholder={t("inspect.notePlaceholder")}
            readOnly={!mayEdit}
            onChange={(note) => store.getState().edit(t("did.note", { node: id }), (doc) => setNode(doc, id, "description", note), { gesture: `note ${id}` })}
          />
        </Section>
      </div>
      {mayEdit ? <RenameOffer node={id} /> : null}
      <ProblemsFoot findings={findings} lacks={lacks.map((name) => labelOf(fields, [name], text))} removes={mayEdit} />
    </>
  );
}

/** placed is a finding as forms take it: its path is within the node's parameters. */
function placed(f: Finding) {
  return { message: f.message, severity: f.severity, ...(f.fix ? { fix: f.fix } : {}), path: f.path?.replace(/^params\.?/, "") ?? "" };
}

/** labelOf names what a path leads to: the label of the outermost field. */
function labelOf(fields: readonly Field[], path: readonly (string | number)[], text: (t: { en: string; zh: string }) => string): string {
  const field = fields.find((f) => f.name === path[0]);
  return field ? text(field.label) : String(path[0] ?? "");
}

/** upstreamColumns are the columns of all inputs; of two with one name, the first input's. */
function upstreamColumns(inputs: readonly (readonly AnalysedColumn[])[]): AnalysedColumn[] {
  const seen = new Set<string>();
  return inputs.flat().filter((c) => !seen.has(c.name) && seen.add(c.name));
}

function Measured({ id }: { id: string }) {
  const t = useWords(w);
  const numbers = useNumbers(id);
  if (!numbers) return null;
  return (
    <Section title={t("inspect.measured")}>
      <Pairs
        items={[
          { label: t("inspect.rate"), value: <Num value={numbers.perSecond} /> },
          { label: t("inspect.busy"), value: <Share value={numbers.busy} /> },
          { label: t("inspect.blocked"), value: <Share value={numbers.blocked} /> },
          ...(numbers.stateBytes ? [{ label: t("inspect.state"), value: <Bytes value={numbers.stateBytes} /> }] : []),
        ]}
      />
    </Section>
  );
}

/** Columns are what comes out of a node, as far as the analysis knows. */
function Columns({ id }: { id: string }) {
  const t = useWords(w);
  const analysed = useBuilder((s) => s.analysis?.nodes.find((n) => n.id === id));
  if (!analysed) return null;
  const schema = analysed.schema;
  if (!schema) return <Section title={t("inspect.output")}>{<p className={css.quiet}>{t("inspect.noSchema")}</p>}</Section>;
  return (
    <Section title={t("inspect.output")} note={String(schema.columns.length)}>
      <ul className={css.columns}>
        {schema.columns.map((c) => (
          <li key={c.name} title={c.doc}>
            <span data-key={schema.key?.includes(c.name) || undefined}>{c.name}</span>
            <Code>{c.type}</Code>
          </li>
        ))}
      </ul>
    </Section>
  );
}
