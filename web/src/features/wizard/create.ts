import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, must, once, Problem, type Schemas, withETag } from "@/infra/api";

/** The stages between the last button and rows that landed. */
export const stages = ["save", "publish", "deploy", "rows"] as const;
export type Stage = (typeof stages)[number];

export interface Progress {
  stage: Stage;
  version?: number;
  pipeline?: { id: string; name: string };
  rows?: number;
  done?: boolean;
  problem?: unknown;
}

interface Order {
  document: string;
  /** land writes the sink into the text that the server has now. */
  land: (text: string) => string;
  message: string;
  epoch?: number;
}

const rowsEvery = 1000;
const failed = new Set(["failed", "crash_looping", "blocked"]);

/**
 * useCreate saves, publishes, deploys and follows. Each stage looks at how things stand before it acts, so to press the button again after a failure goes on where it
 * stopped and does nothing twice. create answers whether rows landed.
 */
export function useCreate(onDone: (pipeline: string) => void): { progress: Progress | undefined; create: (order: Order) => Promise<boolean>; dismiss: () => void } {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress>();
  const gone = useRef(new AbortController());
  useEffect(() => {
    const own = new AbortController();
    gone.current = own;
    return () => own.abort();
  }, []);

  const create = async (order: Order) => {
    const { signal } = gone.current;
    let now: Progress = { stage: "save" };
    const show = (more: Partial<Progress>) => {
      now = { ...now, ...more };
      if (!signal.aborted) setProgress(now);
    };
    try {
      show({});
      const path = { document: order.document };
      let { value, etag } = await withETag(api.GET("/documents/{document}", { params: { path } }));
      const text = order.land(value.draft ?? "");
      if (text !== value.draft) ({ value, etag } = await withETag(api.PUT("/documents/{document}/draft", { params: { path, header: { "If-Match": etag } }, body: { text } })));
      show({ stage: "publish" });
      let version = value.published;
      if (value.edited || version === 0) version = (await must(api.POST("/documents/{document}/versions", { params: { path, header: { ...once(), "If-Match": etag } }, body: { message: order.message } }))).version.number;
      show({ stage: "deploy", version });
      const { pipelines } = await must(
        api.POST("/documents/{document}/deploy", {
          params: { path, header: once() },
          body: { version, run: true, reason: order.message, ...(order.epoch ? { settings: { epoch_ms: order.epoch } } : {}) },
        }),
      );
      const first = pipelines.find((p) => p.pipeline && !p.impact.same)?.pipeline ?? pipelines.find((p) => p.pipeline)?.pipeline;
      if (!first) throw new Problem({ status: 0, code: "web.no_pipeline", title: "", detail: pipelines.map((p) => p.name).join(", ") });
      show({ stage: "rows", pipeline: { id: first.id, name: first.name }, rows: 0 });
      await follow(first, signal, (rows) => show({ rows }));
      if (signal.aborted) return true;
      show({ done: true });
      onDone(first.id);
      return true;
    } catch (problem) {
      if (!signal.aborted) show({ problem });
      return false;
    } finally {
      // Not before: the page would design anew what is being made.
      void queries.invalidateQueries({ queryKey: ["documents"] });
      void queries.invalidateQueries({ queryKey: ["pipelines"] });
    }
  };
  return { progress, create, dismiss: () => setProgress(undefined) };
}

/** follow waits until a checkpoint after the deployment says that rows went out, or the pipeline has failed. */
async function follow(before: Schemas["ControlStatus"], signal: AbortSignal, onRows: (rows: number) => void): Promise<void> {
  const rowsOf = (s: Schemas["ControlStatus"]) => s.checkpoint?.totals.rows_out ?? 0;
  const begin = rowsOf(before);
  while (!signal.aborted) {
    const now = await must(api.GET("/pipelines/{pipeline}", { params: { path: { pipeline: before.id } }, signal }));
    onRows(rowsOf(now) - begin);
    if (failed.has(now.state)) throw new Problem({ status: 0, code: now.code ?? "pipeline.failed", title: now.state, detail: now.reason ?? now.state, fix: now.fix });
    if (rowsOf(now) > begin) return;
    await new Promise((resume) => setTimeout(resume, rowsEvery));
  }
}
