import { type Edge, empty, type Join, type Model } from "./types";

/**
 * What the server says of a text: POST /compile/analyse. It is complete as far as it goes in spite of errors: a node whose inputs are known has a schema even
 * where others are broken.
 */
export interface Analysis {
  diagnostics: Finding[];
  kind: string;
  name: string;
  time_zone: string;
  nodes: AnalysedNode[];
  relational?: AnalysedRelational;
  fingerprint?: string;
}

/** A finding with its place: line and column from 1; node and path (within the node's params) where it belongs to a node. */
export interface Finding {
  severity: string;
  code: string;
  message: string;
  fix?: string;
  node?: string;
  path?: string;
  span?: { start?: Position; end?: Position };
}

export interface Position {
  line?: number;
  column?: number;
  offset?: number;
}

export interface AnalysedColumn {
  name: string;
  type: string;
  nullable: boolean;
  doc?: string;
}

export interface AnalysedSchema {
  columns: AnalysedColumn[];
  key?: string[];
  event_time?: AnalysedTime;
}

/** AnalysedTime is the column with the event time, and how late, early and seldom rows come; durations are as the language writes them. */
export interface AnalysedTime {
  column: string;
  out_of_order?: string;
  max_future?: string;
  idle?: string;
}

export interface AnalysedNode {
  id: string;
  component: string;
  kind: string;
  inputs: { node: string; port?: string }[];
  schema?: AnalysedSchema;
  mode?: string;
  key?: string[];
  /** table is what a statement of a script defines, reads or writes. */
  table?: string;
  /** failed is set where it cannot be planned, for its own mistakes or for those before it. */
  failed?: boolean;
}

export interface AnalysedEntity {
  id: string;
  table?: string;
  role?: string;
  key?: string[];
  /** columns are those that the joined rows have of it, by their names there. */
  columns?: string[];
  schema?: AnalysedSchema;
  failed?: boolean;
}

export interface AnalysedJoin extends Join {
  operator?: string;
  why?: string;
  /** diagnostics are places in those of the analysis. */
  diagnostics?: number[];
}

export interface AnalysedRelational {
  entities: AnalysedEntity[];
  joins: AnalysedJoin[];
  output?: AnalysedSchema;
}

/** severityRank orders findings: errors first. */
export function severityRank(severity: string): number {
  return severity === "error" ? 0 : severity === "warning" ? 1 : 2;
}

/** modelOf is the model of a text that only the server can read, such as a script: nodes and edges, without parameters. */
export function modelOf(a: Analysis): Model {
  const edges: Edge[] = a.nodes.flatMap((n) => n.inputs.map((i) => ({ from: i.node, to: n.id, ...(i.port ? { port: i.port } : {}) })));
  return { ...empty, kind: a.kind, name: a.name, timeZone: a.time_zone, nodes: a.nodes.map((n) => ({ id: n.id, component: n.component, params: {} })), edges };
}

/** WireSchema, WireNode and Wire are the analysis as the API writes it. */
interface WireSchema {
  fields: { name: string; type: string; nullable: boolean; description?: string }[] | null;
  key?: string[] | null;
  event_time?: AnalysedTime;
}

interface WireNode {
  id: string;
  component: string;
  kind?: string;
  table?: string;
  inputs: { node: string; port?: string }[];
  schema?: WireSchema;
  mode?: { change: string; key?: string[] | null };
  failed?: boolean;
}

export interface WireAnalysis {
  diagnostics: Finding[] | null;
  kind: string;
  name?: string;
  time_zone?: string;
  fingerprint?: string;
  nodes: WireNode[];
  relational?: { entities: (WireNode & { role?: string; key: string[]; kept?: string[] | null })[]; joins: AnalysedJoin[]; output: WireNode };
}

/** fromWire reads the API's answer. */
export function fromWire(a: WireAnalysis): Analysis {
  return {
    diagnostics: a.diagnostics ?? [],
    kind: a.kind,
    name: a.name ?? "",
    time_zone: a.time_zone ?? "UTC",
    nodes: a.nodes.map(nodeFrom),
    ...(a.fingerprint ? { fingerprint: a.fingerprint } : {}),
    ...(a.relational
      ? {
          relational: {
            entities: a.relational.entities.map((e) => ({ id: e.id, ...(e.table ? { table: e.table } : {}), role: e.role, key: e.key, columns: e.kept ?? undefined, schema: schemaFrom(e.schema), failed: e.failed })),
            joins: a.relational.joins,
            output: schemaFrom(a.relational.output.schema),
          },
        }
      : {}),
  };
}

function nodeFrom(n: WireNode): AnalysedNode {
  const schema = schemaFrom(n.schema);
  return {
    id: n.id,
    component: n.component,
    kind: n.kind ?? "",
    inputs: n.inputs,
    ...(n.table ? { table: n.table } : {}),
    ...(n.failed ? { failed: true } : {}),
    ...(schema ? { schema } : {}),
    ...(n.mode ? { mode: n.mode.change, ...(n.mode.key ? { key: n.mode.key } : {}) } : {}),
  };
}

function schemaFrom(s: WireSchema | undefined): AnalysedSchema | undefined {
  if (!s) return undefined;
  return {
    columns: (s.fields ?? []).map((f) => ({ name: f.name, type: f.type, nullable: f.nullable, ...(f.description ? { doc: f.description } : {}) })),
    ...(s.key ? { key: s.key } : {}),
    ...(s.event_time ? { event_time: s.event_time } : {}),
  };
}
