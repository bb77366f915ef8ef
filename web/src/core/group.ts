/** groupBy puts things that have the same key together, in the order in which the keys come. */
export function groupBy<T, K>(all: Iterable<T>, key: (of: T) => K): Map<K, T[]> {
  const out = new Map<K, T[]>();
  for (const one of all) {
    const k = key(one);
    const group = out.get(k);
    if (group) group.push(one);
    else out.set(k, [one]);
  }
  return out;
}
