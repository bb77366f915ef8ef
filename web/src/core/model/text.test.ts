import { describe, expect, it } from "vitest";
import { parse } from "./text";

describe("parse", () => {
  it("reads a relational model", () => {
    const { model, ok } = parse(`format: 1
kind: relational_model
name: dwd.music.plays_wide
entities:
  - {id: plays, table: ods.music.play_events, where: "event = 'play'", columns: [user_id, {name: s, expr: "ms / 1000"}]}
  - {id: songs, table: dim.music.songs, role: dimension, key: [song_id], prefix: song_}
joins:
  - {from: plays, to: songs, on: [{from: song_id, to: song_id}], cardinality: many_to_one, wait: 5s}
nodes:
  - {id: out, component: console}
edges: [wide -> out]
layout: {plays: {x: 1, y: 2}, broken: 3}
params: [{name: p, type: int64, default: 3}, 4]
`);
    expect(ok).toBe(true);
    expect(model).toEqual({
      format: 1,
      kind: "relational_model",
      name: "dwd.music.plays_wide",
      params: [{ name: "p", type: "int64", default: 3 }],
      nodes: [{ id: "out", component: "console", params: {} }],
      edges: [{ from: "wide", to: "out" }],
      entities: [
        { id: "plays", table: "ods.music.play_events", where: "event = 'play'", columns: [{ name: "user_id" }, { name: "s", expr: "ms / 1000" }] },
        { id: "songs", table: "dim.music.songs", role: "dimension", key: ["song_id"], prefix: "song_" },
      ],
      joins: [{ from: "plays", to: "songs", on: [{ from: "song_id", to: "song_id" }], cardinality: "many_to_one", wait: "5s" }],
      groups: [],
      notes: [],
      layout: { plays: { x: 1, y: 2 } },
    });
  });

  it("keeps half a model of half a text", () => {
    const { model, ok, problems } = parse("kind: view\nnodes:\n  - {id: a, component: x}\n  - {id: b\n");
    expect(ok).toBe(false);
    expect(problems.length).toBeGreaterThan(0);
    expect(model.nodes[0]?.id).toBe("a");
  });

  it("leaves out what is no node, edge or twice there", () => {
    const { model, ok } = parse("nodes: [3, {component: x}, {id: a, component: x}, {id: a, component: y}, {id: b}]\nedges: [a, 'a -> ', a -> b, {from: a}, {from: a, to: b, port: left}]\n");
    expect(ok).toBe(true);
    expect(model.nodes).toEqual([
      { id: "a", component: "x", params: {} },
      { id: "b", component: "", params: {} },
    ]);
    expect(model.edges).toEqual([
      { from: "a", to: "b" },
      { from: "a", to: "b", port: "left" },
    ]);
  });

  it("says where values stand", () => {
    const text = "nodes:\n  - {id: a, component: x}\n  - id: b\n    params:\n      where: |\n        a > 1\n  - {id: c}\n";
    const { rangeOf } = parse(text);
    const at = (path: (string | number)[]) => {
      const range = rangeOf(path);
      return range && text.slice(...range);
    };
    expect(at(["nodes", "a", "component"])).toBe("x");
    expect(at(["nodes", 1, "params", "where"])).toBe("|\n        a > 1");
    expect(at(["nodes", "b", "id"])).toBe("b");
    expect(at(["nodes", "none"])).toBeUndefined();
  });

  it.each(["", "   \n", "# only words\n", "just text", "[1, 2]", "a: [", "{", "\u0000", "a: &x 1\nb: *x\n", "- - -", ":", "? a\n: b", "a: !t {b: 1}"])("never fails: %j", (text) => {
    expect(() => parse(text)).not.toThrow();
    expect(parse(text).model.nodes).toEqual([]);
  });
});
