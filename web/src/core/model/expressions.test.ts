import { expect, it } from "vitest";
import { expressionsOf, find } from "./expressions";
import { type Field, type FieldType, type Spec, Specs } from "./specs";
import { empty, type Model } from "./types";

const text = { en: "", zh: "" };
const field = (name: string, type: FieldType, more: Partial<Field> = {}): Field => ({ name, type, label: text, help: text, required: false, ...more });
const spec: Spec = {
  kind: "transform", name: "shape", version: 1, category: "", title: text, summary: text, help: text, icon: "", min_inputs: 1, max_inputs: 1, ports: [], has_output: true, examples: [],
  fields: [
    field("where", "expr"),
    field("mode", "enum", { default: "all" }),
    field("hidden", "expr", { show_if: { field: "mode", in: ["some"] } }),
    field("columns", "list", { short: "expr", of: field("", "object", { fields: [field("name", "string"), field("expr", "expr")] }) }),
    field("by", "list", { of: field("", "expr") }),
    field("named", "map", { of: field("", "expr") }),
  ],
};

const model: Model = {
  ...empty,
  nodes: [
    { id: "in", component: "unknown", params: { where: "not listed" } },
    { id: "a", component: "shape", params: { where: "x > 1", hidden: "not shown", columns: ["user_id", { name: "s", expr: "MS / 1000" }], by: ["lang"], named: { k: "m + 1" } } },
  ],
  edges: [{ from: "in", to: "a" }],
  entities: [{ id: "plays", where: "event = 'play'", columns: [{ name: "ts" }, { name: "who", expr: "COALESCE(a, 'x')" }] }],
  joins: [{ from: "plays", to: "songs", on: [{ from: "song_id", to: "id" }] }],
};

it("finds what the components declare to be expressions", () => {
  expect(expressionsOf(model, new Specs([spec]))).toEqual([
    { owner: "plays", path: "where", text: "event = 'play'" },
    { owner: "plays", path: "columns[1].expr", text: "COALESCE(a, 'x')" },
    { owner: "plays", path: "on[0].from", text: "song_id" },
    { owner: "a", path: "where", text: "x > 1" },
    { owner: "a", path: "columns[0]", text: "user_id" },
    { owner: "a", path: "columns[1].expr", text: "MS / 1000" },
    { owner: "a", path: "by[0]", text: "lang" },
    { owner: "a", path: "named.k", text: "m + 1" },
  ]);
});

it("searches in any case, and for nothing finds nothing", () => {
  const all = expressionsOf(model, new Specs([spec]));
  expect(find(all, "ms /")).toEqual([{ owner: "a", path: "columns[1].expr", text: "MS / 1000", from: 0, to: 4 }]);
  expect(find(all, "  ")).toEqual([]);
});
