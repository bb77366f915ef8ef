import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { makeTeam, own } from "./arrange";
import { canvas, drag, middle, node, openModel, savedText, settled } from "./builder";
import { admin, axe, walk } from "./rig";

/** kept is a view with comments, of which grouping and writing must leave every byte that they do not mean. */
const kept = (name: string): string => `# What counts as a play.
format: 1
kind: view
name: ${name}
nodes:
  - id: rows
    component: values
    params:
      schema: {columns: [{name: id, type: int64, nullable: false}]}
      rows: |
        {"id": 1}
        {"id": 2}
  - {id: few, component: filter, params: {where: "id > 1"}} # not the first
  - {id: twice, component: compute, params: {columns: [{name: double, expr: "id * 2"}]}}
  - {id: out, component: console}
edges: [rows -> few -> twice -> out]
layout: {rows: {x: 0, y: 0}, few: {x: 240, y: 0}, twice: {x: 480, y: 0}, out: {x: 720, y: 0}}
`;

/** title is the title of a group's frame, which is what there is of a frame to take. */
const title = (page: Page, name: string): Locator => page.getByRole("button", { name: new RegExp(`^Group ${name}, `) });
const sheet = (page: Page, text: string): Locator => page.locator(".react-flow__node-note", { hasText: text });

walk("nodes are grouped, moved and named as one, a note is written beside them, and both go along to another tab", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `groups ${suffix}`);
  const name = `ads.walk${suffix}.grouped`;
  const text = kept(name);
  const id = await openModel(v, { name, team, text });
  await settled(node(page, "out"));

  // By key: what is selected gets a frame, and its title is written at once.
  await node(page, "few").click();
  await node(page, "twice").click({ modifiers: ["Control"] });
  await page.keyboard.press("Control+g");
  await page.getByRole("textbox", { name: "Title" }).and(page.locator(".react-flow *")).fill("Cleaning");
  await page.keyboard.press("Enter");
  await title(page, "Cleaning").waitFor();
  expect(await savedText(v, id)).toContain("groups:\n  - {id: group, title: Cleaning, nodes: [few, twice]}\nlayout:");

  // By its title, all of it moves: one entry of the history.
  const before = await settled(node(page, "few"));
  const from = await middle(title(page, "Cleaning"));
  await drag(page, from, { x: from.x + 40, y: from.y + 96 });
  await page.getByRole("button", { name: /^Undo: Move the group Cleaning/ }).waitFor();
  const after = await settled(node(page, "few"));
  expect(Math.round(after.y)).toBeGreaterThan(Math.round(before.y) + 40);
  expect(Math.round(after.y - before.y)).toBe(Math.round((await settled(node(page, "twice"))).y - before.y));
  // And with the arrow keys.
  await title(page, "Cleaning").press("ArrowDown");
  await title(page, "Cleaning").press("ArrowDown");
  await page.getByRole("button", { name: /^Undo: Move the group Cleaning/ }).waitFor();

  // In place by F2 and by a double click; a colour by key.
  await page.keyboard.press("F2");
  await page.locator(".react-flow").getByRole("textbox", { name: "Title" }).fill("What we keep");
  await page.keyboard.press("Enter");
  await title(page, "What we keep").dblclick();
  await page.locator(".react-flow").getByRole("textbox", { name: "Title" }).fill("Never");
  await page.keyboard.press("Escape");
  await title(page, "What we keep").click();
  await page.getByRole("radio", { name: "Grey" }).press("ArrowRight");
  await page.getByRole("radio", { name: "Blue", checked: true }).waitFor();
  await axe(v);

  // A note, where the pointer is.
  const { x, y } = await middle(canvas(page));
  await page.mouse.move(x, y + 160);
  await canvas(page).click({ position: { x: 400, y: 60 } });
  await page.mouse.move(x, y + 160);
  await page.keyboard.press("n");
  await page.getByRole("textbox", { name: "What the note says" }).fill("# Why\nThe **first** row is a test.");
  await page.keyboard.press("Control+Enter");
  await sheet(page, "row is a test").waitFor();
  expect(await sheet(page, "row is a test").locator("strong").allTextContents()).toEqual(["Why", "first"]);
  await axe(v);
  expect(await savedText(v, id)).toMatch(/notes:\n {2}- (id: note|\{id: note)/);

  // In the inspector and in its place.
  await page.getByRole("textbox", { name: "What the note says" }).press("End");
  await sheet(page, "row is a test").dblclick();
  const inPlace = page.locator(".react-flow").getByRole("textbox", { name: "What the note says" });
  await inPlace.fill("The **first** row is no play.");
  await inPlace.press("Control+Enter");
  await sheet(page, "row is no play").waitFor();

  // Wider by its side and by key, moved by mouse and by key.
  const note = sheet(page, "row is no play");
  await note.click();
  const [wide, grip] = [(await settled(note)).width, await middle(note.locator(".react-flow__resize-control.right"))];
  await drag(page, grip, { x: grip.x + 80, y: grip.y });
  const wider = (await settled(note)).width;
  expect(wider).toBeGreaterThan(wide + 40);
  await page.getByRole("spinbutton", { name: "Width" }).press("ArrowUp");
  expect((await settled(note)).width).toBeGreaterThan(wider);
  const at = await middle(note);
  await drag(page, at, { x: at.x, y: at.y + 48 });
  const low = (await settled(note)).y;
  await note.press("ArrowDown");
  await page.getByRole("button", { name: /^Undo: Move 1/ }).waitFor();
  expect((await settled(note)).y).toBeGreaterThan(low);
  expect(await savedText(v, id)).toMatch(/width: \d+/);

  // The outline has both.
  await page.getByRole("tab", { name: "Outline" }).click();
  await page.getByRole("treeitem", { name: "What we keep" }).waitFor();
  expect(await page.getByRole("treeitem", { name: "few" }).getAttribute("aria-level")).toBe("3");
  await page.getByRole("treeitem", { name: "The first row is no play." }).waitFor();

  // Into another tab: the group with its nodes, and the note.
  await title(page, "What we keep").click();
  await page.keyboard.press("Control+c");
  const other = await v.tab("/models");
  const second = await openModel(other, { name: `ads.walk${suffix}.pasted`, team, text: `format: 1\nkind: view\nname: ads.walk${suffix}.pasted\nnodes: []\n` });
  await canvas(other.page).click({ position: { x: 200, y: 200 } });
  await other.page.keyboard.press("Control+v");
  await title(other.page, "What we keep").waitFor();
  expect(await savedText(other, second)).toContain("title: What we keep, nodes: [few, twice], color: blue");
  await other.page.close();

  // Taken away, the frame alone goes; and everything is taken back to the first byte.
  await title(page, "What we keep").click();
  await page.keyboard.press("Control+Shift+g");
  await title(page, "What we keep").waitFor({ state: "detached" });
  await node(page, "few").waitFor();
  const undo = page.getByRole("button", { name: /^Undo/ });
  while (await undo.isEnabled()) await undo.click();
  await node(page, "few").waitFor();
  expect(await savedText(v, id)).toBe(text);
});

walk("frames and notes are as readable in the dark, and lay out together", async (open) => {
  const v = await open(admin({ theme: "dark" }));
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `frames ${suffix}`);
  const name = `ads.walk${suffix}.framed`;
  const colors = ["blue", "green", "amber"].map((c, i) => `  - {id: ${c}, title: 分组 ${c}, nodes: [${["rows", "few", "twice"][i]}], color: ${c}}`);
  const id = await openModel(v, { name, team, text: kept(name).replace("layout:", `groups:\n${colors.join("\n")}\n  - {id: violet, nodes: [out], color: violet}\nnotes:\n  - {id: why, text: "第一行是**测试**数据。", x: 240, y: 160}\nlayout:`) });
  await page.locator("[data-group]").nth(3).waitFor();
  await axe(v);
  await canvas(page).click({ position: { x: 300, y: 60 } });
  await page.keyboard.press("1");
  await page.getByRole("button", { name: "Undo: Lay out" }).waitFor();
  const said = await savedText(v, id);
  expect(said).toContain("{id: why, text: \"第一行是**测试**数据。\", x: 240, y: 160}");
  const frames = await page.locator("[data-group]").evaluateAll((all) => all.map((t) => t.parentElement?.getBoundingClientRect()).map((b) => [b?.left ?? 0, b?.right ?? 0]));
  const sorted = frames.sort(([a = 0], [b = 0]) => a - b);
  for (const [i, [, right = 0]] of sorted.entries()) expect(right).toBeLessThanOrEqual(sorted[i + 1]?.[0] ?? Infinity);
});
