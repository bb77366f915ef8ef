import { equal } from "../equal";
import { type Change, changesOf } from "./changes";
import { renamed, renamesOf } from "./renames";
import { type Input, identity, isPlace, type Path, pathText, type Tree, treeOf } from "./tree";

/** Op is what happened to something. */
export type Op = "added" | "removed" | "renamed" | "changed";

/** ValueDiff is a value that is another one now; null is none. */
export interface ValueDiff {
  path: string;
  old: unknown;
  new: unknown;
}

/** NodeDiff is a node that differs. Entities are nodes of the component "entity", joins of "join" with the id "from -> to". */
export interface NodeDiff {
  op: Op;
  id: string;
  /** was is the id of before, where the node is renamed. */
  was?: string;
  component: string;
  was_component?: string;
  params?: ValueDiff[] | null;
}

export interface EdgeDiff {
  op: Op;
  from: string;
  to: string;
  port?: string;
}

/**
 * ModelDiff says what is different in the second of two texts. It has the form in which the server compares versions, so that one view shows both: the server
 * knows what a change comes to, the browser knows of texts that are saved nowhere.
 */
export interface ModelDiff {
  settings: ValueDiff[];
  params: ValueDiff[];
  nodes: NodeDiff[];
  edges: EdgeDiff[];
  /** layout says that nodes or notes stand elsewhere on the canvas. */
  layout: boolean;
  /** drawing are the groups and notes that differ, as nodes of the component "group" or "note". They have no meaning for the rows. */
  drawing: NodeDiff[];
}

/** diff compares two documents. It is undefined where one of them cannot be read. */
export function diff(a: string, b: string): ModelDiff | undefined {
  const was = treeOf(a);
  const now = treeOf(b);
  return was && now ? diffTrees(was, now) : undefined;
}

/** count is how many differences there are, as "3 changes since v14" counts them. What is only drawn otherwise counts as nothing. */
export function count(d: ModelDiff): number {
  const touched = new Set(d.nodes.map((n) => n.id));
  return d.settings.length + d.params.length + d.nodes.length + d.edges.filter((e) => !touched.has(e.from) && !touched.has(e.to)).length;
}

/** lists are what is told node by node, and under which component; that of nodes is their own. */
const lists = [
  ["nodes", undefined],
  ["entities", "entity"],
  ["joins", "join"],
] as const;

/** drawn are the lists of the drawing. */
const drawn = [
  ["groups", "group"],
  ["notes", "note"],
] as const;

function diffTrees(a: Tree, b: Tree): ModelDiff {
  const names = renamesOf(a, b);
  const old = renamed(a, new Map([...names].map(([now, was]) => [was, now])));
  const out: ModelDiff = { settings: [], params: [], nodes: [], edges: [], layout: false, drawing: [] };

  const all = changesOf(old, b);
  out.layout = all.some((c) => isPlace(c.path));
  const changes = all.filter((c) => !isPlace(c.path));
  for (const c of changes) {
    const [head] = c.path;
    if (head === "params") out.params.push(valueDiff(c, c.path.slice(1)));
    else if (head !== "edges" && ![...lists, ...drawn].some(([list]) => list === head)) out.settings.push(valueDiff(c, c.path));
  }
  for (const [list, component] of lists) out.nodes.push(...nodesOf(old, b, list, component, changes, names));
  for (const [list, component] of drawn) out.drawing.push(...drawnOf(old, b, list, component));
  for (const to of new Set([...Object.keys(old.edges), ...Object.keys(b.edges)])) out.edges.push(...edgesInto(to, old.edges[to] ?? [], b.edges[to] ?? []));
  return out;
}

function nodesOf(a: Tree, b: Tree, list: string, fixed: string | undefined, changes: readonly Change[], names: ReadonlyMap<string, string>): NodeDiff[] {
  const was = byIdentity(a[list]);
  const now = byIdentity(b[list]);
  const out: NodeDiff[] = [];
  for (const [id, element] of was) if (!now.has(id)) out.push({ op: "removed", id, component: fixed ?? componentOf(element), params: paramsOf(element, undefined) });
  for (const [id, element] of now) {
    const before = was.get(id);
    const component = fixed ?? componentOf(element);
    if (before === undefined) {
      out.push({ op: "added", id, component, params: paramsOf(undefined, element) });
      continue;
    }
    const renamedFrom = fixed === "join" ? undefined : names.get(id);
    const mine = changes.filter((c) => c.path[0] === list && isElement(c.path, id)).map((c) => valueDiff(c, shortened(c.path.slice(2))));
    // A list that was put in another order is one change; what differs in each element is not told apart then.
    const changedInside = mine.length > 0 ? mine : changes.some((c) => c.path.length === 1 && c.path[0] === list) && !equal(before, element) ? paramsOf(before, element) : [];
    if (changedInside.length === 0 && renamedFrom === undefined) continue;
    const node: NodeDiff = { op: renamedFrom === undefined ? "changed" : "renamed", id, component, params: changedInside.filter((p) => p.path !== "component") };
    if (renamedFrom !== undefined) node.was = renamedFrom;
    if (!fixed && componentOf(before) !== component) node.was_component = componentOf(before);
    out.push(node);
  }
  return out;
}

/** drawnOf compares groups or notes as a whole: in which order a group names its nodes means nothing, and where a note stands is layout. */
function drawnOf(a: Tree, b: Tree, list: string, component: string): NodeDiff[] {
  const was = byIdentity(a[list]);
  const now = byIdentity(b[list]);
  const gone = [...was.keys()].filter((id) => !now.has(id));
  return [...gone, ...now.keys()].flatMap((id): NodeDiff[] => {
    const params = paramsOf(unplaced(was.get(id)), unplaced(now.get(id)));
    const op = !now.has(id) ? "removed" : was.has(id) ? "changed" : "added";
    return params.length > 0 || op !== "changed" ? [{ op, id, component, params }] : [];
  });
}

function unplaced(element: unknown): unknown {
  if (typeof element !== "object" || element === null) return element;
  const { x, y, width, nodes, ...rest } = element as Record<string, unknown>;
  return Array.isArray(nodes) ? { ...rest, nodes: nodes.map(String).sort() } : rest;
}

function isElement(path: Path, id: string): boolean {
  const step = path[1];
  return typeof step === "object" && step.key === id;
}

/** shortened leaves "params." away: what a node is set to is what one means by a place in it. */
function shortened(path: Path): Path {
  return path[0] === "params" && path.length > 1 ? path.slice(1) : path;
}

function valueDiff(c: Change, path: Path): ValueDiff {
  return { path: pathText(path), old: c.old ?? null, new: c.new ?? null };
}

/** paramsOf tells of a whole element, parameter by parameter. */
function paramsOf(a: unknown, b: unknown): ValueDiff[] {
  const was = flat(a);
  const now = flat(b);
  return [...new Set([...Object.keys(was), ...Object.keys(now)])]
    .filter((key) => !equal(was[key], now[key]))
    .map((key) => ({ path: key, old: was[key] ?? null, new: now[key] ?? null }));
}

function flat(element: unknown): Record<string, unknown> {
  if (typeof element !== "object" || element === null) return {};
  const { id, component, params, from, to, ...rest } = element as Record<string, unknown>;
  return { ...rest, ...(typeof params === "object" && params !== null ? params : {}) };
}

function componentOf(element: unknown): string {
  const component = (element as { component?: unknown } | null)?.component;
  return typeof component === "string" ? component : "";
}

function byIdentity(list: unknown): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const element of Array.isArray(list) ? (list as unknown[]) : []) {
    const id = identity(element);
    if (id !== undefined) out.set(id, element);
  }
  return out;
}

function edgesInto(to: string, was: readonly Input[], now: readonly Input[]): EdgeDiff[] {
  const edge = (op: Op, i: Input): EdgeDiff => (i.port ? { op, from: i.from, to, port: i.port } : { op, from: i.from, to });
  const removed = was.filter((i) => !now.some((n) => equal(i, n)));
  const added = now.filter((i) => !was.some((n) => equal(i, n)));
  if (removed.length + added.length === 0 && !equal(was, now)) return now.map((i) => edge("changed", i));
  return [...removed.map((i) => edge("removed", i)), ...added.map((i) => edge("added", i))];
}

