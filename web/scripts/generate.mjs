// Writes what the application generates: src/gen/tokens.css from the design tokens, src/gen/api.d.ts from the API's description.
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const read = (path) => JSON.parse(fs.readFileSync(at(path), "utf8"));

function block(selector, variables) {
  return `${selector} {\n${variables.map(([name, value]) => `  --${name}: ${value};`).join("\n")}\n}\n`;
}

/** colours are the variables that differ between the modes. */
function colours(mode) {
  const out = [];
  for (const [name, value] of Object.entries(mode.role)) out.push([name, value]);
  for (const [name, value] of Object.entries(mode.semantic)) out.push([name, value]);
  for (const group of [mode.status, mode.kind]) {
    for (const [name, { fg, soft }] of Object.entries(group)) out.push([`${name}-fg`, fg], [`${name}-soft`, soft]);
  }
  // Two states are not colours of their own: starting is the accent at work, unconfirmed is grey.
  out.push(["starting-fg", mode.role.accent], ["starting-soft", mode.role.accentSoft]);
  out.push(["unconfirmed-fg", mode.role.text3], ["unconfirmed-soft", mode.status.stopped.soft]);
  for (const [name, value] of Object.entries(mode.layer)) out.push([`layer-${name}`, value]);
  mode.chart.forEach((value, i) => out.push([`chart-${i + 1}`, value]));
  for (const [name, value] of Object.entries(mode.elevation)) out.push([name, value]);
  return out;
}

/** measures are the variables that both modes share. */
function measures(tokens) {
  const out = [
    ["sans", tokens.type.sans],
    ["mono", tokens.type.mono],
  ];
  for (const [name, value] of Object.entries(tokens.type.weight)) out.push([name, value]);
  for (const [name, [size, line]] of Object.entries(tokens.type.scale)) {
    out.push([`size-${name}`, `${size}px`], [`line-${name}`, `${line}px`], [`font-${name}`, `${size}px/${line}px var(--sans)`], [`code-${name}`, `${size}px/${line}px var(--mono)`]);
  }
  for (const value of tokens.space) out.push([`s${value}`, `${value}px`]);
  for (const [name, value] of Object.entries(tokens.size)) {
    if (Array.isArray(value)) out.push([`${name}W`, `${value[0]}px`], [`${name}H`, `${value[1]}px`]);
    else out.push([name, `${value}px`]);
  }
  for (const [name, value] of Object.entries(tokens.radius)) out.push([`radius-${name}`, `${value}px`]);
  for (const [name, value] of Object.entries(tokens.motion)) if (name !== "rule") out.push([name, value]);
  for (const [name, value] of Object.entries(tokens.zIndex)) out.push([`z-${name}`, value]);
  out.push(["hatch", tokens.hatch.backpressured.replaceAll("fg", "var(--backpressured-fg)")]);
  return out;
}

function css(tokens) {
  return [
    "/* Written by scripts/generate.mjs from src/ui/tokens.json. */",
    block(":root", measures(tokens)),
    block(':root,\n:root[data-theme="light"]', colours(tokens.light)),
    block(':root[data-theme="dark"]', colours(tokens.dark)),
    ':root[data-theme="light"] { color-scheme: light; }\n:root[data-theme="dark"] { color-scheme: dark; }',
    // What moves by the person's wish not to be moved at all.
    block(":root[data-still]", [["fast", "0ms"], ["mid", "0ms"], ["slow", "0ms"]]),
  ].join("\n");
}

fs.mkdirSync(at("../src/gen"), { recursive: true });
fs.writeFileSync(at("../src/gen/tokens.css"), css(read("../src/ui/tokens.json")));
if (!process.argv.includes("--tokens")) {
  fs.writeFileSync(at("../src/gen/api.d.ts"), "// Written by scripts/generate.mjs from openapi.json.\n" + astToString(await openapi(read("../openapi.json"))));
}
