import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { api, must, once } from "@/infra/api";
import { useMe } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Drawer } from "@/ui/page";
import { Failure, toast } from "@/ui/states";
import { Age } from "@/ui/text";
import { common } from "../words";
import css from "./request.module.css";
import { w } from "./words";

type Action = "discover" | "read" | "write" | "manage";

/** RequestAccess asks those who manage a table for access to it, or says that this was done. */
export function RequestAccess({ table, name, action = "read", small }: { table: string; name: string; action?: Action; small?: boolean }) {
  const t = useWords(w);
  const [open, setOpen] = useState(false);
  const scope = `table:${table}`;
  const asked = useQuery({
    queryKey: ["access_requests", "mine", scope],
    queryFn: async () => (await must(api.GET("/access_requests", { params: { query: { mine: true, state: "open", scope } } }))).items ?? [],
  }).data?.find((r) => r.action === action);
  if (asked) {
    return (
      <span className={css.asked}>
        <Glyph name="clock" size={14} /> {t("request.asked")} <Age at={asked.at} phrase />
      </span>
    );
  }
  return (
    <>
      <Button size={small ? "small" : "middle"} icon={<Glyph name="lock" size={14} />} onClick={(e) => (e.stopPropagation(), setOpen(true))}>{t("request.button")}</Button>
      {open ? <Ask scope={scope} name={name} first={action} onDone={() => setOpen(false)} /> : null}
    </>
  );
}

interface Values {
  action: Action;
  subject: string;
  reason: string;
  until?: Dayjs | null;
}

function Ask({ scope, name, first, onDone }: { scope: string; name: string; first: Action; onDone: () => void }) {
  const t = useWords(w);
  const shared = useWords(common);
  const me = useMe();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const send = useMutation({
    mutationFn: (v: Values) =>
      must(
        api.POST("/access_requests", {
          params: { header: once() },
          body: { scope, action: v.action, reason: v.reason, ...(v.subject ? { subject: v.subject } : {}), ...(v.until ? { expires: v.until.toISOString() } : {}) },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["access_requests"] });
      toast(t("request.sent"));
      onDone();
    },
  });
  return (
    <Drawer
      open
      title={t("request.title", { name })}
      onClose={onDone}
      footer={
        <>
          <Button onClick={onDone}>{shared("cancel")}</Button>
          <Button type="primary" loading={send.isPending} onClick={() => form.submit()}>{t("request.send")}</Button>
        </>
      }
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ action: first, subject: "" }} onFinish={(v) => send.mutate(v)}>
        <Form.Item name="action" label={t("request.action")}>
          <Select options={(["read", "write", "manage"] as const).map((a) => ({ value: a, label: t(`action.${a}`) }))} />
        </Form.Item>
        <Form.Item name="subject" label={t("request.for")}>
          <Select options={[{ value: "", label: t("request.me") }, ...(me?.teams ?? []).map((m) => ({ value: `team:${m.team}`, label: m.name }))]} />
        </Form.Item>
        <Form.Item name="reason" label={t("request.reason")} extra={t("request.reasonHelp")} rules={[{ required: true, whitespace: true, message: t("request.reasonMissing") }]}>
          <Input.TextArea autoSize={{ minRows: 3 }} maxLength={8000} />
        </Form.Item>
        <Form.Item name="until" label={t("request.until")} extra={t("request.untilHelp")}>
          <DatePicker showTime={{ format: "HH:mm" }} minDate={undefined} />
        </Form.Item>
        {send.error ? <Failure problem={send.error} /> : null}
      </Form>
    </Drawer>
  );
}
