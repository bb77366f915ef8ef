import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Kind, Spec } from "@/core/model/specs";
import { api, must, pages } from "@/infra/api";
import { useComponents } from "@/infra/shared";
import type { Column, FormWorld } from "@/ui/form";

/** useSpec finds the declaration of one component. */
export function useSpec(kind: Kind, name: string | undefined): Spec | undefined {
  const specs = useComponents();
  return name ? specs?.find(kind, name) : undefined;
}

/** Binding is how a table is read or written: a component with its parameters. */
export interface Binding {
  component: string;
  params: Record<string, unknown>;
}

/** bindingOf reads what the API gives as any JSON. */
export function bindingOf(v: unknown): Binding | undefined {
  if (typeof v !== "object" || v === null || !("component" in v) || typeof v.component !== "string") return undefined;
  const params = "params" in v && typeof v.params === "object" && v.params !== null ? (v.params as Record<string, unknown>) : {};
  return { component: v.component, params };
}

/** useFormWorld is what forms of components need to know: connections, formats, tables and the columns there are. */
export function useFormWorld(columns: readonly Column[]): FormWorld {
  const client = useQueryClient();
  const specs = useComponents();
  return useMemo<FormWorld>(
    () => ({
      columns,
      formats: specs?.all.filter((s) => s.kind === "format").map((s) => ({ name: s.name, title: s.title, fields: s.fields })),
      connections: async (kinds) => {
        const all = await client.fetchQuery({ queryKey: ["connections", "catalog"], staleTime: 10_000, queryFn: async () => (await pages((cursor) => must(api.GET("/connections", { params: { query: { limit: 100, cursor } } })))).items });
        return all.filter((c) => kinds.length === 0 || kinds.includes(c.component)).map((c) => ({ name: c.name, note: c.component }));
      },
      tables: async (text) => {
        const found = await must(api.GET("/tables", { params: { query: { text, limit: 20 } } }));
        return (found.items ?? []).map((t) => ({ name: t.name, note: t.layer }));
      },
    }),
    [client, specs, columns],
  );
}
