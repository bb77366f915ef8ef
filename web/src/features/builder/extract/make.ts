import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type End, extracted, partOf, replaced } from "@/core/model/extract";
import type { Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { toast } from "@/ui/states";
import { selected, useBuilderStore } from "../state";
import type { Whole } from "./part";
import { makeModel, makeTable, newKey, removeTable } from "./server";
import { w } from "./words";

/** Order is what is to be made. */
export interface Order {
  readonly table: Schemas["CatalogTableInput"];
  readonly model: string;
  readonly sink: End;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Made is how far it has got; it goes on from there. */
export interface Made {
  readonly busy: boolean;
  readonly table?: Named;
  readonly model?: Named;
  /** here says that this document reads the table; false, that the part was not there any more. */
  readonly here?: boolean;
  readonly problem?: { readonly at: "make" | "remove"; readonly problem: unknown };
}

/**
 * useMake makes the table, then the model that fills it, and only then changes this document. A request that is sent again after a failure is the same one: what
 * has been made is not made twice.
 */
export function useMake(part: Whole): { made: Made; make: (order: Order) => Promise<void>; remove: () => Promise<void> } {
  const t = useWords(w);
  const store = useBuilderStore();
  const queries = useQueryClient();
  const [made, setMade] = useState<Made>({ busy: false });
  const keys = useRef(new Map<string, string>());
  const keyOf = (request: unknown): string => {
    const name = JSON.stringify(request);
    const key = keys.current.get(name) ?? newKey();
    keys.current.set(name, key);
    return key;
  };

  const make = async (order: Order) => {
    let { table, model } = made;
    setMade({ busy: true, table, model });
    try {
      table ??= await makeTable(order.table, keyOf(order.table));
      setMade({ busy: true, table });
      const text = extracted(store.getState().text, part, { name: order.model, description: order.table.description ?? "", sink: order.sink });
      model ??= await makeModel(order.model, order.table.team, text, keyOf([order.model, order.table.team, text]));
      setMade({ busy: false, table, model, here: put(table.name, model.name) });
    } catch (problem) {
      setMade({ busy: false, table, model, problem: { at: "make", problem } });
    } finally {
      for (const key of ["tables", "search", "documents"]) void queries.invalidateQueries({ queryKey: [key] });
    }
  };

  /** put lets this document read the table, if the part is in it as it was. */
  const put = (table: string, model: string): boolean => {
    const { model: now, specs, edit } = store.getState();
    const found = partOf(now, specs, new Set(part.ids));
    const reads = specs.table;
    if ("refused" in found || found.exit !== part.exit || !reads) return false;
    const reader = { component: reads.spec.name, params: { [reads.field]: table } };
    edit(t("did", { nodes: part.ids.join(t("between")), model }), (text) => replaced(text, found, reader), { select: selected([part.exit]) });
    return true;
  };

  const remove = async () => {
    const { table } = made;
    if (!table) return;
    setMade({ busy: true, table });
    try {
      await removeTable(table.id);
      // The same table can be wished again, and is another one then.
      keys.current.clear();
      setMade({ busy: false });
      toast(t("removed", { table: table.name }));
    } catch (problem) {
      setMade({ busy: false, table, problem: { at: "remove", problem } });
    } finally {
      void queries.invalidateQueries({ queryKey: ["tables"] });
    }
  };
  return { made, make, remove };
}
