/** A statement of a script, by offsets: without the semicolon, and without blanks around it. */
export interface Statement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** statements takes a script apart at its semicolons, but for those within texts, names and comments. */
export function statements(script: string): Statement[] {
  const out: Statement[] = [];
  let begin = 0;
  const add = (end: number) => {
    const part = script.slice(begin, end);
    const bare = part.replace(/--[^\n]*|\/\*[\s\S]*?(\*\/|$)/g, "").trim();
    if (bare !== "") {
      const from = begin + (part.length - part.trimStart().length);
      const to = begin + part.trimEnd().length;
      out.push({ from, to, text: script.slice(from, to) });
    }
    begin = end + 1;
  };
  for (const m of script.matchAll(/'(?:[^']|'')*('|$)|"(?:[^"]|"")*("|$)|`(?:[^`]|``)*(`|$)|--[^\n]*|\/\*[\s\S]*?(\*\/|$)|;/g)) if (m[0] === ";") add(m.index);
  add(script.length);
  return out;
}

/** SETs and USEs have no answer; they count for the statement after them. */
const ahead = /^(?:(?:--[^\n]*|\/\*[\s\S]*?\*\/)\s*)*(set|use)\b/i;

/** statementAt finds what a cursor asks for: the statement that it stands in or behind, with the settings before it. */
export function statementAt(script: string, offset: number): Statement | undefined {
  const all = statements(script);
  let i = all.findLastIndex((s) => s.from <= offset);
  if (i < 0) i = 0;
  const hit = all[i];
  if (!hit) return undefined;
  let first = i;
  while (first > 0 && ahead.test(all[first - 1]?.text ?? "")) first--;
  const from = all[first]?.from ?? hit.from;
  return { from, to: hit.to, text: script.slice(from, hit.to) };
}

/** askedAt is what Run asks: what is selected, as it is, else the statement at the cursor. */
export function askedAt(script: string, cursor: number, from: number, to: number): Statement | undefined {
  const selected = script.slice(from, to);
  const text = selected.trim();
  if (text === "") return statementAt(script, cursor);
  const begin = from + (selected.length - selected.trimStart().length);
  return { from: begin, to: begin + text.length, text };
}
