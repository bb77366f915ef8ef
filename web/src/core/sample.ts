/** SampleColumn is a column of a sample, with its type as the language writes it. */
export interface SampleColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable?: boolean;
}

/** Shape is what can be said of a column's values. */
export type Shape = "number" | "time" | "boolean" | "text" | "nested";

/** ColumnStats is what the rows of a sample show of one column. It is of the sample, never of the table. */
export interface ColumnStats {
  readonly name: string;
  readonly type: string;
  readonly shape: Shape;
  readonly rows: number;
  readonly nulls: number;
  /** distinct is how many different values there are, NULL not among them. */
  readonly distinct: number;
  /** min and max are values as the rows have them; nested values have none. */
  readonly min?: unknown;
  readonly max?: unknown;
  /** bins counts values between min and max in steps of equal width: numbers and times that are not all the same have them. */
  readonly bins?: readonly number[];
  /** top are the most frequent values, where there are few enough for that to say something. */
  readonly top?: readonly { readonly value: unknown; readonly count: number }[];
}

/** binCount is how many bars a small distribution has. */
export const binCount = 12;

/** topCount is how many frequent values are named. */
export const topCount = 4;

/** shapeOf says what can be done with values of a type. */
export function shapeOf(type: string): Shape {
  const head = /^[a-z]+/i.exec(type)?.[0].toLowerCase() ?? "";
  if (/^(u?int|float|double|decimal)$/.test(head)) return "number";
  if (head === "timestamp" || head === "date" || head === "time") return "time";
  if (head === "boolean" || head === "bool") return "boolean";
  if (head === "string" || head === "bytes" || head === "uuid") return "text";
  return "nested";
}

/** statsOf counts one column of a sample. */
export function statsOf(column: SampleColumn, index: number, rows: readonly (readonly unknown[])[]): ColumnStats {
  const shape = shapeOf(column.type);
  const counts = new Map<string, { value: unknown; count: number }>();
  const places: number[] = [];
  let nulls = 0;
  let min: { place: number | string; value: unknown } | undefined;
  let max: typeof min;
  for (const row of rows) {
    const value = row[index];
    if (value === null || value === undefined) {
      nulls++;
      continue;
    }
    const key = typeof value === "string" ? value : JSON.stringify(value);
    const seen = counts.get(key);
    if (seen) seen.count++;
    else counts.set(key, { value, count: 1 });

    const place = placeOf(shape, value);
    if (place === undefined) continue;
    if (typeof place === "number") places.push(place);
    if (!min || place < min.place) min = { place, value };
    if (!max || place > max.place) max = { place, value };
  }
  const base = { name: column.name, type: column.type, shape, rows: rows.length, nulls, distinct: counts.size };
  const bins = typeof min?.place === "number" && typeof max?.place === "number" ? binsOf(places, min.place, max.place) : undefined;
  return { ...base, ...(min && max ? { min: min.value, max: max.value } : {}), ...(bins ? { bins } : {}), ...topOf(shape, counts, rows.length - nulls) };
}

/** placeOf puts a value on a scale; undefined is none. */
function placeOf(shape: Shape, value: unknown): number | string | undefined {
  switch (shape) {
    case "number": {
      const n = typeof value === "number" ? value : Number(value);
      return Number.isFinite(n) ? n : undefined;
    }
    case "time": {
      const ms = Date.parse(String(value));
      return Number.isNaN(ms) ? String(value) : ms;
    }
    case "text":
      return typeof value === "string" ? value : undefined;
    default:
      return undefined;
  }
}

function binsOf(values: readonly number[], min: number, max: number): number[] | undefined {
  const width = max - min;
  if (values.length < 2 || !(width > 0) || !Number.isFinite(width)) return undefined;
  const bins = Array.from({ length: binCount }, () => 0);
  for (const v of values) {
    const i = Math.min(binCount - 1, Math.floor(((v - min) / width) * binCount));
    bins[i] = (bins[i] ?? 0) + 1;
  }
  return bins;
}

function topOf(shape: Shape, counts: ReadonlyMap<string, { value: unknown; count: number }>, values: number): Pick<ColumnStats, "top"> {
  if ((shape !== "text" && shape !== "boolean") || values === 0 || (counts.size > values / 2 && shape === "text")) return {};
  return { top: [...counts.values()].sort((a, b) => b.count - a.count).slice(0, topCount) };
}

/** Line is a line of a preview's stream. */
export interface PreviewLine {
  columns?: SampleColumn[];
  row?: Record<string, unknown> | unknown[];
  op?: string;
  end?: PreviewEnd;
}

/** PreviewEnd is what a preview came to. */
export interface PreviewEnd {
  rows_read: number;
  rejected: number;
  ended: boolean;
  timed_out: boolean;
  elapsed_ms?: number;
}

/** Sample are rows of a node as a grid shows them. */
export interface Sample {
  readonly columns: readonly SampleColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** ops says of each row what it does to those before, where that is more than to come: "delete", "update_before", "update_after". */
  readonly ops: readonly (string | undefined)[];
  readonly end?: PreviewEnd;
}

export const noSample: Sample = { columns: [], rows: [], ops: [] };

/** take returns the sample with more lines of its stream. */
export function take(s: Sample, lines: readonly PreviewLine[]): Sample {
  let columns = s.columns;
  let end = s.end;
  const rows = [...s.rows];
  const ops = [...s.ops];
  for (const line of lines) {
    if (line.columns) columns = line.columns;
    if (line.end) end = line.end;
    if (line.row === undefined) continue;
    const { row } = line;
    rows.push(Array.isArray(row) ? row : columns.map((c) => row[c.name] ?? null));
    ops.push(line.op);
  }
  return { columns, rows, ops, end };
}

/** ownColumns names the columns that a node makes itself: those that none of its inputs has under that name and with that type. */
export function ownColumns(output: readonly SampleColumn[], inputs: readonly SampleColumn[]): ReadonlySet<string> {
  const given = new Set(inputs.map((c) => `${c.name} ${c.type}`));
  return new Set(output.filter((c) => !given.has(`${c.name} ${c.type}`)).map((c) => c.name));
}
