import { describe, expect, it } from "vitest";
import { align, distribute, snap } from "./align";
import { place } from "./layout";

const size = () => ({ width: 148, height: 50 });

describe("place", () => {
  it("puts what has no place behind what feeds it, and nothing on anything", () => {
    const ids = ["a", "b", "c", "d", "e"];
    const got = place({ ids, links: [{ from: "a", to: "c" }, { from: "b", to: "c" }, { from: "c", to: "d" }], size, have: {} });
    expect([...got.keys()].sort()).toEqual(ids);
    const boxes = [...got.values()];
    for (const [i, p] of boxes.entries()) for (const q of boxes.slice(i + 1)) expect(Math.abs(p.x - q.x) >= 148 || Math.abs(p.y - q.y) >= 50).toBe(true);
    expect(got.get("c")?.x).toBeGreaterThan(got.get("a")?.x ?? 0);
    expect(got.get("d")?.x).toBeGreaterThan(got.get("c")?.x ?? 0);
  });
  it("keeps places that are there, and goes round cycles", () => {
    const got = place({ ids: ["a", "b"], links: [{ from: "a", to: "b" }, { from: "b", to: "a" }], size, have: { a: { x: 500, y: 300 } } });
    expect(got.get("a")).toEqual({ x: 500, y: 300 });
    expect(got.get("b")).toEqual({ x: 712, y: 304 });
  });
});

describe("align", () => {
  const box = (x: number, y: number, width = 10, height = 10) => ({ x, y, width, height });
  it("snaps to the nearest line", () => {
    const s = snap(box(103, 52), [box(100, 0), box(0, 50), box(400, 400)], 5);
    expect([s.dx, s.dy]).toEqual([-3, -2]);
    expect(s.lines).toEqual([
      { axis: "x", at: 100, from: 0, to: 60 },
      { axis: "y", at: 50, from: 0, to: 110 },
    ]);
    expect(snap(box(120, 80), [box(100, 0)], 5).lines).toEqual([]);
  });
  it("aligns and distributes", () => {
    const boxes = { a: box(0, 0), b: box(30, 5, 20), c: box(100, 9) };
    expect(align(boxes, "right")).toEqual({ a: { x: 100, y: 0 }, b: { x: 90, y: 5 }, c: { x: 100, y: 9 } });
    expect(align(boxes, "top").b).toEqual({ x: 30, y: 0 });
    expect(distribute(boxes, "x")).toEqual({ a: { x: 0, y: 0 }, b: { x: 45, y: 5 }, c: { x: 100, y: 9 } });
  });
});
