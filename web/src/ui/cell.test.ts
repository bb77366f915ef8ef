import { describe, expect, it } from "vitest";
import { cellText, isNumeric, pretty, widthOf } from "./cell";

describe("cells", () => {
  it("know which types stand right", () => {
    expect(["int64", "uint8", "decimal(18, 2)", "DOUBLE"].every(isNumeric)).toBe(true);
    expect(["string", "timestamp", "interval", "array<int64>"].some(isNumeric)).toBe(false);
  });
  it("are copied as they are read", () => {
    expect(cellText(null)).toBe("NULL");
    expect(cellText("a")).toBe("a");
    expect(cellText({ a: [1] })).toBe('{"a":[1]}');
  });
  it("unfold JSON that is kept as text", () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty("{not")).toBe("{not");
  });
  it("leave room for Chinese, within bounds", () => {
    const c = { name: "n", type: "string" };
    expect(widthOf(c, ["夜航星夜航星夜航星"])).toBeGreaterThan(widthOf(c, ["abcdefghi"]));
    expect(widthOf(c, ["x".repeat(500)])).toBe(300);
    expect(widthOf(c, [])).toBe(64);
  });
});
