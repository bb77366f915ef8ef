import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useId, useState } from "react";
import { useSearchParams } from "react-router";
import { api, must, type Schemas } from "@/infra/api";
import { useCan, useMe } from "@/infra/session";
import { useText, useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { Glyph } from "@/ui/glyph";
import { Scroll, Section } from "@/ui/page";
import { Empty, Failure, Loading } from "@/ui/states";
import { Age, Time } from "@/ui/text";
import type { Policy } from "../data";
import { Frame } from "../frame";
import { Give } from "../grants/give";
import { Effect, ScopeName, SubjectName, Until } from "../parts";
import { ScopePicker, SubjectPicker } from "../pickers";
import { Ask } from "../requests/ask";
import { type Action, actions, isAction } from "../rules";
import { w } from "../words";
import css from "./why.module.css";

type Explanation = Schemas["GrantsExplanation"];

/** WhyPage answers why somebody may do something, or may not, with the rule that decides. The question is in the address: ?subject, ?action, ?scope. */
export function WhyPage() {
  const t = useWords(w);
  const id = useId();
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const subject = search.get("subject") ?? (me ? `user:${me.user}` : undefined);
  const scope = search.get("scope") ?? undefined;
  const asked = search.get("action");
  const action: Action = isAction(asked) ? asked : "read";
  const set = (key: string, value: string | undefined) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        if (value) next.set(key, value);
        else next.delete(key);
        return next;
      },
      { replace: true },
    );
  const answer = useQuery({
    queryKey: ["policies", "why", subject, scope, action],
    enabled: subject !== undefined && scope !== undefined,
    placeholderData: keepPreviousData,
    queryFn: () => must(api.GET("/policies/why", { params: { query: { subject, scope: scope ?? "", action } } })),
  });
  return (
    <Frame part="why">
      <Scroll>
        <div className={css.question}>
          <Field label={t("why.who")} htmlFor={`${id}s`}>
            <SubjectPicker id={`${id}s`} label={t("why.who")} value={subject} onChange={(v) => set("subject", v)} />
          </Field>
          <Field label={t("why.may")} htmlFor={`${id}a`}>
            <Select id={`${id}a`} value={action} options={actions.map((a) => ({ value: a, label: t(`action.${a}`) }))} onChange={(v: string) => set("action", v)} />
          </Field>
          <Field label={t("why.what")} htmlFor={`${id}o`}>
            <ScopePicker id={`${id}o`} label={t("why.what")} placeholder={t("give.whatHint")} value={scope} onChange={(v) => set("scope", v)} />
          </Field>
        </div>
        {!scope ? <Empty what={t("why.choose")} /> : null}
        {scope && answer.error ? <Failure problem={answer.error} what={t("why.unread")} retry={() => void answer.refetch()} /> : null}
        {scope && answer.isLoading ? <Loading rows={3} /> : null}
        {scope && answer.data && !answer.error ? <Answer of={answer.data} scope={scope} action={action} /> : null}
      </Scroll>
    </Frame>
  );
}

function Answer({ of: e, scope, action }: { of: Explanation; scope: string; action: Action }) {
  const t = useWords(w);
  const text = useText();
  const me = useMe();
  const can = useCan();
  const [drawer, setDrawer] = useState<"ask" | "give">();
  const self = e.subject === `user:${me?.user}`;
  const denies = e.denies ?? [];
  const allows = e.allows ?? [];
  return (
    <>
      <div className={css.verdict} data-allowed={e.allowed} role="status">
        <Glyph name={e.allowed ? "check" : e.verdict === "denied" ? "lock" : "close"} />
        <div>
          <strong>{t(e.allowed ? "why.yes" : e.verdict === "denied" ? "why.denied" : "why.no")}</strong>
          <p>{text({ en: e.text.en ?? "", zh: e.text.zh ?? "" })}</p>
        </div>
      </div>
      {denies.length > 0 ? (
        <Section title={t("why.denies")} note={allows.length > 0 ? t("why.deniesWin") : undefined} flush>
          <Rules of={denies} />
        </Section>
      ) : null}
      {allows.length > 0 ? (
        <Section title={t(denies.length > 0 ? "why.allowsLost" : "why.allows")} note={t("why.widest")} flush>
          <Rules of={allows} lost={denies.length > 0} />
        </Section>
      ) : null}
      {(e.ended ?? []).length > 0 ? (
        <Section title={t("why.ended")} flush>
          <Rules of={e.ended ?? []} lost />
        </Section>
      ) : null}
      {e.needed ? (
        <Section title={t("why.needed")}>
          <Needed of={e} />
          <div className={css.ways}>
            {self ? (
              <Button icon={<Glyph name="key" />} onClick={() => setDrawer("ask")}>
                {t("ask.button")}
              </Button>
            ) : null}
            {can("edit") && !self ? <Button onClick={() => setDrawer("give")}>{t("grants.give")}</Button> : null}
          </div>
        </Section>
      ) : null}
      {drawer === "ask" ? <Ask first={{ scope: scope === "*" ? undefined : scope, action }} onClose={() => setDrawer(undefined)} /> : null}
      {drawer === "give" ? <Give first={{ scope, action, subject: e.subject }} onClose={() => setDrawer(undefined)} /> : null}
    </>
  );
}

/** Needed says what would have to happen. */
function Needed({ of: e }: { of: Explanation }) {
  const t = useWords(w);
  const n = e.needed;
  if (!n) return null;
  const list = (items: readonly string[] | null | undefined, one: (x: string) => string) => (items ?? []).map(one).join(t("why.or"));
  return (
    <ul className={css.needed}>
      {(n.take_back ?? []).length > 0 ? <li>{t("why.takeBack", { count: n.take_back?.length ?? 0 })}</li> : null}
      {n.grant ? <li>{t("why.grant", { actions: list(n.actions, (a) => (isAction(a) ? t(`action.${a}`) : a)) })}</li> : null}
      <li>{n.ask ? t("why.askTeam", { team: n.ask }) : t("why.askAdmin")}</li>
    </ul>
  );
}

/** Rules are policies that have a say, the widest first. */
function Rules({ of, lost }: { of: readonly Policy[]; lost?: boolean }) {
  const t = useWords(w);
  return (
    <div role="list">
      {of.map((p) => (
        <div key={p.id} role="listitem" className={css.rule} data-lost={lost || undefined}>
          <SubjectName of={p.subject} name={p.subject_name} strong={!lost} />
          <Effect effect={p.effect} action={p.action} />
          <ScopeName of={p.scope} name={p.scope_name === "*" ? undefined : p.scope_name} />
          <span className={css.until}>
            {p.revoked ? (
              <>
                {t("grants.taken", { who: p.revoked.name })} <Time at={p.revoked.at} />
              </>
            ) : (
              <Until at={p.expires} />
            )}
          </span>
          <span className={css.by}>
            {p.created_by === "system" ? (
              t("grants.always")
            ) : (
              <>
                {p.created_by_name} <Age at={p.created_at} phrase />
                {p.note && p.note !== "owner" ? ` · ${p.note}` : ""}
              </>
            )}
          </span>
        </div>
      ))}
    </div>
  );
}
