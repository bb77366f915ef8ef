import { useEffect, useState } from "react";
import type { Column, TableInput } from "../data";
import { lines } from "../lines";

/** Proposal is something of a system that could be a table, with the entry it would get. */
export interface Proposal {
  physical: string;
  kind: string;
  facts: { rows: number; bytes: number; partitions?: number; engine?: string; sort_key?: string };
  notes?: string[];
  name: string;
  layer?: string;
  columns?: { name: string; type: string; lost?: string }[];
  table: Omit<TableInput, "columns"> & { columns: Column[] | null; event_time?: { column: string; out_of_order: string } };
  registered?: string;
}

interface Line {
  progress?: { done: number; total: number };
  found?: Proposal;
  end?: { truncated: boolean };
}

/** Discovery is what has been found so far. */
export interface Discovery {
  found: Proposal[];
  progress?: { done: number; total: number };
  ended: boolean;
  truncated: boolean;
  error?: unknown;
}

const nothing: Discovery = { found: [], ended: false, truncated: false };

/**
 * useDiscovery looks into a connection's system. samples is how many records are read where only they tell the columns; -1 reads none, which is quick.
 * It ends with the page.
 */
export function useDiscovery(connection: string | undefined, names: readonly string[] | undefined, samples: number, round = 0): Discovery {
  const [state, setState] = useState(nothing);
  const asked = names?.join("\n");
  useEffect(() => {
    setState(nothing);
    if (!connection || asked === "") return;
    const stop = new AbortController();
    const query = new URLSearchParams({ samples: String(samples) });
    for (const name of asked?.split("\n") ?? []) query.append("name", name);
    void (async () => {
      try {
        for await (const line of lines<Line>(`/connections/${connection}/discovery?${query}`, stop.signal)) {
          const { found } = line;
          if (stop.signal.aborted) return;
          if (found) setState((s) => ({ ...s, found: [...s.found, found] }));
          if (line.progress) setState((s) => ({ ...s, progress: line.progress }));
          if (line.end) setState((s) => ({ ...s, ended: true, truncated: line.end?.truncated ?? false }));
        }
      } catch (error) {
        if (!stop.signal.aborted) setState((s) => ({ ...s, ended: true, error }));
      }
    })();
    return () => stop.abort();
  }, [connection, asked, samples, round]);
  return state;
}
