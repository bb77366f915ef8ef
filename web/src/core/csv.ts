/** How rows leave the page: exactly as they came, so big integers and decimals, which come as texts, stay what they are. */

interface Column {
  readonly name: string;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // An empty text is quoted, so that it differs from NULL.
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** csv writes rows as RFC 4180 has it: NULL is nothing, an empty text is "". */
export function csv(columns: readonly Column[], rows: readonly (readonly unknown[])[]): string {
  return [columns.map((c) => cell(c.name)), ...rows.map((r) => columns.map((_, i) => cell(r[i])))].map((r) => r.join(",") + "\r\n").join("");
}

/** json writes rows as a list of objects. Of columns with one name all but the first get a number behind it. */
export function json(columns: readonly Column[], rows: readonly (readonly unknown[])[]): string {
  const taken = new Set<string>();
  const names = columns.map(({ name }) => {
    let free = name;
    for (let n = 2; taken.has(free); n++) free = `${name}_${n}`;
    taken.add(free);
    return free;
  });
  return `[\n${rows.map((r) => `  ${JSON.stringify(Object.fromEntries(names.map((n, i) => [n, r[i] ?? null])))}`).join(",\n")}\n]\n`;
}
