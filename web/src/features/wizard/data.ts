import { keepPreviousData, queryOptions, skipToken } from "@tanstack/react-query";
import { api, must, once, pages, type Schemas, withETag } from "@/infra/api";

/** What the wizard asks of the API. */

export type Document = Schemas["Document"];
export type Design = Schemas["Design"];
export type Choice = Schemas["DesignChoice"];
export type Finding = Schemas["DesignFinding"];

export function documentQuery(document: string) {
  return queryOptions({
    queryKey: ["documents", document, "land"],
    queryFn: async () => (await withETag(api.GET("/documents/{document}", { params: { path: { document } } }))).value,
  });
}

export const connectionsQuery = queryOptions({
  queryKey: ["connections", "land"],
  queryFn: async () => (await pages((cursor) => must(api.GET("/connections", { params: { query: { limit: 200, cursor } } })), 1000)).items,
});

export const tablesQuery = queryOptions({
  queryKey: ["tables", "land"],
  queryFn: async () => (await pages((cursor) => must(api.GET("/tables", { params: { query: { limit: 200, cursor } } })), 5000)).items,
});

/** designQuery designs the table and lands sampled rows in a scratch table. While it is asked anew, the last answer stays. */
export function designQuery(body: Schemas["DesignInput"] | undefined) {
  return queryOptions({
    queryKey: ["designs", body],
    queryFn: body === undefined ? skipToken : ({ signal }): Promise<Design> => must(api.POST("/designs/try", { body, signal })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
  });
}

/** dryRun says what deploying a text would do to pipelines and their state. */
export function dryRun(team: string, text: string | undefined) {
  return queryOptions({
    queryKey: ["pipelines", "dry", team, text],
    enabled: text !== undefined,
    queryFn: ({ signal }) => must(api.POST("/pipelines", { params: { header: once() }, body: { team, format: "yaml", text: text ?? "", dry_run: true }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
}

/**
 * exactlyOnce says whether repeated inserts are recognized. Of a table that is there its own window tells: the scratch table that rows were tried in is made without one.
 */
export function exactlyOnce(design: Design): boolean {
  return design.proposal.deduplication_window > 0 && (design.existing !== undefined || design.trial?.exactly_once !== false);
}
