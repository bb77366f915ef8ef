import { describe, expect, it } from "vitest";
import type { Analysis } from "@/core/model/analysis";
import { Specs } from "@/core/model/specs";
import { parse } from "@/core/model/text";
import { columnOf, type EntityData, entitySize, project, shownOf, sidesOf } from "./drawing";
import { route, spanOf } from "./route";

const { model } = parse(`kind: relational_model
entities:
  - {id: plays, table: a.b.plays, columns: [user_id, {name: seconds, expr: ms / 1000}]}
  - {id: songs, table: a.b.songs, role: dimension}
  - {id: likes}
joins:
  - {from: plays, to: songs}
  - {from: plays, to: likes, on: [{from: user_id, to: user}, {from: "LOWER(page)", to: page}], cardinality: one_to_many, after: 30m}
nodes: [{id: wash, component: one}, {id: out, component: two}]
edges: [wash -> likes, wide -> out]
`);

const column = (name: string) => ({ name, type: "string", nullable: false });
const analysis: Analysis = {
  diagnostics: [
    { severity: "error", code: "a", message: "of an entity", node: "songs" },
    { severity: "warning", code: "b", message: "of a join", node: "wide" },
  ],
  kind: "relational_model",
  name: "x",
  time_zone: "UTC",
  nodes: [],
  relational: {
    entities: [
      { id: "plays", schema: { columns: ["id", "user_id", "song_id", "ms", "page", "a", "b", "c", "d", "ts"].map(column), key: ["id"], event_time: { column: "ts" } } },
      { id: "songs", schema: { columns: ["song_id", "title", "since"].map(column), key: ["song_id"], event_time: { column: "since" } } },
    ],
    joins: [{ from: "plays", to: "songs", diagnostics: [] }, { from: "plays", to: "likes", diagnostics: [1] }],
    output: { columns: ["user_id", "seconds", "title"].map(column) },
  },
};
const places = new Map([["plays", { x: 0, y: 0 }], ["songs", { x: 400, y: 0 }], ["likes", { x: 20, y: 400 }], ["wide", { x: 700, y: 0 }]]);
const drawing = { model, analysis, specs: new Specs([]), places };
const { nodes, edges } = project(drawing);
const data = (id: string) => nodes.find((n) => n.id === id)?.data as EntityData;

describe("project", () => {
  it("draws entities, the joined rows and the nodes around them", () => {
    expect(nodes.map((n) => [n.id, n.type])).toEqual([["plays", "entity"], ["songs", "entity"], ["likes", "entity"], ["wide", "wide"], ["wash", "flow"], ["out", "flow"]]);
    expect(edges.map((e) => [e.id, e.type])).toEqual([["plays=songs", "join"], ["plays=likes", "join"], ["plays~wide", "lead"], ["wash->likes", "flow"], ["wide->out", "flow"]]);
  });

  it("says of each column whether it is kept and what it is", () => {
    expect(data("songs").rows).toEqual([
      { name: "song_id", type: "string", kept: false, mark: "key", joined: true },
      { name: "title", type: "string", kept: true, joined: false },
      { name: "since", type: "string", kept: false, mark: "time", joined: false },
    ]);
    expect(data("plays").rows.at(-1)).toEqual({ name: "seconds", type: "", kept: true, mark: "computed", joined: false });
  });

  it("shows what joins compare while the table is not known", () => {
    expect(data("likes").rows.map((r) => r.name)).toEqual(["user", "page"]);
    expect(data("likes").fed).toBe(true);
  });

  it("folds what matters least, and no single row", () => {
    expect(data("plays").rows).toHaveLength(11);
    expect(data("plays").shown.map((i) => data("plays").rows[i]?.name)).toEqual(["id", "user_id", "song_id", "ms", "page", "a", "ts", "seconds"]);
    expect(shownOf(data("plays").rows.slice(0, 9))).toHaveLength(9);
    expect(entitySize(model, "plays", analysis)).toEqual({ width: 188, height: 40 + 9 * 24 + 2 });
  });

  it("ties joins to the columns that they compare, at the sides that face each other", () => {
    expect(edges[0]).toMatchObject({ sourceHandle: "song_id", targetHandle: "song_id", data: { keys: 1, match: "temporal", many: { from: true, to: false } } });
    expect(edges[1]).toMatchObject({ sourceHandle: "user_id", targetHandle: ">user", data: { keys: 2, match: "interval", after: "30m", many: { from: false, to: true }, warnings: 1 } });
  });

  it("puts findings where they belong", () => {
    expect(data("songs").errors).toBe(1);
    expect(data("plays").errors).toBe(0);
  });
});

describe("lines", () => {
  it("leave by the sides that face each other", () => {
    expect(sidesOf(0, 400)).toEqual({ from: "right", to: "left" });
    expect(sidesOf(400, 0)).toEqual({ from: "left", to: "right" });
    expect(sidesOf(0, 100)).toEqual({ from: "right", to: "right" });
  });
  it("have three toes for many and a bar for one", () => {
    const line = route({ x: 0, y: 0, side: "right", many: true }, { x: 200, y: 50, side: "left", many: false });
    expect(line.path).toBe("M0,0L12,0C100,0 100,50 188,50L200,50");
    expect(line.feet).toBe("M12,0L0,-5M12,0L0,5M194,45L194,55");
    expect(line.middle).toEqual({ x: 100, y: 25 });
  });
  it("bend out where both ends are at one side", () => {
    const { middle } = route({ x: 0, y: 0, side: "right", many: true }, { x: 20, y: 100, side: "right", many: false });
    expect(middle.x).toBeGreaterThan(32);
    expect(middle.y).toBe(50);
  });
  it("say durations of a document", () => {
    expect(spanOf("30m")).toBe(1_800_000);
    expect(spanOf("1h30m")).toBe(5_400_000);
    expect(spanOf("soon")).toBeUndefined();
  });
  it("know a column by its handle", () => {
    expect(["a", "<a", ">a", "", ">", undefined].map(columnOf)).toEqual(["a", "a", "a", undefined, undefined, undefined]);
  });
});
