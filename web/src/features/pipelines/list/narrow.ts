import { useSyncExternalStore } from "react";

/** useNarrow says whether the page is as narrow as a phone. */
export function useNarrow(): boolean {
  return useMedia("(max-width: 640px)");
}

/** useWide says whether the page has room for all columns of the list. */
export function useWide(): boolean {
  return useMedia("(min-width: 1360px)");
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (callback) => {
      const m = matchMedia(query);
      m.addEventListener("change", callback);
      return () => m.removeEventListener("change", callback);
    },
    () => matchMedia(query).matches,
  );
}
