import { useMutation } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useId, useState } from "react";
import { useNavigate } from "react-router";
import { api, must, once } from "@/infra/api";
import { useMe } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { FormDrawer } from "@/ui/page";
import { Failure, toast } from "@/ui/states";
import { useChanged } from "../data";
import type { First } from "../grants/give";
import { End } from "../parts";
import { ScopePicker } from "../pickers";
import { type Action, actions } from "../rules";
import { w } from "../words";

/** Ask asks those who manage something for access to it, for oneself or for a team of one's own. */
export function Ask({ first = {}, onClose }: { first?: First; onClose: () => void }) {
  const t = useWords(w);
  const id = useId();
  const me = useMe();
  const navigate = useNavigate();
  const changed = useChanged();
  const [subject, setSubject] = useState("");
  const [scope, setScope] = useState(first.scope);
  const [action, setAction] = useState<Action>(first.action ?? "read");
  const [reason, setReason] = useState("");
  const [expires, setExpires] = useState<string>();
  const ask = useMutation({
    mutationFn: (what: string) => must(api.POST("/access_requests", { params: { header: once() }, body: { scope: what, action, reason, expires, ...(subject ? { subject } : {}) } })),
    onSuccess: async (made) => {
      await changed("access_requests");
      toast(t("ask.done"));
      onClose();
      void navigate(`/access/requests/${made.id}`);
    },
  });
  return (
    <FormDrawer onClose={onClose} title={t("ask.title")} action={t("ask.send")} ready={scope !== undefined && reason.trim() !== ""} busy={ask.isPending} onSubmit={() => scope && ask.mutate(scope)}>
      <Field label={t("column.scope")} htmlFor={`${id}o`}>
        <ScopePicker id={`${id}o`} label={t("column.scope")} placeholder={t("give.whatHint")} value={scope} onChange={setScope} all={false} />
      </Field>
      <Field label={t("column.action")} htmlFor={`${id}a`} help={t(`means.${action}`)}>
        <Select id={`${id}a`} value={action} options={actions.map((a) => ({ value: a, label: t(`action.${a}`) }))} onChange={setAction} />
      </Field>
      <Field label={t("ask.for")} htmlFor={`${id}s`} help={t("ask.forHelp")}>
        <Select id={`${id}s`} value={subject} options={[{ value: "", label: t("ask.me") }, ...(me?.teams ?? []).map((m) => ({ value: `team:${m.team}`, label: m.name }))]} onChange={setSubject} />
      </Field>
      <Field label={t("requests.reason")} htmlFor={`${id}r`} help={t("ask.reasonHelp")}>
        <Input.TextArea id={`${id}r`} autoSize={{ minRows: 3, maxRows: 10 }} maxLength={8000} value={reason} onChange={(e) => setReason(e.target.value)} />
      </Field>
      <Field label={t("give.until")} htmlFor={`${id}u`} help={t("ask.untilHelp")}>
        <End id={`${id}u`} onChange={setExpires} />
      </Field>
      {ask.error ? <Failure problem={ask.error} what={t("ask.failed")} /> : null}
    </FormDrawer>
  );
}
