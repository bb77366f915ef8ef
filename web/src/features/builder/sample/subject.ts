import type { Specs } from "@/core/model/specs";
import { outputOf as joinedRows } from "@/core/model/relational";
import { inputsOf, type Model, outputsOf } from "@/core/model/types";
import { type Pinned, pinsFor } from "../pinned/pins";
import type { BuilderState, Selection } from "../state";

/** Subject is what a sample is of. */
export interface Subject {
  /** id is the node or entity; "" is the output of a model without a sink. */
  readonly id: string;
  /** name is what people call it. */
  readonly name: string;
  /** inputs are the nodes whose rows come in, in order. */
  readonly inputs: readonly string[];
}

/** subjectOf is what the panel shows of a selection: the one node that is selected, or where the model's rows come out. */
export function subjectOf(model: Model, selection: Selection): Subject {
  const [only] = selection.nodes;
  const id = selection.nodes.size === 1 && only !== undefined && knows(model, only) ? only : outputOf(model);
  const inputs = [...new Set(inputsOf(model, id).map((e) => e.from))];
  return { id, name: id || model.name, inputs };
}

function knows(model: Model, id: string): boolean {
  return model.nodes.some((n) => n.id === id) || model.entities.some((e) => e.id === id) || (model.entities.length > 0 && id === joinedRows(model));
}

/** outputOf is the first node that leads nowhere, which is a sink or, in a model without one, the output; of a relational model the joined rows. */
function outputOf(model: Model): string {
  if (model.entities.length > 0) return joinedRows(model);
  return model.nodes.find((n) => outputsOf(model, n.id).length === 0)?.id ?? "";
}

/** Request is what to ask a preview of. */
export interface Request {
  readonly format: "yaml" | "sql";
  readonly text: string;
  readonly node: string;
  /** pinned are rows that stand in the place of nodes' own. */
  readonly pinned?: Pinned;
}

/** requestWith is requestFor with the pins that it is computed from. */
export function requestWith(s: Pick<BuilderState, "format" | "text" | "model" | "specs">, id: string, pinned: Pinned): Request {
  const request = requestFor(s, id);
  const pins = s.format === "sql" ? undefined : pinsFor(pinned, s.model, request.node);
  return pins && request.text === s.text ? { ...request, pinned: pins } : request;
}

/**
 * requestFor is the preview that shows a node's rows. An entity has the rows of its table, which are looked at by a model of their own; one that a node feeds has
 * those of that node.
 */
export function requestFor(s: Pick<BuilderState, "format" | "text" | "model" | "specs">, id: string): Request {
  const entity = s.model.nodes.some((n) => n.id === id) ? undefined : s.model.entities.find((e) => e.id === id);
  if (!entity) return { format: s.format, text: s.text, node: s.format === "sql" ? "" : id };
  const table = tableOf(s.specs, entity.table);
  if (!table) return { format: s.format, text: s.text, node: inputsOf(s.model, id)[0]?.from ?? "" };
  const alone = { format: 1, kind: "view", name: s.model.name || "a.b.c", time_zone: s.model.timeZone, nodes: [{ id, ...table }] };
  return { format: "yaml", text: JSON.stringify(alone), node: id };
}

function tableOf(specs: Specs, table: string | undefined): { component: string; params: Record<string, string> } | undefined {
  const reader = specs.table;
  return table !== undefined && reader ? { component: reader.spec.name, params: { [reader.field]: table } } : undefined;
}
