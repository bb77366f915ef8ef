import { useMutation } from "@tanstack/react-query";
import { Checkbox, Input, Select } from "antd";
import { useId, useState } from "react";
import { api, must, once, Problem } from "@/infra/api";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { Segmented } from "@/ui/menu";
import { FormDrawer } from "@/ui/page";
import { Failure, toast } from "@/ui/states";
import { useChanged } from "../data";
import { End } from "../parts";
import { ScopePicker, SubjectPicker } from "../pickers";
import { type Action, actions } from "../rules";
import { w } from "../words";
import { Opens } from "./opens";

export interface First {
  subject?: string;
  scope?: string;
  action?: Action;
}

/** Give allows or denies somebody something, and says before what that opens. */
export function Give({ first, onClose }: { first: First; onClose: () => void }) {
  const t = useWords(w);
  const id = useId();
  const can = useCan();
  const changed = useChanged();
  const [subject, setSubject] = useState(first.subject);
  const [scope, setScope] = useState(first.scope);
  const [action, setAction] = useState<Action>(first.action ?? "read");
  const [effect, setEffect] = useState<"allow" | "deny">("allow");
  const [expires, setExpires] = useState<string>();
  const [note, setNote] = useState("");
  const [orphan, setOrphan] = useState(false);
  const give = useMutation({
    mutationFn: (what: { subject: string; scope: string }) => must(api.POST("/policies", { params: { header: once() }, body: { ...what, action, effect, expires, ...(note ? { note } : {}), ...(orphan ? { orphan } : {}) } })),
    onSuccess: async () => {
      await changed("policies", "tables", "audit");
      toast(t(effect === "deny" ? "give.doneDeny" : "give.done"));
      onClose();
    },
  });
  const lastManager = give.error instanceof Problem && give.error.code === "grants.last_manager";
  return (
    <FormDrawer onClose={onClose} title={t("give.title")} action={t(effect === "deny" ? "give.deny" : "give.allow")} ready={subject !== undefined && scope !== undefined} busy={give.isPending} danger={effect === "deny"} onSubmit={() => subject && scope && give.mutate({ subject, scope })}>
      <Segmented block label={t("grants.effect")} value={effect} onChange={setEffect} options={(["allow", "deny"] as const).map((e) => ({ value: e, label: t(`effect.${e}`) }))} />
      <Field label={t("give.who")} htmlFor={`${id}s`}>
        <SubjectPicker id={`${id}s`} label={t("give.who")} placeholder={t("give.whoHint")} value={subject} onChange={setSubject} />
      </Field>
      <Field label={t("column.action")} htmlFor={`${id}a`} help={t(effect === "deny" ? `meansNot.${action}` : `means.${action}`)}>
        <Select id={`${id}a`} value={action} options={actions.map((a) => ({ value: a, label: t(`action.${a}`) }))} onChange={setAction} />
      </Field>
      <Field label={t("column.scope")} htmlFor={`${id}o`}>
        <ScopePicker id={`${id}o`} label={t("column.scope")} placeholder={t("give.whatHint")} value={scope} onChange={setScope} all={can("administer")} />
      </Field>
      <Field label={t("give.until")} htmlFor={`${id}u`}>
        <End id={`${id}u`} onChange={setExpires} />
      </Field>
      <Field label={t("give.note")} htmlFor={`${id}n`} help={t("give.noteHelp")}>
        <Input.TextArea id={`${id}n`} autoSize={{ minRows: 2, maxRows: 6 }} maxLength={8000} value={note} onChange={(e) => setNote(e.target.value)} />
      </Field>
      <Opens subject={subject} scope={scope} action={action} effect={effect} />
      {give.error ? <Failure problem={give.error} what={t("give.failed")} /> : null}
      {lastManager ? (
        <Checkbox checked={orphan} onChange={(e) => setOrphan(e.target.checked)}>
          {t("orphan")}
        </Checkbox>
      ) : null}
    </FormDrawer>
  );
}
