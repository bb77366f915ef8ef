import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Spec, Specs } from "@/core/model/specs";
import { api, must, pages, type Schemas } from "./api";
import { useCan, useMe } from "./session";

/** What many features ask of the API: one key means one shape, wherever it is asked. */

export type Team = Schemas["AuthTeam"];

/** page is how many items one request asks for, and most how many are read at all. */
const page = 500;
const most = 5000;

/** teamsQuery are all teams; everybody may know their names. */
export const teamsQuery = queryOptions({
  queryKey: ["teams"],
  staleTime: 60_000,
  queryFn: () => pages((cursor) => must(api.GET("/teams", { params: { query: { limit: page, cursor } } })), most),
});

/** Teams are the teams there are, their names by id, and mine: those in which whoever is signed in may make things. */
export interface Teams {
  /** known is false until the answer is there. */
  readonly known: boolean;
  readonly teams: readonly Team[];
  readonly mine: readonly Team[];
  readonly nameOf: (id: string | undefined) => string;
}

/** useTeams reads the teams. Administrators may make things in all of them. */
export function useTeams(): Teams {
  const me = useMe();
  const can = useCan();
  const { data } = useQuery(teamsQuery);
  return useMemo(() => {
    const teams = data?.items ?? [];
    const names = new Map(teams.map((t) => [t.id, t.name]));
    const own = new Set((me?.teams ?? []).map((m) => m.team));
    return { known: data !== undefined, teams, mine: can("administer") ? teams : teams.filter((t) => own.has(t.id)), nameOf: (id) => (id ? (names.get(id) ?? "") : "") };
  }, [data, me, can]);
}

/** peopleQuery are the names of all accounts, for who may give them something. */
export const peopleQuery = queryOptions({
  queryKey: ["people"],
  staleTime: 60_000,
  queryFn: () => pages((cursor) => must(api.GET("/people", { params: { query: { limit: page, cursor } } })), most),
});

/** usePeople reads the names of all accounts; of those who may give nothing, nothing is asked. */
export function usePeople() {
  const can = useCan();
  return useQuery({ ...peopleQuery, enabled: can("edit") });
}

/** usersQuery are the accounts with all that administrators know of them. */
export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: () => pages((cursor) => must(api.GET("/users", { params: { query: { limit: page, cursor } } })), most),
});

/** componentsQuery is what all components declare of themselves; it changes with the server alone. */
export const componentsQuery = queryOptions({
  queryKey: ["components"],
  staleTime: Infinity,
  queryFn: async () => {
    const { items, entity, join } = await must(api.GET("/components"));
    // The document of the API does not say that a sink's modes are several.
    const told: readonly unknown[] = items;
    return new Specs(told as readonly Spec[], entity, join);
  },
  structuralSharing: false,
});

/** useComponents reads what all components declare of themselves. */
export function useComponents(): Specs | undefined {
  return useQuery(componentsQuery).data;
}

/** useTableName reads what a table is called; a table that one may not know of has no name. */
export function useTableName(id: string | undefined): string | undefined {
  return useQuery({
    queryKey: ["tables", id, "name"],
    enabled: id !== undefined,
    staleTime: 300_000,
    retry: false,
    queryFn: async () => (await must(api.GET("/tables/{table}", { params: { path: { table: id ?? "" } } }))).name,
  }).data;
}
