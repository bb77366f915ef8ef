import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import { type Analysis, modelOf } from "@/core/model/analysis";
import { begin, type History, push, redo, seal, undo } from "@/core/model/history";
import type { Specs } from "@/core/model/specs";
import { type Parsed, parse } from "@/core/model/text";
import type { Format, Model } from "@/core/model/types";
import { Problem, type Schemas } from "@/infra/api";
import { nothingSelected, sameSelection, selected, type Selection } from "./selection";

export { nothingSelected, selected, selectedDrawing, type Selection, sizeOf } from "./selection";

/**
 * The state of one open document. Its text is the truth: canvas and text tabs are projections of it, and every edit makes a new text.
 */

export type Document = Schemas["DocumentSaved"];

export type Tab = "canvas" | "yaml" | "sql";

/** Panel is what stands below the canvas: "input:<node>" is the rows that come into the selected node from that one; "" is closed. */
export type Panel = "" | "output" | "problems" | "sql" | `input:${string}`;

/** Saving says where the newest text is. "conflict" has a newer draft of somebody else on the server; `theirs` holds it. */
export type Saving = "saved" | "unsaved" | "saving" | "conflict" | "failed";

/** Conflict is what the dialog merges: base is the text that both began with. */
export interface Conflict {
  readonly base: string;
  readonly theirs: Document;
  readonly etag: string;
}

/** Done is an undo or redo that has just happened, for the line that tells so. */
export interface Done {
  readonly what: "undo" | "redo";
  readonly label: string;
  readonly number: number;
}

export interface EditOptions {
  /** gesture merges this edit with the one before where that has the same. */
  gesture?: string;
  /** select is what is selected afterwards. */
  select?: Selection;
}

/** Focus is a field that the inspector is to show and focus: a node and a path within its params. */
export interface Focus {
  readonly node: string;
  readonly path?: string;
  readonly number: number;
}

export interface BuilderState {
  readonly specs: Specs;
  readonly document: Document;
  readonly etag: string;
  /** mayEdit is false for who may only look. */
  readonly mayEdit: boolean;
  readonly format: Format;
  readonly text: string;
  /** base is the text that the server has under etag. */
  readonly base: string;
  readonly parsed: Parsed;
  /** model is that of the newest text that could be read; stale says that the text has moved on since. */
  readonly model: Model;
  readonly modelStale: boolean;
  readonly analysis?: Analysis;
  readonly analysisStale: boolean;
  readonly analysisProblem?: Problem;
  readonly history: History<Selection>;
  readonly done?: Done;
  readonly selection: Selection;
  readonly focus?: Focus;
  readonly tab: Tab;
  readonly panel: Panel;
  readonly saving: Saving;
  /** savedAt is when the text was last saved from here, in milliseconds. */
  readonly savedAt?: number;
  readonly saveProblem?: Problem;
  readonly conflict?: Conflict;
  /** live is the pipeline whose numbers lie over the canvas. */
  readonly live?: string;

  /** edit changes the text. change gets the newest text and returns the next; one that returns the same does nothing. */
  edit(label: string, change: (text: string) => string, options?: EditOptions): void;
  undo(): void;
  redo(): void;
  /** endGesture makes the next edit an entry of its own. */
  endGesture(): void;
  select(selection: Selection): void;
  /** goTo selects a node, opens the inspector on a field and brings the canvas there. */
  goTo(node: string, path?: string): void;
  setTab(tab: Tab): void;
  setPanel(panel: Panel): void;
  setLive(pipeline: string | undefined): void;
  /** save saves now what is not saved. It is what autosave calls. */
  save(): Promise<void>;
  /** resolve ends a conflict with a merged text, which is saved against the newer revision. */
  resolve(text: string): Promise<void>;
  /** adopt takes what the server says of the document after a publication, a rename or a restore. A text that differs becomes an undo entry. */
  adopt(document: Document, etag: string, label?: string): void;
  /** analyseNow asks the server at once. */
  analyseNow(): void;
  /** dispose ends timers and requests; unsaved text stays with the session. */
  dispose(): void;
}

/** Server is what the store asks of the API. */
export interface Server {
  analyse(format: Format, text: string, document: string, signal: AbortSignal): Promise<Analysis>;
  /** save answers with a Problem of status 409 or 412 where the ETag is old. */
  save(document: string, text: string, etag: string): Promise<{ value: Document; etag: string }>;
  read(document: string): Promise<{ value: Document; etag: string }>;
}

/** Keep holds texts that are not saved yet, over a reload: sessionStorage in a browser. */
export type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Opening {
  document: Document;
  etag: string;
  specs: Specs;
  mayEdit: boolean;
  server: Server;
  keep?: Keep;
  now?: () => number;
}

export type Builder = StoreApi<BuilderState>;

/** Waits, in milliseconds. */
export const analyseAfter = 300;
export const saveAfter = 800;
const retryAfter = 5000;

const keyOf = (document: string) => `millrace.unsaved.${document}`;

/** createBuilder opens a document. */
export function createBuilder(o: Opening): Builder {
  const now = o.now ?? Date.now;
  let analysing: AbortController | undefined;
  let analyseTimer: ReturnType<typeof setTimeout> | undefined;
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  let inFlight: Promise<void> = Promise.resolve();
  let count = 0;
  let disposed = false;

  const format: Format = o.document.format === "sql" ? "sql" : "yaml";
  // A text that was not saved when the page went is taken up with the ETag it began with: if somebody has saved since, saving it finds the conflict.
  const unsaved = o.mayEdit ? recover(o.keep, o.document.id) : undefined;
  const base = unsaved?.base ?? o.document.draft ?? "";
  const text = unsaved?.text ?? base;
  const parsed = parse(text, format);

  const store = createStore<BuilderState>((set, get) => {
    /** change puts a text in place, with all that follows from it. */
    const change = (text: string, rest: Partial<BuilderState>) => {
      const parsed = parse(text, get().format);
      set({ ...rest, text, parsed, ...projected(parsed, get().format), analysisStale: true, saving: nextSaving(text, get()) });
      remember(o.keep, get());
      scheduleAnalysis(analyseAfter);
      scheduleSave(saveAfter);
    };

    const scheduleAnalysis = (after: number) => {
      clearTimeout(analyseTimer);
      analysing?.abort();
      if (!disposed) analyseTimer = setTimeout(() => void analyse(), after);
    };

    const analyse = async () => {
      const mine = new AbortController();
      analysing = mine;
      const { text, format, document } = get();
      try {
        const analysis = await o.server.analyse(format, text, document.id, mine.signal);
        if (mine.signal.aborted) return;
        // A script's nodes are known to the server alone.
        set({ analysis, analysisStale: false, analysisProblem: undefined, ...(format === "sql" ? { model: modelOf(analysis), modelStale: false } : {}) });
      } catch (e) {
        if (mine.signal.aborted) return;
        set({ analysisProblem: problemOf(e) });
        if (problemOf(e).status === 0) scheduleAnalysis(retryAfter);
      }
    };

    const scheduleSave = (after: number) => {
      clearTimeout(saveTimer);
      if (disposed || !get().mayEdit || get().saving === "conflict") return;
      saveTimer = setTimeout(() => void get().save(), after);
    };

    const saveOnce = async () => {
      const { text, base, etag, document, saving } = get();
      if (saving === "conflict") return;
      if (text === base) {
        set({ saving: "saved" });
        return;
      }
      set({ saving: "saving" });
      try {
        const saved = await o.server.save(document.id, text, etag);
        const newer = get().text !== text;
        set({ document: saved.value, etag: saved.etag, base: text, saving: newer ? "unsaved" : "saved", savedAt: now(), saveProblem: undefined });
        remember(o.keep, get());
        if (newer) scheduleSave(saveAfter);
      } catch (e) {
        const problem = problemOf(e);
        if (problem.status !== 409 && problem.status !== 412) {
          set({ saving: "failed", saveProblem: problem });
          // What was typed is kept here and sent again: the server may be away for a moment.
          if (problem.status === 0 || problem.status >= 500) scheduleSave(retryAfter);
          return;
        }
        await meet(base, problem);
      }
    };

    /** meet finds out what somebody else has saved. The same text is no conflict. */
    const meet = async (base: string, problem: Problem) => {
      try {
        const theirs = await o.server.read(get().document.id);
        const draft = theirs.value.draft ?? "";
        if (draft === get().text) set({ document: theirs.value, etag: theirs.etag, base: draft, saving: "saved", savedAt: now() });
        else set({ saving: "conflict", conflict: { base, theirs: theirs.value, etag: theirs.etag }, saveProblem: problem });
      } catch (e) {
        set({ saving: "failed", saveProblem: problemOf(e) });
        scheduleSave(retryAfter);
      }
    };

    if (text !== base) queueMicrotask(() => scheduleSave(saveAfter));
    queueMicrotask(() => scheduleAnalysis(0));

    return {
      specs: o.specs,
      document: o.document,
      etag: unsaved?.etag ?? o.etag,
      mayEdit: o.mayEdit,
      format,
      text,
      base,
      parsed,
      model: parsed.model,
      modelStale: !parsed.ok,
      analysisStale: true,
      history: begin(text),
      selection: nothingSelected,
      tab: format === "sql" ? "sql" : "canvas",
      panel: "output",
      saving: text === base ? "saved" : "unsaved",

      edit(label, to, options) {
        const s = get();
        if (!s.mayEdit) return;
        const next = to(s.text);
        if (next === s.text) {
          if (options?.select) set({ selection: options.select });
          return;
        }
        const history = push(s.history, next, label, s.selection, now(), options?.gesture);
        change(next, { history, ...(options?.select ? { selection: options.select } : {}) });
      },
      undo() {
        const { history, undone } = undo(get().history, get().selection);
        if (undone) change(history.present, { history, selection: undone.selection, done: { what: "undo", label: undone.label, number: ++count } });
      },
      redo() {
        const { history, redone } = redo(get().history, get().selection);
        if (redone) change(history.present, { history, selection: redone.selection, done: { what: "redo", label: redone.label, number: ++count } });
      },
      endGesture: () => set({ history: seal(get().history) }),
      select(selection) {
        if (!sameSelection(selection, get().selection)) set({ selection });
      },
      goTo: (node, path) => set({ selection: selected([node]), focus: { node, path, number: ++count } }),
      setTab: (tab) => set({ tab }),
      setPanel: (panel) => set({ panel }),
      setLive: (live) => set({ live }),

      async save() {
        clearTimeout(saveTimer);
        if (!get().mayEdit || get().saving === "conflict") return;
        // One request at a time, however many ask: the next needs the ETag that this one brings.
        inFlight = inFlight.then(saveOnce);
        await inFlight;
      },
      async resolve(text) {
        const { conflict } = get();
        if (!conflict) return;
        const base = conflict.theirs.draft ?? "";
        set({ conflict: undefined, saveProblem: undefined, document: conflict.theirs, etag: conflict.etag, base, saving: "unsaved" });
        change(text, { history: push(get().history, text, "", get().selection, now()) });
        await get().save();
      },
      adopt(document, etag, label) {
        const s = get();
        const draft = document.draft ?? s.text;
        set({ document, etag, base: draft });
        if (draft !== s.text) change(draft, { history: push(s.history, draft, label ?? "", s.selection, now()) });
        set({ saving: get().text === draft ? "saved" : "unsaved" });
        remember(o.keep, get());
      },
      analyseNow: () => scheduleAnalysis(0),
      dispose() {
        disposed = true;
        clearTimeout(analyseTimer);
        clearTimeout(saveTimer);
        analysing?.abort();
      },
    };
  });
  return store;
}

/** projected is the model of a new text. While that cannot be read the last one stays; a script's comes with its analysis. */
function projected(parsed: Parsed, format: Format): Partial<BuilderState> {
  return parsed.ok && format === "yaml" ? { model: parsed.model, modelStale: false } : { modelStale: true };
}

function nextSaving(text: string, s: BuilderState): Saving {
  if (s.saving === "conflict") return "conflict";
  return text === s.base ? "saved" : "unsaved";
}

/** remember keeps an unsaved text over a reload, and forgets it when it is saved. A full or forbidden storage is no reason to stop. */
function remember(keep: Keep | undefined, s: BuilderState): void {
  if (!keep) return;
  try {
    if (s.text === s.base) keep.removeItem(keyOf(s.document.id));
    else keep.setItem(keyOf(s.document.id), JSON.stringify({ etag: s.etag, base: s.base, text: s.text } satisfies Unsaved));
  } catch {
    return;
  }
}

/** Unsaved is a text that was not saved when the page went, with what it began from. */
interface Unsaved {
  etag: string;
  base: string;
  text: string;
}

function recover(keep: Keep | undefined, document: string): Unsaved | undefined {
  try {
    const kept = JSON.parse(keep?.getItem(keyOf(document)) ?? "null") as Partial<Unsaved> | null;
    if (typeof kept?.etag !== "string" || typeof kept.base !== "string" || typeof kept.text !== "string") return undefined;
    return { etag: kept.etag, base: kept.base, text: kept.text };
  } catch {
    return undefined;
  }
}

function problemOf(e: unknown): Problem {
  if (e instanceof Problem) return e;
  return new Problem({ status: 0, code: "web.unreachable", title: "unreachable", detail: String(e) });
}

/** BuilderContext holds the store of the page's document. */
export const BuilderContext = createContext<Builder | null>(null);

/** useBuilderStore returns the store itself, for handlers that only read when something happens. */
export function useBuilderStore(): Builder {
  const store = useContext(BuilderContext);
  if (!store) throw new Error("there is no document here");
  return store;
}

/** useBuilder draws anew when what is picked changes. */
export function useBuilder<T>(pick: (s: BuilderState) => T): T {
  return useStore(useBuilderStore(), pick);
}
