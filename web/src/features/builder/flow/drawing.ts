import { groupBy } from "@/core/group";
import type { Edge as CanvasEdge, Node as CanvasNode } from "@xyflow/react";
import type { Finding } from "@/core/model/analysis";
import { portsOf, specOf } from "@/core/model/rules";
import { lacking, type Spec } from "@/core/model/specs";
import { edgeIds, inputsOf, type Model, type ModelNode, type Size } from "@/core/model/types";
import type { Drawing } from "../grammar";

/** Port is an input as it is drawn: a named one takes one edge, "" takes all there are. */
export interface Port {
  readonly id: string;
  readonly taken: boolean;
}

/** FlowData is what a node shows. It is made of the text, the components and the analysis; live numbers are read by the node's id. */
export interface FlowData extends Record<string, unknown> {
  readonly label: string;
  readonly spec?: Spec;
  /** kind is that of the component, "transform" where it is not known. */
  readonly kind: "source" | "transform" | "sink";
  /** subject is what the node is about where one word says it: the table that it reads. */
  readonly subject?: string;
  readonly component: string;
  readonly ports: readonly Port[];
  readonly output: boolean;
  readonly used: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** lacks are the required fields without a value. */
  readonly lacks: readonly string[];
  readonly note?: string;
  readonly bypassed: boolean;
}

export type FlowNodeType = CanvasNode<FlowData, "flow">;
export type FlowEdgeType = CanvasEdge<Record<string, unknown>, "flow">;

/** The size of a node, as LOOK.md has it; a node with many inputs is taller so that their ports can be told apart. */
export const nodeWidth = 148;
export const nodeHeight = 50;

export function sizeOf(ports: number): Size {
  return { width: nodeWidth, height: Math.max(nodeHeight, 14 + ports * 18) };
}

/** flowSize is sizeOf by the node's component; the ports are those of the widest that it can be. */
export function flowSize(drawing: Pick<Drawing, "specs">, model: Model, id: string): Size {
  const node = model.nodes.find((n) => n.id === id);
  return sizeOf(node ? (specOf(model, drawing.specs, node)?.ports.length ?? 0) : 0);
}

/** project draws a model's nodes and edges. */
export function project({ model, analysis, specs, places }: Drawing): { nodes: FlowNodeType[]; edges: FlowEdgeType[] } {
  const findings = groupBy(analysis?.diagnostics ?? [], (d) => d.node ?? "");
  const feeding = new Set(model.edges.map((e) => e.from));
  const ports = new Map<string, string[]>();
  const nodes = model.nodes.map((n): FlowNodeType => {
    const spec = specOf(model, specs, n);
    if (spec) ports.set(n.id, portsOf(model, spec, n.id));
    const data = dataOf(n, spec, findings.get(n.id) ?? [], ports.get(n.id) ?? [], inputsOf(model, n.id).length > 0, feeding.has(n.id));
    const size = sizeOf(spec?.ports.length ?? 0);
    return { id: n.id, type: "flow", position: places.get(n.id) ?? { x: 0, y: 0 }, data, width: size.width, height: size.height };
  });
  const known = new Set(model.nodes.map((n) => n.id));
  const ids = edgeIds(model.edges);
  const next = new Map<string, number>();
  const edges = model.edges.flatMap((e, i): FlowEdgeType[] => {
    const at = next.get(e.to) ?? 0;
    next.set(e.to, at + 1);
    if (!known.has(e.from) || !known.has(e.to)) return [];
    return [{ id: ids[i] ?? "", type: "flow", source: e.from, target: e.to, sourceHandle: "", targetHandle: ports.get(e.to)?.[at] ?? "" }];
  });
  return { nodes, edges };
}

function dataOf(n: ModelNode, spec: Spec | undefined, findings: readonly Finding[], taken: readonly string[], fed: boolean, used: boolean): FlowData {
  const table = spec?.fields.find((f) => f.type === "table");
  const subject = table && n.params[table.name];
  const receives = spec ? spec.max_inputs !== 0 : fed;
  const names = spec && spec.ports.length > 0 ? spec.ports : receives ? [""] : [];
  return {
    label: n.id,
    spec,
    kind: spec?.kind === "source" || spec?.kind === "sink" ? spec.kind : "transform",
    ...(typeof subject === "string" ? { subject } : {}),
    component: n.component,
    ports: names.map((id) => ({ id, taken: id === "" ? fed : taken.includes(id) })),
    output: spec ? spec.has_output : true,
    used,
    errors: findings.filter((f) => f.severity === "error").length,
    warnings: findings.filter((f) => f.severity === "warning").length,
    lacks: spec && !n.bypass ? lacking(spec.fields, n.params) : [],
    bypassed: n.bypass === true,
    ...(n.description ? { note: n.description } : {}),
  };
}
