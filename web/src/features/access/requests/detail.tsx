import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type ReactNode, useId, useState } from "react";
import { useParams } from "react-router";
import { api, must, once } from "@/infra/api";
import { useCan, useMe } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Beside } from "@/ui/beside";
import { Field } from "@/ui/field";
import { Glyph, type GlyphName } from "@/ui/glyph";
import { Pairs, Section } from "@/ui/page";
import { Failure, Loading, toast } from "@/ui/states";
import { Age, Time } from "@/ui/text";
import { type Request, useChanged, useNames, useWaiting } from "../data";
import { Inner } from "../frame";
import { Opens } from "../grants/opens";
import { Effect, End, ScopeName, SubjectName, Until } from "../parts";
import { isAction } from "../rules";
import { w } from "../words";
import css from "./requests.module.css";
import { State } from "./state";

/** RequestPage is a request with what was said of it, and, for who may decide, the decision. */
export function RequestPage() {
  const t = useWords(w);
  const { request: id = "" } = useParams();
  const names = useNames();
  const waiting = useWaiting().data?.items.some((r) => r.id === id) ?? false;
  const { data, error, refetch } = useQuery({ queryKey: ["access_requests", id], refetchInterval: 15_000, queryFn: () => must(api.GET("/access_requests/{request}", { params: { path: { request: id } } })) });
  if (!data) {
    return (
      <Inner part="requests" glyph="key" name={t("requests.one")}>
        {error ? <Failure problem={error} retry={() => void refetch()} /> : <Loading rows={4} />}
      </Inner>
    );
  }
  return (
    <Inner
      part="requests"
      glyph="key"
      name={t("requests.title", { who: names(data.by) ?? data.by_name })}
      status={<State request={data} forMe={waiting} />}
      aside={
        <>
          {t("requests.asked")} <Age at={data.at} phrase />
        </>
      }
    >
      <Beside
        aside={
          <>
            <Section title={t("requests.what")}>
              <Pairs
                items={[
                  { label: t("ask.for"), value: <SubjectName of={data.subject} name={data.subject === data.by ? data.by_name : undefined} /> },
                  { label: t("column.action"), value: <Effect effect="allow" action={data.action} /> },
                  { label: t("column.scope"), value: <ScopeName of={data.scope} /> },
                  { label: t("column.until"), value: <Until at={data.expires} /> },
                  ...(data.granted ? [{ label: t("requests.granted"), value: <Until at={data.granted} /> }] : []),
                ]}
              />
            </Section>
            {data.state === "open" ? (
              <Section title={t("requests.decision")}>
                <Decide request={data} may={waiting} />
              </Section>
            ) : null}
          </>
        }
      >
        <Thread request={data} />
        <Say request={data} />
      </Beside>
    </Inner>
  );
}

/** Thread tells a request from its reason to its decision, in the order in which it was said. */
function Thread({ request: r }: { request: Request }) {
  const t = useWords(w);
  const names = useNames();
  const decided: Record<string, GlyphName> = { approved: "check", refused: "close", withdrawn: "undo" };
  const glyph = decided[r.state];
  return (
    <div className={css.thread}>
      <Said glyph="key" who={names(r.by) ?? r.by_name} at={r.at} text={r.reason} />
      {(r.comments ?? []).map((c) => (
        <Said key={c.id} glyph="comment" who={names(c.by) ?? c.by_name} at={c.at} text={c.text} />
      ))}
      {glyph ? <Said glyph={glyph} state={r.state} who={names(r.decided_by ?? r.by) ?? (r.decided_name || r.by_name)} did={r.state === "approved" ? t("did.approved") : r.state === "refused" ? t("did.refused") : t("did.withdrawn")} at={r.decided_at} text={r.answer ?? ""} /> : null}
    </div>
  );
}

function Said({ glyph, who, did, at, text, state }: { glyph: GlyphName; who: string; did?: ReactNode; at?: string; text: string; state?: string }) {
  return (
    <article className={css.said} data-state={state}>
      <Glyph name={glyph} />
      <header>
        <strong>{who}</strong> {did}
        <small>
          <Time at={at} />
        </small>
      </header>
      <p>{text}</p>
    </article>
  );
}

function Say({ request }: { request: Request }) {
  const t = useWords(w);
  const changed = useChanged();
  const [text, setText] = useState("");
  const say = useMutation({
    mutationFn: () => must(api.POST("/access_requests/{request}/comments", { params: { path: { request: request.id }, header: once() }, body: { text } })),
    onSuccess: async () => {
      await changed("access_requests");
      setText("");
    },
  });
  return (
    <div className={css.say}>
      <Input.TextArea aria-label={t("requests.comment")} placeholder={t("requests.comment")} autoSize={{ minRows: 2, maxRows: 8 }} maxLength={8000} value={text} onChange={(e) => setText(e.target.value)} />
      {say.error ? <Failure problem={say.error} /> : null}
      <Button disabled={text.trim() === ""} loading={say.isPending} onClick={() => say.mutate()}>
        {t("requests.send")}
      </Button>
    </div>
  );
}

/** Decide grants or refuses a request, or says why whoever looks cannot. */
function Decide({ request: r, may }: { request: Request; may: boolean }) {
  const t = useWords(w);
  const id = useId();
  const me = useMe();
  const can = useCan();
  const changed = useChanged();
  const [note, setNote] = useState("");
  const [expires, setExpires] = useState<string>();
  const path = { request: r.id };
  const done = async (text: string) => {
    await changed("access_requests", "policies", "audit");
    toast(text);
  };
  const approve = useMutation({ mutationFn: () => must(api.POST("/access_requests/{request}/approve", { params: { path, header: once() }, body: { expires, ...(note ? { note } : {}) } })), onSuccess: () => done(t("requests.approved")) });
  const refuse = useMutation({ mutationFn: () => api.POST("/access_requests/{request}/refuse", { params: { path, header: once() }, body: { note } }), onSuccess: () => done(t("requests.refused")) });
  const withdraw = useMutation({ mutationFn: () => api.POST("/access_requests/{request}/withdraw", { params: { path, header: once() } }), onSuccess: () => done(t("requests.withdrawn")) });
  if (r.by === `user:${me?.user}`) {
    return (
      <div className={css.decide}>
        <p className={css.cannot}>
          <Glyph name="info" size={14} /> {t("requests.own")}
        </p>
        <Button loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
          {t("requests.withdraw")}
        </Button>
        {withdraw.error ? <Failure problem={withdraw.error} /> : null}
      </div>
    );
  }
  if (!may) {
    return (
      <p className={css.cannot}>
        <Glyph name="lock" size={14} /> {r.subject === `user:${me?.user}` ? t("requests.forYou") : can("edit") ? t("requests.notYours") : t("requests.noEdit")}
      </p>
    );
  }
  return (
    <div className={css.decide}>
      {isAction(r.action) ? <Opens subject={r.subject} scope={r.scope} action={r.action} effect="allow" /> : null}
      <Field label={t("requests.grantUntil")} htmlFor={`${id}u`} help={t("requests.grantUntilHelp")}>
        <End id={`${id}u`} most={r.expires} onChange={setExpires} />
      </Field>
      <Field label={t("requests.answer")} htmlFor={`${id}n`} help={t("requests.answerHelp")}>
        <Input.TextArea id={`${id}n`} autoSize={{ minRows: 2, maxRows: 8 }} maxLength={8000} value={note} onChange={(e) => setNote(e.target.value)} />
      </Field>
      <div className={css.buttons}>
        <Button disabled={note.trim() === ""} loading={refuse.isPending} onClick={() => refuse.mutate()}>
          {t("requests.refuse")}
        </Button>
        <Button type="primary" loading={approve.isPending} onClick={() => approve.mutate()}>
          {t("requests.approve")}
        </Button>
      </div>
      {approve.error || refuse.error ? <Failure problem={approve.error ?? refuse.error} /> : null}
    </div>
  );
}
