import { describe, expect, it } from "vitest";
import { logText, type LogLine, matching } from "./log";

const line = (level: string, message: string, attrs?: Record<string, string>): LogLine => ({ number: 1, at: "2026-11-21T20:00:00Z", level, message, attrs });

describe("logText", () => {
  it("quotes what would not stand alone", () => expect(logText(line("ERROR", "it failed", { err: 'a "b"', n: "3" }))).toBe('2026-11-21T20:00:00Z ERROR it failed err="a \\"b\\"" n=3'));
});

describe("matching", () => {
  const all = [line("DEBUG", "a"), line("INFO", "b"), line("WARN", "c", { table: "Plays" }), line("ERROR", "d")];
  const got = (level: string, text: string) => matching(all, level, text).map((l) => l.message).join("");
  it.each([
    ["", "", "abcd"],
    ["info", "", "bcd"],
    ["error", "", "d"],
    ["", "plays", "c"],
    ["error", "plays", ""],
  ])("of level %s with %s", (level, text, want) => expect(got(level, text)).toBe(want));
});
