import type { QueryClient } from "@tanstack/react-query";
import type { Complete, Completion } from "@/ui/code";
import { languageQuery, storesQuery, tableQuery } from "./data";

/** mentioned are the tables that a text names. */
function mentioned(text: string, names: readonly string[]): string[] {
  const bare = text.replaceAll("`", "");
  return names.filter((n) => bare.includes(n));
}

/** completer offers tables where one is asked for, else columns of the tables that the text names, functions and words. */
export function completer(queries: QueryClient): Complete {
  return async (text, offset, explicit) => {
    const before = text.slice(0, offset);
    const word = /[\w.`]*$/.exec(before)?.[0] ?? "";
    if (word === "" && !explicit) return null;
    const [stores, language] = await Promise.all([queries.ensureQueryData(storesQuery), queries.ensureQueryData(languageQuery)]);
    const tables = stores.map((s): Completion => ({ label: s.name, kind: "table", detail: s.layer, info: s.description, rank: 10 }));
    const from = offset - word.length;
    if (/\b(from|join|describe|desc|table)\s+$/i.test(before.slice(0, from))) return { from, options: tables };
    const own = stores.filter((s) => mentioned(text, [s.name]).length > 0);
    const details = await Promise.all(own.map((s) => queries.ensureQueryData(tableQuery(s.id))));
    const columns = details.flatMap((d) => d.columns.map((c): Completion => ({ label: c.name, kind: "column", detail: c.type, info: c.description, rank: 50 })));
    const last = word.split(".").at(-1) ?? word;
    if (word.includes(".")) return { from: offset - last.length, options: columns };
    const functions = language.functions.map((f): Completion => ({ label: f.name, kind: "function", detail: f.group, info: f.doc, insert: `${f.name}(` }));
    const keywords = language.keywords.map((k): Completion => ({ label: k.toUpperCase(), kind: "keyword", rank: -10 }));
    return { from, options: [...columns, ...tables, ...functions, ...keywords] };
  };
}
