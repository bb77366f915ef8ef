import { describe, expect, test } from "vitest";
import { assemble, columnsOf, csv, type Drawing, follow, hiddenIn, keyOf, linkKey, list, shortName, viaNames } from "./lineage";

const t = (id: string, distance: number, more = false) => ({ id, kind: "table", name: `ods.music.${id}`, layer: "ODS", owner: "music", distance, more });
const via = [{ kind: "document", id: "d", name: "m" }, { kind: "pipeline", id: "p", name: "m" }];

// a -> b -> c, with a filter in each step, and something hidden below b.
const around: Drawing = {
  nodes: [t("a", -1, true), t("b", 0), t("c", 1), { id: "hidden:1", kind: "hidden", count: 3, distance: 1 }],
  edges: [
    { from: "a", to: "b", via, columns: [{ from: "x", to: "y", direct: true }, { from: "f", to: "y", direct: false }] },
    { from: "b", to: "c", via, columns: [{ from: "y", to: "z", direct: true }, { from: "k", to: "z", direct: false }] },
    { from: "b", to: "hidden:1", via: [{ hidden: true }] },
  ],
};

describe("assemble", () => {
  test("opened tables come with distances from the middle, hidden ones stay apart", () => {
    const up: Drawing = {
      nodes: [t("o", -1), t("a", 0), t("b", 1), { id: "hidden:1", kind: "hidden", count: 2, distance: -1 }],
      edges: [
        { from: "o", to: "a", via, columns: null },
        { from: "hidden:1", to: "a", via: [{ hidden: true }] },
        { from: "a", to: "b", via },
      ],
      cut: true,
    };
    const g = assemble("b", [{ around: "b", drawing: around }, { around: "a", drawing: up }]);
    expect(g.nodes.map((n) => [n.id, n.distance])).toEqual([["a", -1], ["b", 0], ["c", 1], ["hidden:1", 1], ["o", -2], ["hidden:1@a", -2]]);
    expect(g.nodes.find((n) => n.id === "a")?.more).toBe(false);
    expect(g.edges.find((e) => e.id === "a>b")?.columns).toHaveLength(2);
    expect(g.cut).toBe(true);
    expect(hiddenIn(g)).toBe(5);
  });

  test("a hidden neighbour of an opened table that is drawn already is not drawn again", () => {
    const opened: Drawing = {
      nodes: [t("b", 0), { id: "hidden:1", kind: "hidden", count: 3, distance: 1 }],
      edges: [{ from: "b", to: "hidden:1", via: [{ hidden: true }] }],
    };
    const g = assemble("x", [{ around: "x", drawing: { nodes: [t("x", 0), ...(around.nodes ?? [])], edges: around.edges } }, { around: "b", drawing: opened }]);
    expect(hiddenIn(g)).toBe(3);
  });

  test("a pipeline and its model are one end", () => {
    const g = assemble("a", [
      {
        around: "a",
        drawing: {
          nodes: [
            { id: "document:1", kind: "end", type: "document", name: "feed", distance: -1 },
            { id: "pipeline:2", kind: "end", type: "pipeline", name: "feed", distance: -1 },
            { id: "pipeline:3", kind: "end", type: "pipeline", name: "other", distance: -1 },
            t("a", 0),
          ],
          edges: [
            { from: "document:1", to: "a", via: [{ name: "feed", kind: "document" }] },
            { from: "pipeline:2", to: "a", via: [{ name: "feed", kind: "pipeline" }] },
            { from: "pipeline:3", to: "a", via: null },
          ],
        },
      },
    ]);
    expect(g.nodes.map((n) => n.id)).toEqual(["document:1", "pipeline:3", "a"]);
    expect(g.edges.map((e) => [e.id, e.via.length])).toEqual([["document:1>a", 2], ["pipeline:3>a", 0]]);
  });
});

describe("follow", () => {
  const g = assemble("b", [{ around: "b", drawing: around }]);
  const at = (table: string, column: string) => keyOf({ table, column });

  test("values are followed both ways", () => {
    expect(follow(g, { table: "c", column: "z" }, false).columns).toEqual(new Set([at("c", "z"), at("b", "y"), at("a", "x")]));
    expect(follow(g, { table: "a", column: "x" }, false).columns).toEqual(new Set([at("a", "x"), at("b", "y"), at("c", "z")]));
  });

  test("what decides is named and not followed", () => {
    const path = follow(g, { table: "c", column: "z" }, true);
    expect(path.columns).toEqual(new Set([at("c", "z"), at("b", "y"), at("b", "k"), at("a", "x"), at("a", "f")]));
    const down = follow(g, { table: "a", column: "f" }, true);
    expect(down.columns).toEqual(new Set([at("a", "f"), at("b", "y")]));
    expect(down.tables).toEqual(new Set(["a", "b"]));
  });

  test("a circle ends", () => {
    const round = assemble("a", [
      {
        around: "a",
        drawing: {
          nodes: [t("a", 0), t("b", 1)],
          edges: [
            { from: "a", to: "b", via: [], columns: [{ from: "x", to: "x", direct: true }] },
            { from: "b", to: "a", via: [], columns: [{ from: "x", to: "x", direct: true }] },
          ],
        },
      },
    ]);
    expect(follow(round, { table: "a", column: "x" }, true).links.size).toBe(2);
  });
});

test("columns of the path come first, and the middle has all of its own", () => {
  const g = assemble("b", [{ around: "b", drawing: around }]);
  expect(columnsOf(g, "b", true, ["k", "n", "y"])).toEqual(["k", "y", "n"]);
  expect(columnsOf(g, "a", true, ["f", "x"])).toEqual(["f", "x"]);
  expect(columnsOf(g, "a", false, ["f", "x"])).toEqual(["x"]);
  expect(columnsOf(g, "b", true, ["k", "n", "y"], follow(g, { table: "a", column: "x" }, false))).toEqual(["y", "k", "n"]);
});

describe("list", () => {
  const g = assemble("b", [{ around: "b", drawing: around }]);

  test("has a row a link, upstream first, what is hidden last and without a name", () => {
    expect(list(g, true).map((r) => [r.side, r.node.name, r.column, r.into, r.direct])).toEqual([
      ["up", "ods.music.a", "x", "y", true],
      ["up", "ods.music.a", "f", "y", false],
      ["down", "ods.music.c", "z", "y", true],
      ["down", "ods.music.c", "z", "k", false],
      ["down", undefined, undefined, undefined, undefined],
    ]);
    expect(list(g, false)).toHaveLength(3);
  });

  test("keeps to a path", () => {
    const path = follow(g, { table: "b", column: "y" }, false);
    expect(list(g, true, path)).toHaveLength(2);
    expect(g.edges.flatMap((e) => e.columns.filter((l) => path.links.has(linkKey(e, l))))).toHaveLength(2);
  });

  test("is written as CSV that no spreadsheet takes for formulas", () => {
    const rows = list(assemble("a", [{ around: "a", drawing: { nodes: [{ ...t("a", 0), name: 'ods.m.=a' }, { ...t("q", 1), owner: '=1+1, "x"' }], edges: [{ from: "a", to: "q", via }] } }]), true);
    expect(csv(rows)).toBe('side,steps,table,column,near_table,near_column,kind,through,layer,owner\r\ndown,1,ods.music.q,,ods.m.=a,,,m,ODS,"\'=1+1, ""x"""\r\n');
  });
});

test("names", () => {
  expect(viaNames([...via, { hidden: true }])).toEqual(["m"]);
  expect(shortName("cdm.dwd.play_log")).toEqual({ place: "cdm.dwd", own: "play_log" });
  expect(shortName("x")).toEqual({ place: "", own: "x" });
});
