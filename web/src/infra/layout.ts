import type ELK from "elkjs/lib/elk-api";
import script from "elkjs/lib/elk-worker.min.js?url";

/** Box is what is to be laid out: its size, and with a layer, in which column (or row) it has to stand. */
export interface Box {
  id: string;
  width: number;
  height: number;
  layer?: number;
}

/** Layout is a graph to be laid out. Edges to what is not among the nodes are left out. */
export interface Layout {
  nodes: Box[];
  edges: { from: string; to: string }[];
  direction: "right" | "down";
  /** gap is between layers, rowGap between neighbours of one, in pixels. */
  gap?: number;
  rowGap?: number;
}

/** Places are the left upper corners by id. */
export type Places = Record<string, { x: number; y: number }>;

let engine: Promise<InstanceType<typeof ELK>> | undefined;

// The worker lives as long as the page: to start it costs more than any layout. Its script is ELK's own, taken as it is: it was made to be a classic
// worker and finds out where it runs by what is not there, which a bundle around it would spoil.
function elk(): Promise<InstanceType<typeof ELK>> {
  engine ??= import("elkjs/lib/elk-api").then((m) => new m.default({ workerFactory: () => new Worker(script) }));
  return engine;
}

/** layout places the nodes of a graph in layers, in a worker. The same graph gets the same places. */
export async function layout(of: Layout): Promise<Places> {
  if (of.nodes.length === 0) return {};
  const known = new Set(of.nodes.map((n) => n.id));
  const layered = of.nodes.some((n) => n.layer !== undefined);
  const answer = await (await elk()).layout({
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": of.direction === "right" ? "RIGHT" : "DOWN",
      "elk.layered.spacing.nodeNodeBetweenLayers": String(of.gap ?? 64),
      "elk.spacing.nodeNode": String(of.rowGap ?? 24),
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      ...(layered ? { "elk.partitioning.activate": "true" } : {}),
    },
    children: of.nodes.map((n) => ({
      id: n.id,
      width: n.width,
      height: n.height,
      ...(n.layer === undefined ? {} : { layoutOptions: { "elk.partitioning.partition": String(n.layer) } }),
    })),
    edges: of.edges.filter((e) => known.has(e.from) && known.has(e.to)).map((e, i) => ({ id: `e${i}`, sources: [e.from], targets: [e.to] })),
  });
  return Object.fromEntries((answer.children ?? []).map((n) => [n.id, { x: n.x ?? 0, y: n.y ?? 0 }]));
}
