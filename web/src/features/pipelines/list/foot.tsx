import { number } from "@/core/format";
import { useLink } from "@/infra/live";
import { useWords } from "@/infra/words";
import { zone } from "@/infra/zone";
import { StatusGlyph } from "@/ui/status";
import { Age, Around, Time } from "@/ui/text";
import { useHeardAt } from "../data";
import { pipelineWords } from "../words";
import css from "./list.module.css";

/** Foot says how fresh the list is, in which zone its times are, and how much of it is shown. */
export function Foot({ shown, all }: { shown: number; all: number }) {
  const t = useWords(pipelineWords);
  const link = useLink();
  return (
    <footer className={css.foot}>
      <span className={css.fresh}>
        <StatusGlyph health={link === "open" ? "running" : "unconfirmed"} />
        {link === "open" ? t("list.live") : t("list.reconnecting")}
        <Heard exact={link !== "open"} />
      </span>
      <span>{t("list.zone", { zone })}</span>
      <span className={css.grow}>{t("list.hidden", { count: shown, n: number(shown), all: number(all) })}</span>
    </footer>
  );
}

function Heard({ exact }: { exact: boolean }) {
  const t = useWords(pipelineWords);
  const at = useHeardAt();
  if (at === 0) return null;
  if (exact) return <Time at={at} />;
  return (
    <span>
      <Around text={t("list.updated", { age: "\u0000" })}>
        <Age at={at} phrase />
      </Around>
    </span>
  );
}
