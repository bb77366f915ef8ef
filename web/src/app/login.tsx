import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type FormEvent, useState } from "react";
import { url } from "@/infra/address";
import { api, must, Problem } from "@/infra/api";
import { useSession } from "@/infra/session";
import { setLanguage, useLanguage, useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import styles from "./login.module.css";
import { w } from "./words";

/** Login stands in place of every page while nobody is signed in; the address stays, so that one arrives where one wanted to go. */
export function Login() {
  const t = useWords(w);
  const language = useLanguage();
  const { signIn } = useSession();
  const ways = useQuery({ queryKey: ["ways"], queryFn: () => must(api.GET("/auth/ways")), staleTime: Infinity }).data;
  const [problem, setProblem] = useState<Problem>();
  const [working, setWorking] = useState(false);

  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const data = new FormData(e.currentTarget);
    setWorking(true);
    setProblem(undefined);
    try {
      await signIn(String(data.get("name")), String(data.get("password")));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
      setWorking(false);
    }
  };

  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={(e) => void submit(e)}>
        <h1 className={styles.title}>{t("login.title")}</h1>
        <label className={styles.field}>
          <span>{t("login.name")}</span>
          <Input name="name" autoComplete="username" autoFocus required maxLength={64} />
        </label>
        <label className={styles.field}>
          <span>{t("login.password")}</span>
          <Input.Password name="password" autoComplete="current-password" required maxLength={1024} />
        </label>
        {problem && (
          <p className={styles.problem} role="alert">
            <Glyph name="error" />
            <span>
              {problem.message} {problem.body.fix}
            </span>
          </p>
        )}
        <Button type="primary" htmlType="submit" disabled={working} block>
          {working ? t("login.working") : t("login.submit")}
        </Button>
        {ways?.oidc && (
          <Button block href={url("api/v1/auth/oidc/start") + "?to=" + encodeURIComponent(location.pathname + location.search)}>
            {t("login.sso")}
          </Button>
        )}
        <p className={styles.hint}>{t("login.first")}</p>
        <button type="button" className={styles.language} onClick={() => void setLanguage(language === "zh" ? "en" : "zh")}>
          {t("account.language")}
        </button>
      </form>
    </main>
  );
}
