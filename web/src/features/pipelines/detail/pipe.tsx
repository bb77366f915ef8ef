import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { useOutletContext } from "react-router";
import { type Detail, epochsIn, nodeOf, type Operator, slotOf } from "@/core/diagnosis";
import type { Epoch } from "@/core/epochs";
import type { Health } from "@/core/pipeline";
import { api, must, type Schemas } from "@/infra/api";

/** Pipe is what the parts of the page are about. */
export interface Pipe {
  detail: Detail;
  health: Health;
  epochs: readonly Epoch[];
  graph: Graph | undefined;
  /** faint says that the figures are of another time than now. */
  faint: boolean;
}

/** usePipe is the pipeline of the page that a part stands on. */
export function usePipe(): Pipe {
  return useOutletContext<Pipe>();
}

/** OperatorFigures has the operators' figures for the boxes of a graph, which follow it without the graph being drawn anew. */
export const OperatorFigures = createContext<{ pipe: Pipe; operators: ReadonlyMap<string, Operator> } | undefined>(undefined);

export function useOperatorFigures(): { pipe: Pipe; operators: ReadonlyMap<string, Operator> } | undefined {
  return useContext(OperatorFigures);
}

/** GraphNode is an operator of a version as it is drawn, Graph all of them. */
export type GraphNode = Schemas["GraphNode"];
export type Graph = Schemas["PipelineGraph"];

/** useGraph is the operators of a version; a version never changes. */
export function useGraph(pipeline: string, version: number | undefined): Graph | undefined {
  return useQuery({
    queryKey: ["pipelines", pipeline, "graph", version],
    enabled: version !== undefined,
    staleTime: Infinity,
    retry: false,
    queryFn: () => must(api.GET("/pipelines/{pipeline}/graph", { params: { path: { pipeline }, query: { version } } })),
  }).data;
}

/** useEpochs keeps the list of epochs as it is while no epoch is added. */
export function useEpochs(items: ReadonlyMap<string, unknown>): readonly Epoch[] {
  const found = epochsIn(items);
  const last = found[found.length - 1];
  // eslint-disable-next-line react-hooks/exhaustive-deps -- epochs are only ever added: the last one tells whether the list is another
  return useMemo(() => found, [found.length, last?.at]);
}

/** useVersion reads one version of a pipeline. */
export function useVersion(pipeline: string, number: number | undefined): Schemas["ControlVersion"] | undefined {
  return useQuery({
    queryKey: ["pipelines", pipeline, "version", number],
    enabled: number !== undefined && number > 0,
    staleTime: Infinity,
    queryFn: () => must(api.GET("/pipelines/{pipeline}/versions/{number}", { params: { path: { pipeline, number: number ?? 0 } } })),
  }).data;
}

/** labelOf names an operator by its model node; where a node has come to several, by its own part too. */
export function labelOf(operator: string, graph: Graph | undefined): string {
  const node = graph?.nodes.find((n) => n.operator === operator)?.node || nodeOf(operator);
  const shared = (graph?.nodes ?? []).filter((n) => n.node === node).length > 1;
  return shared ? `${node} ${slotOf(operator)}` : node;
}
