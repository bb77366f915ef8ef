import { expect } from "vitest";
import { makeTeam, own } from "./arrange";
import { node, openModel } from "./builder";
import { admin, axe, call, eventually, walk } from "./rig";

/** What the test's own component says of itself; it is written in server/e2e/browser/testdata. */
const told = {
  en: {
    components: "Components", title: "Scale", summary: "Multiplies or divides a column by a number.",
    fields: [["Scaled column", "A column of numbers."], ["How", "Dividing gives a fraction."], ["Factor", "A whole number from 1 to 1000."], ["Keep other columns", "Switched off, only the scaled column is left."]],
    options: ["Multiply", "Divide"],
  },
  zh: {
    components: "组件", title: "缩放", summary: "将一列乘以或除以一个数。",
    fields: [["缩放的列", "数值列。"], ["方式", "除法的结果是小数。"], ["倍数", "1 到 1000 的整数。"], ["保留其他列", "关闭后只留下缩放的列。"]],
    options: ["乘", "除"],
  },
} as const;

// Only a server that was built with the component has it: go test -run TestComponent ./server/e2e/browser.
walk("a component that only its folder knows of appears with form, help and icon", async (open) => {
  for (const language of ["en", "zh"] as const) {
    const words = told[language];
    const v = await open(admin({ language }));
    const { page } = v;
    const suffix = own();
    const model = `cdm.walk.${suffix}_scaled`;
    const id = await openModel(v, {
      name: model,
      team: await makeTeam(v, `scale ${suffix}`),
      text: `format: 1\nkind: view\nname: ${model}\nnodes:\n  - {id: plays, component: values, params: {schema: {columns: [{name: plays, type: int64}, {name: song, type: string}]}, rows: '{"plays": 21, "song": "Amber"}'}}\n  - {id: out, component: console}\nedges: [plays -> out]\n`,
    });

    // In the palette, with the icon that it brought: it is drawn as a mask, so what the mask holds is the drawing.
    await page.getByRole("tab", { name: words.components }).click();
    const listed = page.getByRole("treeitem", { name: words.title, exact: true });
    await listed.waitFor();
    const icons = await listed.locator("*").evaluateAll((all) => all.map((e) => getComputedStyle(e).maskImage).filter((m) => m !== "" && m !== "none"));
    expect(icons.map(decodeURIComponent).join(" ")).toContain("M2.5 13.5h11M4 10.500v1M8 7v4.500M12 3v8.500");

    // Behind the node that is selected, as any other.
    await node(page, "plays").click();
    await listed.focus();
    await page.keyboard.press("Enter");
    await node(page, "scale").waitFor();
    await node(page, "scale").click();
    await page.getByText(words.summary, { exact: true }).waitFor();
    for (const [label, help] of words.fields) {
      await page.getByText(label, { exact: true }).first().waitFor();
      await page.getByText(help, { exact: true }).waitFor();
    }
    const [column, , factor, keep] = words.fields.map(([label]) => label);
    for (const option of words.options) await page.getByRole("radio", { name: option }).waitFor({ state: "attached" });
    await page.getByRole("combobox", { name: column }).fill("plays");
    await page.locator(".ant-select-dropdown:visible .ant-select-item-option").first().click();
    await page.getByRole("textbox", { name: factor }).fill("3");
    await page.getByRole("switch", { name: keep }).click();
    await axe(v);

    // What was set is in the text, and the rows are what it makes of them.
    await eventually("the draft has the form's values", async () => {
      const { draft } = await call<{ draft: string }>(v, "GET", `/documents/${id}`);
      return draft.includes("factor: 3") && draft.includes("keep: false") && draft.includes("column: plays");
    });
    await page.getByRole("gridcell", { name: "63", exact: true }).waitFor();
  }
});
