import { describe, expect, test } from "vitest";
import { denied, given, inOrder, placeOf, placesOf, scopeOf, subjectOf, toldOf } from "./rules";

describe("actions", () => {
  test("managing includes all, writing does not include reading", () => {
    expect(given("manage")).toEqual(["discover", "read", "write", "manage"]);
    expect(given("write")).toEqual(["discover", "write"]);
    expect(given("discover")).toEqual(["discover"]);
  });
  test("a deny takes what it is a part of, too", () => {
    expect(denied("discover")).toEqual(["discover", "read", "write", "manage"]);
    expect(denied("read")).toEqual(["read", "manage"]);
    expect(denied("manage")).toEqual(["manage"]);
  });
});

test.each([
  ["*", { kind: "all", value: "" }],
  ["catalog:ads", { kind: "catalog", value: "ads" }],
  ["db:ads.music", { kind: "db", value: "ads.music" }],
  ["table:4f", { kind: "table", value: "4f" }],
  ["table:", undefined],
  ["ads", undefined],
])("scope %s", (text, want) => expect(scopeOf(text)).toEqual(want));

test.each([
  ["user:1", { kind: "user", id: "1" }],
  ["role:admin", { kind: "role", id: "admin" }],
  ["system", { kind: "system", id: "" }],
  ["user:", { kind: "system", id: "" }],
])("subject %s", (text, want) => expect(subjectOf(text)).toEqual(want));

test("places are told from full names alone", () => {
  expect(placesOf(["ods.music.plays", "ads.music.top", "ads.shop.orders", "half.name"])).toEqual({ catalogs: ["ads", "ods"], databases: ["ads.music", "ads.shop", "ods.music"] });
});

test("what waits for me comes first, what is decided last", () => {
  const r = (id: string, state: string, at: string) => ({ id, state, at });
  const all = [r("done", "approved", "2026-05-04"), r("other", "open", "2026-05-03"), r("mine", "open", "2026-05-01"), r("later", "open", "2026-05-02")];
  expect(inOrder(all, new Set(["mine", "later"])).map((x) => x.id)).toEqual(["later", "mine", "other", "done"]);
});

describe("the detail of an audit line", () => {
  test("a pair says what it was", () => {
    expect(toldOf({ role: ["viewer", "analyst"], disabled: [false, false] })).toEqual([{ name: "role", was: "viewer", now: "analyst" }]);
  });
  test("a list of two is no pair elsewhere", () => {
    expect(toldOf({ scopes: ["view", "edit"] })).toEqual([{ name: "scopes", now: '[\n  "view",\n  "edit"\n]' }]);
  });
  test("nothing says nothing", () => {
    expect(toldOf(null)).toEqual([]);
    expect(toldOf("text")).toEqual([{ name: "", now: "text" }]);
  });
});

test.each([
  ["table:1", "/catalog/1"],
  ["pipeline:2", "/pipelines/2"],
  ["user:", undefined],
  ["db:ads.music", undefined],
  ["*", undefined],
])("the page of %s", (object, want) => expect(placeOf(object)).toBe(want));
