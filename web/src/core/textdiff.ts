import { compare } from "./sequence";

/** DiffLine is a line of two texts laid beside each other: in both, only in the first, or only in the second. Numbers count from 1. */
export interface DiffLine {
  kind: "same" | "gone" | "new";
  text: string;
  before?: number;
  after?: number;
}

/** diffLines compares two texts line by line, with as few changes as there can be. */
export function diffLines(from: string, to: string): DiffLine[] {
  const out: DiffLine[] = [];
  let before = 0;
  let after = 0;
  for (const { op, items } of compare(linesOf(from), linesOf(to))) {
    for (const text of items) {
      if (op === "removed") out.push({ kind: "gone", text, before: ++before });
      else if (op === "added") out.push({ kind: "new", text, after: ++after });
      else out.push({ kind: "same", text, before: ++before, after: ++after });
    }
  }
  return out;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

/** Hunk is a run of lines that are shown; hidden is how many equal lines before it are not. */
export interface Hunk {
  hidden: number;
  lines: DiffLine[];
}

/** hunks folds what is equal, but for a few lines around each change. */
export function hunks(lines: readonly DiffLine[], around = 3): { hunks: Hunk[]; hidden: number } {
  const near = lines.map(() => false);
  lines.forEach((l, i) => {
    if (l.kind !== "same") near.fill(true, Math.max(0, i - around), i + around + 1);
  });
  const out: Hunk[] = [];
  let hidden = 0;
  lines.forEach((l, i) => {
    if (!near[i]) {
      hidden++;
      return;
    }
    const last = out[out.length - 1];
    if (last && hidden === 0) last.lines.push(l);
    else out.push({ hidden, lines: [l] });
    hidden = 0;
  });
  return { hunks: out, hidden };
}
