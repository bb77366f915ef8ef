import { stringify } from "yaml";
import { compareWords } from "@/core/sequence";
import { useWords } from "@/infra/words";
import css from "./diff.module.css";
import { w } from "./words";

/** shown writes a value as a model has it: texts as they are, the rest as YAML. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return stringify(value, { lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

/** ValueDiff shows a value of before and after, word by word. */
export function ValueDiff({ old, now }: { old: unknown; now: unknown }) {
  const t = useWords(w);
  const was = shown(old);
  const is = shown(now);
  if (old === null || old === undefined) {
    return (
      <span className={css.values}>
        <ins className={css.added}>{is}</ins>
      </span>
    );
  }
  if (now === null || now === undefined) {
    return (
      <span className={css.values}>
        <del className={css.removed}>{was || t("diff.none")}</del>
      </span>
    );
  }
  const pieces = compareWords(was, is);
  const kept = pieces.filter((p) => p.op === "same").reduce((n, p) => n + p.text.trim().length, 0);
  // Where hardly a word stays, the two values beside each other read better than a mix of them.
  if (kept * 3 < Math.min(was.length, is.length)) {
    return (
      <span className={css.values}>
        <del className={css.removed}>{was}</del> <ins className={css.added}>{is}</ins>
      </span>
    );
  }
  return (
    <span className={css.values}>
      {pieces.map((p, i) => {
        if (p.op === "same") return <span key={i}>{p.text}</span>;
        if (p.op === "added")
          return (
            <ins key={i} className={css.added}>
              {p.text}
            </ins>
          );
        return (
          <del key={i} className={css.removed}>
            {p.text}
          </del>
        );
      })}
    </span>
  );
}
