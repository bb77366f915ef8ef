import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Spec, Specs } from "@/core/model/specs";
import { api, must, pages, type Schemas } from "@/infra/api";
import type { FormWorld } from "@/ui/form";

export type Connection = Schemas["CatalogConnection"];

/** useConnections reads the connections one may see. */
export function useConnections() {
  return useQuery({ queryKey: ["connections"], queryFn: async () => (await pages((cursor) => must(api.GET("/connections", { params: { query: { limit: 500, cursor } } })), 5000)).items });
}

/** useWorld is what a connection's form needs to know of the world around it: connections have no columns and name no tables. */
export function useWorld(specs: Specs | undefined): FormWorld {
  return useMemo<FormWorld>(() => ({ columns: [], formats: specs?.all.filter((s) => s.kind === "format").map((s) => ({ name: s.name, title: s.title, fields: s.fields })) }), [specs]);
}

/** checks says whether a connection's system can be reached to see that it works. */
export function checks(spec: Spec | undefined): boolean {
  const told = spec && "connection" in spec ? (spec.connection as { check?: boolean } | undefined) : undefined;
  return told?.check ?? false;
}
