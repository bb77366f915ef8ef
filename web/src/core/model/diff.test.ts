import { describe, expect, it } from "vitest";
import { compareWords } from "../sequence";
import { count, diff } from "./diff";

const a = `format: 1
kind: view
name: cdm.music.long
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: counts, component: window, params: {size: 1m, aggregates: [{name: n, expr: count(*)}, {name: ms, expr: sum(ms)}]}}
  - {id: out, component: console}
edges: [plays -> counts -> out]
`;

describe("diff", () => {
  it("tells parameter by parameter, elements of lists by their names", () => {
    const d = diff(a, a.replace("{name: n, expr: count(*)}, {name: ms, expr: sum(ms)}", "{name: n, expr: count(user_id)}, {name: songs, expr: count(*)}"));
    expect(d?.nodes).toEqual([
      {
        op: "changed",
        id: "counts",
        component: "window",
        params: [
          { path: "aggregates[ms]", old: { name: "ms", expr: "sum(ms)" }, new: null },
          { path: "aggregates[n].expr", old: "count(*)", new: "count(user_id)" },
          { path: "aggregates[songs]", old: null, new: { name: "songs", expr: "count(*)" } },
        ],
      },
    ]);
  });

  it("knows a renamed node, and edges that are only called otherwise are none", () => {
    const d = diff(a, a.replaceAll("counts", "per_minute"));
    expect(d?.nodes).toEqual([{ op: "renamed", id: "per_minute", was: "counts", component: "window", params: [] }]);
    expect(d?.edges).toEqual([]);
    expect(d && count(d)).toBe(1);
  });

  it("tells added and removed nodes with what they are set to, and edges", () => {
    const d = diff(a, a.replace("  - {id: out", "  - {id: few, component: filter, params: {where: n > 3}}\n  - {id: out").replace("counts -> out", "counts -> few -> out"));
    expect(d?.nodes).toEqual([{ op: "added", id: "few", component: "filter", params: [{ path: "where", old: null, new: "n > 3" }] }]);
    expect(d?.edges).toEqual([
      { op: "removed", from: "counts", to: "out" },
      { op: "added", from: "few", to: "out" },
      { op: "added", from: "counts", to: "few" },
    ]);
    expect(d && count(d)).toBe(2);
  });

  it("tells settings, and that only the drawing has moved", () => {
    expect(diff(a, a.replace("name: cdm.music.long", "name: cdm.music.longer"))?.settings).toEqual([{ path: "name", old: "cdm.music.long", new: "cdm.music.longer" }]);
    const moved = diff(a, a + "layout: {out: {x: 1, y: 2}}\n");
    expect(moved).toEqual({ settings: [], params: [], nodes: [], edges: [], layout: true, drawing: [] });
  });

  it("tells entities and joins as nodes", () => {
    const model = "kind: relational_model\nentities:\n  - {id: plays, table: a.b.c}\n  - {id: songs, table: a.b.d}\njoins:\n  - {from: plays, to: songs}\n";
    const d = diff(model, model.replace("to: songs}", "to: songs, join: inner}").replace("a.b.d}", 'a.b.d, where: "x"}'));
    expect(d?.nodes).toEqual([
      { op: "changed", id: "songs", component: "entity", params: [{ path: "where", old: null, new: "x" }] },
      { op: "changed", id: "plays -> songs", component: "join", params: [{ path: "join", old: null, new: "inner" }] },
    ]);
  });

  it("tells another component, and another order of inputs", () => {
    expect(diff(a, a.replace("component: console", "component: kafka"))?.nodes).toMatchObject([{ op: "changed", id: "out", component: "kafka", was_component: "console" }]);
    const u = "nodes: [{id: a}, {id: b}, {id: u}]\nedges: [a -> u, b -> u]\n";
    expect(diff(u, u.replace("a -> u, b -> u", "b -> u, a -> u"))?.edges).toEqual([
      { op: "changed", from: "b", to: "u" },
      { op: "changed", from: "a", to: "u" },
    ]);
  });

  it("does not compare what cannot be read", () => {
    expect(diff(a, "nodes: [")).toBeUndefined();
  });
});

describe("compareWords", () => {
  it("keeps what is in both", () => {
    expect(compareWords("ms_played > 30000 AND a = 'x y'", "ms_played >= 30000 AND a = 'x z'")).toEqual([
      { op: "same", text: "ms_played >" },
      { op: "added", text: "=" },
      { op: "same", text: " 30000 AND a = " },
      { op: "removed", text: "'x y'" },
      { op: "added", text: "'x z'" },
    ]);
  });
  it("takes one for the other where nothing is alike", () => {
    expect(compareWords("", "a")).toEqual([{ op: "added", text: "a" }]);
    expect(compareWords("a", "a")).toEqual([{ op: "same", text: "a" }]);
  });
});
