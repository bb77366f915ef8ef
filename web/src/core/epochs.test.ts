import { describe, expect, it } from "vitest";
import { ceiling, type Epoch, summarize } from "./epochs";

function epoch(number: number, duration_ms: number, failed?: string): Epoch {
  return { number, at: new Date(Date.UTC(2026, 10, 21, 20, 0, number * 30)).toISOString(), duration_ms, bytes: 1, rows: 1, failed };
}

describe("summarize", () => {
  it("leaves failed epochs out of the times", () => {
    const s = summarize([epoch(1, 1400), epoch(2, 1500), epoch(3, 30_000, "sink.timeout"), epoch(4, 9400)]);
    expect(s).toEqual({ median: 1500, slowest: 9400, failed: 1, slow: 4500, every: 30 });
  });
  it("calls nothing slow that takes less than a second", () => expect(summarize([epoch(1, 3), epoch(2, 40)]).slow).toBe(1000));
  it("has nothing to say of none", () => expect(summarize([])).toEqual({ median: 0, slowest: 0, failed: 0, slow: 1000, every: 0 }));
});

describe("ceiling", () => {
  it.each([
    [0, 1],
    [9.4, 10],
    [1.1, 2],
    [450, 600],
    [20, 20],
  ])("of %d is %d", (max, want) => expect(ceiling(max)).toBe(want));
});
