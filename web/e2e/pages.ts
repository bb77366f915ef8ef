import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Seeded } from "./pages-world";
import { call, type Visit } from "./rig";

/** A Stop is a page of the application, and what has to be there before it is looked at. */
export interface Stop {
  name: string;
  path: string;
  /** there is a text of the seeded things, or a locator that begins with "css=". */
  there: string;
  /** act brings the page to where it shows something. */
  act?: (v: Visit) => Promise<void>;
  /** phone says that it is also for somebody who is called at night. */
  phone?: boolean;
}

/** stops are all pages, in groups that are walked through one after the other. */
export function stops(s: Seeded): Record<string, Stop[]> {
  const table = (name: string, id: string, tab: string, there: string): Stop => ({ name: `table-${name}`, path: `/catalog/${id}${tab}`, there });
  const pipeline = (name: string, id: string, tab: string, there: string): Stop => ({ name: `pipeline-${name}`, path: `/pipelines/${id}${tab}`, there, phone: true });
  const { tables, pipelines, models, names } = s;
  return {
    catalog: [
      { name: "catalog", path: "/catalog", there: "css=main [role=row]" },
      { name: "catalog-search", path: "/catalog?q=song", there: "songs" },
      table("overview", tables.wide, "", "window_start"),
      table("sample", tables.wide, "/sample", "css=[role=gridcell]"),
      table("lineage", tables.wide, "/lineage", "long_plays"),
      table("lineage-pinned", tables.plays, `/lineage?pin=${tables.plays}~song_id&down=2`, "long_plays"),
      table("consumers", tables.plays, "/consumers", "css=main a[href*='/models/'], main a[href*='/pipelines/']"),
      table("access", tables.wide, "/access", "Chen Mo"),
      table("changes", tables.wide, "/changes", "listeners_10s"),
      table("declaration", tables.plays, "/declaration", "play_events"),
      { name: "new-connection", path: "/catalog/new/connection", there: "Kafka" },
      { name: "new-connection-settings", path: "/catalog/new/connection?kind=kafka&step=settings", there: "css=form input, main input" },
      { name: "new-table", path: "/catalog/new/table", there: "css=h2" },
      { name: "new-upload", path: "/catalog/new/upload", there: "css=input[type=file]" },
      { name: "connection-tables", path: `/catalog/connections/${s.connection}`, there: "css=button" },
    ],
    models: [
      { name: "models", path: "/models", there: "listeners_10s" },
      { name: "builder", path: `/models/${models.view}`, there: "css=.react-flow__node" },
      { name: "builder-relational", path: `/models/${models.relational}`, there: "css=.react-flow__node" },
      { name: "land", path: `/models/${models.view}/land`, there: "css=main input" },
      {
        name: "query", path: "/query", there: "css=.cm-content",
        act: async ({ page }) => {
          await page.locator(".cm-content").first().click();
          await page.keyboard.press("Control+a");
          await page.keyboard.insertText(`SELECT platform, exp_group, sum(plays) AS plays, max(listeners) AS listeners\nFROM ${names.listeners}\nGROUP BY platform, exp_group\nORDER BY plays DESC`);
          await page.keyboard.press("Control+Enter");
          await page.locator("[role=gridcell]").first().waitFor();
        },
      },
    ],
    pipelines: [
      { name: "home", path: "/", there: "language_codes", phone: true },
      { name: "pipelines", path: "/pipelines", there: "language_codes", phone: true },
      pipeline("running", pipelines.running, "", "css=.react-flow__node"),
      pipeline("operators", pipelines.running, "/operators", "css=[role=gridcell]"),
      pipeline("epochs", pipelines.running, "/epochs", "css=[role=gridcell]"),
      pipeline("dead-letters", pipelines.dead, "/dead-letters", "row.wrong_type"),
      pipeline("late-rows", pipelines.late, "/late-rows", "css=main nav"),
      pipeline("logs", pipelines.late, "/logs", "css=main nav"),
      pipeline("versions", pipelines.running, "/versions", "css=[role=gridcell]"),
      pipeline("settings", pipelines.running, "/settings", "css=main input"),
      pipeline("failed", pipelines.failed, "", "row.cast"),
      pipeline("stopped", pipelines.stopped, "", "css=.react-flow__node"),
    ],
    access: [
      { name: "grants", path: "/access", there: "Chen Mo" },
      { name: "requests", path: "/access/requests", there: "To compare" },
      { name: "request", path: `/access/requests/${s.request}`, there: "Until the end of the month" },
      { name: "teams", path: "/access/teams", there: "Music data" },
      { name: "team", path: `/access/teams/${s.team}`, there: "Chen Mo" },
      { name: "people", path: "/access/people", there: "Chen Mo" },
      { name: "person", path: `/access/people/${s.person}`, there: "Chen Mo" },
      { name: "audit", path: "/access/audit", there: "su.min" },
      { name: "why", path: `/access/why?subject=user:${s.person}&scope=table:${tables.wide}&action=read`, there: "ads.music.listeners_10s" },
      { name: "account", path: "/settings", there: "css=main h2" },
      { name: "connections", path: "/settings/connections", there: "orders_kafka" },
      { name: "connection", path: `/settings/connections/${s.connection}`, there: "orders_kafka" },
      { name: "server", path: "/settings/server", there: "css=main h2" },
      { name: "missing", path: "/nowhere", there: "css=main h1" },
    ],
  };
}

/** arrive opens a page and waits until it has what it is about. */
export async function arrive(v: Visit, stop: Stop): Promise<void> {
  await v.go(stop.path);
  await v.page.locator("main").locator(stop.there.startsWith("css=") ? stop.there.slice(4).replaceAll(/\bmain /g, "") : `text=${stop.there}`).first().waitFor();
  await stop.act?.(v);
  await loaded(v.page);
}

/** loaded waits until nothing says that it is still coming. */
export async function loaded(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelectorAll('[role="status"][aria-label="Loading"], [role="status"][aria-label="加载中"]').length === 0);
  await page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(undefined))))));
}

/** fits says that nothing has to be scrolled sideways. */
export async function fits(v: Visit, at: string): Promise<void> {
  const { scroll, inner } = await v.page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, inner: window.innerWidth }));
  expect(scroll, `${at} is as wide as its window`).toBeLessThanOrEqual(inner);
}

/** leaves are the texts of a tree of words, without those that have values in them. */
function leaves(tree: object): string[] {
  return Object.values(tree).flatMap((v: unknown) => (typeof v === "string" ? (v.includes("{{") ? [] : [v]) : leaves(v as object)));
}

/** foreign are the texts of either language that the other has not, by the language of the page on which they must not stand. */
export async function foreign(v: Visit): Promise<Record<"en" | "zh", Set<string>>> {
  const root = join(dirname(fileURLToPath(import.meta.url)), "../src");
  const en = new Set<string>();
  const zh = new Set<string>();
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith("words.ts") && f !== "infra/words.ts")) {
    for (const w of Object.values((await import(join(root, file))) as Record<string, unknown>)) {
      if (typeof w !== "object" || w === null || !("en" in w) || !("zh" in w)) continue;
      for (const text of leaves(w.en as object)) en.add(text);
      for (const text of leaves(w.zh as object)) zh.add(text);
    }
  }
  for (const { items } of [await call<{ items: unknown }>(v, "GET", "/components")]) {
    JSON.stringify(items, (_, value: unknown) => {
      if (typeof value === "object" && value !== null && "en" in value && "zh" in value) {
        en.add(String(value.en));
        zh.add(String(value.zh));
      }
      return value;
    });
  }
  return { en: new Set([...zh].filter((t) => !en.has(t))), zh: new Set([...en].filter((t) => !zh.has(t))) };
}

/** called are names that are words too: columns of the world that is arranged, its first account, and languages, which are called what they call themselves. */
const called = new Set(["member", "seconds", "Administrator", "English", "中文"]);

/** speaks says that no text of the page is one of the other language. What people and tables are called is theirs. */
export async function speaks(v: Visit, not: ReadonlySet<string>, at: string): Promise<void> {
  const texts = await v.page.evaluate(() => {
    const found: string[] = [];
    const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = all.nextNode(); n; n = all.nextNode()) {
      const text = n.textContent?.trim();
      // What a search has marked is in pieces, which are words by chance.
      if (text && !n.parentElement?.querySelector("mark") && !n.parentElement?.closest("mark, code, pre, .cm-editor, script, style, [role=gridcell] [class*=mono]")) found.push(text);
    }
    for (const e of document.querySelectorAll("[aria-label], [placeholder], [title]")) for (const name of ["aria-label", "placeholder", "title"]) found.push(e.getAttribute(name) ?? "");
    return found;
  });
  const wrong = [...new Set(texts.filter((t) => not.has(t) && !called.has(t)))];
  if (wrong.length > 0) throw new Error(`texts of the other language at ${at}: ${wrong.join(", ")}`);
}
