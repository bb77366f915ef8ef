import { expect, test } from "vitest";
import { askedAt, statementAt, statements } from "./statements";

test("a script is taken apart", () => {
  expect(statements("SELECT ';' ; -- a; b\n /* ; */ SELECT \"x;\"\n;\n-- the end").map((s) => s.text)).toEqual(["SELECT ';'", '-- a; b\n /* ; */ SELECT "x;"']);
  expect(statements("")).toEqual([]);
  expect(statements("SELECT 'open; ").map((s) => s.text)).toEqual(["SELECT 'open;"]);
});

test("a cursor asks for the statement it stands in, with the settings before it", () => {
  const script = "SELECT 1;\nUSE ads;\nSELECT 2;\nSELECT 3";
  expect(statementAt(script, 3)?.text).toBe("SELECT 1");
  expect(statementAt(script, 25)?.text).toBe("USE ads;\nSELECT 2");
  expect(statementAt(script, script.length)?.text).toBe("SELECT 3");
  expect(statementAt("  ", 0)).toBeUndefined();
});

test("what is selected is asked as it is, without the blanks around it; nothing but blanks is no selection", () => {
  const script = "SELECT 1;\nSELECT 2 + 3;";
  expect(askedAt(script, 12, 9, 18)).toEqual({ from: 10, to: 18, text: "SELECT 2" });
  expect(askedAt(script, 12, 9, 10)?.text).toBe("SELECT 2 + 3");
  expect(askedAt(script, 3, 3, 3)?.text).toBe("SELECT 1");
});
