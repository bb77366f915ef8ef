import { useCallback } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Finding } from "@/core/model/analysis";
import { type Builder, useBuilderStore } from "../state";

/** Wish is a place that somebody wants to see in the text. Each has another number, so that the same place can be asked for again. */
export interface Wish {
  readonly span?: Finding["span"];
  readonly number: number;
}

/** wishes has the last wish of each open document; it goes with the document. */
const wishes = new WeakMap<Builder, StoreApi<Wish>>();

function wishesOf(builder: Builder): StoreApi<Wish> {
  let store = wishes.get(builder);
  if (!store) wishes.set(builder, (store = createStore<Wish>(() => ({ number: 0 }))));
  return store;
}

/** useReveal opens the document's text at a place. */
export function useReveal(): (span: Finding["span"]) => void {
  const builder = useBuilderStore();
  return useCallback(
    (span) => {
      const { format, setTab } = builder.getState();
      setTab(format);
      const store = wishesOf(builder);
      store.setState({ span, number: store.getState().number + 1 });
    },
    [builder],
  );
}

/** useWish returns the place that is to be shown. */
export function useWish(): Wish {
  return useStore(wishesOf(useBuilderStore()));
}
