import { describe, expect, it } from "vitest";
import { canBypass, setBypass } from "./bypass";
import { fromClipboard, toClipboard } from "./clipboard";
import { clip, pasteNodes } from "./ops";
import { type Spec, Specs } from "./specs";
import { parse } from "./text";

const text = `format: 1
kind: view
name: a.b.c
nodes:
  - {id: plays, component: read, params: {table: t}} # 200 a second
  - id: long    # half a minute
    component: shape
    params: {where: "ms > 1"} # in ms
  - {id: both, component: mix}
  - {id: out, component: write}
edges: [plays -> long -> both, plays -> both, both -> out]
`;

function spec(name: string, kind: Spec["kind"], most: number): Spec {
  const none = { en: "", zh: "" };
  return { kind, name, version: 1, category: "shape", title: none, summary: none, help: none, icon: "", min_inputs: Math.min(most, 1), max_inputs: most, ports: [], has_output: kind !== "sink", fields: [], examples: [] };
}

const specs = new Specs([spec("read", "source", 0), spec("shape", "transform", 1), spec("mix", "transform", -1), spec("write", "sink", 1)]);

describe("bypass", () => {
  it("is written beside what stands there, and taken away without a trace", () => {
    const on = setBypass(text, ["long"], true);
    expect(parse(on).model.nodes[1]?.bypass).toBe(true);
    for (const kept of ["# 200 a second", "# half a minute", "# in ms"]) expect(on).toContain(kept);
    expect(setBypass(on, ["long"], false)).toBe(text);
    expect(setBypass(on, ["long"], true)).toBe(on);
  });

  it("is for what has one input and is neither source nor sink", () => {
    const { model } = parse(text);
    expect(model.nodes.map((n) => canBypass(model, specs, n.id))).toEqual([false, true, false, false]);
    expect(canBypass(model, specs, "nobody")).toBe(false);
  });

  it("goes with a copy", () => {
    const on = setBypass(text, ["long"], true);
    const copied = fromClipboard(toClipboard(clip(on, ["long"])));
    expect(copied?.nodes[0]?.bypass).toBe(true);
    const pasted = copied && pasteNodes(text, copied);
    expect(pasted && parse(pasted.text).model.nodes.find((n) => n.id === pasted.ids[0])?.bypass).toBe(true);
  });

  it("is only what says true", () => {
    expect(parse(text.replace("component: mix", "component: mix, bypass: false")).model.nodes[2]?.bypass).toBeUndefined();
  });
});
