import { addNode, connect, editEdges, freeId, move, removeNodes, setHeader, steps, withList, withTop } from "./ops";
import type { Specs } from "./specs";
import { parse } from "./text";
import { inputsOf, type Model, type ModelNode, outputsOf, type Point, upstreamOf } from "./types";
import { isRecord } from "./yamlwrite";

/**
 * A part of a view becomes a model of its own: that one ends in a table, which this one reads in the part's place. So the part has its sources in it, and its rows
 * leave it at one node.
 */
export interface Part {
  /** ids are the part's nodes in the order of the document. */
  readonly ids: readonly string[];
  /** exit is the node whose rows leave it. */
  readonly exit: string;
}

/** PartRefusal is why nodes are no such part. The words are the builder's. */
export type PartRefusal =
  | { readonly code: "none" | "apart" | "ends" }
  | { readonly code: "sink" | "table"; readonly node: string }
  /** Rows come in from outside, from the first of which to which. */
  | { readonly code: "fed"; readonly node: string; readonly from: string }
  | { readonly code: "exits"; readonly nodes: readonly string[] };

/** partOf says what part nodes are, or why they are none. */
export function partOf(model: Model, specs: Specs, ids: ReadonlySet<string>): Part | { readonly refused: PartRefusal } {
  const nodes = model.nodes.filter((n) => ids.has(n.id));
  const inside = new Set(nodes.map((n) => n.id));
  const [first] = nodes;
  if (!first) return { refused: { code: "none" } };
  const sink = nodes.find((n) => specs.ofNode(n.component, inputsOf(model, n.id).length > 0)?.kind === "sink");
  if (sink) return { refused: { code: "sink", node: sink.id } };
  const fed = model.edges.find((e) => inside.has(e.to) && !inside.has(e.from));
  if (fed) return { refused: { code: "fed", node: fed.to, from: fed.from } };
  if (!connected(model, inside, first.id)) return { refused: { code: "apart" } };
  const exits = nodes.filter((n) => outputsOf(model, n.id).some((e) => !inside.has(e.to)));
  const [exit] = exits;
  if (!exit) return { refused: { code: "ends" } };
  if (exits.length > 1) return { refused: { code: "exits", nodes: exits.map((n) => n.id) } };
  // What only reads a table would be a copy of it.
  if (nodes.length === 1 && first.component === specs.table?.spec.name) return { refused: { code: "table", node: first.id } };
  return { ids: [...inside], exit: exit.id };
}

/** connected says whether all nodes of a set hang together, by edges within it. */
function connected(model: Model, inside: ReadonlySet<string>, start: string): boolean {
  const seen = new Set([start]);
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const e of model.edges) {
      const next = e.from === at ? e.to : e.to === at ? e.from : undefined;
      if (next === undefined || !inside.has(next) || seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return seen.size === inside.size;
}

/** withFeeders are nodes together with all that their rows come from. */
export function withFeeders(model: Model, ids: Iterable<string>): Set<string> {
  return new Set([...ids].flatMap((id) => [id, ...upstreamOf(model, id)]));
}

/** End is a node to be: what it is made of, and with which parameters. */
export type End = Pick<ModelNode, "component" | "params">;

/** between is how far a sink stands behind the node that leads into it, from left edge to left edge. */
const between = 212;

/** extracted is the text of the model that a part becomes: the document without all that is not the part, so its comments stay, and a sink behind the exit. */
export function extracted(text: string, part: Part, as: { readonly name: string; readonly description: string; readonly sink: End }): string {
  const { model } = parse(text);
  const inside = new Set(part.ids);
  const out = freeId("out", inside);
  const used = namesIn(model.nodes.filter((n) => inside.has(n.id)).map((n) => n.params));
  const others = model.nodes.filter((n) => !inside.has(n.id)).map((n) => n.id);
  const alone = steps(
    text,
    (t) => setHeader(t, "name", as.name),
    (t) => setHeader(t, "description", as.description),
    (t) => withTop(t, "params", (all) => all.filter((p) => isRecord(p) && used.has(String(p.name)))),
    // What is noted on the canvas is noted of the whole.
    (t) => withTop(t, "notes", () => []),
    // First the edges: what is taken out must not be healed.
    (t) => editEdges(t, (items) => items.map((i) => i.filter((e) => inside.has(e.from) && inside.has(e.to)))),
    (t) => removeNodes(t, others),
    moveHome,
  );
  const at = parse(alone).model.layout[part.exit];
  return steps(
    alone,
    (t) => addNode(t, { id: out, ...as.sink }, at && { x: at.x + between, y: at.y }),
    (t) => connect(t, { from: part.exit, to: out }),
  );
}

/** moveHome moves all places so that the upper left corner is the origin. */
function moveHome(text: string): string {
  const { layout } = parse(text).model;
  const all = Object.values(layout);
  const corner: Point = { x: Math.min(...all.map((p) => p.x)), y: Math.min(...all.map((p) => p.y)) };
  return move(text, Object.fromEntries(Object.entries(layout).map(([id, p]) => [id, { x: p.x - corner.x, y: p.y - corner.y }])));
}

/** namesIn are the parameters of the model that texts may mean: ":name" anywhere in them. */
function namesIn(value: unknown): Set<string> {
  return new Set(Array.from(JSON.stringify(value).matchAll(/:([\p{L}_][\p{L}\p{Nd}_]*)/gu), (m) => m[1] ?? ""));
}

/**
 * replaced is the document's text once a node that reads the table stands in the part's place. It goes by the exit's id and stands where that stood: what the exit
 * fed, and queries that name it, go on as they are.
 */
export function replaced(text: string, part: Part, reader: End): string {
  const { model } = parse(text);
  const inside = new Set(part.ids);
  const place = model.nodes.slice(0, model.nodes.findIndex((n) => n.id === part.exit)).filter((n) => !inside.has(n.id)).length;
  const node = { id: part.exit, component: reader.component, params: reader.params };
  return steps(
    text,
    (t) => editEdges(t, (items) => items.map((i) => i.filter((e) => !inside.has(e.to)))),
    // The exit goes with the others, and what is said beside it, but for its place.
    (t) => withList(t, "nodes", (all) => all.filter((n) => !(isRecord(n) && inside.has(String(n.id))))),
    (t) => removeNodes(t, part.ids.filter((id) => id !== part.exit)),
    (t) => withList(t, "nodes", (all) => all.toSpliced(place, 0, node)),
  );
}
