import { createContext, useContext, useMemo } from "react";
import { place } from "@/core/model/layout";
import type { Point } from "@/core/model/types";
import type { Drawing, Grammar, Spot } from "../grammar";
import { useBuilder } from "../state";

/** CanvasTools are what nodes and edges may ask of the canvas that they stand on. They keep their identity, so that nothing is drawn anew for them. */
export interface CanvasTools {
  readonly mayEdit: boolean;
  /** quickAdd opens the list of what fits a spot, at a place of the screen. */
  quickAdd(spot: Spot, screen: Point): void;
  /** connectFrom asks by keyboard what to connect a node with. */
  connectFrom(node: string): void;
  /** extract asks how the selected nodes become a model of their own. */
  extract(): void;
  selectEdge(edge: string): void;
}

/** Asking is what the canvas has opened: the list of what to add, or of what to connect with. */
export interface Asking {
  readonly adding?: { readonly spot: Spot; readonly screen: Point };
  readonly setAdding: (adding: Asking["adding"]) => void;
  readonly connecting?: string;
  readonly setConnecting: (node: string | undefined) => void;
}

export const CanvasContext = createContext<CanvasTools>({ mayEdit: false, quickAdd: () => {}, connectFrom: () => {}, extract: () => {}, selectEdge: () => {} });

export function useCanvas(): CanvasTools {
  return useContext(CanvasContext);
}

/**
 * LabelsContext is where on the canvas the labels of edges lie. React Flow's own renderer of labels looks for it in the page at each move of anything, once for
 * every edge.
 */
export const LabelsContext = createContext<HTMLElement | null>(null);

export function useLabels(): HTMLElement | null {
  return useContext(LabelsContext);
}

export const GrammarContext = createContext<Grammar | null>(null);

/** useGrammar returns the grammar of the open document. */
export function useGrammar(): Grammar {
  const grammar = useContext(GrammarContext);
  if (!grammar) throw new Error("there is no canvas here");
  return grammar;
}

/** useDrawing returns what pictures of the document are made from. It changes with the model and its analysis, not while something is dragged. */
export function useDrawing(): Drawing {
  const grammar = useGrammar();
  const model = useBuilder((s) => s.model);
  const analysis = useBuilder((s) => s.analysis);
  const specs = useBuilder((s) => s.specs);
  const places = useMemo(
    () => place({ ids: grammar.ids(model), links: grammar.links(model), size: (id) => grammar.size(model, id, analysis), have: model.layout, gap: grammar.gap }),
    [grammar, model, analysis],
  );
  return useMemo(() => ({ model, analysis, specs, places }), [model, analysis, specs, places]);
}
