import { describe, expect, it } from "vitest";
import { diffLines, hunks } from "./textdiff";

const shown = (from: string, to: string) => diffLines(from, to).map((l) => ({ same: " ", gone: "-", new: "+" })[l.kind] + l.text);

describe("diffLines", () => {
  it.each([
    ["equal texts", "a\nb\n", "a\nb\n", [" a", " b"]],
    ["a line that changed", "a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"]],
    ["a line that moved", "a\nb\nc", "b\nc\na", ["-a", " b", " c", "+a"]],
    ["nothing before", "", "a", ["+a"]],
    ["a last line break is none", "a", "a\n", [" a"]],
  ])("%s", (_, from, to, want) => expect(shown(from, to)).toEqual(want));
  it("numbers the lines of both texts", () => expect(diffLines("a\nb", "b")[1]).toEqual({ kind: "same", text: "b", before: 2, after: 1 }));
  it("tells texts that differ in too much as a whole", () => {
    const text = (p: string) => Array.from({ length: 3000 }, (_, i) => p + i).join("\n");
    expect(diffLines(text("a"), text("b"))).toHaveLength(6000);
  });
});

describe("hunks", () => {
  it("folds what is far from a change", () => {
    const from = Array.from({ length: 20 }, (_, i) => String(i)).join("\n");
    const h = hunks(diffLines(from, from.replace("10", "x")));
    expect([h.hunks.map((x) => [x.hidden, x.lines.length]), h.hidden]).toEqual([[[7, 8]], 6]);
  });
  it("has none for equal texts", () => expect(hunks(diffLines("a", "a"))).toEqual({ hunks: [], hidden: 1 }));
});
