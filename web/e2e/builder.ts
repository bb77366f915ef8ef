import type { Locator, Page } from "playwright-core";
import { axe, call, eventually, type Visit } from "./rig";

/** What the builder's walks do again and again, as a person at the canvas does it. */

/** openModel makes a model of a text and opens it. */
export async function openModel(v: Visit, on: { name: string; team: string; text: string; kind?: "view" | "relational_model" }): Promise<string> {
  const { id } = await call<{ id: string }>(v, "POST", "/documents", { name: on.name, team: on.team, format: "yaml", text: on.text });
  await v.go(`/models/${id}`);
  await canvas(v.page).waitFor({ timeout: 60_000 });
  return id;
}

export const canvas = (page: Page): Locator => page.locator(".react-flow");

/** node is a node on the canvas, by its name. */
export const node = (page: Page, id: string): Locator => page.locator(`.react-flow__node[data-id="${id}"]`);

/** output and input are the ports of a node; one with several inputs has them by their names. */
export const output = (page: Page, id: string): Locator => node(page, id).locator(".react-flow__handle.source");
export const input = (page: Page, id: string, port = ""): Locator => node(page, id).locator(port === "" ? ".react-flow__handle.target" : `.react-flow__handle.target[data-handleid="${port}"]`);

/** middle is where a pointer has to be to be on something. What the canvas still brings into view is waited for. */
export async function middle(at: Locator): Promise<{ x: number; y: number }> {
  const box = await settled(at);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** settled is the place of something that has come to rest. */
export async function settled(at: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  let last = "";
  return eventually("it comes to rest", async () => {
    const box = await at.boundingBox();
    const now = JSON.stringify(box);
    if (box && now === last) return box;
    last = now;
    return undefined;
  });
}

/** insertion is the "+" of an edge, which is there while the pointer is on the edge. */
export async function insertion(page: Page, from: string, to: string): Promise<Locator> {
  const plus = page.getByLabel(`Insert between ${from} and ${to}`, { exact: true });
  const { x, y } = await middle(plus);
  await page.mouse.move(x, y);
  await plus.waitFor();
  return plus;
}

/** chooseEdge clicks on an edge, beside what lies on its middle. */
export async function chooseEdge(page: Page, from: string, to: string): Promise<void> {
  const edge = page.getByLabel(`Edge from ${from} to ${to}`, { exact: true });
  const at = await edge.locator("path").first().evaluate((path) => {
    if (!(path instanceof SVGPathElement)) throw new Error("an edge is a path");
    const p = path.getPointAtLength(path.getTotalLength() * 0.75).matrixTransform(path.getScreenCTM() ?? undefined);
    return { x: p.x, y: p.y };
  });
  await page.mouse.click(at.x, at.y);
}

/** drag takes something by the mouse from one place to another, on the way as a hand does. */
export async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }, letGo = true): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 6, from.y + 6);
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  if (letGo) await page.mouse.up();
}

/** wire draws a connection from a node's output to an input of another. */
export async function wire(page: Page, from: string, to: string, port = ""): Promise<void> {
  await drag(page, await middle(output(page, from)), await middle(input(page, to, port)));
}

/** edges are the connections on the canvas, "a>b" each. */
export async function edges(page: Page): Promise<string[]> {
  const labels = await page.locator(".react-flow__edge").evaluateAll((all) => all.map((e) => e.getAttribute("aria-label") ?? ""));
  return labels.map((l) => l.replace(/^Edge from (\S+) to (\S+)$/, "$1>$2")).sort();
}

/** hasEdges waits until these connections are there, and no others. */
export async function hasEdges(page: Page, ...wanted: string[]): Promise<void> {
  let last: string[] = [];
  await eventually(`edges ${wanted.join(", ")}`, async () => {
    last = await edges(page);
    return JSON.stringify(last) === JSON.stringify([...wanted].sort());
  }).catch((e: unknown) => {
    throw new Error(`${String(e)}; there are ${last.join(", ")}`);
  });
}

/** savedText waits until a draft is saved, and returns it. */
export async function savedText(v: Visit, id: string): Promise<string> {
  await v.page.getByText(/^Saved\b/).first().waitFor();
  return (await call<{ draft: string }>(v, "GET", `/documents/${id}`)).draft;
}

/** expression types into a code editor of the inspector, in the place of what it held. */
export async function expression(page: Page, label: string | RegExp, text: string): Promise<void> {
  const box = page.getByRole("textbox", { name: label }).first();
  await box.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** publishAndDeploy publishes the open model's first version and deploys it, as the drawer leads. */
export async function publishAndDeploy(v: Visit): Promise<void> {
  await v.page.getByRole("button", { name: "Publish v1" }).click();
  const drawer = v.page.getByRole("dialog");
  await drawer.getByRole("button", { name: "Publish and deploy" }).click();
  await drawer.getByRole("link", { name: /^Open the pipeline/ }).waitFor();
  await axe(v);
  await drawer.getByRole("button", { name: "Close" }).last().click();
  await drawer.waitFor({ state: "hidden" });
}
