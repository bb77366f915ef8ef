import { queryOptions } from "@tanstack/react-query";
import { fromWire } from "@/core/model/analysis";
import { api, must, pages, withETag } from "@/infra/api";
import type { Server } from "./state";

/** What the builder asks of the API. */

export const server: Server = {
  analyse: async (format, text, document, signal) => fromWire(await must(api.POST("/compile/analyse", { body: { format, text, document }, signal }))),
  save: (document, text, etag) => withETag(api.PUT("/documents/{document}/draft", { params: { path: { document }, header: { "If-Match": etag } }, body: { text } })),
  read: (document) => withETag(api.GET("/documents/{document}", { params: { path: { document } } })),
};

/** tablesQuery are the tables of the catalog that one may see. */
export const tablesQuery = queryOptions({
  queryKey: ["tables", "builder"],
  queryFn: async () => (await pages((cursor) => must(api.GET("/tables", { params: { query: { limit: 200, cursor } } })), 5000)).items,
});

/** connectionsQuery are the connections, for the forms' pickers. */
export const connectionsQuery = queryOptions({
  queryKey: ["connections", "builder"],
  queryFn: async () => (await pages((cursor) => must(api.GET("/connections", { params: { query: { limit: 200, cursor } } })), 1000)).items,
});

/** pipelinesQuery are the pipelines that were deployed from a model: those of its name. */
export function pipelinesQuery(name: string) {
  return queryOptions({
    queryKey: ["pipelines", "of", name],
    queryFn: async () => ((await must(api.GET("/pipelines", { params: { query: { name, limit: 50 } } }))).items ?? []).filter((p) => p.name === name || p.name.startsWith(`${name}/`)),
  });
}
