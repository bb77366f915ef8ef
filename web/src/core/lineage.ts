/**
 * What is made from what, as a picture and as a list. The server draws the part of the graph around one table; a person opens further tables, and
 * each of those is a drawing of its own. This file puts drawings together, follows a pinned column through them and writes the same as rows and CSV.
 */

/** Via is the model or pipeline that makes one table from another. One that may not be seen has no name. */
export interface Via {
  kind?: string;
  id?: string;
  name?: string;
  virtual?: boolean;
  hidden?: boolean;
}

/** Link is one column that goes into another: directly when its value does, indirectly when it only decides (a filter, a key, a window). */
export interface Link {
  from: string;
  to: string;
  direct: boolean;
}

/** Drawn is a node as the server tells it. */
export interface Drawn {
  id: string;
  kind: string;
  name?: string;
  type?: string;
  layer?: string;
  owner?: string;
  count?: number;
  distance: number;
  more?: boolean;
}

/** Line is an edge as the server tells it. */
export interface Line {
  from: string;
  to: string;
  via: Via[] | null;
  columns?: Link[] | null;
}

/** Drawing is the part of the graph around one table. */
export interface Drawing {
  nodes: Drawn[] | null;
  edges: Line[] | null;
  cut?: boolean;
}

/** Graph is one or several drawings as one. Edges have all their columns, and no node is there twice. */
export interface Graph {
  middle: string;
  nodes: Drawn[];
  edges: Edge[];
  /** cut says that the server has left something out for its size. */
  cut: boolean;
}

/** Edge is a line with what every line has. */
export interface Edge {
  id: string;
  from: string;
  to: string;
  via: Via[];
  columns: Link[];
}

/** Spot is a column of a table. */
export interface Spot {
  table: string;
  column: string;
}

/** Path is what a pinned column comes from and goes to. Tables, columns and links go by the keys of keyOf and linkKey. */
export interface Path {
  tables: Set<string>;
  columns: Set<string>;
  links: Set<string>;
}

/** Row is a line of the list: what goes into the table in the middle, and what comes out of it. */
export interface Row {
  side: "up" | "down";
  /** table is the one at the other end, with how many steps it is away; column is its column. */
  node: Drawn;
  column?: string;
  /** into is the column at the near end, of the table `near`. */
  near: string;
  into?: string;
  direct?: boolean;
  via: Via[];
}

/** keyOf names a column of a table among those of all. */
export function keyOf(s: Spot): string {
  return `${s.table}\n${s.column}`;
}

/** linkKey names a link of an edge. */
export function linkKey(edge: Edge, link: Link): string {
  return `${edge.id}\n${link.from}\n${link.to}`;
}

/**
 * assemble makes one graph of the drawing around the middle and those around tables that were opened. What is nearer to the middle counts where two
 * drawings know a node; hidden nodes of different drawings stay apart, for nobody may know whether they are the same tables.
 */
export function assemble(middle: string, drawings: { around: string; drawing: Drawing }[]): Graph {
  const nodes = new Map<string, Drawn>();
  const edges = new Map<string, Edge>();
  const opened = new Set(drawings.map((d) => d.around));
  let cut = false;
  for (const { around, drawing } of drawings) {
    cut ||= drawing.cut ?? false;
    const own = (id: string) => (around !== middle && id.startsWith("hidden:") ? `${id}@${around}` : id);
    const base = around === middle ? 0 : (nodes.get(around)?.distance ?? 0);
    const before = new Set(nodes.keys());
    for (const n of drawing.nodes ?? []) {
      const id = own(n.id);
      if (!nodes.has(id)) nodes.set(id, { ...n, id, distance: base + n.distance });
    }
    for (const l of drawing.edges ?? []) {
      const from = own(l.from);
      const to = own(l.to);
      const id = `${from}>${to}`;
      if (!edges.has(id)) edges.set(id, { id, from, to, via: l.via ?? [], columns: l.columns ?? [] });
    }
    // A hidden neighbour that is the only way back to what is drawn already would stand there twice.
    if (around !== middle) dropEchoes(nodes, edges, around, before);
  }
  for (const n of nodes.values()) if (opened.has(n.id) && n.id !== middle) n.more = false;
  return foldEnds({ middle, nodes: [...nodes.values()], edges: [...edges.values()], cut });
}

function dropEchoes(nodes: Map<string, Drawn>, edges: Map<string, Edge>, around: string, before: Set<string>): void {
  const known = [...edges.values()].filter((e) => e.id.includes("hidden:") && (e.from === around || e.to === around));
  const old = known.filter((e) => before.has(e.from) && before.has(e.to));
  for (const e of known) {
    if (old.includes(e)) continue;
    const out = e.from === around;
    if (!old.some((o) => (o.from === around) === out)) continue;
    edges.delete(e.id);
    const hidden = out ? e.to : e.from;
    if (![...edges.values()].some((o) => o.from === hidden || o.to === hidden)) nodes.delete(hidden);
  }
}

/** foldEnds takes a pipeline and the model it was deployed from, which stand for the same rows, as one end. */
function foldEnds(g: Graph): Graph {
  const models = new Map<string, string>();
  for (const n of g.nodes) if (n.kind === "end" && n.type === "document" && n.name) models.set(`${n.name}\n${n.distance}`, n.id);
  const gone = new Map<string, string>();
  for (const n of g.nodes) {
    const model = n.kind === "end" && n.type === "pipeline" ? models.get(`${n.name}\n${n.distance}`) : undefined;
    if (model) gone.set(n.id, model);
  }
  if (gone.size === 0) return g;
  const edges = new Map<string, Edge>();
  for (const e of g.edges) {
    const from = gone.get(e.from) ?? e.from;
    const to = gone.get(e.to) ?? e.to;
    const id = `${from}>${to}`;
    const had = edges.get(id);
    edges.set(id, had ? { ...had, via: [...had.via, ...e.via] } : { ...e, id, from, to });
  }
  return { ...g, nodes: g.nodes.filter((n) => !gone.has(n.id)), edges: [...edges.values()] };
}

/**
 * follow returns the path of a column: the columns whose values it is made from, and those its value goes into, however far; with indirect, also those
 * that decide about one of them. Deciding columns are not followed further: behind a filter stands everything, and a path of everything says nothing.
 */
export function follow(g: Graph, pin: Spot, indirect: boolean): Path {
  const path: Path = { tables: new Set([pin.table]), columns: new Set([keyOf(pin)]), links: new Set() };
  walk(g, pin, indirect, path, true);
  walk(g, pin, indirect, path, false);
  return path;
}

function walk(g: Graph, pin: Spot, indirect: boolean, path: Path, up: boolean): void {
  const queue: Spot[] = [pin];
  const seen = new Set([keyOf(pin)]);
  for (let at = queue.pop(); at; at = queue.pop()) {
    for (const e of g.edges) {
      if ((up ? e.to : e.from) !== at.table) continue;
      for (const l of e.columns) {
        if ((up ? l.to : l.from) !== at.column || !(l.direct || indirect)) continue;
        const next = up ? { table: e.from, column: l.from } : { table: e.to, column: l.to };
        const key = keyOf(next);
        path.tables.add(next.table);
        path.columns.add(key);
        path.links.add(linkKey(e, l));
        if (!l.direct || seen.has(key)) continue;
        seen.add(key);
        queue.push(next);
      }
    }
  }
}

/**
 * columnsOf returns the columns of a table that some link of the graph touches, and of the one in the middle all of them: those of a path first, then what
 * is linked, each group in the given order.
 */
export function columnsOf(g: Graph, table: string, indirect: boolean, order: readonly string[], path?: Path): string[] {
  const touched = new Set<string>();
  for (const e of g.edges) {
    if (e.from !== table && e.to !== table) continue;
    for (const l of e.columns) {
      if (!l.direct && !indirect) continue;
      if (e.from === table) touched.add(l.from);
      if (e.to === table) touched.add(l.to);
    }
  }
  const place = new Map(order.map((name, i) => [name, i]));
  const all = table === g.middle ? [...order, ...[...touched].filter((c) => !place.has(c))] : [...touched];
  const on = (c: string) => (path?.columns.has(keyOf({ table, column: c })) ? 0 : touched.has(c) ? 1 : 2);
  const at = (c: string) => place.get(c) ?? order.length;
  return all.sort((a, b) => on(a) - on(b) || at(a) - at(b) || a.localeCompare(b));
}

/** list writes the graph as rows: one a link where columns are known, else one an edge. With a path, only its links. */
export function list(g: Graph, indirect: boolean, path?: Path): Row[] {
  const nodes = new Map(g.nodes.map((n) => [n.id, n]));
  const rows: Row[] = [];
  for (const e of g.edges) {
    const from = nodes.get(e.from);
    const to = nodes.get(e.to);
    if (!from || !to) continue;
    const side = to.distance <= 0 && from.distance < 0 ? "up" : "down";
    const [node, near] = side === "up" ? [from, to] : [to, from];
    const common = { side, node, near: near.name ?? near.id, via: e.via } as const;
    if (e.columns.length === 0) {
      if (!path) rows.push(common);
      continue;
    }
    for (const l of e.columns) {
      if (path ? !path.links.has(linkKey(e, l)) : !l.direct && !indirect) continue;
      rows.push(side === "up" ? { ...common, column: l.from, into: l.to, direct: l.direct } : { ...common, column: l.to, into: l.from, direct: l.direct });
    }
  }
  const rank = (r: Row) => (r.side === "up" ? 0 : 1);
  return rows.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      Math.abs(a.node.distance) - Math.abs(b.node.distance) ||
      Number(!a.node.name) - Number(!b.node.name) ||
      Number(b.direct ?? true) - Number(a.direct ?? true) ||
      (a.node.name ?? "").localeCompare(b.node.name ?? "") ||
      (a.column ?? "").localeCompare(b.column ?? ""),
  );
}

/** hiddenIn counts the tables that may not be seen. */
export function hiddenIn(g: Graph): number {
  return g.nodes.reduce((sum, n) => sum + (n.kind === "hidden" ? (n.count ?? 1) : 0), 0);
}

/** csv writes rows for a spreadsheet. The words of the header are the API's, so that files of both languages are alike. */
export function csv(rows: Row[]): string {
  const lines = [["side", "steps", "table", "column", "near_table", "near_column", "kind", "through", "layer", "owner"]];
  for (const r of rows) {
    const kind = r.direct === undefined ? "" : r.direct ? "direct" : "indirect";
    const through = viaNames(r.via).join("; ");
    lines.push([r.side, String(Math.abs(r.node.distance)), r.node.name ?? "", r.column ?? "", r.near, r.into ?? "", kind, through, r.node.layer ?? "", r.node.owner ?? ""]);
  }
  return lines.map((l) => l.map(cell).join(",")).join("\r\n") + "\r\n";
}

// A cell that a spreadsheet would take for a formula is told to be a text.
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** viaNames are the names one edge goes through, each once: a pipeline is mostly called like its model. */
export function viaNames(via: Via[]): string[] {
  return [...new Set(via.flatMap((v) => (v.name ? [v.name] : [])))];
}

/** shortName is a table's own name, and place where it lies: "play_log" in "cdm.dwd". */
export function shortName(name: string): { place: string; own: string } {
  const at = name.lastIndexOf(".");
  return at < 0 ? { place: "", own: name } : { place: name.slice(0, at), own: name.slice(at + 1) };
}
