import { setAt } from "./ops";
import type { Specs } from "./specs";
import { inputsOf, type Model } from "./types";

/** canBypass says whether what leads into a node can go on in the place of its rows: not with a source, a sink or several inputs. */
export function canBypass(model: Model, specs: Specs, id: string): boolean {
  const node = model.nodes.find((n) => n.id === id);
  const into = inputsOf(model, id).length;
  const spec = node && specs.ofNode(node.component, into > 0);
  return spec?.kind === "transform" && into === 1;
}

/** setBypass takes nodes out of the rows' way, or puts them back. */
export function setBypass(text: string, ids: readonly string[], on: boolean): string {
  return ids.reduce((t, id) => setAt(t, ["nodes", id, "bypass"], on || undefined), text);
}
