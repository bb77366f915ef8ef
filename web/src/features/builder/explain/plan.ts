import { queryOptions } from "@tanstack/react-query";
import type { Finding } from "@/core/model/analysis";
import type { Format } from "@/core/model/types";
import { ask } from "../text/ask";

/** Explained is what POST /compile/explain says of a text. */
export interface Explained {
  diagnostics: Finding[] | null;
  text?: string;
  drawings?: Drawing[];
}

/** Drawing is a plan as it was compiled, and as it runs. */
export interface Drawing {
  model: string;
  compiled: Graph;
  optimized: Graph;
  rules: { rule: string; changes: number }[];
}

export interface Graph {
  nodes: Operator[];
  edges: { from: string; to: string; input: number }[];
}

export interface Operator {
  id: string;
  op: string;
  title: string;
  model_node: string;
  table?: string;
  detail?: string;
  columns: { name: string; type: string; nullable: boolean }[];
  mode: { change: string; key?: string[] | null };
  reads: string[];
  pruned?: string[] | null;
}

export function explainQuery(format: Format, text: string) {
  return queryOptions({
    queryKey: ["explain", format, text],
    queryFn: ({ signal }) => ask<Explained>("/compile/explain", { format, text }, signal),
    staleTime: Infinity,
    retry: false,
  });
}
