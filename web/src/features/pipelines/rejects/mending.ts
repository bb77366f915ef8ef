import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { rawOf } from "@/core/reject";
import { api, must, once, type Schemas } from "@/infra/api";

/** Outcome is what would come of one record: the rows it makes, or why it is rejected again. */
export type Outcome = Schemas["AppTriedRecord"];

/** Trial is what would come of several. */
export interface Trial {
  ids: readonly string[];
  outcomes: ReadonlyMap<string, Outcome>;
  sinks: Schemas["AppTried"]["sinks"];
}

/** Mending is the records that somebody has changed, what a trial said of them, and what a replay has done. */
export interface Mending {
  texts: ReadonlyMap<string, string>;
  mend: (id: string, text: string | undefined) => void;
  trial: Trial | undefined;
  try: (ids: readonly string[]) => void;
  replay: (ids: readonly string[]) => void;
  trying: boolean;
  replaying: boolean;
  done: Schemas["RejectsDone"] | undefined;
  problem: unknown;
}

/** useMending keeps mended records while the page is open, so that one can mend several and replay them together. */
export function useMending(pipeline: string): Mending {
  const client = useQueryClient();
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(new Map());
  const params = { path: { pipeline } };
  const body = (ids: readonly string[]) => ({
    rejects: ids.map((id) => {
      const text = texts.get(id);
      return text === undefined ? { id } : { id, raw: rawOf(text) };
    }),
  });
  const trying = useMutation({
    mutationFn: async (ids: readonly string[]): Promise<Trial> => {
      const tried = await must(api.POST("/pipelines/{pipeline}/rejects/try", { params, body: body(ids) }));
      return { ids, outcomes: new Map(tried.records.flatMap((r, i) => (ids[i] === undefined ? [] : [[ids[i], r] as const]))), sinks: tried.sinks };
    },
  });
  const replaying = useMutation({
    mutationFn: (ids: readonly string[]) => must(api.POST("/pipelines/{pipeline}/rejects/replay", { params: { ...params, header: once() }, body: body(ids) })),
    onSuccess: (_, ids) => {
      trying.reset();
      setTexts((now) => new Map([...now].filter(([id]) => !ids.includes(id))));
    },
    // A replay that failed half way has marked the records it began with: the list tells of them.
    onSettled: () => client.invalidateQueries({ queryKey: ["pipelines", pipeline, "rejects"] }),
  });
  return {
    texts,
    mend: (id, text) => {
      trying.reset();
      setTexts((now) => {
        const next = new Map(now);
        if (text === undefined) next.delete(id);
        else next.set(id, text);
        return next;
      });
    },
    trial: trying.data,
    try: (ids) => {
      replaying.reset();
      trying.mutate(ids);
    },
    replay: (ids) => replaying.mutate(ids),
    trying: trying.isPending,
    replaying: replaying.isPending,
    done: replaying.data,
    problem: trying.error ?? replaying.error ?? undefined,
  };
}
