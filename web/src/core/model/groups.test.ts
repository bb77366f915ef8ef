import { describe, expect, it } from "vitest";
import { fromClipboard, toClipboard } from "./clipboard";
import { diff } from "./diff";
import { group, groupOf, join, leave, setGroup, ungroup } from "./groups";
import { merge } from "./merge";
import { addNote, moveNotes, removeNotes, resizeNote, setNoteText } from "./notes";
import { clip, duplicate, pasteNodes, removeNodes, renameNode } from "./ops";
import { removeEntities, renameEntity } from "./relational";
import { parse } from "./text";

const bare = `format: 1
kind: view
name: cdm.music.long_plays
# what is listened to
nodes:
  - {id: plays, component: table, params: {table: ods.music.play_events}} # all of them
  - {id: long, component: filter, params: {where: "ms_played > 3"}}
  - {id: shape, component: compute, params: {columns: [user_id]}}
  - {id: out, component: console}
edges: [plays -> long -> shape -> out]
layout: {plays: {x: 0, y: 0}, long: {x: 200, y: 0}, shape: {x: 400, y: 0}}
`;

const drawn = bare.replace(
  "layout:",
  `# for those who come after us
groups:
  - {id: cleaning, title: Cleaning, nodes: [long, shape], color: blue} # the dull part
  # what comes in
  - id: reading
    nodes: [plays]
notes:
  - {id: why, text: "Below **30 s** it is a skip.", x: 200, y: -80, width: 320} # says who
layout:`,
);

const groups = (text: string) => parse(text).model.groups;
const notes = (text: string) => parse(text).model.notes;

describe("reading", () => {
  it("reads groups and notes", () => {
    expect(groups(drawn)).toEqual([
      { id: "cleaning", title: "Cleaning", nodes: ["long", "shape"], color: "blue" },
      { id: "reading", nodes: ["plays"] },
    ]);
    expect(notes(drawn)).toEqual([{ id: "why", text: "Below **30 s** it is a skip.", x: 200, y: -80, width: 320 }]);
  });
  it("reads what is wrong as the server does", () => {
    const wrong = bare + "groups: [{id: a, nodes: [long, gone, 3], color: pink}, {id: b, nodes: [long]}, {id: a, nodes: [out]}, {nodes: [plays]}, 7, {id: c}]\nnotes: [{id: a, x: 1}, {id: b, x: 1, y: 2, width: wide}, {id: b, x: 3, y: 4}]\n";
    expect(groups(wrong)).toEqual([{ id: "a", nodes: ["long"] }]);
    expect(notes(wrong)).toEqual([{ id: "b", text: "", x: 1, y: 2 }]);
  });
});

describe("groups", () => {
  it("puts a frame around nodes, and takes it away again without a trace", () => {
    const made = group(bare, ["long", "shape"], "Cleaning: 1st");
    expect(made.text).toBe(bare.replace("layout:", 'groups:\n  - {id: group, title: "Cleaning: 1st", nodes: [long, shape]}\nlayout:'));
    expect(ungroup(made.text, [made.id])).toBe(bare);
  });
  it("takes nodes out of their old group, which goes when nobody is left", () => {
    const made = group(drawn, ["plays", "long"], "All");
    expect(groups(made.text)).toEqual([
      { id: "cleaning", title: "Cleaning", nodes: ["shape"], color: "blue" },
      { id: "group", title: "All", nodes: ["plays", "long"] },
    ]);
    expect(made.text).toContain("color: blue} # the dull part");
    expect(groupOf(parse(made.text).model, "long")?.id).toBe("group");
  });
  it("renames and colours, and nothing else of the text changes", () => {
    expect(setGroup(drawn, "cleaning", "title", "清洗")).toBe(drawn.replace("title: Cleaning", "title: 清洗"));
    expect(setGroup(drawn, "cleaning", "color", undefined)).toBe(drawn.replace(", color: blue", ""));
    expect(setGroup(drawn, "reading", "color", "amber")).toBe(drawn.replace("    nodes: [plays]", "    nodes: [plays]\n    color: amber"));
    expect(setGroup(drawn, "gone", "title", "x")).toBe(drawn);
  });
  it("lets nodes join and leave", () => {
    expect(join(drawn, "cleaning", ["out", "long"])).toBe(drawn.replace("[long, shape]", "[long, shape, out]"));
    expect(leave(drawn, ["long"])).toBe(drawn.replace("[long, shape]", "[shape]"));
    expect(groups(join(drawn, "cleaning", ["plays"])).map((g) => g.id)).toEqual(["cleaning"]);
    expect(leave(leave(drawn, ["long", "shape"]), ["plays"])).not.toContain("groups:");
  });
  it("follows nodes that are renamed and removed", () => {
    expect(groups(renameNode(drawn, "long", "kept"))[0]?.nodes).toEqual(["kept", "shape"]);
    expect(groups(removeNodes(drawn, ["long"]))[0]?.nodes).toEqual(["shape"]);
    expect(groups(removeNodes(drawn, ["long", "shape"])).map((g) => g.id)).toEqual(["reading"]);
    expect(removeNodes(drawn, ["long", "shape"])).toContain("# what comes in\n  - id: reading");
  });
  it("follows entities", () => {
    const flights = "format: 1\nkind: relational_model\nname: a.b.c\nentities: [{id: flights, table: a.b.f}, {id: planes, table: a.b.p}]\njoins: [{from: flights, to: planes}]\ngroups: [{id: all, nodes: [flights, planes, wide]}]\n";
    expect(groups(flights)[0]?.nodes).toEqual(["flights", "planes", "wide"]);
    expect(groups(renameEntity(flights, "planes", "aircraft"))[0]?.nodes).toEqual(["flights", "aircraft", "wide"]);
    expect(groups(removeEntities(flights, ["planes"]))[0]?.nodes).toEqual(["flights", "wide"]);
  });
});

describe("notes", () => {
  it("adds, writes, moves, resizes and removes", () => {
    const added = addNote(bare, { text: "Why?\n\n- because", x: 10.4, y: -3.6 });
    expect(added.id).toBe("note");
    expect(notes(added.text)).toEqual([{ id: "note", text: "Why?\n\n- because", x: 10, y: -4 }]);
    expect(removeNotes(added.text, [added.id])).toBe(bare);
    expect(setNoteText(drawn, "why", "It is a skip")).toBe(drawn.replace('"Below **30 s** it is a skip."', '"It is a skip"'));
    expect(moveNotes(drawn, { why: { x: 8, y: 16 }, gone: { x: 1, y: 1 } })).toBe(drawn.replace("x: 200, y: -80", "x: 8, y: 16"));
    expect(resizeNote(drawn, "why", 200, 4000)).toBe(drawn.replace("width: 320", "width: 960"));
    expect(resizeNote(added.text, "note", 10, 240)).toBe(added.text);
    expect([...(notes(setNoteText(drawn, "why", "歌".repeat(5000)))[0]?.text ?? "")].length).toBe(4000);
  });
});

describe("the clipboard", () => {
  it("takes groups along that are wholly in the selection, and notes, under free ids", () => {
    const text = toClipboard(clip(drawn, ["plays", "long"], new Set(["why"])));
    const c = fromClipboard(text);
    expect(c?.groups).toEqual([{ id: "reading", nodes: ["plays"] }]);
    if (!c) throw new Error("no clip");
    const pasted = pasteNodes(drawn, c, { x: 1000, y: 1000 });
    expect(groups(pasted.text).at(-1)).toEqual({ id: "reading_2", nodes: ["plays_2"] });
    expect(notes(pasted.text).at(-1)).toEqual({ id: "why_2", text: "Below **30 s** it is a skip.", x: 1200, y: 1000, width: 320 });
    expect(pasted.notes).toEqual(["why_2"]);
  });
  it("takes notes alone", () => {
    const c = fromClipboard(toClipboard(clip(drawn, [], new Set(["why"]))));
    if (!c) throw new Error("no clip");
    expect(notes(pasteNodes(bare, c, { x: 5, y: 6 }).text)).toEqual([{ id: "why", text: "Below **30 s** it is a skip.", x: 5, y: 6, width: 320 }]);
  });
  it("duplicates a group with its nodes", () => {
    expect(groups(duplicate(drawn, ["long", "shape"]).text).at(-1)).toEqual({ id: "cleaning_2", title: "Cleaning", nodes: ["long_2", "shape_2"], color: "blue" });
  });
});

describe("differences", () => {
  it("are told apart from what is computed", () => {
    const d = diff(drawn, setNoteText(moveNotes(ungroup(join(drawn, "cleaning", ["out"]), ["reading"]), { why: { x: 0, y: 0 } }), "why", "So."));
    expect(d?.nodes).toEqual([]);
    expect(d?.settings).toEqual([]);
    expect(d?.layout).toBe(true);
    expect(d?.drawing).toEqual([
      { op: "removed", id: "reading", component: "group", params: [{ path: "nodes", old: ["plays"], new: null }] },
      { op: "changed", id: "cleaning", component: "group", params: [{ path: "nodes", old: ["long", "shape"], new: ["long", "out", "shape"] }] },
      { op: "changed", id: "why", component: "note", params: [{ path: "text", old: "Below **30 s** it is a skip.", new: "So." }] },
    ]);
    expect(diff(bare, drawn)?.layout).toBe(false);
    expect(diff(drawn, moveNotes(drawn, { why: { x: 0, y: 0 } }))?.drawing).toEqual([]);
  });
  it("of a renamed node are none of its group", () => {
    const d = diff(drawn, renameNode(drawn, "long", "kept"));
    expect(d?.nodes.map((n) => n.op)).toEqual(["renamed"]);
    expect(d?.drawing).toEqual([]);
  });
  it("of two people are merged, and a group loses what one of them removed", () => {
    const mine = join(drawn, "cleaning", ["out"]);
    const theirs = moveNotes(removeNodes(drawn, ["shape"]), { why: { x: 1, y: 1 } });
    const merged = merge(drawn, mine, theirs)?.finish([]) ?? "";
    expect(groups(merged)[0]?.nodes).toEqual(["long", "out"]);
    expect(merged).not.toMatch(/nodes: \[.*shape/);
    expect(notes(merged)[0]).toMatchObject({ x: 1, y: 1 });
  });
  it("in where a note stands are no question", () => {
    const merged = merge(drawn, moveNotes(drawn, { why: { x: 5, y: 5 } }), moveNotes(drawn, { why: { x: 1, y: 1 } }));
    expect(merged?.clashes).toEqual([]);
    expect(notes(merged?.finish([]) ?? "")[0]).toMatchObject({ x: 5, y: 5 });
  });
});
