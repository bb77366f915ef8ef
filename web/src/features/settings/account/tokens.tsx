import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Select } from "antd";
import { useId, useState } from "react";
import { api, must, once } from "@/infra/api";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { Confirm, Drawer, DrawerBody, DrawerFoot, FormDrawer, Section } from "@/ui/page";
import { Secret } from "@/ui/secret";
import { Empty, Failure, Loading } from "@/ui/states";
import { Age, Time } from "@/ui/text";
import css from "../settings.module.css";
import { w } from "../words";

const scopes = ["view", "edit", "operate", "administer"] as const;
type Scope = (typeof scopes)[number];

const key = ["tokens"];

/** Tokens are what programs sign in with in one's name. */
export function Tokens() {
  const t = useWords(w);
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<{ id: string; name: string }>();
  const tokens = useQuery({ queryKey: key, queryFn: async () => (await must(api.GET("/tokens"))).items ?? [] });
  return (
    <Section
      title={t("tokens.title")}
      note={t("tokens.note")}
      flush
      aside={
        <Button size="small" icon={<Glyph name="plus" size={14} />} onClick={() => setMaking(true)}>
          {t("tokens.new")}
        </Button>
      }
    >
      {tokens.isPending ? <Loading rows={2} /> : null}
      {tokens.error ? <Failure problem={tokens.error} /> : null}
      {tokens.data?.length === 0 ? <Empty what={t("tokens.none")} /> : null}
      {tokens.data?.map((x) => (
        <div key={x.id} className={css.line} data-cols="token">
          <strong>{x.name || t("tokens.unnamed")}</strong>
          <span className={css.cut}>{scopes.filter((s) => x.scopes?.includes(s)).map((s) => t(`scope.${s}`)).join(", ")}</span>
          <span className={Date.parse(x.expires_at) < Date.now() ? css.quiet : undefined}>
            {t(Date.parse(x.expires_at) < Date.now() ? "tokens.ended" : "tokens.ends")} <Time at={x.expires_at} />
          </span>
          <span>{x.used_at ? <Age at={x.used_at} phrase /> : <span className={css.quiet}>{t("tokens.unused")}</span>}</span>
          <IconButton small danger glyph="trash" label={t("tokens.revokeOf", { name: x.name || t("tokens.unnamed") })} onClick={() => setRevoking({ id: x.id, name: x.name || t("tokens.unnamed") })} />
        </div>
      ))}
      {making ? <NewToken onClose={() => setMaking(false)} /> : null}
      <Confirm
        open={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={t("tokens.revokeTitle", { name: revoking?.name ?? "" })}
        action={t("tokens.revoke")}
        onConfirm={async () => {
          if (!revoking) return;
          await api.DELETE("/tokens/{token}", { params: { path: { token: revoking.id } } });
          await client.invalidateQueries({ queryKey: key });
        }}
      >
        <p>{t("tokens.revokeText")}</p>
      </Confirm>
    </Section>
  );
}

function NewToken({ onClose }: { onClose: () => void }) {
  const t = useWords(w);
  const id = useId();
  const can = useCan();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Scope[]>(["view"]);
  const [days, setDays] = useState(90);
  const make = useMutation({
    mutationFn: () => must(api.POST("/tokens", { params: { header: once() }, body: { name: name.trim(), scopes: [...chosen], days } })),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
  if (make.data) {
    return (
      <Drawer
        open
        onClose={onClose}
        title={t("tokens.made")}
        footer={
          <DrawerFoot>
            <Button type="primary" onClick={onClose}>
              {t("tokens.kept")}
            </Button>
          </DrawerFoot>
        }
      >
        <DrawerBody>
          <p className={css.note}>{t("tokens.once")}</p>
          <Secret text={make.data.secret} />
          <p className={css.quiet}>{t("tokens.use")}</p>
        </DrawerBody>
      </Drawer>
    );
  }
  return (
    <FormDrawer onClose={onClose} title={t("tokens.new")} action={t("tokens.make")} ready={name.trim() !== "" && chosen.length > 0} busy={make.isPending} onSubmit={() => make.mutate()}>
      <Field label={t("tokens.for")} htmlFor={`${id}n`} help={t("tokens.forHelp")}>
        <Input id={`${id}n`} autoFocus maxLength={255} value={name} onChange={(e) => setName(e.target.value)} />
      </Field>
      <Field label={t("tokens.may")} help={t("tokens.mayHelp")}>
        <div className={css.scopes} role="group" aria-label={t("tokens.may")}>
          {scopes.filter((s) => can(s)).map((s) => (
            <Checkbox key={s} checked={chosen.includes(s)} onChange={(e) => setChosen(scopes.filter((x) => (x === s ? e.target.checked : chosen.includes(x))))}>
              {t(`scope.${s}`)} <small>{t(`scopeMeans.${s}`)}</small>
            </Checkbox>
          ))}
        </div>
      </Field>
      <Field label={t("tokens.lasts")} htmlFor={`${id}d`}>
        <Select id={`${id}d`} value={days} options={[7, 30, 90, 180, 366].map((n) => ({ value: n, label: t("tokens.days", { n }) }))} onChange={setDays} />
      </Field>
      {make.error ? <Failure problem={make.error} /> : null}
    </FormDrawer>
  );
}
