import { Button } from "antd";
import { useNavigate, useRouteError } from "react-router";
import { Problem } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Page, TopBar } from "@/ui/page";
import { Empty, Failure } from "@/ui/states";
import { w } from "./words";

/** Crash stands where a page has thrown. A problem of the server is told as such; anything else is a fault of the page. */
export function Crash() {
  const error = useRouteError();
  const t = useWords(w);
  if (error instanceof Problem) return <Failure problem={error} retry={() => location.reload()} />;
  return (
    <Failure
      problem={new Problem({ status: 0, code: "web.crash", title: t("crash.what"), detail: t("crash.what"), fix: `${t("crash.fix")} (${String(error)})` })}
      retry={() => location.reload()}
    />
  );
}

/** Missing stands where the address means nothing. */
export function Missing() {
  const t = useWords(w);
  const navigate = useNavigate();
  return (
    <Page>
      <TopBar name={t("missing.what")} />
      <Empty what={t("missing.fix")} action={<Button onClick={() => void navigate("/")}>{t("missing.home")}</Button>} />
    </Page>
  );
}
