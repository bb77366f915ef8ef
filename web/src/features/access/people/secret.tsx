import { useWords } from "@/infra/words";
import { IconButton } from "@/ui/menu";
import { toast } from "@/ui/states";
import css from "../shared.module.css";
import { w } from "../words";

/** Secret is a text that the server tells once, to be copied. */
export function Secret({ text }: { text: string }) {
  const t = useWords(w);
  return (
    <div className={css.secret}>
      <code>{text}</code>
      <IconButton
        glyph="copy"
        label={t("copy")}
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => toast(t("copied")));
        }}
      />
    </div>
  );
}
