import { Button } from "antd";
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from "react";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import styles from "./tour.module.css";
import { w } from "./words";

/** Steps name the entries of the navigation that the tour points at, which carry data-tour. */
const steps = ["catalog", "models", "pipelines", "query", "palette"] as const;

const remembered = "millrace.tour";
const listeners = new Set<() => void>();

function set(done: boolean): void {
  if (done) localStorage.setItem(remembered, "done");
  else localStorage.removeItem(remembered);
  for (const callback of listeners) callback();
}

/** restartTour shows the tour again. */
export function restartTour(): void {
  set(false);
}

/** Tour leads through the product the first time somebody is here. It covers nothing and can be left at any step. */
export function Tour() {
  const t = useWords(w);
  const done = useSyncExternalStore(
    (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    () => localStorage.getItem(remembered) === "done",
  );
  const [n, setN] = useState(0);
  const [at, setAt] = useState<{ left: number; top: number }>();
  const step = steps[n] ?? "catalog";

  useLayoutEffect(() => {
    if (done) return;
    const place = () => {
      const target = document.querySelector(`[data-tour="${step}"]`)?.getBoundingClientRect();
      setAt(target && target.width > 0 ? { left: target.right + 12, top: Math.max(8, target.top - 8) } : undefined);
    };
    place();
    window.addEventListener("resize", place);
    return () => window.removeEventListener("resize", place);
  }, [done, step]);
  useEffect(() => {
    if (done) setN(0);
  }, [done]);

  if (done || !at) return null;
  const last = n === steps.length - 1;
  return (
    <aside className={styles.tour} style={at} aria-label={t("tour.label")} onKeyDown={(e) => e.key === "Escape" && set(true)}>
      <button type="button" className={styles.close} aria-label={t("tour.close")} onClick={() => set(true)}>
        <Glyph name="close" />
      </button>
      <h2>{t(`tour.${step}.title`)}</h2>
      <p>{t(`tour.${step}.text`)}</p>
      <footer>
        <span>{t("tour.step", { step: n + 1, steps: steps.length })}</span>
        {n > 0 && (
          <Button size="small" type="text" onClick={() => setN(n - 1)}>
            {t("tour.back")}
          </Button>
        )}
        <Button size="small" type="primary" onClick={() => (last ? set(true) : setN(n + 1))}>
          {last ? t("tour.done") : t("tour.next")}
        </Button>
      </footer>
    </aside>
  );
}
