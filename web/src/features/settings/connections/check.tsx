import type { Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Age } from "@/ui/text";
import css from "../settings.module.css";
import { w } from "../words";

/** Check says what came of reaching a connection's system last, and how long ago that was. */
export function Check({ of: check, plain }: { of: Schemas["CatalogCheck"] | undefined; plain?: boolean }) {
  const t = useWords(w);
  const at = check?.at && !check.at.startsWith("0001") ? check.at : undefined;
  if (!check || !at) return <span className={css.quiet}>{t("check.never")}</span>;
  return (
    <span className={css.check} data-ok={check.ok} title={plain ? undefined : check.message}>
      <Glyph name={check.ok ? "check" : "error"} size={14} /> {t(check.ok ? "check.works" : "check.fails")}
      <span className={css.quiet}>
        <Age at={at} phrase />
      </span>
    </span>
  );
}
