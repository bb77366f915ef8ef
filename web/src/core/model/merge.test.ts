import { describe, expect, it } from "vitest";
import { equal } from "../equal";
import { applied, type Change, changesOf } from "./changes";
import { applyText } from "./changetext";
import { merge } from "./merge";
import { chosen, mergeLines } from "./mergelines";
import { type Tree, treeOf } from "./tree";

const base = `# what this is for
format: 1
kind: view
name: cdm.music.long_plays
nodes:
  # every play there ever was
  - {id: plays, component: table, params: {table: ods.music.play_events}}
  - {id: long, component: filter, params: {where: "ms_played > 30000"}} # half a minute
  - {id: shape, component: compute, params: {columns: [user_id, song_id, {name: seconds, expr: "ms_played / 1000.0"}]}}
  - {id: out, component: console}
edges: [plays -> long -> shape -> out]
layout:
  plays: {x: 0, y: 0}
`;

const tree = (text: string): Tree => {
  const t = treeOf(text);
  if (!t) throw new Error("not a document: " + text);
  return t;
};

/** edited is the base with one text in the place of another. */
const edited = (...swaps: [string, string][]) =>
  swaps.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, base);

const merged = (mine: string, theirs: string) => {
  const m = merge(base, mine, theirs);
  if (!m) throw new Error("no merge");
  return m;
};

describe("merge", () => {
  it("takes what only one has changed, and keeps the comments of both", () => {
    const m = merged(edited(["30000", "60000"]), edited(["name: cdm.music.long_plays", "name: cdm.music.long_plays\ntime_zone: Asia/Shanghai"], ["# every play", "# each play"]));
    expect(m.clashes).toEqual([]);
    const text = m.finish([]);
    expect(text).toBe(edited(["30000", "60000"], ["name: cdm.music.long_plays", "name: cdm.music.long_plays\ntime_zone: Asia/Shanghai"], ["# every play", "# each play"]));
  });

  it("merges within one node where lines cannot be merged", () => {
    const m = merged(edited(["user_id, song_id", "user_id, song_id, device"]), edited(["ms_played / 1000.0", "ms_played / 1000"]));
    expect(m.clashes).toEqual([]);
    const text = m.finish([]);
    expect(tree(text).nodes).toContainEqual({
      id: "shape",
      component: "compute",
      params: { columns: ["user_id", "song_id", "device", { name: "seconds", expr: "ms_played / 1000" }] },
    });
    expect(text).toContain("# every play there ever was");
    expect(text).toContain("# half a minute");
  });

  it("asks where both have changed one parameter", () => {
    const m = merged(edited(["30000", "60000"]), edited(["30000", "45000"]));
    expect(m.clashes).toMatchObject([{ place: "nodes[long].params.where", base: "ms_played > 30000", mine: "ms_played > 60000", theirs: "ms_played > 45000" }]);
    expect(m.finish(["theirs"])).toBe(edited(["30000", "45000"]));
    expect(tree(m.finish(["mine"])).nodes).toContainEqual({ id: "long", component: "filter", params: { where: "ms_played > 60000" } });
  });

  it("does not ask where both have made the same change", () => {
    const both = edited(["30000", "60000"]);
    const m = merged(both, both);
    expect(m.clashes).toEqual([]);
    expect(m.finish([])).toBe(both);
  });

  const without = edited(['  - {id: long, component: filter, params: {where: "ms_played > 30000"}} # half a minute\n', ""], ["plays -> long -> shape", "plays -> shape"]);

  it("asks where one has removed what the other has changed, and brings it back with its edges", () => {
    const m = merged(edited(["30000", "60000"]), without);
    expect(m.clashes).toHaveLength(1);
    expect(m.clashes[0]).toMatchObject({ place: "nodes[long]", theirs: undefined });
    expect(m.finish(["theirs"])).toBe(without);
    const back = tree(m.finish(["mine"]));
    expect(back.edges).toEqual({ long: [{ from: "plays" }], shape: [{ from: "long" }], out: [{ from: "shape" }] });
  });

  it("takes a removal whole or not at all", () => {
    const m = merged(without, edited(["30000", "60000"]));
    expect(m.clashes).toHaveLength(1);
    expect(tree(m.finish(["mine"]))).toEqual(tree(without));
    expect(m.finish(["theirs"])).toBe(edited(["30000", "60000"]));
  });

  it("asks where one leads an edge to what the other has removed", () => {
    const m = merged(edited(["  - {id: out, component: console}", "  - {id: out, component: console}\n  - {id: all, component: console}"], ["shape -> out]", "shape -> out, long -> all]"]), without);
    expect(m.clashes.map((c) => c.place)).toEqual(["nodes[long]"]);
    const text = m.finish(["theirs"]);
    expect(tree(text).edges).toEqual({ shape: [{ from: "plays" }], out: [{ from: "shape" }] });
    expect(tree(m.finish(["mine"])).edges).toEqual({ long: [{ from: "plays" }], shape: [{ from: "long" }], out: [{ from: "shape" }], all: [{ from: "long" }] });
  });

  it("follows a node that one has renamed and the other has changed", () => {
    const renamed = edited(["id: long,", "id: half_minute,"], ["plays -> long -> shape", "plays -> half_minute -> shape"]);
    for (const [mine, theirs] of [
      [renamed, edited(["30000", "60000"])],
      [edited(["30000", "60000"]), renamed],
    ] as const) {
      const m = merged(mine, theirs);
      expect(m.clashes).toEqual([]);
      const t = tree(m.finish([]));
      expect(t.nodes).toContainEqual({ id: "half_minute", component: "filter", params: { where: "ms_played > 60000" } });
      expect(t.edges).toEqual({ half_minute: [{ from: "plays" }], shape: [{ from: "half_minute" }], out: [{ from: "shape" }] });
    }
  });

  it("asks where both have given one node a name", () => {
    const named = (id: string) => edited(["id: long,", `id: ${id},`], ["plays -> long -> shape", `plays -> ${id} -> shape`]);
    const m = merged(named("a"), named("b"));
    expect(m.clashes.length).toBeGreaterThan(0);
    const all = (side: "mine" | "theirs") => m.clashes.map(() => side);
    expect(tree(m.finish(all("mine"))).edges.shape).toEqual([{ from: "a" }]);
    expect(tree(m.finish(all("theirs"))).edges.shape).toEqual([{ from: "b" }]);
  });

  it("asks where both have added a node of one name", () => {
    const add = (where: string) => edited(["  - {id: out,", `  - {id: late, component: filter, params: {where: "${where}"}}\n  - {id: out,`]);
    const m = merged(add("a > 1"), add("a > 2"));
    expect(m.clashes.map((c) => c.place)).toEqual(["nodes[late]"]);
  });

  it("asks nothing about where a node stands", () => {
    const m = merged(edited(["{x: 0, y: 0}", "{x: 9, y: 9}"]), edited(["{x: 0, y: 0}", "{x: 5, y: 5}"]));
    expect(m.clashes).toEqual([]);
    expect(tree(m.finish([])).layout).toEqual({ plays: { x: 9, y: 9 } });
  });

  it("does not read what is no document", () => {
    expect(merge(base, "nodes: [", base)).toBeUndefined();
    expect(merge(base, base, "- a list")).toBeUndefined();
  });
});

describe("applyText", () => {
  it("leaves comments and what it does not touch", () => {
    const t = tree(base);
    const want = applied(t, [{ path: ["nodes", { key: "long" }, "params", "where"], old: "", new: "event = 'play'" }]);
    expect(applyText(base, changesOf(t, want))).toBe(edited(["ms_played > 30000", "event = 'play'"]));
  });

  it("cuts a chain where an edge goes", () => {
    const text = applyText(base, [{ path: ["edges", "shape"], old: [{ from: "long" }], new: undefined }]);
    expect(text).toContain("edges: [plays -> long, shape -> out]");
  });
});

/** A small generator with a seed, so that a failure can be had again. */
function random(seed: number): (n: number) => number {
  let s = seed;
  return (n) => {
    s = (Math.imul(s, 1103515245) + 12345) & 0x7fffffff;
    return (s >>> 8) % n;
  };
}

/** edits are changes of one node each, so that those of two nodes are disjoint. */
function edit(t: Tree, id: string, r: (n: number) => number): Tree {
  const nodes = t.nodes as { id: string; params: Record<string, unknown> }[];
  switch (r(4)) {
    case 0:
      return { ...t, nodes: nodes.map((n) => (n.id === id ? { ...n, params: { ...n.params, where: `x > ${r(1000)}` } } : n)) };
    case 1:
      return { ...t, nodes: nodes.map((n) => (n.id === id ? { ...n, params: { ...n.params, columns: [{ name: "a", expr: `${r(1000)}` }, "b"] } } : n)) };
    case 2:
      return { ...t, nodes: nodes.map((n) => (n.id === id ? { ...n, description: `words ${r(1000)}` } : n)) };
    default: {
      const i = nodes.findIndex((n) => n.id === id);
      const added = { id: `${id}_next`, component: "filter", params: { where: `y < ${r(1000)}` } };
      return { ...t, nodes: [...nodes.slice(0, i + 1), added, ...nodes.slice(i + 1)], edges: { ...t.edges, [added.id]: [{ from: id }] } };
    }
  }
}

describe("merge of random documents", () => {
  it("applies disjoint edits in either order", { timeout: 30_000 }, () => {
    for (let seed = 1; seed <= 40; seed++) {
      const r = random(seed);
      const size = 3 + r(5);
      const ids = Array.from({ length: size }, (_, i) => `n${i}`);
      const start: Tree = {
        format: 1,
        kind: "view",
        name: "a.b.c",
        nodes: ids.map((id) => ({ id, component: "filter", params: { where: `x = ${r(50)}`, columns: ["b"] } })),
        edges: Object.fromEntries(ids.slice(1).map((id, i) => [id, [{ from: `n${r(i + 1)}` }]])),
      };
      const text = textOf(start);
      expect(equal(treeOf(text), start)).toBe(true);
      const a = ids[r(size)] ?? "";
      const b = ids[(ids.indexOf(a) + 1 + r(size - 1)) % size] ?? "";
      const rest = [random(seed * 7), random(seed * 13)] as const;
      const mine = edit(start, a, rest[0]);
      const theirs = edit(start, b, rest[1]);
      const both = edit(mine, b, random(seed * 13));

      const one = merge(text, applyText(text, changesOf(start, mine)), applyText(text, changesOf(start, theirs)));
      const other = merge(text, applyText(text, changesOf(start, theirs)), applyText(text, changesOf(start, mine)));
      expect(one?.clashes, `seed ${seed}`).toEqual([]);
      expect(other?.clashes, `seed ${seed}`).toEqual([]);
      expect(treeOf(one?.finish([]) ?? ""), `seed ${seed}`).toEqual(both);
      expect(treeOf(other?.finish([]) ?? ""), `seed ${seed}`).toEqual(both);
    }
  });

  it("says in changes exactly what makes one tree of the other", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const r = random(seed);
      const ids = ["a", "b", "c", "d"];
      let t: Tree = { nodes: ids.map((id) => ({ id, params: {} })), edges: {} };
      const before = t;
      for (let i = 0; i < 5; i++) t = edit(t, ids[r(4)] ?? "a", r);
      const changes: Change[] = changesOf(before, t);
      expect(treesOf(applied(before, changes))).toEqual(treesOf(t));
    }
  });
});

/** treesOf leaves nodes of one name away but the first, which the generator can make. */
function treesOf(t: Tree): unknown {
  const nodes = t.nodes as { id: string }[];
  return { ...t, nodes: nodes.filter((n, i) => nodes.findIndex((x) => x.id === n.id) === i) };
}

function textOf(t: Tree): string {
  const { edges, nodes, ...rest } = t;
  const lines = Object.entries(rest).map(([k, v]) => `${k}: ${String(v)}`);
  lines.push("nodes:", ...(nodes as unknown[]).map((n) => `  - ${JSON.stringify(n)}`), "edges:");
  for (const [to, inputs] of Object.entries(edges)) for (const i of inputs) lines.push(`  - ${i.from} -> ${to}`);
  return lines.join("\n") + "\n";
}

describe("mergeLines", () => {
  const lines = (...l: string[]) => l.map((x) => x + "\n").join("");
  it("merges changes of different lines", () => {
    const parts = mergeLines(lines("a", "b", "c", "d", "e"), lines("a", "B", "c", "d", "e"), lines("a", "b", "c", "d", "E", "f"));
    expect(chosen(parts, () => "mine")).toBe(lines("a", "B", "c", "d", "E", "f"));
  });
  it("finds clashes, also of what touches", () => {
    const parts = mergeLines(lines("a", "b", "c"), lines("a", "x", "c"), lines("a", "b", "y"));
    expect(parts).toEqual([{ text: "a\n" }, { clash: { at: 1, base: "b\nc\n", mine: "x\nc\n", theirs: "b\ny\n" } }]);
    expect(chosen(parts, () => "theirs")).toBe(lines("a", "b", "y"));
  });
  it("takes the same change of both once", () => {
    expect(chosen(mergeLines(lines("a", "b"), lines("a", "b", "c"), lines("a", "b", "c")), () => "mine")).toBe(lines("a", "b", "c"));
  });
  it("says mine where theirs is the base, and theirs where mine is", () => {
    for (let seed = 1; seed < 100; seed++) {
      const r = random(seed);
      const text = () => lines(...Array.from({ length: r(12) }, () => "abc"[r(3)] ?? ""));
      const [b, x] = [text(), text()];
      expect(chosen(mergeLines(b, x, b), () => "theirs")).toBe(x);
      expect(chosen(mergeLines(b, b, x), () => "mine")).toBe(x);
    }
  });
});
