import { describe, expect, it } from "vitest";
import { argumentAt, callAt, fieldsOf, functionOf, placeAt, proposals, signatureOf, tokens, type Vocabulary, written } from "./expression";

/** at cuts a text at its bar, which is the cursor. */
const at = (text: string): [string, number] => [text.replace("|", ""), text.indexOf("|")];

describe("tokens", () => {
  it("cuts texts, names, parameters and signs", () => {
    expect(tokens("a.b >= :min AND c = 'it''s' -- why").map((t) => [t.kind, t.text])).toEqual([
      ["name", "a"],
      ["sign", "."],
      ["name", "b"],
      ["sign", ">"],
      ["sign", "="],
      ["param", ":min"],
      ["name", "AND"],
      ["name", "c"],
      ["sign", "="],
      ["text", "'it''s'"],
      ["comment", "-- why"],
    ]);
  });
  it("reads names of any script, and what has no end", () => {
    expect(tokens("歌曲 = 'open").map((t) => t.text)).toEqual(["歌曲", "=", "'open"]);
  });
});

describe("callAt", () => {
  it.each([
    ["LEFT(|", { name: "LEFT", argument: 0 }],
    ["LEFT(a, |", { name: "LEFT", argument: 1 }],
    ["CONCAT(a, LEFT(b, 2), |)", { name: "CONCAT", argument: 2 }],
    ["CONCAT(a, LEFT(b, |2))", { name: "LEFT", argument: 1 }],
    ["ROUND((a + |b), 2)", { name: "ROUND", argument: 0 }],
    ["CONCAT('a, (b', |", { name: "CONCAT", argument: 1 }],
  ])("%s", (text, want) => {
    expect(callAt(...at(text))).toMatchObject(want);
  });
  it.each(["|LEFT(a)", "LEFT(a)|", "(a + |b)", "a > 1|"])("%s is in none", (text) => {
    expect(callAt(...at(text))).toBeUndefined();
  });
});

describe("placeAt", () => {
  it.each([
    ["ms_pl|", { kind: "name", from: 0, typed: "ms_pl" }],
    ["a > |", { kind: "name", from: 4, typed: "" }],
    ["a > :m|", { kind: "param", from: 4, typed: ":m" }],
    ["a > :|", { kind: "param", typed: ":" }],
    ["device.o|", { kind: "field", from: 7, typed: "o", of: "device" }],
    ["device.|", { kind: "field", typed: "", of: "device" }],
    ["a = 'te|xt'", { kind: "none" }],
    ["a = 'text|", { kind: "none" }],
    ["a = 'text'|", { kind: "name" }],
    ["12|", { kind: "none" }],
    ["-- no|", { kind: "none" }],
  ])("%s", (text, want) => {
    expect(placeAt(...at(text))).toMatchObject(want);
  });
});

describe("signatureOf", () => {
  it("takes arguments apart, also those of types with commas", () => {
    expect(signatureOf("F(m map<string, int64>, s string[, n int64]) -> array<string>")).toEqual({ head: "F", arguments: ["m map<string, int64>", "s string[", "n int64]"], result: "array<string>" });
    expect(signatureOf("PI() -> float64")).toEqual({ head: "PI", arguments: [], result: "float64" });
    expect(signatureOf("CAST(x AS decimal(10, 2)) -> decimal")).toMatchObject({ arguments: ["x AS decimal(10, 2)"] });
  });
  it("finds the argument, the last one where it repeats", () => {
    const concat = signatureOf("CONCAT(a string, ...) -> string");
    expect([argumentAt(concat, 0), argumentAt(concat, 1), argumentAt(concat, 9)]).toEqual([0, 1, 1]);
    expect(argumentAt(signatureOf("LEFT(s string, n int64) -> string"), 2)).toBe(-1);
  });
});

const vocabulary: Vocabulary = {
  columns: [
    { name: "ms_played", type: "int64" },
    { name: "order", type: "string" },
    { name: "device", type: "row<os string, size row<w int32, h int32>>" },
  ],
  functions: [
    { name: "LEFT", group: "string", signatures: ["LEFT(s string, length int64) -> string"], doc: "", example: "" },
    { name: "CHAR_LENGTH", aliases: ["LENGTH"], group: "string", signatures: ["CHAR_LENGTH(s string) -> int32"], doc: "", example: "" },
    { name: "SUM", group: "aggregate", signatures: ["SUM(x number) -> number"], doc: "", example: "" },
  ],
  keywords: ["AND", "ORDER"],
  types: ["int64"],
  params: [{ name: "min_ms", type: "int64" }],
  aggregates: false,
};

describe("proposals", () => {
  const labels = (text: string, v = vocabulary) => proposals(placeAt(...at(text)), v).map((p) => p.label);
  it("lists columns first, and aggregates only where they may stand", () => {
    expect(labels("|")).toEqual(["ms_played", "order", "device", ":min_ms", "LEFT", "CHAR_LENGTH", "AND", "ORDER", "int64"]);
    expect(labels("|", { ...vocabulary, aggregates: true })).toContain("SUM");
  });
  it("lists parameters behind a colon, and fields behind a dot", () => {
    expect(labels(":|")).toEqual([":min_ms"]);
    expect(labels("device.|")).toEqual(["os", "size"]);
    expect(labels("ms_played.|")).toEqual([]);
    expect(labels("'a|'")).toEqual([]);
  });
  it("quotes names that are words of the language", () => {
    expect(proposals(placeAt("", 0), vocabulary).find((p) => p.label === "order")?.apply).toBe("`order`");
    expect(written("a b", [])).toBe("`a b`");
    expect(written("歌曲", [])).toBe("歌曲");
  });
});

it("fieldsOf has the types of fields", () => {
  expect(fieldsOf("row<os string, size row<w int32, h int32>>").map((f) => f.detail)).toEqual(["string", "row<w int32, h int32>"]);
  expect(fieldsOf("string")).toEqual([]);
});

it("functionOf knows other names, in any case", () => {
  expect(functionOf(vocabulary.functions, "length")?.name).toBe("CHAR_LENGTH");
  expect(functionOf(vocabulary.functions, "nope")).toBeUndefined();
});
