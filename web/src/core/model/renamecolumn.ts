import { type Token, tokens, written } from "../expression";
import { setParam, steps } from "./ops";
import { portsOf, specOf } from "./rules";
import { type Field, shown, type Spec, type Specs } from "./specs";
import { downstreamOf, inputsOf, type Model, type ModelNode, type Path } from "./types";

/**
 * A column that is called otherwise from some node on is called so in what is behind it too: in expressions, keys and lists of columns. Where a name is a column's,
 * the components declare; expressions are changed token by token, so that texts, functions and fields of the same name stay.
 */

/** Renaming is what has been renamed: the output of a node has `to` where it had `from`. */
export interface Renaming {
  readonly node: string;
  readonly from: string;
  readonly to: string;
}

/** Use is a parameter of a node that names the column, with what it is to say. path is within its parameters. */
export interface Use {
  readonly node: string;
  readonly path: Path;
  readonly value: unknown;
}

/** Uses are all of them, and the nodes that are left as they are: what they mean by the name cannot be told from here. */
export interface Uses {
  readonly uses: readonly Use[];
  readonly left: readonly string[];
}

/** renamedIn compares the columns that a node has put out with those of now: undefined where they are not the same but for one name. */
export function renamedIn(before: readonly Column[], now: readonly Column[]): { from: string; to: string } | undefined {
  if (before.length !== now.length) return undefined;
  const other = before.flatMap((c, i) => (c.name === now[i]?.name && c.type === now[i].type ? [] : [i]));
  const [from, to] = [before[other[0] ?? -1], now[other[0] ?? -1]];
  if (other.length !== 1 || !from || !to || from.type !== to.type || before.some((c) => c.name === to.name)) return undefined;
  return { from: from.name, to: to.name };
}

/** Column is a column as far as a renaming goes. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** usesOf finds what is behind a renaming and has to follow it. columns are those that each node has put out before. */
export function usesOf(model: Model, specs: Specs, columns: (node: string) => readonly string[] | undefined, renaming: Renaming, keywords: readonly string[]): Uses {
  const uses: Use[] = [];
  const left: string[] = [];
  const carried = new Set([renaming.node]);
  for (const node of inOrder(model, renaming.node)) {
    const from = inputsOf(model, node.id).map((e) => e.from);
    const renamed = from.map((id) => carried.has(id));
    const spec = specOf(model, specs, node);
    if (!renamed.includes(true) || !spec) continue;
    if (node.bypass) {
      carried.add(node.id);
      continue;
    }
    const clash = from.some((id, i) => !renamed[i] && columns(id)?.includes(renaming.from));
    const reader = new Reader(spec, renaming, keywords, portsOf(model, spec, node.id).filter((_, i) => renamed[i]), clash);
    reader.read(node);
    // Rows of several inputs that are put together have to be alike, which the others' are no more.
    const alike = spec.ports.length === 0 && renamed.includes(false);
    if (alike || reader.unsure) left.push(node.id);
    else uses.push(...reader.found.map((f) => ({ ...f, node: node.id })));
    if (!alike && !reader.unsure && !reader.makes && columns(node.id)?.includes(renaming.from) && (!clash || renamed[0])) carried.add(node.id);
  }
  return { uses, left };
}

/** renameUses writes the uses into the text. */
export function renameUses(text: string, uses: readonly Use[]): string {
  return steps(text, ...uses.map((u) => (t: string) => setParam(t, u.node, u.path, u.value)));
}

/** inOrder lists what is behind a node so that inputs come before what they lead to. */
function inOrder(model: Model, id: string): ModelNode[] {
  const behind = new Set(downstreamOf(model, id));
  const out: ModelNode[] = [];
  const seen = new Set<string>();
  const visit = (at: string) => {
    if (!behind.has(at) || seen.has(at)) return;
    seen.add(at);
    for (const e of inputsOf(model, at)) visit(e.from);
    const node = model.nodes.find((n) => n.id === at);
    if (node) out.push(node);
  };
  for (const at of behind) visit(at);
  return out;
}

/** Reader looks through the parameters of one node. */
class Reader {
  readonly found: Omit<Use, "node">[] = [];
  /** makes says that the node has a column of the old name that it computes itself. */
  makes = false;
  /** unsure says that the name stands where it may mean something else. */
  unsure = false;

  constructor(
    private readonly spec: Spec,
    private readonly renaming: Renaming,
    private readonly keywords: readonly string[],
    /** ports are the inputs that have the new name; clash says that another input has the old one still. */
    private readonly ports: readonly string[],
    private readonly clash: boolean,
  ) {}

  read(node: ModelNode): void {
    this.all(this.spec.fields, node.params, []);
  }

  private all(fields: readonly Field[], values: Readonly<Record<string, unknown>>, path: Path): void {
    for (const f of fields) {
      const value = values[f.name];
      if (value !== undefined && value !== null && shown(f, fields, values)) this.value(f, value, [...path, f.name]);
    }
  }

  /** value looks at the value of a field. short is the field of an object that a text stands for, which the list around it may say. */
  private value(f: Field, value: unknown, path: Path, short = f.short): void {
    const { from, to } = this.renaming;
    if (f.type === "list" && Array.isArray(value)) {
      const { of } = f;
      if (of) value.forEach((item, i) => this.value(of, item, [...path, i], of.short ?? f.short));
    } else if (f.type === "object") this.object(f.fields ?? [], short, value, path);
    else if (f.type === "column" && value === from) {
      if (this.clash) this.unsure = true;
      else this.found.push({ path, value: to });
    } else if (f.type === "expr" && typeof value === "string") this.expression(value, path);
    else if (f.type === "string" && value === from) this.makes = true;
    // Another language's text, which only the server reads.
    else if (f.type === "text" && typeof value === "string" && names(value, from)) this.unsure = true;
  }

  private object(fields: readonly Field[], short: string | undefined, value: unknown, path: Path): void {
    const { ports } = this.spec;
    if (ports.length > 1 && ports.every((p) => fields.some((f) => f.name === p))) {
      this.sides(short, value, path);
      return;
    }
    const name = fields.find((f) => f.type === "string");
    const expr = fields.find((f) => f.type === "expr");
    const record = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
    if (record && name && expr && typeof record[expr.name] === "string") {
      this.makes ||= record[name.name] === this.renaming.from;
      this.expression(String(record[expr.name]), [...path, expr.name]);
    } else if (record && name && expr) {
      if (typeof record[name.name] === "string") this.alone(String(record[name.name]), [...path, name.name]);
    } else if (record) this.all(fields, record, path);
    else if (typeof value === "string" && expr && (short === expr.name || short === name?.name)) this.alone(value, path);
    else {
      const f = fields.find((x) => x.name === short);
      if (f) this.value(f, value, path);
    }
  }

  /** sides changes a pair of columns, one of each input; where one alone is written, both have that name. */
  private sides(short: string | undefined, value: unknown, path: Path): void {
    const { from, to } = this.renaming;
    const { ports } = this.spec;
    const record = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : { [short ?? ""]: value };
    const first = record[short ?? ports[0] ?? ""];
    const had = ports.map((p) => record[p] ?? first);
    const has = ports.map((p, i) => (had[i] === from && this.ports.includes(p) ? to : had[i]));
    if (has.every((c, i) => c === had[i])) return;
    const same = typeof value === "string" && has.every((c) => c === has[0]);
    this.found.push({ path, value: same ? has[0] : { ...record, ...Object.fromEntries(ports.map((p, i) => [p, has[i]])) } });
  }

  /** alone changes a text that is a column's name or an expression with a name behind AS. */
  private alone(value: string, path: Path): void {
    if (value !== this.renaming.from) this.expression(value, path);
    else if (this.clash) this.unsure = true;
    else this.found.push({ path, value: this.renaming.to });
  }

  private expression(value: string, path: Path): void {
    const all = tokens(value);
    const last = all.at(-1);
    this.makes ||= last !== undefined && isAs(all.at(-2)) && nameOf(last) === this.renaming.from;
    const next = renameInExpression(value, this.renaming.from, this.renaming.to, this.keywords);
    if (next === value) return;
    if (this.clash) this.unsure = true;
    else this.found.push({ path, value: next });
  }
}

/** renameInExpression gives a column another name in an expression. */
export function renameInExpression(text: string, from: string, to: string, keywords: readonly string[]): string {
  const all = tokens(text);
  let out = "";
  let at = 0;
  for (const [i, t] of all.entries()) {
    if (nameOf(t) !== from || !isColumn(all, i)) continue;
    out += text.slice(at, t.from) + (t.kind === "quoted" ? "`" + to + "`" : written(to, keywords));
    at = t.to;
  }
  return out + text.slice(at);
}

function names(text: string, name: string): boolean {
  return tokens(text).some((t) => nameOf(t) === name);
}

function nameOf(t: Token): string | undefined {
  if (t.kind === "quoted") return t.text.replaceAll("`", "");
  return t.kind === "name" ? t.text : undefined;
}

function isAs(t: Token | undefined): boolean {
  return t?.kind === "name" && t.text.toUpperCase() === "AS";
}

/** isColumn says whether a name is that of a column, and not of a function, a field, a type or what is behind AS. */
function isColumn(all: readonly Token[], i: number): boolean {
  const before = all[i - 1];
  const after = all[i + 1];
  return !(before?.kind === "sign" && before.text === ".") && !isAs(before) && !(all[i]?.kind === "name" && after?.kind === "sign" && after.text === "(");
}
