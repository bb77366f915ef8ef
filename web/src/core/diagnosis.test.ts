import { describe, expect, it } from "vitest";
import { behind, type Detail, epochsIn, findingOf, nodeOf, type Operator, type Partition, promiseOf, raised } from "./diagnosis";

const operator = (change: Partial<Operator>): Operator => ({ operator: "m/n/./op", rows_in: 0, rows_out: 0, busy: 0, blocked: 0, parallelism: 4, rows_in_per_second: 0, rows_out_per_second: 0, ...change });
const neck = { operator: "m/j/./join", node: "j", busy: 0.96, source: "m/a/./scan", blocked: 0.58, since: "2026-11-21T20:35:21Z" };
const totals = { rows_in: 0, rows_out: 0, rejected: 0, skipped: 0, late: 0, future: 0, duplicates: 0, bytes_in: 0 };

function detail(change: Partial<Detail>, operators: Operator[] = []): Detail {
  return {
    id: "p",
    name: "p",
    team: "t",
    version: 2,
    revision: 1,
    created_at: "",
    fingerprint: "",
    desired: { want: "running", generation: 1, restarts: 0, cause: { kind: "person", actor: { subject: "user:1", name: "Chen Mo" } }, at: "" },
    state: "running",
    health: "running",
    health_since: "",
    engine: "embedded",
    outputs: [],
    rows_out_per_second: 0,
    since: "2026-11-21T20:00:00Z",
    observed: { version: 2 },
    stats: { totals, epoch: 1, has_watermark: false, lag: 0, state_bytes: 0, state: "running", restarts: 0, checkpoint_bytes: 0, checkpoint_time: 0 },
    operators,
    rows_per_second: 0,
    ...change,
  };
}

describe("findingOf", () => {
  it("names the operator that failed", () => {
    const f = findingOf(detail({ state: "failed", code: "pipeline.failed", reason: "row.cast: bad at m/shape/./project, partition x/2, offset 0 (c)" }));
    expect(f).toMatchObject({ kind: "failed", code: "pipeline.failed", operator: "m/shape/./project" });
  });
  it("names the bottleneck with what waits for it", () => {
    const all = [operator({ operator: "m/a/./scan", blocked: 0.58 }), operator({ operator: "m/j/./join", busy: 0.96, state_bytes: 7 })];
    const f = findingOf(detail({ bottleneck: neck }, all));
    expect(f).toMatchObject({ kind: "bottleneck", operator: "m/j/./join", busy: 0.96, state: 7, blocked: ["m/a/./scan"] });
  });
  it("doubts before it judges the figures", () => expect(findingOf(detail({ bottleneck: neck, health: "unconfirmed" })).kind).toBe("unconfirmed"));
  it("says who stopped it", () => expect(findingOf(detail({ state: "stopped" }))).toMatchObject({ kind: "stopped", cause: { actor: { name: "Chen Mo" } } }));
  it.each([
    ["waiting", "waiting"],
    ["recovering", "recovering"],
    ["crash_looping", "looping"],
    ["blocked", "failed"],
    ["ended", "ended"],
    ["running", "well"],
  ])("of %s is %s", (state, kind) => expect(findingOf(detail({ state })).kind).toBe(kind));
});

describe("raised", () => {
  it.each([
    [4, 8, 8],
    [4, 6, 6],
    [8, 8, undefined],
    [1, 0, undefined],
  ])("%d over %d partitions is %s", (now, partitions, want) => expect(raised(now, partitions)).toBe(want));
});

describe("behind", () => {
  const p = (partition: string, watermark?: string, idle = false): Partition => ({ source: "s", partition, position: "", watermark, idle, lag: 0 });
  it("is the partition with the least watermark that counts", () => {
    const all = [p("a", "2026-11-21T20:00:05Z"), p("b", "2026-11-21T20:00:01Z"), p("c", "2026-11-21T19:00:00Z", true), p("d")];
    expect(behind(all)?.partition).toBe("b");
  });
  it("is none where none has a watermark", () => expect(behind([p("a")])).toBeUndefined());
});

describe("names", () => {
  it("of the node that an operator comes from", () => expect([nodeOf("ads.m.x/shape/./project"), nodeOf("odd")]).toEqual(["shape", "odd"]));
  it("of a promise", () => expect(promiseOf("exactly once: Every chunk is one insert.")).toEqual({ word: "exactly once", why: "Every chunk is one insert." }));
  it("of a promise without a reason", () => expect(promiseOf("at least once")).toEqual({ word: "at least once", why: "" }));
});

describe("epochsIn", () => {
  it("takes them in order out of what else is told", () => {
    const items = new Map<string, unknown>([["epoch/02", { number: 2 }], ["p", { id: "p" }], ["epoch/01", { number: 1 }]]);
    expect(epochsIn(items).map((e) => e.number)).toEqual([1, 2]);
  });
});
