import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Select } from "antd";
import { useId, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { lacking, type Spec } from "@/core/model/specs";
import { api, type Etagged, must, pages, Problem, withETag } from "@/infra/api";
import { useCan, useMe } from "@/infra/session";
import { useComponents, useTeams } from "@/infra/shared";
import { useText, useWords } from "@/infra/words";
import { Beside } from "@/ui/beside";
import { Field } from "@/ui/field";
import { Glyph, SpecGlyph } from "@/ui/glyph";
import { Menu } from "@/ui/menu";
import { Confirm, Page, Pairs, Section, TopBar } from "@/ui/page";
import { FormContext, putAt, SpecForm, type Values } from "@/ui/form";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { Age, Code } from "@/ui/text";
import css from "../settings.module.css";
import { w } from "../words";
import { Check } from "./check";
import { checks, type Connection, useWorld } from "./data";

/** ConnectionPage is a connection: its settings, whether it works, and the tables on it. */
export function ConnectionPage() {
  const t = useWords(w);
  const { connection: id = "" } = useParams();
  const specs = useComponents();
  const found = useQuery({ queryKey: ["connections", id, "edit"], queryFn: () => withETag(api.GET("/connections/{connection}", { params: { path: { connection: id } } })) });
  if (!found.data || !specs) {
    return (
      <Page>
        <TopBar crumbs={[{ label: t("title"), to: "/settings" }, { label: t("tab.connections"), to: "/settings/connections" }]} glyph="connection" name="" />
        {found.error ? <Failure problem={found.error} retry={() => void found.refetch()} /> : <Loading rows={6} />}
      </Page>
    );
  }
  return <Shown key={`${found.data.value.id} ${found.data.value.revision}`} at={found.data} spec={specs.find("connection", found.data.value.component)} />;
}

function Shown({ at, spec }: { at: Etagged<Connection>; spec: Spec | undefined }) {
  const t = useWords(w);
  const text = useText();
  const me = useMe();
  const can = useCan();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { nameOf } = useTeams();
  const [removing, setRemoving] = useState(false);
  const [force, setForce] = useState(false);
  const c = at.value;
  const may = can("administer") || (can("edit") && !c.builtin && (me?.teams ?? []).some((m) => m.team === c.team));
  const again = () => client.invalidateQueries({ queryKey: ["connections"] });
  const check = useMutation({ mutationFn: () => must(api.POST("/connections/{connection}/check", { params: { path: { connection: c.id } } })), onSuccess: again });
  const tables = useQuery({
    queryKey: ["tables", { connection: c.name }],
    queryFn: () => pages((cursor) => must(api.GET("/tables", { params: { query: { connection: c.name, limit: 500, cursor } } })), 2000),
  });
  const state = check.data ?? c.check;
  const failed = state !== undefined && !state.ok && Boolean(state.message);
  return (
    <Page>
      <TopBar
        crumbs={[
          { label: t("title"), to: "/settings" },
          { label: t("tab.connections"), to: "/settings/connections" },
        ]}
        glyph={spec ? <SpecGlyph icon={spec.icon} /> : "connection"}
        name={c.name}
        status={<Check of={state} plain />}
        actions={
          <>
            {may ? <Button onClick={() => void navigate(`/catalog/connections/${c.id}`)}>{t("connection.discover")}</Button> : null}
            {may && checks(spec) ? (
              <Button icon={<Glyph name="refresh" />} loading={check.isPending} onClick={() => check.mutate()}>
                {t("connection.check")}
              </Button>
            ) : null}
            {may && !c.builtin ? <Menu label={t("connection.more")} items={[{ key: "remove", label: t("connection.remove"), glyph: "trash", danger: true, onClick: () => setRemoving(true) }]} /> : null}
          </>
        }
      />
      <Beside
        aside={
          <>
            <Section title={t("connection.facts")}>
              <Pairs
                items={[
                  { label: t("connection.kind"), value: spec ? text(spec.title) : c.component },
                  { label: t("connections.team"), value: c.builtin ? t("connections.builtin") : nameOf(c.team) },
                  { label: t("connections.changed"), value: <Age at={c.updated} phrase /> },
                ]}
              />
            </Section>
            <Section title={t("connection.tables")} note={tables.data ? String(tables.data.items.length) : undefined} flush>
              {tables.error ? <Failure problem={tables.error} /> : null}
              {tables.data?.items.length === 0 ? <Empty what={t("connection.noTables")} /> : null}
              {tables.data?.items.map((x) => (
                <div key={x.id} className={css.line}>
                  <Link to={`/catalog/${x.id}`} className={css.cut}>
                    <Code>{x.name}</Code>
                  </Link>
                </div>
              ))}
            </Section>
          </>
        }
      >
        {check.error ? <Failure problem={check.error} /> : null}
        {failed ? (
          <div className={css.wrong} role="status">
            <strong>{state.message}</strong>
            {state.fix ? <span>{state.fix}</span> : null}
            {state.code ? <Code>{state.code}</Code> : null}
          </div>
        ) : null}
        {spec ? <Edit at={at} spec={spec} may={may && !c.builtin} onSaved={again} /> : <Empty what={t("connection.unknown", { component: c.component })} />}
      </Beside>
      <Confirm
        open={removing}
        onClose={() => setRemoving(false)}
        title={t("connection.removeTitle", { name: c.name })}
        action={t("connection.remove")}
        type={c.name}
        onConfirm={async () => {
          await api.DELETE("/connections/{connection}", { params: { path: { connection: c.id }, query: { force: force || undefined }, header: { "If-Match": at.etag } } });
          void navigate("/settings/connections");
          await again();
          toast(t("connection.removed", { name: c.name }));
        }}
      >
        <p>{t("connection.removeText")}</p>
        {tables.data && tables.data.items.length > 0 ? (
          <Checkbox checked={force} onChange={(e) => setForce(e.target.checked)}>
            {t("connection.force", { count: tables.data.items.length })}
          </Checkbox>
        ) : null}
      </Confirm>
    </Page>
  );
}

/** Edit changes a connection if nobody else has since it was read. What does not work is not saved unless one insists. */
function Edit({ at, spec, may, onSaved }: { at: Etagged<Connection>; spec: Spec; may: boolean; onSaved: () => unknown }) {
  const t = useWords(w);
  const id = useId();
  const c = at.value;
  const { mine, nameOf } = useTeams();
  const world = useWorld(useComponents());
  const before = typeof c.params === "object" && c.params !== null ? (c.params as Values) : {};
  const [params, setParams] = useState<Values>(before);
  const [name, setName] = useState(c.name);
  const [team, setTeam] = useState(c.team ?? "");
  const [description, setDescription] = useState(c.description ?? "");
  const [anyway, setAnyway] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      must(
        api.PUT("/connections/{connection}", {
          params: { path: { connection: c.id }, query: { unchecked: anyway || undefined }, header: { "If-Match": at.etag } },
          body: { component: c.component, name, team, params, ...(description ? { description } : {}) },
        }),
      ),
    onSuccess: async () => {
      toast(t("connection.saved"));
      await onSaved();
    },
  });
  const told = save.error instanceof Problem ? (save.error.body.diagnostics ?? []) : [];
  const diagnostics = told.filter((d) => d.path?.startsWith("params.")).map((d) => ({ ...d, path: d.path?.slice("params.".length) }));
  const same = name === c.name && team === (c.team ?? "") && description === (c.description ?? "") && JSON.stringify(params) === JSON.stringify(before);
  const teams = mine.some((x) => x.id === team) ? mine.map((x) => ({ value: x.id, label: x.name })) : [{ value: team, label: nameOf(team) }, ...mine.map((x) => ({ value: x.id, label: x.name }))];
  return (
    <>
      {c.builtin ? (
        <Section>
          <p className={css.note}>{t("connection.builtinText")}</p>
        </Section>
      ) : (
        <Section title={t("connection.general")}>
          <div className={css.form}>
            <Field label={t("connections.name")} htmlFor={`${id}n`} help={t("connection.nameHelp")}>
              <Input id={`${id}n`} disabled={!may} value={name} onChange={(e) => setName(e.target.value)} />
            </Field>
            <Field label={t("connections.team")} htmlFor={`${id}t`}>
              <Select id={`${id}t`} disabled={!may} value={team} options={teams} onChange={setTeam} />
            </Field>
            <Field label={t("connections.description")} htmlFor={`${id}d`}>
              <Input.TextArea id={`${id}d`} disabled={!may} autoSize={{ minRows: 2, maxRows: 6 }} value={description} onChange={(e) => setDescription(e.target.value)} />
            </Field>
          </div>
        </Section>
      )}
      <Section title={t("connection.settings")}>
        <div className={css.wide}>
          <FormContext value={world}>
            <SpecForm fields={spec.fields} values={params} diagnostics={diagnostics} readOnly={!may} onChange={(path, value) => setParams((p) => ({ ...putAt(p, path, value) }))} />
          </FormContext>
        </div>
      </Section>
      {may && !same ? (
        <div className={css.save}>
          {save.error ? <Failure problem={save.error} what={t("connection.unsaved")} /> : <span className={css.note}>{t(checks(spec) ? "connection.savePromise" : "connection.saveText")}</span>}
          {save.error && checks(spec) ? (
            <Checkbox checked={anyway} onChange={(e) => setAnyway(e.target.checked)}>
              {t("connection.anyway")}
            </Checkbox>
          ) : null}
          <Button type="primary" disabled={name === "" || lacking(spec.fields, params).length > 0} loading={save.isPending} onClick={() => save.mutate()}>
            {t("connection.save")}
          </Button>
        </div>
      ) : null}
    </>
  );
}
