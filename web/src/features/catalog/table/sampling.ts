import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Problem, stream } from "@/infra/api";
import { useCan } from "@/infra/session";
import type { Table } from "../data";

/** SampleRows are the first rows of a table that came, with what the server says to the end of it. */
export interface SampleRows {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  /** rejected is how many records could not be read as rows. */
  rejected: number;
  timedOut: boolean;
  at: number;
}

interface Line {
  columns?: { name: string; type: string }[];
  row?: Record<string, unknown>;
  end?: { rejected?: number; timed_out?: boolean };
}

/** most is how many rows a sample has. */
const most = 200;

/** quoted writes a table's name in SQL. */
export function quoted(name: string): string {
  return name
    .split(".")
    .map((part) => `\`${part.replaceAll("`", "``")}\``)
    .join(".");
}

async function read(path: string, body: unknown, signal: AbortSignal): Promise<SampleRows> {
  const out: SampleRows = { columns: [], rows: [], rejected: 0, timedOut: false, at: Date.now() };
  for await (const line of stream<Line>(path, body, signal)) {
    if (line.columns) out.columns = line.columns;
    const { row } = line;
    if (row) out.rows.push(out.columns.map((c) => row[c.name]));
    if (line.end) {
      out.rejected = line.end.rejected ?? 0;
      out.timedOut = line.end.timed_out ?? false;
    }
  }
  return out;
}

/** previewOf looks at what a text of a model puts out. */
export function previewOf(text: string, format: "yaml" | "sql", rows: number, signal: AbortSignal): Promise<SampleRows> {
  return read("/preview", { format, text, rows, timeout_ms: 8000, earliest: true }, signal);
}

/**
 * useSample reads rows of a table as whoever looks at it. A store answers questions; from what flows, the beginning is read, which is for those who may
 * build models. What one way cannot read, the other is asked for.
 */
export function useSample(table: Table) {
  const builds = useCan()("edit");
  const text = `SELECT * FROM ${quoted(table.name)}`;
  const asked = (signal: AbortSignal) => read("/queries", { text, limit: most }, signal);
  const flown = (signal: AbortSignal) => previewOf(text, "sql", most, signal);
  return useQuery({
    queryKey: ["tables", table.id, "sample"],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const ways = table.kind === "store" ? [asked, flown] : [flown, asked];
      const open = ways.filter((way) => way === asked || builds);
      let first: unknown;
      for (const way of open) {
        try {
          return await way(signal);
        } catch (e) {
          // Of two failures the first says more: the second way was a guess.
          if (!(e instanceof Problem) || e.status === 0 || signal.aborted) throw e;
          first ??= e;
        }
      }
      throw first;
    },
  });
}

/** useKeptSample is the sample that was looked at before, if there was one. */
export function useKeptSample(id: string): SampleRows | undefined {
  return useQueryClient().getQueryData<SampleRows>(["tables", id, "sample"]);
}

/** nullShares are the parts of a sample's rows that have no value, by column. */
export function nullShares(s: SampleRows): Map<string, number> {
  const shares = new Map<string, number>();
  if (s.rows.length === 0) return shares;
  s.columns.forEach((c, i) => shares.set(c.name, s.rows.filter((r) => r[i] === null || r[i] === undefined).length / s.rows.length));
  return shares;
}
