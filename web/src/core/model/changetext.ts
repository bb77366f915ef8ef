import { Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLSeq } from "yaml";
import { equal } from "../equal";
import { type Change, placeBehind } from "./changes";
import { identity, type Input, type Path, type Wire, wiresOf } from "./tree";

/** applyText makes changes to a document's text. Comments and the style of what the changes do not touch stay. */
export function applyText(text: string, changes: readonly Change[]): string {
  if (changes.length === 0) return text;
  const doc = parseDocument(text, { version: "1.2" });
  const edges = new Map<string, Input[]>();
  for (const c of changes) {
    const to = c.path[1];
    if (c.path[0] !== "edges") put(doc, c);
    else if (typeof to === "string") edges.set(to, (c.new as Input[] | undefined) ?? []);
  }
  for (const [to, inputs] of edges) putInputs(doc, to, inputs);
  return doc.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function put(doc: Document.Parsed, c: Change): void {
  const [keys, missing] = resolve(doc.contents, c.path);
  if (c.new === undefined) {
    if (missing === 0 && keys.length > 0) doc.deleteIn(keys);
    return;
  }
  const last = c.path.at(-1);
  if (missing > 0 && typeof last === "object") {
    // A new element of a list: what leads to the list is there, or is made.
    const at = keys.length === c.path.length - 1 ? doc.getIn(keys, true) : undefined;
    const value = doc.createNode(c.new, { flow: flowOf(at) });
    if (isSeq(at)) {
      const names = at.items.map((e) => identity((e as Node).toJS(doc)));
      at.items.splice(placeBehind(names, c.after), 0, value);
    } else {
      doc.setIn(wayTo(c.path.slice(0, -1)), doc.createNode([c.new]));
    }
    return;
  }
  const old = missing === 0 ? doc.getIn(keys, true) : undefined;
  if (isScalar(old) && (typeof c.new !== "object" || c.new === null)) {
    old.value = c.new;
    // A text that was plain may need quotes now; the writer sees to it.
    if (old.type === "PLAIN") delete old.type;
    return;
  }
  doc.setIn(missing === 0 ? keys : [...keys, ...wayTo(c.path.slice(keys.length))], doc.createNode(c.new, { flow: isMap(old) || isSeq(old) ? (old.flow ?? false) : false }));
}

/** resolve turns a path into keys and indexes as far as the document has it; missing is how many steps it has not. */
function resolve(contents: unknown, path: Path): [keys: (string | number)[], missing: number] {
  const keys: (string | number)[] = [];
  let at = contents;
  for (const [i, step] of path.entries()) {
    if (typeof step === "string") {
      if (!isMap(at) || !at.has(step)) return [keys, path.length - i];
      keys.push(step);
      at = at.get(step, true);
    } else {
      const j = isSeq(at) ? at.items.findIndex((e) => identity((e as Node).toJSON()) === step.key) : -1;
      if (j < 0) return [keys, path.length - i];
      keys.push(j);
      at = (at as YAMLSeq).items[j];
    }
  }
  return [keys, 0];
}

function wayTo(path: Path): (string | number)[] {
  return path.map((step) => (typeof step === "string" ? step : 0));
}

function flowOf(list: unknown): boolean {
  if (!isSeq(list)) return false;
  const like = list.items.at(-1);
  return (list.flow ?? false) || ((isMap(like) || isSeq(like)) && (like.flow ?? false));
}

/** putInputs makes a node's inputs what they should be. Edges in the document stay as they are written where they can. */
function putInputs(doc: Document.Parsed, to: string, want: readonly Input[]): void {
  const found = doc.get("edges", true);
  const list = isSeq(found) ? found : (doc.createNode([]) as YAMLSeq);
  if (!isSeq(found)) doc.set("edges", list);

  const has = list.items.flatMap((item) => wiresOf((item as Node).toJSON())).filter((w) => w.to === to);
  const kept = has.filter((w) => want.some((i) => sameInput(i, w)));
  // New edges come last, so the old ones can stay only where they are the first of what is wanted.
  const stay = kept.every((w, i) => sameInput(w, want[i]));
  const keep = (w: Wire) => w.to !== to || (stay && want.some((i) => sameInput(i, w)));
  const items: unknown[] = [];
  for (const item of list.items) {
    const wires = wiresOf((item as Node).toJSON());
    if (wires.every(keep)) {
      items.push(item);
      continue;
    }
    for (const run of chains(wires, keep)) items.push(doc.createNode(run));
  }
  for (const input of stay ? want.slice(kept.length) : want) {
    items.push(doc.createNode(input.port ? { from: input.from, to, port: input.port } : `${input.from} -> ${to}`, { flow: true }));
  }
  list.items = items;
  if (items.length === 0) doc.delete("edges");
}

function sameInput(a: Input, b: Input | undefined): boolean {
  return b !== undefined && equal({ from: a.from, port: a.port }, { from: b.from, port: b.port });
}

/** chains writes what is kept of a chain: "a -> b -> c -> d" without b -> c is "a -> b" and "c -> d". */
function chains(wires: readonly Wire[], keep: (w: Wire) => boolean): string[] {
  const out: string[][] = [];
  let open: string[] | undefined;
  for (const w of wires) {
    if (!keep(w)) {
      open = undefined;
    } else if (open) {
      open.push(w.to);
    } else {
      out.push((open = [w.from, w.to]));
    }
  }
  return out.map((stops) => stops.join(" -> "));
}
