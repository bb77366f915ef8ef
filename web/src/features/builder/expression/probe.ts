import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { type FunctionDoc, functionOf, tokens } from "@/core/expression";
import type { Finding } from "@/core/model/analysis";
import type { Column } from "@/ui/form";
import { useBuilder } from "../state";
import { ask, look } from "../text/ask";

/** Language is what an editor of expressions completes: GET /functions. */
export interface Language {
  functions: FunctionDoc[];
  keywords: string[];
  types: string[];
}

const nothing: Language = { functions: [], keywords: [], types: [] };

const languageQuery = queryOptions({ queryKey: ["functions"], queryFn: ({ signal }) => look<Language>("/functions", signal), staleTime: Infinity });

/** useVocabulary returns the functions and words of the expression language. */
export function useVocabulary(): Language {
  return useQuery(languageQuery).data ?? nothing;
}

/** Probe is what the server says of an expression: POST /compile/expression. */
export interface Probe {
  type?: string;
  nullable?: boolean;
  alias?: string;
  diagnostics: Finding[];
  /** results has one entry a row: a value (null is NULL) or why there is none. An aggregate has none. */
  results?: Result[] | null;
}

export interface Result {
  value?: unknown;
  error?: { code: string; message: string; fix?: string };
}

/** pause is how long an expression has to stay as it is before it is tried, in milliseconds; most is how many rows are sent. */
const pause = 250;
const most = 200;

/** isAggregate says whether an expression calls a function over many rows. */
export function isAggregate(text: string, functions: readonly FunctionDoc[]): boolean {
  const all = tokens(text);
  return all.some((t, i) => t.kind === "name" && all[i + 1]?.text === "(" && functionOf(functions, t.text)?.group === "aggregate");
}

/** useProbe tries an expression on rows a moment after it was last changed. What is asked no longer is cancelled; the last answer stays until the next. */
export function useProbe(text: string, columns: readonly Column[], rows: readonly (readonly unknown[])[], functions: readonly FunctionDoc[], on: boolean) {
  const params = useBuilder((s) => s.model.params);
  const zone = useBuilder((s) => s.model.timeZone);
  const body = useMemo(
    () => ({
      text,
      kind: isAggregate(text, functions) ? "aggregate" : "scalar",
      columns: columns.map((c) => ({ name: c.name, type: c.type, nullable: c.nullable ?? true })),
      rows: rows.slice(0, most),
      time_zone: zone,
      params: params.map((p) => ({ name: p.name, type: p.type, value: p.default === undefined ? undefined : String(p.default) })),
    }),
    [text, columns, rows, functions, zone, params],
  );
  const asked = useSettled(body, pause);
  const answer = useQuery({
    queryKey: ["expression", asked],
    queryFn: ({ signal }) => ask<Probe>("/compile/expression", asked, signal),
    enabled: on && asked.text.trim() !== "" && asked.columns.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
  return { ...answer, /** current says that the answer is about the text as it is now. */ current: asked === body && !answer.isPlaceholderData };
}

/** useSettled returns a value once it has not changed for a while. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
