import { expect, test } from "vitest";
import { csv, json } from "./csv";

const columns = [{ name: "id" }, { name: "a,b" }];

test("CSV is exact", () => {
  expect(csv(columns, [["9007199254740993", null], ["0.10", ""], [1, 'say "x"\n'], [true, { a: [1] }]])).toBe('id,"a,b"\r\n9007199254740993,\r\n0.10,""\r\n1,"say ""x""\n"\r\ntrue,"{""a"":[1]}"\r\n');
  expect(csv([], [])).toBe("\r\n");
});

test("JSON keeps every column", () => {
  expect(JSON.parse(json([{ name: "x" }, { name: "x" }], [["9007199254740993", undefined]]))).toEqual([{ x: "9007199254740993", x_2: null }]);
  expect(JSON.parse(json(columns, []))).toEqual([]);
});
