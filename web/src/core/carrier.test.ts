import { describe, expect, it } from "vitest";
import { bindingsOf, carriedOf, carriersOf, declarationOf, placeOf, takes } from "./carrier";
import { type AnalysedNode, fromWire } from "./model/analysis";
import { type Field, type Spec, Specs } from "./model/specs";

const none = { en: "", zh: "" };
function field(name: string, type: Field["type"], more: Partial<Field> = {}): Field {
  return { name, type, label: none, help: none, required: true, ...more };
}
const options = (...values: string[]) => ({ options: values.map((value) => ({ value, label: none })) });
function spec(kind: Spec["kind"], name: string, fields: Field[]): Spec {
  return { kind, name, version: 1, category: "", title: none, summary: none, help: none, icon: "", min_inputs: 0, max_inputs: 1, ports: [], has_output: kind !== "sink", fields, examples: [] };
}

const link = field("connection", "connection", options("queue"));
const optional = { required: false };
const queueSource = spec("source", "queue", [link, field("topic", "string"), field("schema", "schema", optional), field("changelog", "enum", { ...optional, ...options("none", "upsert") }), field("start_time", "time", { show_if: { field: "start", in: ["time"] } })]);
const queueSink = spec("sink", "queue", [field("topic", "string"), link, field("key", "list", optional), field("changelog", "enum", { ...optional, ...options("none", "upsert") }), field("create", "enum", { default: "never", ...optional, ...options("never", "if_missing") })]);
const specs = new Specs([
  queueSource,
  queueSink,
  // A store names the table itself, files need no connection, what is printed is not read again.
  spec("source", "store", [link, field("physical", "string", optional), field("schema", "schema", optional)]),
  spec("sink", "store", [link, field("table", "table")]),
  spec("source", "files", [field("path", "string"), field("schema", "schema")]),
  spec("sink", "printed", [field("limit", "int", optional)]),
  spec("sink", "gone", [link, field("topic", "string")]),
]);

describe("carriers", () => {
  it("are what a sink and a source of one name share", () => {
    const all = carriersOf(specs);
    expect(all.map((c) => [c.sink.name, c.source.kind, c.connection.name, c.place.name])).toEqual([["queue", "source", "connection", "topic"]]);
    expect(all[0] && [takes(all[0], "queue"), takes(all[0], "store")]).toEqual([true, false]);
  });
});

/** analysed is a node as the API tells of it. */
function analysed(more: { mode?: string; key?: string[]; schemaKey?: string[]; event_time?: { column: string; out_of_order?: string; max_future?: string; idle?: string }; failed?: boolean }): AnalysedNode | undefined {
  const fields = [
    { name: "id", type: "int64", nullable: true, description: "who" },
    { name: "ts", type: "timestamp(3)", nullable: false },
  ];
  const node = { id: "n", component: "shape", inputs: [], schema: { fields, key: more.schemaKey, event_time: more.event_time }, ...(more.mode ? { mode: { change: more.mode, key: more.key } } : {}), failed: more.failed };
  return fromWire({ diagnostics: [], kind: "view", nodes: [node] }).nodes[0];
}

describe("rows that a table keeps", () => {
  it("keep columns, key and event time", () => {
    expect(carriedOf(analysed({ mode: "append", schemaKey: ["id"], event_time: { column: "ts", out_of_order: "1m0s", max_future: "1h0m0s", idle: "10s" } }))).toEqual({
      kind: "stream",
      columns: [
        { name: "id", type: "int64", nullable: false, description: "who" },
        { name: "ts", type: "timestamp(3)", nullable: false },
      ],
      key: ["id"],
      eventTime: { column: "ts", out_of_order: "1m", max_future: "1h", idle: "10s" },
    });
  });

  it("may be late although they are not within their model", () => {
    const carried = carriedOf(analysed({ mode: "append", event_time: { column: "ts", out_of_order: "0s" } }));
    expect(typeof carried === "object" && carried.eventTime).toEqual({ column: "ts", out_of_order: "5s" });
  });

  it("replace each other by their key where they change", () => {
    const carried = carriedOf(analysed({ mode: "upsert", key: ["id"] }));
    expect(carried).toMatchObject({ kind: "changelog", key: ["id"] });
    expect(carriedOf(analysed({ mode: "retract", schemaKey: ["id"] }))).toMatchObject({ kind: "changelog", key: ["id"] });
    expect(carriedOf(analysed({ mode: "retract" }))).toBe("unkeyed");
  });

  it("are not known where the node is not right", () => {
    expect(carriedOf(undefined)).toBe("unknown");
    expect(carriedOf(analysed({ failed: true }))).toBe("unknown");
  });
});

describe("a table between two models", () => {
  const [queue] = carriersOf(specs);
  const stream = carriedOf(analysed({ mode: "append", event_time: { column: "ts", out_of_order: "2s" } }));
  const changes = carriedOf(analysed({ mode: "upsert", key: ["id"] }));

  it("is written and read at one place, which is made by whoever writes", () => {
    if (!queue || typeof stream === "string" || typeof changes === "string") throw new Error("there is a carrier");
    const where = { connection: "broker", topic: "a.b.c" };
    expect(bindingsOf(queue, stream, "broker", "a.b.c")).toEqual({
      source: { component: "queue", params: where },
      sink: { component: "queue", params: { ...where, create: "if_missing" } },
    });
    expect(bindingsOf(queue, changes, "broker", "a.b.c")).toEqual({
      source: { component: "queue", params: { ...where, changelog: "upsert" } },
      sink: { component: "queue", params: { ...where, changelog: "upsert", key: ["id"], create: "if_missing" } },
    });
  });

  it("is declared with all that windows behind it need", () => {
    if (!queue || typeof stream === "string") throw new Error("there is a carrier");
    const bindings = bindingsOf(queue, stream, "broker", "t");
    expect(declarationOf({ name: "dwd.music.long", team: "t1", description: "" }, stream, bindings, "30s")).toEqual({
      name: "dwd.music.long",
      team: "t1",
      layer: "DWD",
      kind: "stream",
      columns: stream.columns,
      event_time: { column: "ts", out_of_order: "30s" },
      ...bindings,
    });
    expect(declarationOf({ name: "own.a.b", team: "t1", description: "What lasts." }, stream, bindings, "5s")).not.toHaveProperty("layer");
  });

  it("is called alike everywhere, as far as all systems can", () => {
    expect(placeOf("cdm.music.long_plays")).toBe("cdm.music.long_plays");
    expect(placeOf("cdm.音乐.long")).toBe("cdm.__.long");
  });
});
