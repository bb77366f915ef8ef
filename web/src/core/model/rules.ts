import type { Analysis } from "./analysis";
import type { Spec, Specs } from "./specs";
import { downstreamOf, type Edge, edgeIds, inputsOf, type Model, type ModelNode, outputsOf } from "./types";

/**
 * What may be connected with what. The rules are those that can be told from kinds, ports and modes; all else the server says of the text.
 */

/** Refusal is why a connection cannot be. The words are the builder's. */
export type Refusal =
  | { readonly code: "self" | "cycle" | "twice" }
  /** The node has no output, or no input. */
  | { readonly code: "sink" | "source"; readonly node: string }
  | { readonly code: "arity"; readonly node: string; readonly most: number }
  | { readonly code: "port"; readonly node: string; readonly port: string }
  /** The sink does not take such changes. */
  | { readonly code: "type"; readonly node: string; readonly mode: string; readonly accepts: readonly string[] };

/** Link is a connection that somebody wishes. `instead` is the id of an edge that it replaces. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly instead?: string;
}

/** specOf returns the component of a node as it is connected now. */
export function specOf(model: Model, specs: Specs, node: ModelNode): Spec | undefined {
  return specs.ofNode(node.component, inputsOf(model, node.id).length > 0);
}

/** canConnect says why a connection cannot be; undefined is "it can". A node of an unknown component can be connected with anything. */
export function canConnect(model: Model, specs: Specs, analysis: Analysis | undefined, link: Link): Refusal | undefined {
  if (link.from === link.to) return { code: "self" };
  const without = link.instead === undefined ? model : { ...model, edges: withoutEdge(model.edges, link.instead) };
  const from = without.nodes.find((n) => n.id === link.from);
  const to = without.nodes.find((n) => n.id === link.to);
  const fromSpec = from && specOf(without, specs, from);
  if (fromSpec && !fromSpec.has_output) return { code: "sink", node: link.from };
  if (without.edges.some((e) => e.from === link.from && e.to === link.to && (link.port === undefined || e.port === undefined || e.port === link.port) && !twoInputs(without, specs, to))) return { code: "twice" };
  if (downstreamOf(without, link.to).includes(link.from)) return { code: "cycle" };
  const toSpec = to && receiving(without, specs, to);
  if (!toSpec) return to && specOf(without, specs, to) ? { code: "source", node: link.to } : undefined;
  const into = inputsOf(without, link.to);
  if (link.port !== undefined && toSpec.ports.length > 0) {
    if (!toSpec.ports.includes(link.port)) return { code: "port", node: link.to, port: link.port };
    if (portsOf(without, toSpec, link.to).includes(link.port)) return { code: "port", node: link.to, port: link.port };
  }
  if (toSpec.max_inputs >= 0 && into.length >= toSpec.max_inputs) return { code: "arity", node: link.to, most: toSpec.max_inputs };
  const accepts = toSpec.sink?.accepts ?? [];
  const mode = analysis?.nodes.find((n) => n.id === link.from)?.mode;
  if (mode && accepts.length > 0 && !accepts.includes(mode)) return { code: "type", node: link.to, mode, accepts };
  return undefined;
}

/** receiving returns the component of a node as it is once an edge leads into it; undefined where none can. */
export function receiving(model: Model, specs: Specs, node: ModelNode): Spec | undefined {
  const spec = specs.ofNode(node.component, true);
  if (!spec || spec.max_inputs === 0) return undefined;
  // A source that feeds others stays one, though a sink has its name.
  if (!spec.has_output && outputsOf(model, node.id).length > 0) return undefined;
  return spec;
}

function twoInputs(model: Model, specs: Specs, to: ModelNode | undefined): boolean {
  const spec = to && receiving(model, specs, to);
  return spec !== undefined && spec.ports.length > 1;
}

function withoutEdge(edges: readonly Edge[], id: string): Edge[] {
  const n = edgeIds(edges).indexOf(id);
  return edges.filter((_, i) => i !== n);
}

/**
 * portsOf returns the input that each edge into a node takes, in the order of the edges: those that name one take it, the others what is left over, in order. ""
 * is one input for all.
 */
export function portsOf(model: Model, spec: Spec, node: string): string[] {
  const into = inputsOf(model, node);
  const named = new Set(into.flatMap((e) => (e.port === undefined ? [] : [e.port])));
  const left = spec.ports.filter((p) => !named.has(p));
  return into.map((e) => e.port ?? (spec.ports.length === 0 ? "" : (left.shift() ?? "")));
}

/** portToWrite is the port that a new edge has to name so that it takes an input: none where it gets that one anyway, behind those that name none. */
export function portToWrite(model: Model, spec: Spec | undefined, node: string, wanted: string | undefined): string | undefined {
  if (!spec || wanted === undefined || !spec.ports.includes(wanted)) return undefined;
  const into = inputsOf(model, node);
  const left = spec.ports.filter((p) => into.every((e) => e.port !== p));
  return left[into.filter((e) => e.port === undefined).length] === wanted ? undefined : wanted;
}

/** Where a component would be added: behind an output, before an input, on an edge, or alone. */
export type Place = { readonly behind: string } | { readonly before: string } | { readonly on: string } | "alone";

/** candidates returns the components that fit a place, in the server's order within: shapes, combinations, sinks, sources. */
export function candidates(model: Model, specs: Specs, analysis: Analysis | undefined, place: Place): Spec[] {
  const all = specs.nodes.filter((s) => fitting(model, specs, analysis, place, s));
  const rank = (s: Spec) => (place === "alone" || "before" in place ? ["source", "shape", "combine", "sink"] : ["shape", "combine", "sink", "source"]).indexOf(s.category);
  return all.sort((a, b) => rank(a) - rank(b));
}

function fitting(model: Model, specs: Specs, analysis: Analysis | undefined, place: Place, s: Spec): boolean {
  if (place === "alone") return true;
  if ("on" in place) return s.max_inputs !== 0 && s.has_output && s.min_inputs <= 1;
  if ("before" in place) {
    const node = model.nodes.find((n) => n.id === place.before);
    return s.has_output && node !== undefined && receiving(model, specs, node) !== undefined;
  }
  if (s.max_inputs === 0) return false;
  const mode = analysis?.nodes.find((n) => n.id === place.behind)?.mode;
  const accepts = s.sink?.accepts ?? [];
  return !mode || accepts.length === 0 || accepts.includes(mode);
}
