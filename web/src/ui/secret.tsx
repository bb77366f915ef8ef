import { useWords } from "@/infra/words";
import { IconButton } from "./menu";
import css from "./secret.module.css";
import { toast } from "./states";
import { w } from "./words";

/** Secret is a text that the server tells once, to be copied. */
export function Secret({ text }: { text: string }) {
  const t = useWords(w);
  return (
    <div className={css.secret}>
      <code>{text}</code>
      <IconButton glyph="copy" label={t("copy")} onClick={() => void navigator.clipboard.writeText(text).then(() => toast(t("copied")))} />
    </div>
  );
}
