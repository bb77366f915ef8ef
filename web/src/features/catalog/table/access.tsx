import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { clauses } from "@/core/format";
import { api, must, once, type Schemas } from "@/infra/api";
import { usePeople, useTeams } from "@/infra/shared";
import { type Language, type Say, useLanguage, useText, useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { Confirm, Section } from "@/ui/page";
import { Failure, Loading, toast } from "@/ui/states";
import { Age, Time } from "@/ui/text";
import { type Table, useMay } from "../data";
import css from "./list.module.css";
import { RequestAccess } from "./request";
import { w } from "./words";

type Holder = Schemas["GrantsHolder"];
type Action = "discover" | "read" | "write" | "manage";

const actions: readonly Action[] = ["discover", "read", "write", "manage"];

function isAction(text: string): text is Action {
  return actions.some((a) => a === text);
}

/** AccessTab says what one may do here oneself and by which rule; who manages the table also sees everybody else, and grants. */
export function AccessTab({ table, manages }: { table: Table; manages: boolean }) {
  const t = useWords(w);
  return (
    <>
      <Section title={t("access.yours")} aside={manages ? null : <RequestAccess table={table.id} name={table.name} />} flush>
        <div className={css.own}>{actions.map((a) => <Own key={a} table={table} action={a} />)}</div>
      </Section>
      {manages ? <Everybody table={table} /> : <p className={css.note}>{t("access.notManager")}</p>}
    </>
  );
}

function Own({ table, action }: { table: Table; action: Action }) {
  const t = useWords(w);
  const text = useText();
  const { data } = useMay(table.id, action);
  if (!data) return null;
  return (
    <div className={css.rule}>
      <span className={data.allowed ? css.yes : css.no}><Glyph name={data.allowed ? "check" : "minus"} label={data.allowed ? t("access.allowed") : t("access.denied")} /></span>
      <strong>{t(`action.${action}`)}</strong>
      <span>{text({ en: data.text.en ?? "", zh: data.text.zh ?? "" })}</span>
    </div>
  );
}

function Everybody({ table }: { table: Table }) {
  const t = useWords(w);
  const l = useLanguage();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["tables", table.id, "access"],
    queryFn: () => must(api.GET("/tables/{table}/access", { params: { path: { table: table.id } } })),
  });
  const [revoking, setRevoking] = useState<{ id: string; holder: string; action: string }>();
  const again = () => {
    void client.invalidateQueries({ queryKey: ["tables", table.id, "access"] });
    void client.invalidateQueries({ queryKey: ["policies"] });
  };
  if (error && !data) return <Failure problem={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={4} />;
  return (
    <>
      <Section title={t("access.grant")} flush>
        <Grant table={table} onDone={again} />
      </Section>
      <Section title={t("access.holders")} flush>
        {(data.holders ?? []).map((h) => <HolderRow key={h.subject} holder={h} table={table} onRevoke={(id, action) => setRevoking({ id, holder: h.name, action })} />)}
      </Section>
      {data.users?.length ? (
        <Section title={t("access.people")} flush>
          {data.users.map((u) => (
            <div key={u.subject} className={css.holder}>
              <Glyph name="person" />
              <strong>{u.name}</strong>
              <Actions of={u.actions ?? []} />
              <span className={css.through}>{throughOf(u, data.holders ?? [], t, l)}</span>
              <span />
            </div>
          ))}
        </Section>
      ) : null}
      <Confirm
        open={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={t("access.revokeTitle", { name: revoking?.holder ?? "" })}
        action={t("access.revoke")}
        onConfirm={async () => {
          if (!revoking) return;
          await api.DELETE("/policies/{policy}", { params: { path: { policy: revoking.id } } });
          again();
          toast(t("access.revoked"));
        }}
      >
        {t("access.revokeText")}
      </Confirm>
    </>
  );
}

/** throughOf says by whose rules somebody may: their own, or those of a team or a role. */
function throughOf(user: Schemas["GrantsUserAccess"], holders: readonly Holder[], t: Say<(typeof w)["en"]>, l: Language): string {
  const subjects = user.through ?? [];
  const others = subjects.filter((s) => s !== user.subject).map((s) => holders.find((h) => h.subject === s)?.name ?? s.slice(s.indexOf(":") + 1));
  return clauses([...(subjects.includes(user.subject) ? [t("access.own")] : []), ...(others.length > 0 ? [t("access.through", { what: clauses(others, l) })] : [])], l);
}

function Actions({ of, denied }: { of: readonly string[]; denied?: readonly string[] }) {
  const t = useWords(w);
  return (
    <span className={css.actions}>
      {of.filter(isAction).map((a) => <span key={a}>{t(`action.${a}`)}</span>)}
      {(denied ?? []).filter(isAction).map((a) => <span key={a} className={css.denied}><Glyph name="lock" size={14} label={t("access.denied")} /> {t(`action.${a}`)}</span>)}
    </span>
  );
}

function HolderRow({ holder, table, onRevoke }: { holder: Holder; table: Table; onRevoke: (id: string, action: string) => void }) {
  const t = useWords(w);
  const kind = holder.subject.split(":")[0];
  const policies = holder.policies ?? [];
  return (
    <>
      {policies.map((p) => (
        <div key={p.id} className={css.holder}>
          <Glyph name={kind === "team" ? "team" : kind === "role" ? "shield" : "person"} />
          <span><strong>{holder.name}</strong> {kind === "team" || kind === "role" ? <span className={css.through}>{t(`access.${kind}`)}</span> : null}</span>
          <Actions of={p.effect === "deny" ? [] : [p.action]} denied={p.effect === "deny" ? [p.action] : undefined} />
          <span className={css.through}>
            {p.scope === `table:${table.id}` ? t("access.here") : t("access.scope", { scope: p.scope === "*" ? t("access.all") : p.scope.slice(p.scope.indexOf(":") + 1) })}
            {p.note ? ` · ${p.note}` : null}
            {p.expires ? <> · {t("access.ends")} <Time at={p.expires} /></> : null}
            {p.created_by === "system" ? null : <> · <Age at={p.created_at} phrase /></>}
          </span>
          {p.created_by === "system" ? <span /> : <IconButton glyph="trash" small danger label={t("access.revokeOf", { name: holder.name })} onClick={() => onRevoke(p.id, p.action)} />}
        </div>
      ))}
    </>
  );
}

/** Grant gives somebody something with the table; whom one may name are teams, people and roles. */
function Grant({ table, onDone }: { table: Table; onDone: () => void }) {
  const t = useWords(w);
  const { teams } = useTeams();
  const people = usePeople().data?.items;
  const [subject, setSubject] = useState<string>();
  const [action, setAction] = useState<Action>("read");
  const [until, setUntil] = useState<Dayjs | null>(null);
  const [note, setNote] = useState("");
  const grant = useMutation({
    mutationFn: (to: string) =>
      must(
        api.POST("/policies", {
          params: { header: once() },
          body: { subject: to, action, scope: `table:${table.id}`, effect: "allow", ...(note ? { note } : {}), ...(until ? { expires: until.toISOString() } : {}) },
        }),
      ),
    onSuccess: () => {
      setSubject(undefined);
      setNote("");
      setUntil(null);
      toast(t("access.granted"));
      onDone();
    },
  });
  const options = [
    { label: t("access.teams"), options: teams.map((x) => ({ value: `team:${x.id}`, label: x.name })) },
    ...(people?.length ? [{ label: t("access.people"), options: people.map((u) => ({ value: `user:${u.user}`, label: u.display_name || u.name })) }] : []),
    { label: t("access.roles"), options: (["viewer", "analyst", "operator"] as const).map((r) => ({ value: `role:${r}`, label: t(`role.${r}`) })) },
  ];
  return (
    <>
      <div className={css.form}>
        <Select aria-label={t("access.who")} showSearch={{ optionFilterProp: "label" }} placeholder={t("access.who")} value={subject} options={options} onChange={setSubject} />
        <Select aria-label={t("request.action")} value={action} options={actions.map((a) => ({ value: a, label: t(`action.${a}`) }))} onChange={setAction} />
        <DatePicker aria-label={t("access.until")} placeholder={t("access.until")} value={until} onChange={setUntil} showTime={{ format: "HH:mm" }} />
        <Input aria-label={t("access.note")} placeholder={t("access.note")} value={note} onChange={(e) => setNote(e.target.value)} />
        <Button type="primary" disabled={!subject} loading={grant.isPending} onClick={() => subject && grant.mutate(subject)}>{t("access.give")}</Button>
      </div>
      {grant.error ? <Failure problem={grant.error} /> : null}
    </>
  );
}
