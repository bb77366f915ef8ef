import { describe, expect, it } from "vitest";
import { layered, type Link } from "./layers";

const sizes = { width: 100, height: 50, gapX: 20, gapY: 10 };
const links = (text: string): Link[] => text.split(" ").filter(Boolean).map((l) => ({ from: l[0] ?? "", to: l[1] ?? "" }));

function drawn(ids: string, text: string): string {
  const { at } = layered([...ids], links(text), sizes);
  return [...ids].map((id) => `${id}${at.get(id)?.x},${at.get(id)?.y}`).join(" ");
}

describe("layered", () => {
  it("puts a chain in a line", () => expect(drawn("abc", "ab bc")).toBe("a0,0 b120,0 c240,0"));
  it("puts a join between its inputs, behind the later one", () => expect(drawn("abcd", "ac cd bd")).toBe("a0,0 b0,60 c120,0 d240,30"));
  it("untangles crossed links", () => {
    const { at } = layered([..."abcd"], links("ad bc"), sizes);
    expect((at.get("a")?.y ?? 0) < (at.get("b")?.y ?? 0)).toBe((at.get("d")?.y ?? 0) < (at.get("c")?.y ?? 0));
  });
  it("never lets two nodes overlap", () => {
    const { at } = layered([..."abcdefg"], links("ab ac ad ae af bg cg dg"), sizes);
    const seen = [...at.values()];
    for (const p of seen) for (const q of seen) if (p !== q && p.x === q.x) expect(Math.abs(p.y - q.y)).toBeGreaterThanOrEqual(60);
  });
  it("says how large it is", () => expect(layered([..."abc"], links("ac bc"), sizes)).toMatchObject({ width: 220, height: 110 }));
  it("ends for a cycle and for links to nowhere", () => expect(layered([..."ab"], links("ab ba ax"), sizes).at.size).toBe(2));
  it("has no size without nodes", () => expect(layered([], [], sizes)).toMatchObject({ width: 0, height: 0 }));
});
