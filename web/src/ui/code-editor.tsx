import { type RefObject, useEffect, useId, useLayoutEffect, useRef } from "react";
import { nonce } from "@/infra/address";
import { useWords } from "@/infra/words";
import css from "./code.module.css";
import { type CodeDiagnostic, type Complete, type EditorLanguage, type Handle, mount } from "./codemirror";
import { w } from "./words";

export type { CodeDiagnostic, Complete, Completion } from "./codemirror";

export interface EditorProps {
  value: string;
  language: EditorLanguage;
  onChange?: (value: string) => void;
  /** onCursor tells where the cursor is, and from where to where a selection goes, as offsets. */
  onCursor?: (offset: number, from: number, to: number) => void;
  /** onEnter takes Enter (of "expr") or Ctrl Enter. */
  onEnter?: () => void;
  onBlur?: () => void;
  diagnostics?: readonly CodeDiagnostic[];
  completions?: Complete;
  readOnly?: boolean;
  /** height in px or CSS; without one the editor is as high as its text. */
  height?: number | string;
  label?: string;
  labelledBy?: string;
  describedBy?: string;
  placeholder?: string;
  invalid?: boolean;
  framed?: boolean;
  autoFocus?: boolean;
  /** handle lets its owner insert text and reveal a place. */
  handle?: RefObject<Handle | null>;
}

/** The editor itself; this file and codemirror.ts are one lazy chunk. */
export default function Editor(props: EditorProps) {
  const t = useWords(w);
  const id = useId();
  const holder = useRef<HTMLDivElement>(null);
  const editor = useRef<Handle>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const el = holder.current;
    if (!el) return;
    const p = latest.current;
    const h = mount(el, {
      value: p.value,
      language: p.language,
      nonce: nonce(),
      placeholder: p.placeholder,
      readOnly: p.readOnly ?? false,
      attributes: {
        ...(p.labelledBy ? { "aria-labelledby": p.labelledBy } : { "aria-label": p.label ?? t("editor") }),
        "aria-describedby": [p.describedBy, id].filter(Boolean).join(" "),
      },
      onChange: (v) => latest.current.onChange?.(v),
      onCursor: (...at) => latest.current.onCursor?.(...at),
      onEnter: () => {
        latest.current.onEnter?.();
        return latest.current.onEnter !== undefined;
      },
      onBlur: () => latest.current.onBlur?.(),
      complete: async (text, offset, explicit) => (await latest.current.completions?.(text, offset, explicit)) ?? null,
    });
    editor.current = h;
    if (p.handle) p.handle.current = h;
    h.setDiagnostics(p.diagnostics ?? []);
    if (p.autoFocus) h.focus();
    return () => {
      h.destroy();
      editor.current = null;
      if (p.handle) p.handle.current = null;
    };
  }, [props.language, props.readOnly, props.placeholder, id, t]);

  // At once: what is typed between drawing and a later effect would be taken back, and written again behind the cursor.
  useLayoutEffect(() => editor.current?.setValue(props.value), [props.value]);
  useEffect(() => editor.current?.setDiagnostics(props.diagnostics ?? []), [props.diagnostics, props.value]);

  return (
    <>
      <div ref={holder} className={css.editor} />
      <span id={id} className="visually-hidden">
        {t("editorKeys")}
      </span>
    </>
  );
}
