import { expect } from "vitest";
import { deployModel, inState, makeTable, makeTeam, own, produceJSON, publish } from "./arrange";
import { hasEdges, node, openModel, savedText } from "./builder";
import { admin, axe, call, eventually, type Visit, walk } from "./rig";

const columns = [
  { name: "user_id", type: "int64", nullable: false },
  { name: "ms_played", type: "int64" },
  { name: "ts", type: "timestamp(3)", nullable: false },
];

/** played puts plays of five minutes into a topic of the embedded broker, and declares its table. A partition that is silent holds nobody up for long. */
async function played(v: Visit, team: string, suffix: string): Promise<string> {
  const topic = `plays_${suffix}`;
  const rows = [0, 1, 2, 3, 4].flatMap((minute) => [10_000, 60_000].map((ms_played) => ({ user_id: minute, ms_played, ts: `2026-01-01T00:0${minute}:10Z` })));
  await produceJSON(v, { team, connection: "broker", topic, columns, rows });
  return (await makeTable(v, { name: `ods.walk${suffix}.plays`, team, topic, columns, more: { event_time: { column: "ts", out_of_order: "2s", idle: "1s" } } })).name;
}

/** counted is a view of four nodes: long plays, counted by the minute. */
const counted = (name: string, table: string, suffix: string): string => `# Counts of long plays.
format: 1
kind: view
name: ${name}
params:
  - {name: min_ms, type: int64, default: 30000} # what is long
nodes:
  - {id: plays, component: table, params: {table: ${table}}}
  # who counts
  - {id: long, component: filter, params: {where: "ms_played > :min_ms"}} # half a minute
  - {id: minute, component: window, params: {size: 1m, aggregates: [count(*) AS n]}}
  - {id: out, component: kafka, params: {connection: broker, topic: counts_${suffix}, create: if_missing}}
edges: [plays -> long -> minute -> out]
layout: {plays: {x: 100, y: 50}, long: {x: 340, y: 50}, minute: {x: 580, y: 50}, out: {x: 820, y: 50}}
`;

interface Found {
  items: { id: string; name: string }[];
}

/** problems are the errors of a model's draft. */
async function problems(v: Visit, id: string): Promise<string[]> {
  const { draft } = await call<{ draft: string }>(v, "GET", `/documents/${id}`);
  const { diagnostics } = await call<{ diagnostics: { severity: string; message: string }[] | null }>(v, "POST", "/compile/analyse", { format: "yaml", text: draft, document: id });
  return (diagnostics ?? []).filter((d) => d.severity === "error").map((d) => d.message);
}

/** has waits until a drawer's field has a value. */
async function has(v: Visit, label: string, value: string): Promise<void> {
  const field = v.page.getByRole("dialog").getByLabel(label, { exact: true });
  await eventually(`${label} is ${value}`, async () => (await field.inputValue()) === value);
}

walk("a part of a view becomes a model of its own, by keyboard; both run, and the second reads what the first puts out", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `extracting ${suffix}`);
  const name = `ads.walk${suffix}.counts`;
  const text = counted(name, await played(v, team, suffix), suffix);
  const id = await openModel(v, { name, team, text });

  // What gets rows from outside is no model yet: the key says so, and how to go on.
  await node(page, "long").click();
  await page.getByRole("complementary").getByText("ms_played", { exact: true }).first().waitFor();
  await page.keyboard.press("e");
  await page.getByText("long gets rows of plays, which is not selected.", { exact: false }).waitFor();
  await page.keyboard.press("Control+ArrowLeft");
  await page.getByRole("heading", { name: "2 things selected" }).waitFor();
  await axe(v);
  await page.keyboard.press("e");
  const drawer = page.getByRole("dialog", { name: "Extract into a model" });
  await drawer.getByText("plays, long become a model of their own.", { exact: false }).waitFor();
  await has(v, "Table", `${name}_long`);
  await has(v, "Model that fills the table", `${name}_long_feed`);
  await has(v, "Topic", `${name}_long`);
  await has(v, "Rows may be late by", "2s");
  await drawer.getByText("3 columns").waitFor();
  await drawer.getByText("The new model compiles").waitFor();
  await axe(v);

  // A name that is taken, or is none, is seen before anything is made. What follows from it follows.
  const table = `cdm.walk${suffix}.long_plays`;
  const field = drawer.getByLabel("Table", { exact: true });
  await field.fill(`ods.walk${suffix}.plays`);
  await drawer.getByText("There is a table of this name.").waitFor();
  await field.fill("long");
  await drawer.getByText("Three parts of letters", { exact: false }).first().waitFor();
  expect(await drawer.getByRole("button", { name: "Extract" }).isEnabled()).toBe(false);
  await field.fill(table);
  await has(v, "Topic", table);
  const make = drawer.getByRole("button", { name: "Extract" });
  await eventually("it can be made", () => make.isEnabled());
  await field.press("Enter");

  const done = page.getByRole("dialog", { name: "Extracted" });
  await done.getByText("This draft reads the table as long.", { exact: false }).waitFor();
  await axe(v);
  await done.getByRole("button", { name: "Close" }).last().click();
  await done.waitFor({ state: "hidden" });
  await hasEdges(page, "long>minute", "minute>out");
  await page.getByRole("button", { name: "No problems" }).waitFor();

  // It is one step, which is taken back to the byte, and made again.
  const after = await eventually("it is saved", async () => {
    const now = await savedText(v, id);
    return now.includes(table) && now;
  });
  expect(after).toContain(`  - {id: long, component: table, params: {table: ${table}}}\n`);
  await page.keyboard.press("Control+z");
  await eventually("it is as it was", async () => (await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft === text);
  await page.keyboard.press("Control+Shift+z");
  await eventually("it is extracted again", async () => (await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft === after);

  // The new model has the part with what was said of it.
  const feed = (await call<Found>(v, "GET", `/documents?name=${table}_feed`)).items[0];
  if (!feed) throw new Error("there is no model that fills the table");
  const { draft } = await call<{ draft: string }>(v, "GET", `/documents/${feed.id}`);
  for (const kept of ["# what is long", "# who counts", "# half a minute", "plays: {x: 0, y: 0}"]) expect(draft).toContain(kept);
  expect(await problems(v, feed.id)).toEqual([]);
  expect(await problems(v, id)).toEqual([]);

  // First the one that fills the table, then this one, which reads what the other has put there.
  const pipelines: string[] = [];
  for (const [model, counted] of [[feed.id, "rows_out"], [id, "rows_in"]] as const) {
    await publish(v, model, "extracted");
    const pipeline = await deployModel(v, model);
    pipelines.push(pipeline);
    await inState(v, pipeline, "running");
    await eventually(`${counted} of ${model}`, async () => ((await call<{ checkpoint?: { totals: { rows_in: number; rows_out: number } } }>(v, "GET", `/pipelines/${pipeline}`)).checkpoint?.totals[counted] ?? 0) >= 5);
  }
  for (const pipeline of pipelines) await call(v, "POST", `/pipelines/${pipeline}/stop`, {});
});

walk("a part is extracted by menus and by Ctrl K; what was made on the way to a failure is taken back", async (open) => {
  const v = await open(admin({ theme: "dark" }));
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `taking out ${suffix}`);
  const name = `ads.walk${suffix}.counts`;
  const id = await openModel(v, { name, team, text: counted(name, await played(v, team, suffix), suffix) });

  // An output is no part of it, and the menu says so.
  await node(page, "out").click({ button: "right" });
  await page.getByRole("menuitem", { name: /Extract into a model/ }).getByText("out is an output", { exact: false }).waitFor();
  await axe(v);
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "hidden" });

  await node(page, "long").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Select what feeds it" }).click();
  await page.getByRole("heading", { name: "2 things selected" }).waitFor();
  await page.getByRole("complementary").getByRole("button", { name: "Extract…" }).click();
  const drawer = page.getByRole("dialog", { name: "Extract into a model" });
  await drawer.getByText("The new model compiles").waitFor();
  await axe(v);
  await drawer.getByRole("button", { name: "Cancel" }).click();
  await drawer.waitFor({ state: "hidden" });

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump" }).fill("Extract into");
  await page.getByRole("option", { name: /Extract into a model/ }).waitFor();
  await page.keyboard.press("Enter");
  await drawer.getByText("The new model compiles").waitFor();

  // The model cannot be made: the table is there, is said to be, and goes.
  const tables = async () => (await call<Found>(v, "GET", `/tables?text=${name}_long`)).items.filter((t) => t.name === `${name}_long`).length;
  await page.route("**/api/v1/documents", (route) => (route.request().method() === "POST" ? route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ status: 503, code: "test.away", title: "away", detail: "The store is away." }) }) : route.fallback()));
  const make = drawer.getByRole("button", { name: "Extract" });
  await eventually("it can be made", () => make.isEnabled());
  await make.click();
  await drawer.getByText("The table is there, the model is not.").waitFor();
  await axe(v);
  expect(await tables()).toBe(1);
  await drawer.getByRole("button", { name: "Delete the table" }).click();
  await page.getByText(`Deleted ${name}_long`).waitFor();
  expect(await tables()).toBe(0);
  expect((await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft).toBe(counted(name, `ods.walk${suffix}.plays`, suffix));

  // Once it can be made, it goes on from there.
  await make.click();
  await drawer.getByText("The table is there, the model is not.").waitFor();
  await page.unroute("**/api/v1/documents");
  await drawer.getByRole("button", { name: "Go on" }).click();
  const done = page.getByRole("dialog", { name: "Extracted" });
  await done.getByRole("button", { name: `Open ${name}_long_feed` }).click();
  await hasEdges(page, "plays>long", "long>out");
  await page.getByRole("button", { name: "No problems" }).waitFor();
  await axe(v);

  // Ctrl K leads back to where it came from.
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump" }).fill(name);
  await page.getByRole("option", { name }).filter({ hasNotText: "_long" }).first().click();
  await hasEdges(page, "long>minute", "minute>out");
  expect(page.url()).toContain(id);
});
