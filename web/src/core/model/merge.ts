import { equal } from "../equal";
import { applied, type Change, changesOf } from "./changes";
import { applyText } from "./changetext";
import { chosen, mergeLines } from "./mergelines";
import { idsOf, type Renames, renamed, renamesOf } from "./renames";
import { withoutMembers } from "./members";
import { type Input, isPlace, type Path, pathText, same, type Tree, treeOf, valueAt, within } from "./tree";

/** Side is one of the two who have changed a document. */
export type Side = "mine" | "theirs";

/** Clash is something that both have changed in different ways. Undefined values are "not there". */
export interface Clash {
  /** place is where, as people read it: nodes[long].params.where. */
  readonly place: string;
  /** paths are all places that go with the choice; the first is the one that values tell of. */
  readonly paths: readonly Path[];
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

/** Merge is what has to be made of two changes of one document. */
export interface Merge {
  /** mine and theirs are what each has changed and the other has not: it needs no choice. */
  readonly mine: readonly Change[];
  readonly theirs: readonly Change[];
  readonly clashes: readonly Clash[];
  /** finish makes the text, with one choice a clash. */
  finish(choices: readonly Side[]): string;
}

/**
 * merge merges two changes of a document by node and parameter. It is undefined where one of the texts is no document that can be read; then only lines
 * can be merged. The result is their text with what I have changed put into it, so nothing of theirs is lost that was not asked about.
 */
export function merge(base: string, mine: string, theirs: string): Merge | undefined {
  const b = treeOf(base);
  const myTree = treeOf(mine);
  const theirTree = treeOf(theirs);
  if (!b || !myTree || !theirTree) return undefined;

  // Both are compared under the names of the base, so that what one has renamed and the other has changed is one node.
  const names = namesOf(b, myTree, theirTree);
  const m = renamed(myTree, names.mine);
  const t = renamed(theirTree, names.theirs);

  const ours = changesOf(b, m);
  const others = changesOf(b, t);
  const groups = clashing(ours, others);
  const inClash = new Set(groups.flatMap((g) => [...g.mine, ...g.theirs]));
  // Where a node or a note stands is worth no question: the one who saves last has put it there.
  const quiet = groups.filter((g) => [...g.mine, ...g.theirs].every((c) => isPlace(c.path)));
  const asked = groups.filter((g) => !quiet.includes(g));

  const free = ours.filter((c) => (!inClash.has(c) || quiet.some((g) => g.mine.includes(c))) && !others.some((o) => same(o.path, c.path) && equal(o.new, c.new)));
  const clashes = asked.map((g): Clash => {
    const paths = outermost([...g.mine, ...g.theirs].map((c) => c.path));
    const first = paths[0] ?? [];
    return { place: pathText(first), paths, base: valueAt(b, first), mine: valueAt(m, first), theirs: valueAt(t, first) };
  });

  return {
    mine: free,
    theirs: others.filter((c) => !inClash.has(c)),
    clashes,
    finish(choices) {
      const changes = [...free];
      clashes.forEach((clash, i) => {
        if (choices[i] !== "mine") return;
        for (const path of clash.paths) changes.push({ path, old: valueAt(t, path), new: valueAt(m, path) });
      });
      const wanted = renamed(withoutLooseEnds(applied(t, changes), [b, m, t]), names.back);
      // A merge of lines keeps the comments of both. It counts only where it says what the merge of nodes says.
      const parts = mergeLines(base, mine, theirs);
      if (parts.every((p) => "text" in p)) {
        const text = chosen(parts, () => "mine");
        const read = treeOf(text);
        if (read && equal(read, wanted)) return text;
      }
      return applyText(theirs, changesOf(theirTree, wanted));
    },
  };
}

/**
 * namesOf finds what each has renamed, and back, the names of the result. Where the two have given one node two names, or two nodes one name, nothing counts as
 * renamed: what was removed and added then shows as a clash.
 */
function namesOf(base: Tree, mine: Tree, theirs: Tree): { mine: Renames; theirs: Renames; back: Renames } {
  const my = renamesOf(base, mine);
  const their = renamesOf(base, theirs);
  const back = new Map<string, string>();
  const taken = new Set<string>();
  for (const [now, was] of [...my, ...their]) {
    const other = back.get(was);
    const twice = other !== undefined ? other !== now : taken.has(now);
    const met = (idsOf(mine).has(now) && !my.has(now)) || (idsOf(theirs).has(now) && !their.has(now));
    if (twice || met) return { mine: new Map(), theirs: new Map(), back: new Map() };
    back.set(was, now);
    taken.add(now);
  }
  return { mine: my, theirs: their, back };
}

interface Group {
  mine: Change[];
  theirs: Change[];
}

/** clashing gathers the changes that cannot both be made. What hangs together is one group, and one choice. */
function clashing(ours: readonly Change[], others: readonly Change[]): Group[] {
  const links: [Change, Change][] = [];
  for (const a of ours) {
    for (const b of others) {
      if (overlap(a, b) || removesNeeded(a, b) || removesNeeded(b, a)) links.push([a, b]);
    }
  }
  const groups: Group[] = [];
  for (const [a, b] of links) {
    const touched = groups.filter((g) => g.mine.includes(a) || g.theirs.includes(b));
    const one: Group = { mine: [...new Set([...touched.flatMap((g) => g.mine), a])], theirs: [...new Set([...touched.flatMap((g) => g.theirs), b])] };
    groups.splice(0, groups.length, ...groups.filter((g) => !touched.includes(g)), one);
  }
  // With a node that one has removed go the edges that this one has taken off it.
  for (const g of groups) {
    for (const [list, all] of [
      [g.mine, ours],
      [g.theirs, others],
    ] as const) {
      for (const id of list.map(removedNode)) {
        if (id === undefined) continue;
        for (const c of all) if (!list.includes(c) && !groups.some((x) => x.mine.includes(c) || x.theirs.includes(c)) && losesEdgeOf(c, id)) list.push(c);
      }
    }
  }
  return groups;
}

function overlap(a: Change, b: Change): boolean {
  if (!within(a.path, b.path) && !within(b.path, a.path)) return false;
  return !(same(a.path, b.path) && equal(a.new, b.new));
}

/** parts are the lists whose elements edges and joins lead to. */
const parts = ["nodes", "entities"];

/** removedNode is the id of the node or entity that a change removes. */
function removedNode(c: Change): string | undefined {
  const [list, element] = c.path;
  return c.path.length === 2 && typeof list === "string" && parts.includes(list) && typeof element === "object" && c.new === undefined ? element.key : undefined;
}

/** removesNeeded reports whether a takes a node away that b newly leads to or from. */
function removesNeeded(a: Change, b: Change): boolean {
  const id = removedNode(a);
  return id !== undefined && endsOf(b, b.new).includes(id) && !endsOf(b, b.old).includes(id);
}

function losesEdgeOf(c: Change, id: string): boolean {
  return c.path[0] === "edges" || c.path[0] === "joins" ? endsOf(c, c.old).includes(id) : c.path[0] === "layout" && c.path[1] === id;
}

/** endsOf are the nodes that a value of an edge or a join leads to or from. */
function endsOf(c: Change, value: unknown): string[] {
  if (value === undefined) return [];
  if (c.path[0] === "edges" && typeof c.path[1] === "string") return [c.path[1], ...inputs(value).map((i) => i.from)];
  if (c.path[0] === "joins" && c.path.length === 2) {
    const { from, to } = value as { from?: unknown; to?: unknown };
    return [from, to].filter((end) => typeof end === "string");
  }
  return [];
}

function inputs(value: unknown): Input[] {
  return Array.isArray(value) ? (value as Input[]) : [];
}

function outermost(paths: readonly Path[]): Path[] {
  const out: Path[] = [];
  for (const p of [...paths].sort((a, b) => a.length - b.length)) if (!out.some((o) => within(p, o))) out.push(p);
  // A node says more than its edges do.
  return out.sort((a, b) => weight(a) - weight(b));
}

function weight(path: Path): number {
  return path[0] === "edges" || path[0] === "layout" ? 1 : 0;
}

/** withoutLooseEnds takes edges away that lead to or from what one side knew and the merged document has not, and takes that out of groups. */
function withoutLooseEnds(tree: Tree, known: readonly Tree[]): Tree {
  const here = idsOf(tree);
  const loose = new Set(known.flatMap((k) => [...idsOf(k)]).filter((id) => !here.has(id)));
  if (loose.size === 0) return tree;
  const edges: Tree["edges"] = {};
  for (const [to, list] of Object.entries(tree.edges)) {
    const left = loose.has(to) ? [] : list.filter((i) => !loose.has(i.from));
    if (left.length > 0) edges[to] = left;
  }
  return Array.isArray(tree.groups) ? withoutEmpty({ ...tree, edges, groups: withoutMembers(tree.groups, loose) }) : { ...tree, edges };
}

function withoutEmpty(tree: Tree): Tree {
  const { groups, ...rest } = tree;
  return Array.isArray(groups) && groups.length === 0 ? { ...rest, edges: tree.edges } : tree;
}
