import { designable, isTable, output, outputNode, type Pins, pinsOf, suggestedTable } from "@/core/design";
import type { Spec, Specs } from "@/core/model/specs";
import { parse } from "@/core/model/text";
import type { Model } from "@/core/model/types";
import type { Schemas } from "@/infra/api";
import type { Document } from "./data";
import type { Landing } from "./state";

/** Answers are what has been answered with defaults for the rest, as far as the model tells them. */
export interface Answers {
  model: Model;
  /** nodes are those whose rows can land: sinks that can be designed for, then what the model puts out, then nodes on the way. */
  nodes: { id: string; sink?: Spec }[];
  node: string | undefined;
  spec: Spec;
  /** there says that the node is a sink already; its parameters are params. */
  there: boolean;
  params: Readonly<Record<string, unknown>>;
  connection: string | undefined;
  table: string;
  existing: boolean;
  pins: Pins;
  epoch: number;
}

const everySecond = 1000;

/** answersOf completes what was answered. */
export function answersOf(document: Document, specs: Specs, landing: Landing, asked: string | null, connections: readonly { name: string; component: string }[]): Answers {
  const sinks = specs.all.filter(designable);
  const { model } = parse(document.draft ?? "");
  const sinkOf = (id: string) => {
    const node = model.nodes.find((n) => n.id === id);
    return node && model.edges.some((e) => e.to === id) ? sinks.find((s) => s.name === node.component) : undefined;
  };
  const passes = (id: string) => model.edges.some((e) => e.from === id);
  const nodes: Answers["nodes"] = [
    ...model.nodes.flatMap((n) => (sinkOf(n.id) ? [{ id: n.id, sink: sinkOf(n.id) }] : [])),
    ...(model.nodes.length === 0 && outputNode(model) !== undefined ? [{ id: output }] : []),
    ...model.nodes.filter((n) => !passes(n.id) && specs.ofNode(n.component, model.edges.some((e) => e.to === n.id))?.has_output).map((n) => ({ id: n.id })),
    ...model.nodes.filter((n) => passes(n.id)).map((n) => ({ id: n.id })),
  ];
  const known = (id: string | null | undefined): id is string => typeof id === "string" && nodes.some((n) => n.id === id);
  const node = known(landing.node) ? landing.node : known(asked) ? asked : nodes[0]?.id;
  const sink = node === undefined ? undefined : sinkOf(node);
  const params = model.nodes.find((n) => sink && n.id === node)?.params ?? {};
  const spec = sink ?? sinks[0];
  if (!spec) throw new Error("no sink can be designed for");
  const fitting = connections.filter((c) => linked(spec).includes(c.component));
  const said = (key: string) => (typeof params[key] === "string" ? params[key] : undefined);
  return {
    model,
    nodes,
    node,
    spec,
    there: sink !== undefined,
    params,
    connection: landing.connection ?? said("connection") ?? (fitting.length === 1 ? fitting[0]?.name : undefined),
    table: landing.table ?? said("table") ?? suggestedTable(model.name),
    existing: landing.existing ?? params.create === "never",
    pins: landing.pins ?? pinsOf(params),
    epoch: landing.epoch ?? everySecond,
  };
}

/** linked are the kinds of connections that a sink takes. */
export function linked(spec: Spec): string[] {
  return (spec.fields.find((f) => f.type === "connection")?.options ?? []).map((o) => o.value);
}

/** inputOf is what is asked of the designer, undefined while something is not answered. */
export function inputOf(document: Document, a: Answers): Schemas["DesignInput"] | undefined {
  if (a.node === undefined || !a.connection || !isTable(a.table)) return undefined;
  return { model: document.draft ?? "", node: a.node, connection: a.connection, table: a.table, pins: a.pins, epoch: `${a.epoch}ms`, rows: 2000 };
}
