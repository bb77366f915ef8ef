import { describe, expect, it, vi } from "vitest";
import type { PreviewLine } from "@/core/sample";
import { Specs } from "@/core/model/specs";
import { empty, type Model } from "@/core/model/types";
import { Problem } from "@/infra/api";
import { nothingSelected, selected } from "../state";
import { createSamples, type Read } from "./store";
import { requestFor, requestWith, subjectOf } from "./subject";

// The API asks the page where it is.
vi.hoisted(() => vi.stubGlobal("document", { baseURI: "http://localhost/" }));

const model: Model = {
  ...empty,
  kind: "view",
  name: "a.b.c",
  nodes: [
    { id: "in", component: "reader", params: {} },
    { id: "few", component: "filter", params: {} },
    { id: "out", component: "console", params: {} },
  ],
  edges: [
    { from: "in", to: "few" },
    { from: "few", to: "out" },
  ],
};
const state = { format: "yaml" as const, text: "the text", model, specs: new Specs([]) };
const builder = { getState: () => state } as unknown as Parameters<typeof createSamples>[0];

const columns: PreviewLine = { columns: [{ name: "a", type: "int32" }] };
const end: PreviewLine = { end: { rows_read: 2, rejected: 0, ended: true, timed_out: false } };

describe("samples", () => {
  it("keeps what a preview sends, and the request it answers", async () => {
    const read: Read = async function* () {
      yield columns;
      yield { row: { a: 1 } };
      yield { row: { a: 2 } };
      yield end;
    };
    const samples = createSamples(builder, read, () => 7);
    await samples.getState().run("few");
    expect(samples.getState().byNode.get("few")).toMatchObject({ running: false, at: 7, of: { format: "yaml", text: "the text", node: "few" }, sample: { rows: [[1], [2]], end: { ended: true } } });
  });

  it("keeps the rows of before when the next run fails", async () => {
    let fail = false;
    const problem = new Problem({ status: 422, code: "expr.unknown_column", title: "", detail: "no column b" });
    const read: Read = async function* () {
      yield columns;
      if (fail) throw problem;
      yield { row: { a: 1 } };
      yield end;
    };
    const samples = createSamples(builder, read);
    await samples.getState().run("few");
    fail = true;
    await samples.getState().run("few");
    expect(samples.getState().byNode.get("few")).toMatchObject({ running: false, problem, sample: { rows: [[1]] } });
    fail = false;
    await samples.getState().run("few");
    expect(samples.getState().byNode.get("few")?.problem).toBeUndefined();
  });

  it("cancels a run, and the older of two of one node", async () => {
    const signals: AbortSignal[] = [];
    let go: () => void = () => {};
    const gate = new Promise<void>((done) => (go = done));
    const read: Read = async function* (_, signal) {
      signals.push(signal);
      yield columns;
      await gate;
      if (signal.aborted) throw new DOMException("", "AbortError");
      yield { row: { a: signals.length } };
      yield end;
    };
    const samples = createSamples(builder, read);
    const first = samples.getState().run("few");
    const second = samples.getState().run("few");
    expect(signals.map((s) => s.aborted)).toEqual([true, false]);
    go();
    await Promise.all([first, second]);
    expect(samples.getState().byNode.get("few")).toMatchObject({ running: false, sample: { rows: [[2]] } });
    expect(samples.getState().byNode.get("few")?.problem).toBeUndefined();

    void samples.getState().run("out");
    samples.getState().cancel("out");
    expect(signals.at(-1)?.aborted).toBe(true);
    expect(samples.getState().byNode.get("out")?.running).toBe(false);
  });
});

describe("subjectOf", () => {
  it("is the selected node with its inputs", () => {
    expect(subjectOf(model, selected(["few"]))).toEqual({ id: "few", name: "few", inputs: ["in"] });
  });
  it("is where rows come out when nothing or much is selected", () => {
    expect(subjectOf(model, nothingSelected).id).toBe("out");
    expect(subjectOf(model, selected(["in", "few"])).id).toBe("out");
    expect(subjectOf(empty, nothingSelected)).toEqual({ id: "", name: "", inputs: [] });
  });
});

describe("requestFor", () => {
  it("asks for a node of the text", () => {
    expect(requestFor(state, "few")).toEqual({ format: "yaml", text: "the text", node: "few" });
    expect(requestFor({ ...state, format: "sql" }, "few").node).toBe("");
  });
  it("goes with the rows that are pinned on the way to the node", () => {
    const pin = { columns: [], rows: [] };
    expect(requestWith(state, "out", { few: pin, other: pin })).toEqual({ format: "yaml", text: "the text", node: "out", pinned: { few: pin } });
    expect(requestWith(state, "in", { few: pin }).pinned).toBeUndefined();
    expect(requestWith({ ...state, format: "sql" }, "out", { few: pin }).pinned).toBeUndefined();
  });
  it("asks for the table of an entity by a model of its own", () => {
    const text = { en: "", zh: "" };
    const field = { name: "of", type: "table" as const, label: text, help: text, required: true };
    const specs = new Specs([{ kind: "source", name: "reader", version: 1, category: "", title: text, summary: text, help: text, icon: "", min_inputs: 0, max_inputs: 0, ports: [], has_output: true, fields: [field], examples: [] }]);
    const relational: Model = { ...empty, name: "a.b.c", timeZone: "Asia/Shanghai", entities: [{ id: "plays", table: "ods.music.plays" }, { id: "fed" }], edges: [{ from: "in", to: "fed" }] };
    const request = requestFor({ ...state, model: relational, specs }, "plays");
    expect(request).toMatchObject({ format: "yaml", node: "plays" });
    expect(JSON.parse(request.text)).toEqual({ format: 1, kind: "view", name: "a.b.c", time_zone: "Asia/Shanghai", nodes: [{ id: "plays", component: "reader", params: { of: "ods.music.plays" } }] });
    expect(requestFor({ ...state, model: relational, specs }, "fed")).toMatchObject({ text: "the text", node: "in" });
  });
});
