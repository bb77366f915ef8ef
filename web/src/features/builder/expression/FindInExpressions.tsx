import { useDeferredValue, useMemo, useState } from "react";
import { expressionsOf, find } from "@/core/model/expressions";
import { useWords } from "@/infra/words";
import { IconButton, Search } from "@/ui/menu";
import { useBuilder } from "../state";
import css from "./expression.module.css";
import { w } from "./words";

/** FindInExpressions looks for a text in all expressions of the model. Choosing one selects its node and opens its field. */
export function FindInExpressions({ open, onClose }: { open: boolean; onClose: () => void }) {
  return open ? <Finder onClose={onClose} /> : null;
}

function Finder({ onClose }: { onClose: () => void }) {
  const t = useWords(w);
  const model = useBuilder((s) => s.model);
  const specs = useBuilder((s) => s.specs);
  const goTo = useBuilder((s) => s.goTo);
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query);
  const all = useMemo(() => expressionsOf(model, specs), [model, specs]);
  const hits = useMemo(() => find(all, wanted), [all, wanted]);
  const [first] = hits;
  return (
    <div
      className={css.finder}
      role="dialog"
      aria-label={t("find.title")}
      onKeyDown={(e) => {
        if (e.key !== "Escape") return;
        e.stopPropagation();
        onClose();
      }}
    >
      <div className={css.finderHead}>
        <Search value={query} onChange={setQuery} placeholder={t("find.placeholder")} hotkey={false} autoFocus onEnter={() => first && goTo(first.owner, first.path)} />
        <span className={css.quiet} role="status">
          {wanted.trim() === "" ? null : hits.length === 0 ? t("find.none") : t("find.hits", { count: hits.length })}
        </span>
        <IconButton small glyph="close" label={t("find.close")} onClick={onClose} />
      </div>
      {hits.length > 0 ? (
        <ul className={css.hits}>
          {hits.map((h) => (
            <li key={`${h.owner} ${h.path}`}>
              <button type="button" className={css.hit} onClick={() => goTo(h.owner, h.path)}>
                <strong>{h.owner}</strong>
                <span className={css.quiet}>{h.path}</span>
                <code>
                  {h.text.slice(Math.max(0, h.from - 40), h.from)}
                  <mark>{h.text.slice(h.from, h.to)}</mark>
                  {h.text.slice(h.to, h.to + 60)}
                </code>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
