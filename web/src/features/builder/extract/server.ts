import { queryOptions } from "@tanstack/react-query";
import { api, must, once, type Schemas, withETag } from "@/infra/api";
import { server } from "../server";

/** What extracting asks of the API. */

/** tableTaken says whether a table of a name is known. One that may not be known of is only found when it is to be made. */
export function tableTaken(name: string) {
  return queryOptions({
    queryKey: ["tables", "named", name],
    queryFn: async ({ signal }) => (await must(api.GET("/tables", { params: { query: { text: name, limit: 20 } }, signal }))).items?.some((t) => t.name === name) ?? false,
  });
}

/** modelTaken says whether a model of a name is known. */
export function modelTaken(name: string) {
  return queryOptions({
    queryKey: ["documents", "named", name],
    queryFn: async ({ signal }) => (await must(api.GET("/documents", { params: { query: { name, limit: 20 } }, signal }))).items?.some((d) => d.name === name) ?? false,
  });
}

/** compiled says what is wrong with a text that is no document yet. */
export function compiled(text: string) {
  return queryOptions({
    queryKey: ["extract", "compiled", text],
    queryFn: async ({ signal }) => (await server.analyse("yaml", text, "", signal)).diagnostics.filter((d) => d.severity === "error"),
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
}

/** makeTable and makeModel make what the same request has not made already: key names it. */
export function makeTable(body: Schemas["CatalogTableInput"], key: string) {
  return must(api.POST("/tables", { params: { header: { "Idempotency-Key": key } }, body }));
}

export function makeModel(name: string, team: string, text: string, key: string) {
  return must(api.POST("/documents", { params: { header: { "Idempotency-Key": key } }, body: { name, team, text, format: "yaml" } }));
}

/** newKey names a request. */
export const newKey = (): string => once()["Idempotency-Key"];

/** removeTable takes a table out of the catalog that was made a moment ago. */
export async function removeTable(table: string): Promise<void> {
  const path = { table };
  const { etag } = await withETag(api.GET("/tables/{table}", { params: { path } }));
  await must(api.DELETE("/tables/{table}", { params: { path, header: { "If-Match": etag } } }));
}
