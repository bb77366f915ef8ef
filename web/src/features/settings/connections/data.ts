import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Spec, Specs } from "@/core/model/specs";
import { url } from "@/infra/address";
import { api, must, pages, problemOf, type Schemas } from "@/infra/api";
import { useCan, useMe } from "@/infra/session";
import type { FormWorld } from "@/ui/form";

export type Connection = Schemas["CatalogConnection"];

/** useConnections reads the connections one may see. */
export function useConnections() {
  return useQuery({ queryKey: ["connections"], queryFn: async () => (await pages((cursor) => must(api.GET("/connections", { params: { query: { limit: 500, cursor } } })), 5000)).items });
}

/** useSpecs reads what connections and formats declare of themselves. */
export function useSpecs(): Specs | undefined {
  return useQuery({
    queryKey: ["components", "connections"],
    staleTime: Infinity,
    structuralSharing: false,
    queryFn: async () => {
      const response = await fetch(url("api/v1/components"));
      if (!response.ok) throw await problemOf(response);
      return new Specs(((await response.json()) as { items: Spec[] }).items);
    },
  }).data;
}

/** useWorld is what a connection's form needs to know of the world around it: connections have no columns and name no tables. */
export function useWorld(specs: Specs | undefined): FormWorld {
  return useMemo<FormWorld>(() => ({ columns: [], formats: specs?.all.filter((s) => s.kind === "format").map((s) => ({ name: s.name, title: s.title, fields: s.fields })) }), [specs]);
}

/** useTeams reads all teams; mine are those in which whoever is signed in may make things. */
export function useTeams(): { nameOf: (id: string | undefined) => string; mine: readonly Schemas["AuthTeam"][] } {
  const me = useMe();
  const can = useCan();
  const { data } = useQuery({ queryKey: ["teams"], staleTime: 60_000, queryFn: () => pages((cursor) => must(api.GET("/teams", { params: { query: { limit: 500, cursor } } })), 5000) });
  return useMemo(() => {
    const teams = data?.items ?? [];
    const names = new Map(teams.map((x) => [x.id, x.name]));
    const own = new Set((me?.teams ?? []).map((m) => m.team));
    return { nameOf: (id) => (id ? (names.get(id) ?? "") : ""), mine: can("administer") ? teams : teams.filter((x) => own.has(x.id)) };
  }, [data, me, can]);
}

/** checks says whether a connection's system can be reached to see that it works. */
export function checks(spec: Spec | undefined): boolean {
  const told = spec && "connection" in spec ? (spec.connection as { check?: boolean } | undefined) : undefined;
  return told?.check ?? false;
}
