/** What a chart of a query's rows shows, picked from the columns' types and values. */

export interface ChartColumn {
  readonly name: string;
  readonly type: string;
}

type Rows = readonly (readonly unknown[])[];

export interface Picked {
  kind: "line" | "bar" | "scatter";
  /** x, y and by are names of columns; by colours. */
  x: string;
  y: string;
  by?: string;
}

/** numeric says whether a column's values can be measured on an axis. */
export function numeric(c: ChartColumn): boolean {
  return /^(u?int\d*|float\d*|decimal)/i.test(c.type);
}

/** temporal says whether a column's values are moments. */
export function temporal(c: ChartColumn): boolean {
  return /^(timestamp|date)/i.test(c.type);
}

function distinct(rows: Rows, at: number, most: number): number {
  const seen = new Set<unknown>();
  for (const r of rows) {
    seen.add(r[at]);
    if (seen.size > most) break;
  }
  return seen.size;
}

/** series is how many colours a chart bears. */
const series = 6;
const bars = 60;

/** pick chooses a sensible chart; undefined where no column has a measure. */
export function pick(columns: readonly ChartColumn[], rows: Rows): Picked | undefined {
  const isId = (c: ChartColumn) => /(^|_)id$/i.test(c.name);
  const measures = columns.filter((c) => numeric(c));
  const time = columns.find(temporal);
  const texts = columns.filter((c) => !numeric(c) && !temporal(c));
  const y = measures.findLast((c) => !isId(c)) ?? measures.at(-1);
  if (!y) return undefined;
  const by = texts.find((c) => {
    const n = distinct(rows, columns.indexOf(c), series);
    return n > 1 && n <= series;
  });
  if (time) return { kind: "line", x: time.name, y: y.name, ...(by ? { by: by.name } : {}) };
  // A column of one value would be a single bar.
  const category = texts.find((c) => {
    const n = distinct(rows, columns.indexOf(c), bars);
    return n > 1 && n <= bars;
  }) ?? texts[0];
  if (category) return { kind: "bar", x: category.name, y: y.name };
  const x = measures.find((c) => c !== y);
  return x ? { kind: isId(x) ? "bar" : "scatter", x: x.name, y: y.name } : undefined;
}

export interface Shaped {
  x: (string | number)[];
  axis: "category" | "time" | "value";
  series: { name: string; values: (number | null)[] }[];
  /** left is how many rows are not in the chart: those that have no value, and those of the rarest colours. */
  left: number;
}

/** shape turns rows into the series of a chart. Rows of one x and colour are added up, in bars and lines. */
export function shape(columns: readonly ChartColumn[], rows: Rows, p: Picked): Shaped {
  const at = (name: string | undefined) => columns.findIndex((c) => c.name === name);
  const [xi, yi, bi] = [at(p.x), at(p.y), at(p.by)];
  const column = columns[xi];
  const axis = column && p.kind !== "bar" && temporal(column) ? "time" : column && p.kind === "scatter" && numeric(column) ? "value" : "category";
  const many = new Map<string, number>();
  for (const r of rows) many.set(label(r[bi]), (many.get(label(r[bi])) ?? 0) + 1);
  const names = bi < 0 ? [p.y] : [...many].sort((a, b) => b[1] - a[1]).slice(0, series).map(([n]) => n).sort();
  let left = 0;
  const points: { x: string | number; name: string; y: number }[] = [];
  for (const r of rows) {
    const name = bi < 0 ? p.y : label(r[bi]);
    const y = r[yi] === null || r[yi] === undefined || r[yi] === "" ? Number.NaN : Number(r[yi]);
    const x = place(r[xi], axis);
    if (!Number.isFinite(y) || x === undefined || !names.includes(name)) left++;
    else points.push({ x, name, y });
  }
  if (p.kind === "scatter") {
    const x = points.map((q) => q.x);
    return { x, axis, left, series: names.map((name) => ({ name, values: points.map((q) => (q.name === name ? q.y : null)) })) };
  }
  const x = [...new Set(points.map((q) => q.x))];
  if (axis === "time" || (column && temporal(column))) x.sort((a, b) => (a < b ? -1 : 1));
  const where = new Map(x.map((v, i) => [v, i]));
  const values = new Map(names.map((n) => [n, x.map((): number | null => null)]));
  for (const q of points) {
    const list = values.get(q.name);
    const i = where.get(q.x);
    if (list && i !== undefined) list[i] = (list[i] ?? 0) + q.y;
  }
  return { x, axis, left, series: names.map((name) => ({ name, values: values.get(name) ?? [] })) };
}

function label(v: unknown): string {
  return v === null || v === undefined ? "NULL" : typeof v === "string" ? v : JSON.stringify(v);
}

function place(v: unknown, axis: Shaped["axis"]): string | number | undefined {
  if (axis === "category") return label(v);
  const n = axis === "time" && typeof v === "string" ? Date.parse(v) : v === null || v === "" ? Number.NaN : Number(v);
  return Number.isFinite(n) ? n : undefined;
}
