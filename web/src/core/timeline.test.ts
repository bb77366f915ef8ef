import { describe, expect, it } from "vitest";
import { byDay, dayOf, type Happening, isWish, joined } from "./timeline";

const h = (seq: number, change: Partial<Happening> = {}): Happening => ({ seq, at: "2026-11-21T18:00:00Z", kind: "state", cause: { kind: "engine" }, ...change });

describe("joined", () => {
  it("has each line once, the newest first, and none of other pipelines", () => {
    const all = joined([h(3), h(1)], [h(3, { pipeline: "p" }), h(5, { pipeline: "p" }), h(4, { pipeline: "q" })], "p");
    expect(all.map((x) => x.seq)).toEqual([5, 3, 1]);
  });
});

describe("days", () => {
  it("begin at midnight of the zone", () => {
    expect(dayOf(Date.parse("2026-11-21T18:00:00Z"), "Asia/Shanghai")).toBe("2026-11-22");
    expect(dayOf(Date.parse("2026-11-21T18:00:00Z"), "UTC")).toBe("2026-11-21");
  });
  it("group what happened", () => {
    const days = byDay([h(3), h(2), h(1, { at: "2026-11-20T10:00:00Z" })], "UTC");
    expect(days.map((d) => [d.day, d.items.length])).toEqual([
      ["2026-11-21", 2],
      ["2026-11-20", 1],
    ]);
  });
});

describe("isWish", () => {
  it("tells what was asked from what happened", () => expect([isWish(h(1, { kind: "scaled" })), isWish(h(1))]).toEqual([true, false]));
});
