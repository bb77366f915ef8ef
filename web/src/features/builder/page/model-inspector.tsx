import { outputNode } from "@/core/design";
import { setAt, setHeader } from "@/core/model/ops";
import { specOf } from "@/core/model/rules";
import type { Field } from "@/core/model/specs";
import { useWords } from "@/infra/words";
import { SpecForm } from "@/ui/form";
import { KindTile } from "@/ui/glyph";
import { Pairs, Section } from "@/ui/page";
import { Age, Code, Num } from "@/ui/text";
import { useCanvas } from "../canvas/context";
import { useBuilder, useBuilderStore } from "../state";
import { w } from "../words";
import { FormWorldOf } from "./form-world";
import css from "./inspector.module.css";
import { LandButton } from "./land";
import { NoteField } from "./name-field";
import { ProblemsFoot } from "./problems-foot";

/** both is a text that is the same in both languages: it is in the page's already. */
const both = (text: string) => ({ en: text, zh: text });

const noColumns: readonly [] = [];

/** ModelInspector shows the model itself: what it is, its time zone, its parameters. */
export function ModelInspector() {
  const t = useWords(w);
  const store = useBuilderStore();
  const model = useBuilder((s) => s.model);
  const document = useBuilder((s) => s.document);
  const analysis = useBuilder((s) => s.analysis);
  const { mayEdit } = useCanvas();
  const findings = analysis?.diagnostics.filter((d) => !d.node) ?? [];
  const kind = document.kind === "view" ? t("kind.view") : document.kind === "relational_model" ? t("kind.relational_model") : document.kind === "ab_model" ? t("kind.ab_model") : t("kind.sql");
  const header = (key: "description" | "time_zone", label: string) => (value: string) => store.getState().edit(t("did.model", { field: label }), (text) => setHeader(text, key, value), { gesture: `model ${key}` });
  const params: Field = {
    name: "params",
    type: "list",
    label: both(t("inspect.params")),
    help: both(t("inspect.paramsHelp")),
    required: false,
    of: {
      name: "param",
      type: "object",
      label: both(""),
      help: both(""),
      required: false,
      fields: [
        { name: "name", type: "string", label: both(t("inspect.paramName")), help: both(""), required: true },
        { name: "type", type: "type", label: both(t("inspect.paramType")), help: both(""), required: true },
        { name: "default", type: "string", label: both(t("inspect.paramDefault")), help: both(""), required: false },
        { name: "description", type: "string", label: both(t("inspect.paramDescription")), help: both(""), required: false },
      ],
    },
  };
  // A model without a sink that puts out one stream of rows can be led to a table.
  const specs = useBuilder((s) => s.specs);
  const landable = document.format === "yaml" && outputNode(model) !== undefined && !model.nodes.some((n) => specOf(model, specs, n)?.kind === "sink");
  const zone: Field = { name: "time_zone", type: "string", label: both(t("inspect.zone")), help: both(t("inspect.zoneHelp")), required: false, default: "UTC" };
  const values = { ...(model.timeZone ? { time_zone: model.timeZone } : {}), ...(model.params.length > 0 ? { params: model.params } : {}) };
  return (
    <>
      <header className={css.head}>
        <KindTile kind={document.kind === "relational_model" ? "relational" : document.kind === "ab_model" ? "ab" : "view"} size={24} />
        <div className={css.headWords}>
          <h2 className={css.title}>{document.name}</h2>
          <span className={css.what}>{kind}</span>
        </div>
      </header>
      <div className={css.body}>
        {mayEdit && landable ? (
          <div className={css.summary}>
            <LandButton />
          </div>
        ) : null}
        <Section title={t("inspect.description")}>
          <NoteField label={t("inspect.description")} value={model.description ?? document.description ?? ""} placeholder={t("inspect.notePlaceholder")} readOnly={!mayEdit} onChange={header("description", t("inspect.description"))} />
        </Section>
        <Section title={t("inspect.settings")}>
          <FormWorldOf columns={noColumns}>
            <SpecForm
              fields={[zone, params]}
              values={values}
              readOnly={!mayEdit}
              onChange={(path, value) => {
                if (path[0] === "time_zone") header("time_zone", t("inspect.zone"))(typeof value === "string" ? value : "");
                else store.getState().edit(t("did.model", { field: t("inspect.params") }), (text) => setAt(text, path, typed(model.params, path, value)), { gesture: `model ${path.join(".")}` });
              }}
            />
          </FormWorldOf>
        </Section>
        <Section>
          <Pairs
            items={[
              { label: t("inspect.nodes"), value: <Num value={model.nodes.length + model.entities.length} /> },
              { label: t("inspect.edges"), value: <Num value={model.edges.length + model.joins.length} /> },
              { label: t("inspect.updated"), value: <><Age at={document.updated_at} /> <Code>{document.updated_by}</Code></> },
            ]}
          />
        </Section>
      </div>
      <ProblemsFoot findings={findings} lacks={[]} removes={false} />
    </>
  );
}

/** typed writes a parameter's value as its type wants it: a number for numbers, true or false for booleans. */
function typed(params: readonly { type: string }[], path: readonly (string | number)[], value: unknown): unknown {
  if (path[2] !== "default" || typeof value !== "string" || typeof path[1] !== "number") return value;
  const type = params[path[1]]?.type ?? "";
  if (/^(int|float|decimal)/.test(type) && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
  return type === "bool" && (value === "true" || value === "false") ? value === "true" : value;
}
