import { describe, expect, it } from "vitest";
import { delayOf, emptyView, type Health, type Line, matches, mayStart, mayStop, ordered, queryOf, viewOf, wantedOf } from "./pipeline";

const now = Date.parse("2026-11-21T20:00:00Z");
const totals = { rows_in: 0, rows_out: 0, rejected: 0, skipped: 0, late: 0, future: 0, duplicates: 0, bytes_in: 0 };

function line(change: Partial<Line> = {}): Line {
  return {
    id: change.name ?? "p",
    name: "ads.music.plays",
    team: "t1",
    version: 1,
    want: "running",
    state: "running",
    since: "2026-11-21T19:00:00Z",
    confirmed_at: "2026-11-21T19:59:59Z",
    rows_per_second: 10,
    lag: 0,
    epoch: 1,
    epoch_ms: 20,
    restarts: 0,
    engine: "embedded",
    outputs: [],
    health: "running",
    health_since: "2026-11-21T19:00:00Z",
    state_bytes: 0,
    totals,
    ...change,
  };
}

describe("delayOf", () => {
  it("goes by the watermark ", () => expect(delayOf(line({ watermark: "2026-11-21T19:59:22Z" }), now)).toBe(38));
  it("is never negative", () => expect(delayOf(line({ watermark: "2026-11-21T20:00:09Z" }), now)).toBe(0));
  it("is unknown without a watermark", () => expect(delayOf(line(), now)).toBeUndefined());
});

describe("what one may ask", () => {
  it("of one that runs", () => expect([mayStart(line()), mayStop(line())]).toEqual([false, true]));
  it("of one that failed", () => expect([mayStart(line({ state: "failed" })), mayStop(line({ state: "failed" }))]).toEqual([true, true]));
  it("of one that is stopped", () => expect([mayStart(line({ want: "stopped" })), mayStop(line({ want: "stopped" }))]).toEqual([true, false]));
});

describe("an address", () => {
  it("comes back as it was written", () => {
    const w = wantedOf(new URLSearchParams("q=plays&health=failed,busy&team=t1&layer=cdm,ads&sort=-lag"));
    expect(w).toEqual({ text: "plays", health: ["failed", "busy"], team: ["t1"], engine: [], layer: ["cdm", "ads"], sort: "-lag" });
    expect(wantedOf(queryOf(w))).toEqual(w);
  });
  it("leaves out a health there is not", () => expect(wantedOf(new URLSearchParams("health=fine,failed")).health).toEqual(["failed"]));
});

describe("matches", () => {
  const none = wantedOf(new URLSearchParams());
  const cases: [string, Partial<Line>, string, boolean][] = [
    ["a part of the name", {}, "q=MUSIC", true],
    ["a part of an output", { outputs: ["cdm.dwd.play_clean"] }, "q=clean", true],
    ["the owner", { deployed_by: "Chen Mo" }, "q=chen", true],
    ["nothing of it", {}, "q=artist", false],
    ["its layer", {}, "layer=cdm,ads", true],
    ["the layer of an output", { name: "feed", outputs: ["cdm.x.y"] }, "layer=cdm", true],
    ["another layer", {}, "layer=cdm", false],
    ["another team", {}, "team=t2", false],
    ["its engine", {}, "engine=embedded", true],
    ["another engine", {}, "engine=flink", false],
  ];
  it.each(cases)("%s", (_, change, query, want) => expect(matches(line(change), { ...none, ...wantedOf(new URLSearchParams(query)) })).toBe(want));
});

describe("ordered", () => {
  const all = (["running", "stopped", "failed", "idle", "busy"] as Health[]).map((health, i) => line({ name: `p${i}`, lag: i, health }));
  const names = (sort: string) => ordered(all, sort).map((l) => l.name);
  it("puts first what needs a person and does not part running from idle", () => expect(names("")).toEqual(["p2", "p4", "p0", "p3", "p1"]));
  it("goes by a column", () => expect(names("-lag")).toEqual(["p4", "p3", "p2", "p1", "p0"]));
});

describe("viewOf", () => {
  const lines = [line({ name: "a" }), line({ name: "b", health: "failed" })];
  const w = wantedOf(new URLSearchParams());
  const first = viewOf(lines, w, emptyView);
  it("counts every health, whichever were asked for", () => {
    const some = viewOf(lines, { ...w, health: ["failed"] }, emptyView);
    expect([some.rows.map((r) => r.id), some.counts.failed, some.counts.running, some.all]).toEqual([["b"], 1, 1, 2]);
  });
  it("is the same while only figures change", () => expect(viewOf([line({ name: "a", lag: 7 }), line({ name: "b", health: "failed" })], w, first)).toBe(first));
  it("is another when one fails, and keeps its unchanged parts", () => {
    const next = viewOf([line({ name: "a", health: "failed" }), line({ name: "b", health: "failed" })], w, first);
    expect(next).not.toBe(first);
    expect(next.teams).toBe(first.teams);
    expect(next.rows.find((r) => r.id === "b")).toBe(first.rows.find((r) => r.id === "b"));
    expect(next.counts.failed).toBe(2);
  });
});
