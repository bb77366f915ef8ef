import { describe, expect, it } from "vitest";
import { fromClipboard, toClipboard } from "./clipboard";
import * as ops from "./ops";
import { random } from "./random";
import { parse } from "./text";
import type { Edge, ModelNode } from "./types";
import { edgeIds } from "./types";

const commented = `# Long plays, for the charts.
format: 1   # the only one
kind: view
name: cdm.music.long_plays

time_zone: Asia/Shanghai
nodes:
  # what comes in
  - {id: plays, component: table, params: {table: ods.music.play_events}} # 200 a second
  # who counts
  - id: long    # half a minute
    component: filter
    params:
      # 30 s
      where: "event = 'play' AND ms_played > 30000" # in ms
  - id: shape
    component: compute
    params:
      columns:
        - user_id   # who
        - {name: seconds, expr: "ms_played / 1000.0"}
        - song_id
  - {id: out, component: clickhouse, params: {connection: olap, table: ads.music.long_plays}}
edges: [plays -> long, long -> shape -> out]   # all of it
# the end
`;

/** lost returns the lines of a that are not in b. */
function lost(a: string, b: string): string[] {
  const left = b.split("\n");
  return a.split("\n").filter((line) => {
    const i = left.indexOf(line);
    if (i >= 0) left.splice(i, 1);
    return i < 0;
  });
}

describe("single changes", () => {
  it("changes a parameter in place", () => {
    const next = ops.setParam(commented, "long", ["where"], "ms_played > 5");
    expect(next).toBe(commented.replace(`"event = 'play' AND ms_played > 30000"`, `"ms_played > 5"`));
  });

  it("adds a parameter to a block and to a flow mapping", () => {
    expect(lost(commented, ops.setParam(commented, "long", ["limit"], "5s"))).toEqual([]);
    expect(ops.setParam(commented, "plays", ["start"], "latest")).toContain("{table: ods.music.play_events, start: latest}} # 200 a second");
  });

  it("takes a parameter away, and params with the last one", () => {
    const next = ops.setParam(commented, "long", ["where"], undefined);
    expect(parse(next).model.nodes[1]?.params).toEqual({});
    expect(next).toContain("  - id: long    # half a minute\n    component: filter\n  - id: shape");
  });

  it("changes one element of a list and leaves the comments of the others", () => {
    const next = ops.setParam(commented, "shape", ["columns"], ["user_id", { name: "seconds", expr: "ms_played / 1000" }, "song_id", "device"]);
    expect(next).toContain(`        - user_id   # who\n        - {name: seconds, expr: "ms_played / 1000"}\n        - song_id\n        - device\n`);
  });

  it("writes several lines as a literal block", () => {
    const next = ops.setParam(commented, "shape", ["note"], "a\n\nb\n");
    expect(next).toContain("      note: |\n        a\n\n        b\n");
    expect(parse(next).model.nodes[2]?.params.note).toBe("a\n\nb\n");
  });

  it("removes a node and heals", () => {
    const next = ops.removeNodes(commented, ["long"]);
    expect(parse(next).model.edges).toEqual([
      { from: "plays", to: "shape" },
      { from: "shape", to: "out" },
    ]);
    expect(next).not.toContain("who counts");
    expect(next).toContain("# what comes in");
    expect(next).toContain("   # all of it\n# the end\n");
  });

  it("removes all nodes", () => {
    const next = ops.removeNodes(commented, ["plays", "long", "shape", "out"]);
    expect(parse(next).ok).toBe(true);
    expect(parse(next).model.nodes).toEqual([]);
    expect(parse(next).model.edges).toEqual([]);
  });

  it("renames a node in its edges and its place", () => {
    const placed = ops.move(commented, { long: { x: 10.4, y: 20 } });
    const next = ops.renameNode(placed, "long", "long_plays");
    expect(next).toContain("edges: [plays -> long_plays, long_plays -> shape -> out]   # all of it");
    expect(parse(next).model.layout).toEqual({ long_plays: { x: 10, y: 20 } });
    expect(next).toContain("  - id: long_plays    # half a minute");
  });

  it("splits a chain where an edge goes", () => {
    const chain = commented.replace("[plays -> long, long -> shape -> out]", "[plays -> long -> shape -> out]");
    expect(ops.disconnect(chain, ["long->shape"])).toContain("edges: [plays -> long, shape -> out]   # all of it");
  });

  it("splices a node on an edge", () => {
    const next = ops.spliceOnEdge(ops.addNode(commented, { id: "one", component: "dedupe", params: {} }), "long->shape", "one");
    expect(next).toContain("edges: [plays -> long, long -> one -> shape -> out]   # all of it");
  });

  it("keeps the order of a join's inputs where one is reconnected", () => {
    const join = "nodes:\n  - {id: a, component: x}\n  - {id: b, component: x}\n  - {id: c, component: x}\n  - {id: j, component: y}\nedges:\n  - a -> j\n  - b -> j # right\n";
    const next = ops.reconnect(join, "a->j", { from: "c", to: "j" });
    expect(next).toBe(join.replace("- a -> j", "- c -> j"));
  });

  it("makes what is missing", () => {
    const bare = "format: 1\nkind: view\nname: a.b.c\n";
    const next = ops.steps(
      bare,
      (t) => ops.addNode(t, { id: "a", component: "x", params: {} }, { x: 1, y: 2 }),
      (t) => ops.addNode(t, { id: "b", component: "x", params: { where: "a: b" } }, { x: 3, y: 4 }),
      (t) => ops.connect(t, { from: "a", to: "b" }),
      (t) => ops.setHeader(t, "time_zone", "Asia/Shanghai"),
    );
    expect(next).toBe(
      `format: 1\nkind: view\nname: a.b.c\ntime_zone: Asia/Shanghai\nnodes:\n  - {id: a, component: x}\n  - {id: b, component: x, params: {where: "a: b"}}\nedges: [a -> b]\nlayout:\n  a: {x: 1, y: 2}\n  b: {x: 3, y: 4}\n`,
    );
    expect(ops.setHeader(next, "time_zone", "")).not.toContain("time_zone");
  });

  it("fills empty lists, and lists without a value", () => {
    for (const bare of ["nodes: []\nedges: []\n", "nodes:\nedges:\n", "nodes:\nedges:"]) {
      const next = ops.connect(ops.addNode(bare, { id: "a", component: "x", params: {} }), { from: "a", to: "b", port: "left" });
      expect(parse(next).ok).toBe(true);
      expect(parse(next).model.nodes.map((n) => n.id)).toEqual(["a"]);
      expect(parse(next).model.edges).toEqual([{ from: "a", to: "b", port: "left" }]);
    }
  });

  it("changes nothing of a text that is no mapping", () => {
    expect(ops.addNode("- a\n", { id: "a", component: "x", params: {} })).toBe("- a\n");
    expect(ops.connect("", { from: "a", to: "b" })).toBe("");
  });
});

describe("clips", () => {
  it("go over the clipboard and are given free ids", () => {
    const placed = ops.move(commented, { long: { x: 100, y: 100 }, shape: { x: 300, y: 140 } });
    const text = toClipboard(ops.clip(placed, ["long", "shape"]));
    const c = fromClipboard(text);
    expect(c?.edges).toEqual([{ from: "long", to: "shape" }]);
    const pasted = c ? ops.pasteNodes(placed, c, { x: 0, y: 500 }) : { text: "", ids: [] };
    expect(pasted.ids).toEqual(["long_2", "shape_2"]);
    const { model } = parse(pasted.text);
    expect(model.edges.at(-1)).toEqual({ from: "long_2", to: "shape_2" });
    expect(model.layout.shape_2).toEqual({ x: 200, y: 540 });
    expect(lost(placed, pasted.text).filter((l) => !l.startsWith("edges:") && !l.startsWith("layout:") && !/^ {2}(shape|long):/.test(l))).toEqual([]);
  });

  it("are not made of other texts", () => {
    for (const text of ["", "hello", "# millrace/nodes+yaml\n[", "# millrace/nodes+yaml\nnodes: 3\n"]) expect(fromClipboard(text)).toBeUndefined();
  });
});

describe("ids", () => {
  it("are as documents take them", () => {
    for (const id of ["a", "_x1", "歌曲"]) expect(ops.isId(id)).toBe(true);
    for (const id of ["", "1a", "a-b", "a b", "x".repeat(65)]) expect(ops.isId(id)).toBe(false);
  });
  it("are made free", () => {
    expect(ops.freeId("a", new Set())).toBe("a");
    expect(ops.freeId("a", new Set(["a", "a_2"]))).toBe("a_3");
    expect(ops.freeId("play-log", new Set())).toBe("play_log");
    expect(ops.freeId("a_2", new Set(["a_2"]))).toBe("a_3");
  });
});

/** The same changes on data, to compare with. */
interface Plain {
  nodes: ModelNode[];
  edges: Edge[];
}

const values: unknown[] = ["x", "a: b", "# no", "yes", "5s", "1:30", "it's", 'say "x"', " lead", "trail ", "a\nb", "a\n\nb\n", "\ttab\n", "-", "a -> b", "[x]", "{", "歌曲", "", "2026-11-21", "*a", "&a", "!t", "%d", "@x", "`q`", "null", "~", 3, 0.5, -1, true, false, ["a", "b, c"], [{ name: "n", expr: "a > 1" }, "b"], { k: "v", deep: { list: [1, 2, { a: "b\nc" }] } }, [], {}];

describe("random changes", () => {
  const styles = ["block", "flow"] as const;
  for (let seed = 1; seed <= 24; seed++) {
    it(`mean the same as on data, seed ${seed}`, () => {
      const chance = random(seed);
      const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(chance() * from.length)];
      const style = styles[seed % 2];
      let text = style === "flow" ? "format: 1 # f\nkind: view\nname: a.b.c\nnodes: [] # n\nedges: [] # e\n# end\n" : "# head\nformat: 1\nkind: view\nname: a.b.c\nnodes:\n  # first\n  - id: n0 # zero\n    component: c # comp\n    params:\n      # about k\n      k: v # vee\n\n# end";
      const want: Plain = { nodes: style === "flow" ? [] : [{ id: "n0", component: "c", params: { k: "v" } }], edges: [] };
      for (let step = 0; step < 40; step++) {
        const before = text;
        const node = pick(want.nodes);
        const other = pick(want.nodes);
        const what = Math.floor(chance() * 8);
        if (what <= 1 || !node || !other) {
          const n: ModelNode = { id: `n${seed}_${step}`, component: "c", params: chance() < 0.5 ? {} : { p: pick(values) } };
          text = ops.addNode(text, n, chance() < 0.5 ? { x: step, y: step } : undefined);
          want.nodes.push(n);
        } else if (what === 2) {
          const key = pick(["k", "p", "q"]) ?? "k";
          const value = chance() < 0.25 ? undefined : pick(values);
          text = ops.setParam(text, node.id, [key], value);
          const { [key]: _, ...rest } = node.params;
          want.nodes = want.nodes.map((n) => (n === node ? { ...n, params: value === undefined ? rest : { ...n.params, [key]: value } } : n));
        } else if (what === 3) {
          const e: Edge = { from: node.id, to: other.id, ...(chance() < 0.2 ? { port: "right" } : {}) };
          text = ops.connect(text, e);
          want.edges.push(e);
        } else if (what === 4) {
          const i = Math.floor(chance() * want.edges.length);
          const id = edgeIds(want.edges)[i];
          if (id) text = ops.disconnect(text, [id]);
          want.edges.splice(i, id ? 1 : 0);
        } else if (what === 5) {
          const to = `r${seed}_${step}`;
          text = ops.renameNode(text, node.id, to);
          want.nodes = want.nodes.map((n) => (n === node ? { ...n, id: to } : n));
          want.edges = want.edges.map((e) => ({ ...e, from: e.from === node.id ? to : e.from, to: e.to === node.id ? to : e.to }));
        } else if (what === 6) {
          const i = Math.floor(chance() * want.edges.length);
          const id = edgeIds(want.edges)[i];
          const edge = want.edges[i];
          if (id && edge) {
            text = ops.spliceOnEdge(text, id, node.id);
            want.edges.splice(i, 1, { from: edge.from, to: node.id }, { ...edge, from: node.id });
          }
        } else {
          text = ops.removeNodes(text, [node.id]);
          const into = want.edges.filter((e) => e.to === node.id);
          const feeder = into.length === 1 && into[0]?.from !== node.id ? into[0]?.from : undefined;
          want.edges = want.edges.flatMap((e) => (e.to === node.id ? [] : e.from !== node.id ? [e] : feeder === undefined ? [] : [{ ...e, from: feeder }]));
          want.nodes = want.nodes.filter((n) => n !== node);
        }
        const got = parse(text);
        const context = `step ${step}, change ${what}\n${before}\n=>\n${text}\n${JSON.stringify(got.problems)}`;
        expect(got.ok, context).toBe(true);
        expect(got.model.nodes, context).toEqual(want.nodes);
        expect(got.model.edges, context).toEqual(want.edges);
        expect(text, context).toContain("# end");
      }
    });
  }
});
