import { expect } from "vitest";
import { makeTeam, own } from "./arrange";
import { node } from "./builder";
import { admin, axe, choose, walk } from "./rig";

// As README tells it to somebody who sees all this for the first time.
walk("from an own file to a model to a chart", async (open) => {
  const began = Date.now();
  const v = await open(admin({ tour: true }));
  const { page } = v;
  const suffix = own();
  await makeTeam(v, `newcomers ${suffix}`);
  await v.go("/");

  // The tour is read to its end.
  for (let i = 0; i < 4; i++) await page.getByRole("button", { name: "Next" }).click();
  await axe(v);
  await page.getByRole("button", { name: "Done" }).click();

  await page.getByRole("link", { name: "Upload a file" }).click();
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${["Hangzhou", "Shanghai", "Beijing", "Chengdu"][i % 4]},${(i % 3) + 1},${i}.50,2026-10-01 08:${String(i).padStart(2, "0")}:00`);
  await page.locator("input[type=file]").setInputFiles({ name: `orders_${suffix}.csv`, mimeType: "text/csv", buffer: Buffer.from(["order_id,city,quantity,price,ordered_at", ...rows].join("\n")) });
  await page.getByRole("heading", { name: "Where the rows go" }).waitFor();
  await choose(v, "Team", `newcomers ${suffix}`);
  for (const heading of ["What a row is", "Review"]) {
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: new RegExp(`^${heading}`) }).waitFor();
  }
  await page.getByRole("button", { name: "Create table and land rows" }).click();
  await page.getByText("40 rows have landed").waitFor();

  // A model that begins with the table.
  await page.getByRole("link", { name: "Use in a model" }).click();
  const table = `ads.you.by_city_${suffix}`;
  await page.getByText(/^The model begins with ods\./).waitFor();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(table);
  await choose(v, "Team", `newcomers ${suffix}`);
  await axe(v);
  await page.getByRole("button", { name: "Create and open" }).click();
  await node(page, `orders_${suffix}`).waitFor();
  expect(new URL(page.url()).search).toBe("");

  // Over a node, A puts the next behind it.
  const behind = async (id: string, component: string) => {
    await node(page, id).click();
    await page.keyboard.press("a");
    await page.keyboard.type(component);
    await page.getByRole("option", { name: new RegExp(`^${component}`, "i") }).first().waitFor();
    await page.keyboard.press("Enter");
    await node(page, component).waitFor();
  };
  await behind(`orders_${suffix}`, "aggregate");
  await page.getByRole("button", { name: "Add column" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).last().fill("city");
  await page.getByRole("button", { name: "Add aggregate" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).last().fill("revenue");
  await page.locator("main .cm-content").last().click();
  await page.keyboard.type("sum(price * quantity)");
  await page.keyboard.press("Escape");
  await page.getByRole("grid", { name: "Output" }).getByText("Hangzhou", { exact: true }).waitFor();
  await behind("aggregate", "clickhouse");
  await page.getByRole("button", { name: "Design the table with reasons" }).click();
  await page.getByRole("button", { name: /Review/ }).click();
  await page.getByRole("button", { name: "Create table and deploy" }).click();
  await page.waitForURL(/\/pipelines\/[^/]+/);
  await page.getByText("Ended").first().waitFor();

  await page.getByRole("link", { name: "Query" }).first().click();
  await page.locator(".cm-content").first().click();
  await page.keyboard.insertText(`SELECT city, revenue FROM ${table} ORDER BY revenue DESC`);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("gridcell", { name: "Hangzhou", exact: true }).waitFor();
  await page.getByRole("tab", { name: "Chart" }).click();
  await page.getByRole("img", { name: "revenue by city" }).getByText("Hangzhou", { exact: true }).waitFor();
  await axe(v);
  console.log(`from the first page to the chart: ${Math.round((Date.now() - began) / 1000)} s, without the time for reading`);
});
