import { describe, expect, it } from "vitest";
import { parse } from "@/core/model/text";
import type { OutlineItem } from "../grammar";
import { drawnKey, headingOf, withDrawing } from "./outline";

const item = (id: string, depth: number): OutlineItem => ({ id, depth, label: id, to: [] });

describe("withDrawing", () => {
  const { model } = parse(`nodes: [{id: a}, {id: b}, {id: c}, {id: d}]
groups: [{id: b, title: Both, nodes: [b, d]}]
notes: [{id: b, text: "# Why\\nso", x: 0, y: 0}, {id: empty, x: 0, y: 0}]
`);
  const all = withDrawing([item("a", 0), item("b", 1), item("c", 2), item("d", 3)], model);

  it("puts the nodes of a group below it, where the first of them stands, and notes behind all", () => {
    expect(all.map((i) => `${"  ".repeat(i.depth)}${i.label}`)).toEqual(["a", "  Both", "    b", "        d", "    c", "Why", "empty"]);
  });
  it("tells apart what has one id", () => {
    const keys = all.map(drawnKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("headingOf", () => {
  it("is the first line without its marks", () => {
    expect(headingOf("\n\n## Why **this**\nmore")).toBe("Why this");
    expect(headingOf("- `a` first")).toBe("a first");
    expect(headingOf("  ")).toBe("");
  });
});
