import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** What the house's rules say of files as they stand: who may import whom, and that every word is used. */

const root = dirname(fileURLToPath(import.meta.url));

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((f) => /\.(ts|tsx)$/.test(f) && !f.endsWith(".d.ts"))
  .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }));

/** imports are what a file takes from this folder, as paths within it. */
function imports(file: { name: string; text: string }): string[] {
  const found = [...file.text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g), ...file.text.matchAll(/new URL\("(\.[^"]+)", import\.meta\.url\)/g)].map((m) => m[1] ?? "");
  return found.flatMap((to) => {
    if (to.startsWith("@/")) return [to.slice(2)];
    if (to.startsWith(".")) return [relative(root, join(root, dirname(file.name), to))];
    return [];
  });
}

/** layer is the folder that a rule is about; a feature is a layer of its own. */
function layer(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "features" ? `features/${second}` : first;
}

const below: Record<string, readonly string[]> = {
  core: [],
  gen: [],
  infra: ["core", "gen", "ui"], // the theme is made of ui's tokens
  ui: ["core", "infra", "gen"],
  features: ["core", "infra", "gen", "ui"],
  app: ["core", "infra", "gen", "ui", "features"],
  "main.tsx": ["app", "infra", "gen", "ui"],
};

describe("imports go one way", () => {
  for (const file of files) {
    const from = layer(file.name);
    const rule = below[from.startsWith("features/") ? "features" : from];
    if (!rule) continue;
    test(file.name, () => {
      const wrong = imports(file).filter((to) => {
        const other = layer(to);
        if (other === from) return false;
        return !rule.includes(other.startsWith("features/") ? "features" : other);
      });
      expect(wrong).toEqual([]);
    });
  }
  test("core knows no browser and no React", () => {
    for (const file of files.filter((f) => f.name.startsWith("core/") && !f.name.includes(".test."))) {
      expect(file.text, file.name).not.toMatch(/from "react|\b(window|localStorage|navigator)\.|\bdocument\.(querySelector|getElement|createElement|body|documentElement)/);
    }
  });
});

/** keys are the paths of the texts of a tree. */
function keys(tree: object, before = ""): string[] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [before + key] : keys(value as object, `${before}${key}.`)));
}

/** inside says which values a text has. */
function inside(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? "").sort();
}

describe("words", async () => {
  interface Declared {
    ns: string;
    en: object;
    zh: object;
  }
  const declared: { folder: string; w: Declared }[] = [];
  for (const f of files.filter((f) => f.name !== "infra/words.ts" && /\bwords\(\s*"/.test(f.text) && !f.name.includes(".test."))) {
    const exported = Object.values((await import(join(root, f.name))) as Record<string, unknown>);
    for (const w of exported) if (typeof w === "object" && w !== null && "ns" in w) declared.push({ folder: dirname(f.name), w: w as Declared });
  }

  test("each folder has a name of its own", () => {
    const names = declared.map((d) => d.w.ns);
    expect(names).toEqual([...new Set(names)]);
  });

  for (const { folder, w } of declared) {
    const own = files.filter((f) => f.name.startsWith(folder + "/"));
    const text = own.map((f) => f.text).join("\n");

    test(`${w.ns}: every text is used`, () => {
      const unused = keys(w.en)
        .map((k) => k.replace(/_(one|other)$/, ""))
        .filter((key) => {
          if (text.includes(`"${key}"`) || text.includes(`\`${key}\``)) return false;
          // A computed key stands in the code with the part before the first value: `state.${x}`.
          const parts = key.split(".");
          return !parts.some((_, i) => i > 0 && text.includes(`\`${parts.slice(0, i).join(".")}.\${`));
        });
      expect(unused.join("\n")).toEqual("");
    });

    test(`${w.ns}: both languages have the same values, and Chinese is Chinese`, () => {
      const en = new Map(flat(w.en));
      for (const [key, zh] of flat(w.zh)) {
        expect(zh.trim(), key).not.toBe("");
        expect(inside(zh), key).toEqual(inside(en.get(key) ?? ""));
        expect(zh, `${key}: no polite form, no exclamation`).not.toMatch(/您|！|!/);
      }
      for (const [key, text] of en) expect(text, `${key}: no exclamation, no please`).not.toMatch(/!|\b[Pp]lease\b|[Oo]ops/);
    });
  }
});

function flat(tree: object, before = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [[before + key, value] as [string, string]] : flat(value as object, `${before}${key}.`)));
}

describe("no component is known by name", () => {
  // The names come from the server. Those that are words of the product too (a table, SQL, a join) cannot be told apart here.
  const names = ["clickhouse", "kafka", "generator", "dedupe", "unnest", "normalize", "parquet"];
  for (const file of files.filter((f) => !f.name.includes(".test.") && !f.name.startsWith("gen/") && !f.name.startsWith("features/gallery/") && !/words\.ts$/.test(f.name))) {
    for (const name of names) {
      test(`${file.name}: ${name}`, () => expect(file.text).not.toMatch(new RegExp(`["'\`]${name}["'\`]`)));
    }
  }
});

/** sheets are the style sheets with a name for each class, and all that names them. */
const sheets = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".module.css"));

describe("classes", () => {
  for (const sheet of sheets) {
    test(`${sheet}: every class that is used is there, and every one there is used`, () => {
      const text = readFileSync(join(root, sheet), "utf8").replaceAll(/\/\*.*?\*\//gs, "");
      const selectors = text.replaceAll(/\{[^{}]*\}/g, "{}").replaceAll(/:global\([^)]*\)/g, "");
      const there = new Set([...selectors.matchAll(/\.([A-Za-z]\w*)/g)].map((m) => m[1] ?? ""));
      const composed = [...text.matchAll(/composes: (\w+);/g)].map((m) => m[1] ?? "");
      const used = new Set(composed);
      let any = false;
      for (const file of files) {
        for (const [, name = "", to = ""] of file.text.matchAll(/import (\w+) from "([^"]+\.module\.css)"/g)) {
          if (to.startsWith("@/") ? to.slice(2) !== sheet : relative(root, join(root, dirname(file.name), to)) !== sheet) continue;
          const body = file.text.replaceAll(/^import .*$/gm, "");
          for (const [, key = ""] of body.matchAll(new RegExp(`\\b${name}\\.([A-Za-z]\\w*)`, "g"))) used.add(key);
          any ||= new RegExp(`\\b${name}\\[`).test(body);
        }
      }
      expect([...used].filter((c) => !there.has(c))).toEqual([]);
      if (!any) expect([...there].filter((c) => !used.has(c))).toEqual([]);
    });
  }
});
