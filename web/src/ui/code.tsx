import { lazy, Suspense } from "react";
import css from "./code.module.css";
import type { EditorProps } from "./code-editor";

export type { CodeDiagnostic, Complete, Completion, EditorProps } from "./code-editor";

const Editor = lazy(() => import("./code-editor"));

/** CodeEditor edits a text; until the editor is there, the text itself is. "expr" is one line that grows. */
export function CodeEditor(props: EditorProps) {
  const oneLine = props.language === "expr";
  return (
    <div className={css.holder} data-line={oneLine || undefined} data-framed={props.framed ?? oneLine ? true : undefined} data-invalid={props.invalid || undefined} data-read={props.readOnly || undefined} style={{ height: props.height }}>
      <Suspense fallback={<pre className={css.before}>{props.value || " "}</pre>}>
        <Editor {...props} />
      </Suspense>
    </div>
  );
}
