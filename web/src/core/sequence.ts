/** Piece is a run of two sequences: of both, of the first only, or of the second only. */
export interface Piece<T> {
  readonly op: "same" | "removed" | "added";
  readonly items: readonly T[];
}

/** most bounds the work of one comparison; what lies between equal ends and is larger counts as replaced. */
const most = 4_000_000;

/** compare says how one sequence becomes another, with as much as possible kept. What is removed comes before what is added in its place. */
export function compare<T>(a: readonly T[], b: readonly T[]): Piece<T>[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;

  const out: Piece<T>[] = [];
  const push = (op: Piece<T>["op"], items: readonly T[]) => {
    if (items.length > 0) out.push({ op, items });
  };
  push("same", a.slice(0, head));
  for (const piece of middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) push(piece.op, piece.items);
  push("same", a.slice(a.length - tail));
  return out;
}

function middle<T>(a: readonly T[], b: readonly T[]): Piece<T>[] {
  const width = b.length + 1;
  if (a.length === 0 || b.length === 0 || a.length * b.length > most) {
    return [
      { op: "removed", items: a },
      { op: "added", items: b },
    ];
  }
  // common[i*width+j] is how much a from i on and b from j on have in common.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const out: Piece<T>[] = [];
  let removed: T[] = [];
  let added: T[] = [];
  let kept: T[] = [];
  const changed = () => {
    if (removed.length > 0) out.push({ op: "removed", items: removed });
    if (added.length > 0) out.push({ op: "added", items: added });
    removed = [];
    added = [];
  };
  const keep = () => {
    if (kept.length > 0) out.push({ op: "same", items: kept });
    kept = [];
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      changed();
      kept.push(a[i] as T);
      i++;
      j++;
      continue;
    }
    keep();
    if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) removed.push(a[i++] as T);
    else added.push(b[j++] as T);
  }
  changed();
  keep();
  return out;
}

/** wordsOf cuts an expression into what a person reads as one: words, numbers, texts in quotes, single signs, and the spaces between. */
export function wordsOf(text: string): string[] {
  return text.match(/'(?:[^']|'')*'|[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

/** compareWords compares two texts word by word. */
export function compareWords(a: string, b: string): { op: Piece<string>["op"]; text: string }[] {
  return compare(wordsOf(a), wordsOf(b)).map((p) => ({ op: p.op, text: p.items.join("") }));
}
