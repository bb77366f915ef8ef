import { createStore, type StoreApi } from "zustand/vanilla";
import type { Sample, SampleColumn } from "@/core/sample";
import { type Model, upstreamOf } from "@/core/model/types";

/** Pin is a node's rows as they were looked at once: previews of what is behind the node are computed from them. */
export interface Pin {
  readonly columns: readonly Pick<SampleColumn, "name" | "type">[];
  readonly rows: readonly (readonly unknown[])[];
  /** ops has what each row does to those before; it is left out where rows only come. */
  readonly ops?: readonly string[];
}

export type Pinned = Readonly<Record<string, Pin>>;

/** The most that is pinned: rows of a node, and nodes of a model. The server takes no more either. */
export const maxRows = 1000;
export const maxNodes = 20;

export interface Pins {
  readonly byNode: Pinned;
  /** pin keeps a node's rows; false says that this browser has no room for them. */
  pin(node: string, sample: Sample): boolean;
  unpin(node: string): void;
  /** rename follows a node to another id. */
  rename(from: string, to: string): void;
}

const keyOf = (document: string) => `millrace.pinned.${document}`;

/** createPins has the pins of one document, which are kept in the browser and go nowhere else but into previews. */
export function createPins(document: string, keep: Pick<Storage, "getItem" | "setItem" | "removeItem">): StoreApi<Pins> {
  return createStore<Pins>((set, get) => {
    const put = (byNode: Pinned): boolean => {
      try {
        if (Object.keys(byNode).length === 0) keep.removeItem(keyOf(document));
        else keep.setItem(keyOf(document), JSON.stringify(byNode));
      } catch {
        return false;
      }
      set({ byNode });
      return true;
    };
    return {
      byNode: recall(keep, document),
      pin(node, { columns, rows, ops }) {
        const byNode = { ...get().byNode, [node]: { columns: columns.map(({ name, type }) => ({ name, type })), rows, ...(ops.some((op) => op) ? { ops: ops.map((op) => op ?? "") } : {}) } };
        return rows.length <= maxRows && Object.keys(byNode).length <= maxNodes && put(byNode);
      },
      unpin: (node) => void put(without(get().byNode, node)),
      rename(from, to) {
        const pin = get().byNode[from];
        if (pin) put({ ...without(get().byNode, from), [to]: pin });
      },
    };
  });
}

function without(pinned: Pinned, node: string): Pinned {
  return Object.fromEntries(Object.entries(pinned).filter(([id]) => id !== node));
}

/** recall reads what is kept. What is damaged counts as nothing: rows can be pinned again. */
function recall(keep: Pick<Storage, "getItem">, document: string): Pinned {
  try {
    const kept = JSON.parse(keep.getItem(keyOf(document)) ?? "{}") as Record<string, Partial<Pin> | null> | null;
    return Object.fromEntries(Object.entries(kept ?? {}).filter((e): e is [string, Pin] => Array.isArray(e[1]?.columns) && Array.isArray(e[1].rows)));
  } catch {
    return {};
  }
}

/** pinsFor are the pins that a preview of a node is computed from: its own, and those of what rows come from. */
export function pinsFor(pinned: Pinned, model: Model, node: string): Pinned | undefined {
  // What feeds an entity feeds the joined rows, to which no edge leads.
  const on = model.entities.length > 0 ? model.nodes.map((n) => n.id) : [node, ...upstreamOf(model, node)];
  const known = on.filter((id) => pinned[id] !== undefined && model.nodes.some((n) => n.id === id));
  return known.length === 0 ? undefined : Object.fromEntries(known.flatMap((id) => (pinned[id] ? [[id, pinned[id]]] : [])));
}

/** samePins says whether two previews are computed from the same pins. */
export function samePins(a: Pinned | undefined, b: Pinned | undefined): boolean {
  const ids = Object.keys(a ?? {});
  return ids.length === Object.keys(b ?? {}).length && ids.every((id) => a?.[id] === b?.[id]);
}
