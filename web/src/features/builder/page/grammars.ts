import type { Specs } from "@/core/model/specs";
import { flowGrammar } from "../flow/grammar";
import type { Grammar } from "../grammar";
import { relationalGrammar } from "../relational";

/** grammars are the kinds of canvas there are; a kind that none draws is shown as a flow of its nodes. */
const grammars: readonly ((specs: Specs) => Grammar)[] = [flowGrammar, relationalGrammar];

const made = new WeakMap<Specs, Grammar[]>();

/** grammarFor returns the grammar of a document's kind, the same one for the same components. */
export function grammarFor(kind: string, specs: Specs): Grammar {
  let all = made.get(specs);
  if (!all) made.set(specs, (all = grammars.map((g) => g(specs))));
  const found = all.find((g) => g.kinds.includes(kind)) ?? all[0];
  if (!found) throw new Error("there is no grammar");
  return found;
}
