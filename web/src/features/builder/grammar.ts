import type { Edge as CanvasEdge, EdgeTypes, Node as CanvasNode, NodeTypes } from "@xyflow/react";
import type { ComponentType } from "react";
import type { Analysis } from "@/core/model/analysis";
import type { JoinRefusal } from "@/core/model/joins";
import type { Refusal } from "@/core/model/rules";
import type { Spec, Specs } from "@/core/model/specs";
import type { Model, Point, Size } from "@/core/model/types";
import type { GlyphName } from "@/ui/glyph";
import type { Selection } from "./state";

/**
 * A Grammar makes the one canvas show one kind of model. The canvas, the toolbars, the history, the clipboard and the outline know nothing of a kind but this.
 * Functions that change return a new text; the canvas makes one undo entry of it.
 */
export interface Grammar {
  /** kinds are the documents' kinds that it draws. */
  readonly kinds: readonly string[];
  /** nodeTypes and edgeTypes must keep their identity. */
  readonly nodeTypes: NodeTypes;
  readonly edgeTypes: EdgeTypes;

  /**
   * project draws a model. Nodes have their place from `places`, which has one for each of ids(). What a drawing needs that changes often (live numbers,
   * selection) does not go through here: node components read it by id.
   */
  project(drawing: Drawing): { nodes: CanvasNode[]; edges: CanvasEdge[] };
  /** ids returns what has a place on the canvas; sizes are for laying out. */
  ids(model: Model): string[];
  size(model: Model, id: string, analysis?: Analysis): Size;
  /** links are the connections as a layout sees them. */
  links(model: Model): { from: string; to: string }[];

  /** gap is the room between columns and rows of what is laid out, where lines carry more than an arrow. */
  readonly gap?: Point;

  /** refusal says why two handles cannot be connected; undefined is "they can". It is asked while the pointer moves. */
  refusal(drawing: Drawing, wish: Wish): Refusal | JoinRefusal | undefined;
  /** reason says a refusal in words where it is one of this grammar's own. */
  reason?(refusal: Refusal | JoinRefusal): string | undefined;
  connect(text: string, wish: Wish, drawing: Drawing): string;
  reconnect(text: string, edge: string, wish: Wish, drawing: Drawing): string;
  /** connected is the edge to look at once a wish has come true, where connecting is only the beginning of it. */
  connected?(text: string, wish: Wish): string | undefined;
  /** remove takes what is selected out, and heals what it can. */
  remove(text: string, selection: Selection): string;

  /** quickAdd lists what may be added at a place, best first. */
  quickAdd(drawing: Drawing, spot: Spot): Candidate[];
  /** offersTables says whether a table of the catalog may be added at a place; without it, where nothing leads to. */
  offersTables?(drawing: Drawing, spot: Spot): boolean;
  /** add puts a candidate on the canvas and says what is selected then. */
  add(text: string, candidate: Candidate, spot: Spot): Added;

  /** copy returns the clip of a selection, undefined where nothing of it can be copied. */
  copy(text: string, selection: Selection): string | undefined;
  paste(text: string, clip: string, at: Point | undefined): Added | undefined;
  duplicate(text: string, selection: Selection): Added | undefined;

  /** Inspector shows what is selected, or the model where nothing is. */
  readonly Inspector: ComponentType;
  /** Header stands at the canvas' top left corner. */
  readonly Header?: ComponentType;
  /** outline lists the whole graph for the keyboard. */
  outline(drawing: Drawing): OutlineItem[];
}

/** Drawing is all that a picture is made from. */
export interface Drawing {
  readonly model: Model;
  readonly analysis: Analysis | undefined;
  readonly specs: Specs;
  readonly places: ReadonlyMap<string, Point>;
}

/** Wish is a connection that somebody is about to make, by the ids of nodes and handles. A missing handle is "any that fits". */
export interface Wish {
  readonly from: string;
  readonly fromHandle?: string;
  readonly to: string;
  readonly toHandle?: string;
  /** instead is the id of an edge whose place this takes. */
  readonly instead?: string;
}

/** Spot is where something is added: at a place, behind or before a handle, or on an edge. */
export interface Spot {
  readonly at?: Point;
  readonly from?: { node: string; handle?: string };
  readonly to?: { node: string; handle?: string };
  readonly edge?: string;
}

/** Candidate is something that can be added: a component, or a table of the catalog, with its kind. */
export type Candidate = { readonly type: "component"; readonly spec: Spec } | { readonly type: "table"; readonly table: string; readonly kind?: string };

/** Added is the text with something new in it, and the ids of what is new; notes are those of the drawing. */
export interface Added {
  readonly text: string;
  readonly ids: readonly string[];
  readonly notes?: readonly string[];
}

/** OutlineItem is a line of the outline. Those of the same depth below an item belong to it; edges lists where its rows go. */
export interface OutlineItem {
  readonly id: string;
  readonly depth: number;
  readonly label: string;
  readonly note?: string;
  readonly spec?: Spec;
  /** glyph stands before what is no component. */
  readonly glyph?: GlyphName;
  readonly to: readonly string[];
}
