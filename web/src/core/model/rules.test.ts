import { describe, expect, it } from "vitest";
import type { Analysis } from "./analysis";
import { canConnect, candidates, portsOf, portToWrite } from "./rules";
import { beginning, lacking, type Spec, Specs } from "./specs";
import { parse } from "./text";

function spec(kind: Spec["kind"], name: string, rest: Partial<Spec> = {}): Spec {
  const text = { en: name, zh: name };
  const inputs = kind === "source" ? 0 : 1;
  const category = kind === "transform" ? (rest.max_inputs === undefined || rest.max_inputs === 1 ? "shape" : "combine") : kind;
  return { kind, name, version: 1, category, title: text, summary: text, help: text, icon: "", min_inputs: inputs, max_inputs: inputs, ports: [], has_output: kind !== "sink", fields: [], examples: [], ...rest };
}

const specs = new Specs([
  spec("source", "in"),
  spec("source", "queue"),
  spec("transform", "one"),
  spec("transform", "two", { min_inputs: 2, max_inputs: 2, ports: ["left", "right"] }),
  spec("transform", "many", { min_inputs: 2, max_inputs: -1 }),
  spec("sink", "out", { sink: { accepts: ["append"] } }),
  spec("sink", "queue", { sink: { accepts: ["append", "upsert"] } }),
  spec("format", "one"),
]);

const { model } = parse(`nodes:
  - {id: a, component: in}
  - {id: b, component: in}
  - {id: f, component: one}
  - {id: g, component: one}
  - {id: j, component: two}
  - {id: u, component: many}
  - {id: q, component: queue}
  - {id: o, component: out}
  - {id: x, component: unknown}
edges: [a -> f -> g, {from: b, to: j, port: left}]
`);

const upserts: Analysis = { diagnostics: [], kind: "view", name: "", time_zone: "UTC", nodes: [{ id: "g", component: "one", kind: "transform", inputs: [], mode: "upsert" }] };

describe("canConnect", () => {
  it.each([
    [{ from: "a", to: "a" }, "self"],
    [{ from: "o", to: "f" }, "sink"],
    [{ from: "f", to: "a" }, "cycle"],
    [{ from: "g", to: "f" }, "cycle"],
    [{ from: "a", to: "b" }, "source"],
    [{ from: "a", to: "f" }, "twice"],
    [{ from: "b", to: "f" }, "arity"],
    [{ from: "a", to: "j", port: "left" }, "port"],
    [{ from: "a", to: "j", port: "middle" }, "port"],
    [{ from: "g", to: "o" }, "type"],
    [{ from: "a", to: "j", port: "right" }, undefined],
    [{ from: "b", to: "j", port: "right" }, undefined],
    [{ from: "a", to: "u" }, undefined],
    [{ from: "g", to: "q" }, undefined],
    [{ from: "q", to: "u" }, undefined],
    [{ from: "a", to: "x" }, undefined],
    [{ from: "b", to: "f", instead: "a->f" }, undefined],
    [{ from: "g", to: "f", instead: "a->f" }, "cycle"],
  ])("%j: %s", (link, code) => {
    expect(canConnect(model, specs, upserts, link)?.code).toBe(code);
  });
});

describe("ports", () => {
  const two = specs.find("transform", "two");
  it("are taken by name, then in order", () => {
    const m = { ...model, edges: [{ from: "a", to: "j" }, { from: "b", to: "j", port: "left" }] };
    expect(two && portsOf(m, two, "j")).toEqual(["right", "left"]);
  });
  it("are written only where the order does not say them", () => {
    const none = { ...model, edges: [] };
    expect(portToWrite(none, two, "j", "left")).toBeUndefined();
    expect(portToWrite(none, two, "j", "right")).toBe("right");
    const left = { ...model, edges: [{ from: "a", to: "j" }] };
    expect(portToWrite(left, two, "j", "right")).toBeUndefined();
    const right = { ...model, edges: [{ from: "a", to: "j", port: "right" }] };
    expect(portToWrite(right, two, "j", "left")).toBeUndefined();
  });
});

describe("candidates", () => {
  const names = (place: Parameters<typeof candidates>[3], a?: Analysis) => candidates(model, specs, a, place).map((s) => `${s.kind} ${s.name}`);
  it("fit their place", () => {
    expect(names("alone")).toHaveLength(7);
    expect(names({ behind: "g" }, upserts)).toEqual(["transform one", "transform two", "transform many", "sink queue"]);
    expect(names({ before: "f" })).toEqual(["source in", "source queue", "transform one", "transform two", "transform many"]);
    expect(names({ on: "a->f" })).toEqual(["transform one"]);
  });
});

const label = { en: "", zh: "" };
const field = (name: string, rest = {}) => ({ name, type: "string" as const, label, help: label, required: true, ...rest });

describe("beginning", () => {
  it("is what a declaration wants new nodes to have, not what absent values mean", () => {
    expect(beginning({ fields: [field("a"), field("b", { default: "x" }), field("c", { default: "never", initial: "if_missing" })] })).toEqual({ c: "if_missing" });
  });
});

describe("lacking", () => {
  it("names required fields without a value that are shown", () => {
    const fields = [field("a"), field("b", { default: "x" }), field("c", { show_if: { field: "b", in: ["y"] } }), field("d", { required: false }), field("e", { show_if: { field: "b", in: ["x"] } })];
    expect(lacking(fields, {})).toEqual(["a", "e"]);
    expect(lacking(fields, { a: "v", b: "y", e: "v" })).toEqual(["c"]);
    expect(lacking(fields, { a: "", b: "x", e: [] })).toEqual(["a", "e"]);
  });
});
