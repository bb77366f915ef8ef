import { describe, expect, it } from "vitest";
import { extracted, partOf, replaced, withFeeders } from "./extract";
import { begin, push, undo } from "./history";
import { type Field, type Spec, Specs } from "./specs";
import { parse } from "./text";

const none = { en: "", zh: "" };
const field = (name: string, type: Field["type"], required = true): Field => ({ name, type, label: none, help: none, required });
function spec(kind: Spec["kind"], name: string, most: number, fields: Field[] = []): Spec {
  return { kind, name, version: 1, category: "shape", title: none, summary: none, help: none, icon: "", min_inputs: Math.min(most, 1), max_inputs: most, ports: [], has_output: kind !== "sink", fields, examples: [] };
}
const specs = new Specs([spec("source", "table", 0, [field("table", "table")]), spec("source", "made", 0), spec("transform", "shape", 1), spec("transform", "mix", -1), spec("sink", "write", 1)]);

const text = `# Long plays, for the charts.
format: 1   # the only one
kind: view
name: cdm.music.long_plays
description: What counts.

time_zone: Asia/Shanghai
params:
  - {name: min_ms, type: int64, default: 30000} # what is long
  - {name: top, type: int64, default: 10}
nodes:
  # what comes in
  - {id: plays, component: table, params: {table: ods.music.play_events}} # 200 a second
  # who counts
  - id: long    # half a minute
    component: shape
    params:
      # the bound
      where: "event = 'play' AND ms_played > :min_ms" # in ms
  - {id: fans, component: shape, bypass: true}
  - id: minute
    component: shape
    params: {size: 1m, most: ":top"}
  - {id: both, component: mix} # all of it
  - {id: out, component: write, params: {to: there}}
edges: [plays -> long -> minute -> both, long -> fans -> both, both -> out]   # in this order
layout:
  plays: {x: 40, y: 80}
  long: {x: 252, y: 60}
  minute: {x: 464, y: 80}
  out: {x: 900, y: 80}
# the end
`;
const { model } = parse(text);
const part = (...ids: string[]) => partOf(model, specs, new Set(ids));

describe("a part", () => {
  it("is closed upstream and has one node whose rows leave it", () => {
    expect(part("plays", "long")).toEqual({ ids: ["plays", "long"], exit: "long" });
    expect(part("long", "plays", "minute", "fans", "both")).toEqual({ ids: ["plays", "long", "fans", "minute", "both"], exit: "both" });
  });

  it("says what is in the way", () => {
    const refused = (...ids: string[]) => {
      const p = part(...ids);
      return "refused" in p ? p.refused : p;
    };
    expect(refused()).toEqual({ code: "none" });
    expect(refused("nobody")).toEqual({ code: "none" });
    expect(refused("both", "out")).toEqual({ code: "sink", node: "out" });
    expect(refused("long", "minute")).toEqual({ code: "fed", node: "long", from: "plays" });
    expect(refused("plays", "long", "fans", "minute")).toEqual({ code: "exits", nodes: ["fans", "minute"] });
    expect(refused("plays")).toEqual({ code: "table", node: "plays" });
  });

  it("hangs together, and leads somewhere", () => {
    const two = parse("nodes: [{id: a, component: made}, {id: b, component: made}, {id: c, component: mix}]\nedges: [a -> c]\n").model;
    expect(partOf(two, specs, new Set(["a", "b"]))).toEqual({ refused: { code: "apart" } });
    expect(partOf(two, specs, new Set(["a", "c"]))).toEqual({ refused: { code: "ends" } });
    expect(partOf(two, specs, new Set(["b"]))).toEqual({ refused: { code: "ends" } });
    expect(partOf(two, specs, new Set(["a"]))).toEqual({ ids: ["a"], exit: "a" });
  });

  it("takes in what feeds it", () => {
    expect(withFeeders(model, ["minute"])).toEqual(new Set(["minute", "long", "plays"]));
  });
});

const sink = { component: "write", params: { connection: "broker", topic: "long_plays_long" } };
const reader = { component: "table", params: { table: "cdm.music.long_plays_long" } };

describe("extracting", () => {
  const long = { ids: ["plays", "long"], exit: "long" };

  it("makes a model of the part, with its comments, its parameters and a sink", () => {
    expect(extracted(text, long, { name: "cdm.music.long_plays_long_feed", description: "Only the long ones.", sink })).toBe(`# Long plays, for the charts.
format: 1   # the only one
kind: view
name: cdm.music.long_plays_long_feed
description: Only the long ones.

time_zone: Asia/Shanghai
params:
  - {name: min_ms, type: int64, default: 30000} # what is long
nodes:
  # what comes in
  - {id: plays, component: table, params: {table: ods.music.play_events}} # 200 a second
  # who counts
  - id: long    # half a minute
    component: shape
    params:
      # the bound
      where: "event = 'play' AND ms_played > :min_ms" # in ms
  - id: out
    component: write
    params: {connection: broker, topic: long_plays_long}
edges: [plays -> long, long -> out]   # in this order
layout:
  plays: {x: 0, y: 20}
  long: {x: 212, y: 0}
  out: {x: 424, y: 0}
# the end
`);
  });

  it("puts a reader of the table in its place, with what it fed", () => {
    expect(replaced(text, long, reader)).toBe(`# Long plays, for the charts.
format: 1   # the only one
kind: view
name: cdm.music.long_plays
description: What counts.

time_zone: Asia/Shanghai
params:
  - {name: min_ms, type: int64, default: 30000} # what is long
  - {name: top, type: int64, default: 10}
nodes:
  # what comes in
  - {id: long, component: table, params: {table: cdm.music.long_plays_long}}
  - {id: fans, component: shape, bypass: true}
  - id: minute
    component: shape
    params: {size: 1m, most: ":top"}
  - {id: both, component: mix} # all of it
  - {id: out, component: write, params: {to: there}}
edges: [long -> minute -> both, long -> fans -> both, both -> out]   # in this order
layout:
  long: {x: 252, y: 60}
  minute: {x: 464, y: 80}
  out: {x: 900, y: 80}
# the end
`);
  });

  it("keeps the inputs of what is behind in their order, and their ports", () => {
    const ports = `nodes: [{id: a, component: made}, {id: b, component: made}, {id: j, component: mix}]\nedges: [a -> j, {from: b, to: j, port: right}]\n`;
    const next = replaced(ports, { ids: ["b"], exit: "b" }, reader);
    expect(parse(next).model.edges).toEqual(parse(ports).model.edges);
    expect(parse(next).model.nodes[1]).toEqual({ id: "b", ...reader });
  });

  it("names the sink as nothing else is named, and leaves out what is empty", () => {
    const bare = `format: 1\nkind: view\nname: a.b.c\nparams: [{name: unused, type: string}]\nnodes:\n  - {id: out, component: made}\n  - {id: z, component: write}\nedges: [out -> z]\n`;
    expect(extracted(bare, { ids: ["out"], exit: "out" }, { name: "a.b.d", description: "", sink })).toBe(`format: 1
kind: view
name: a.b.d
nodes:
  - {id: out, component: made}
  - {id: out_2, component: write, params: {connection: broker, topic: long_plays_long}}
edges: [out -> out_2]
`);
  });

  it("leaves notes where they are, and takes groups along as far as they are in it", () => {
    const drawn = text.replace("layout:", "groups:\n  - {id: in, title: What comes in, nodes: [plays, long, fans]}\n  - {id: rest, nodes: [both, out]}\nnotes:\n  - {id: why, text: because, x: 0, y: 0}\nlayout:");
    const alone = parse(extracted(drawn, long, { name: "a.b.c", description: "", sink })).model;
    expect(alone.groups.map((g) => g.nodes)).toEqual([["plays", "long"]]);
    expect(alone.notes).toEqual([]);
    const left = parse(replaced(drawn, long, reader)).model;
    expect(left.groups.map((g) => g.nodes)).toEqual([
      ["long", "fans"],
      ["both", "out"],
    ]);
    expect(left.notes).toHaveLength(1);
  });

  it("is undone byte for byte", () => {
    const h = push(begin<undefined>(text), replaced(text, long, reader), "extract", undefined, 0);
    expect(h.present).not.toBe(text);
    expect(undo(h, undefined).history.present).toBe(text);
  });
});
