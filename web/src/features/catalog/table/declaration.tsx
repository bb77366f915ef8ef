import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useMemo, useState } from "react";
import { type Etagged, Problem } from "@/infra/api";
import { useText, useWords } from "@/infra/words";
import { FormContext, putAt, SpecForm } from "@/ui/form";
import { SpecGlyph } from "@/ui/glyph";
import { Section } from "@/ui/page";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { ColumnsEditor, type Draft, draftOf, sound, taken } from "../columns";
import { type Table, useChangeTable } from "../data";
import { type Binding, bindingOf, useFormWorld, useSpec } from "../specs";
import { common } from "../words";
import css from "./declaration.module.css";
import { w } from "./words";

/** Declaration is what the catalog says the table is: its columns and time, and how it is read and written. A change reaches pipelines when they are deployed again. */
export function Declaration({ at, manages }: { at: Etagged<Table>; manages: boolean }) {
  const t = useWords(w);
  const shared = useWords(common);
  const client = useQueryClient();
  const table = at.value;
  const change = useChangeTable(at);
  const [columns, setColumns] = useState<Draft>();
  const [late, setLate] = useState<string>();
  const [source, setSource] = useState<Binding>();
  const [sink, setSink] = useState<Binding>();
  const touched = columns !== undefined || late !== undefined || source !== undefined || sink !== undefined;
  const now = columns ?? draftOf(table.columns, table.key ?? [], table.event_time?.column ?? "");
  const bound = useMemo(() => now.columns.map(({ name, type, nullable }) => ({ name, type, nullable })), [now.columns]);
  const world = useFormWorld(bound);
  const reset = () => {
    setColumns(undefined);
    setLate(undefined);
    setSource(undefined);
    setSink(undefined);
  };
  const save = useMutation({
    mutationFn: () =>
      change({
        columns: taken(now),
        key: now.key,
        event_time: now.eventTime ? { ...(table.event_time?.column === now.eventTime ? table.event_time : {}), column: now.eventTime, ...(late === undefined ? {} : { out_of_order: late }) } : undefined,
        ...(source ? { source } : {}),
        ...(sink ? { sink } : {}),
      }),
    onSuccess: () => {
      reset();
      toast(t("overview.saved"));
    },
  });
  const stale = save.error instanceof Problem && save.error.status === 412;
  const diagnostics = save.error instanceof Problem ? (save.error.body.diagnostics ?? []) : [];
  return (
    <FormContext value={world}>
      <div className={css.declaration}>
        {manages ? null : <p className={css.note}>{t("declaration.readOnly")}</p>}
        <Section title={shared("declaration.columns")} note={t("declaration.columnsNote")} flush>
          {manages ? <ColumnsEditor draft={now} onChange={setColumns} grow /> : <Plain table={table} />}
        </Section>
        {now.eventTime ? (
          <Section title={shared("overview.eventTime")}>
            <div className={css.late}>
              <code>{now.eventTime}</code>
              <label htmlFor="late">{shared("declaration.late")}</label>
              <Input id="late" className={css.short} disabled={!manages} value={late ?? table.event_time?.out_of_order ?? ""} placeholder="5s" onChange={(e) => setLate(e.target.value)} />
            </div>
          </Section>
        ) : null}
        <div className={css.bindings}>
          <BindingForm title={t("declaration.source")} none={t("declaration.noSource")} kind="source" binding={source ?? bindingOf(table.source)} onChange={setSource} readOnly={!manages} diagnostics={within(diagnostics, "source.params.")} />
          <BindingForm title={t("declaration.sink")} none={t("declaration.noSink")} kind="sink" binding={sink ?? bindingOf(table.sink)} onChange={setSink} readOnly={!manages} diagnostics={within(diagnostics, "sink.params.")} />
        </div>
        {save.error ? <Failure problem={save.error} what={stale ? t("overview.stale") : undefined} retry={stale ? () => void client.invalidateQueries({ queryKey: ["tables", table.id] }).then(() => save.reset()) : undefined} /> : null}
        {touched ? (
          <div className={css.foot}>
            <span>{t("declaration.promise")}</span>
            <Button onClick={() => (reset(), save.reset())}>{t("declaration.revert")}</Button>
            <Button type="primary" disabled={!sound(now)} loading={save.isPending} onClick={() => save.mutate()}>{t("declaration.save")}</Button>
          </div>
        ) : null}
      </div>
    </FormContext>
  );
}

interface Told {
  path?: string;
  message: string;
  fix?: string;
  severity?: string;
}

function within(all: readonly Told[], prefix: string): Told[] {
  return all.filter((d) => d.path?.startsWith(prefix)).map((d) => ({ ...d, path: d.path?.slice(prefix.length) }));
}

function Plain({ table }: { table: Table }) {
  return (
    <ul className={css.plain}>
      {table.columns.map((c) => (
        <li key={c.name}><code>{c.name}</code> <code>{c.type}</code></li>
      ))}
    </ul>
  );
}

// The columns are the table's own: a binding has none.
function BindingForm({ title, none, kind, binding, onChange, readOnly, diagnostics }: { title: string; none: string; kind: "source" | "sink"; binding: Binding | undefined; onChange: (b: Binding) => void; readOnly: boolean; diagnostics: readonly Told[] }) {
  const text = useText();
  const spec = useSpec(kind, binding?.component);
  return (
    <Section title={title} note={spec ? <span className={css.component}><SpecGlyph icon={spec.icon} size={14} /> {text(spec.title)}</span> : null}>
      {!binding ? (
        <Empty what={none} />
      ) : !spec ? (
        <Loading rows={4} />
      ) : (
        <SpecForm fields={spec.fields.filter((f) => f.type !== "schema")} values={binding.params} diagnostics={diagnostics} readOnly={readOnly} onChange={(path, value) => onChange({ ...binding, params: { ...putAt(binding.params, path, value) } })} />
      )}
    </Section>
  );
}
