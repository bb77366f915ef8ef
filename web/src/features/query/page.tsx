import { useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { ago, duration, number } from "@/core/format";
import { askedAt } from "@/core/statements";
import { Problem } from "@/infra/api";
import { useLanguage, useWords } from "@/infra/words";
import { type CodeDiagnostic, CodeEditor } from "@/ui/code";
import type { Handle } from "@/ui/codemirror";
import { Glyph } from "@/ui/glyph";
import { IconButton, Menu } from "@/ui/menu";
import { Page, Split, TopBar } from "@/ui/page";
import { completer } from "./complete";
import css from "./page.module.css";
import { type Asked, useHistory, useQuestions } from "./questions";
import { Results } from "./results";
import { type Answer, useRuns } from "./run";
import { Tree } from "./tree";
import { w } from "./words";

const limits = [100, 1000, 10_000, 100_000];

/** QueryPage asks tables in SQL: questions in tabs, an answer under each. */
export function QueryPage() {
  const t = useWords(w);
  const queries = useQueryClient();
  const [search, setSearch] = useSearchParams();
  const tabs = useQuestions(search.get("sql"));
  const [history, remember] = useHistory();
  const [limit, setLimit] = useState(1000);
  const editor = useRef<Handle>(null);
  const cursor = useRef({ at: 0, from: 0, to: 0 });
  const [selecting, setSelecting] = useState(false);
  const done = useCallback((a: Answer) => a.summary && remember({ text: a.text, at: a.begun, rows: a.summary.rows, ms: Math.round(a.summary.elapsed_ns / 1e6) }), [remember]);
  const { answers, run, cancel } = useRuns(done);
  const completions = useMemo(() => completer(queries), [queries]);

  // The address opened a question; left there, each reload would look for it anew.
  useEffect(() => {
    if (search.has("sql")) setSearch({}, { replace: true });
  }, [search, setSearch]);

  const { active } = tabs;
  const answer = active ? answers[active.id] : undefined;
  const running = answer?.state === "running";
  const diagnostics = useMemo(() => (answer && active ? placed(answer, active.text) : []), [answer, active]);
  const ask = () => {
    const { at, from, to } = cursor.current;
    const s = active && askedAt(active.text, at, from, to);
    if (active && s) void run(active.id, s.text, s.from, limit);
  };
  return (
    <Page>
      <TopBar
        crumbs={[{ label: t("page.title") }]}
        glyph="query"
        actions={
          <>
            <History history={history} onOpen={tabs.open} />
            <Select size="small" aria-label={t("page.limit")} className={css.limit} value={limit} options={limits.map((n) => ({ value: n, label: t("page.rows", { n: number(n) }) }))} onChange={setLimit} />
            {running && active ? (
              <Button onClick={() => cancel(active.id)}>{t("page.cancel")}</Button>
            ) : (
              <Button type="primary" title={t("page.runNote")} disabled={(active?.text.trim() ?? "") === ""} onClick={ask}>
                {t(selecting ? "page.runSelection" : "page.run")} <kbd className={css.key}>Ctrl ↵</kbd>
              </Button>
            )}
          </>
        }
      />
      <Split name="query.tree" side="left" size={248} min={180} max={420} panel={<Tree onInsert={(name) => editor.current?.insert(name)} onAsk={tabs.open} />}>
        <Split name="query.editor" side="top" size={240} min={96} max={560} panel={
          <div className={css.editor}>
            <div className={css.tabs}>
              <ul aria-label={t("page.questions")} className={css.list}>
                {tabs.questions.map((q) => (
                  <li key={q.id} className={css.tab} data-active={q.id === active?.id || undefined}>
                    <button type="button" className={css.name} aria-current={q.id === active?.id || undefined} onClick={() => tabs.show(q.id)}>
                      {titleOf(q.text) ?? t("page.untitled")}
                    </button>
                    <IconButton
                      small
                      glyph="close"
                      label={t("page.close")}
                      onClick={() => {
                        cancel(q.id);
                        tabs.close(q.id);
                      }}
                    />
                  </li>
                ))}
              </ul>
              <IconButton small glyph="plus" label={t("page.new")} onClick={() => tabs.open()} />
            </div>
            {active ? (
              <CodeEditor
                key={active.id}
                language="sql"
                label={t("page.title")}
                placeholder={t("page.placeholder")}
                height="100%"
                autoFocus
                handle={editor}
                value={active.text}
                diagnostics={diagnostics}
                completions={completions}
                onCursor={(at, from, to) => {
                  cursor.current = { at, from, to };
                  setSelecting(from < to);
                }}
                onEnter={ask}
                onChange={(text) => tabs.write(active.id, text)}
              />
            ) : null}
          </div>
        }>
          <Results key={active?.id} answer={answer} />
        </Split>
      </Split>
    </Page>
  );
}

function History({ history, onOpen }: { history: readonly Asked[]; onOpen: (sql: string) => void }) {
  const t = useWords(w);
  const l = useLanguage();
  if (history.length === 0) return null;
  return (
    <Menu
      label={t("page.history")}
      anchor={
        <Button>
          <Glyph name="history" size={14} /> {t("page.history")}
        </Button>
      }
      items={history.slice(0, 12).map((h) => ({
        key: String(h.at),
        label: <code className={css.asked}>{h.text.replace(/\s+/g, " ").slice(0, 80)}</code>,
        why: t("page.asked", { age: ago(h.at, Date.now(), l), rows: number(h.rows), time: duration(h.ms, l) }),
        onClick: () => onOpen(h.text),
      }))}
    />
  );
}

/** titleOf names a question by the table that it asks. */
function titleOf(text: string): string | undefined {
  const table = /\bfrom\s+([\w.`]+)/i.exec(text)?.[1]?.replaceAll("`", "");
  return table?.split(".").at(-1) ?? (text.trim().split(/\s+/).slice(0, 3).join(" ").slice(0, 24) || undefined);
}

/** placed puts what is wrong with an answered text at its place in the question, as long as that text still stands there. */
function placed(answer: Answer, text: string): CodeDiagnostic[] {
  if (!(answer.problem instanceof Problem) || !text.startsWith(answer.text, answer.from)) return [];
  return (answer.problem.body.diagnostics ?? []).flatMap((d): CodeDiagnostic[] => {
    if (!d.span) return [];
    const from = offsetOf(answer.text, d.span.start);
    const to = Math.max(from + 1, offsetOf(answer.text, d.span.end));
    return [{ from: answer.from + from, to: Math.min(answer.from + to, text.length), severity: d.severity === "warning" ? "warning" : "error", message: d.fix ? `${d.message} ${d.fix}` : d.message }];
  });
}

/** offsetOf turns a line and a column, both from 1 and the column in code points, into an offset. */
function offsetOf(text: string, at: { line?: number; column?: number } | undefined): number {
  const { line = 1, column = 1 } = at ?? {};
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
  return before + [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
}
