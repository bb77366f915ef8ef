/** Epoch is one checkpoint, as far as it got. */
export interface Epoch {
  number: number;
  /** at is when it was committed, or failed. */
  at: string;
  duration_ms: number;
  bytes: number;
  rows: number;
  /** failed is the code of what kept it from being committed; its rows are in a later one then. */
  failed?: string;
}

/** EpochSummary is what a strip of epochs says above itself. */
export interface EpochSummary {
  median: number;
  slowest: number;
  failed: number;
  /** slow is from when an epoch counts as slow, in milliseconds. */
  slow: number;
  /** every is how far two of them are apart, in seconds; 0 where that is not known. */
  every: number;
}

/** leastSlow is the shortest epoch that is ever called slow, in milliseconds: below it a leap of its share is noise. */
const leastSlow = 1000;

/** summarize says how epochs went. An epoch is slow that takes three times as long as the middle one. */
export function summarize(epochs: readonly Epoch[]): EpochSummary {
  const good = epochs.filter((e) => !e.failed);
  const took = good.map((e) => e.duration_ms).sort((a, b) => a - b);
  const median = took[took.length >> 1] ?? 0;
  const first = epochs[0];
  const last = epochs[epochs.length - 1];
  const apart = first && last && epochs.length > 1 ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 / (epochs.length - 1) : 0;
  return { median, slowest: took[took.length - 1] ?? 0, failed: epochs.length - good.length, slow: Math.max(leastSlow, median * 3), every: apart };
}

/** ceiling is the top of an axis for values up to max: 1, 2, 4 or 6 times a power of ten, half of which is a round number too. */
export function ceiling(max: number): number {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  for (const step of [1, 2, 4, 6, 10]) if (max <= step * power * 1.0001) return step * power;
  return 10 * power;
}
