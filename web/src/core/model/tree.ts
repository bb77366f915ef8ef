import { parseDocument } from "yaml";

/** Step leads from a value into it: a key of an object, or the element of a list that has a name. */
export type Step = string | { readonly key: string };

/** Path is a place in a tree. */
export type Path = readonly Step[];

/** Input is where one input of a node comes from. */
export interface Input {
  from: string;
  port?: string;
}

/**
 * Tree is a document in the form in which two of them are compared: as its text has it, but for the edges, which are taken apart and stand
 * under the node that they lead to, since their order counts only there.
 */
export interface Tree {
  nodes?: unknown;
  entities?: unknown;
  joins?: unknown;
  params?: unknown;
  groups?: unknown;
  notes?: unknown;
  layout?: unknown;
  edges: Record<string, Input[]>;
  [key: string]: unknown;
}

/** treeOf reads a document. What is no document, or cannot be read to its end, has no tree. */
export function treeOf(text: string): Tree | undefined {
  const doc = parseDocument(text, { version: "1.2", uniqueKeys: true });
  if (doc.errors.length > 0) return undefined;
  const value: unknown = doc.toJS();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const tree: Tree = { ...(value as Record<string, unknown>), edges: {} };
  for (const edge of edgesOf((value as { edges?: unknown }).edges)) {
    const input: Input = edge.port ? { from: edge.from, port: edge.port } : { from: edge.from };
    (tree.edges[edge.to] ??= []).push(input);
  }
  for (const key of Object.keys(tree)) if (tree[key] === null) delete tree[key];
  return tree;
}

/** Wire is an edge between two nodes. */
export interface Wire extends Input {
  to: string;
}

/** edgesOf takes edges apart: a text may hold a chain. What is not an edge is left out. */
export function edgesOf(edges: unknown): Wire[] {
  return Array.isArray(edges) ? edges.flatMap(wiresOf) : [];
}

/** wiresOf takes one entry of a document's edges apart. */
export function wiresOf(entry: unknown): Wire[] {
  if (typeof entry === "string") {
    const stops = entry.split("->").map((s) => s.trim());
    return stops.slice(1).map((to, i) => ({ from: stops[i] ?? "", to }));
  }
  if (typeof entry !== "object" || entry === null) return [];
  const { from, to, port } = entry as Record<string, unknown>;
  if (typeof from !== "string" || typeof to !== "string") return [];
  return [typeof port === "string" && port !== "" ? { from, to, port } : { from, to }];
}

/** identity is the name by which an element of a list is known again in another text: its name or id, the two ends of a join, or itself. */
export function identity(element: unknown): string | undefined {
  if (typeof element === "string" || typeof element === "number" || typeof element === "boolean") return String(element);
  if (typeof element !== "object" || element === null || Array.isArray(element)) return undefined;
  const { id, name, from, to } = element as Record<string, unknown>;
  if (typeof id === "string") return id;
  if (typeof name === "string") return name;
  if (typeof to === "string") return typeof from === "string" ? `${from} -> ${to}` : to;
  return undefined;
}

/** keysOf returns the identities of a list's elements, or undefined where they cannot tell all of them apart. */
export function keysOf(list: readonly unknown[]): string[] | undefined {
  const keys: string[] = [];
  for (const element of list) {
    const key = identity(element);
    if (key === undefined || keys.includes(key)) return undefined;
    keys.push(key);
  }
  return keys;
}

/** valueAt returns what stands at a place; undefined where there is nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    if (typeof step === "string") {
      at = (at as Record<string, unknown>)[step];
    } else {
      at = Array.isArray(at) ? at.find((e) => identity(e) === step.key) : undefined;
    }
  }
  return at;
}

/** isPlace reports whether a place only says where a node or a note stands on the canvas. */
export function isPlace(path: Path): boolean {
  const [list, , key] = path;
  return list === "layout" || (list === "notes" && typeof key === "string" && ["x", "y", "width"].includes(key));
}

/** same reports whether two places are one. */
export function same(a: Path, b: Path): boolean {
  return a.length === b.length && within(a, b);
}

/** within reports whether a place is another one or lies inside of it. */
export function within(inner: Path, outer: Path): boolean {
  return inner.length >= outer.length && outer.every((step, i) => stepText(step) === stepText(inner[i] ?? ""));
}

function stepText(step: Step): string {
  return typeof step === "string" ? `.${step}` : `[${step.key}]`;
}

/** pathText writes a place as people read it: columns[total].expr. */
export function pathText(path: Path): string {
  return path.map(stepText).join("").replace(/^\./, "");
}
