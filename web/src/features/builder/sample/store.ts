import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import { noSample, type PreviewLine, type Sample, take } from "@/core/sample";
import { Problem, stream } from "@/infra/api";
import { pinsOf, type Pinned } from "../pinned";
import { type Builder, useBuilderStore } from "../state";
import { type Request, requestWith } from "./subject";

/** sampleRows is how many rows are asked for, sampleTimeout for how long at most, in milliseconds. */
export const sampleRows = 200;
const sampleTimeout = 10_000;

/** NodeSample is what is known of a node's rows. The rows of the last run stay until others come. */
export interface NodeSample {
  readonly sample: Sample;
  /** of is the request that the rows answer; one that differs from now's is of an older text. */
  readonly of?: Request;
  /** at is when they came, in milliseconds. */
  readonly at?: number;
  readonly running: boolean;
  readonly problem?: Problem;
}

export const unasked: NodeSample = { sample: noSample, running: false };

export interface Samples {
  readonly byNode: ReadonlyMap<string, NodeSample>;
  /** run asks for the rows of a node. A run of the same node that goes on is cancelled. */
  run(node: string): Promise<void>;
  cancel(node: string): void;
}

/** Read runs a preview; it is the API's stream but in tests. */
export type Read = (request: Request, signal: AbortSignal) => AsyncIterable<PreviewLine>;

const read: Read = (request, signal) => stream<PreviewLine>("/preview", { ...request, rows: sampleRows, timeout_ms: sampleTimeout, earliest: true }, signal);

/** createSamples makes the store of the samples of one open document. pinned are the rows that are pinned now. */
export function createSamples(builder: Pick<Builder, "getState">, from: Read = read, now: () => number = Date.now, pinned: () => Pinned = () => ({})): StoreApi<Samples> {
  const runs = new Map<string, AbortController>();
  return createStore<Samples>((set, get) => {
    const put = (node: string, change: Partial<NodeSample>) => {
      const byNode = new Map(get().byNode);
      byNode.set(node, { ...(byNode.get(node) ?? unasked), ...change });
      set({ byNode });
    };
    return {
      byNode: new Map(),
      async run(node) {
        runs.get(node)?.abort();
        const mine = new AbortController();
        runs.set(node, mine);
        const request = requestWith(builder.getState(), node, pinned());
        put(node, { running: true, problem: undefined });
        let sample = noSample;
        try {
          for await (const line of from(request, mine.signal)) {
            sample = take(sample, [line]);
            if (mine.signal.aborted) return;
            // Rows come in bursts; the grid is drawn with the first of them and when all are there.
            if (sample.rows.length === 1 || line.end) put(node, { sample, of: request, at: now() });
          }
          put(node, { sample, of: request, at: now() });
        } catch (e) {
          if (mine.signal.aborted) return;
          put(node, { problem: e instanceof Problem ? e : new Problem({ status: 0, code: "web.unreachable", title: "unreachable", detail: String(e) }) });
        } finally {
          if (runs.get(node) === mine) {
            runs.delete(node);
            put(node, { running: false });
          }
        }
      },
      cancel(node) {
        runs.get(node)?.abort();
        runs.delete(node);
        put(node, { running: false });
      },
    };
  });
}

/** kept has the samples of each open document: panel and expression editors look at the same rows, and they go with the document. */
const kept = new WeakMap<Builder, StoreApi<Samples>>();

/** useSamples returns the samples of the page's document. */
export function useSamples(): StoreApi<Samples> {
  const builder = useBuilderStore();
  let samples = kept.get(builder);
  if (!samples) kept.set(builder, (samples = createSamples(builder, read, Date.now, () => pinsOf(builder).getState().byNode)));
  return samples;
}

/** useNodeSample draws anew when the sample of one node changes. */
export function useNodeSample(node: string): NodeSample {
  return useStore(useSamples(), (s) => s.byNode.get(node) ?? unasked);
}
