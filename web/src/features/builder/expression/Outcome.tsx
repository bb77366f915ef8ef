import { isNumeric } from "@/ui/cell";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Code, Null, Num } from "@/ui/text";
import css from "./expression.module.css";
import type { Help } from "./complete";
import type { Probe, Result } from "./probe";
import { w } from "./words";

/** shownRows is how many values stand under a small editor. */
const shownRows = 3;

/** Outcome is the line under an editor: the type, and what comes of the first rows; or what is wrong. */
export function Outcome({ probe, current, quiet, rows, reading, onRead }: { probe: Probe; current: boolean; quiet: boolean; rows: number; reading: boolean; onRead?: () => void }) {
  const t = useWords(w);
  const error = probe.diagnostics.find((d) => d.severity === "error");
  if (error) {
    // The form says what the model's check has found; until that is there, this is the first to know.
    if (quiet) return null;
    return (
      <p className={css.error}>
        {error.message}
        {error.fix ? ` ${error.fix}` : null}
      </p>
    );
  }
  const results = probe.results ?? [];
  const failures = results.filter((r) => r.error);
  return (
    <div className={css.outcome} data-stale={!current || undefined} aria-live="off">
      <Glyph name="arrowRight" size={12} label={t("result")} />
      <Code>{probe.type}</Code>
      {probe.type === "boolean" && results.length > 0 ? (
        <span className={css.sample}>{t("passes", { count: results.filter((r) => r.value === true).length, n: results.length })}</span>
      ) : (
        results.slice(0, shownRows).map((r, i) => (
          <span key={i} className={css.sample}>
            <Value result={r} type={probe.type ?? ""} />
          </span>
        ))
      )}
      {failures.length > 0 ? (
        <span className={css.failures} title={failures[0]?.error?.message}>
          {t("failed", { count: failures.length, n: results.length })}
        </span>
      ) : null}
      {results.length === 0 && rows > 0 ? <span>{t("aggregate")}</span> : null}
      {rows === 0 && reading ? <span>{t("reading")}</span> : null}
      {rows === 0 && !reading && onRead ? (
        <button type="button" className={css.read} onClick={onRead}>
          {t("noRows")}
        </button>
      ) : null}
    </div>
  );
}

/** Value is what came of one row. */
export function Value({ result, type }: { result: Result; type: string }) {
  if (result.error) return <span className={css.rowError}>{result.error.message}</span>;
  const { value } = result;
  if (value === null || value === undefined) return <Null />;
  if (typeof value === "number" && isNumeric(type)) return <Num value={value} />;
  return <span className={css.text}>{typeof value === "string" ? value : JSON.stringify(value)}</span>;
}

/** SignatureHelp shows the call that is being written, with the argument that is meant. */
export function SignatureHelp({ help }: { help: Help }) {
  const t = useWords(w);
  const { signature: s } = help;
  return (
    <div className={css.help} role="note">
      <code>
        {s.head}(
        {s.arguments.map((a, i) => (
          <span key={i}>
            {i > 0 ? ", " : ""}
            {i === help.argument ? <b>{a}</b> : a}
          </span>
        ))}
        ){s.result ? ` → ${s.result}` : ""}
      </code>
      <p>{help.argument < 0 && s.arguments.length > 0 ? t("argument", { name: s.head }) : help.doc}</p>
    </div>
  );
}
