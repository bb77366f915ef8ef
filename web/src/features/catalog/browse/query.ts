import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { api, must, pages, type Schemas } from "@/infra/api";

/** Found is a line of the results: a hit of the search, or a table of a list, which has no highlights. */
export type Found = Schemas["SearchHit"];

/** Thing is what can be found. */
export type Thing = "table" | "document" | "connection";

/** Filters are what the page asks for; all of them are in its address. */
export interface Filters {
  text: string;
  thing: Thing | "";
  type: string;
  layer: string;
  domain: string;
  team: string;
  tags: string[];
  /** scope is a catalog or a db of the tree: "ods", "ods.music". */
  scope: string;
}

/** useFilters keeps the filters in the address, so that a search can be sent to somebody. */
export function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo<Filters>(
    () => ({
      text: params.get("q") ?? "",
      thing: thingOf(params.get("kind")),
      type: params.get("type") ?? "",
      layer: params.get("layer") ?? "",
      domain: params.get("domain") ?? "",
      team: params.get("team") ?? "",
      tags: params.getAll("tag"),
      scope: params.get("in") ?? "",
    }),
    [params],
  );
  const change = useCallback(
    (c: Partial<Filters>) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          const put = (key: string, value: string | undefined) => value !== undefined && (value ? next.set(key, value) : next.delete(key));
          put("q", c.text);
          put("kind", c.thing);
          put("type", c.type);
          put("layer", c.layer);
          put("domain", c.domain);
          put("team", c.team);
          put("in", c.scope);
          if (c.tags) {
            next.delete("tag");
            for (const tag of c.tags) next.append("tag", tag);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [filters, change];
}

function thingOf(text: string | null): Thing | "" {
  return text === "table" || text === "document" || text === "connection" ? text : "";
}

const pageSize = 50;

/**
 * useResults asks the search, or, for a place of the tree without a text, the list of tables, which alone can be asked for one. With both, what the
 * search finds is kept to the place here.
 */
export function useResults(f: Filters) {
  const [catalog, db] = f.scope.split(".");
  const listed = f.scope !== "" && f.text === "";
  return useInfiniteQuery({
    queryKey: ["search", f],
    initialPageParam: "",
    placeholderData: keepPreviousData,
    getNextPageParam: (last: { next?: string }) => last.next || undefined,
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam || undefined;
      if (listed) {
        const query = { catalog, db, layer: f.layer, domain: f.domain, team: f.team, tag: f.tags[0], kind: f.type, limit: pageSize, cursor };
        const page = await must(api.GET("/tables", { params: { query }, signal }));
        const items = (page.items ?? []).filter((t) => f.tags.every((tag) => t.tags?.includes(tag)));
        return { items: items.map(listedAs), next: page.next_cursor, complete: true };
      }
      const query = {
        q: f.text,
        kind: f.thing ? [f.thing] : undefined,
        type: f.type ? [f.type] : undefined,
        layer: f.layer ? [f.layer] : undefined,
        domain: f.domain ? [f.domain] : undefined,
        team: f.team ? [f.team] : undefined,
        tag: f.tags.length > 0 ? f.tags : undefined,
        limit: f.scope ? 100 : pageSize,
        cursor,
      };
      const page = await must(api.GET("/search", { params: { query }, signal }));
      const items = (page.items ?? []).filter((h) => !f.scope || h.name.startsWith(`${f.scope}.`));
      return { items, next: page.next_cursor, complete: page.complete };
    },
  });
}

function listedAs(t: Schemas["CatalogTableSummary"]): Found {
  return { kind: "table", id: t.id, name: t.name, type: t.kind, layer: t.layer, domain: t.domain, tags: t.tags, team: t.team, description: t.description };
}

/** useSuggestions are names that fit what was typed so far. */
export function useSuggestions(text: string) {
  return useQuery({
    queryKey: ["search", "suggest", text],
    enabled: text.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await must(api.GET("/search/suggest", { params: { query: { q: text } }, signal }))).items ?? [],
  }).data;
}

/** useFacets are the words that tables can be told apart by. */
export function useFacets() {
  const tags = useQuery({ queryKey: ["tags"], queryFn: async () => (await must(api.GET("/tags"))).items ?? [] });
  const domains = useQuery({ queryKey: ["domains"], queryFn: async () => (await must(api.GET("/domains"))).items ?? [] });
  return { tags: tags.data ?? [], domains: domains.data ?? [] };
}

/** mostNames bounds what the tree reads. */
export const mostNames = 5000;

/** useNames reads the names of all tables, which the tree is made of. */
export function useNames() {
  return useQuery({
    queryKey: ["tables", "catalog", "names"],
    staleTime: 30_000,
    queryFn: () => pages((cursor) => must(api.GET("/tables", { params: { query: { limit: 200, cursor } } })), mostNames),
  });
}
