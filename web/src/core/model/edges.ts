import type { Edge } from "./types";
import { isRecord } from "./yamlwrite";

/**
 * Edges as they are written: an item of the list is "a -> b", a chain "a -> b -> c", or {from, to, port}. The order of the items is the order of the inputs of
 * nodes, so a change keeps every edge that it does not mean in its item and place.
 */

/** edgesOf takes an item of the list apart. */
export function edgesOf(item: unknown): Edge[] {
  if (typeof item === "string") {
    const ids = item.split("->").map((s) => s.trim());
    if (ids.some((id) => id === "")) return [];
    return ids.slice(1).map((to, i) => ({ from: ids[i] ?? "", to }));
  }
  if (!isRecord(item) || typeof item.from !== "string" || typeof item.to !== "string") return [];
  return [{ from: item.from, to: item.to, ...(typeof item.port === "string" && item.port !== "" ? { port: item.port } : {}) }];
}

/** itemsOf writes edges as items, chained where one leads on from the one before. */
export function itemsOf(edges: readonly Edge[]): unknown[] {
  const out: unknown[] = [];
  let chain: string[] = [];
  const close = () => {
    if (chain.length > 0) out.push(chain.join(" -> "));
    chain = [];
  };
  for (const e of edges) {
    if (e.port !== undefined) {
      close();
      out.push({ from: e.from, to: e.to, port: e.port });
    } else if (chain.at(-1) === e.from) chain.push(e.to);
    else {
      close();
      chain = [e.from, e.to];
    }
  }
  close();
  return out;
}

/** Items are the edges of a document, item by item. */
export type Items = readonly (readonly Edge[])[];

/** heal takes nodes out of edges. Where one edge led into a node, what came out of it now comes from there, each at its own place in the order. */
export function heal(items: Items, gone: readonly string[]): Items {
  let now = items;
  for (const id of gone) {
    const into = now.flat().filter((e) => e.to === id);
    const feeder = into.length === 1 && into[0]?.from !== id ? into[0]?.from : undefined;
    now = now.map((item) =>
      item.flatMap((e) => {
        if (e.to === id) return [];
        if (e.from !== id) return [e];
        return feeder === undefined ? [] : [{ ...e, from: feeder }];
      }),
    );
  }
  return now;
}

/** replaceAt puts other edges in the place of the n-th edge (from 0, over all items). */
export function replaceAt(items: Items, n: number, by: readonly Edge[]): Items {
  let at = 0;
  return items.map((item) => item.flatMap((e) => (at++ === n ? by : [e])));
}
