import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { assemble, type Graph, type Spot } from "@/core/lineage";
import { api, must, withETag } from "@/infra/api";
import type { Column } from "../data";

function drawing(id: string, up: number, down: number) {
  return {
    queryKey: ["tables", id, "lineage", up, down],
    staleTime: 30_000,
    queryFn: () => must(api.GET("/tables/{table}/lineage", { params: { path: { table: id }, query: { up, down } } })),
  };
}

/** useLineage draws what is around a table. */
export function useLineage(id: string, up: number, down: number) {
  return useQuery(drawing(id, up, down));
}

/** View is what of the lineage is looked at; all of it is in the address. */
export interface View {
  up: number;
  down: number;
  /** open are tables that were opened beyond the hops. */
  open: string[];
  pin?: Spot;
  columns: boolean;
  indirect: boolean;
}

/** most is how many hops may be asked for each way. */
export const most = 5;

const hops = (text: string | null) => Math.min(most, Math.max(1, Number(text) || 1));

/** useView keeps the view in the address, so that a path can be sent to somebody. */
export function useView(): [View, (change: Partial<View>) => void] {
  const [params, setParams] = useSearchParams();
  const view = useMemo<View>(() => {
    const [table, ...column] = (params.get("pin") ?? "").split("~");
    return {
      up: hops(params.get("up")),
      down: hops(params.get("down")),
      open: params.getAll("open"),
      pin: table && column.length > 0 ? { table, column: column.join("~") } : undefined,
      columns: params.get("level") !== "tables",
      indirect: params.get("indirect") !== "no",
    };
  }, [params]);
  const change = useCallback(
    (c: Partial<View>) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          const put = (key: string, value: string | undefined) => (value === undefined ? next.delete(key) : next.set(key, value));
          if (c.up !== undefined) put("up", c.up === 1 ? undefined : String(c.up));
          if (c.down !== undefined) put("down", c.down === 1 ? undefined : String(c.down));
          if ("pin" in c) put("pin", c.pin ? `${c.pin.table}~${c.pin.column}` : undefined);
          if (c.columns !== undefined) put("level", c.columns ? undefined : "tables");
          if (c.indirect !== undefined) put("indirect", c.indirect ? undefined : "no");
          if (c.open) {
            next.delete("open");
            for (const id of c.open) next.append("open", id);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [view, change];
}

/** useGraph puts the drawings around the middle and around the opened tables together. */
export function useGraph(middle: string, view: View): { graph: Graph | undefined; error: unknown; again: () => void } {
  const queries = useQueries({
    queries: [drawing(middle, view.up, view.down), ...view.open.map((id) => drawing(id, 1, 1))],
    combine: (all) => ({
      data: all.map((q) => q.data),
      error: all[0]?.error,
      again: () => void all[0]?.refetch(),
    }),
  });
  const graph = useMemo(() => {
    const [first, ...rest] = queries.data;
    if (!first) return undefined;
    const opened = rest.flatMap((d, i) => (d ? [{ around: view.open[i] ?? "", drawing: d }] : []));
    return assemble(middle, [{ around: middle, drawing: first }, ...opened]);
  }, [queries.data, middle, view.open]);
  return { graph, error: queries.error, again: queries.again };
}

/** described bounds of how many tables the columns are read. */
const described = 40;

/** useColumns reads the columns of the tables in sight, by table. The drawing itself names only columns that are linked. */
export function useColumns(graph: Graph | undefined): ReadonlyMap<string, readonly Column[]> {
  const ids = useMemo(() => (graph?.nodes ?? []).filter((n) => n.kind === "table").slice(0, described).map((n) => n.id), [graph]);
  return useQueries({
    queries: ids.map((id) => ({ queryKey: ["tables", id], queryFn: () => withETag(api.GET("/tables/{table}", { params: { path: { table: id } } })) })),
    combine: useCallback((all: { data?: { value: { columns: Column[] } } }[]) => new Map(all.flatMap((q, i) => (q.data ? [[ids[i] ?? "", q.data.value.columns] as const] : []))), [ids]),
  });
}
