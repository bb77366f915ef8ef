import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, must, pages, type Schemas } from "@/infra/api";
import { useCan, useMe } from "@/infra/session";
import { usePeople, useTeams } from "@/infra/shared";

export type Policy = Schemas["GrantsReason"];
export type Request = Schemas["GrantsRequest"];
export type Team = Schemas["AuthTeam"];
export type Account = Schemas["AuthAccount"];

/** page is how many items one request asks for. */
export const page = 500;

/** useNames says what people call a subject. Whom one may not list goes by what the API said, or the id. */
export function useNames(): (subject: string) => string | undefined {
  const me = useMe();
  const { teams } = useTeams();
  const people = usePeople().data;
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const t of me?.teams ?? []) names.set(`team:${t.team}`, t.name);
    for (const t of teams) names.set(`team:${t.id}`, t.name);
    for (const p of people?.items ?? []) names.set(`user:${p.user}`, p.display_name || p.name);
    if (me) names.set(`user:${me.user}`, names.get(`user:${me.user}`) ?? me.name);
    return (subject) => names.get(subject);
  }, [me, teams, people]);
}

/** useWaiting are the open requests that whoever is signed in may decide on. */
export function useWaiting() {
  const can = useCan();
  return useQuery({
    queryKey: ["access_requests", { decidable: true, state: "open" }, "all"],
    enabled: can("edit"),
    refetchInterval: 30_000,
    queryFn: () => pages((cursor) => must(api.GET("/access_requests", { params: { query: { decidable: true, state: "open", limit: page, cursor } } }))),
  });
}

/** useChanged makes pages read anew what a change of access touches. */
export function useChanged(): (...nouns: string[]) => Promise<void> {
  const client = useQueryClient();
  return useCallback(async (...nouns) => void (await Promise.all(nouns.map((noun) => client.invalidateQueries({ queryKey: [noun] })))), [client]);
}
