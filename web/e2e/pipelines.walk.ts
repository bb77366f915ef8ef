import type { Locator, WebSocketRoute } from "playwright-core";
import { expect } from "vitest";
import { ask, deploy, inState, makeTeam, own, produce, songs } from "./arrange";
import { admin, axe, call, eventually, type Visit, walk } from "./rig";

/** figure is the first whole number of what a locator says. */
async function figure(at: Locator): Promise<number> {
  const text = (await at.first().innerText()).replaceAll(",", "");
  return Number(/\d+/.exec(text)?.[0] ?? Number.NaN);
}

/** moves waits until a figure is another than it was. */
async function moves(what: string, at: Locator): Promise<void> {
  const before = await figure(at);
  await eventually(`${what} moves on from ${before}`, async () => (await figure(at)) > before);
}

/** tab is a part of a pipeline's page, in its line of tabs. */
const tab = (v: Visit, name: string | RegExp) => v.page.getByRole("navigation", { name: /Parts of the pipeline|管道的各部分/ }).getByRole("link", { name });

walk("a failing pipeline is found, and a dead letter of it mended, tried and replayed", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const [name, table, topic] = [`ads.walk.${suffix}_plays`, `ads.walk.${suffix}_table`, `walk_${suffix}`];
  const team = await makeTeam(v, `mending ${suffix}`);
  await call(v, "POST", "/tables", {
    name: table,
    kind: "store",
    layer: "ADS",
    team,
    columns: [{ name: "id", type: "int64" }, { name: "name", type: "string" }],
    sink: { component: "clickhouse", params: { connection: "olap", create: "if_missing", order_by: ["id"] } },
  });
  await produce(v, team, `${name}_feed`, topic, ['{"id": 1, "name": "one"}', '{"id": "two", "name": "two"}', '{"id": 3, "name": "three"}']);
  const text = `format: 1
kind: view
name: ${name}
nodes:
  - {id: plays, component: kafka, params: {connection: broker, topic: ${topic}, schema: {columns: [{name: id, type: int64}, {name: name, type: string}]}}}
  - {id: out, component: clickhouse, params: {connection: olap, table: ${table}, create: if_missing, order_by: [id]}}
edges: [plays -> out]
`;
  const id = await deploy(v, team, text, { on_error: "stop" });
  await inState(v, id, "failed");

  // Home has it among what needs somebody, and the list on top.
  await v.go("/");
  const told = page.getByRole("link", { name: new RegExp(`^Failed.*${name}`) });
  await told.getByText("row.wrong_type").waitFor();
  await axe(v);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Pipelines" }).click();
  await page.getByRole("group", { name: "Show by health" }).getByRole("button", { name: /^Failed/ }).click();
  const row = page.getByRole("row", { name: new RegExp(`Failed.*${name}`) });
  await axe(v);
  await row.getByText(name, { exact: true }).click();

  // The page says where, why and what to do. Keeping bad records aside is the policy of the next deployment.
  await page.getByRole("heading", { name: "Failed at plays" }).waitFor();
  await axe(v);
  await deploy(v, team, text, { on_error: "dead_letter" });
  await tab(v, /^Dead letters\s*1$/).click();
  await page.getByRole("row", { name: /row\.wrong_type/ }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("row.wrong_type").first().waitFor();
  await axe(v);

  // As it is, it would be rejected again. Mended, it makes a row.
  await drawer.getByRole("button", { name: "Try", exact: true }).click();
  await drawer.getByText("0 rows come of 0 of 1; 1 are rejected again.").waitFor();
  await drawer.getByRole("textbox", { name: "Mend the record" }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type('{"id": 2, "name": "mended"}');
  await drawer.getByRole("button", { name: "Try", exact: true }).click();
  await drawer.getByRole("grid", { name: "What would come of it" }).getByText("mended").waitFor();
  await axe(v);
  await drawer.getByRole("button", { name: "Replay", exact: true }).click();
  await drawer.getByText("Replayed: 1 in, 1 out, 0 rejected again").waitFor();
  await drawer.getByRole("button", { name: "Close" }).click();
  await page.getByRole("row", { name: /Replayed by admin/ }).waitFor();
  await axe(v);
  const rows = await eventually("all three rows are in ClickHouse", async () => {
    const got = await ask(v, `SELECT id, name FROM ${table} ORDER BY id`);
    return got.length === 3 && got;
  });
  expect(JSON.stringify(rows[1])).toContain("mended");
});

walk("stop, start, restart, scale and roll back", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ods.walk.${suffix}_life`;
  const id = await deploy(v, await makeTeam(v, `life ${suffix}`), songs(name));
  await inState(v, id, "running");
  await v.go(`/pipelines/${id}`);
  const head = page.locator("header").filter({ hasText: name });
  await head.getByText("Running").waitFor();

  // The answer is held back: the page must not wait for it to say that the click has counted.
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(`**/pipelines/${id}/stop`, async (route) => {
    await held;
    await route.continue();
  });
  await head.getByRole("button", { name: "Stop", exact: true }).click();
  await head.getByText("Stop asked").waitFor({ timeout: 2000 });
  answer();
  await page.getByRole("heading", { name: "Stopped by admin" }).waitFor();
  await head.getByText("by admin").waitFor();
  await axe(v);
  await head.getByRole("button", { name: "Start", exact: true }).click();
  await head.getByText("Running").waitFor();
  await head.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Restart" }).click();
  await page.getByRole("listitem").filter({ hasText: "Restart asked" }).waitFor();
  await head.getByText("Running").waitFor();

  await tab(v, "Settings").click();
  await page.getByLabel("Parallelism").fill("2");
  await page.getByRole("button", { name: "Apply" }).click();
  await tab(v, /^Versions\s*2$/).waitFor();
  await axe(v);
  await tab(v, /^Versions/).click();
  await page.getByRole("row", { name: /^v1 / }).click();
  await page.getByRole("heading", { name: "Compare v2 with v1" }).waitFor();
  await axe(v);
  await page.getByRole("button", { name: "Roll back to v1" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("All positions and state are kept.").waitFor();
  await axe(v);
  await drawer.getByLabel("Reason, for the timeline").fill("one lane was enough");
  await drawer.getByRole("button", { name: "Roll back", exact: true }).click();
  await page.getByRole("row", { name: /v3 current/ }).waitFor();
  await tab(v, "Overview").click();
  await page.getByRole("listitem").filter({ hasText: "Rolled back to v1, as v3" }).getByText("one lane was enough").waitFor();
  await page.getByRole("listitem").filter({ hasText: "Parallelism set to 2" }).waitFor();
  await head.getByText("Running").waitFor();
  await call(v, "POST", `/pipelines/${id}/stop`, { how: "now" });
});

walk("the page of a pipeline is live: graph, epochs, timeline, versions and what is empty", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ods.walk.${suffix}_live`;
  const team = await makeTeam(v, `live ${suffix}`);
  const id = await deploy(v, team, songs(name), {}, false);
  await deploy(v, team, songs(name, "ms_played > 30000"), {}, false);
  await v.go(`/pipelines/${id}`);
  const graph = page.getByRole("group", { name: "Operators" });
  await graph.getByText("Not running").first().waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).first().click();
  await graph.getByText(/^[1-9]\d* rows\/s$/).first().waitFor();
  await graph.getByText(/^Busy \d+%$/).first().waitFor();
  await page.getByRole("img", { name: "How long the last epochs took" }).waitFor();
  await moves("the count of epochs", page.getByText(/^Last \d+, one every/));
  await page.getByRole("listitem").filter({ hasText: "v2 deployed" }).getByText("by admin").waitFor();
  await page.getByRole("listitem").filter({ hasText: "Running" }).first().waitFor();
  await axe(v);

  await tab(v, /^Operators/).click();
  await moves("the source's row count", page.getByRole("row", { name: /^songs / }).getByRole("gridcell").nth(2));
  await axe(v);
  await tab(v, "Epochs").click();
  await page.getByRole("row", { name: /^Committed/ }).first().waitFor();
  await axe(v);

  await tab(v, /^Versions\s*2$/).click();
  await page.getByRole("row", { name: /^v1 / }).click();
  const diff = page.getByRole("region", { name: "Text" });
  await diff.getByText("ms_played > 30000").waitFor();
  await axe(v);
  await tab(v, "Logs").click();
  await page.getByText("It has logged nothing yet.").waitFor();
  await axe(v);
  await tab(v, "Late rows").click();
  await page.getByText("No row came too late for its window.").waitFor();
  await axe(v);
  await call(v, "POST", `/pipelines/${id}/stop`, { how: "now" });
});

walk("a connection that is lost and found again", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ods.walk.${suffix}_link`;
  const id = await deploy(v, await makeTeam(v, `link ${suffix}`), songs(name));
  await inState(v, id, "running");
  let up = true;
  const sockets: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/api\/v1\/live$/, async (socket) => {
    if (!up) return socket.close({ code: 1011 });
    sockets.push(socket);
    socket.connectToServer();
  });
  const cut = async () => {
    up = false;
    for (const s of sockets.splice(0)) await s.close({ code: 1011 });
  };

  await v.go(`/pipelines?q=${name}`);
  const foot = page.locator("footer").filter({ hasText: "Times in" });
  await foot.getByText("Live, once a second").waitFor();
  await cut();
  await foot.getByText("Connection lost, shown as of").waitFor();
  await axe(v);
  up = true;
  await foot.getByText("Live, once a second").waitFor();

  await page.getByRole("row", { name: new RegExp(name) }).getByText(name, { exact: true }).click();
  await tab(v, /^Operators/).click();
  const count = page.getByRole("row", { name: /^songs / }).getByRole("gridcell").nth(2);
  await moves("the row count", count);
  await cut();
  await page.getByText(/^Not connected\. Last heard/).first().waitFor();
  await axe(v);
  const last = await figure(count);
  up = true;
  await page.getByText(/^Not connected\. Last heard/).first().waitFor({ state: "detached" });
  await eventually("the row count goes on", async () => (await figure(count)) > last);
  await call(v, "POST", `/pipelines/${id}/stop`, { how: "now" });
});

walk("the list: find, narrow down, by keyboard, many at once, on a phone", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const team = await makeTeam(v, `list ${suffix}`);
  const names = ["a", "b", "c"].map((x) => `ods.walk.${suffix}_${x}`);
  const ids: string[] = [];
  for (const [i, name] of names.entries()) ids.push(await deploy(v, team, songs(name), {}, i < 2));
  for (const id of ids.slice(0, 2)) await inState(v, id, "running");

  await v.go("/pipelines");
  const grid = page.getByRole("grid", { name: "Pipelines" });
  await grid.waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(suffix);
  await page.waitForURL(`**/pipelines?q=${suffix}`);
  const row = (i: number) => grid.getByRole("row", { name: new RegExp(names[i] ?? "") });
  for (const i of [0, 1, 2]) await row(i).waitFor();
  const health = page.getByRole("group", { name: "Show by health" });
  await health.getByRole("button", { name: "Stopped 1" }).click();
  await row(0).waitFor({ state: "detached" });
  expect(new URL(page.url()).searchParams.get("health")).toBe("stopped");
  await page.reload();
  await row(2).waitFor();
  expect(await row(0).count()).toBe(0);
  await health.getByRole("button", { name: /^All/ }).click();
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("checkbox", { name: `list ${suffix}` }).click();
  await page.waitForURL(/team=/);
  await axe(v);
  await page.keyboard.press("Escape");

  // By keyboard alone: to the table, down to the second row, in, and back.
  await eventually("Tab leads to the table", async () => {
    await page.keyboard.press("Tab");
    return grid.evaluate((el) => el === document.activeElement);
  });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/pipelines/${ids[1]}`);
  await page.goBack();
  await row(1).waitFor();

  // Somebody else has taken the second one away between the choice and the click: the rest is stopped, and the page says what was not.
  await page.route(`**/pipelines/${ids[1]}/stop`, (route) => route.continue({ url: route.request().url().replace(ids[1] ?? "", "0".repeat(32)) }));
  await grid.focus();
  await page.keyboard.press("Control+a");
  const bar = page.getByRole("toolbar", { name: "3 selected" });
  await bar.waitFor();
  await axe(v);
  await bar.getByRole("button", { name: "Stop 2" }).click();
  await page.getByRole("alert").getByText(names[1] ?? "").waitFor();
  await row(0).getByText("Stopped").waitFor();
  await row(1).getByText("Running").waitFor();
  await axe(v);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });

  const phone = await open(admin({ size: { width: 390, height: 844 } }));
  await phone.go(`/pipelines?q=${suffix}`);
  await phone.page.getByRole("row", { name: new RegExp(names[1] ?? "") }).waitFor();
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await axe(phone);
  await phone.page.getByText(names[1] ?? "", { exact: true }).click();
  await phone.page.waitForURL(`**/pipelines/${ids[1]}`);
  await phone.page.getByRole("group", { name: "Operators" }).waitFor();
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await axe(phone);
  await call(v, "POST", `/pipelines/${ids[1]}/stop`, { how: "now" });
});

walk("the pages of pipelines in Chinese and in the dark", async (open) => {
  const v = await open(admin({ language: "zh", theme: "dark" }));
  const { page } = v;
  const suffix = own();
  const name = `ods.walk.${suffix}_zh`;
  const id = await deploy(v, await makeTeam(v, `zh ${suffix}`), songs(name));
  await inState(v, id, "running");
  await v.go(`/pipelines?q=${suffix}`);
  await page.getByRole("row", { name: new RegExp(name) }).getByText("运行中").waitFor();
  await axe(v);
  await page.getByText(name, { exact: true }).click();
  await page.getByRole("group", { name: "算子" }).getByText(/^繁忙 \d+%$/).first().waitFor();
  await page.getByRole("img", { name: "最近检查点的用时" }).waitFor();
  await axe(v);
  for (const [part, seen] of [
    ["算子", "输入行"],
    ["检查点", "已提交"],
    ["死信", "没有被放到一边的行。无法读取或计算的行会出现在这里，管道继续运行。"],
    ["迟到行", "没有错过窗口的迟到行。"],
    ["日志", "还没有日志。"],
    ["版本", "当前"],
    ["设置", "不可撤销的操作"],
  ] as const) {
    await tab(v, new RegExp(`^${part}`)).click();
    await page.getByText(seen, { exact: true }).first().waitFor();
    await axe(v);
  }
  await call(v, "POST", `/pipelines/${id}/stop`, { how: "now" });
});
