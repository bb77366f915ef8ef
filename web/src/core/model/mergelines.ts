import { compare } from "../sequence";

/** LineClash is a place in which both have changed the same lines in different ways. */
export interface LineClash {
  /** at is the line of the base, from 0, at which it begins. */
  readonly at: number;
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
}

/** Part of a merged text: lines that are settled, or a clash. */
export type LinePart = { readonly text: string } | { readonly clash: LineClash };

interface Hunk {
  from: number;
  to: number;
  lines: string[];
}

/** mergeLines merges two changes of one text line by line. Changes that touch each other are a clash, as neither knew of the other. */
export function mergeLines(base: string, mine: string, theirs: string): LinePart[] {
  const lines = split(base);
  const ours = hunks(lines, split(mine));
  const others = hunks(lines, split(theirs));
  const parts: LinePart[] = [];
  const settle = (text: string) => {
    if (text !== "") parts.push({ text });
  };
  let at = 0;
  while (ours.length > 0 || others.length > 0) {
    const first = Math.min(ours[0]?.from ?? Infinity, others[0]?.from ?? Infinity);
    settle(lines.slice(at, first).join(""));
    // What overlaps or touches is taken together, as often as that makes it longer.
    let to = first;
    const takenOurs: Hunk[] = [];
    const takenOthers: Hunk[] = [];
    for (let grown = true; grown; ) {
      grown = false;
      for (const [queue, taken] of [
        [ours, takenOurs],
        [others, takenOthers],
      ] as const) {
        while (queue[0] && queue[0].from <= to) {
          const h = queue.shift() as Hunk;
          taken.push(h);
          to = Math.max(to, h.to);
          grown = true;
        }
      }
    }
    const a = rewritten(lines, first, to, takenOurs);
    const b = rewritten(lines, first, to, takenOthers);
    if (takenOurs.length === 0 || a === b) settle(b);
    else if (takenOthers.length === 0) settle(a);
    else parts.push({ clash: { at: first, base: lines.slice(first, to).join(""), mine: a, theirs: b } });
    at = to;
  }
  settle(lines.slice(at).join(""));
  return parts;
}

/** chosen joins the parts of a merge to a text; choose says whose lines stand where both have changed. */
export function chosen(parts: readonly LinePart[], choose: (clash: LineClash, i: number) => "mine" | "theirs"): string {
  let i = 0;
  return parts.map((p) => ("text" in p ? p.text : p.clash[choose(p.clash, i++)])).join("");
}

function split(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function hunks(base: readonly string[], now: readonly string[]): Hunk[] {
  const out: Hunk[] = [];
  let at = 0;
  let open: Hunk | undefined;
  for (const piece of compare(base, now)) {
    if (piece.op === "same") {
      at += piece.items.length;
      open = undefined;
      continue;
    }
    if (!open) out.push((open = { from: at, to: at, lines: [] }));
    if (piece.op === "removed") {
      at += piece.items.length;
      open.to = at;
    } else {
      open.lines.push(...piece.items);
    }
  }
  return out;
}

function rewritten(base: readonly string[], from: number, to: number, changes: readonly Hunk[]): string {
  const out: string[] = [];
  let at = from;
  for (const h of changes) {
    out.push(...base.slice(at, h.from), ...h.lines);
    at = h.to;
  }
  out.push(...base.slice(at, to));
  return out.join("");
}
