import type { ModelDiff } from "@/core/model/diff";
import { diff } from "@/core/model/diff";
import type { Schemas } from "@/infra/api";

/** Comparison is what is different between two texts. The server's says what it comes to as well. */
export type Comparison = Schemas["DocumentComparison"];

/** ofTexts compares two texts that the server does not have, or not both. */
export function ofTexts(a: string, b: string): Comparison {
  const d = diff(a, b);
  if (!d) return { plans: false, same: a === b, sentences: null, unread: a !== b };
  return { ...d, plans: false, same: nothing(d), sentences: null };
}

function nothing(d: ModelDiff): boolean {
  return d.settings.length + d.params.length + d.nodes.length + d.edges.length === 0;
}
