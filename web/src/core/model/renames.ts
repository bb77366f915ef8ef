import { equal } from "../equal";
import { withMemberNames } from "./members";
import type { Input, Tree } from "./tree";

/** Renames leads from ids to the ids that the same nodes have elsewhere. */
export type Renames = ReadonlyMap<string, string>;

/** lists are those whose elements go by an id that edges and joins mean. */
const lists = ["nodes", "entities"] as const;

interface Element {
  id: string;
  [key: string]: unknown;
}

/** elements returns the nodes or entities of a tree that have an id. */
export function elements(tree: Tree, list: (typeof lists)[number]): Element[] {
  const all = tree[list];
  return Array.isArray(all) ? all.filter((e): e is Element => typeof (e as { id?: unknown } | null)?.id === "string") : [];
}

/** idsOf are the ids of all nodes and entities. */
export function idsOf(tree: Tree): Set<string> {
  return new Set(lists.flatMap((list) => elements(tree, list).map((e) => e.id)));
}

/**
 * renamesOf finds what is called otherwise in b: it leads from ids of b to those of a. A node with another id but the same content is renamed, not removed and
 * added. Where several could be meant, none is.
 */
export function renamesOf(a: Tree, b: Tree): Map<string, string> {
  const out = new Map<string, string>();
  for (const list of lists) {
    const was = elements(a, list);
    const now = elements(b, list);
    const gone = was.filter((e) => !now.some((n) => n.id === e.id));
    const come = now.filter((e) => !was.some((n) => n.id === e.id));
    for (const e of come) {
      const like = gone.filter((g) => sameContent(g, e));
      const rivals = come.filter((c) => sameContent(c, e));
      const [one] = like;
      if (one && like.length === 1 && rivals.length === 1) out.set(e.id, one.id);
    }
  }
  return out;
}

function sameContent(a: Element, b: Element): boolean {
  return equal({ ...a, id: "" }, { ...b, id: "" });
}

/** renamed returns a tree with other ids. */
export function renamed(tree: Tree, names: Renames): Tree {
  if (names.size === 0) return tree;
  const name = (id: string) => names.get(id) ?? id;
  const out: Tree = { ...tree, edges: {} };
  for (const [to, inputs] of Object.entries(tree.edges)) out.edges[name(to)] = inputs.map((i: Input) => ({ ...i, from: name(i.from) }));
  for (const list of lists) {
    const all = tree[list];
    if (Array.isArray(all)) out[list] = all.map((e: unknown) => withNames(e, ["id"], name));
  }
  if (Array.isArray(tree.joins)) out.joins = tree.joins.map((j: unknown) => withNames(j, ["from", "to"], name));
  if (Array.isArray(tree.groups)) out.groups = withMemberNames(tree.groups, name);
  if (typeof tree.layout === "object" && tree.layout !== null) {
    out.layout = Object.fromEntries(Object.entries(tree.layout).map(([id, place]) => [name(id), place as unknown]));
  }
  return out;
}

function withNames(element: unknown, keys: readonly string[], name: (id: string) => string): unknown {
  if (typeof element !== "object" || element === null) return element;
  const out: Record<string, unknown> = { ...element };
  for (const key of keys) {
    const id = out[key];
    if (typeof id === "string") out[key] = name(id);
  }
  return out;
}
