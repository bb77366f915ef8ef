import { expect } from "vitest";
import { deployModel, makeTeam, own, publish } from "./arrange";
import { canvas, expression, node, openModel, savedText } from "./builder";
import { admin, axe, call, eventually, walk } from "./rig";

/** numbers is a view of three rows, of which two are kept and doubled. */
const numbers = (name: string): string => `# Three rows.
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
        {"id": 3}
  - {id: few, component: filter, params: {where: "id > 1"}} # not the first
  - {id: twice, component: compute, params: {columns: [{name: double, expr: "id * 2"}]}}
  - {id: out, component: console}
edges: [rows -> few -> twice -> out]
layout: {rows: {x: 0, y: 0}, few: {x: 240, y: 0}, twice: {x: 480, y: 0}, out: {x: 720, y: 0}}
`;

walk("the bottleneck of a running pipeline is a key away", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `necks ${suffix}`);
  const name = `ads.walk${suffix}.slow`;
  const hashed = Array.from({ length: 30 }).reduce<string>((inner) => `MD5(${inner})`, "event");
  const id = await openModel(v, {
    name,
    team,
    text: `format: 1
kind: view
name: ${name}
nodes:
  - {id: songs, component: generator, params: {rate: 0}}
  - {id: hashed, component: compute, params: {columns: [{name: h, expr: "${hashed}"}]}}
  - {id: out, component: console}
edges: [songs -> hashed -> out]
layout: {songs: {x: 0, y: 0}, hashed: {x: 2400, y: 900}, out: {x: 4800, y: 0}}
`,
  });
  await node(page, "songs").waitFor();
  await canvas(page).click({ position: { x: 300, y: 300 } });
  await page.keyboard.press("j");
  await page.getByText("Turn on Live to see what holds the rows up").waitFor();

  await publish(v, id, "slow");
  const pipeline = await deployModel(v, id);
  await v.go(`/models/${id}`);
  await page.getByRole("switch", { name: "Live" }).click();
  const button = page.getByRole("button", { name: "Show the bottleneck" });
  await button.waitFor();
  await axe(v);

  // From anywhere on the canvas, by key and by button.
  for (const jump of [() => page.keyboard.press("j"), () => button.click()]) {
    await canvas(page).click({ position: { x: 300, y: 60 } });
    await jump();
    await page.locator(".react-flow__node.selected[data-id=hashed]").waitFor();
    await eventually("it is in the middle", async () => {
      const [at, of] = [await node(page, "hashed").boundingBox(), await canvas(page).boundingBox()];
      return at && of && Math.abs(at.x + at.width / 2 - of.x - of.width / 2) < of.width / 4;
    });
  }
  await call(v, "POST", `/pipelines/${pipeline}/stop`, {});
});

walk("a node is bypassed and used again, by key, menu and undo", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `passing ${suffix}`);
  const name = `ads.walk${suffix}.passed`;
  const id = await openModel(v, { name, team, text: numbers(name) });
  const outputRows = (count: string) => page.getByRole("region", { name: "Rows and problems" }).getByText(count, { exact: true }).waitFor();

  await node(page, "few").click();
  await outputRows("2 rows");
  await page.keyboard.press("b");
  await node(page, "few").getByText("Bypassed").waitFor();
  await outputRows("3 rows");
  await page.getByText("its settings count for nothing", { exact: false }).waitFor();
  await axe(v);
  const text = await eventually("it is saved", async () => {
    const saved = await savedText(v, id);
    return saved.includes("bypass: true") && saved;
  });
  expect(text).toContain("# not the first");

  // What no row can go past says so.
  await node(page, "out").click();
  await page.keyboard.press("b");
  await page.getByText("Only a node between others, with one input, can be bypassed").waitFor();

  await page.keyboard.press("Control+z");
  await node(page, "few").getByText("Bypassed").waitFor({ state: "detached" });
  await page.keyboard.press("Control+Shift+z");
  await node(page, "few").getByText("Bypassed").waitFor();

  await node(page, "few").click();
  await page.getByRole("complementary").getByRole("button", { name: "Inspector" }).click();
  await page.getByRole("menuitem", { name: /Stop bypassing/ }).click();
  await outputRows("2 rows");
  await eventually("the text is the first again", async () => (await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft === numbers(name));
});

walk("a column that is renamed is renamed in what is behind it, as one step", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `renaming ${suffix}`);
  const name = `ads.walk${suffix}.renamed`;
  const first = numbers(name)
    .replace(`columns: [{name: double, expr: "id * 2"}]}}`, `columns: [{name: double, expr: "id * 2"}, id]}}\n  - {id: large, component: filter, params: {where: "double > 4 AND 'double' <> ''"}} # of double\n  - {id: counts, component: aggregate, params: {group_by: [double], aggregates: [count(*) AS n]}}`)
    .replace("few -> twice -> out", "few -> twice -> large -> out, twice -> counts");
  const id = await openModel(v, { name, team, text: first });
  await node(page, "twice").click();
  await page.getByRole("complementary").getByText("double", { exact: true }).first().waitFor();
  const field = page.getByRole("group", { name: /^Columns/ }).getByRole("textbox", { name: "Name" }).first();
  await field.fill("two");
  const offer = page.getByRole("status").filter({ hasText: "double is called two now" });
  await offer.getByText("2 places behind this node say double still.", { exact: false }).waitFor();
  await axe(v);
  await offer.getByRole("button", { name: "Rename there too" }).click();
  await offer.waitFor({ state: "detached" });
  const renamed = await eventually("it is saved", async () => {
    const text = await savedText(v, id);
    return text.includes("two > 4") && text;
  });
  expect(renamed).toContain(`where: "two > 4 AND 'double' <> ''"}} # of double`);
  expect(renamed).toContain("group_by: [two]");
  await canvas(page).click({ position: { x: 300, y: 60 } });
  await page.keyboard.press("Control+z");
  await eventually("what is behind has the old name again, all of it", async () => {
    const { draft } = await call<{ draft: string }>(v, "GET", `/documents/${id}`);
    return draft.includes("double > 4") && draft.includes("group_by: [double]") && draft.includes("name: two");
  });
});

walk("rows pinned to a node are what the nodes behind it are computed from", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `pinning ${suffix}`);
  const name = `ads.walk${suffix}.pinned`;
  const id = await openModel(v, { name, team, text: numbers(name) });
  const panel = page.getByRole("region", { name: "Rows and problems" });
  const grid = page.getByRole("grid", { name: "Output" });

  await node(page, "few").click();
  await panel.getByText("2 rows", { exact: true }).waitFor();
  await panel.getByRole("button", { name: "Pin these rows" }).click();
  await panel.getByText("2 rows pinned").waitFor();
  await node(page, "few").getByRole("img", { name: "2 rows pinned" }).hover();
  await axe(v);

  // Whatever becomes of the node, what is behind it has the rows that are pinned; over a reload too.
  await expression(page, /Condition/, "id > 2");
  await eventually("it is saved", async () => (await savedText(v, id)).includes("id > 2"));
  for (const again of [false, true]) {
    if (again) await page.reload();
    await node(page, "twice").click();
    await panel.getByText("from the rows pinned to few").waitFor();
    await grid.getByRole("gridcell", { name: "4", exact: true }).waitFor();
    await grid.getByRole("gridcell", { name: "6", exact: true }).waitFor();
  }
  expect((await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft).toBe(numbers(name).replace("id > 1", "id > 2"));

  await node(page, "few").click();
  await panel.getByRole("button", { name: "Unpin" }).click();
  await panel.getByText("1 row", { exact: true }).waitFor();
  await node(page, "twice").click();
  await grid.getByRole("gridcell", { name: "6", exact: true }).waitFor();
  await grid.getByRole("gridcell", { name: "4", exact: true }).waitFor({ state: "detached" });
  await axe(v);
});
