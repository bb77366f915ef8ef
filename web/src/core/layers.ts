/** Link leads from one node to another. */
export interface Link {
  from: string;
  to: string;
}

/** Sizes are those of all nodes, and of the space between layers and between nodes of one. */
export interface Sizes {
  width: number;
  height: number;
  gapX: number;
  gapY: number;
}

/** Layered is where nodes stand, with the size of the whole. */
export interface Layered {
  at: ReadonlyMap<string, { x: number; y: number }>;
  width: number;
  height: number;
}

/** sweeps is how often the order of the layers is improved; more than a few change nothing in graphs of a plan's size. */
const sweeps = 4;

/**
 * layered places the nodes of a graph without cycles from left to right: each stands one layer behind the last of its inputs, and in its layer where its
 * neighbours are. Links of a cycle, and to nodes there are not, are left out.
 */
export function layered(ids: readonly string[], links: readonly Link[], s: Sizes): Layered {
  const known = new Set(ids);
  const inputs = new Map<string, string[]>(ids.map((id) => [id, []]));
  const outputs = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const l of links) {
    if (!known.has(l.from) || !known.has(l.to)) continue;
    inputs.get(l.to)?.push(l.from);
    outputs.get(l.from)?.push(l.to);
  }
  const layers = layersOf(ids, inputs);
  for (let i = 0; i < sweeps; i++) {
    for (let l = 1; l < layers.length; l++) reorder(layers, l, l - 1, inputs);
    for (let l = layers.length - 2; l >= 0; l--) reorder(layers, l, l + 1, outputs);
  }
  const at = new Map<string, { x: number; y: number }>();
  const step = s.height + s.gapY;
  const tallest = Math.max(0, ...layers.map((l) => l.length));
  layers.forEach((layer, l) => {
    // A node would stand at the mean of its inputs; those before it in the layer keep it below them.
    let least = -Infinity;
    const wanted = layer.map((id) => {
      const from = (inputs.get(id) ?? []).map((n) => at.get(n)?.y).filter((y) => y !== undefined);
      const y = from.length > 0 ? from.reduce((a, b) => a + b, 0) / from.length : undefined;
      return { id, y };
    });
    wanted.forEach(({ id, y }, i) => {
      const put = Math.max(least, y ?? i * step);
      at.set(id, { x: l * (s.width + s.gapX), y: put });
      least = put + step;
    });
  });
  const ys = [...at.values()].map((p) => p.y);
  const top = Math.min(0, ...ys);
  for (const p of at.values()) p.y -= top;
  const height = ys.length > 0 ? Math.max(...ys) - top + s.height : 0;
  return { at, width: Math.max(0, layers.length * (s.width + s.gapX) - s.gapX), height: Math.max(height, tallest * step - s.gapY) };
}

/** layersOf puts each node a layer behind the last of its inputs; a node that is met again on the way to itself counts as if it were not an input. */
function layersOf(ids: readonly string[], inputs: ReadonlyMap<string, string[]>): string[][] {
  const layer = new Map<string, number>();
  const open = new Set<string>();
  const visit = (id: string): number => {
    const known = layer.get(id);
    if (known !== undefined) return known;
    open.add(id);
    let l = 0;
    for (const from of inputs.get(id) ?? []) if (!open.has(from)) l = Math.max(l, visit(from) + 1);
    open.delete(id);
    layer.set(id, l);
    return l;
  };
  const out: string[][] = [];
  for (const id of ids) (out[visit(id)] ??= []).push(id);
  return Array.from(out, (l) => l ?? []);
}

/** reorder sorts a layer by the mean place of each node's neighbours in the layer beside it. */
function reorder(layers: string[][], l: number, beside: number, neighbours: ReadonlyMap<string, string[]>): void {
  const place = new Map((layers[beside] ?? []).map((id, i) => [id, i]));
  const layer = layers[l] ?? [];
  const mean = new Map(
    layer.map((id, i) => {
      const at = (neighbours.get(id) ?? []).map((n) => place.get(n)).filter((p) => p !== undefined);
      return [id, at.length > 0 ? at.reduce((a, b) => a + b, 0) / at.length : i];
    }),
  );
  layers[l] = [...layer].sort((a, b) => (mean.get(a) ?? 0) - (mean.get(b) ?? 0));
}
