import { type Field, shown, type Specs } from "./specs";
import { inputsOf, type Model } from "./types";

/** Written is an expression that stands somewhere in a model. path is its place within what it belongs to, as diagnostics write it. */
export interface Written {
  /** owner is a node or an entity; of a join it is the one that it leads from. */
  readonly owner: string;
  readonly path: string;
  readonly text: string;
}

/** expressionsOf lists the expressions of a model in the order of its text. Which parameters are expressions, the components declare. */
export function expressionsOf(model: Model, specs: Specs): Written[] {
  const out: Written[] = [];
  for (const e of model.entities) {
    if (e.where) out.push({ owner: e.id, path: "where", text: e.where });
    e.columns?.forEach((c, i) => {
      if (c.expr !== undefined) out.push({ owner: e.id, path: `columns[${i}].expr`, text: c.expr });
    });
  }
  for (const j of model.joins) j.on?.forEach((pair, i) => out.push({ owner: j.from, path: `on[${i}].from`, text: pair.from }));
  for (const n of model.nodes) {
    const spec = specs.ofNode(n.component, inputsOf(model, n.id).length > 0);
    if (spec) walk(spec.fields, n.params, "", (path, text) => out.push({ owner: n.id, path, text }));
  }
  return out;
}

type Found = (path: string, text: string) => void;

function walk(fields: readonly Field[], values: Readonly<Record<string, unknown>>, path: string, found: Found): void {
  for (const f of fields) {
    if (shown(f, fields, values)) value(f, values[f.name], path === "" ? f.name : `${path}.${f.name}`, found);
  }
}

function value(f: Field, v: unknown, path: string, found: Found, brief = f.short): void {
  if (v === undefined || v === null) return;
  if (f.type === "expr") {
    if (typeof v === "string") found(path, v);
  } else if (f.type === "list" && Array.isArray(v)) {
    const { of } = f;
    if (of) v.forEach((item, i) => value(of, item, `${path}[${i}]`, found, of.short ?? f.short));
  } else if (f.type === "object" && typeof v === "string") {
    // The short form of an object is a text in the place of the object.
    const short = f.fields?.find((x) => x.name === brief);
    if (short) value(short, v, path, found);
  } else if (f.type === "object" && typeof v === "object" && !Array.isArray(v)) {
    walk(f.fields ?? [], v as Record<string, unknown>, path, found);
  } else if (f.type === "map" && typeof v === "object" && !Array.isArray(v)) {
    for (const [key, item] of Object.entries(v)) if (f.of) value(f.of, item, `${path}.${key}`, found);
  }
}

/** Hit is an expression in which a text was found, and where. */
export interface Hit extends Written {
  readonly from: number;
  readonly to: number;
}

/** find returns the expressions that hold a text, in any case. */
export function find(all: readonly Written[], text: string): Hit[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  return all.flatMap((e) => {
    const from = e.text.toLowerCase().indexOf(wanted);
    return from < 0 ? [] : [{ ...e, from, to: from + wanted.length }];
  });
}
