import { stringify } from "yaml";

/**
 * How values are written into a document: as a person would, in the style of what stands around. docs/language/model-document.md says which YAML the server
 * reads: plain keys, no anchors or tags, decimal numbers.
 */

/** widest is how long a line may be that a value is written into in one. */
const widest = 110;

/** Quote is the style of a text that is replaced, which the new one keeps. */
export type Quote = "plain" | "single" | "double" | "block";

/** flow writes a value in one line, as within {…} or […]. */
export function flow(value: unknown, quote: Quote = "plain"): string {
  if (Array.isArray(value)) return `[${value.map((v) => flow(v)).join(", ")}]`;
  if (isRecord(value)) return `{${entries(value).map(([k, v]) => `${key(k)}: ${flow(v)}`).join(", ")}}`;
  return scalar(value, true, quote);
}

/**
 * block writes a value that stands behind "key:" or "- " in a block. What it returns begins at that place: with a space and a value in one line, or with a line
 * break and lines of `indent` spaces. after is how many columns of the line are taken.
 */
export function block(value: unknown, indent: number, after: number, quote: Quote = "plain"): string {
  if (typeof value === "string" && value.includes("\n") && quote !== "double" && quote !== "single") {
    const literal = literalBlock(value, indent);
    if (literal !== undefined) return ` ${literal}`;
  }
  if (!isCollection(value)) return ` ${scalar(value, false, quote)}`;
  const line = flow(value);
  const short = after + 1 + line.length <= widest && !line.includes("\\n") && !ofRecords(value);
  if (short) return ` ${line}`;
  return `\n${lines(value, indent)}`;
}

/** lines writes the items of a collection, one or more lines each, every line with its indent. */
export function lines(value: unknown, indent: number): string {
  const pad = " ".repeat(indent);
  if (Array.isArray(value)) return value.map((v) => pad + item(v, indent)).join("\n");
  return entries(value as Record<string, unknown>)
    .map(([k, v]) => pad + pair(k, v, indent))
    .join("\n");
}

/** item writes "- value" for a list whose dashes stand at indent. */
export function item(value: unknown, indent: number): string {
  const text = block(value, indent + 2, indent + 1);
  // A mapping begins on the dash's own line.
  return text.startsWith("\n") ? `- ${text.slice(1 + indent + 2)}` : `-${text}`;
}

/** pair writes "key: value" for a mapping whose keys stand at indent. */
export function pair(name: string, value: unknown, indent: number): string {
  const k = key(name);
  return `${k}:${block(value, indent + 2, indent + k.length + 1)}`;
}

export function key(name: string): string {
  return /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name) && !/^(true|false|null)$/i.test(name) ? name : scalar(name, true, "plain");
}

function scalar(value: unknown, inFlow: boolean, quote: Quote): string {
  if (value === undefined || value === null) return "null";
  if (typeof value !== "string") return typeof value === "number" ? number(value) : String(value);
  if (quote === "double") return JSON.stringify(value);
  if (quote === "single" && !/[\n\r\t\\]/.test(value) && isPrintable(value)) return `'${value.replaceAll("'", "''")}'`;
  if (confusable.test(value) || !isPrintable(value) || value.includes("\n")) return JSON.stringify(value);
  if (!inFlow) return stringify(value, { lineWidth: 0 }).trimEnd();
  return stringify([value], { lineWidth: 0, collectionStyle: "flow", flowCollectionPadding: false }).trimEnd().slice(1, -1);
}

// Texts that one reader or another of YAML takes for something else: booleans of YAML 1.1, dates, numbers in bases of 60.
const confusable = /^(y|n|yes|no|on|off|true|false|null|~|<<|=)$|^[-+.]?\d[\d_:.eE+\-TZ ]*$|^0[xob]/i;

function isPrintable(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are the characters that have to be escaped
  return !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text);
}

function number(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const text = String(value);
  return text.includes("e") && Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : text;
}

/** literalBlock writes lines as they are; undefined where YAML would not read the same text again. */
function literalBlock(value: string, indent: number): string | undefined {
  if (value.startsWith(" ") || value.startsWith("\n") || value.endsWith("\n\n") || /[\t\r]/.test(value) || !isPrintable(value)) return undefined;
  const ends = value.endsWith("\n");
  const body = ends ? value.slice(0, -1) : value;
  if (body.split("\n").some((l) => l.trim() === "" && l !== "")) return undefined;
  const pad = " ".repeat(indent);
  return `${ends ? "|" : "|-"}\n${body.split("\n").map((l) => (l === "" ? "" : pad + l)).join("\n")}`;
}

function entries(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([, v]) => v !== undefined);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCollection(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** ofRecords says whether a collection holds mappings: those get a line each. */
function ofRecords(value: unknown): boolean {
  return Object.values(value as object).some(isRecord);
}
