/** How a value of a row is written in a grid. Values are those of JSON; what numbers cannot hold comes as text. */

const numeric = /^(u?int(8|16|32|64)?|float(32|64)?|decimal|double|bigint|integer|smallint|real)\b/i;

/** isNumeric says whether values of a type stand right. */
export function isNumeric(type: string): boolean {
  return numeric.test(type);
}

/** cellText is a value as it is copied: text without quotes, objects as JSON. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}

/** wide is how much room a text takes, in characters of Latin: those of Chinese are wider. */
function wide(text: string): number {
  let n = 0;
  for (const c of text) n += c > "\u2e7f" ? 1.8 : 1;
  return n;
}

/** widthOf estimates a column's width from its title and its first values. */
export function widthOf(column: { name: string; type: string }, values: readonly unknown[]): number {
  let most = Math.max(wide(column.name) * 1.05, Math.min(24, column.type.length));
  for (const v of values) most = Math.max(most, wide(cellText(v).slice(0, 60)));
  return Math.round(Math.max(64, Math.min(300, most * 7.3 + 20)));
}

/** pretty is a value as its pop-over shows it. */
export function pretty(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, null, 2) ?? "NULL";
  if (/^\s*[[{]/.test(value)) {
    try {
      return JSON.stringify(JSON.parse(value), null, 2);
    } catch {
      return value;
    }
  }
  return value;
}
