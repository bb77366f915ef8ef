import type { FitViewOptions } from "@xyflow/react";
import type { Grammar } from "../grammar";

/** fitting is how the whole is brought into view: beside what floats over the canvas, and never larger than it is. */
export function fitting(grammar: Grammar): FitViewOptions {
  return { padding: grammar.Header ? { top: "64px", bottom: "56px", x: "40px" } : 0.12, maxZoom: 1 };
}
