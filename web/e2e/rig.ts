import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { paths } from "@/gen/api";

/** World is what server/e2e/browser has started. */
interface World {
  url: string;
  password: string;
  kafka: string;
  chromium: string;
  output: string;
  /** component is the title of one that this server alone has. */
  component?: string;
}

function readWorld(): World {
  const text = process.env.MILLRACE_WORLD;
  if (!text) throw new Error("the walks are started by: go test ./server/e2e/browser");
  return JSON.parse(text) as World;
}

export const world = readWorld();

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: world.chromium, args: ["--no-sandbox"] });
});
afterAll(() => browser?.close());

/** patience is how long a page may take for anything on a machine that has much else to do; only a walk that fails waits so long. */
const patience = 60_000;

/** How a page is looked at. */
export interface Look {
  language?: "en" | "zh";
  /** "system" goes with the browser, which can change its mind. */
  theme?: "light" | "dark" | "system";
  size?: { width: number; height: number };
  /** tour shows the first-run tour, which is off elsewhere. */
  tour?: boolean;
}

/** A Visit is somebody at a browser of their own. */
export class Visit {
  readonly errors: string[] = [];
  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on("pageerror", (e) => this.errors.push(String(e.stack ?? e)));
    page.on("console", (m) => {
      // The browser says so of every answer that is not a success; what the page makes of those is what walks look at.
      if (m.type() === "error" && !m.text().startsWith("Failed to load resource") && !m.text().includes("WebSocket connection")) this.errors.push(m.text());
    });
  }

  /** go opens an address of the application. */
  async go(path: string): Promise<void> {
    await this.page.goto(world.url + path);
  }

  /** tab opens another tab of the same browser. */
  async tab(path: string): Promise<Visit> {
    const v = new Visit(this.context, await this.context.newPage());
    await v.go(path);
    return v;
  }
}

/** visit opens a browser and signs in; without a name nobody is signed in. */
export async function visit(name?: string, password?: string, look: Look = {}): Promise<Visit> {
  if (!browser) throw new Error("there is no browser yet");
  const context = await browser.newContext({
    viewport: look.size ?? { width: 1440, height: 900 },
    colorScheme: look.theme === "dark" ? "dark" : "light",
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
    baseURL: world.url,
  });
  await context.addInitScript(
    ([language, theme, tour]) => {
      localStorage.setItem("millrace.language", language);
      localStorage.setItem("millrace.theme", theme);
      if (tour === "") localStorage.setItem("millrace.tour", "done");
    },
    [look.language ?? "en", look.theme ?? "light", look.tour ? "yes" : ""] as const,
  );
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const v = new Visit(context, page);
  if (name !== undefined) {
    // The session's cookie is all that signing in leaves; one walk signs in by the form.
    const answer = await context.request.post("/api/v1/auth/login", { data: { name, password: password ?? world.password } });
    expect(answer.status(), await answer.text()).toBe(200);
  }
  return v;
}

/** admin is the first account's browser. */
export const admin = (look?: Look) => visit("admin", world.password, look);

/** walk is a test with a browser: a page that has thrown or logged an error fails it, and a failure leaves pictures. */
export function walk(name: string, steps: (open: (v: Promise<Visit>) => Promise<Visit>) => Promise<void>): void {
  test(name, async () => {
    const visits: Visit[] = [];
    try {
      await steps(async (v) => {
        const opened = await v;
        visits.push(opened);
        return opened;
      });
      for (const v of visits) expect(v.errors).toEqual([]);
    } catch (e) {
      // At once, as the reporter keeps it for the end.
      console.error(`${name}: ${String((e as Error).stack ?? e).slice(0, 3000)}`);
      for (const [i, v] of visits.entries()) await v.page.screenshot({ path: join(world.output, `${name.replaceAll(/\W+/g, "-")}-${i}.png`) }).catch(() => undefined);
      throw e;
    } finally {
      for (const v of visits) await v.context.close();
    }
  });
}

/** Call is the API as a visitor's browser has it, to arrange what a walk is not about. */
export async function call<T = unknown>(v: Visit, method: "GET" | "POST" | "PUT" | "DELETE", path: keyof paths | string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const me = await (await v.context.request.get("/api/v1/auth/me")).json();
  const answer = await v.context.request.fetch("/api/v1" + path, { method, data: body, headers: { "X-Csrf-Token": me.csrf_token, "Idempotency-Key": crypto.randomUUID(), ...headers } });
  const text = await answer.text();
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** eventually asks until it is so. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false | null>, within = patience): Promise<T> {
  const end = Date.now() + within;
  let last: unknown;
  for (;;) {
    try {
      const got = await ask();
      if (got) return got;
    } catch (e) {
      last = e;
    }
    if (Date.now() > end) throw new Error(`${what} within ${within} ms${last ? `: ${String(last)}` : ""}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** choose opens a picker by its label and takes an option, as a person would. */
export async function choose(v: Visit, label: string, option: string): Promise<void> {
  const box = v.page.getByRole("combobox", { name: label, exact: true });
  await box.click();
  await box.fill(option);
  await v.page.locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: option }).first().click();
  await v.page.locator(".ant-select-dropdown:visible").waitFor({ state: "hidden" });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** axe finds what people with a screen reader or weak eyes would stumble over: WCAG 2.2 AA. */
export async function axe(v: Visit): Promise<void> {
  // By evaluate, as the page's policy lets in no script but its own.
  await v.page.evaluate(axeSource);
  const found = await v.page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const r = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return r.violations.map((x) => `${x.id}: ${x.help}: ${x.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
  });
  // Told whole: an assertion's message would cut it off.
  if (found.length > 0) throw new Error(`axe at ${new URL(v.page.url()).pathname}:\n${found.join("\n")}`);
}
