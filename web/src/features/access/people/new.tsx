import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, Input, Select } from "antd";
import { useId, useState } from "react";
import { useNavigate } from "react-router";
import { api, must, once } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { Drawer, DrawerBody, DrawerFoot, FormDrawer } from "@/ui/page";
import { Secret } from "@/ui/secret";
import { Failure } from "@/ui/states";
import { useChanged } from "../data";
import { type Role, roles } from "../rules";
import css from "../shared.module.css";
import { w } from "../words";

/** NewPerson makes an account. Its first password is the server's, shown once. */
export function NewPerson({ onClose }: { onClose: () => void }) {
  const t = useWords(w);
  const id = useId();
  const navigate = useNavigate();
  const changed = useChanged();
  const [name, setName] = useState("");
  const [display, setDisplay] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("analyst");
  const [sso, setSSO] = useState(false);
  const make = useMutation({
    mutationFn: () => must(api.POST("/users", { params: { header: once() }, body: { name: name.trim(), display_name: display.trim(), email: email.trim(), role } })),
    onSuccess: async (made) => {
      await changed("users", "people", "audit");
      if (sso) void navigate(`/access/people/${made.id}`);
      else reset.mutate(made.id);
    },
  });
  const reset = useMutation({ mutationFn: (user: string) => must(api.POST("/users/{user}/reset_password", { params: { path: { user }, header: once() } })) });
  const made = make.data;
  if (made && !sso) {
    return (
      <Drawer
        open
        onClose={onClose}
        title={t("people.made", { name: made.display_name || made.name })}
        footer={
          <DrawerFoot>
            <Button onClick={onClose}>{t("people.list")}</Button>
            <Button type="primary" onClick={() => void navigate(`/access/people/${made.id}`)}>
              {t("people.open")}
            </Button>
          </DrawerFoot>
        }
      >
        <DrawerBody>
          {reset.data ? (
            <>
              <p className={css.note}>{t("people.once", { name: made.name })}</p>
              <Secret text={reset.data.password} />
            </>
          ) : null}
          {reset.error ? <Failure problem={reset.error} what={t("people.noReset")} retry={() => reset.mutate(made.id)} /> : null}
        </DrawerBody>
      </Drawer>
    );
  }
  return (
    <FormDrawer onClose={onClose} title={t("people.new")} action={t("people.make")} ready={name.trim() !== ""} busy={make.isPending} onSubmit={() => make.mutate()}>
      <Field label={t("people.login")} htmlFor={`${id}n`} help={t("people.loginHelp")}>
        <Input id={`${id}n`} autoFocus autoComplete="off" spellCheck={false} maxLength={400} value={name} onChange={(e) => setName(e.target.value)} />
      </Field>
      <Field label={t("people.display")} htmlFor={`${id}d`}>
        <Input id={`${id}d`} autoComplete="off" maxLength={255} value={display} onChange={(e) => setDisplay(e.target.value)} />
      </Field>
      <Field label={t("people.email")} htmlFor={`${id}e`}>
        <Input id={`${id}e`} type="email" autoComplete="off" maxLength={255} value={email} onChange={(e) => setEmail(e.target.value)} />
      </Field>
      <Field label={t("column.role")} htmlFor={`${id}r`} help={t(`roleMeans.${role}`)}>
        <Select id={`${id}r`} value={role} options={roles.map((r) => ({ value: r, label: t(`roleOne.${r}`) }))} onChange={setRole} />
      </Field>
      <Checkbox checked={sso} onChange={(e) => setSSO(e.target.checked)}>
        {t("people.onlySSO")}
      </Checkbox>
      {make.error ? <Failure problem={make.error} /> : null}
    </FormDrawer>
  );
}
