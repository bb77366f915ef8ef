import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { excerpt, placeOf, type Range, shownOf } from "@/core/reject";
import { api, must, type Schemas } from "@/infra/api";

export type Reject = Schemas["RejectsItem"];

/** Wanted is which rejects a page asks for. */
export interface Wanted {
  kind: "dead" | "late";
  code?: string;
  node?: string;
  from?: string;
  to?: string;
}

/** useRejects reads what was put aside, page by page, the newest first. */
export function useRejects(pipeline: string, wanted: Wanted, limit = 100) {
  const read = useInfiniteQuery({
    queryKey: ["pipelines", pipeline, "rejects", wanted, limit],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => must(api.GET("/pipelines/{pipeline}/rejects", { params: { path: { pipeline }, query: { ...wanted, cursor: pageParam, limit } } })),
    getNextPageParam: (page) => page.next_cursor || undefined,
  });
  const rows = useMemo(() => (read.data?.pages ?? []).flatMap((p) => p.items), [read.data]);
  const first = read.data?.pages[0];
  return { ...read, rows, hidden: first && !first.contents ? (first.why ?? "") : undefined };
}

/** useReject reads one reject, which an address names that the rows read so far may not hold. */
export function useReject(pipeline: string, id: string | undefined): { reject: Reject | undefined; problem: unknown } {
  const read = useQuery({
    queryKey: ["pipelines", pipeline, "rejects", "one", id],
    enabled: id !== undefined,
    queryFn: () => must(api.GET("/pipelines/{pipeline}/rejects/{reject}", { params: { path: { pipeline, reject: id ?? "" } } })),
  });
  return { reject: read.data, problem: read.error ?? undefined };
}

/** textOf is the content of a reject as text: the record that did not decode, or the row that failed behind the decoder. */
export function textOf(r: Reject): string | undefined {
  if (r.raw) return shownOf(r.raw, r.truncated ?? false).text;
  return r.row === undefined ? undefined : JSON.stringify(r.row);
}

/** excerptOf is the content on one line around the place that was rejected. */
export function excerptOf(r: Reject, width: number) {
  const text = textOf(r);
  if (text === undefined) return undefined;
  const head = text.length > 20_000 ? text.slice(0, 20_000) : text;
  return excerpt(head, placeIn(r, head), width);
}

/**
 * placeIn is the place of a reject in its content. A record that lacks what it should have is marked where that should stand; a row that failed behind
 * the decoder does not: its path may name a column that the operator was only about to make.
 */
export function placeIn(r: Reject, text: string): Range | undefined {
  const place = r.path ? placeOf(text, r.path) : undefined;
  if (place && !r.raw && /^[}\]]$/.test(text.slice(place.from, place.to))) return undefined;
  return place;
}
