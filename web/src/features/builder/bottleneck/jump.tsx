import { useCallback, useContext, useSyncExternalStore } from "react";
import type { Model } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { IconButton } from "@/ui/menu";
import { toast } from "@/ui/states";
import { useGrammar } from "../canvas/context";
import { NumbersContext } from "../flow/numbers";
import type { Grammar } from "../grammar";
import { useBuilder, useBuilderStore } from "../state";
import { w } from "./words";

/** drawn returns the node if it is on the canvas. */
function drawn(grammar: Grammar, model: Model, node: string | undefined): string | undefined {
  return node !== undefined && grammar.ids(model).includes(node) ? node : undefined;
}

/** useJump returns what selects the bottleneck and brings the canvas there, or says why there is none to go to. */
export function useJump(): () => void {
  const t = useWords(w);
  const store = useBuilderStore();
  const grammar = useGrammar();
  const numbers = useContext(NumbersContext);
  return useCallback(() => {
    const { live, model, goTo } = store.getState();
    const node = drawn(grammar, model, numbers.bottleneck);
    if (node !== undefined) goTo(node);
    else toast(live === undefined ? t("unknown") : t("none"));
  }, [store, grammar, numbers, t]);
}

/** JumpButton is there while something holds the rows up. It is drawn anew when that changes, not with the numbers. */
export function JumpButton() {
  const t = useWords(w);
  const jump = useJump();
  const grammar = useGrammar();
  const numbers = useContext(NumbersContext);
  const node = useSyncExternalStore(
    useCallback((tell) => numbers.watch(tell), [numbers]),
    () => numbers.bottleneck,
  );
  const there = useBuilder((s) => drawn(grammar, s.model, node) !== undefined);
  return there ? <IconButton glyph="bottleneck" label={t("jump")} hotkey="J" onClick={jump} /> : null;
}
