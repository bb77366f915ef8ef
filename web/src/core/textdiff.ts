/** DiffLine is a line of two texts laid beside each other: in both, only in the first, or only in the second. Numbers count from 1. */
export interface DiffLine {
  kind: "same" | "gone" | "new";
  text: string;
  before?: number;
  after?: number;
}

/** most bounds the table of the exact way, in cells; beyond it what differs in the middle is told as gone and new as a whole. */
const most = 4_000_000;

/** diffLines compares two texts line by line, with as few changes as there can be. */
export function diffLines(from: string, to: string): DiffLine[] {
  const a = linesOf(from);
  const b = linesOf(to);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const out: DiffLine[] = [];
  const same = (i: number, j: number) => out.push({ kind: "same", text: a[i] ?? "", before: i + 1, after: j + 1 });
  const gone = (i: number) => out.push({ kind: "gone", text: a[i] ?? "", before: i + 1 });
  const fresh = (j: number) => out.push({ kind: "new", text: b[j] ?? "", after: j + 1 });
  for (let i = 0; i < head; i++) same(i, i);
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  let i = 0;
  let j = 0;
  if (n * m <= most) {
    const width = m + 1;
    const common = new Uint32Array((n + 1) * width);
    for (let x = n - 1; x >= 0; x--) {
      for (let y = m - 1; y >= 0; y--) {
        const at = x * width + y;
        common[at] = a[head + x] === b[head + y] ? (common[at + width + 1] ?? 0) + 1 : Math.max(common[at + width] ?? 0, common[at + 1] ?? 0);
      }
    }
    while (i < n && j < m) {
      if (a[head + i] === b[head + j]) same(head + i++, head + j++);
      else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)) gone(head + i++);
      else fresh(head + j++);
    }
  }
  while (i < n) gone(head + i++);
  while (j < m) fresh(head + j++);
  for (let k = tail; k > 0; k--) same(a.length - k, b.length - k);
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
