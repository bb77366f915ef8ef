import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { ask, makeTeam, own } from "./arrange";
import { openModel } from "./builder";
import { admin, axe, call, eventually, walk } from "./rig";

/** counted is a model whose rows have a key and change: what is played, on which platform. */
const counted = (name: string): string => `format: 1
kind: view
name: ${name}
nodes:
  - {id: songs, component: generator, params: {rate: 50}}
  - {id: counted, component: aggregate, params: {group_by: [platform], aggregates: ["count(*) AS plays"]}}
edges: [songs -> counted]
`;

/** setting is a decision of the wizard, by its label. */
const setting = (page: Page, list: string, label: string): Locator => page.getByRole("list", { name: list, exact: true }).getByRole("listitem").filter({ hasText: label });

walk("rows of a model land in a table that is designed with them: a mistake is stopped and mended, and the rows are there", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const name = `ads.walk${suffix}.plays_model`;
  const table = `ads.walk${suffix}.plays`;
  const id = await openModel(v, { name, team: await makeTeam(v, `landing ${suffix}`), text: counted(name) });
  await page.getByRole("button", { name: "Land the rows in a table" }).click();

  const steps = page.getByRole("navigation", { name: "Steps" });
  const at = (title: string) => page.getByRole("heading", { name: title }).waitFor();
  const next = () => page.getByRole("button", { name: "Next" }).click();
  await at("Where do the rows go");
  await page.getByRole("radio", { name: "olap" }).click();
  await axe(v);
  await next();
  await at("Which table takes them");
  expect(await page.getByLabel("Name in the catalog").inputValue()).toBe(table);
  await axe(v);
  await next();

  // Each column has its type with the reason, and another way with what comes of it.
  await at("How each column is kept");
  const platform = setting(page, "Columns", "platform");
  await platform.getByText("It holds every value of the rows' type and no more.").waitFor();
  await axe(v);
  await platform.getByRole("button", { name: "Change" }).click();
  await axe(v);
  await platform.getByRole("button", { name: /^LowCardinality\(String\)/ }).click();
  await platform.getByText("Set by you").waitFor();
  const ddl = page.getByRole("region", { name: "DDL" });
  await ddl.getByText("platform LowCardinality(String)").waitFor();
  expect(await ddl.locator("[data-changed]").allInnerTexts()).toEqual([expect.stringContaining("LowCardinality(String)")]);
  // The sampled rows have been in a scratch table of that kind.
  await page.getByRole("region", { name: "How rows land" }).getByRole("gridcell", { name: "android", exact: true }).waitFor();
  await next();

  // An engine that keeps every row, for rows that change.
  await at("How the table is sorted, divided and kept");
  const engine = setting(page, "Keys and parts", "Engine");
  await engine.getByText("ReplacingMergeTree(_version, _deleted)").waitFor();
  await engine.getByText(/Rows replace earlier ones of the same platform/).waitFor();
  await axe(v);
  await engine.getByRole("button", { name: "Change" }).click();
  await engine.getByRole("combobox", { name: "Engine" }).click();
  await page.getByTitle("MergeTree", { exact: true }).click();
  await engine.getByText(/MergeTree keeps every row/).waitFor();
  await steps.getByText("1 mistake to mend").waitFor();
  await axe(v);
  await steps.getByRole("button", { name: /Review/ }).click();
  await at("Review what will be created");
  expect(await page.getByRole("button", { name: "Create table and deploy" }).isDisabled()).toBe(true);
  await axe(v);
  await page.getByRole("button", { name: "Mend it" }).click();
  await ddl.getByText(/ReplacingMergeTree\(_version, _deleted\)/).waitFor();
  await steps.getByText("Nothing is created yet").waitFor();
  await steps.getByRole("button", { name: /Delivery/ }).click();
  await at("How rows are delivered");
  await page.getByText("exactly_once").waitFor();
  await axe(v);

  // What was answered outlasts a reload.
  await page.reload();
  await at("How rows are delivered");
  await ddl.getByText("platform LowCardinality(String)").waitFor();
  await next();
  await at("Review what will be created");
  await page.getByText(/deploys v1 of 1 pipeline/).waitFor();
  await axe(v);
  expect((await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft).toBe(counted(name));
  await page.getByRole("button", { name: "Create table and deploy" }).click();
  await page.waitForURL(/\/pipelines\/[^/]+/, { timeout: 90_000 });

  const rows = await eventually("rows of every platform", async () => {
    const found = (await ask(v, `SELECT platform, plays FROM ${table} ORDER BY platform`)) as { platform: string; plays: number }[];
    return found.length === 4 && found;
  });
  expect(rows.map((r) => r.platform)).toEqual(["android", "desktop", "ios", "web"]);
  const { draft } = await call<{ draft: string }>(v, "GET", `/documents/${id}`);
  expect(draft).toContain("counted -> land");
  expect(draft).toContain("LowCardinality(String)");
});

walk("the sink wizard in Chinese and dark", async (open) => {
  const v = await open(admin({ language: "zh", theme: "dark" }));
  const { page } = v;
  const suffix = own();
  const name = `ads.walk${suffix}.plays_model`;
  const id = await openModel(v, { name, team: await makeTeam(v, `落表 ${suffix}`), text: counted(name) });
  await v.go(`/models/${id}/land?node=counted`);
  await page.getByRole("radio", { name: "olap" }).click();
  await axe(v);
  const steps = page.getByRole("navigation", { name: "步骤" });
  for (const step of ["表", "列", "键与分区", "投递", "检查"]) {
    await page.getByRole("button", { name: "下一步" }).click();
    await steps.locator("[aria-current=step]").getByText(step, { exact: true }).waitFor();
    // The last question is answered by a button that waits for the design.
    await page.getByRole("button", { name: step === "检查" ? "建表并部署" : "下一步", disabled: false }).waitFor();
    await axe(v);
  }
});
