import { expect, test } from "vitest";
import type { Table } from "../data";
import { changesOf, draftOf } from "./draft";

const table = (more: Partial<Table>): Table => ({
  id: "t",
  name: "a.b.c",
  kind: "stream",
  revision: 1,
  created: "",
  updated: "",
  columns: [
    { name: "id", type: "int64", nullable: false },
    { name: "title", type: "string", nullable: true },
  ],
  ...more,
} as Table);

test("what nobody has touched is not sent", () => {
  const t = table({ description: "old", tags: ["a"] });
  const base = draftOf(t);
  expect(changesOf(base, base, t)).toEqual({ columns: t.columns });
});

test("what others have said in the meantime stays", () => {
  const before = table({ description: "old", tags: ["a"] });
  const now = table({ description: "theirs", tags: ["a", "b"], columns: [{ name: "id", type: "int64", nullable: false }, { name: "title", type: "string", nullable: true, description: "their title" }] });
  const base = draftOf(before);
  const draft = { ...base, description: "mine", about: { ...base.about, id: "my id" } };
  expect(changesOf(base, draft, now)).toEqual({
    description: "mine",
    columns: [
      { name: "id", type: "int64", nullable: false, description: "my id" },
      { name: "title", type: "string", nullable: true, description: "their title" },
    ],
  });
});

test("a description can be taken away, and a column that is gone is left alone", () => {
  const before = table({ columns: [{ name: "id", type: "int64", nullable: false, description: "x" }, { name: "gone", type: "string", nullable: true }] });
  const now = table({ columns: [{ name: "id", type: "int64", nullable: false, description: "x" }] });
  const base = draftOf(before);
  expect(changesOf(base, { ...base, about: { id: "", gone: "said" } }, now)).toEqual({ columns: [{ name: "id", type: "int64", nullable: false, description: undefined }] });
});
