import { useEffect, useMemo, useState } from "react";
import type { Point } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { type MenuItem, MenuAt } from "@/ui/menu";
import { useBypass, useBypassWord } from "../bypass";
import { noteOf, useCanUngroup, useDrawn } from "../drawn";
import { useExtractChoices } from "../extract";
import { selected, selectedDrawing, sizeOf, useBuilder, useBuilderStore } from "../state";
import { w } from "../words";
import { useCanvas } from "./context";
import { shown } from "./hotkeys";
import { useCommands } from "./use-commands";

/** NodeMenu is the menu of the right mouse button, or of the key for it, on a node, a note, a group's title, or on several things that are selected. */
export function NodeMenu() {
  const store = useBuilderStore();
  const { mayEdit } = useCanvas();
  const [at, setAt] = useState<Point>();
  useEffect(() => {
    if (!mayEdit) return;
    const onMenu = (e: MouseEvent) => {
      const on = e.target instanceof Element ? e.target.closest<HTMLElement>(".react-flow__node, .react-flow__nodesselection-rect, [data-group]") : null;
      if (!on) return;
      e.preventDefault();
      const { id, group } = on.dataset;
      const note = id === undefined ? undefined : noteOf(id);
      const { selection, select } = store.getState();
      if (group !== undefined) select(selectedDrawing([group]));
      else if (note !== undefined) selection.notes.has(note) || select(selectedDrawing([], [note]));
      else if (id !== undefined && !selection.nodes.has(id)) select(selected([id]));
      // The key has no pointer to go by.
      const box = on.getBoundingClientRect();
      setAt(e.clientX === 0 && e.clientY === 0 ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: e.clientX, y: e.clientY });
    };
    document.addEventListener("contextmenu", onMenu);
    return () => document.removeEventListener("contextmenu", onMenu);
  }, [store, mayEdit]);
  return at && mayEdit ? <Choices at={at} onClose={() => setAt(undefined)} /> : null;
}

function Choices({ at, onClose }: { at: Point; onClose: () => void }) {
  const t = useWords(w);
  const commands = useCommands();
  const { connectFrom } = useCanvas();
  const bypass = useBypass();
  const bypassWord = useBypassWord();
  const extract = useExtractChoices();
  const nodes = useBuilder((s) => s.selection.nodes);
  const alone = useBuilder((s) => s.selection.groups.size + s.selection.notes.size === 1 && s.selection.nodes.size === 0);
  const removable = useBuilder((s) => sizeOf(s.selection) > s.selection.groups.size);
  const drawn = useDrawn();
  const grouped = useCanUngroup();
  const items = useMemo(() => {
    const [first, ...more] = nodes;
    const out: (MenuItem | "-")[] = [];
    if (bypassWord !== undefined) out.push({ key: "bypass", label: bypassWord, glyph: "bypass", hotkey: shown("B"), onClick: bypass });
    if (first !== undefined && more.length === 0) out.push({ key: "connect", label: t("key.connect"), glyph: "arrowRight", hotkey: shown("C"), onClick: () => connectFrom(first) });
    if (nodes.size > 0) out.push(...extract, "-");
    if (nodes.size > 0) out.push({ key: "group", label: t("key.group"), glyph: "group", hotkey: shown("Mod+G"), onClick: drawn.group });
    if (grouped) out.push({ key: "ungroup", label: t("key.ungroup"), glyph: "expand", hotkey: shown("Mod+Shift+G"), onClick: drawn.ungroup });
    if (alone) out.push({ key: "rename", label: t("inspect.rename"), glyph: "edit", hotkey: shown("F2"), onClick: drawn.rename });
    if (out.length > 0) out.push("-");
    if (nodes.size > 0) out.push({ key: "upstream", label: t("key.upstream"), hotkey: shown("Mod+ArrowLeft"), onClick: commands.selectUpstream });
    if (nodes.size > 0) out.push({ key: "downstream", label: t("key.downstream"), hotkey: shown("Mod+ArrowRight"), onClick: commands.selectDownstream }, "-");
    out.push({ key: "duplicate", label: t("inspect.duplicate"), glyph: "copy", hotkey: shown("Mod+D"), onClick: commands.duplicate });
    // A group without its frame is what ungrouping leaves.
    if (removable) out.push({ key: "remove", label: t("inspect.remove"), glyph: "trash", hotkey: shown("Delete"), danger: true, onClick: commands.remove });
    return out;
  }, [nodes, alone, removable, grouped, drawn, bypassWord, bypass, connectFrom, extract, commands, t]);
  return <MenuAt items={items} at={at} onClose={onClose} />;
}
