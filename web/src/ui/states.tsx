import { Button } from "antd";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { Problem } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Glyph } from "./glyph";
import { IconButton } from "./menu";
import css from "./states.module.css";
import { Age, Around, Code } from "./text";
import { dismiss, store } from "./toast";
import { w } from "./words";

export { toast } from "./toast";

/** Empty says in one line what goes here, and offers the one action that brings it. */
export function Empty({ what, action }: { what: ReactNode; action?: ReactNode }) {
  return (
    <div className={css.empty}>
      <span>{what}</span>
      {action}
    </div>
  );
}

/** Failure says at its place what failed, what to do about it, and the code for those who look it up. */
export function Failure({ problem, what, retry }: { problem: unknown; what?: ReactNode; retry?: () => void }) {
  const t = useWords(w);
  const body = problem instanceof Problem ? problem.body : undefined;
  return (
    <div className={css.failure} role="alert">
      <Glyph name="error" />
      <div className={css.told}>
        <p>
          <strong>{what ?? t("failed")}</strong> {body?.detail ?? (problem instanceof Error ? problem.message : String(problem))}
        </p>
        {body?.fix ? <p className={css.fix}>{body.fix}</p> : null}
        {body?.code ? (
          <p className={css.code}>
            <Code>{body.code}</Code> {body.request ? t("request", { id: body.request }) : null}
          </p>
        ) : null}
      </div>
      {retry ? (
        <Button size="small" onClick={retry}>
          {t("retry")}
        </Button>
      ) : null}
    </div>
  );
}

/** Loading holds the place of rows that come: nothing for 300 ms, then rows of their true height. */
export function Loading({ rows = 6, height = 36 }: { rows?: number; height?: number }) {
  const t = useWords(w);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className={css.row} style={{ height }}>
          {late ? <span className={css.bone} style={{ width: `${64 - ((i * 17) % 40)}%` }} /> : null}
        </div>
      ))}
    </div>
  );
}

/** Stale says that what is shown is not followed any more, and since when. */
export function Stale({ at }: { at: number | string | undefined }) {
  const t = useWords(w);
  return (
    <span className={css.stale} role="status">
      <Glyph name="history" size={14} />
      <span>
        <Around text={t("stale", { age: "\u0000" })}>
          <Age at={at} phrase />
        </Around>
      </span>
    </span>
  );
}

/** Toasts is where the page's confirmations appear; the shell has one. */
export function Toasts() {
  const t = useWords(w);
  const toasts = useSyncExternalStore(store.subscribe, store.get);
  return (
    <div className={css.toasts} role="status" aria-live="polite">
      {toasts.map((item) => (
        <div key={item.id} className={css.toast}>
          <Glyph name="check" />
          <span>{item.text}</span>
          {item.action ? (
            <Button
              size="small"
              type="link"
              onClick={() => {
                item.action?.run();
                dismiss(item.id);
              }}
            >
              {item.action.label}
            </Button>
          ) : null}
          <IconButton small glyph="close" label={t("close")} onClick={() => dismiss(item.id)} />
        </div>
      ))}
    </div>
  );
}
