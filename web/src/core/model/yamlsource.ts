import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import type { Path } from "./types";
import { block, flow, isRecord, item, lines, pair, type Quote } from "./yamlwrite";

/**
 * A YAML text that is changed by splices: what a change does not touch stays byte for byte what it was, comments, order and style included. A Source reads the
 * text once; its methods return splices, and apply makes the next text of them.
 */

/** Splice replaces the characters from..to. */
export interface Splice {
  from: number;
  to: number;
  insert: string;
}

/** apply makes all splices, which must not overlap; insertions at one place come in their order. */
export function apply(text: string, splices: readonly Splice[]): string {
  const sorted = splices.map((s, i) => ({ ...s, i })).sort((a, b) => a.from - b.from || a.i - b.i);
  let out = "";
  let at = 0;
  for (const s of sorted) {
    if (s.from < at) throw new Error("splices overlap");
    out += text.slice(at, s.from) + s.insert;
    at = s.to;
  }
  return out + text.slice(at);
}

export class Source {
  readonly doc: Document.Parsed;

  constructor(readonly text: string) {
    this.doc = parseDocument(text, { keepSourceTokens: true, uniqueKeys: true, prettyErrors: false, logLevel: "silent", version: "1.2", merge: false });
  }

  /** root is the document's mapping, undefined where it is something else. */
  get root(): YAMLMap | undefined {
    return isMap(this.doc.contents) ? this.doc.contents : undefined;
  }

  /** node returns the value at a path. */
  node(path: Path): Node | undefined {
    let at: unknown = this.doc.contents;
    for (const step of path) {
      if (isMap(at)) at = pairOf(at, String(step))?.value;
      else if (isSeq(at)) at = typeof step === "number" ? at.items[step] : undefined;
      else return undefined;
    }
    return isNode(at) ? at : undefined;
  }

  /** range returns where the value at a path stands: [from, to). */
  range(path: Path): [number, number] | undefined {
    const n = this.node(path);
    return n?.range ? [n.range[0], this.end(n)] : undefined;
  }

  /** value returns the value at a path as plain data; undefined where there is none. */
  value(path: Path): unknown {
    const n = this.node(path);
    return n === undefined ? undefined : plain(n);
  }

  /** end is where a value ends, without the line breaks and comments that may follow. */
  private end(n: Node): number {
    const to = n.range?.[1] ?? 0;
    const from = n.range?.[0] ?? 0;
    if (isScalar(n) && (n.type === Scalar.BLOCK_LITERAL || n.type === Scalar.BLOCK_FOLDED)) return trimBack(this.text, from, to);
    if ((isMap(n) || isSeq(n)) && !n.flow) {
      const last = n.items.at(-1);
      const value = isPair(last) ? (isNode(last.value) ? last.value : last.key) : last;
      return isNode(value) && value.range ? Math.max(this.end(value), from) : trimBack(this.text, from, to);
    }
    return to;
  }

  /** column is how many characters of its line stand before a place. */
  private column(at: number): number {
    return at - (this.text.lastIndexOf("\n", at - 1) + 1);
  }

  /** lineEnd is the end of the line of a place, before its line break. */
  private lineEnd(at: number): number {
    const i = this.text.indexOf("\n", at);
    return i < 0 ? this.text.length : this.text[i - 1] === "\r" && i > at ? i - 1 : i;
  }

  private inFlow(path: Path): boolean {
    for (let i = 0; i < path.length; i++) {
      const n = this.node(path.slice(0, i));
      if ((isMap(n) || isSeq(n)) && n.flow) return true;
    }
    return false;
  }

  /** set writes a value at a path, undefined takes it away. What is the same inside of a collection is not touched. Missing mappings on the way are made. */
  set(path: Path, value: unknown): Splice[] {
    if (value === undefined) return this.remove(path);
    const have = this.node(path);
    if (have) return this.change(path, have, value);
    const parent = path.slice(0, -1);
    const name = path.at(-1);
    const into = this.node(parent);
    if (isMap(into)) return [this.insertPair(parent, into, String(name), value)];
    if (isSeq(into)) return [this.insertItem(parent, into, into.items.length, value)];
    if (parent.length === 0) return [];
    // A missing or empty parent is made with the value in it.
    return this.set(parent, typeof name === "number" ? [value] : { [String(name)]: value });
  }

  private change(path: Path, have: Node, value: unknown): Splice[] {
    const old = plain(have);
    if (same(old, value)) return [];
    if (isMap(have) && isRecord(value) && have.items.length > 0 && Object.keys(value).length > 0) return this.changeMap(path, have, value);
    if (isSeq(have) && Array.isArray(value) && have.items.length > 0 && value.length > 0) return this.changeSeq(path, have, value);
    return [this.replace(path, have, value)];
  }

  private changeMap(path: Path, have: YAMLMap, value: Record<string, unknown>): Splice[] {
    const names = have.items.map(keyOf);
    const gone = names.filter((n) => value[n] === undefined);
    if (gone.length === names.length) return [this.replace(path, have, value)];
    const out: Splice[] = [];
    for (const name of names) {
      const child = pairOf(have, name)?.value;
      if (value[name] === undefined) continue;
      if (isNode(child)) out.push(...this.change([...path, name], child, value[name]));
      else out.push(...this.fillPair(have, name, value[name]));
    }
    out.push(...this.removeItems(have, names.flatMap((n, i) => (value[n] === undefined ? [i] : []))));
    for (const [name, v] of Object.entries(value)) if (v !== undefined && !names.includes(name)) out.push(this.insertPair(path, have, name, v));
    return out;
  }

  private changeSeq(path: Path, have: YAMLSeq, value: unknown[]): Splice[] {
    const old = have.items.map((i) => plain(i as Node));
    let head = 0;
    while (head < old.length && head < value.length && same(old[head], value[head])) head++;
    let tail = 0;
    while (tail < old.length - head && tail < value.length - head && same(old[old.length - 1 - tail], value[value.length - 1 - tail])) tail++;
    const oldMiddle = old.length - head - tail;
    const newMiddle = value.length - head - tail;
    const both = Math.min(oldMiddle, newMiddle);
    if (old.length > 0 && oldMiddle === old.length && newMiddle === 0) return [this.replace(path, have, value)];
    const out: Splice[] = [];
    for (let i = 0; i < both; i++) out.push(...this.change([...path, head + i], have.items[head + i] as Node, value[head + i]));
    const surplus = Array.from({ length: oldMiddle - both }, (_, i) => head + both + i);
    if (surplus.length > 0) out.push(...this.removeItems(have, surplus));
    for (let i = both; i < newMiddle; i++) out.push(this.insertItem(path, have, head + oldMiddle, value[head + i]));
    return out;
  }

  private replace(path: Path, have: Node, value: unknown): Splice {
    const from = have.range?.[0] ?? 0;
    const to = this.end(have);
    if (this.inFlow(path) || ((isMap(have) || isSeq(have)) && have.flow && fits(value))) return { from, to, insert: flow(value, quoteOf(have)) };
    const parent = this.node(path.slice(0, -1));
    const owner = isMap(parent) ? parent.items.find((p) => p.value === have) : undefined;
    // What follows "key:" or "-" is written anew with the space before it, as a block begins on the next line.
    const start = owner && isNode(owner.key) ? this.text.indexOf(":", this.end(owner.key)) + 1 : this.dashBefore(from) + 1;
    const keyColumn = owner && isNode(owner.key) ? this.column(owner.key.range?.[0] ?? 0) : this.column(this.dashBefore(from));
    const comment = this.text.slice(start, from);
    if (comment.includes("#")) return { from, to, insert: isRecord(value) || Array.isArray(value) ? flow(value) : flow(value, quoteOf(have)) };
    const insert = block(value, keyColumn + 2, this.column(start), quoteOf(have));
    const firstLine = insert.indexOf("\n");
    if (firstLine < 0) return { from: start, to, insert };
    // A comment behind the old value stays in the line of the key; behind a text of several lines it would be part of it.
    const eol = this.lineEnd(to);
    return { from: start, to: eol, insert: insert.slice(0, firstLine) + this.text.slice(to, eol).trimEnd() + insert.slice(firstLine) };
  }

  private dashBefore(at: number): number {
    return this.text.lastIndexOf("-", at - 1);
  }

  /** fillPair gives a value to a key that stands there without one. */
  private fillPair(map: YAMLMap, name: string, value: unknown): Splice[] {
    const p = pairOf(map, name);
    if (!p || !isNode(p.key)) return [];
    const keyEnd = this.end(p.key);
    const colon = this.text.indexOf(":", keyEnd);
    const at = colon < 0 ? keyEnd : colon + 1;
    if (map.flow) return [{ from: at, to: at, insert: ` ${flow(value)}` }];
    const column = this.column(p.key.range?.[0] ?? 0);
    return [{ from: at, to: at, insert: block(value, column + 2, this.column(at)) }];
  }

  private insertPair(path: Path, map: YAMLMap, name: string, value: unknown): Splice {
    const existing = pairOf(map, name);
    if (existing) return this.fillPair(map, name, value)[0] ?? { from: 0, to: 0, insert: "" };
    if (map.flow || this.inFlow(path)) return this.insertFlow(map, map.items.length, flow({ [name]: value }).slice(1, -1));
    const first = map.items[0];
    if (!first || !isNode(first.key)) return this.replace(path, map, { [name]: value });
    const column = this.column(first.key.range?.[0] ?? 0);
    return this.insertLine(this.end(map), " ".repeat(column) + pair(name, value, column));
  }

  /** insertAfter puts a new key of the document behind another one, or before all. */
  insertAfter(before: string | undefined, name: string, value: unknown): Splice[] {
    const root = this.root;
    if (!root) return [];
    const text = pair(name, value, 0);
    const anchor = before === undefined ? undefined : pairOf(root, before);
    if (!anchor) {
      const first = root.items[0];
      const at = first && isNode(first.key) ? (first.key.range?.[0] ?? 0) : this.text.length;
      return [{ from: at, to: at, insert: `${text}\n` }];
    }
    return [this.insertLine(this.itemSpan(anchor)[1], text)];
  }

  /** insertItem puts a value into a list before the place `at`. */
  private insertItem(path: Path, seq: YAMLSeq, at: number, value: unknown): Splice {
    if (seq.flow || this.inFlow(path)) return this.insertFlow(seq, at, flow(value));
    const first = seq.items[0] as Node | undefined;
    if (!first) return this.replace(path, seq, [value]);
    const starts = dashes(seq);
    const column = this.column(starts[0] ?? 0);
    // New items look like those beside them: nodes in {…} stay nodes in {…}.
    const beside = seq.items[Math.max(0, Math.min(at, seq.items.length) - 1)];
    const rows = isMap(beside) && !beside.flow && isRecord(value) && Object.keys(value).length > 0;
    const oneLine = (isMap(beside) && beside.flow) || fits(value);
    const text = rows ? `- ${lines(value, column + 2).trimStart()}` : oneLine ? `- ${flow(value)}` : item(value, column);
    const line = " ".repeat(column) + text;
    const before = at > 0 ? (seq.items[Math.min(at, seq.items.length) - 1] as Node) : undefined;
    if (before) return this.insertLine(this.end(before), line);
    const start = starts[0] ?? 0;
    return { from: start - column, to: start - column, insert: `${line}\n` };
  }

  /** insertLine puts whole lines behind the line in which `end` is. */
  private insertLine(end: number, text: string): Splice {
    const at = this.lineEnd(end);
    return { from: at, to: at, insert: `\n${text}` };
  }

  private insertFlow(into: YAMLMap | YAMLSeq, at: number, text: string): Splice {
    const open = into.range?.[0] ?? 0;
    if (into.items.length === 0) return { from: open, to: into.range?.[1] ?? open, insert: isMap(into) ? `{${text}}` : `[${text}]` };
    const spans = into.items.map((i) => this.itemSpan(i as Node | Pair));
    const next = spans[at];
    if (next) return { from: next[0], to: next[0], insert: `${text}, ` };
    const last = spans.at(-1) ?? [open, open];
    // Items that stand on lines of their own go on doing so.
    const column = this.column(last[0]);
    const own = this.text.slice(last[0] - column, last[0]).trim() === "" && this.column(open) !== 0 && !this.text.slice(open, last[0]).includes("#");
    return { from: last[1], to: last[1], insert: own ? `,\n${" ".repeat(column)}${text}` : `, ${text}` };
  }

  private itemSpan(i: Node | Pair): [number, number] {
    if (!isPair(i)) return [i.range?.[0] ?? 0, this.end(i)];
    const from = isNode(i.key) ? (i.key.range?.[0] ?? 0) : 0;
    const to = isNode(i.value) && i.value.range ? this.end(i.value) : isNode(i.key) ? this.end(i.key) : from;
    return [from, Math.max(to, isNode(i.key) ? this.end(i.key) : from)];
  }

  /** remove takes the value at a path out, with its key. A list or mapping that would be empty goes too, but for those of the top. */
  remove(path: Path): Splice[] {
    const parent = this.node(path.slice(0, -1));
    const name = path.at(-1);
    if (!isMap(parent) && !isSeq(parent)) return [];
    const index = isMap(parent) ? parent.items.findIndex((p) => keyOf(p) === String(name)) : Number(name);
    if (index < 0 || index >= parent.items.length) return [];
    if (parent.items.length > 1) return this.removeItems(parent, [index]);
    if (path.length > 2 && typeof path.at(-2) === "string") return this.remove(path.slice(0, -1));
    return path.length === 1 ? [] : [this.replace(path.slice(0, -1), parent, isMap(parent) ? {} : [])];
  }

  /** removeItems takes items out of a collection; not all of them may go. */
  removeItems(from: YAMLMap | YAMLSeq, indices: readonly number[]): Splice[] {
    if (from.flow) return this.removeFlow(from, indices);
    const gone = new Set(indices);
    const first = this.itemStart(from, 0);
    const behindDash = isMap(from) && this.text.slice(first - this.column(first), first).trim() !== "";
    const kept = from.items.findIndex((_, i) => !gone.has(i));
    const out: Splice[] = [];
    // The first key of a mapping in a list stands behind the dash: the first one that stays takes its place.
    if (behindDash && kept > 0) out.push({ from: first, to: this.itemStart(from, kept), insert: "" });
    for (const i of indices) if (!behindDash || i > kept) out.push(this.removeLines(from, i));
    return merged(out);
  }

  private removeFlow(from: YAMLMap | YAMLSeq, indices: readonly number[]): Splice[] {
    const spans = from.items.map((i) => this.itemSpan(i as Node | Pair));
    const gone = new Set(indices);
    const keptLast = spans.findLastIndex((_, i) => !gone.has(i));
    return indices.flatMap((i): Splice[] => {
      const span = spans[i];
      if (!span) return [];
      const next = spans[i + 1];
      const before = spans[i - 1];
      // Up to the next item; those behind the last one that stays go with the comma before them.
      if (i < keptLast && next) return [{ from: span[0], to: next[0], insert: "" }];
      return before ? [{ from: before[1], to: span[1], insert: "" }] : [];
    });
  }

  /** removeLines takes an item of a block with its lines, the comment behind it and, but for the first item, comments that stand right above it. */
  private removeLines(from: YAMLMap | YAMLSeq, index: number): Splice {
    const start = this.itemStart(from, index);
    const [, end] = this.itemSpan(from.items[index] as Node | Pair);
    const lineStart = start - this.column(start);
    const eol = this.lineEnd(Math.max(end, start));
    const top = index > 0 ? this.commentAbove(lineStart, this.column(start)) : lineStart;
    // With the line break that follows, or at the end of a text without one, the one before.
    if (eol < this.text.length) return { from: top, to: this.text.indexOf("\n", eol) + 1, insert: "" };
    return { from: Math.max(0, top - 1), to: eol, insert: "" };
  }

  private itemStart(of: YAMLMap | YAMLSeq, index: number): number {
    if (isSeq(of)) return dashes(of)[index] ?? 0;
    const k = of.items[index]?.key;
    return isNode(k) ? (k.range?.[0] ?? 0) : 0;
  }

  /** commentAbove returns where the comment begins that stands in the lines right above one, at its column. */
  private commentAbove(lineStart: number, column: number): number {
    let at = lineStart;
    for (;;) {
      const before = this.text.lastIndexOf("\n", at - 2) + 1;
      if (at === 0 || before >= at) return at;
      const line = this.text.slice(before, at);
      if (line.search(/\S/) !== column || !line.trimStart().startsWith("#")) return at;
      at = before;
    }
  }
}

/** merged joins removals that touch each other. */
function merged(removals: Splice[]): Splice[] {
  const out: Splice[] = [];
  for (const r of removals.sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && r.from < last.to) last.to = Math.max(last.to, r.to);
    else out.push({ ...r });
  }
  return out;
}

/** plain returns a YAML value as data. Aliases are not allowed in documents and count as null. */
export function plain(n: unknown): unknown {
  if (isMap(n)) return Object.fromEntries(n.items.map((p) => [keyOf(p), plain(p.value)]));
  if (isSeq(n)) return n.items.map(plain);
  if (isScalar(n)) return n.value;
  return null;
}

export function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find((p) => keyOf(p) === name);
}

export function keyOf(p: Pair): string {
  return isScalar(p.key) ? String(p.key.value) : String(p.key);
}

function isNode(n: unknown): n is Node {
  return isMap(n) || isSeq(n) || isScalar(n) || isAlias(n);
}

/** dashes returns where the dash of each item of a block list stands. */
function dashes(seq: YAMLSeq): number[] {
  const token = seq.srcToken;
  if (token?.type !== "block-seq") return [];
  return token.items.flatMap((i) => i.start.filter((t) => t.type === "seq-item-ind").map((t) => t.offset));
}

function trimBack(text: string, from: number, to: number): number {
  while (to > from && /\s/.test(text[to - 1] ?? "")) to--;
  return to;
}

function quoteOf(n: Node): Quote {
  if (!isScalar(n)) return "plain";
  if (n.type === Scalar.QUOTE_DOUBLE) return typeof n.value === "string" ? "double" : "plain";
  if (n.type === Scalar.QUOTE_SINGLE) return "single";
  return n.type === Scalar.BLOCK_LITERAL ? "block" : "plain";
}

/** fits says whether a value is short enough for one line. */
function fits(value: unknown): boolean {
  return flow(value).length <= 100;
}

/** same compares data; the order of a mapping's keys means nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const left = Object.keys(a).filter((k) => a[k] !== undefined);
  const right = Object.keys(b).filter((k) => b[k] !== undefined);
  return left.length === right.length && left.every((k) => k in b && same(a[k], b[k]));
}
