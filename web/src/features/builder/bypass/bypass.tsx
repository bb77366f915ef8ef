import { Button } from "antd";
import { useCallback } from "react";
import { canBypass, setBypass } from "@/core/model/bypass";
import type { ModelNode } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { toast } from "@/ui/states";
import { type BuilderState, useBuilder, useBuilderStore } from "../state";
import css from "./bypass.module.css";
import { w } from "./words";

/** bypassable are the selected nodes that can be bypassed, and those that are: one that no longer can be can still be used again. */
function bypassable({ model, specs, selection }: Pick<BuilderState, "model" | "specs" | "selection">): ModelNode[] {
  return model.nodes.filter((n) => selection.nodes.has(n.id) && (n.bypass || canBypass(model, specs, n.id)));
}

/** useBypass returns what bypasses the selected nodes, or uses them again where all of them are bypassed. It is one entry of the history. */
export function useBypass(): () => void {
  const t = useWords(w);
  const store = useBuilderStore();
  return useCallback(() => {
    const state = store.getState();
    const able = bypassable(state);
    const on = !able.every((n) => n.bypass);
    const ids = able.filter((n) => Boolean(n.bypass) !== on).map((n) => n.id);
    if (ids.length === 0) {
      if (state.selection.nodes.size > 0) toast(t("cannot"));
      return;
    }
    state.edit(on ? t("did.on", { count: ids.length }) : t("did.off", { count: ids.length }), (text) => setBypass(text, ids, on));
  }, [store, t]);
}

/** useBypassWord names what useBypass would do with the selection; undefined where it can do nothing. */
export function useBypassWord(): string | undefined {
  const t = useWords(w);
  const all = useBuilder((s) => {
    const able = bypassable(s);
    return able.length === 0 ? undefined : able.every((n) => n.bypass);
  });
  return all === undefined ? undefined : all ? t("off") : t("on");
}

/** BypassNote says at the head of a bypassed node's settings that they count for nothing. */
export function BypassNote({ readOnly }: { readOnly: boolean }) {
  const t = useWords(w);
  const bypass = useBypass();
  return (
    <div className={css.note}>
      <Glyph name="bypass" />
      <span>{t("note")}</span>
      {readOnly ? null : (
        <Button size="small" onClick={bypass}>
          {t("off")}
        </Button>
      )}
    </div>
  );
}

/** BypassButton bypasses several nodes at once. */
export function BypassButton() {
  const bypass = useBypass();
  const word = useBypassWord();
  return word === undefined ? null : <Button onClick={bypass}>{word}</Button>;
}
