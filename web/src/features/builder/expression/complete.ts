import { argumentAt, callAt, functionOf, placeAt, proposals, type Proposal, type Signature, signatureOf, type Vocabulary } from "@/core/expression";
import type { Complete, Completion } from "@/ui/code";

const kinds: Record<Proposal["kind"], NonNullable<Completion["kind"]>> = {
  column: "column",
  field: "column",
  param: "value",
  function: "function",
  aggregate: "function",
  keyword: "keyword",
  type: "type",
};

/** completer answers what can be written at a place of an expression. */
export function completer(v: Vocabulary): Complete {
  return (text, offset, explicit) => {
    const place = placeAt(text, offset);
    if (place.typed === "" && !explicit && place.kind !== "field") return null;
    const options = proposals(place, v).map(
      (p): Completion => ({
        label: p.label,
        kind: kinds[p.kind],
        detail: p.detail,
        info: p.info,
        // The closing parenthesis is typed: what the editor inserts ends where the cursor is to be.
        insert: p.back ? p.apply.slice(0, -p.back) : p.apply,
        rank: p.boost,
      }),
    );
    return options.length > 0 ? { from: place.from, options } : null;
  };
}

/** Help is the signature of the call that is being written, and which of its arguments. */
export interface Help {
  readonly signature: Signature;
  readonly argument: number;
  readonly doc: string;
}

/** helpAt returns the signature of the call at a place; of several the first that takes so many arguments. */
export function helpAt(text: string, offset: number, v: Pick<Vocabulary, "functions">): Help | undefined {
  const call = callAt(text, offset);
  const f = call && functionOf(v.functions, call.name);
  if (!call || !f) return undefined;
  const all = f.signatures.map(signatureOf);
  const fits = all.find((s) => argumentAt(s, call.argument) >= 0 || s.arguments.length === 0) ?? all[0];
  return fits && { signature: fits, argument: argumentAt(fits, call.argument), doc: f.doc };
}
