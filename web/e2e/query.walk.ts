import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { landCSV, makeTeam, own } from "./arrange";
import { admin, axe, call, eventually, type Visit, walk } from "./rig";

const countries = ["CN", "CN", "JP"];
const most = 9_007_199_254_800_001n;

/** makePlays lands plays in ClickHouse: many of one key, and of a number that a browser's own cannot hold. */
async function makePlays(v: Visit, suffix: string): Promise<string> {
  const name = `ads.walk${suffix}.plays_${suffix}`;
  const rows = Array.from({ length: 3000 }, (_, i) => `1,${i},${countries[i % countries.length]},${most - BigInt(2 * i)},"said ""${i}"", twice"`);
  await landCSV(v, { name, team: await makeTeam(v, `asking ${suffix}`), csv: `k,n,country,big,note\n${rows.join("\n")}\n` });
  return name;
}

const editor = (page: Page, name = "Query") => page.getByRole("textbox", { name, exact: true });
const grid = (page: Page) => page.getByRole("grid", { name: "Answer" });

/** ask writes a question in the place of what stands there. */
async function ask(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** values are those of the first column that are in view. */
const values = (page: Page): Promise<string[]> => grid(page).locator("[role=gridcell][aria-colindex='2']").allInnerTexts();

walk("a question is completed as it is written, and answered by Ctrl Enter: the statement at the cursor, or what is selected", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const suffix = own();
  const table = await makePlays(v, suffix);
  await v.go("/query");
  await editor(page).click();
  await page.getByText("The answer appears here.").waitFor();
  await axe(v);

  // Tables after FROM, then columns of the table, and functions.
  const offered = (name: string) => page.getByRole("option", { name }).first();
  await page.keyboard.type(`SELECT n, big FROM ads.walk${suffix}`);
  await offered(table).waitFor();
  await axe(v);
  await offered(table).click();
  await page.keyboard.type(" WHERE coun");
  await offered("country").click();
  await page.keyboard.type(" = upp");
  await offered("upper").click();
  await page.keyboard.type("'jp') ORDER BY n LIMIT 2");
  await page.keyboard.press("Control+Enter");
  await grid(page).getByRole("columnheader", { name: /big/ }).waitFor();
  await eventually("the rows are there", async () => (await values(page)).join() === "2,5");
  // Exact, though it is more than the browser's own numbers hold.
  await grid(page).getByRole("gridcell", { name: String(most - 4n), exact: true }).waitFor();
  await page.getByRole("region", { name: "Answer" }).getByText(/ rows, .* read$/).waitFor();
  await axe(v);

  // Of two statements the one at the cursor is asked.
  await ask(page, `SELECT min(n) AS least FROM ${table};\nSELECT country\nFROM ${table}\nGROUP BY country\nHAVING count(*) > 1500`);
  await page.keyboard.press("Control+Enter");
  await eventually("the second is answered", async () => (await values(page)).join() === "CN");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+Enter");
  await grid(page).getByRole("columnheader", { name: /least/ }).waitFor();

  // A part of a statement is asked as it is selected.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  for (let line = 0; line < 3; line++) await page.keyboard.press("Shift+ArrowDown");
  await page.getByRole("button", { name: /^Run selection/ }).waitFor();
  await page.keyboard.press("Control+Enter");
  await eventually("what is selected is answered", async () => (await values(page)).sort().join() === "CN,JP");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: /^Run Ctrl/ }).waitFor();

  // What is wrong is said, and marked where it stands.
  await ask(page, `SELECT countri FROM ${table}`);
  await page.getByRole("button", { name: /^Run Ctrl/ }).click();
  await page.getByRole("alert").getByText("there is no column countri").waitFor();
  await page.getByRole("alert").getByText("Did you mean country?").waitFor();
  expect(await page.locator(".cm-lintRange-error").innerText()).toBe("countri");
  await axe(v);

  // Questions outlast a reload, and what was asked is remembered.
  await page.reload();
  await page.getByText(`SELECT countri FROM ${table}`).waitFor();
  await page.getByRole("button", { name: "History" }).click();
  await page.getByRole("menuitem", { name: /GROUP BY country/ }).first().click();
  await page.getByRole("list", { name: "Questions" }).getByRole("listitem").nth(1).waitFor();
});

walk("an answer becomes a chart, and leaves as a file exactly as it is", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const table = await makePlays(v, own());
  await v.go(`/query?sql=${encodeURIComponent(`SELECT country, note, max(big) AS most FROM ${table} WHERE n < 3 GROUP BY country, note ORDER BY most DESC`)}`);
  await editor(page).waitFor();
  await page.getByRole("button", { name: /^Run/ }).click();
  await eventually("the rows are there", async () => (await values(page)).join() === "CN,CN,JP");

  const save = async (what: string) => {
    await page.getByRole("button", { name: "Export" }).click();
    const file = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: what }).click();
    const saved = await file;
    return { name: saved.suggestedFilename(), text: readFileSync(await saved.path(), "utf8") };
  };
  const expected = [0, 1, 2].map((i) => ({ country: countries[i], note: `said "${i}", twice`, most: String(most - BigInt(2 * i)) }));
  const csv = await save("Download CSV");
  expect(csv.name).toBe("rows.csv");
  expect(csv.text).toBe(`country,note,most\r\n${expected.map((r, i) => `${r.country},"said ""${i}"", twice",${r.most}\r\n`).join("")}`);
  const json = await save("Download JSON");
  expect(json.name).toBe("rows.json");
  expect(JSON.parse(json.text)).toEqual(expected);
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "Copy as CSV" }).click();
  await page.getByText("3 rows copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(csv.text);

  await page.getByRole("region", { name: "Answer" }).getByRole("tab", { name: "Chart" }).click();
  const chart = page.getByRole("img", { name: "most by country" });
  await chart.getByText("CN", { exact: true }).waitFor();
  await axe(v);
  await page.getByRole("radiogroup", { name: "Kind of chart" }).getByText("Points").click();
  await page.getByRole("combobox", { name: "Colour" }).click();
  await page.getByTitle("note", { exact: true }).click();
  await chart.getByText('said "0", twice').waitFor();
  await axe(v);
});

walk("a long question is cancelled, on the server too", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const table = await makePlays(v, own());
  const long = `SELECT count(*) AS n FROM ${table} AS a JOIN ${table} AS b ON a.k = b.k JOIN ${table} AS c ON b.k = c.k`;
  await v.go(`/query?sql=${encodeURIComponent(long)}`);
  await editor(page).waitFor();
  await page.getByRole("button", { name: /^Run/ }).click();
  const running = async () => (await call<{ items: { text: string }[] }>(v, "GET", "/queries")).items.filter((q) => q.text === long).length;
  await eventually("it runs on the server", async () => (await running()) === 1);
  await page.getByText("Running, 0 rows so far").waitFor();
  await axe(v);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled after 0 rows").waitFor();
  await eventually("the server has stopped it", async () => (await running()) === 0);
  await axe(v);
});

walk("the query console in Chinese and dark", async (open) => {
  const v = await open(admin({ language: "zh", theme: "dark" }));
  const { page } = v;
  const table = await makePlays(v, own());
  await v.go(`/query?sql=${encodeURIComponent(`SELECT country, count(*) AS plays FROM ${table} GROUP BY country`)}`);
  await editor(page, "查询").waitFor();
  await page.getByText("结果显示在这里。").waitFor();
  await axe(v);
  await page.getByRole("button", { name: /^运行/ }).click();
  await page.getByRole("grid", { name: "结果" }).getByRole("gridcell", { name: "JP", exact: true }).waitFor();
  await axe(v);
  await page.getByRole("tab", { name: "图表" }).click();
  await page.getByRole("img", { name: "plays 按 country" }).getByText("JP", { exact: true }).waitFor();
  await axe(v);
});
