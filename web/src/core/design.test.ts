import { describe, expect, test } from "vitest";
import { changed, ddl, designable, isTable, landing, merge, outputNode, output, pieces, pinsOf, suggestedTable, unpin } from "./design";
import type { Field, Spec } from "./model/specs";
import { parse } from "./model/text";

const both = { en: "", zh: "" };
const field = (name: string, when?: Field["show_if"]): Field => ({ name, type: "string", label: both, help: both, required: false, ...(when ? { show_if: when } : {}) });
const made = { field: "create", in: ["if_missing"] };
const spec: Spec = {
  kind: "sink", name: "olap_sink", version: 1, category: "", title: both, summary: both, help: both, icon: "", min_inputs: 1, max_inputs: 1, ports: [], has_output: false, examples: [],
  fields: [field("table"), field("create"), field("engine", made), field("order_by", made), field("partition_by", made), field("deduplication_window", made), field("on_unknown_outcome")],
};

describe("decisions", () => {
  test("lie over each other, column by column", () => {
    const pins = merge({ engine: "a", columns: { x: { type: "T" } } }, { engine: "b", columns: { x: { codec: "C" }, y: { type: "U" } } });
    expect(pins).toEqual({ engine: "b", columns: { x: { type: "T", codec: "C" }, y: { type: "U" } } });
  });
  test("are left to the server again", () => {
    expect(unpin({ engine: "a", name: "n" }, "engine")).toEqual({ name: "n" });
    expect(unpin({ columns: { "a.b": { type: "T", codec: "C" } } }, "columns.a.b.type")).toEqual({ columns: { "a.b": { codec: "C" } } });
    expect(unpin({ columns: { x: { type: "T" } } }, "columns.x.type")).toEqual({});
    expect(unpin({ engine: "a" }, "columns.x.type")).toEqual({ engine: "a" });
  });
});

describe("landing", () => {
  const text = `kind: view
name: a.b.c
nodes:
  - {id: plays, component: table, params: {table: x.y.z}} # read
  - {id: out, component: olap_sink, params: {table: old.t.t, engine: log, on_unknown_outcome: retry}}
edges: [plays -> out]
`;
  test("writes into the sink that is there, and keeps what no design decides", () => {
    const { text: after, sink } = landing(text, "out", spec, { table: "a.b.c", create: "never" });
    expect(sink).toBe("out");
    expect(after).toContain("# read");
    expect(parse(after).model.nodes[1]?.params).toEqual({ table: "a.b.c", create: "never", on_unknown_outcome: "retry" });
  });
  test("is the same text when nothing changes", () => {
    expect(landing(text, "out", spec, { table: "old.t.t", engine: "log" }).text).toBe(text);
  });
  test("adds a sink behind a node", () => {
    const { text: after, sink } = landing(text, "plays", spec, { table: "a.b.c" });
    expect(sink).toBe("land");
    expect(parse(after).model.edges).toContainEqual({ from: "plays", to: "land" });
  });
  test("adds one behind the output of a model without sinks, and none where there are several ends", () => {
    const virtual = "kind: view\nname: a.b.c\nnodes:\n  - {id: p, component: table}\n  - {id: q, component: filter}\nedges: [p -> q]\n";
    expect(outputNode(parse(virtual).model)).toBe("q");
    expect(parse(landing(virtual, output, spec, {}).text).model.edges).toContainEqual({ from: "q", to: "land" });
    const two = "kind: view\nnodes: [{id: p, component: table}, {id: q, component: table}]\n";
    expect(landing(two, output, spec, {})).toEqual({ text: two, sink: "" });
  });
});

test("a sink is designed for when it makes its table with what a design decides", () => {
  expect(designable(spec)).toBe(true);
  expect(designable({ ...spec, kind: "source" })).toBe(false);
  expect(designable({ ...spec, fields: [field("table")] })).toBe(false);
  expect(designable(undefined)).toBe(false);
});

test("names of tables", () => {
  expect(suggestedTable("cdm.music.long_plays_feed")).toBe("cdm.music.long_plays");
  expect(suggestedTable("feed")).toBe("feed");
  expect(isTable("ads.music.plays")).toBe(true);
  for (const wrong of ["", "plays", "a.b", "a.b.c.d", "a..c", "1.2.3", "a.b.c d"]) expect(isTable(wrong), wrong).toBe(false);
});

test("DDL: what changed, and its parts", () => {
  expect(ddl(["CREATE TABLE `a`.`b`", "X"])).toBe("CREATE TABLE a.b;\n\nX;");
  expect([...changed("a\nb\nb", "a\nb\nb\nb\nc")]).toEqual([3, 4]);
  const line = "    ts DateTime64(3, 'UTC') CODEC(Delta), -- kept";
  expect(pieces(line).map((p) => p.text).join("")).toBe(line);
  expect(pieces(line).filter((p) => p.kind).map((p) => [p.kind, p.text])).toEqual([["type", "DateTime64"], ["string", "'UTC'"], ["keyword", "CODEC"], ["type", "Delta"]]);
});

test("decisions that stand in a sink are read", () => {
  const params = { table: "a.b.c", engine: "merge_tree", order_by: ["ts"], partition_by: "toYYYYMM(ts)", ttl: { column: "ts", after: "720h" }, deduplication_window: 100, columns: [{ column: "x", type: "String" }] };
  expect(pinsOf(params)).toEqual({ engine: "merge_tree", order_by: ["ts"], partition_by: { function: "toYYYYMM", column: "ts" }, ttl: { column: "ts", after: "720h" }, deduplication_window: 100, columns: { x: { type: "String" } } });
  expect(pinsOf({ partition_by: "tuple()" })).toEqual({ partition_by: {} });
  expect(pinsOf({})).toEqual({});
});
