import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useId, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, type Etagged, must, once, withETag } from "@/infra/api";
import { useMe } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Beside } from "@/ui/beside";
import { Field } from "@/ui/field";
import { IconButton, Menu, type MenuItem } from "@/ui/menu";
import { Confirm, Pairs, Section } from "@/ui/page";
import { Secret } from "@/ui/secret";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { Age, Time } from "@/ui/text";
import { type Account, useChanged } from "../data";
import { Inner } from "../frame";
import { isRole, roles } from "../rules";
import css from "../shared.module.css";
import { w } from "../words";
import own from "./people.module.css";

/** PersonPage is an account: what is said of it, its tokens, and what ends its access. */
export function PersonPage() {
  const { user: id = "" } = useParams();
  const account = useQuery({ queryKey: ["users", id], retry: false, queryFn: () => withETag(api.GET("/users/{user}", { params: { path: { user: id } } })) });
  if (!account.data) {
    return (
      <Inner part="people" glyph="person" name="">
        {account.error ? <Failure problem={account.error} /> : <Loading rows={6} />}
      </Inner>
    );
  }
  return <Person key={account.data.etag} at={account.data} />;
}

function Person({ at }: { at: Etagged<Account> }) {
  const t = useWords(w);
  const me = useMe();
  const navigate = useNavigate();
  const changed = useChanged();
  const a = at.value;
  const [asking, setAsking] = useState<"disable" | "reset" | "remove">();
  const [password, setPassword] = useState<string>();
  const self = me?.user === a.id;
  const again = () => changed("users", "people", "audit");
  const put = async (change: Partial<Account>) => {
    const { disabled, display_name, email, role } = { ...a, ...change };
    await must(api.PUT("/users/{user}", { params: { path: { user: a.id }, header: { "If-Match": at.etag } }, body: { disabled, display_name, email, role } }));
    await again();
  };
  const enable = useMutation({ mutationFn: () => put({ disabled: false }) });
  const items: (MenuItem | "-")[] = [
    { key: "reset", label: t("people.reset"), glyph: "key", disabled: a.issuer !== undefined && a.issuer !== "", why: a.issuer ? t("people.ssoWhy") : undefined, onClick: () => setAsking("reset") },
    a.disabled
      ? { key: "enable", label: t("people.enable"), glyph: "unlock", onClick: () => enable.mutate() }
      : { key: "disable", label: t("people.disable"), glyph: "lock", disabled: self, why: self ? t("people.selfWhy") : undefined, onClick: () => setAsking("disable") },
    "-",
    { key: "remove", label: t("people.remove"), glyph: "trash", danger: true, disabled: self, why: self ? t("people.selfWhy") : undefined, onClick: () => setAsking("remove") },
  ];
  const name = a.display_name || a.name;
  return (
    <Inner
      part="people"
      glyph="person"
      name={name}
      aside={a.disabled ? t("people.disabled") : isRole(a.role) ? t(`roleOne.${a.role}`) : a.role}
      actions={
        <>
          <Link to={`/access?subject=user:${a.id}`}>{t("people.grants")}</Link>
          <Link to={`/access/audit?subject=user:${a.id}`}>{t("people.trail")}</Link>
          <Menu label={t("people.more")} items={items} />
        </>
      }
    >
      <Beside
        aside={
          <>
            <Section title={t("people.facts")}>
              <Pairs
                items={[
                  { label: t("people.login"), value: a.name },
                  { label: t("people.signs"), value: a.issuer ? t("people.sso") : a.has_password ? t("people.password") : t("people.noPassword") },
                  { label: t("people.seen"), value: a.login_at ? <Age at={a.login_at} phrase /> : t("people.never") },
                  { label: t("column.made"), value: <Time at={a.made_at} /> },
                  { label: t("people.changed"), value: <Age at={a.changed_at} phrase /> },
                ]}
              />
            </Section>
          </>
        }
      >
        {enable.error ? <Failure problem={enable.error} /> : null}
        {password ? (
          <Section title={t("people.newPassword")}>
            <div className={own.once}>
              <p className={css.note}>{t("people.once", { name: a.name })}</p>
              <Secret text={password} />
            </div>
          </Section>
        ) : null}
        <Edit account={a} self={self} onSave={put} />
        <Tokens user={a.id} />
      </Beside>
      <Confirm open={asking === "disable"} onClose={() => setAsking(undefined)} title={t("people.disableTitle", { name })} action={t("people.disable")} onConfirm={() => put({ disabled: true })}>
        <p>{t("people.disableText")}</p>
      </Confirm>
      <Confirm
        open={asking === "reset"}
        danger={false}
        onClose={() => setAsking(undefined)}
        title={t("people.resetTitle", { name })}
        action={t("people.reset")}
        onConfirm={async () => setPassword((await must(api.POST("/users/{user}/reset_password", { params: { path: { user: a.id }, header: once() } }))).password)}
      >
        <p>{t("people.resetText")}</p>
      </Confirm>
      <Confirm
        open={asking === "remove"}
        onClose={() => setAsking(undefined)}
        title={t("people.removeTitle", { name })}
        action={t("people.remove")}
        type={a.name}
        onConfirm={async () => {
          await api.DELETE("/users/{user}", { params: { path: { user: a.id }, header: { "If-Match": at.etag } } });
          void navigate("/access/people");
          await again();
          toast(t("people.removed", { name }));
        }}
      >
        <p>{t("people.removeText")}</p>
      </Confirm>
    </Inner>
  );
}

function Edit({ account, self, onSave }: { account: Account; self: boolean; onSave: (change: Partial<Account>) => Promise<void> }) {
  const t = useWords(w);
  const id = useId();
  const [display_name, setDisplay] = useState(account.display_name);
  const [email, setEmail] = useState(account.email);
  const [role, setRole] = useState(account.role);
  const save = useMutation({ mutationFn: () => onSave({ display_name, email, role }), onSuccess: () => toast(t("saved")) });
  const same = display_name === account.display_name && email === account.email && role === account.role;
  return (
    <Section title={t("people.account")}>
      <div className={own.form}>
        <Field label={t("people.display")} htmlFor={`${id}d`}>
          <Input id={`${id}d`} maxLength={255} value={display_name} onChange={(e) => setDisplay(e.target.value)} />
        </Field>
        <Field label={t("people.email")} htmlFor={`${id}e`}>
          <Input id={`${id}e`} type="email" maxLength={255} value={email} onChange={(e) => setEmail(e.target.value)} />
        </Field>
        <Field label={t("column.role")} htmlFor={`${id}r`} help={role !== account.role ? t("people.roleEnds") : isRole(role) ? t(`roleMeans.${role}`) : undefined}>
          <Select id={`${id}r`} disabled={self} value={role} options={roles.map((r) => ({ value: r, label: t(`roleOne.${r}`) }))} onChange={(r: string) => setRole(r)} />
        </Field>
        {save.error ? <Failure problem={save.error} /> : null}
        <div>
          <Button type="primary" disabled={same} loading={save.isPending} onClick={() => save.mutate()}>
            {t("save")}
          </Button>
        </div>
      </div>
    </Section>
  );
}

function Tokens({ user }: { user: string }) {
  const t = useWords(w);
  const changed = useChanged();
  const tokens = useQuery({ queryKey: ["users", user, "tokens"], queryFn: async () => (await must(api.GET("/users/{user}/tokens", { params: { path: { user } } }))).items ?? [] });
  const revoke = useMutation({ mutationFn: (token: string) => api.DELETE("/users/{user}/tokens/{token}", { params: { path: { user, token } } }), onSuccess: () => changed("users", "audit") });
  return (
    <Section title={t("people.tokens")} note={t("people.tokensNote")} flush>
      {tokens.data?.length === 0 ? <Empty what={t("people.noTokens")} /> : null}
      {tokens.error ?? revoke.error ? <Failure problem={tokens.error ?? revoke.error} /> : null}
      {tokens.data?.map((x) => (
        <div key={x.id} className={own.token}>
          <strong>{x.name || t("people.unnamed")}</strong>
          <span>{(x.scopes ?? []).join(", ")}</span>
          <span>
            {t("people.ends")} <Time at={x.expires_at} />
          </span>
          <span>{x.used_at ? <Age at={x.used_at} phrase /> : t("people.unused")}</span>
          <IconButton small danger glyph="trash" label={t("people.revokeToken", { name: x.name || x.id.slice(0, 8) })} onClick={() => revoke.mutate(x.id)} />
        </div>
      ))}
    </Section>
  );
}
