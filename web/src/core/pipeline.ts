/**
 * What a list of pipelines is made of: how one fares, which come first, and which of them somebody asked for. Everything here is pure: the page
 * feeds it the lines of the live topic "pipelines".
 */

/** How a pipeline fares, in the order in which they want a person. */
export const healths = ["failed", "backpressured", "busy", "unconfirmed", "starting", "running", "idle", "stopped"] as const;

export type Health = (typeof healths)[number];

/** chipOrder is the order in which a page counts them: what runs stands before what has yet to. */
export const chipOrder: readonly Health[] = ["failed", "backpressured", "busy", "running", "idle", "starting", "unconfirmed", "stopped"];

/** Totals are what a pipeline has done since its first run. */
export interface Totals {
  rows_in: number;
  rows_out: number;
  rejected: number;
  skipped: number;
  late: number;
  future: number;
  duplicates: number;
  bytes_in: number;
}

/** Cause is why something happened. */
export interface Cause {
  kind: string;
  actor?: { subject: string; name: string };
  reason?: string;
}

/** Line is what the topic "pipelines" says of one. Times are RFC 3339; what the server leaves out is not known. */
export interface Line {
  id: string;
  name: string;
  team: string;
  version: number;
  want: string;
  state: string;
  code?: string;
  reason?: string;
  since: string;
  confirmed_at?: string;
  health: Health;
  health_since: string;
  /** rows_per_second is over the last few seconds, lag the records that are not read yet, -1 where that is not known. */
  rows_per_second: number;
  lag: number;
  watermark?: string;
  epoch: number;
  epoch_ms: number;
  state_bytes: number;
  restarts: number;
  engine: string;
  document?: string;
  outputs: string[];
  deployed_by?: string;
  totals: Totals;
}

/** failing are the states that nothing but a person can end. */
const failing = new Set(["failed", "crash_looping", "blocked"]);

/** pressing says that somebody should look at it. */
export function pressing(health: Health): boolean {
  return health === "failed" || health === "backpressured" || health === "busy" || health === "unconfirmed";
}

/** delayOf is how far its watermark is behind, in seconds, and undefined where that says nothing: where it has none, or is not at work. */
export function delayOf(line: Pick<Line, "watermark">, now: number): number | undefined {
  if (!line.watermark) return undefined;
  return Math.max(0, (now - Date.parse(line.watermark)) / 1000);
}

/** measured says whether its figures are of now: those of a pipeline at rest are of its last run. */
export function measured(health: Health): boolean {
  return health !== "stopped" && health !== "starting";
}

/** mayStart and mayStop say what one can ask of it. */
export function mayStart(line: Pick<Line, "want" | "state">): boolean {
  return line.want === "stopped" || failing.has(line.state) || line.state === "ended";
}

export function mayStop(line: Pick<Line, "want">): boolean {
  return line.want === "running";
}

/** layerOf is the layer that a qualified name begins with: ods, cdm or ads. */
export function layerOf(name: string): string | undefined {
  return /^(ods|cdm|ads)\./i.exec(name)?.[1]?.toLowerCase();
}

/** Wanted is what a page asks of the list; it stands in the address. */
export interface Wanted {
  text: string;
  health: Health[];
  team: string[];
  engine: string[];
  layer: string[];
  /** sort is a column's key, with a minus before it where the greatest comes first; empty puts first what needs a person. */
  sort: string;
}

const lists = ["health", "team", "engine", "layer"] as const;

/** wantedOf reads an address; what it does not know it leaves out. */
export function wantedOf(query: URLSearchParams): Wanted {
  const list = (key: string) => (query.get(key) ?? "").split(",").filter(Boolean);
  return {
    text: query.get("q") ?? "",
    health: list("health").filter((h): h is Health => (healths as readonly string[]).includes(h)),
    team: list("team"),
    engine: list("engine"),
    layer: list("layer"),
    sort: query.get("sort") ?? "",
  };
}

/** queryOf writes an address that wantedOf reads. */
export function queryOf(w: Wanted): URLSearchParams {
  const q = new URLSearchParams();
  if (w.text) q.set("q", w.text);
  for (const key of lists) if (w[key].length > 0) q.set(key, w[key].join(","));
  if (w.sort) q.set("sort", w.sort);
  return q;
}

/** matches says whether a line is one of those that were asked for, whatever its health. */
export function matches(line: Line, w: Wanted): boolean {
  if (w.team.length > 0 && !w.team.includes(line.team)) return false;
  if (w.engine.length > 0 && !w.engine.includes(line.engine)) return false;
  const outputs = line.outputs;
  if (w.layer.length > 0 && ![line.name, ...outputs].some((n) => w.layer.includes(layerOf(n) ?? ""))) return false;
  if (w.text === "") return true;
  const text = w.text.toLowerCase();
  return [line.name, line.deployed_by ?? "", ...outputs].some((n) => n.toLowerCase().includes(text));
}

/** counts has how many lines there are of each health. */
export function counts(all: readonly Line[]): Record<Health, number> {
  const n = Object.fromEntries(healths.map((h) => [h, 0])) as Record<Health, number>;
  for (const line of all) n[line.health]++;
  return n;
}

/** sortKeys are the columns that one can order by. */
export const sortKeys: Readonly<Record<string, (line: Line) => number | string>> = {
  name: (l) => l.name,
  rate: (l) => l.rows_per_second,
  lag: (l) => l.lag,
  delay: (l) => (l.watermark ? -Date.parse(l.watermark) : -Infinity),
  epoch: (l) => l.epoch_ms,
  dead: (l) => l.totals.rejected,
};

/** rank is where a health stands in the list. What is well goes by name alone: rows must not jump because a pipeline has had nothing to read for a second. */
function rank(health: Health): number {
  if (pressing(health)) return healths.indexOf(health);
  return healths.length + (health === "stopped" ? 1 : 0);
}

/** ordered puts lines in order: by a column, or those first that need a person. What is equal goes by name. */
export function ordered(all: readonly Line[], sort: string): Line[] {
  const down = sort.startsWith("-");
  const key = sortKeys[down ? sort.slice(1) : sort];
  const value = key ?? ((l: Line) => rank(l.health));
  return [...all].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x !== y) return (x < y ? -1 : 1) * (down ? -1 : 1);
    return a.name < b.name ? -1 : 1;
  });
}

/** Row is a line of the table: which pipeline, and how it fares. Its figures are the cells' own business. */
export interface Row {
  id: string;
  health: Health;
}

/** View is what a page shows of a list. It keeps its parts' identity, down to the rows, where they are the same as before. */
export interface View {
  rows: readonly Row[];
  counts: Record<Health, number>;
  all: number;
  teams: readonly string[];
  engines: readonly string[];
}

export const emptyView: View = { rows: [], counts: counts([]), all: 0, teams: [], engines: [] };

/** viewOf applies what was asked for to the lines as they are now. Counts are of all healths, whichever were asked for. */
export function viewOf(lines: Iterable<Line>, w: Wanted, before: View): View {
  const seen: Line[] = [];
  const teams = new Set<string>();
  const engines = new Set<string>();
  let all = 0;
  for (const line of lines) {
    all++;
    teams.add(line.team);
    engines.add(line.engine);
    if (matches(line, w)) seen.push(line);
  }
  const chosen = w.health.length > 0 ? seen.filter((l) => w.health.includes(l.health)) : seen;
  const was = new Map(before.rows.map((r) => [r.id, r]));
  const rows = ordered(chosen, w.sort).map(({ id, health }) => {
    const row = was.get(id);
    return row?.health === health ? row : { id, health };
  });
  const next: View = { rows, counts: counts(seen), all, teams: [...teams].sort(), engines: [...engines].sort() };
  for (const key of ["teams", "engines"] as const) if (next[key].join() === before[key].join()) next[key] = before[key];
  if (rows.length === before.rows.length && rows.every((r, i) => r === before.rows[i])) next.rows = before.rows;
  if (healths.every((h) => next.counts[h] === before.counts[h])) next.counts = before.counts;
  const same = next.rows === before.rows && next.counts === before.counts && next.all === before.all && next.teams === before.teams && next.engines === before.engines;
  return same ? before : next;
}
