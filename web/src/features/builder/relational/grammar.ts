import { flowRefusal, entityOf, isDimension, type JoinRefusal, rootOf, tablesOf, wish as wished } from "@/core/model/joins";
import * as ops from "@/core/model/ops";
import { candidates } from "@/core/model/rules";
import * as rel from "@/core/model/relational";
import type { Specs } from "@/core/model/specs";
import { parse } from "@/core/model/text";
import type { Entity, Model } from "@/core/model/types";
import { say } from "@/infra/words";
import { flowGrammar } from "../flow/grammar";
import type { Added, Candidate, Drawing, Grammar, OutlineItem, Spot, Wish } from "../grammar";
import { columnOf, entitySize, project } from "./drawing";
import { EntityNode } from "./entity";
import { RelationalInspector } from "./inspector";
import { JoinEdge, LeadEdge } from "./join-edge";
import { reasonOf } from "./reason";
import { Result } from "./result";
import { WideNode } from "./wide";
import { w } from "./words";

/** relationalGrammar draws relational models: entities that joins connect, the joined rows, and the flows before and behind, which are the flow's own. */
export function relationalGrammar(specs: Specs): Grammar {
  const flow = flowGrammar(specs);
  return {
    kinds: ["relational_model"],
    nodeTypes: { ...flow.nodeTypes, entity: EntityNode, wide: WideNode },
    edgeTypes: { ...flow.edgeTypes, join: JoinEdge, lead: LeadEdge },
    project,
    ids: (model) => [...model.entities.map((e) => e.id), ...(model.entities.length > 0 ? [rel.outputOf(model)] : []), ...model.nodes.map((n) => n.id)],
    size: (model, id, analysis) => (model.nodes.some((n) => n.id === id) ? flow.size(model, id, analysis) : entitySize(model, id, analysis)),
    gap: { x: 168, y: 32 },
    // The joined rows stand below what is looked up, beside the fact that they begin with: so the whole is as narrow as its joins.
    links: (model) => [...model.joins.map(({ from, to }) => ({ from, to })), ...[rootOf(model) ?? []].flat().map((from) => ({ from, to: rel.outputOf(model) })), ...flow.links(model)],
    refusal: (d, wish) => refusal(flow, d, wish),
    reason: (r) => {
      const t = say(w);
      return reasonOf(t, r);
    },
    connect: (text, wish, d) => connect(flow, text, wish, d),
    reconnect: (text, edge, wish, d) => reconnect(flow, text, edge, wish, d),
    // A join has to be made right where it was drawn: its inspector is open at once.
    connected: (text, { from, to }) => {
      const { joins } = parse(text).model;
      const at = joins.findLastIndex((j) => (j.from === from && j.to === to) || (j.from === to && j.to === from));
      return rel.joinIds(joins)[at];
    },
    remove: (text, selection) => {
      const { model } = parse(text);
      const joins = new Set(rel.joinIds(model.joins));
      const output = rel.outputOf(model);
      return ops.steps(
        text,
        (t) => rel.removeJoins(t, [...selection.edges].filter((e) => joins.has(e))),
        (t) => flow.remove(t, { ...selection, nodes: new Set([...selection.nodes].filter((id) => model.nodes.some((n) => n.id === id) && id !== output)), edges: new Set([...selection.edges].filter((e) => !joins.has(e))) }),
        (t) => rel.removeEntities(t, [...selection.nodes]),
      );
    },
    quickAdd: (d, spot) => quickAdd(flow, d, spot),
    offersTables: (d, spot) => spot.edge === undefined && (spot.from === undefined || entityOf(d.model, spot.from.node) !== undefined) && spot.to === undefined,
    add: (text, candidate, spot) => (candidate.type === "table" ? addTable(text, candidate, spot) : flow.add(text, candidate, spot)),
    copy: flow.copy,
    paste: flow.paste,
    duplicate: (text, selection) => {
      const entities = rel.duplicateEntities(text, selection.nodes);
      const own = parse(text).model.nodes.filter((n) => selection.nodes.has(n.id)).map((n) => n.id);
      const { text: made, ids: nodes, notes = [] } = flow.duplicate(entities.text, { ...selection, nodes: new Set(own) }) ?? { text: entities.text, ids: [] };
      const ids = [...entities.ids, ...nodes];
      return ids.length + notes.length > 0 ? { text: made, ids, notes } : undefined;
    },
    Inspector: RelationalInspector,
    Header: Result,
    outline: (d) => outline(flow, d),
  };
}

/** endsOf is a wish between entities; undefined where one of its ends is none. */
function endsOf(model: Model, wish: Wish) {
  if (!entityOf(model, wish.from) || !entityOf(model, wish.to)) return undefined;
  const from = columnOf(wish.fromHandle);
  const to = columnOf(wish.toHandle);
  return { from: wish.from, to: wish.to, ...(from ? { fromColumn: from } : {}), ...(to ? { toColumn: to } : {}), ...(wish.instead ? { instead: wish.instead } : {}) };
}

function refusal(flow: Grammar, d: Drawing, wish: Wish): ReturnType<Grammar["refusal"]> {
  const ends = endsOf(d.model, wish);
  if (ends) {
    const found = wished(d.model, tablesOf(d.model, d.analysis), ends);
    return "refused" in found ? found.refused : undefined;
  }
  const joined: JoinRefusal | undefined = flowRefusal(d.model, wish.from, wish.to);
  if (joined) return joined;
  const before = d.model.edges.filter((e) => e.to === wish.to);
  if (entityOf(d.model, wish.to) && before.length > 0 && wish.instead === undefined) return { code: "arity", node: wish.to, most: 1 };
  // The joined rows come from every entity: a way back from them is a circle.
  const output = rel.outputOf(d.model);
  const model: Model = { ...d.model, edges: [...d.model.edges, ...d.model.entities.map((e) => ({ from: e.id, to: output }))] };
  return flow.refusal({ ...d, model }, { ...wish, toHandle: entityOf(d.model, wish.to) ? undefined : wish.toHandle });
}

function connect(flow: Grammar, text: string, wish: Wish, d: Drawing): string {
  const { model } = parse(text);
  const ends = endsOf(model, wish);
  if (!ends) return flow.connect(text, entityOf(model, wish.to) ? { ...wish, toHandle: undefined } : wish, d);
  const found = wished(model, tablesOf(model, d.analysis), ends);
  if ("refused" in found) return text;
  if (found.join) return rel.addJoin(text, found.join);
  const at = rel.joinAt(model, found.adds);
  return at ? rel.setKeys(text, found.adds, [...(at.join.on ?? []), found.key]) : text;
}

/** reconnect gives a join other ends: within the same entities only the first pair changes. */
function reconnect(flow: Grammar, text: string, edge: string, wish: Wish, d: Drawing): string {
  const { model } = parse(text);
  const at = rel.joinAt(model, edge);
  const ends = endsOf(model, { ...wish, instead: edge });
  if (!at) return flow.reconnect(text, edge, entityOf(model, wish.to) ? { ...wish, toHandle: undefined } : wish, d);
  if (!ends) return text;
  const found = wished(model, tablesOf(model, d.analysis), ends);
  if ("refused" in found || !found.join) return text;
  const { join } = found;
  if (join.from === at.join.from && join.to === at.join.to) return rel.setKeys(text, edge, [...(join.on ?? []), ...(at.join.on ?? []).slice(1)]);
  return ops.steps(
    text,
    (t) => rel.setJoin(t, edge, ["on"], join.on),
    // The id is of both ends: they change in one step by the place in the list.
    (t) => ops.setAt(t, ["joins", at.index, "from"], join.from),
    (t) => ops.setAt(t, ["joins", at.index, "to"], join.to),
  );
}

function quickAdd(flow: Grammar, d: Drawing, spot: Spot): Candidate[] {
  const ids = new Set(rel.joinIds(d.model.joins));
  if (spot.edge !== undefined && ids.has(spot.edge)) return [];
  if (spot.from && entityOf(d.model, spot.from.node)) return [];
  if (spot.to && entityOf(d.model, spot.to.node)) return candidates(d.model, d.specs, d.analysis, "alone").flatMap((spec) => (spec.has_output ? [{ type: "component" as const, spec }] : []));
  return flow.quickAdd(d, spot);
}

/** roles are what tables of a kind are in a model: what changes or is looked up is a dimension. */
const dimensions: readonly string[] = ["dimension", "changelog"];

function addTable(text: string, candidate: Extract<Candidate, { type: "table" }>, spot: Spot): Added {
  const { model } = parse(text);
  const id = ops.freeId(candidate.table.split(".").at(-1) ?? candidate.table, rel.idsOf(model));
  const entity: Entity = { id, table: candidate.table, ...(candidate.kind !== undefined && dimensions.includes(candidate.kind) ? { role: "dimension" } : {}) };
  const added = rel.addEntity(text, entity, spot.at);
  const from = spot.from && entityOf(model, spot.from.node);
  if (!from) return { text: added, ids: [id] };
  // What is drawn from an entity into the empty is joined to it; by which columns is said as soon as the table's are known.
  const found = wished(parse(added).model, () => ({ columns: [], key: [] }), { from: from.id, to: id });
  return { text: "join" in found && found.join ? rel.addJoin(added, found.join) : added, ids: [id] };
}

/** outline lists the entities as the joins lead, then the joined rows and what is behind them, then what feeds entities. */
function outline(flow: Grammar, d: Drawing): OutlineItem[] {
  const { model } = d;
  const out: OutlineItem[] = [];
  const seen = new Set<string>();
  const visit = (e: Entity, depth: number) => {
    if (seen.has(e.id)) return;
    seen.add(e.id);
    const to = model.joins.filter((j) => j.from === e.id).map((j) => j.to);
    out.push({ id: e.id, depth, label: e.id, note: e.table, glyph: isDimension(e) ? "dimension" : "stream", to });
    for (const id of to) {
      const next = entityOf(model, id);
      if (next) visit(next, depth + 1);
    }
  };
  const joined = new Set(model.joins.map((j) => j.to));
  for (const e of model.entities) if (!joined.has(e.id)) visit(e, 0);
  for (const e of model.entities) visit(e, 0);
  const output = rel.outputOf(model);
  if (out.length > 0) out.push({ id: output, depth: 0, label: output, glyph: "relational", to: model.edges.filter((e) => e.from === output).map((e) => e.to) });
  return [...out, ...flow.outline(d)];
}
