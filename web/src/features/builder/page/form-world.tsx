import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { type Column, FormContext, type FormWorld } from "@/ui/form";
import { renderExpr } from "../expression";
import { connectionsQuery, tablesQuery } from "../server";
import { useBuilder } from "../state";

/** FormWorldOf gives forms what they choose from: the columns that come in, the catalog's tables and connections, the formats there are. */
export function FormWorldOf({ columns, children }: { columns: readonly Column[]; children: ReactNode }) {
  const client = useQueryClient();
  const specs = useBuilder((s) => s.specs);
  useQuery(connectionsQuery);
  const world = useMemo<FormWorld>(
    () => ({
      columns,
      tables: async (query) => {
        const all = await client.ensureQueryData(tablesQuery);
        return all.filter((t) => t.name.toLowerCase().includes(query.toLowerCase())).map((t) => ({ name: t.name, note: t.layer }));
      },
      connections: async (kinds) => {
        const all = await client.ensureQueryData(connectionsQuery);
        return all.filter((c) => kinds.length === 0 || kinds.includes(c.component)).map((c) => ({ name: c.name, note: c.component }));
      },
      formats: specs.all.filter((s) => s.kind === "format"),
      renderExpr,
    }),
    [columns, client, specs],
  );
  return <FormContext value={world}>{children}</FormContext>;
}
