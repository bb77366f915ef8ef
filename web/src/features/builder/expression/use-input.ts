import { useEffect, useMemo } from "react";
import type { Column } from "@/ui/form";
import { useNodeSample, useSamples } from "../sample";
import { useBuilder } from "../state";

const none: readonly (readonly unknown[])[] = [];

/** Input are the sample rows that an expression is tried on. */
export interface Input {
  /** rows have one value a column, in the order of the columns. */
  readonly rows: readonly (readonly unknown[])[];
  readonly running: boolean;
  /** from is the node whose rows they are; undefined where there is not one alone. */
  readonly from?: string;
  read(): void;
}

/**
 * useInput returns sample rows of what comes into the selected node: of an entity those of its table. They are read once when an editor is first in use; rows of
 * several inputs beside each other would be made up, so there are none then.
 */
export function useInput(columns: readonly Column[], inUse: boolean): Input {
  const samples = useSamples();
  const from = useBuilder((s) => {
    const [only] = s.selection.nodes;
    if (s.selection.nodes.size !== 1 || only === undefined) return undefined;
    if (s.model.entities.some((e) => e.id === only)) return only;
    const inputs = new Set(s.model.edges.filter((e) => e.to === only).map((e) => e.from));
    const [first] = inputs;
    return inputs.size === 1 ? first : undefined;
  });
  const { sample, running, at, problem } = useNodeSample(from ?? "");
  const missing = from !== undefined && at === undefined && !running && problem === undefined;
  useEffect(() => {
    if (inUse && missing && from !== undefined) void samples.getState().run(from);
  }, [inUse, missing, from, samples]);

  const rows = useMemo(() => {
    if (from === undefined) return none;
    const places = columns.map((c) => sample.columns.findIndex((x) => x.name === c.name && x.type === c.type));
    // Rows of an older text may lack a column; a result that takes it for NULL would be wrong.
    if (columns.length === 0 || places.includes(-1)) return none;
    return sample.rows.map((r) => places.map((i) => r[i] ?? null));
  }, [from, columns, sample]);

  return { rows, running, from, read: () => void (from !== undefined && samples.getState().run(from)) };
}
