import { useMemo } from "react";
import { useWords } from "@/infra/words";
import { type Action, useActions } from "@/ui/actions";
import { w } from "../words";
import type { Commands } from "./commands";
import { hotkeys, type Own, shown } from "./hotkeys";

/** useCanvasActions offers what the canvas' hotkeys do to Ctrl K too. */
export function useCanvasActions(commands: Commands, own: Own, mayEdit: boolean): void {
  const t = useWords(w);
  const actions = useMemo(
    () =>
      hotkeys
        // Of several keys that do the same, the first is shown.
        .filter((h, i) => (mayEdit || !h.edits) && hotkeys.findIndex((o) => o.word === h.word) === i)
        .map((h): Action => ({ id: h.word, label: t(h.word), glyph: "canvas", hotkey: shown(h.keys), run: () => h.run(commands, own) })),
    [commands, own, mayEdit, t],
  );
  useActions(actions);
}
