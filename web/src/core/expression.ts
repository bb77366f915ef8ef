/**
 * What can be known of an expression while it is typed: where names may stand, which call the cursor is in, what could come next. The rules of the language are
 * the server's; this only reads tokens.
 */

export interface Token {
  readonly kind: "name" | "quoted" | "text" | "number" | "param" | "comment" | "sign";
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const lexer = /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*(?:'|$))|(`[^`]*(?:`|$))|(:[\p{L}_][\p{L}\p{N}_]*|:)|(\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|(\S)/gu;
const kinds = ["comment", "text", "quoted", "param", "number", "name", "sign"] as const;

/** tokens cuts an expression. A text or comment without its end goes on to the end. */
export function tokens(text: string): Token[] {
  const out: Token[] = [];
  for (const m of text.matchAll(lexer)) {
    const i = kinds.findIndex((_, k) => m[k + 1] !== undefined);
    out.push({ kind: kinds[i] ?? "sign", text: m[0], from: m.index, to: m.index + m[0].length });
  }
  return out;
}

/** Call is a call that the cursor stands in. */
export interface Call {
  readonly name: string;
  /** argument is which one is being written, from 0. */
  readonly argument: number;
  /** from is where its name begins. */
  readonly from: number;
}

/** callAt returns the innermost call around a place. */
export function callAt(text: string, at: number): Call | undefined {
  const open: (Call | undefined)[] = [];
  let before: Token | undefined;
  for (const t of tokens(text)) {
    if (t.from >= at) break;
    if (t.kind === "sign" && t.text === "(") open.push(before?.kind === "name" ? { name: before.text, argument: 0, from: before.from } : undefined);
    else if (t.kind === "sign" && t.text === ")") open.pop();
    else if (t.kind === "sign" && t.text === ",") {
      const call = open.pop();
      open.push(call && { ...call, argument: call.argument + 1 });
    }
    before = t;
  }
  // A parenthesis without a name groups; the call around it is still the one that is written.
  return open.findLast((c) => c !== undefined);
}

/** Place is what stands before the cursor: the word that is being written, and what may be written there. */
export interface Place {
  readonly kind: "name" | "param" | "field" | "none";
  readonly from: number;
  readonly typed: string;
  /** of is the name whose field is written. */
  readonly of?: string;
}

/** placeAt says what is being written at a place. Inside of texts, numbers and comments nothing is. */
export function placeAt(text: string, at: number): Place {
  const all = tokens(text);
  const i = all.findIndex((t) => t.from < at && t.to >= at);
  const t = all[i];
  const inside = t !== undefined && (t.to > at || !closed(t));
  if (t && (t.kind === "text" || t.kind === "comment" || t.kind === "quoted") && inside) return { kind: "none", from: at, typed: "" };
  if (t?.kind === "number") return { kind: "none", from: at, typed: "" };
  if (t?.kind === "param") return { kind: "param", from: t.from, typed: text.slice(t.from, at) };
  const word = t?.kind === "name" ? t : undefined;
  const before = all.filter((x) => x.to <= (word?.from ?? at));
  const dot = before.at(-1);
  const owner = before.at(-2);
  const from = word?.from ?? at;
  const typed = text.slice(from, at);
  if (dot?.kind === "sign" && dot.text === "." && owner?.kind === "name") return { kind: "field", from, typed, of: owner.text };
  return { kind: "name", from, typed };
}

function closed(t: Token): boolean {
  if (t.kind === "comment") return t.text.startsWith("/*") && t.text.endsWith("*/");
  const quote = t.kind === "quoted" ? "`" : "'";
  return t.text.length > 1 && t.text.endsWith(quote);
}

/** Signature is a function's signature, taken apart for showing which argument is meant. */
export interface Signature {
  readonly head: string;
  readonly arguments: readonly string[];
  readonly result: string;
}

/** signatureOf takes "LEFT(s string, length int64) -> string" apart. Optional arguments keep their brackets. */
export function signatureOf(text: string): Signature {
  const open = text.indexOf("(");
  const arrow = text.lastIndexOf("->");
  const close = text.lastIndexOf(")", arrow < 0 ? text.length : arrow);
  if (open < 0 || close < open) return { head: text, arguments: [], result: "" };
  const args: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open + 1; i < close; i++) {
    const c = text[i] ?? "";
    if ("(<".includes(c)) depth++;
    else if (")>".includes(c)) depth--;
    else if (c === "," && depth === 0) {
      args.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  const last = text.slice(from, close).trim();
  if (last !== "") args.push(last);
  return { head: text.slice(0, open), arguments: args, result: arrow < 0 ? "" : text.slice(arrow + 2).trim() };
}

/** argumentAt is which part of a signature an argument belongs to: the last one where it repeats; -1 is too many. */
export function argumentAt(s: Signature, argument: number): number {
  if (argument < s.arguments.length) return argument;
  const repeats = s.arguments.some((a) => a.includes("..."));
  return repeats ? s.arguments.length - 1 : -1;
}

/** FunctionDoc is a function of the language, as GET /functions has it. */
export interface FunctionDoc {
  readonly name: string;
  readonly aliases?: readonly string[] | null;
  readonly group: string;
  readonly signatures: readonly string[];
  readonly doc: string;
  readonly example: string;
}

/** Vocabulary is what an expression may be made of at its place. */
export interface Vocabulary {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable?: boolean; readonly doc?: string }[];
  readonly functions: readonly FunctionDoc[];
  readonly keywords: readonly string[];
  readonly types: readonly string[];
  readonly params: readonly { readonly name: string; readonly type: string }[];
  /** aggregates may stand here. */
  readonly aggregates: boolean;
}

/** Proposal is something that could be written next. */
export interface Proposal {
  readonly label: string;
  readonly kind: "column" | "field" | "param" | "function" | "aggregate" | "keyword" | "type";
  readonly detail?: string;
  readonly info?: string;
  /** apply is what is written; back is how far the cursor goes back then, into the parentheses. */
  readonly apply: string;
  readonly back?: number;
  readonly boost: number;
}

/** proposals lists what could be written at a place, the likeliest first. The editor filters by what is typed. */
export function proposals(place: Place, v: Vocabulary): Proposal[] {
  if (place.kind === "none") return [];
  if (place.kind === "field") return fieldsOf(v.columns.find((c) => c.name === place.of)?.type ?? "");
  const params = v.params.map((p): Proposal => ({ label: `:${p.name}`, kind: "param", detail: p.type, apply: `:${p.name}`, boost: 8 }));
  if (place.kind === "param") return params;
  return [
    ...v.columns.map((c): Proposal => ({ label: c.name, kind: "column", detail: c.type, info: c.doc, apply: written(c.name, v.keywords), boost: 10 })),
    ...params,
    ...v.functions
      .filter((f) => v.aggregates || f.group !== "aggregate")
      .map((f): Proposal => {
        const empty = f.signatures.every((s) => signatureOf(s).arguments.length === 0);
        const aggregate = f.group === "aggregate";
        return { label: f.name, kind: aggregate ? "aggregate" : "function", detail: f.signatures[0], info: f.doc, apply: `${f.name}()`, back: empty ? 0 : 1, boost: aggregate ? 4 : 2 };
      }),
    ...v.keywords.map((k): Proposal => ({ label: k, kind: "keyword", apply: k, boost: 0 })),
    ...v.types.map((t): Proposal => ({ label: t, kind: "type", apply: t, boost: -2 })),
  ];
}

/** written is a name as an expression has to have it: a reserved word, or one with other characters, stands in back quotes. */
export function written(name: string, keywords: readonly string[]): string {
  const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !keywords.includes(name.toUpperCase());
  return plain ? name : "`" + name + "`";
}

/** fieldsOf lists the fields of a row type: row<os string, ver string>. */
export function fieldsOf(type: string): Proposal[] {
  const inner = /^row<(.*)>$/s.exec(type.trim())?.[1];
  if (inner === undefined) return [];
  return signatureOf(`r(${inner})`).arguments.map((f): Proposal => {
    const space = f.indexOf(" ");
    const name = space < 0 ? f : f.slice(0, space);
    return { label: name, kind: "field", detail: f.slice(name.length).trim(), apply: name, boost: 10 };
  });
}

/** functionOf finds a function by the name it is called by, in any case. */
export function functionOf(functions: readonly FunctionDoc[], name: string): FunctionDoc | undefined {
  const upper = name.toUpperCase();
  return functions.find((f) => f.name.toUpperCase() === upper || (f.aliases ?? []).some((a) => a.toUpperCase() === upper));
}
