import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import type { Detail } from "@/core/diagnosis";
import { emptyView, type Line, type View, viewOf, type Wanted } from "@/core/pipeline";
import { api, must, pages, type Schemas } from "@/infra/api";
import { live, useFeedItem } from "@/infra/live";
import { useTeams } from "@/infra/shared";

const topic = "pipelines";

/** useView is the list as it was asked for. It draws anew when the order or a count changes, and not when a figure does: rows follow those themselves. */
export function useView(wanted: Wanted): View & { phase: string } {
  const last = useRef<View & { phase: string }>({ ...emptyView, phase: "waiting" });
  const key = JSON.stringify(wanted);
  const get = useCallback(() => {
    const state = live.state(topic, undefined);
    const before = last.current;
    const next = viewOf(state.items.values() as Iterable<Line>, JSON.parse(key) as Wanted, before);
    if (next !== before || state.phase !== before.phase) last.current = { ...next, phase: state.phase };
    return last.current;
  }, [key]);
  return useSyncExternalStore(followAll, get);
}

function followAll(callback: () => void): () => void {
  const own = live.follow(topic, undefined);
  const stop = live.onChange(topic, undefined, undefined, callback);
  return () => {
    stop();
    own.release();
  };
}

/** useTotalRate is how many rows a second all pipelines read together. */
export function useTotalRate(): number {
  return useSyncExternalStore(followAll, () => {
    let sum = 0;
    for (const line of live.state(topic, undefined).items.values()) sum += (line as Line).rows_per_second;
    return Math.round(sum);
  });
}

/** useHeardAt is when the list was last heard of, in milliseconds. */
export function useHeardAt(): number {
  return useSyncExternalStore(followAll, () => live.state(topic, undefined).at);
}

/** lineNow is the line of a pipeline at this moment, for what is asked by hand. */
export function lineNow(id: string): Line | undefined {
  return live.state(topic, undefined).items.get(id) as Line | undefined;
}

/** knownNow is the name and the wish of a pipeline at this moment, from the list or from its own page, whichever is followed. */
export function knownNow(id: string): { name: string; want: string } | undefined {
  const line = lineNow(id);
  if (line) return line;
  const detail = live.state("pipeline", { pipeline: id }).items.get(id) as Detail | undefined;
  return detail && { name: detail.name, want: detail.desired.want };
}

/** useLine follows the line of one pipeline. */
export function useLine(id: string): Line | undefined {
  return useFeedItem<Line>(topic, undefined, id);
}

/** useTeamNames has the teams that one may see, by id. */
export function useTeamNames(): ReadonlyMap<string, string> {
  const { teams } = useTeams();
  return useMemo(() => new Map(teams.map((t) => [t.id, t.name])), [teams]);
}

/** useDocuments has the models by id: their kind draws a row's glyph, their newest version says what can be deployed. */
export function useDocuments(): ReadonlyMap<string, Schemas["Document"]> {
  const { data } = useQuery({
    queryKey: ["documents", "known"],
    staleTime: 60_000,
    queryFn: () => pages((cursor) => must(api.GET("/documents", { params: { query: { cursor, limit: 200 } } })), 5000),
  });
  return useMemo(() => new Map((data?.items ?? []).map((d) => [d.id, d])), [data]);
}
