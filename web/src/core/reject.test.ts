import { describe, expect, it } from "vitest";
import { excerpt, placeOf, rawOf, shownOf } from "./reject";

describe("shownOf", () => {
  it("gives back the bytes of a text", () => {
    const text = '{"song":"夜曲","n":1}';
    expect(shownOf(rawOf(text), false)).toEqual({ text, language: "json", exact: true });
  });
  it("does not offer to mend what is not text", () => expect(shownOf(btoa("\xff\xfe\x01"), false).exact).toBe(false));
  it("does not offer to mend what is only a beginning", () => expect(shownOf(rawOf("abc"), true)).toEqual({ text: "abc", language: "text", exact: false }));
  it("keeps a byte order mark", () => expect(rawOf(shownOf("77u/YQ==", false).text)).toBe("77u/YQ=="));
});

describe("placeOf", () => {
  const at = (text: string, path: string) => {
    const r = placeOf(text, path);
    return r && text.slice(r.from, r.to);
  };
  const cases: [string, string, string, string | undefined][] = [
    ["a value", '{"a":1,"ms_played":"31s"}', "ms_played", '"31s"'],
    ["a value deep inside", '{"a":{"b":[1,{"c":null}]}}', "a.b[1].c", "null"],
    ["the end of the object that lacks it", '{"a":{"x":1},"z":2}', "a.b", "}"],
    ["a key with an escape", '{"\\u0061":true}', "a", "true"],
    ["what looks like the key inside a text", '{"x":"\\"a\\":1","a":7}', "a", "7"],
    ["where a text breaks off", '{"a":1,"b":"tru', "b", "u"],
    ["all of it", ' {"a":1}', "", '{"a":1}'],
    ["nothing of a text that is no object", "12", "a", undefined],
  ];
  it.each(cases)("marks %s", (_, text, path, want) => expect(at(text, path)).toBe(want));
  it("is not brought down by depth", () => expect(at('{"x":' + "[".repeat(50_000) + "]".repeat(50_000) + ',"a":1}', "a")).toBe("1"));
});

describe("excerpt", () => {
  it("shows what is around the place", () => {
    const text = "x".repeat(100) + "BAD" + "y".repeat(100);
    const e = excerpt(text, { from: 100, to: 103 }, 30);
    expect(e).toEqual({ before: "…" + "x".repeat(10), marked: "BAD", after: "y".repeat(17), cut: true });
  });
  it("makes one line of many", () => expect(excerpt("a\n  b", undefined, 10)).toEqual({ before: "a b", marked: "", after: "", cut: false }));
});
