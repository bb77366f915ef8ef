import { describe, expect, it } from "vitest";
import { delayOf, emptyView, type Health, healthOf, type Line, matches, mayStart, mayStop, ordered, queryOf, silence, viewOf, wantedOf } from "./pipeline";

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
    state_bytes: 0,
    totals,
    ...change,
  };
}

describe("healthOf", () => {
  const cases: [string, Partial<Line>, Health][] = [
    ["reads", {}, "running"],
    ["reads nothing", { rows_per_second: 0 }, "idle"],
    ["reads nothing and is behind", { rows_per_second: 0, lag: 5 }, "running"],
    ["hardly keeps up", { busy: 0.8 }, "busy"],
    ["failed", { state: "failed" }, "failed"],
    ["failed again and again", { state: "crash_looping" }, "failed"],
    ["has no worker", { state: "blocked" }, "failed"],
    ["waits for the next try", { state: "waiting" }, "starting"],
    ["was stopped", { state: "stopped" }, "stopped"],
    ["has read all there was", { state: "ended" }, "stopped"],
    ["as the server says", { health: "backpressured" }, "backpressured"],
    ["nobody has vouched for it", { health: "running", confirmed_at: new Date(now - silence - 1).toISOString() }, "unconfirmed"],
    ["nobody has to vouch for what is stopped", { state: "stopped", confirmed_at: "2026-11-01T00:00:00Z" }, "stopped"],
  ];
  it.each(cases)("%s", (_, change, want) => expect(healthOf(line(change), now)).toBe(want));
});

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
    ["the engine where none is named", {}, "engine=embedded", true],
  ];
  it.each(cases)("%s", (_, change, query, want) => expect(matches(line(change), { ...none, ...wantedOf(new URLSearchParams(query)) })).toBe(want));
});

describe("ordered", () => {
  const all = (["running", "stopped", "failed", "idle", "busy"] as Health[]).map((health, i) => ({ health, line: line({ name: `p${i}`, lag: i }) }));
  const names = (sort: string) => ordered(all, sort).map((s) => s.line.name);
  it("puts first what needs a person and does not part running from idle", () => expect(names("")).toEqual(["p2", "p4", "p0", "p3", "p1"]));
  it("goes by a column", () => expect(names("-lag")).toEqual(["p4", "p3", "p2", "p1", "p0"]));
});

describe("viewOf", () => {
  const lines = [line({ name: "a" }), line({ name: "b", state: "failed" })];
  const w = wantedOf(new URLSearchParams());
  const first = viewOf(lines, w, now, emptyView);
  it("counts every health, whichever were asked for", () => {
    const some = viewOf(lines, { ...w, health: ["failed"] }, now, emptyView);
    expect([some.rows.map((r) => r.id), some.counts.failed, some.counts.running, some.all]).toEqual([["b"], 1, 1, 2]);
  });
  it("is the same while only figures change", () => expect(viewOf([line({ name: "a", lag: 7 }), line({ name: "b", state: "failed" })], w, now, first)).toBe(first));
  it("is another when one fails, and keeps its unchanged parts", () => {
    const next = viewOf([line({ name: "a", state: "failed" }), line({ name: "b", state: "failed" })], w, now, first);
    expect(next).not.toBe(first);
    expect(next.teams).toBe(first.teams);
    expect(next.rows.find((r) => r.id === "b")).toBe(first.rows.find((r) => r.id === "b"));
    expect(next.counts.failed).toBe(2);
  });
});
