import { expect } from "vitest";
import { ask, makeTeam, own } from "./arrange";
import { canvas, chooseEdge, drag, edges, expression, hasEdges, input, insertion, middle, node, openModel, output, publishAndDeploy, savedText, settled, wire } from "./builder";
import { admin, axe, call, eventually, walk } from "./rig";

/** A view that can be drawn anew: made-up plays, what is kept of them, and where they go. */
const plays = (name: string): string => `# What people play.
format: 1
kind: view
name: ${name}
nodes:
  - {id: songs, component: generator, params: {rate: 50}} # made up
  - id: kept
    component: filter
    params:
      where: "ms_played > 0" # longer than nothing
  - {id: out, component: console}
edges: [songs -> kept -> out]
layout: {songs: {x: 0, y: 0}, kept: {x: 240, y: 0}, out: {x: 480, y: 0}}
`;

const empty = (name: string): string => `format: 1\nkind: view\nname: ${name}\n`;

walk("a view by mouse: drawn, configured, looked at, published, deployed; its rows land", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `drawing ${suffix}`);
  const [table, sink] = [`ods.walk${suffix}.plays`, `ads.walk${suffix}.long_plays`];
  await call(v, "POST", "/tables", {
    name: table,
    kind: "stream",
    layer: "ODS",
    team,
    columns: [{ name: "id", type: "int64" }, { name: "ms_played", type: "int64" }],
    source: { component: "values", params: { rows: '{"id": 1, "ms_played": 10}\n{"id": 2, "ms_played": 90000}\n{"id": 3, "ms_played": 60000}' } },
  });
  await openModel(v, { name: `ads.walk${suffix}.long`, team, text: empty(`ads.walk${suffix}.long`) });

  // The table from the tree, a filter behind it and a sink behind that.
  await page.getByPlaceholder("Name or layer").fill(suffix);
  const tree = page.getByRole("tree", { name: "Tables" });
  await tree.getByRole("treeitem", { name: /plays/ }).dragTo(canvas(page), { targetPosition: { x: 120, y: 140 } });
  await node(page, "plays").waitFor();
  await page.getByRole("tab", { name: "Components" }).click();
  await page.getByRole("treeitem", { name: "Filter" }).dragTo(canvas(page), { targetPosition: { x: 360, y: 140 } });
  await node(page, "filter").waitFor();
  await wire(page, "plays", "filter");
  await hasEdges(page, "plays>filter");
  await node(page, "filter").hover();
  await page.getByRole("button", { name: "Add behind filter" }).click();
  await page.getByRole("combobox", { name: "Add" }).fill("clickhouse");
  await page.getByRole("option", { name: /ClickHouse/ }).click();
  await hasEdges(page, "plays>filter", "filter>clickhouse");

  // What the nodes need is said of them until they have it.
  await node(page, "clickhouse").getByText(/Not configured|problem/).waitFor();
  await node(page, "filter").click();
  await expression(page, /Condition/, "ms_played > 30000");
  await node(page, "clickhouse").click();
  const pick = async (label: RegExp, text: string) => {
    await page.getByRole("combobox", { name: label }).first().fill(text);
    await page.locator(".ant-select-item-option", { hasText: text }).first().click();
  };
  await pick(/Connection/, "olap");
  await page.getByRole("combobox", { name: /^Table/ }).first().fill(sink);
  await page.locator(".ant-select-item-option", { hasText: "as typed" }).click();
  await page.getByRole("button", { name: "No problems" }).waitFor();
  await axe(v);

  await node(page, "filter").click();
  await page.getByRole("grid", { name: "Output" }).getByText("90000", { exact: true }).waitFor();
  await axe(v);

  await publishAndDeploy(v);
  await eventually("the rows land", async () => (await ask(v, `SELECT id FROM ${sink} ORDER BY id`)).length === 2, 60_000);
});

walk("what is deployed shows its numbers on the canvas while it runs", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ads.walk${suffix}.live`;
  await openModel(v, { name, team: await makeTeam(v, `living ${suffix}`), text: plays(name) });
  await node(page, "songs").getByText("Generator").waitFor();
  await publishAndDeploy(v);

  // The canvas that the drawer leaves is that of the running pipeline: 50 rows a second are made up, and not all are kept.
  const rate = async (id: string) => Number(/([\d.]+)\s*\/s/.exec(await node(page, id).innerText())?.[1] ?? 0);
  await eventually("numbers of every node", async () => (await Promise.all(["songs", "kept", "out"].map(rate))).every((n) => n > 0), 60_000);
  expect(await rate("songs")).toBeLessThan(200);
  expect(await page.getByRole("switch", { name: "Live" }).isChecked()).toBe(true);
  await axe(v);
  await node(page, "songs").click();
  await page.getByRole("heading", { name: "Now" }).waitFor();
  await axe(v);
  await page.getByRole("switch", { name: "Live" }).click();
  await node(page, "songs").getByText("Generator").waitFor();
});

walk("a view by keyboard alone", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `typing ${suffix}`);
  const id = await openModel(v, { name: `ads.walk${suffix}.typed`, team, text: empty(`ads.walk${suffix}.typed`) });
  const add = async (what: string, name: string) => {
    await page.keyboard.press("a");
    await page.getByRole("combobox", { name: "Add" }).waitFor();
    await page.keyboard.type(what);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await node(page, name).waitFor();
  };
  const connect = async (to: string) => {
    await page.keyboard.press("c");
    await page.getByRole("combobox", { name: /^Connect/ }).waitFor();
    await page.keyboard.type(to);
    await page.keyboard.press("Enter");
  };
  await add("generator", "generator");
  await add("filter", "filter");
  await add("console", "console");

  // The outline is the canvas for the keyboard.
  const outline = page.getByRole("link", { name: "Outline" }).or(page.getByRole("tab", { name: "Outline" })).or(page.getByRole("button", { name: "Outline" })).first();
  await outline.focus();
  await page.keyboard.press("Enter");
  const line = (name: string) => page.getByRole("tree", { name: "Outline" }).getByRole("treeitem", { name });
  await line("generator").focus();
  await connect("filter");
  await hasEdges(page, "generator>filter");
  await line("filter").focus();
  await connect("console");
  await hasEdges(page, "generator>filter", "filter>console");
  await line("filter").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: /Condition/ }).focus();
  await page.keyboard.insertText("ms_played > 1000");
  await page.getByRole("button", { name: "No problems" }).waitFor();
  await axe(v);
  expect(await savedText(v, id)).toContain("ms_played > 1000");

  await line("console").focus();
  await page.keyboard.press("Delete");
  await hasEdges(page, "generator>filter");
  await page.keyboard.press("Control+z");
  await hasEdges(page, "generator>filter", "filter>console");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).getByText("Connect by keyboard").waitFor();
  await axe(v);
});

walk("what cannot be connected is refused with its reason", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `refusing ${suffix}`);
  const name = `ads.walk${suffix}.not_connected`;
  await openModel(v, {
    name,
    team,
    text: `format: 1
kind: view
name: ${name}
nodes:
  - {id: songs, component: generator, params: {rate: 50}}
  - {id: both, component: union}
  - {id: kept, component: filter, params: {where: "ms_played > 0"}}
  - {id: out, component: console}
edges: [songs -> both -> kept -> out]
layout: {songs: {x: 0, y: 0}, both: {x: 240, y: 0}, kept: {x: 240, y: 140}, out: {x: 480, y: 140}}
`,
  });
  const before = await edges(page);
  await drag(page, await middle(output(page, "kept")), await middle(input(page, "both")), false);
  await page.getByText("This would go round in a circle").waitFor();
  await page.mouse.up();
  await drag(page, await middle(input(page, "kept")), await middle(node(page, "out")), false);
  await page.mouse.up();
  expect(await edges(page)).toEqual(before);
  // A sink has no output to draw from, and no keyboard way either.
  expect(await output(page, "out").count()).toBe(0);
  await node(page, "out").click();
  await page.keyboard.press("c");
  await page.getByText("No node takes these rows.").waitFor();
  await axe(v);
});

walk("twenty edits are undone to the first text byte for byte, and done again to the last", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `undoing ${suffix}`);
  const name = `ads.walk${suffix}.undone`;
  const id = await openModel(v, { name, team, text: plays(name) });
  await node(page, "kept").click();
  for (let i = 0; i < 9; i++) {
    await page.keyboard.press("Control+d");
    await node(page, "kept_2").waitFor();
    await page.keyboard.press("Delete");
    await eventually("it is gone", async () => (await page.locator(".react-flow__node").count()) === 3);
    await node(page, "kept").click();
  }
  await page.keyboard.press("Control+d");
  await node(page, "kept_2").waitFor();
  await page.keyboard.press("Control+d");
  await node(page, "kept_3").waitFor();
  const last = await savedText(v, id);
  expect(last).not.toBe(plays(name));
  for (let i = 0; i < 20; i++) await page.keyboard.press("Control+z");
  await eventually("the first text is saved", async () => (await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft === plays(name));
  for (let i = 0; i < 20; i++) await page.keyboard.press("Control+Shift+z");
  await eventually("the last text is saved", async () => (await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft === last);
});

walk("nodes are copied in one tab and pasted in another", async (open) => {
  const v = await open(admin());
  const suffix = own();
  const team = await makeTeam(v, `copying ${suffix}`);
  const [one, two] = [`ads.walk${suffix}.one`, `ads.walk${suffix}.two`];
  await openModel(v, { name: one, team, text: plays(one) });
  const other = await call<{ id: string }>(v, "POST", "/documents", { name: two, team, format: "yaml", text: plays(two) });
  await node(v.page, "songs").click();
  await node(v.page, "kept").click({ modifiers: ["Control"] });
  await v.page.keyboard.press("Control+c");
  await v.page.getByText("Copied").waitFor();
  const second = await v.tab(`/models/${other.id}`);
  await node(second.page, "kept").waitFor();
  await second.page.bringToFront();
  await canvas(second.page).click({ position: { x: 300, y: 60 } });
  await second.page.keyboard.press("Control+v");
  await node(second.page, "kept_2").waitFor();
  await hasEdges(second.page, "songs>kept", "kept>out", "songs_2>kept_2");
  expect(second.errors).toEqual([]);
});

walk("edges take in, let go and change what they lead to", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `splicing ${suffix}`);
  const name = `ads.walk${suffix}.spliced`;
  await openModel(v, { name, team, text: plays(name) });
  const shown = async () => page.getByRole("button", { name: "Fit" }).click();

  // The "+" of an edge puts a node into it.
  await (await insertion(page, "songs", "kept")).click();
  await page.getByRole("combobox", { name: "Add" }).fill("dedup");
  await page.getByRole("option", { name: /Deduplicate/ }).click();
  await hasEdges(page, "songs>dedupe", "dedupe>kept", "kept>out");
  await shown();

  // What is dropped on an edge is spliced into it.
  await page.getByRole("tab", { name: "Components" }).click();
  const at = await middle(await insertion(page, "kept", "out"));
  const pane = await canvas(page).boundingBox();
  await page.getByRole("treeitem", { name: "Compute" }).dragTo(canvas(page), { targetPosition: { x: at.x - (pane?.x ?? 0), y: at.y - (pane?.y ?? 0) } });
  await hasEdges(page, "songs>dedupe", "dedupe>kept", "kept>compute", "compute>out");
  // What is behind has made room: no node stands on another.
  const standing = await Promise.all(["kept", "compute", "out"].map((id) => settled(node(page, id))));
  expect(standing.every((box, n) => n === 0 || box.x > (standing[n - 1]?.x ?? 0) + (standing[n - 1]?.width ?? 0))).toBe(true);

  // Taken out, the edge heals.
  await node(page, "compute").click();
  await page.keyboard.press("Delete");
  await hasEdges(page, "songs>dedupe", "dedupe>kept", "kept>out");

  // A region takes all that it touches.
  await shown();
  const box = await canvas(page).boundingBox();
  if (!box) throw new Error("there is no canvas");
  const kept = await settled(node(page, "kept"));
  const out = await settled(node(page, "out"));
  await drag(page, { x: kept.x - 12, y: Math.min(kept.y, out.y) - 40 }, { x: out.x + out.width + 10, y: Math.max(kept.y, out.y) + out.height + 30 });
  await page.getByText("4 things selected").waitFor();
  await axe(v);

  // An end of an edge is taken to another node.
  await canvas(page).click({ position: { x: 20, y: box.height - 60 } });
  await chooseEdge(page, "dedupe", "kept");
  await page.getByRole("heading", { name: "dedupe to kept" }).waitFor();
  const end = page.getByLabel("Edge from dedupe to kept", { exact: true }).locator(".react-flow__edgeupdater-source");
  await drag(page, await middle(end), await middle(output(page, "songs")));
  await hasEdges(page, "songs>dedupe", "songs>kept", "kept>out");
});
