import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CDPSession } from "playwright-core";
import { afterAll, expect } from "vitest";
import { deploy, inState, songs } from "./arrange";
import { admin, call, eventually, type Visit, walk } from "./rig";

/**
 * What the application costs in a real browser. The figures are printed, and with MILLRACE_BENCH kept in bench/web; no walk fails on one. With
 * MILLRACE_BENCH there are as many pipelines and nodes as the product is meant for, else few, so that the walks stay quick.
 */
const full = Boolean(process.env.MILLRACE_BENCH);
const pipelines = full ? 1000 : 60;
const nodes = full ? 200 : 40;
const repetitions = full ? 7 : 2;

const figures: Record<string, { value: number; unit: string; bound: string; what: string }> = {};

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function report(name: string, values: number[], bound: string, what: string): void {
  const value = Math.round(median(values) * 10) / 10;
  figures[name] = { value, unit: "ms", bound, what };
  console.log(`${name}: ${value} ms (${bound}), ${values.map((v) => Math.round(v)).join(" ")}: ${what}`);
}

afterAll(() => {
  if (!full) return;
  const file = join(dirname(fileURLToPath(import.meta.url)), "../../bench/web/results", `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), cpus: cpus().length, load: loadavg(), pipelines, nodes, repetitions, figures }, null, 2)}\n`);
});

/** busy is how long the main thread has worked so far, in milliseconds of its own time: another program on the machine does not add to it. */
async function busy(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find((m) => m.name === "TaskDuration")?.value ?? 0) * 1000;
}

async function measured(v: Visit): Promise<CDPSession> {
  const session = await v.context.newCDPSession(v.page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return session;
}

/** since is how long ago the page's navigation began. */
const since = (v: Visit) => v.page.evaluate(() => performance.now());

const team = async (v: Visit): Promise<string> => {
  const all = await call<{ items: { id: string; name: string }[] }>(v, "GET", "/teams");
  return all.items.find((t) => t.name === "speed")?.id ?? (await call<{ id: string }>(v, "POST", "/teams", { name: "speed" })).id;
};

/** Overheard is what a page under overhear knows of its socket: the last line of each pipeline, and by which name it has asked for them. */
interface Overheard {
  socket: WebSocket;
  lines: Map<string, Record<string, unknown>>;
  subscription: string;
}

/** overhear runs in the page before all else. */
function overhear(): void {
  const heard = Object.assign(window as unknown as Overheard, { lines: new Map(), subscription: "" });
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      heard.socket = this;
      this.addEventListener("message", (e) => {
        if (!e.isTrusted) return; // a frame of the walk's own
        const frame = JSON.parse(String(e.data)) as { id: string; set?: Record<string, Record<string, unknown>> };
        for (const [key, line] of Object.entries(frame.set ?? {})) {
          if (typeof line.rows_per_second !== "number" || !String(line.name).startsWith("speed.many.")) continue;
          heard.subscription = frame.id;
          heard.lines.set(key, line);
        }
      });
    }
  };
}

const text = (name: string) => `format: 1
kind: view
name: ${name}
nodes:
  - {id: numbers, component: values, params: {schema: {columns: [{name: n, type: int64}]}, rows: '{"n": 1}'}}
  - {id: out, component: console}
edges: [numbers -> out]
`;

walk("first page", async (open) => {
  const v = await open(admin());
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    await v.go("/");
    await v.page.getByRole("link", { name: "Pipelines" }).first().waitFor();
    times.push(await since(v));
  }
  report("first page interactive", times, "< 1500", "from the navigation until the page can be used, files cached after the first");
});

walk("many pipelines", async (open) => {
  const v = await open(admin());
  const own = await team(v);
  const make = async (i: number) => call(v, "POST", "/pipelines", { name: `speed.many.p${i}`, team: own, format: "yaml", text: text(`speed.many.p${i}`) });
  for (let i = 0; i < pipelines; i += 10) await Promise.all(Array.from({ length: Math.min(10, pipelines - i) }, (_, k) => make(i + k)));

  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    await v.go("/pipelines?q=speed.many");
    await v.page.getByText("speed.many.p0", { exact: true }).first().waitFor();
    times.push(await since(v));
  }
  report("list of pipelines", times, "< 1000", `${pipelines} deployed, from the navigation until rows are there`);

  // A frame is given to the page as if the server had sent it, without a middleman whose work would count.
  await v.page.addInitScript(overhear);
  await v.go("/pipelines?q=speed.many");
  await v.page.getByText("speed.many.p0", { exact: true }).first().waitFor();
  await eventually("the page has a line of each pipeline", async () => (await v.page.evaluate(() => (window as unknown as Overheard).lines.size)) >= pipelines);

  const session = await measured(v);
  const ticks: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const frame = await v.page.evaluateHandle((i) => {
      const { lines, subscription } = window as unknown as Overheard;
      const set = Object.fromEntries([...lines].map(([key, line]) => [key, { ...line, rows_per_second: 1000 + i, lag: 100 + i, epoch: i }]));
      return JSON.stringify({ op: "delta", id: subscription, seq: 1_000_000 + i, set });
    }, i);
    await v.page.waitForTimeout(1200); // the server's own tick is over
    const before = await busy(session);
    await v.page.evaluate((data) => (window as unknown as Overheard).socket.dispatchEvent(new MessageEvent("message", { data })), frame);
    await v.page.waitForTimeout(400);
    ticks.push((await busy(session)) - before);
  }
  report("tick", ticks, "< 50", `main thread, a frame of all ${pipelines} pipelines that changes every visible row`);
});

walk("a change of status is seen", async (open) => {
  const v = await open(admin());
  const own = await team(v);
  const id = await deploy(v, own, songs("speed.seen.p"));
  await inState(v, id, "running");
  await v.go("/pipelines?q=speed.seen");
  const row = v.page.getByRole("row", { name: /speed\.seen\.p/ });
  await row.getByText("Running").waitFor();
  const before = Date.now();
  await call(v, "POST", `/pipelines/${id}/stop`, { how: "now" });
  await row.getByText("Stopped").waitFor();
  report("status change visible", [Date.now() - before], "< 2000", "from the request to stop until the row says so");
});

walk("a large canvas", async (open) => {
  const v = await open(admin());
  const own = await team(v);
  const width = 20;
  const ids = Array.from({ length: nodes }, (_, i) => `n${i}`);
  const name = "speed.canvas.large";
  const body = `format: 1
kind: view
name: ${name}
nodes:
  - {id: n0, component: values, params: {schema: {columns: [{name: n, type: int64}]}, rows: '{"n": 1}'}}
${ids
  .slice(1, -1)
  .map((id) => `  - {id: ${id}, component: filter, params: {where: "n > 0"}}`)
  .join("\n")}
  - {id: ${ids.at(-1)}, component: console}
edges: [${ids.join(" -> ")}]
layout: {${ids.map((id, i) => `${id}: {x: ${(i % width) * 200}, y: ${Math.floor(i / width) * 90}}`).join(", ")}}
`;
  const existing = await call<{ items: { id: string; name: string }[] }>(v, "GET", `/documents?name=${name}`);
  const id = existing.items[0]?.id ?? (await call<{ id: string }>(v, "POST", "/documents", { name, team: own, format: "yaml", text: body })).id;
  const times: number[] = [];
  for (let i = 0; i < Math.min(3, repetitions); i++) {
    await v.go(`/models/${id}`);
    await v.page.locator(".react-flow__node").nth(3).waitFor();
    times.push(await since(v));
  }
  report("canvas opens", times, "no bound", `${nodes} nodes, from the navigation until nodes are there`);

  const session = await measured(v);
  const node = v.page.locator(".react-flow__node").nth(3);
  await v.page.waitForTimeout(1500);
  const frames: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const box = await node.boundingBox();
    expect(box).not.toBeNull();
    if (!box) return;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await v.page.mouse.move(x, y);
    await v.page.mouse.down();
    await v.page.mouse.move(x + (i % 2 ? -8 : 8), y + (i % 2 ? -8 : 8));
    await v.page.evaluate(() => {
      const counted = { frames: 0, on: true };
      Object.assign(window, { counted });
      const count = () => {
        counted.frames++;
        if (counted.on) requestAnimationFrame(count);
      };
      requestAnimationFrame(count);
    });
    // As a hand does it: a move every 16 ms, whether the page keeps up or not. The browser gives each frame the last of them.
    // Away and back again in turns: at the edge the canvas would move along.
    const before = await busy(session);
    const sent: Promise<unknown>[] = [];
    const way = i % 2 ? -1 : 1;
    for (let s = 1; s <= 90; s++) {
      sent.push(session.send("Input.dispatchMouseEvent", { type: "mouseMoved", x: x + s * 2 * way, y: y + s * way, button: "left", buttons: 1 }));
      await v.page.waitForTimeout(16);
    }
    await Promise.all(sent);
    const after = await busy(session);
    const drawn = await v.page.evaluate(() => {
      const { counted } = window as unknown as { counted: { frames: number; on: boolean } };
      counted.on = false;
      return counted.frames;
    });
    frames.push((after - before) / drawn);
    await v.page.mouse.up();
    await v.page.waitForTimeout(500);
  }
  report("drag frame", frames, "< 16", `main thread for a frame of dragging one of ${nodes} nodes`);
  await eventually("the canvas is still whole", async () => (await v.page.locator(".react-flow__node").count()) > 3);
});
