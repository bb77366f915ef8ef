import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useState } from "react";
import { api, must } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { Section } from "@/ui/page";
import { Failure, toast } from "@/ui/states";
import css from "../settings.module.css";
import { w } from "../words";

/** least is the length that the server asks of a password. */
const least = 12;

/** Password changes one's own password; where the server takes none, there is none to change. */
export function Password() {
  const t = useWords(w);
  const id = useId();
  const client = useQueryClient();
  const ways = useQuery({ queryKey: ["auth", "ways"], staleTime: Infinity, queryFn: () => must(api.GET("/auth/ways")) }).data;
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const change = useMutation({
    mutationFn: () => api.PUT("/auth/me/password", { body: { old, new: next } }),
    onSuccess: async () => {
      setOld("");
      setNext("");
      setAgain("");
      toast(t("password.done"));
      await client.invalidateQueries({ queryKey: ["auth", "sessions"] });
    },
  });
  if (ways && !ways.passwords) return null;
  const short = next !== "" && [...next].length < least;
  const differs = again !== "" && again !== next;
  return (
    <Section title={t("password.title")}>
      <form
        className={css.form}
        onSubmit={(e) => {
          e.preventDefault();
          change.mutate();
        }}
      >
        <Field label={t("password.old")} htmlFor={`${id}o`}>
          <Input.Password id={`${id}o`} autoComplete="current-password" value={old} onChange={(e) => setOld(e.target.value)} />
        </Field>
        <Field label={t("password.new")} htmlFor={`${id}n`} help={t("password.least", { n: least })} bad={short}>
          <Input.Password id={`${id}n`} autoComplete="new-password" status={short ? "error" : undefined} value={next} onChange={(e) => setNext(e.target.value)} />
        </Field>
        <Field label={t("password.again")} htmlFor={`${id}a`} help={differs ? t("password.differs") : undefined} bad={differs}>
          <Input.Password id={`${id}a`} autoComplete="new-password" status={differs ? "error" : undefined} value={again} onChange={(e) => setAgain(e.target.value)} />
        </Field>
        {change.error ? <Failure problem={change.error} /> : null}
        <div>
          <Button htmlType="submit" disabled={old === "" || next === "" || short || again !== next} loading={change.isPending}>
            {t("password.change")}
          </Button>
        </div>
        <p className={css.quiet}>{t("password.ends")}</p>
      </form>
    </Section>
  );
}
