import { useWords } from "@/infra/words";
import { IconButton } from "@/ui/menu";
import { Failure } from "@/ui/states";
import css from "./refusals.module.css";
import { useRefusals } from "./moves";
import { pipelineWords } from "./words";

/** most bounds how many refusals are told one by one: after a choice of hundreds they tend to have one reason. */
const most = 3;

/** Refusals tells at the top of a page what pipelines have refused to do, until somebody puts it away. */
export function Refusals({ id }: { id?: string }) {
  const t = useWords(pipelineWords);
  const { refusals, putAway } = useRefusals(id);
  if (refusals.length === 0) return null;
  return (
    <div className={css.refusals}>
      <div className={css.list}>
        {refusals.slice(0, most).map((r) => (
          <Failure key={r.id} what={r.name} problem={r.problem} />
        ))}
        {refusals.length > most ? <p className={css.more}>{t("refused.more", { count: refusals.length - most })}</p> : null}
      </div>
      <IconButton glyph="close" label={t("refused.putAway")} onClick={putAway} />
    </div>
  );
}
