import { useMemo, useRef, useState } from "react";
import { type FunctionDoc, tokens, type Vocabulary, written } from "@/core/expression";
import { useWords } from "@/infra/words";
import { type CodeDiagnostic, CodeEditor, type Complete, type EditorProps } from "@/ui/code";
import type { ExprProps } from "@/ui/form";
import { Search } from "@/ui/menu";
import { Drawer } from "@/ui/page";
import { Empty } from "@/ui/states";
import { Code, Null } from "@/ui/text";
import { helpAt } from "./complete";
import css from "./expression.module.css";
import { Outcome, SignatureHelp, Value } from "./Outcome";
import type { Probe } from "./probe";
import type { Input } from "./use-input";
import { w } from "./words";

interface LargeProps {
  props: ExprProps;
  vocabulary: Vocabulary;
  complete: Complete;
  probe: Probe | undefined;
  current: boolean;
  marks: readonly CodeDiagnostic[];
  input: Input;
  onClose: () => void;
}

/** LargeEditor has room for what a field has not: every sample row with its result, and all functions to look up. */
export function LargeEditor({ props: p, vocabulary, complete, probe, current, marks, input, onClose }: LargeProps) {
  const t = useWords(w);
  const handle: NonNullable<EditorProps["handle"]> = useRef(null);
  const [cursor, setCursor] = useState(p.value.length);
  const help = helpAt(p.value, cursor, vocabulary);
  const insert = (text: string) => {
    handle.current?.insert(text);
    handle.current?.focus();
  };
  return (
    <Drawer open onClose={onClose} width={860} title={t("title", { name: p.label })}>
      <div className={css.large}>
        <div className={css.work}>
          <div className={css.big}>
            <CodeEditor
              language="expr"
              framed
              autoFocus
              value={p.value}
              onChange={p.onChange}
              onCursor={setCursor}
              label={p.label}
              readOnly={p.readOnly}
              invalid={marks.some((m) => m.severity === "error")}
              diagnostics={marks}
              completions={complete}
              handle={handle}
            />
          </div>
          <div className={css.under}>
            {help ? <SignatureHelp help={help} /> : null}
            {probe && p.value.trim() !== "" ? <Outcome probe={probe} current={current} quiet={false} rows={input.rows.length} reading={input.running} onRead={input.from === undefined ? undefined : input.read} /> : null}
          </div>
          <Results text={p.value} probe={probe} current={current} input={input} columns={p.columns} />
        </div>
        <Reference vocabulary={vocabulary} onInsert={p.readOnly ? undefined : insert} />
      </div>
    </Drawer>
  );
}

/** Results shows each sample row with what comes of it, beside the columns that the expression reads. */
function Results({ text, probe, current, input, columns }: { text: string; probe: Probe | undefined; current: boolean; input: Input; columns: ExprProps["columns"] }) {
  const t = useWords(w);
  const used = useMemo(() => {
    const names = new Set(tokens(text).map((x) => (x.kind === "quoted" ? x.text.slice(1, -1) : x.text)));
    return columns.map((c, i) => ({ ...c, i })).filter((c) => names.has(c.name));
  }, [text, columns]);
  const results = probe?.results ?? [];
  if (results.length === 0) return null;
  return (
    <div className={css.results} data-stale={!current || undefined}>
      <table aria-label={t("rows")}>
        <thead>
          <tr>
            <th>{t("row")}</th>
            <th className={css.made}>{t("value")}</th>
            {used.map((c) => (
              <th key={c.name}>{c.name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {results.map((r, i) => (
            <tr key={i} data-failed={r.error ? true : undefined}>
              <td>{i + 1}</td>
              <td>
                <Value result={r} type={probe?.type ?? ""} />
              </td>
              {used.map((c) => {
                const value = input.rows[i]?.[c.i];
                return <td key={c.name}>{value === null || value === undefined ? <Null /> : typeof value === "string" ? value : JSON.stringify(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const groups = ["conditional", "string", "math", "time", "json", "collection", "aggregate"] as const;
type Group = (typeof groups)[number] | "other";

function groupOf(f: FunctionDoc): Group {
  return groups.find((g) => g === f.group) ?? "other";
}

/** Reference lists the columns and functions; choosing one writes it at the cursor. */
function Reference({ vocabulary: v, onInsert }: { vocabulary: Vocabulary; onInsert?: (text: string) => void }) {
  const t = useWords(w);
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const has = (...texts: (string | undefined)[]) => wanted === "" || texts.some((x) => x?.toLowerCase().includes(wanted));
  const functions = v.functions.filter((f) => has(f.name, f.doc, ...(f.aliases ?? [])));
  const columns = v.columns.filter((c) => has(c.name));
  return (
    <aside className={css.reference} aria-label={t("functions")}>
      <div className={css.search}>
        <Search value={query} onChange={setQuery} placeholder={t("searchFunctions")} hotkey={false} />
      </div>
      <div className={css.entries}>
        {columns.length > 0 ? <h3>{t("columns")}</h3> : null}
        {columns.map((c) => (
          <button key={c.name} type="button" className={css.entry} disabled={!onInsert} aria-label={t("insert", { name: c.name })} onClick={() => onInsert?.(written(c.name, v.keywords))}>
            <strong>{c.name}</strong> <Code>{c.type}</Code>
          </button>
        ))}
        {[...groups, "other" as const].map((g) => {
          const list = functions.filter((f) => groupOf(f) === g);
          if (list.length === 0) return null;
          return (
            <section key={g}>
              <h3>{t(`group.${g}`)}</h3>
              {list.map((f) => (
                <button key={f.name} type="button" className={css.entry} disabled={!onInsert} aria-label={t("insert", { name: f.name })} onClick={() => onInsert?.(`${f.name}(`)}>
                  <code>{f.signatures[0]}</code>
                  <span>{f.doc}</span>
                  {f.example ? (
                    <span>
                      {t("example")}: <code>{f.example}</code>
                    </span>
                  ) : null}
                </button>
              ))}
            </section>
          );
        })}
        {functions.length + columns.length === 0 ? <Empty what={t("noFunctions")} /> : null}
      </div>
    </aside>
  );
}
