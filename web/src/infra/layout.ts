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
  /** groups are nodes that are to stand together, with room for a frame around them. */
  groups?: readonly { readonly id: string; readonly nodes: readonly string[] }[];
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
  const groups = (of.groups ?? []).map((g) => ({ id: `group ${g.id}`, nodes: new Set(g.nodes.filter((id) => known.has(id))) })).filter((g) => g.nodes.size > 0);
  const grouped = new Set(groups.flatMap((g) => [...g.nodes]));
  const box = (n: Box) => ({
    id: n.id,
    width: n.width,
    height: n.height,
    ...(n.layer === undefined ? {} : { layoutOptions: { "elk.partitioning.partition": String(n.layer) } }),
  });
  const spacing = { "elk.layered.spacing.nodeNodeBetweenLayers": String(of.gap ?? 64), "elk.spacing.nodeNode": String(of.rowGap ?? 24) };
  const answer = await (await elk()).layout({
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": of.direction === "right" ? "RIGHT" : "DOWN",
      ...spacing,
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      ...(layered ? { "elk.partitioning.activate": "true" } : {}),
      ...(groups.length > 0 ? { "elk.hierarchyHandling": "INCLUDE_CHILDREN" } : {}),
    },
    children: [
      ...groups.map((g) => ({ id: g.id, layoutOptions: { ...spacing, "elk.padding": framePadding }, children: of.nodes.filter((n) => g.nodes.has(n.id)).map(box) })),
      ...of.nodes.filter((n) => !grouped.has(n.id)).map(box),
    ],
    edges: of.edges.filter((e) => known.has(e.from) && known.has(e.to)).map((e, i) => ({ id: `e${i}`, sources: [e.from], targets: [e.to] })),
  });
  // What stands in a group has its place from the group's corner.
  return Object.fromEntries((answer.children ?? []).flatMap((n) => (n.children?.length ? n.children.map((c) => [c.id, corner(n, c)] as const) : [[n.id, corner(n)] as const])));
}

function corner(...of: { x?: number; y?: number }[]): Places[string] {
  return { x: of.reduce((sum, n) => sum + (n.x ?? 0), 0), y: of.reduce((sum, n) => sum + (n.y ?? 0), 0) };
}

/** framePadding is the room that a frame has around its nodes, and above them for its title. */
const framePadding = "[top=30,left=16,bottom=16,right=16]";
