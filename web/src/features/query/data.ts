import { queryOptions } from "@tanstack/react-query";
import { api, must, pages } from "@/infra/api";

/** storesQuery are the tables that can be asked: those that are stored. */
export const storesQuery = queryOptions({
  queryKey: ["tables", "query"],
  queryFn: async () => (await pages((cursor) => must(api.GET("/tables", { params: { query: { limit: 200, cursor } } })), 5000)).items.filter((t) => t.kind === "store"),
});

/** tableQuery is one table with its columns. */
export function tableQuery(table: string) {
  return queryOptions({
    queryKey: ["tables", table, "query"],
    staleTime: 60_000,
    queryFn: () => must(api.GET("/tables/{table}", { params: { path: { table } } })),
  });
}

/** languageQuery are the functions and words of the language; they change with the server alone. */
export const languageQuery = queryOptions({
  queryKey: ["functions"],
  staleTime: Infinity,
  queryFn: () => must(api.GET("/functions")),
});
