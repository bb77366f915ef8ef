import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { api, must, once } from "@/infra/api";
import { useWords } from "@/infra/words";
import { toast } from "@/ui/states";
import { knownNow } from "./data";
import { pipelineWords } from "./words";

/** Move is what was asked of a pipeline and has not shown in its state yet. */
export type Move = "start" | "stop" | "restart";

/**
 * The moves under way by pipeline. A click shows here before the server has answered, and until the pipeline's own line tells of it: a person must never
 * wonder whether a click has counted.
 */
const moves = new Map<string, Move>();
const listeners = new Set<() => void>();

/** linger is how long a move is shown after the answer, in milliseconds: two beats of the feed, which then tells what has become of it. */
const linger = 2000;

function set(id: string, move: Move | undefined): void {
  if (move) moves.set(id, move);
  else moves.delete(id);
  for (const callback of listeners) callback();
}

function subscribe(callback: () => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

/** useMove is what was asked of a pipeline a moment ago. */
export function useMove(id: string): Move | undefined {
  return useSyncExternalStore(subscribe, () => moves.get(id));
}

/** How a run is to end. */
export type How = "drain" | "now";

async function ask(id: string, move: Move, how: How): Promise<void> {
  set(id, move);
  const params = { path: { pipeline: id }, header: once() };
  try {
    if (move === "start") await must(api.POST("/pipelines/{pipeline}/start", { params, body: {} }));
    else if (move === "stop") await must(api.POST("/pipelines/{pipeline}/stop", { params, body: { how } }));
    else await must(api.POST("/pipelines/{pipeline}/restart", { params, body: { how } }));
    setTimeout(() => set(id, undefined), linger);
  } catch (e) {
    set(id, undefined);
    throw e;
  }
}

/** restarted says whether starting means to start again: a run that failed is still wanted, so that a plain start would change nothing. */
function restarted(id: string): boolean {
  return knownNow(id)?.want === "running";
}

/** Refusal is a move that a pipeline did not make, and why. */
export interface Refusal {
  id: string;
  name: string;
  problem: unknown;
}

let refusals: readonly Refusal[] = [];

function refuse(next: readonly Refusal[]): void {
  refusals = next;
  for (const callback of listeners) callback();
}

/** useRefusals are the moves that were refused and that nobody has put away; with an id, those of one pipeline. */
export function useRefusals(id?: string): { refusals: readonly Refusal[]; putAway: () => void } {
  const all = useSyncExternalStore(subscribe, () => refusals);
  return { refusals: id === undefined ? all : all.filter((r) => r.id === id), putAway: () => refuse(id === undefined ? [] : refusals.filter((r) => r.id !== id)) };
}

/** together bounds how many pipelines are asked at once. */
const together = 8;

/** useMoves asks one or many pipelines to start, stop or restart. What is refused stands in useRefusals. */
export function useMoves(): { one: (id: string, move: Move, how?: How) => void; many: (ids: readonly string[], move: Move, how?: How) => Promise<void> } {
  const t = useWords(pipelineWords);
  const client = useQueryClient();
  const many = useCallback(
    async (ids: readonly string[], move: Move, how: How = "drain") => {
      const left = [...ids];
      refuse(refusals.filter((r) => !left.includes(r.id)));
      const refused: Refusal[] = [];
      const run = async () => {
        for (let id = left.shift(); id !== undefined; id = left.shift()) {
          try {
            await ask(id, move === "start" && restarted(id) ? "restart" : move, how);
          } catch (problem) {
            refused.push({ id, name: knownNow(id)?.name ?? id, problem });
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(together, ids.length) }, run));
      if (refused.length > 0) refuse([...refusals, ...refused]);
      if (ids.length > 1 && refused.length < ids.length) toast(t("bulk.done", { count: ids.length - refused.length }));
      await client.invalidateQueries({ queryKey: ["pipelines"] });
    },
    [client, t],
  );
  const one = useCallback((id: string, move: Move, how?: How) => void many([id], move, how), [many]);
  return { one, many };
}
