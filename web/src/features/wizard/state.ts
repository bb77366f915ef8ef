import { useCallback, useState } from "react";
import type { Pins } from "@/core/design";

/** Landing is what has been answered so far; what is undefined has its default. It is kept for this tab, so that a reload loses nothing. */
export interface Landing {
  node?: string;
  connection?: string;
  table?: string;
  existing?: boolean;
  /** pins undefined are those that stand in the model's sink. */
  pins?: Pins;
  /** epoch is how often rows are written, in milliseconds. */
  epoch?: number;
  unknown?: string;
}

const nothing: Landing = {};

function read(key: string): Landing {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? "null") as Landing | null) ?? nothing;
  } catch {
    return nothing;
  }
}

/** useLanding keeps the answers given for a document. */
export function useLanding(document: string): { landing: Landing; patch: (more: Landing) => void; forget: () => void } {
  const key = `millrace.land.${document}`;
  const [landing, setLanding] = useState(() => read(key));
  const patch = useCallback(
    (more: Landing) =>
      setLanding((now) => {
        const next = { ...now, ...more };
        sessionStorage.setItem(key, JSON.stringify(next));
        return next;
      }),
    [key],
  );
  const forget = useCallback(() => sessionStorage.removeItem(key), [key]);
  return { landing, patch, forget };
}
