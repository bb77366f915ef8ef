import { describe, expect, it } from "vitest";
import { at, collapse, expand, type Field, moved, numberOf, pathText, putAt, quantity, shown, under } from "./field";

const label = { en: "", zh: "" };

describe("shown", () => {
  const fields: Field[] = [
    { name: "start", type: "enum", default: "latest", label },
    { name: "zone", type: "string", label, show_if: { field: "start", in: ["time"] } },
    { name: "city", type: "string", label, show_if: { field: "zone", in: ["Asia"] } },
  ];
  const is = (i: number, values: Record<string, unknown>) => shown(fields[i] as Field, fields, values);
  it("goes by the value or the default", () => {
    expect(is(1, {})).toBe(false);
    expect(is(1, { start: "time" })).toBe(true);
  });
  it("hides what depends on what is hidden", () => {
    expect(is(2, { zone: "Asia" })).toBe(false);
    expect(is(2, { zone: "Asia", start: "time" })).toBe(true);
  });
});

describe("short forms", () => {
  const of: Field = { name: "column", type: "object", short: "name", label };
  it("stay short while nothing else is set", () => {
    expect(expand(of, "a")).toEqual({ name: "a" });
    expect(collapse(of, "a", { name: "b" })).toBe("b");
    expect(collapse(of, "a", { name: undefined })).toBe("");
    expect(collapse(of, "", { name: "b" })).toBe("b");
    expect(collapse(of, "a", { name: "a", expr: "1" })).toEqual({ name: "a", expr: "1" });
  });
  it("stay long where they were written so", () => expect(collapse(of, { name: "a" }, { name: "b" })).toEqual({ name: "b" }));
});

describe("paths", () => {
  it("are written as diagnostics write them", () => expect(pathText(["columns", 2, "expr"])).toBe("columns[2].expr"));
  it("find what is at and under a place", () => {
    const d = [{ path: "columns[1].expr", message: "m" }];
    expect(at(d, ["columns", 1, "expr"])).toHaveLength(1);
    expect(under(d, ["columns"])).toBe(true);
    expect(under(d, ["columns", 10])).toBe(false);
    expect(under(d, ["col"])).toBe(false);
  });
  it("set and take away in a copy", () => {
    const before = { a: [{ b: 1 }], c: 2 };
    expect(putAt(before, ["a", 0, "b"], 3)).toEqual({ a: [{ b: 3 }], c: 2 });
    expect(putAt(before, ["c"], undefined)).toEqual({ a: [{ b: 1 }] });
    expect(before).toEqual({ a: [{ b: 1 }], c: 2 });
  });
});

describe("values as texts", () => {
  it("reads an amount and its unit", () => {
    expect(quantity("16MiB", ["B", "MiB"])).toEqual({ amount: "16", unit: "MiB" });
    expect(quantity("1h30m", ["m", "h"])).toBeUndefined();
  });
  it("keeps what is no number", () => {
    expect(numberOf("12", true)).toBe(12);
    expect(numberOf("1.5", true)).toBe("1.5");
    expect(numberOf("1e3", false)).toBe(1000);
    expect(numberOf("${PORT}", true)).toBe("${PORT}");
    expect(numberOf("9007199254740993", true)).toBe("9007199254740993");
  });
  it("moves an item", () => expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]));
});
