import * as ops from "@/core/model/ops";
import { fromClipboard, toClipboard } from "@/core/model/clipboard";
import { canConnect, candidates, type Place, portToWrite, receiving } from "@/core/model/rules";
import { beginning, type Spec, type Specs } from "@/core/model/specs";
import { parse } from "@/core/model/text";
import { edgeIds, inputsOf, type Model, type ModelNode, outputsOf } from "@/core/model/types";
import type { Added, Candidate, Drawing, Grammar, OutlineItem, Spot, Wish } from "../grammar";
import { flowSize, project } from "./drawing";
import { FlowEdge } from "./edge";
import { FlowInspector } from "./inspector";
import { FlowNode } from "./node";

/** flowGrammar draws views: nodes from left to right, rows flow along the edges. */
export function flowGrammar(specs: Specs): Grammar {
  return {
    kinds: ["view", "sql", ""],
    nodeTypes: { flow: FlowNode },
    edgeTypes: { flow: FlowEdge },
    project,
    ids: (model) => model.nodes.map((n) => n.id),
    size: (model, id) => flowSize({ specs }, model, id),
    links: (model) => model.edges.map(({ from, to }) => ({ from, to })),
    refusal: (d, wish) => canConnect(d.model, d.specs, d.analysis, { from: wish.from, to: wish.to, port: wish.toHandle || undefined, instead: wish.instead }),
    connect: (text, wish) => ops.connect(text, edgeOf(specs, parse(text).model, wish)),
    reconnect: (text, edge, wish) => ops.reconnect(text, edge, edgeOf(specs, without(parse(text).model, edge), wish)),
    remove: (text, selection) =>
      ops.steps(
        text,
        (t) => ops.disconnect(t, [...selection.edges]),
        (t) => ops.removeNodes(t, [...selection.nodes]),
      ),
    quickAdd: (d, spot) => candidates(d.model, d.specs, d.analysis, placeOf(spot)).map((spec) => ({ type: "component", spec })),
    add: (text, candidate, spot) => add(specs, text, candidate, spot),
    copy: (text, selection) => {
      const c = ops.clip(text, selection.nodes, selection.notes);
      return c.nodes.length + c.entities.length + c.notes.length > 0 ? toClipboard(c) : undefined;
    },
    paste: (text, clip, at) => {
      const c = fromClipboard(clip);
      const pasted = c && ops.pasteNodes(text, c, at);
      return pasted && pasted.text !== text ? pasted : undefined;
    },
    duplicate: (text, selection) => (selection.nodes.size + selection.notes.size > 0 ? ops.duplicate(text, selection.nodes, selection.notes) : undefined),
    Inspector: FlowInspector,
    outline,
  };
}

/** edgeOf writes a wish as an edge: with a port where the order of the edges does not say it. */
function edgeOf(specs: Specs, model: Model, wish: Wish) {
  const to = model.nodes.find((n) => n.id === wish.to);
  const port = to && portToWrite(model, receiving(model, specs, to), wish.to, wish.toHandle);
  return { from: wish.from, to: wish.to, ...(port ? { port } : {}) };
}

function without(model: Model, edge: string): Model {
  const n = edgeIds(model.edges).indexOf(edge);
  return { ...model, edges: model.edges.filter((_, i) => i !== n) };
}

function placeOf(spot: Spot): Place {
  if (spot.edge !== undefined) return { on: spot.edge };
  if (spot.from) return { behind: spot.from.node };
  return spot.to ? { before: spot.to.node } : "alone";
}

/** nodeOf is a new node of a candidate; one that reads a table is named after the table. */
function nodeOf(specs: Specs, model: Model, candidate: Candidate): ModelNode | undefined {
  const taken = new Set([...model.nodes, ...model.entities].map((n) => n.id));
  if (candidate.type === "component") return { id: ops.freeId(candidate.spec.name, taken), component: candidate.spec.name, params: beginning(candidate.spec) };
  const reads = specs.table;
  if (!reads) return undefined;
  return { id: ops.freeId(candidate.table.split(".").at(-1) ?? candidate.table, taken), component: reads.spec.name, params: { [reads.field]: candidate.table } };
}

function add(specs: Specs, text: string, candidate: Candidate, spot: Spot): Added {
  const { model } = parse(text);
  const node = nodeOf(specs, model, candidate);
  if (!node) return { text, ids: [] };
  const spec: Spec | undefined = candidate.type === "component" ? candidate.spec : specs.table?.spec;
  const added = ops.addNode(text, node, spot.at);
  const connected = (): string => {
    if (spot.edge !== undefined && spec?.has_output) return ops.spliceOnEdge(added, spot.edge, node.id);
    if (spot.from && spec?.max_inputs !== 0) return ops.connect(added, { from: spot.from.node, to: node.id });
    if (spot.to && spec?.has_output) return ops.connect(added, edgeOf(specs, parse(added).model, { from: node.id, to: spot.to.node, toHandle: spot.to.handle }));
    return added;
  };
  return { text: connected(), ids: [node.id] };
}

/** outline lists what nothing feeds, and below each what it feeds; what several feed stands below the first, the edges say the rest. */
function outline({ model, specs }: Drawing): OutlineItem[] {
  const out: OutlineItem[] = [];
  const seen = new Set<string>();
  const visit = (n: ModelNode, depth: number) => {
    if (seen.has(n.id)) return;
    seen.add(n.id);
    const to = outputsOf(model, n.id).map((e) => e.to);
    out.push({ id: n.id, depth, label: n.id, note: n.description, spec: specs.ofNode(n.component, inputsOf(model, n.id).length > 0), to });
    for (const id of to) {
      const next = model.nodes.find((m) => m.id === id);
      if (next) visit(next, depth + 1);
    }
  };
  for (const n of model.nodes) if (inputsOf(model, n.id).length === 0) visit(n, 0);
  // What stands in a cycle begins nowhere.
  for (const n of model.nodes) visit(n, 0);
  return out;
}
