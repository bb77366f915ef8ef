import { equal } from "../equal";
import { identity, keysOf, type Path, type Step, type Tree } from "./tree";

/** Change is a value that is another one now; undefined is none. */
export interface Change {
  readonly path: Path;
  readonly old: unknown;
  readonly new: unknown;
  /** after is the element behind which a new one of a list stands; null is the list's beginning. */
  readonly after?: string | null;
}

/** changesOf says how one tree becomes another, in places as small as possible. */
export function changesOf(a: Tree, b: Tree): Change[] {
  const out: Change[] = [];
  objects([], a, b, out);
  return out;
}

function values(path: Path, a: unknown, b: unknown, out: Change[], after?: string | null): void {
  if (equal(a, b)) return;
  if (isObject(a) && isObject(b) && !atomic(path)) return objects(path, a, b, out);
  if (Array.isArray(a) && Array.isArray(b) && !atomic(path)) {
    const was = keysOf(a);
    const now = keysOf(b);
    if (was && now && keepsOrder(was, now)) return lists(path, a, b, was, now, out);
  }
  out.push(after === undefined ? { path, old: a, new: b } : { path, old: a, new: b, after });
}

/** atomic are places whose inside makes no sense in parts: the inputs of a node, and where it stands. */
function atomic(path: Path): boolean {
  return path.length === 2 && (path[0] === "edges" || path[0] === "layout");
}

function objects(path: Path, a: Record<string, unknown>, b: Record<string, unknown>, out: Change[]): void {
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) values([...path, key], a[key], b[key], out);
}

/** keepsOrder reports whether what is in both lists stands in the same order. A list whose order has changed is changed as a whole. */
function keepsOrder(was: readonly string[], now: readonly string[]): boolean {
  const kept = was.filter((k) => now.includes(k));
  return now.filter((k) => was.includes(k)).every((k, i) => k === kept[i]);
}

function lists(path: Path, a: readonly unknown[], b: readonly unknown[], was: readonly string[], now: readonly string[], out: Change[]): void {
  was.forEach((key, i) => {
    if (!now.includes(key)) out.push({ path: [...path, { key }], old: a[i], new: undefined });
  });
  now.forEach((key, i) => {
    const j = was.indexOf(key);
    values([...path, { key }], j < 0 ? undefined : a[j], b[i], out, j < 0 ? (now[i - 1] ?? null) : undefined);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** applied returns a tree with changes made to it. Places that are not there are made where that is possible. */
export function applied(tree: Tree, changes: readonly Change[]): Tree {
  let out: unknown = tree;
  for (const change of changes) out = put(out, change.path, change);
  return { ...(out as Tree), edges: (out as Partial<Tree>).edges ?? {} };
}

function put(value: unknown, path: Path, change: Change): unknown {
  const [step, ...rest] = path as Step[];
  if (step === undefined) return change.new;
  if (typeof step === "string") {
    const object: Record<string, unknown> = isObject(value) ? { ...value } : {};
    const next = put(object[step], rest, change);
    if (next === undefined) delete object[step];
    else object[step] = next;
    return object;
  }
  const list: unknown[] = Array.isArray(value) ? [...value] : [];
  const i = list.findIndex((e) => identity(e) === step.key);
  const next = put(i < 0 ? undefined : list[i], rest, change);
  if (next === undefined) {
    if (i >= 0) list.splice(i, 1);
    return list;
  }
  if (i >= 0) list[i] = next;
  else list.splice(placeBehind(list.map(identity), change.after), 0, next);
  return list;
}

/** placeBehind is the index at which a new element is put: behind the one it stood behind, or at the end where that is gone. */
export function placeBehind(keys: readonly (string | undefined)[], after: string | null | undefined): number {
  if (after === null) return 0;
  const i = after === undefined ? -1 : keys.indexOf(after);
  return i < 0 ? keys.length : i + 1;
}
