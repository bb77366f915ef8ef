import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type FormEvent, useId, useMemo, useState } from "react";
import { bindingsOf, type Carried, declarationOf, placeOf, takes, usual } from "@/core/carrier";
import { isTable } from "@/core/design";
import { extracted } from "@/core/model/extract";
import { useTeams } from "@/infra/shared";
import { useText, useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { Drawer, DrawerBody, DrawerFoot, Pairs, Section } from "@/ui/page";
import { Select } from "@/ui/select";
import { Failure } from "@/ui/states";
import { Code } from "@/ui/text";
import { connectionsQuery } from "../server";
import { useBuilder } from "../state";
import { Compiles } from "./compiles";
import css from "./extract.module.css";
import type { useMake } from "./make";
import type { Whole } from "./part";
import { modelTaken, tableTaken } from "./server";
import { w } from "./words";

const span = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/;

/** Said is what somebody has said; the rest follows from it. */
interface Said {
  table?: string;
  model?: string;
  connection?: string;
  place?: string;
  late?: string;
  description?: string;
}

/** ExtractForm asks what the table and the model are called and where the rows live, and says what will happen. */
export function ExtractForm({ part, making, onClose }: { part: Whole; making: ReturnType<typeof useMake>; onClose: () => void }) {
  const t = useWords(w);
  const text = useText();
  const id = useId();
  const { nameOf } = useTeams();
  const doc = useBuilder((s) => s.text);
  const { name, team } = useBuilder((s) => s.document);
  const { made, make, remove } = making;
  const { rows, carriers, exit } = part;

  const [said, setSaid] = useState<Said>({});
  const say = (more: Said) => setSaid((now) => ({ ...now, ...more }));
  const table = said.table ?? `${name}_${exit}`;
  const model = said.model ?? `${table}_feed`;
  const place = said.place ?? placeOf(table);
  const late = said.late ?? rows.eventTime?.out_of_order ?? usual;
  const description = said.description ?? "";
  const known = useQuery(connectionsQuery);
  const connections = (known.data ?? []).flatMap((c) => carriers.filter((carrier) => takes(carrier, c.component)).map((carrier) => ({ name: c.name, builtin: c.builtin, component: c.component, carrier })));
  const chosen = connections.find((c) => c.name === said.connection) ?? connections.find((c) => c.builtin) ?? connections[0];
  const carrier = chosen?.carrier;
  const connection = chosen?.name;
  const bindings = useMemo(() => (carrier && connection !== undefined ? bindingsOf(carrier, rows, connection, place) : undefined), [carrier, connection, rows, place]);

  // What has been made is taken, and should be.
  const tableThere = useQuery(tableTaken(table)).data === true && made.table === undefined;
  const modelThere = useQuery(modelTaken(model)).data === true;
  const tableBad = !isTable(table) ? t("tableWrong") : tableThere ? t("tableTaken") : undefined;
  const modelBad = !isTable(model) || model === table ? t("modelWrong") : modelThere ? t("modelTaken") : undefined;
  const lateBad = span.test(late) ? undefined : t("lateWrong");
  const begun = made.table !== undefined;
  const newText = useMemo(() => bindings && extracted(doc, part, { name: model, description: "", sink: bindings.sink }), [bindings, doc, part, model]);
  const [sound, setSound] = useState(false);
  const ready = bindings !== undefined && place !== "" && tableBad === undefined && modelBad === undefined && lateBad === undefined && sound;

  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (ready && !made.busy) void make({ table: declarationOf({ name: table, team, description }, rows, bindings, late), model, sink: bindings.sink });
  };
  return (
    <Drawer
      open
      onClose={onClose}
      title={t("title")}
      width={560}
      footer={
        <DrawerFoot>
          <Button onClick={onClose} disabled={made.busy}>
            {t("cancel")}
          </Button>
          <Button type="primary" htmlType="submit" form={id} disabled={!ready} loading={made.busy}>
            {t(begun ? "again" : "submit")}
          </Button>
        </DrawerFoot>
      }
    >
      {made.problem ? <Failure problem={made.problem.problem} what={made.problem.at === "remove" ? t("removeFailed") : begun ? t("half") : t("failed")} /> : null}
      {made.problem && begun ? (
        <div className={css.half}>
          <Button danger onClick={() => void remove()}>
            {t("remove")}
          </Button>
        </div>
      ) : null}
      <form id={id} onSubmit={submit}>
        <DrawerBody>
          <p className={css.lead}>{t(part.ids.length === 1 ? "leadOne" : "lead", { nodes: part.ids.join(t("between")), exit })}</p>
          {newText === undefined ? null : <Compiles text={newText} onSound={setSound} />}
          <Field label={t("table")} htmlFor={`${id}-table`} help={tableBad ?? t("tableHelp")} bad={tableBad !== undefined}>
            <Input id={`${id}-table`} className={css.mono} value={table} disabled={begun} autoFocus spellCheck={false} maxLength={200} onChange={(e) => say({ table: e.target.value.trim() })} />
          </Field>
          <Field label={t("model")} htmlFor={`${id}-model`} help={modelBad ?? t("modelHelp", { team: nameOf(team) })} bad={modelBad !== undefined}>
            <Input id={`${id}-model`} className={css.mono} value={model} spellCheck={false} maxLength={200} onChange={(e) => say({ model: e.target.value.trim() })} />
          </Field>
          <div className={css.pair}>
            <Field label={t("connection")} htmlFor={`${id}-connection`} help={known.isSuccess && connections.length === 0 ? t("noConnection") : undefined} bad={known.isSuccess && connections.length === 0}>
              <Select id={`${id}-connection`} value={connection} disabled={begun} options={connections.map((c) => ({ value: c.name, label: c.name }))} onChange={(v: string) => say({ connection: v })} />
            </Field>
            {carrier ? (
              <Field label={text(carrier.place.label)} htmlFor={`${id}-place`}>
                <Input id={`${id}-place`} className={css.mono} value={place} disabled={begun} spellCheck={false} maxLength={249} onChange={(e) => say({ place: e.target.value.trim() })} />
              </Field>
            ) : null}
          </div>
          {rows.eventTime ? (
            <Field label={t("late")} htmlFor={`${id}-late`} help={lateBad ?? t("lateHelp", { column: rows.eventTime.column })} bad={lateBad !== undefined}>
              <Input id={`${id}-late`} className={css.mono} value={late} disabled={begun} spellCheck={false} onChange={(e) => say({ late: e.target.value.trim() })} />
            </Field>
          ) : null}
          <Field label={t("description")} htmlFor={`${id}-description`}>
            <Input.TextArea id={`${id}-description`} autoSize={{ minRows: 2, maxRows: 6 }} value={description} disabled={begun} onChange={(e) => say({ description: e.target.value })} />
          </Field>
        </DrawerBody>
      </form>
      <Kept rows={rows} />
      <Section title={t("next")}>
        <ol className={css.steps}>
          <li>{t("step.make")}</li>
          <li>{t("step.fill")}</li>
          <li>{t("step.then")}</li>
        </ol>
      </Section>
    </Drawer>
  );
}

/** Kept is what the table keeps of the rows, as the analysis of the exit says. */
function Kept({ rows }: { rows: Carried }) {
  const t = useWords(w);
  return (
    <Section title={t("rows")}>
      <Pairs
        items={[
          { label: t("columns", { count: rows.columns.length }), value: <span className={css.columns}>{rows.columns.map((c) => <code key={c.name}>{c.name} <span>{c.type}</span></code>)}</span> },
          { label: t("changes"), value: t(`kind.${rows.kind}`) },
          { label: t("key"), value: rows.key.length === 0 ? t("none") : <Code>{rows.key.join(", ")}</Code> },
          { label: t("eventTime"), value: rows.eventTime ? <Code>{rows.eventTime.column}</Code> : t("none") },
        ]}
      />
    </Section>
  );
}
