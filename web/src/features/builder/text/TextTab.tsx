import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { Finding } from "@/core/model/analysis";
import type { Format } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { type CodeDiagnostic, CodeEditor, type EditorProps } from "@/ui/code";
import { Glyph } from "@/ui/glyph";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { useBuilder, useBuilderStore } from "../state";
import { convert, textOf } from "./convert";
import { Lines, marks } from "./places";
import { useReveal, useWish } from "./reveal";
import css from "./text.module.css";
import { w } from "./words";

const none: readonly Finding[] = [];

/** TextTab is the document in one of its two forms: the editor where the document has it, else what the server writes of it. */
export function TextTab({ form }: { form: Format }) {
  const format = useBuilder((s) => s.format);
  return form === format ? <Editor form={form} /> : <Converted form={form} from={format} />;
}

/** Editor edits the document's text. Undo and redo are those of the whole page: canvas and text have one history. */
function Editor({ form }: { form: Format }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const text = useBuilder((s) => s.text);
  const parsed = useBuilder((s) => s.parsed);
  const mayEdit = useBuilder((s) => s.mayEdit);
  const unread = useBuilder((s) => s.modelStale);
  // Places of an older text would mark the wrong words; what cannot be read is known at once.
  const findings = useBuilder((s) => (s.analysisStale ? none : (s.analysis?.diagnostics ?? none)));
  const handle: NonNullable<EditorProps["handle"]> = useRef(null);
  const wish = useWish();
  const [seen, setSeen] = useState(0);

  const diagnostics = useMemo<CodeDiagnostic[]>(() => {
    const own = parsed.problems.map((p) => ({ from: p.from, to: Math.max(p.to, p.from + 1), severity: "error" as const, message: p.message }));
    return own.length > 0 ? own : marks(text, findings);
  }, [parsed, text, findings]);

  useEffect(() => {
    if (wish.number === seen || !wish.span) return;
    const { from, to } = new Lines(store.getState().text).range(wish.span);
    // The editor comes a moment after its tab.
    const timer = setInterval(() => {
      if (!handle.current) return;
      clearInterval(timer);
      handle.current.reveal(from, to);
      handle.current.focus();
      setSeen(wish.number);
    }, 30);
    return () => clearInterval(timer);
  }, [wish, seen, store]);

  const onKeys = (e: KeyboardEvent) => {
    const key = e.key.toLowerCase();
    if (!(e.ctrlKey || e.metaKey) || e.altKey || (key !== "z" && key !== "y")) return;
    e.preventDefault();
    e.stopPropagation();
    if (key === "y" || e.shiftKey) store.getState().redo();
    else store.getState().undo();
  };

  return (
    <div className={css.tab} onKeyDownCapture={onKeys}>
      {unread ? (
        <p className={css.note} role="status" data-severity="error">
          <Glyph name="error" />
          {t("unread.text")}
        </p>
      ) : null}
      <div className={css.editor}>
        <CodeEditor
          language={form}
          value={text}
          readOnly={!mayEdit}
          height="100%"
          label={t("label")}
          diagnostics={diagnostics}
          handle={handle}
          onChange={(next) => store.getState().edit(t("typing"), () => next, { gesture: "typing" })}
          onBlur={() => store.getState().endGesture()}
        />
      </div>
    </div>
  );
}

/** Converted is the document as the server writes it in its other form, to read and to copy. */
function Converted({ form, from }: { form: Format; from: Format }) {
  const t = useWords(w);
  const text = useDeferredValue(useBuilder((s) => s.text));
  const answer = useQuery({
    queryKey: ["convert", from, form, text],
    queryFn: ({ signal }) => convert(text, from, form, signal),
    placeholderData: (before) => before,
    retry: false,
    staleTime: Infinity,
  });
  const shown = answer.data ? textOf(answer.data) : undefined;
  if (answer.error && shown === undefined) return <Failure problem={answer.error} what={t(`failed.${form}`)} retry={() => void answer.refetch()} />;
  if (answer.isPending) return <Loading rows={6} height={24} />;
  if (shown === undefined) return <Unwritten form={form} findings={answer.data?.diagnostics ?? none} />;
  return (
    <div className={css.tab}>
      <p className={css.note}>
        <span>{t(`converted.${form}`)}</span>
        {answer.error ? <span className={css.older}>{t("older")}</span> : null}
        <Button
          size="small"
          type="text"
          className={css.act}
          icon={<Glyph name="copy" size={14} />}
          onClick={() => void navigator.clipboard.writeText(shown).then(() => toast(t("copied")))}
        >
          {t("copy")}
        </Button>
      </p>
      <div className={css.editor} data-stale={answer.isPlaceholderData || answer.error ? true : undefined}>
        <CodeEditor language={form} value={shown} readOnly height="100%" label={t("label")} />
      </div>
    </div>
  );
}

/** Unwritten says why a model has no other form: it has errors, or something in it that the form has no words for. */
export function Unwritten({ form, findings }: { form: Format; findings: readonly Finding[] }) {
  const t = useWords(w);
  const reveal = useReveal();
  return (
    <div className={css.unwritten}>
      <Empty what={t(`failed.${form}`)} />
      <ul>
        {findings
          .filter((f) => f.severity === "error")
          .map((f, i) => (
            <li key={i}>
              {f.node ? <code>{f.node}</code> : null} {f.message}
              {f.span ? (
                <Button type="link" size="small" onClick={() => reveal(f.span)}>
                  {t("unread.show")}
                </Button>
              ) : null}
            </li>
          ))}
      </ul>
    </div>
  );
}

/** UnreadNote says over the canvas why it shows an older model, and leads to the place. It is nothing while the text can be read. */
export function UnreadNote() {
  const t = useWords(w);
  const store = useBuilderStore();
  const unread = useBuilder((s) => s.modelStale);
  const message = useBuilder((s) => s.parsed.problems[0]?.message ?? "");
  if (!unread) return null;
  return (
    <p className={css.over} role="status">
      <Glyph name="error" />
      <span>{t("unread.canvas", { message })}</span>
      <Button size="small" onClick={() => store.getState().setTab(store.getState().format)}>
        {t("unread.show")}
      </Button>
    </p>
  );
}
