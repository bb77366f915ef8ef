/**
 * What a model document says, as the browser reads it. The document's text is the truth; a Model is made from a text by parse and is never changed: see
 * ops.ts for changes. docs/language/model-document.md describes the form.
 */

/** The forms of a document's text. */
export type Format = "yaml" | "sql";

/** A model as far as its text can be read. Edges are taken apart: a chain "a -> b -> c" is two edges. */
export interface Model {
  readonly format: number;
  /** "view", "relational_model", "ab_model"; "" where the text does not say. */
  readonly kind: string;
  readonly name: string;
  readonly description?: string;
  readonly timeZone?: string;
  readonly params: readonly Parameter[];
  readonly nodes: readonly ModelNode[];
  readonly edges: readonly Edge[];
  readonly entities: readonly Entity[];
  /** output is the id by which edges name a relational model's joined rows, where the text gives one. */
  readonly output?: string;
  readonly joins: readonly Join[];
  readonly groups: readonly Group[];
  readonly notes: readonly Note[];
  readonly layout: Readonly<Record<string, Point>>;
}

/** A typed value with a name: expressions use it as ":name". */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
  readonly description?: string;
}

/** A node. Its params are exactly what stands in the text: a duration is "5s", a short form stays short. */
export interface ModelNode {
  readonly id: string;
  readonly component: string;
  readonly description?: string;
  /** bypass takes the node out without taking it away: what leads into it goes straight on. */
  readonly bypass?: true;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An edge. The inputs of a node are in the order of its edges; port names one where the component's inputs have names. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
}

/** A table of a relational model. columns undefined is "the default", not "none". */
export interface Entity {
  readonly id: string;
  readonly table?: string;
  readonly role?: string;
  readonly key?: readonly string[];
  readonly where?: string;
  readonly columns?: readonly KeptColumn[];
  readonly prefix?: string;
  readonly description?: string;
}

/** A column that the wide row has of an entity; expr undefined is the column itself, written short. */
export interface KeptColumn {
  readonly name: string;
  readonly expr?: string;
}

/** A join of a relational model, as it stands in the text: what is undefined has its default. */
export interface Join {
  readonly from: string;
  readonly to: string;
  readonly on?: readonly JoinKey[];
  readonly cardinality?: string;
  readonly join?: string;
  readonly before?: string;
  readonly after?: string;
  readonly ttl?: string;
  readonly wait?: string;
  readonly correct?: string;
  readonly match?: string;
}

export interface JoinKey {
  readonly from: string;
  readonly to: string;
}

/** groupColors are the colours that a group may have; one without is grey. */
export const groupColors = ["blue", "green", "amber", "violet"] as const;
export type GroupColor = (typeof groupColors)[number];

/** A frame around nodes, entities and the joined rows. Each is in one group at most, and none is empty. */
export interface Group {
  readonly id: string;
  readonly title?: string;
  readonly nodes: readonly string[];
  readonly color?: GroupColor;
}

/** A text on the canvas, in Markdown; x and y are its upper left corner, and its height follows from the text. */
export interface Note {
  readonly id: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Point, Size {}

/** A way into a value of the document: keys of mappings and places in lists. */
export type Path = readonly (string | number)[];

/** edgeId names the n-th edge (from 0) of the same ends and port, as canvases and selections know it. */
export function edgeId(e: Edge, n = 0): string {
  const port = e.port === undefined ? "" : `:${e.port}`;
  return `${e.from}->${e.to}${port}${n > 0 ? `#${n}` : ""}`;
}

/** edgeIds returns the id of each edge, in order. Edges that say the same are told apart by their count. */
export function edgeIds(edges: readonly Edge[]): string[] {
  const seen = new Map<string, number>();
  return edges.map((e) => {
    const id = edgeId(e);
    const n = seen.get(id) ?? 0;
    seen.set(id, n + 1);
    return edgeId(e, n);
  });
}

/** empty is a model of which nothing can be read. */
export const empty: Model = { format: 1, kind: "", name: "", params: [], nodes: [], edges: [], entities: [], joins: [], groups: [], notes: [], layout: {} };

/** outputOf is the id by which edges name a relational model's joined rows. */
export function outputOf(model: Model): string {
  return model.output ?? "wide";
}

/** inputsOf returns the edges that lead into a node, in the order of its inputs. */
export function inputsOf(model: Model, id: string): Edge[] {
  return model.edges.filter((e) => e.to === id);
}

/** outputsOf returns the edges that lead out of a node. */
export function outputsOf(model: Model, id: string): Edge[] {
  return model.edges.filter((e) => e.from === id);
}

/** upstreamOf returns the ids of all nodes from which rows come to a node, without itself; nearest first. */
export function upstreamOf(model: Model, id: string): string[] {
  return reach(id, (at) => inputsOf(model, at).map((e) => e.from));
}

/** downstreamOf returns the ids of all nodes to which a node's rows go, without itself; nearest first. */
export function downstreamOf(model: Model, id: string): string[] {
  return reach(id, (at) => outputsOf(model, at).map((e) => e.to));
}

function reach(start: string, next: (at: string) => string[]): string[] {
  const seen = new Set([start]);
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const n of next(at)) {
      if (seen.has(n)) continue;
      seen.add(n);
      queue.push(n);
    }
  }
  seen.delete(start);
  return [...seen];
}
