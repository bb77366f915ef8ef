import { expect } from "vitest";
import { makeTeam, own } from "./arrange";
import { canvas, edges, expression, hasEdges, node, openModel } from "./builder";
import { admin, axe, call, eventually, walk } from "./rig";

const plays = (name: string, where = "ms_played > 0"): string => `# What people play.
format: 1
kind: view
name: ${name}
nodes:
  - {id: songs, component: generator, params: {rate: 50}}
  - {id: kept, component: filter, params: {where: "${where}"}}
  - {id: out, component: console}
edges: [songs -> kept -> out]
layout: {songs: {x: 0, y: 0}, kept: {x: 240, y: 0}, out: {x: 480, y: 0}}
`;

walk("the text and the canvas are one: edits of either show in both, and an error keeps the last good canvas", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ads.walk${suffix}.text`;
  await openModel(v, { name, team: await makeTeam(v, `writing ${suffix}`), text: plays(name) });
  const view = page.getByRole("radiogroup", { name: "View of the model" });
  const write = async (text: string) => {
    await page.getByRole("textbox", { name: "The model's text" }).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(text);
  };
  await node(page, "kept").waitFor();
  await view.getByText("YAML", { exact: true }).click();
  await page.getByText("# What people play.").waitFor();
  await axe(v);
  await write(plays(name).replaceAll("kept", "chosen"));
  await view.getByText("Canvas", { exact: true }).click();
  await hasEdges(page, "songs>chosen", "chosen>out");

  await view.getByText("YAML", { exact: true }).click();
  await page.getByRole("textbox", { name: "The model's text" }).waitFor();
  await write(`${plays(name)}nodes: [`);
  await page.getByText("The text cannot be read. The canvas shows the model before.").waitFor();
  await view.getByText("Canvas", { exact: true }).click();
  await page.getByText(/The text cannot be read, so this is the model before/).waitFor();
  await hasEdges(page, "songs>chosen", "chosen>out");
  await axe(v);

  // One history for both: what was typed is taken back on the canvas.
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await hasEdges(page, "songs>kept", "kept>out");
});

walk("an expression is completed, its error is marked in place, and its result is live", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ads.walk${suffix}.expression`;
  await openModel(v, { name, team: await makeTeam(v, `expressions ${suffix}`), text: plays(name) });
  await node(page, "kept").click();
  const box = page.getByRole("textbox", { name: /Condition/ }).first();
  await box.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("ms_pl");
  await page.getByRole("option", { name: /ms_played/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type(" > 'x'");
  await page.locator(".cm-lintRange-error").first().waitFor();
  await expression(page, /Condition/, "ms_played > 60000");
  await page.getByText(/\d+ of \d+/).first().waitFor();
  await eventually("no error is left", async () => (await page.locator(".cm-lintRange-error").count()) === 0);
  await axe(v);
});

walk("the list of problems leads to the field, versions show what is different, and how it runs is explained", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ads.walk${suffix}.problems`;
  await openModel(v, { name, team: await makeTeam(v, `mending ${suffix}`), text: plays(name) });
  await page.getByRole("button", { name: "No problems" }).waitFor();
  await page.getByRole("button", { name: "Publish v1" }).click();
  const publishing = page.getByRole("dialog", { name: /^Publish/ });
  await publishing.getByLabel("What is new").fill("first");
  await publishing.getByRole("button", { name: "Publish v1" }).click();
  await publishing.getByText("v1 is published").waitFor();
  await page.reload();
  await node(page, "kept").click();
  await expression(page, /Condition/, "ms_plaid > 1");
  await page.getByRole("button", { name: "1 problem" }).first().click();
  await canvas(page).click({ position: { x: 40, y: 40 } });
  await page.getByRole("region", { name: "Rows and problems" }).getByRole("button", { name: /kept/ }).first().click();
  await page.getByRole("textbox", { name: /Condition/ }).first().waitFor();
  await axe(v);
  await expression(page, /Condition/, "ms_played > 1");
  await page.getByRole("button", { name: "No problems" }).waitFor();

  await page.getByRole("button", { name: "Versions" }).click();
  const versions = page.getByRole("dialog", { name: /^Versions of/ });
  await versions.getByText("first", { exact: true }).waitFor();
  await versions.getByText("kept").first().waitFor();
  await axe(v);
  await page.keyboard.press("Escape");
  const panel = page.getByRole("region", { name: "Rows and problems" });
  await panel.getByText("SQL", { exact: true }).click();
  await panel.getByRole("button", { name: /Explain|How it runs/ }).click();
  await page.getByRole("dialog").getByRole("listbox").getByRole("option").first().waitFor();
  await axe(v);
});

walk("two who edit one model are merged", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ads.walk${suffix}.merged`;
  const id = await openModel(v, { name, team: await makeTeam(v, `merging ${suffix}`), text: plays(name) });
  const other = await open(admin());
  await other.go(`/models/${id}`);
  await node(other.page, "kept").click();
  await expression(other.page, /Condition/, "ms_played > 2");
  await eventually("theirs is saved", async () => (await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft.includes("> 2"));
  await node(page, "songs").click();
  await page.keyboard.press("Control+d");
  await node(page, "songs_2").waitFor();
  const dialog = page.getByRole("dialog", { name: /has saved this model too/ });
  await dialog.waitFor();
  await axe(v);
  await dialog.getByRole("button", { name: "Save the merged model" }).click();
  const both = await eventually("both are in the draft", async () => {
    const { draft } = await call<{ draft: string }>(v, "GET", `/documents/${id}`);
    return draft.includes("songs_2") && draft.includes("> 2") && draft;
  });
  expect(both).toContain("# What people play.");
  expect(await edges(page)).toContain("songs>kept");
});

walk("the builder in Chinese and dark", async (open) => {
  const v = await open(admin({ language: "zh", theme: "dark" }));
  const { page } = v;
  const suffix = own();
  const name = `ads.walk${suffix}.zh`;
  await openModel(v, { name, team: await makeTeam(v, `中文 ${suffix}`), text: plays(name) });
  await page.getByRole("button", { name: "没有问题" }).waitFor();
  await axe(v);
  await node(page, "kept").click();
  await page.getByRole("textbox", { name: /条件/ }).first().waitFor();
  await axe(v);
});
