import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Select } from "antd";
import { useId, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { lacking, type Spec } from "@/core/model/specs";
import { api, must, once, Problem, type Schemas } from "@/infra/api";
import { useComponents, useTeams } from "@/infra/shared";
import { useText, useWords } from "@/infra/words";
import { FormContext, putAt, SpecForm } from "@/ui/form";
import { Glyph, SpecGlyph } from "@/ui/glyph";
import { Failure, Loading, toast } from "@/ui/states";
import { Code } from "@/ui/text";
import { useConnections } from "../data";
import { Markdown } from "@/ui/markdown";
import { useFormWorld } from "../specs";
import { common } from "../words";
import css from "./form.module.css";
import { Review, type Setting, Wizard } from "./frame";
import { w } from "./words";

type Check = Schemas["CatalogCheck"];

const none: readonly never[] = [];

/** ConnectionWizard makes a connection: of which kind, where to, whether it works, whose it is. Nothing is stored before the last button. */
export function ConnectionWizard() {
  const t = useWords(w);
  const shared = useWords(common);
  const text = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const specs = useComponents();
  const { mine: teams, nameOf } = useTeams();
  const world = useFormWorld(none);
  const existing = useConnections().data;
  const [search, setSearch] = useSearchParams();
  const component = search.get("kind") ?? "";
  const step = search.get("step") ?? "kind";
  const [params, setParams] = useState<Record<string, unknown>>({});
  const [name, setName] = useState("");
  const [team, setTeam] = useState<string>();
  const [description, setDescription] = useState("");
  const [anyway, setAnyway] = useState(false);
  const [checked, setChecked] = useState<{ of: string; check: Check }>();
  const spec = specs?.find("connection", component);
  const owner = team ?? (teams.length === 1 ? (teams[0]?.id ?? "") : "");
  const go = (key: string, kind = component) => setSearch({ ...(kind ? { kind } : {}), step: key }, { replace: true });
  const body = { component, name, team: owner, params, ...(description ? { description } : {}) };
  const tested = JSON.stringify([component, params]);
  const check = checked?.of === tested ? checked.check : undefined;
  const tryIt = useMutation({
    mutationFn: () => must(api.POST("/connections/try", { body })),
    onSuccess: (c) => setChecked({ of: tested, check: c }),
  });
  const save = useMutation({
    mutationFn: () => must(api.POST("/connections", { params: { query: { unchecked: anyway }, header: once() }, body })),
    onSuccess: (c) => {
      void client.invalidateQueries({ queryKey: ["connections"] });
      void client.invalidateQueries({ queryKey: ["search"] });
      toast(t("connection.made", { name: c.name }));
      void navigate(`/catalog/connections/${c.id}`);
    },
  });
  const lacks = spec ? lacking(spec.fields, params) : [];
  const diagnostics = (tryIt.error instanceof Problem ? (tryIt.error.body.diagnostics ?? []) : []).filter((d) => d.path?.startsWith("params.")).map((d) => ({ ...d, path: d.path?.slice("params.".length) }));
  const taken = existing?.some((c) => c.name === name) ?? false;
  const named = /^[A-Za-z_][\w-]*$/.test(name) && !taken && owner !== "";
  const canTry = links(spec).check;
  const settings: Setting[] = [
    { label: t("connection.kind"), value: spec ? text(spec.title) : "", step: "kind", yours: true },
    ...Object.entries(params).map(([key, value]) => {
      const field = spec?.fields.find((f) => f.name === key);
      return { label: field ? text(field.label) : key, value: <Code>{field?.secret ? "••••" : typeof value === "string" ? value : JSON.stringify(value)}</Code>, step: "settings", yours: true };
    }),
    { label: t("connection.name"), value: <Code>{name}</Code>, why: t("connection.nameWhy"), step: "name", yours: true },
    { label: shared("facet.team"), value: nameOf(owner), why: t("connection.teamWhy"), step: "name", yours: team !== undefined },
  ];
  return (
    <Wizard
      glyph="connection"
      name={shared("browse.newConnection")}
      leave="/catalog"
      active={step}
      onStep={go}
      steps={[
        { key: "kind", label: t("connection.kind"), answer: spec ? text(spec.title) : undefined, ready: spec !== undefined },
        { key: "settings", label: t("connection.settings"), answer: check ? (check.ok ? t("connection.works") : t("connection.worksNot")) : undefined, ready: lacks.length === 0 },
        { key: "name", label: t("connection.nameAndTeam"), answer: named ? `${name}, ${nameOf(owner)}` : undefined, ready: named },
        { key: "review", label: t("wizard.review"), ready: !canTry || check?.ok === true || anyway },
      ]}
      title={t(`connection.title.${step === "settings" || step === "name" || step === "review" ? step : "kind"}`)}
      wide={step === "review"}
      promise={step === "review" ? t("connection.promise", { name }) : t("connection.promiseEarly")}
      finish={t("connection.create")}
      finishing={save.isPending}
      onFinish={() => save.mutate()}
    >
      {!specs ? <Loading rows={4} /> : null}
      {specs && (step === "kind" || !spec) ? (
        <Kinds
          specs={specs.all.filter((s) => s.kind === "connection")}
          chosen={component}
          onChoose={(kind) => {
            if (kind !== component) setParams({});
            go("settings", kind);
          }}
        />
      ) : null}
      {spec && step === "settings" ? (
        <FormContext value={world}>
          <div>
            <SpecForm fields={spec.fields} values={params} diagnostics={diagnostics} onChange={(path, value) => setParams((p) => ({ ...putAt(p, path, value) }))} />
            {canTry ? (
              <div className={css.check} data-ok={check?.ok}>
                <Button loading={tryIt.isPending} disabled={lacks.length > 0} onClick={() => tryIt.mutate()}>{t("connection.try")}</Button>
                <Checked check={check} />
              </div>
            ) : null}
            {tryIt.error ? <Failure problem={tryIt.error} /> : null}
            <details className={css.help}>
              <summary>{t("connection.help")}</summary>
              <Markdown text={text(spec.help)} />
            </details>
          </div>
        </FormContext>
      ) : null}
      {spec && step === "name" ? (
        <NameStep name={name} onName={setName} taken={taken} team={owner} onTeam={setTeam} description={description} onDescription={setDescription} />
      ) : null}
      {spec && step === "review" ? (
        <>
          <Review settings={settings} onStep={go} />
          {canTry ? (
            <div className={css.bar}>
              <Button loading={tryIt.isPending} onClick={() => tryIt.mutate()}>{t("connection.try")}</Button>
              <Checked check={check} />
              {check && !check.ok ? <Checkbox checked={anyway} onChange={(e) => setAnyway(e.target.checked)}>{t("connection.anyway")}</Checkbox> : null}
            </div>
          ) : null}
          {save.error ? <Failure problem={save.error} /> : tryIt.error ? <Failure problem={tryIt.error} /> : null}
        </>
      ) : null}
    </Wizard>
  );
}

/** links is what can be asked of a connection of a kind. */
export function links(spec: Spec | undefined): { check: boolean; discover: boolean; upload: boolean } {
  const told = spec && "connection" in spec ? (spec.connection as { check?: boolean; discover?: boolean; upload?: boolean } | undefined) : undefined;
  return { check: told?.check ?? false, discover: told?.discover ?? false, upload: told?.upload ?? false };
}

function Kinds({ specs, chosen, onChoose }: { specs: readonly Spec[]; chosen: string; onChoose: (kind: string) => void }) {
  const t = useWords(w);
  const text = useText();
  return (
    <div className={css.kinds} role="radiogroup" aria-label={t("connection.kind")}>
      {specs.map((s) => {
        const can = links(s);
        const able = [can.discover ? t("connection.canDiscover") : "", can.upload ? t("connection.canUpload") : ""].filter(Boolean);
        return (
          <button key={s.name} type="button" role="radio" aria-checked={s.name === chosen} className={css.kind} onClick={() => onChoose(s.name)}>
            <SpecGlyph icon={s.icon} size={20} />
            <strong>{text(s.title)}</strong>
            <span>{text(s.summary)}</span>
            <small>{able.join(" · ")}</small>
          </button>
        );
      })}
    </div>
  );
}

function Checked({ check }: { check: Check | undefined }) {
  const t = useWords(w);
  if (!check) return <p>{t("connection.untried")}</p>;
  return (
    <div role="status" className={css.field}>
      <span><Glyph name={check.ok ? "check" : "error"} size={14} /> {check.ok ? t("connection.works") : check.message}</span>
      {check.fix ? <small>{check.fix}</small> : null}
      {check.code ? <Code>{check.code}</Code> : null}
    </div>
  );
}

interface NameProps {
  name: string;
  onName: (v: string) => void;
  taken: boolean;
  team: string;
  onTeam: (v: string) => void;
  description: string;
  onDescription: (v: string) => void;
}

function NameStep(p: NameProps) {
  const t = useWords(w);
  const shared = useWords(common);
  const id = useId();
  const { mine: teams } = useTeams();
  const bad = p.name !== "" && !/^[A-Za-z_][\w-]*$/.test(p.name);
  return (
    <div className={css.form}>
      <label htmlFor={`${id}n`}>{t("connection.name")}</label>
      <div className={css.field}>
        <Input id={`${id}n`} className={css.mono} value={p.name} status={bad || p.taken ? "error" : undefined} onChange={(e) => p.onName(e.target.value)} />
        <small data-bad={bad || p.taken || undefined}>{p.taken ? t("connection.taken") : bad ? t("connection.badName") : t("connection.nameWhy")}</small>
      </div>
      <label htmlFor={`${id}t`}>{shared("facet.team")}</label>
      <div className={css.field}>
        <Select id={`${id}t`} showSearch={{ optionFilterProp: "label" }} value={p.team || undefined} placeholder={t("name.teamChoose")} options={teams.map((x) => ({ value: x.id, label: x.name }))} onChange={p.onTeam} />
        <small>{t("connection.teamWhy")}</small>
      </div>
      <label htmlFor={`${id}d`}>{shared("overview.description")}</label>
      <Input.TextArea id={`${id}d`} autoSize={{ minRows: 2, maxRows: 8 }} value={p.description} onChange={(e) => p.onDescription(e.target.value)} />
    </div>
  );
}
