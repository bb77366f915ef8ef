import { describe, expect, it } from "vitest";
import { binCount, noSample, shapeOf, statsOf, take } from "./sample";

const rows = (...values: unknown[]) => values.map((v) => [v]);

describe("statsOf", () => {
  it("counts numbers", () => {
    const s = statsOf({ name: "ms", type: "int64" }, 0, rows(0, 10, 10, 120, null));
    expect(s).toMatchObject({ shape: "number", rows: 5, nulls: 1, distinct: 3, min: 0, max: 120 });
    expect(s.bins).toHaveLength(binCount);
    expect(s.bins?.reduce((a, b) => a + b)).toBe(4);
    expect(s.bins?.[0]).toBe(1);
    expect(s.bins?.[1]).toBe(2);
    expect(s.bins?.at(-1)).toBe(1);
  });
  it("orders decimals by value, not by text", () => {
    expect(statsOf({ name: "d", type: "decimal(10, 2)" }, 0, rows("9.50", "10.00", "-3.25"))).toMatchObject({ min: "-3.25", max: "10.00", distinct: 3 });
  });
  it("gives one value no distribution", () => {
    expect(statsOf({ name: "n", type: "int32" }, 0, rows(7, 7)).bins).toBeUndefined();
    expect(statsOf({ name: "n", type: "float64" }, 0, rows("NaN", null))).toMatchObject({ nulls: 1, distinct: 1 });
  });
  it("puts times on a scale", () => {
    const s = statsOf({ name: "ts", type: "timestamp(3)" }, 0, rows("2026-11-21T08:00:00Z", "2026-11-21T07:00:00Z"));
    expect(s).toMatchObject({ shape: "time", min: "2026-11-21T07:00:00Z", max: "2026-11-21T08:00:00Z" });
    expect(s.bins?.[0]).toBe(1);
  });
  it("names frequent texts, and none where all differ", () => {
    expect(statsOf({ name: "e", type: "string" }, 0, rows("play", "like", "play", "play", null, "like")).top).toEqual([
      { value: "play", count: 3 },
      { value: "like", count: 2 },
    ]);
    expect(statsOf({ name: "e", type: "string" }, 0, rows("a", "b", "c", "d")).top).toBeUndefined();
  });
  it("counts nested values whole", () => {
    expect(statsOf({ name: "d", type: "row<os string>" }, 0, rows({ os: "a" }, { os: "a" }, { os: "b" }))).toMatchObject({ shape: "nested", distinct: 2 });
  });
  it("is quiet of nothing", () => {
    expect(statsOf({ name: "n", type: "int32" }, 0, [])).toEqual({ name: "n", type: "int32", shape: "number", rows: 0, nulls: 0, distinct: 0 });
  });
});

it("shapeOf knows the language's types", () => {
  const shapes = ["int8", "uint64", "float32", "decimal(10, 2)", "timestamp(3)", "date", "boolean", "string", "bytes", "json", "row<a int32>", "array<string>"].map(shapeOf);
  expect(shapes).toEqual(["number", "number", "number", "number", "time", "time", "boolean", "text", "text", "nested", "nested", "nested"]);
});

it("take gathers a preview's lines", () => {
  const s = take(take(noSample, [{ columns: [{ name: "a", type: "int32" }, { name: "b", type: "string" }] }, { row: { b: "x", a: 1 } }]), [
    { row: { a: 2 }, op: "delete" },
    { end: { rows_read: 9, rejected: 1, ended: true, timed_out: false } },
  ]);
  expect(s.rows).toEqual([
    [1, "x"],
    [2, null],
  ]);
  expect(s.ops).toEqual([undefined, "delete"]);
  expect(s.end?.rows_read).toBe(9);
});
