import { describe, expect, it } from "vitest";
import { begin, kept, lull, push, redo, seal, undo } from "./history";

describe("history", () => {
  it("goes back and forth", () => {
    let h = begin<string>("a");
    h = push(h, "b", "one", "s1", 0);
    h = push(h, "c", "two", "s2", 1);
    const back = undo(h, "s3");
    expect([back.history.present, back.undone?.label, back.undone?.selection]).toEqual(["b", "two", "s2"]);
    const forth = redo(back.history, "s2");
    expect([forth.history.present, forth.redone?.label, forth.redone?.selection]).toEqual(["c", "two", "s3"]);
    expect(undo(undo(undo(h, "").history, "").history, "").undone).toBeUndefined();
    expect(push(back.history, "d", "three", "", 2).future).toEqual([]);
  });
  it("makes one entry of a gesture", () => {
    let h = begin<string>("");
    for (const [i, text] of ["a", "ab", "abc"].entries()) h = push(h, text, "type", "", i * 100, "typing");
    expect(h.past).toHaveLength(1);
    expect(undo(h, "").history.present).toBe("");
    expect(push(h, "abcd", "type", "", 200 + lull, "typing").past).toHaveLength(2);
    expect(push(seal(h), "abcd", "type", "", 201, "typing").past).toHaveLength(2);
    expect(push(h, "x", "other", "", 201, "other").past).toHaveLength(2);
  });
  it("forgets nothing that changed nothing, and the oldest of many", () => {
    let h = begin<number>("0");
    expect(push(h, "0", "", 0, 0)).toBe(h);
    for (let i = 1; i <= kept + 5; i++) h = push(h, String(i), "", 0, i);
    expect(h.past).toHaveLength(kept);
    expect(h.past[0]?.text).toBe("5");
  });
});
