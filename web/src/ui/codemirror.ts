import { autocompletion, closeBrackets, closeBracketsKeymap, type Completion as CmCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { SQLDialect, sql } from "@codemirror/lang-sql";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export type EditorLanguage = "yaml" | "sql" | "expr" | "json" | "text";

/** A problem in a text, by offsets. */
export interface CodeDiagnostic {
  from: number;
  to: number;
  severity: "error" | "warning" | "info";
  message: string;
}

/** What can be typed here. */
export interface Completion {
  label: string;
  /** kind gives it its mark: a column, a function, a keyword, a type, a table, a value. */
  kind?: "column" | "function" | "keyword" | "type" | "table" | "value";
  detail?: string;
  info?: string;
  /** insert is what is typed instead of the label. */
  insert?: string;
  /** rank puts it before others, from -99 to 99. */
  rank?: number;
}

/** Complete answers what can stand at an offset; from is where the word begins that it replaces. */
export type Complete = (text: string, offset: number, explicit: boolean) => Promise<{ from: number; options: readonly Completion[] } | null> | { from: number; options: readonly Completion[] } | null;

export interface Options {
  value: string;
  language: EditorLanguage;
  nonce?: string;
  placeholder?: string;
  readOnly: boolean;
  attributes: Record<string, string>;
  onChange: (value: string) => void;
  /** onCursor tells where the cursor is, and from where to where a selection goes. */
  onCursor: (offset: number, from: number, to: number) => void;
  onEnter: () => boolean;
  onBlur: () => void;
  complete: Complete;
}

/** What can be asked of a mounted editor. */
export interface Handle {
  setValue: (value: string) => void;
  setDiagnostics: (diagnostics: readonly CodeDiagnostic[]) => void;
  /** insert puts a text at the cursor. */
  insert: (text: string) => void;
  /** reveal selects a range and scrolls to it. */
  reveal: (from: number, to?: number) => void;
  focus: () => void;
  destroy: () => void;
}

// What the owner sets is not told back to it as a change.
const fromOwner = Annotation.define<boolean>();

// The language of expressions quotes text with ' and names with " and `, and has a few words of its own.
const dialect = SQLDialect.define({
  keywords:
    "add all alter and any as asc between by case cast create cross current day delay delete desc descriptor distinct drop else emit end escape except exists explain first following for from full group having hop hour if ilike in inner insert intersect interval into is join key last lateral left like limit materialized minute month natural not nulls of offset on or order outer over overwrite partition preceding primary qualify range replace right rlike row rows second select session set sink system_time table temporary then to try_cast tumble unbounded union unique unnest update using values view watermark when where window with year zone",
  types: "array bigint binary bool boolean bytes char date decimal double float float32 float64 int int16 int32 int64 int8 integer json map numeric real row smallint string struct text time timestamp timestamp_ltz tinyint uint16 uint32 uint64 uint8 varchar",
  builtin: "true false null",
  doubleQuotedStrings: false,
  identifierQuotes: '"`',
});

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--chart-3)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--chart-4)" },
  { tag: [tags.number, tags.bool, tags.null, tags.standard(tags.name)], color: "var(--warning)" },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--accent)" },
  { tag: tags.typeName, color: "var(--source-fg)" },
  { tag: tags.comment, color: "var(--text3)" },
  { tag: [tags.punctuation, tags.operator, tags.separator], color: "var(--text2)" },
  { tag: tags.invalid, color: "var(--error)" },
]);

// Colours are variables, so one theme serves both modes and changes with the page.
const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "transparent", height: "100%", fontSize: "12px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "20px", fontVariantLigatures: "none" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 10px 0 6px" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "1.5px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text3)", border: "0", borderRight: "1px solid var(--line)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 6px 0 10px", minWidth: "32px", fontSize: "11px" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 4px", color: "var(--text3)" },
  ".cm-gutter-lint": { width: "12px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 2px" },
  ".cm-lint-marker": { width: "8px", height: "8px", marginTop: "6px", content: "''", borderRadius: "2px" },
  ".cm-lint-marker-error": { backgroundColor: "var(--error)" },
  ".cm-lint-marker-warning": { backgroundColor: "var(--warning)", borderRadius: "50%" },
  ".cm-lint-marker-info": { backgroundColor: "var(--info)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--text) 4%, transparent)" },
  ".cm-activeLineGutter": { color: "var(--text)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--pressed)", outline: "1px solid var(--lineStrong)" },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--error)" },
  ".cm-selectionMatch": { backgroundColor: "var(--accentSoft)" },
  ".cm-searchMatch": { backgroundColor: "var(--busy-soft)" },
  ".cm-searchMatch-selected": { outline: "1px solid var(--busy-fg)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--pressed)", border: "0", color: "var(--text2)", padding: "0 6px" },
  ".cm-placeholder": { color: "var(--text3)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--error) 1px", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warning) 1px", textUnderlineOffset: "3px" },
  ".cm-lintRange-info": { backgroundImage: "none", textDecoration: "underline dotted var(--info) 1px", textUnderlineOffset: "3px" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", border: "0", borderRadius: "var(--radius-panel)", boxShadow: "var(--e2)", fontFamily: "var(--sans)", zIndex: "var(--z-popover)" },
  ".cm-diagnostic": { padding: "4px 10px", borderLeft: "0", font: "var(--font-small)", color: "var(--text)" },
  ".cm-diagnostic-error": { borderLeft: "2px solid var(--error)" },
  ".cm-diagnostic-warning": { borderLeft: "2px solid var(--warning)" },
  ".cm-tooltip-autocomplete.cm-tooltip > ul": { fontFamily: "var(--mono)", fontSize: "12px", maxHeight: "240px", padding: "4px" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "2px 8px !important", lineHeight: "22px !important", borderRadius: "var(--radius-sm)", display: "flex", gap: "8px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--selected) !important", color: "var(--text) !important" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600", color: "var(--accent)" },
  ".cm-completionDetail": { marginLeft: "auto", paddingLeft: "16px", color: "var(--text3)", fontStyle: "normal" },
  ".cm-tooltip.cm-completionInfo": { padding: "8px 10px", maxWidth: "320px", font: "var(--font-small)", whiteSpace: "pre-wrap" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--text)", borderColor: "var(--line)", font: "var(--font-small)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-textfield": { backgroundColor: "var(--surface)", border: "1px solid var(--lineControl)", borderRadius: "var(--radius-sm)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", border: "1px solid var(--lineStrong)", borderRadius: "var(--radius-sm)" },
});

const lineTheme = EditorView.theme({
  ".cm-content": { padding: "3px 0", minHeight: "26px" },
  ".cm-line": { padding: "0 8px" },
  ".cm-scroller": { maxHeight: "160px" },
});

const marks: Record<NonNullable<Completion["kind"]>, string> = { column: "property", function: "function", keyword: "keyword", type: "type", table: "class", value: "constant" };

function grammar(language: EditorLanguage): Extension {
  if (language === "yaml") return [yaml(), indentUnit.of("  ")];
  // JSON is YAML, and one grammar less to load.
  if (language === "json") return yaml();
  if (language === "text") return [];
  return sql({ dialect, upperCaseKeywords: false });
}

/** mount puts an editor into an element. */
export function mount(parent: HTMLElement, o: Options): Handle {
  const line = o.language === "expr";
  const extensions: Extension[] = [
    o.nonce ? EditorView.cspNonce.of(o.nonce) : [],
    // Of two themes the first one wins.
    line ? [lineTheme, theme, EditorView.lineWrapping] : [theme, lineNumbers(), foldGutter(), lintGutter(), highlightActiveLineGutter(), highlightActiveLine(), highlightSelectionMatches()],
    syntaxHighlighting(highlight),
    grammar(o.language),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    EditorState.readOnly.of(o.readOnly),
    EditorView.contentAttributes.of({ ...o.attributes, tabindex: "0", spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
    o.placeholder ? placeholder(o.placeholder) : [],
    autocompletion({
      icons: false,
      override: [
        async (context) => {
          const got = await o.complete(context.state.doc.toString(), context.pos, context.explicit);
          if (!got) return null;
          return {
            from: got.from,
            validFor: /^[\w$.]*$/,
            options: got.options.map((c): CmCompletion => ({ label: c.label, detail: c.detail, info: c.info, apply: c.insert, boost: c.rank, type: c.kind ? marks[c.kind] : undefined })),
          };
        },
      ],
    }),
    keymap.of([
      { key: "Mod-Enter", run: o.onEnter },
      ...(line ? [{ key: "Enter", run: o.onEnter }] : []),
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...historyKeymap,
      ...searchKeymap,
      ...foldKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      // In a text Tab indents, and Esc gives it back to the page; a line of a form never takes it.
      ...(line ? [] : [indentWithTab]),
    ]),
    EditorView.domEventHandlers({ blur: o.onBlur }),
    EditorView.updateListener.of((u) => {
      if (u.docChanged && !u.transactions.some((tr) => tr.annotation(fromOwner))) o.onChange(u.state.doc.toString());
      const { head, from, to } = u.state.selection.main;
      if (u.selectionSet || u.docChanged) o.onCursor(head, from, to);
    }),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc: o.value, extensions }) });
  return {
    setValue: (value) => {
      const now = view.state.doc.toString();
      if (now === value) return;
      const [from, to, insert] = difference(now, value);
      view.dispatch({ changes: { from, to, insert }, annotations: fromOwner.of(true) });
    },
    setDiagnostics: (diagnostics) => {
      const length = view.state.doc.length;
      const fit = (n: number) => Math.max(0, Math.min(length, n));
      view.dispatch(setDiagnostics(view.state, diagnostics.map((d): Diagnostic => ({ from: fit(d.from), to: Math.max(fit(d.from), fit(d.to)), severity: d.severity, message: d.message }))));
    },
    insert: (text) => {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
    reveal: (from, to = from) => {
      const length = view.state.doc.length;
      view.dispatch({ selection: { anchor: Math.min(from, length), head: Math.min(to, length) }, effects: EditorView.scrollIntoView(Math.min(from, length), { y: "center" }) });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

/** difference finds the one stretch in which two texts differ, so that the cursor stays where it is. */
function difference(a: string, b: string): [number, number, string] {
  let from = 0;
  const least = Math.min(a.length, b.length);
  while (from < least && a[from] === b[from]) from++;
  let end = 0;
  while (end < least - from && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [from, a.length - end, b.slice(from, b.length - end)];
}
