import { describe, expect, test } from "vitest";
import { pick, shape } from "./chart";

const column = (name: string, type: string) => ({ name, type });

describe("a chart is picked", () => {
  test("over time, by a column of few values", () => {
    const columns = [column("at", "timestamp(3)"), column("user_id", "int64"), column("platform", "string"), column("plays", "int64")];
    const rows = [["2026-01-01T00:00:00Z", 1, "ios", 5], ["2026-01-01T00:00:00Z", 2, "web", 6]];
    expect(pick(columns, rows)).toEqual({ kind: "line", x: "at", y: "plays", by: "platform" });
  });
  test("as bars, as points, or not at all", () => {
    expect(pick([column("city", "string"), column("n", "int64")], [["a", 1]])).toEqual({ kind: "bar", x: "city", y: "n" });
    expect(pick([column("a", "float64"), column("b", "decimal(10, 2)")], [])).toEqual({ kind: "scatter", x: "a", y: "b" });
    expect(pick([column("a", "string")], [])).toBeUndefined();
    expect(pick([column("a", "int64")], [])).toBeUndefined();
  });
});

describe("rows become series", () => {
  const columns = [column("at", "timestamp(3)"), column("by", "string"), column("n", "decimal(10, 2)")];
  test("of sorted times, added up, with gaps", () => {
    const rows = [["2026-01-01T00:01:00Z", "b", "2.5"], ["2026-01-01T00:00:00Z", "a", "1"], ["2026-01-01T00:00:00Z", "a", "3"], ["2026-01-01T00:00:00Z", "a", null]];
    const s = shape(columns, rows, { kind: "line", x: "at", y: "n", by: "by" });
    expect(s.axis).toBe("time");
    expect(s.x).toEqual([Date.parse("2026-01-01T00:00:00Z"), Date.parse("2026-01-01T00:01:00Z")]);
    expect(s.series).toEqual([{ name: "a", values: [4, null] }, { name: "b", values: [null, 2.5] }]);
    expect(s.left).toBe(1);
  });
  test("of categories in the order of the rows", () => {
    expect(shape(columns, [["x", "b", "1"], ["x", "a", "2"]], { kind: "bar", x: "by", y: "n" })).toEqual({ x: ["b", "a"], axis: "category", left: 0, series: [{ name: "n", values: [1, 2] }] });
  });
});
