import type { Epoch } from "./epochs";
import type { Cause, Health, Totals } from "./pipeline";

/** Operator is a moment of one operator of a plan; shares are 0 to 1, of the last seconds. */
export interface Operator {
  operator: string;
  node?: string;
  rows_in: number;
  rows_out: number;
  busy: number;
  blocked: number;
  parallelism: number;
  state_bytes?: number;
  state_rows?: number;
  rows_in_per_second: number;
  rows_out_per_second: number;
}

/** Partition is a moment of one partition of a source. */
export interface Partition {
  source: string;
  partition: string;
  position: string;
  watermark?: string;
  idle: boolean;
  lag: number;
}

/** Stats is what a worker last said of a run. checkpoint_time is in nanoseconds. */
export interface Stats {
  totals: Totals;
  epoch: number;
  committed?: string;
  watermark?: string;
  has_watermark: boolean;
  lag: number;
  partitions?: Partition[] | null;
  state_bytes: number;
  state: string;
  failure?: string;
  restarts: number;
  promises?: Record<string, string>;
  checkpoint_bytes: number;
  checkpoint_time: number;
}

/** Bottleneck is the operator that all before it wait for. */
export interface Bottleneck {
  operator: string;
  node: string;
  busy: number;
  /** source is the source that waits most, blocked its share. */
  source: string;
  blocked: number;
  since: string;
}

/** Detail is what the topic "pipeline" says of one. */
export interface Detail {
  id: string;
  name: string;
  team: string;
  version: number;
  revision: number;
  document?: string;
  created_at: string;
  fingerprint: string;
  desired: { want: string; how?: string; generation: number; restarts: number; cause: Cause; at: string };
  state: string;
  code?: string;
  reason?: string;
  fix?: string;
  since: string;
  confirmed_at?: string;
  health: Health;
  health_since: string;
  observed: { next_try?: string; version: number; worker?: string };
  worker?: { id: string; host: string; lease_epoch: number; beat_at: string };
  checkpoint?: { epoch: number; committed_at: string };
  sinks?: Record<string, string> | null;
  stats: Stats;
  engine: string;
  deployed_by?: string;
  outputs: string[];
  operators: Operator[];
  rows_per_second: number;
  rows_out_per_second: number;
  bottleneck?: Bottleneck;
}

/** epochsIn takes the epochs out of the items of the topic "pipeline", where each has a key that orders as they were committed. */
export function epochsIn(items: ReadonlyMap<string, unknown>): Epoch[] {
  const keys = [...items.keys()].filter((k) => k.startsWith("epoch/")).sort();
  return keys.map((k) => items.get(k) as Epoch);
}

/** Finding is what is to be said of a pipeline first. */
export type Finding =
  | { kind: "failed"; code?: string; reason?: string; fix?: string; operator?: string }
  | { kind: "looping" | "waiting" | "recovering"; code?: string; reason?: string; fix?: string; operator?: string; next?: string }
  | { kind: "bottleneck"; operator: string; busy: number; parallelism: number; state: number; blocked: string[]; since?: string }
  | { kind: "unconfirmed"; at?: string }
  | { kind: "stopped"; cause: Cause; at: string }
  | { kind: "ended" }
  | { kind: "well" };

/** findingOf says what is the matter with a pipeline, the gravest first. */
export function findingOf(d: Detail): Finding {
  const why = { code: d.code, reason: d.reason, fix: d.fix, operator: operatorIn(d.reason ?? "", d.operators.map((o) => o.operator)) };
  if (d.state === "crash_looping") return { kind: "looping", ...why };
  if (d.state === "waiting") return { kind: "waiting", ...why, next: d.observed.next_try };
  if (d.state === "recovering") return { kind: "recovering", ...why };
  if (d.state === "failed" || d.state === "blocked") return { kind: "failed", ...why };
  if (d.health === "unconfirmed") return { kind: "unconfirmed", at: d.confirmed_at };
  if (d.state === "ended") return { kind: "ended" };
  if (d.state === "stopped") return { kind: "stopped", cause: d.desired.cause, at: d.since };
  const neck = d.bottleneck;
  const of = neck && d.operators.find((o) => o.operator === neck.operator);
  if (neck && of) {
    const blocked = d.operators.filter((o) => o.blocked >= 0.5).map((o) => o.operator);
    return { kind: "bottleneck", operator: neck.operator, busy: of.busy, parallelism: of.parallelism, state: of.state_bytes ?? 0, blocked, since: neck.since };
  }
  return { kind: "well" };
}

/** operatorIn finds the operator that a reason names. */
export function operatorIn(reason: string, operators: readonly string[]): string | undefined {
  return operators.find((o) => reason.includes(o)) ?? /\bat (\S+\/\S+?)[,\s]/.exec(reason)?.[1];
}

/** nodeOf is the model's node that an operator comes from: its id is "model/node/inline path/slot". */
export function nodeOf(operator: string): string {
  return operator.split("/")[1] || operator;
}

/** slotOf is the operator's own part of its id; a node of a model may have come to several operators. */
export function slotOf(operator: string): string {
  return operator.split("/").at(-1) ?? "";
}

/** raised is the parallelism to suggest: twice of what there is, and never more than there are partitions to work on. */
export function raised(parallelism: number, partitions: number): number | undefined {
  const next = Math.min(parallelism * 2, Math.max(partitions, 1));
  return next > parallelism ? next : undefined;
}

/** behind is the partition that holds the watermark back. */
export function behind(partitions: readonly Partition[]): Partition | undefined {
  let last: Partition | undefined;
  for (const p of partitions) {
    if (p.idle || !p.watermark) continue;
    if (!last?.watermark || Date.parse(p.watermark) < Date.parse(last.watermark)) last = p;
  }
  return last;
}

/** promiseOf is the short form of a sink's promise, which begins with it: "exactly once: Every chunk ...". */
export function promiseOf(promise: string): { word: string; why: string } {
  const at = promise.indexOf(":");
  return at < 0 ? { word: promise, why: "" } : { word: promise.slice(0, at), why: promise.slice(at + 1).trim() };
}
