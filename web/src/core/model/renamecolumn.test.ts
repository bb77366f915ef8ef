import { describe, expect, it } from "vitest";
import { renamedIn, renameInExpression, renameUses, usesOf } from "./renamecolumn";
import { type Field, type Spec, Specs } from "./specs";
import { parse } from "./text";

const words = { en: "", zh: "" };
const field = (name: string, type: Field["type"], more: Partial<Field> = {}): Field => ({ name, type, label: words, help: words, required: false, ...more });
const listOf = (name: string, of: Field, short?: string) => field(name, "list", { of, ...(short ? { short } : {}) });
const named = field("column", "object", { fields: [field("name", "string", { required: true }), field("expr", "expr")] });

function spec(name: string, kind: Spec["kind"], fields: Field[], ports: string[] = [], most = kind === "source" ? 0 : 1): Spec {
  return { kind, name, version: 1, category: "shape", title: words, summary: words, help: words, icon: "", min_inputs: Math.min(most, 1), max_inputs: ports.length || most, ports, has_output: kind !== "sink", fields, examples: [] };
}

const specs = new Specs([
  spec("read", "source", [field("table", "table")]),
  spec("choose", "transform", [listOf("columns", named, "name")]),
  spec("keep", "transform", [field("where", "expr")]),
  spec("count", "transform", [listOf("group_by", named, "name"), listOf("aggregates", named, "expr")]),
  spec("once", "transform", [listOf("key", field("column", "column"))]),
  spec("top", "transform", [listOf("order_by", field("key", "object", { fields: [field("column", "column"), field("desc", "bool")] }), "column"), field("number", "string")]),
  spec("pair", "transform", [listOf("on", field("pair", "object", { fields: [field("left", "column"), field("right", "column")] }), "left"), field("where", "expr")], ["left", "right"]),
  spec("mix", "transform", [], [], -1),
  spec("ask", "transform", [field("query", "text")], [], -1),
  spec("write", "sink", []),
]);

/** after renames user to who behind the node "in" of a model, and returns the text and what was left. */
function after(nodes: string, edges: string, columns: Record<string, string[]>): { text: string; left: readonly string[] } {
  const text = `format: 1\nkind: view\nname: a.b.c\nnodes:\n  - {id: in, component: read} # the source\n${nodes}edges: [${edges}]\n`;
  const { uses, left } = usesOf(parse(text).model, specs, (id) => columns[id], { node: "in", from: "user", to: "who" }, ["ORDER"]);
  return { text: renameUses(text, uses), left };
}

describe("an expression", () => {
  it.each([
    ["user > 1", "who > 1"],
    ["user(user) + users + 'user' + :user", "user(who) + users + 'user' + :user"],
    ["device.user = user.name -- user\n/* user */", "device.user = who.name -- user\n/* user */"],
    ["sum(`user`) AS user", "sum(`who`) AS user"],
    ["CAST(user AS string)", "CAST(who AS string)"],
    ["nobody", "nobody"],
  ])("%s", (text, wanted) => expect(renameInExpression(text, "user", "who", ["ORDER"])).toBe(wanted));
  it("has odd names and reserved words in back quotes", () => {
    expect(renameInExpression("user + 1", "user", "order", ["ORDER"])).toBe("`order` + 1");
    expect(renameInExpression("user + 1", "user", "odd name", [])).toBe("`odd name` + 1");
    expect(renameInExpression("`odd name` + 1", "odd name", "user", [])).toBe("`user` + 1");
  });
});

describe("a renaming", () => {
  it("goes through expressions, lists and keys, as far as the column does", () => {
    const { text, left } = after(
      `  - {id: kept, component: keep, params: {where: "user > 1"}} # some
  - id: few
    component: once
    params:
      key: [song, user] # both
  - {id: best, component: top, params: {order_by: [user, {column: user, desc: true}], number: place}}
  - {id: shape, component: choose, params: {columns: [song, user, {name: half, expr: "user / 2"}, user + 1 AS next]}}
  - {id: sums, component: count, params: {group_by: [user, {name: user}], aggregates: [sum(user) AS user_sum, {name: most, expr: max(user)}]}}
  - {id: out, component: write}
`,
      "in -> kept -> few -> best -> shape -> sums -> out",
      { kept: ["user", "song"], few: ["user", "song"], best: ["user", "song", "place"], shape: ["song", "user", "half", "next"], sums: ["user", "user_sum"] },
    );
    expect(left).toEqual([]);
    expect(text).toContain(`where: "who > 1"}} # some`);
    expect(text).toContain("key: [song, who] # both");
    expect(text).toContain("order_by: [who, {column: who, desc: true}], number: place");
    expect(text).toContain(`columns: [song, who, {name: half, expr: "who / 2"}, who + 1 AS next]`);
    expect(text).toContain("group_by: [who, {name: who}], aggregates: [sum(who) AS user_sum, {name: most, expr: max(who)}]");
    expect(text).not.toMatch(/\buser\b/);
    expect(text).toContain("# the source");
  });

  it("ends where the column does: at one of the same name that is made there", () => {
    const { text } = after(
      `  - {id: shape, component: choose, params: {columns: [{name: user, expr: "user + 1"}]}}
  - {id: kept, component: keep, params: {where: "user > 1"}}
  - {id: other, component: choose, params: {columns: [user * 2 AS user]}}
  - {id: last, component: keep, params: {where: "user > 2"}}
`,
      "in -> shape -> kept, in -> other -> last",
      { shape: ["user"], kept: ["user"], other: ["user"], last: ["user"] },
    );
    expect(text).toContain(`{name: user, expr: "who + 1"}`);
    expect(text).toContain(`where: "user > 1"`);
    expect(text).toContain("columns: [who * 2 AS user]");
    expect(text).toContain(`where: "user > 2"`);
  });

  it("changes the side of a pair that it comes from", () => {
    const nodes = `  - {id: b, component: read}
  - {id: both, component: pair, params: {on: [user, {left: user, right: id}, song]}}
  - {id: turned, component: pair, params: {on: [user]}}
  - {id: twice, component: pair, params: {on: [user]}}
`;
    const { text, left } = after(nodes, "in -> both, b -> both, b -> turned, in -> turned, in -> twice, {from: in, to: twice, port: right}", { b: ["user", "id", "song"] });
    expect(left).toEqual([]);
    expect(text).toContain("id: both, component: pair, params: {on: [{left: who, right: user}, {left: who, right: id}, song]}");
    expect(text).toContain("id: turned, component: pair, params: {on: [{left: user, right: who}]}");
    expect(text).toContain("id: twice, component: pair, params: {on: [who]}");
  });

  it("leaves what could mean another input's column, and what only the server reads, and says so", () => {
    const { text, left } = after(
      `  - {id: b, component: read}
  - {id: both, component: pair, params: {on: [song], where: "user > 1"}}
  - {id: all, component: mix}
  - {id: behind, component: keep, params: {where: "user > 1"}}
  - {id: asked, component: ask, params: {query: "SELECT user FROM in"}}
`,
      "in -> both, b -> both, in -> all, b -> all, all -> behind, in -> asked",
      { b: ["user", "song"], both: ["user", "song"], all: ["user"], behind: ["user"] },
    );
    expect(left).toEqual(["both", "all", "asked"]);
    expect(text.match(/\buser\b/g)).toHaveLength(3);
  });

  it("passes a bypassed node", () => {
    const { text } = after(
      `  - {id: few, component: keep, bypass: true, params: {where: "user"}}
  - {id: kept, component: keep, params: {where: "user > 1"}}
`,
      "in -> few -> kept",
      { few: ["user"], kept: ["user"] },
    );
    expect(text).toContain(`bypass: true, params: {where: "user"}`);
    expect(text).toContain(`where: "who > 1"`);
  });
});

describe("renamedIn", () => {
  const c = (name: string, type = "int64") => ({ name, type });
  it("is one other name in one place", () => {
    expect(renamedIn([c("a"), c("b")], [c("a"), c("x")])).toEqual({ from: "b", to: "x" });
  });
  it.each([
    [[c("a"), c("b")], [c("a"), c("b")]],
    [[c("a"), c("b")], [c("a")]],
    [[c("a"), c("b")], [c("x"), c("y")]],
    [[c("a"), c("b")], [c("b"), c("b")]],
    [[c("a")], [c("x", "string")]],
  ])("is none: %j, %j", (before, now) => expect(renamedIn(before, now)).toBeUndefined());
});
