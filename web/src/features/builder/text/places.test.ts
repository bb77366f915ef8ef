import { expect, it } from "vitest";
import { Lines, marks } from "./places";

const text = "a: 1\nb: 歌曲 x\nc: 🎵 y\n";

it("finds lines and columns, which count characters", () => {
  const lines = new Lines(text);
  expect(text.slice(lines.offset({ line: 2, column: 7 }))).toBe("x\nc: 🎵 y\n");
  expect(text.slice(lines.offset({ line: 3, column: 6 }))).toBe("y\n");
  expect(lines.offset({ line: 1, column: 99 })).toBe(4);
  expect(lines.offset({ line: 99, column: 1 })).toBe(text.length);
  expect(lines.offset(undefined)).toBe(0);
});

it("marks a span, or the word where there is only a beginning", () => {
  const at = (line: number, column: number, end?: number) => ({
    severity: "error",
    code: "x.y",
    message: "wrong",
    span: { start: { line, column }, ...(end ? { end: { line, column: end } } : {}) },
  });
  const cut = (m: { from: number; to: number } | undefined) => text.slice(m?.from, m?.to);
  expect(cut(marks(text, [at(2, 4, 6)])[0])).toBe("歌曲");
  expect(cut(marks(text, [at(2, 4)])[0])).toBe("歌曲");
  expect(marks(text, [{ severity: "error", code: "x.y", message: "somewhere" }])).toEqual([]);
  expect(marks(text, [{ ...at(1, 1), fix: "Do it." }])[0]?.message).toBe("wrong. Do it.");
});
