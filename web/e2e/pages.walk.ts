import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { arrive, fits, foreign, loaded, speaks, type Stop, stops } from "./pages";
import { type Seeded, seed } from "./pages-world";
import { admin, axe, type Visit, visit, walk } from "./rig";

/**
 * Every page in both languages, light and dark, large and small: it fits, it speaks one language, and axe finds nothing. With MILLRACE_PICTURES set
 * to a folder pictures of them are kept there instead.
 */
const pictures = process.env.MILLRACE_PICTURES;
const only = process.env.MILLRACE_PAGES?.split(",");
vi.setConfig({ testTimeout: pictures ? 1_800_000 : 240_000 });
if (pictures) mkdirSync(pictures, { recursive: true });

const large = { width: 1440, height: 900 };
const small = { width: 1280, height: 720 };
const phone = { width: 390, height: 844 };

let arranged: Promise<Seeded> | undefined;
const world = (v: Visit) => (arranged ??= seed(v));

/** keep takes pictures of both themes, in each of some sizes. */
async function keep(v: Visit, stop: Stop, language: string, sizes: Readonly<Record<string, { width: number; height: number }>>): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await v.page.setViewportSize(viewport);
    // Opened anew, as a canvas shows all of itself when it opens.
    await arrive(v, stop);
    for (const theme of ["light", "dark"] as const) {
      await v.page.emulateMedia({ colorScheme: theme });
      await loaded(v.page);
      await v.page.screenshot({ path: join(pictures ?? "", `${stop.name}-${language}-${theme}-${size}.jpg`), type: "jpeg", quality: 60 });
    }
  }
  await v.page.emulateMedia({ colorScheme: "light" });
}

/** look examines a page: in English large and in both themes, in Chinese small; and that each fits the other size. */
async function look(v: Visit, stop: Stop, language: "en" | "zh", not: ReadonlySet<string>): Promise<void> {
  const at = `${stop.name} in ${language}`;
  await v.page.setViewportSize(language === "en" ? large : small);
  await arrive(v, stop);
  if (pictures) return keep(v, stop, language, { 1440: large, 1280: small });
  await speaks(v, not, at);
  await fits(v, at);
  await axe(v);
  if (language === "en") {
    await v.page.emulateMedia({ colorScheme: "dark" });
    await loaded(v.page);
    await axe(v);
    await v.page.emulateMedia({ colorScheme: "light" });
  }
  await v.page.setViewportSize(language === "en" ? small : large);
  await loaded(v.page);
  await fits(v, `${at}, resized`);
}

/** each looks at all pages, also behind one that is not as it should be, and returns what is wrong. */
async function each(all: readonly Stop[], look: (stop: Stop) => Promise<void>): Promise<string[]> {
  const found: string[] = [];
  for (const stop of all) {
    if (only && !only.includes(stop.name)) continue;
    await look(stop).catch((e: unknown) => found.push(`${stop.name}: ${e instanceof Error ? e.message : String(e)}`));
  }
  return found;
}

for (const group of ["models", "pipelines", "catalog", "access"] as const) {
  walk(`every page: ${group}`, async (open) => {
    const v = await open(admin());
    const all = stops(await world(v))[group] ?? [];
    const not = await foreign(v);
    const found: string[] = [];
    for (const language of ["en", "zh"] as const) {
      const reader = await open(admin({ language, theme: "system" }));
      found.push(...(await each(all, (stop) => look(reader, stop, language, not[language]))));
    }
    expect(found).toEqual([]);
  });
}

walk("every page: signing in", async (open) => {
  for (const language of ["en", "zh"] as const) {
    const v = await open(visit(undefined, undefined, { language, theme: "system" }));
    const stop = { name: "login", path: "/", there: "css=form" };
    await arrive(v, stop);
    await fits(v, stop.name);
    await axe(v);
    if (pictures) await keep(v, stop, language, { 1440: large, 1280: small });
  }
});

walk("every page: an operator's phone", async (open) => {
  const v = await open(admin());
  const all = Object.values(stops(await world(v))).flat().filter((s) => s.phone);
  const found: string[] = [];
  for (const language of ["en", "zh"] as const) {
    const reader = await open(admin({ language, theme: "system", size: phone }));
    const wrong = await each(all, async (stop) => {
      await arrive(reader, stop);
      if (pictures) return keep(reader, stop, language, { phone });
      await fits(reader, `${stop.name} in ${language} on a phone`);
      await axe(reader);
    });
    found.push(...wrong);
  }
  expect(found).toEqual([]);
});
