import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, type Etagged, must, pages, type Schemas, withETag } from "@/infra/api";

export type Table = Schemas["CatalogTable"];
export type TableInput = Schemas["CatalogTableInput"];
export type Column = Schemas["CatalogShownColumn"];
export type Connection = Schemas["CatalogConnection"];

/** useTable reads a table with the ETag of its next change. */
export function useTable(id: string) {
  return useQuery({ queryKey: ["tables", id], queryFn: () => withETag(api.GET("/tables/{table}", { params: { path: { table: id } } })) });
}

/** useConnections reads the connections one may see. */
export function useConnections() {
  return useQuery({
    queryKey: ["connections", "catalog"],
    queryFn: async () => (await pages((cursor) => must(api.GET("/connections", { params: { query: { limit: 100, cursor } } })))).items,
  });
}

/** inputOf is what a change of a table sends: the table as it is, but for what it alone may say. */
export function inputOf(t: Table): TableInput {
  return {
    name: t.name,
    team: t.team ?? "",
    kind: t.kind,
    columns: t.columns,
    description: t.description,
    domain: t.domain,
    layer: t.layer,
    tags: t.tags,
    key: t.key,
    event_time: t.event_time,
    source: t.source,
    sink: t.sink,
  };
}

/** useChangeTable changes what is said of a table, if nobody else has changed it since it was read. */
export function useChangeTable(at: Etagged<Table>): (change: Partial<TableInput>) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (change) => {
      const params = { path: { table: at.value.id }, header: { "If-Match": at.etag } };
      const next = await withETag(api.PUT("/tables/{table}", { params, body: { ...inputOf(at.value), ...change } }));
      client.setQueryData(["tables", at.value.id], next);
      void client.invalidateQueries({ queryKey: ["search"] });
    },
    [at, client],
  );
}

/** useMay asks what one may do with a table, with the rule. watched asks again every so many milliseconds, as what was granted can be taken back. */
export function useMay(id: string, action: "discover" | "read" | "write" | "manage", watched?: number) {
  return useQuery({
    queryKey: ["policies", "why", id, action],
    staleTime: 60_000,
    refetchInterval: watched ?? false,
    queryFn: () => must(api.GET("/policies/why", { params: { query: { scope: `table:${id}`, action } } })),
  });
}
