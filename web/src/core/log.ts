/** LogLine is one line that a pipeline has logged. */
export interface LogLine {
  number: number;
  at: string;
  level: string;
  message: string;
  attrs?: Record<string, string>;
}

const levels = ["debug", "info", "warn", "error"];

/** matching are the lines of at least a level that hold a text, in whatever case; an empty level is all. */
export function matching(lines: readonly LogLine[], level: string, text: string): readonly LogLine[] {
  if (level === "" && text === "") return lines;
  const least = levels.indexOf(level);
  const wanted = text.toLowerCase();
  return lines.filter((l) => levels.indexOf(l.level.toLowerCase()) >= least && (wanted === "" || logText(l).toLowerCase().includes(wanted)));
}

/** logText is a line as text, as it is copied: time, level, message and attributes. */
export function logText(l: LogLine): string {
  const attrs = Object.entries(l.attrs ?? {}).map(([k, v]) => ` ${k}=${/[\s"=]/.test(v) ? JSON.stringify(v) : v}`);
  return `${l.at} ${l.level} ${l.message}${attrs.join("")}`;
}
