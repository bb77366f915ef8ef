import { useMemo } from "react";
import { group, groupOf, ungroup } from "@/core/model/groups";
import type { Point } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { toast } from "@/ui/states";
import { useCommands } from "../canvas/use-commands";
import { type BuilderState, selected, selectedDrawing, useBuilder, useBuilderStore } from "../state";
import { w } from "./words";
import { useWriting } from "./writing";

/** Drawn are the actions with groups and notes. */
export interface Drawn {
  group(): void;
  ungroup(): void;
  /** note begins a new note at a place, or where the canvas looks. */
  note(at?: Point): void;
  /** rename writes the title of the selected group, or in the selected note. */
  rename(): void;
}

/** groupsOf are the groups that are selected, or that something selected is in. */
function groupsOf({ model, selection }: Pick<BuilderState, "model" | "selection">): string[] {
  const of = [...selection.nodes].flatMap((id) => groupOf(model, id)?.id ?? []);
  return [...new Set([...selection.groups, ...of])];
}

/** useDrawn returns what keys, menus and buttons do with groups and notes. */
export function useDrawn(): Drawn {
  const t = useWords(w);
  const store = useBuilderStore();
  const commands = useCommands();
  const { write } = useWriting();
  return useMemo(
    () => ({
      group() {
        const { selection, text } = store.getState();
        const nodes = commands.inOrder(selection.nodes);
        if (nodes.length === 0) return toast(t("group.nothing"));
        const made = group(text, nodes, t("group.new"));
        store.getState().edit(t("did.group", { count: nodes.length }), () => made.text, { select: selectedDrawing([made.id]) });
        write({ what: "title", group: made.id });
      },
      ungroup() {
        const { model } = store.getState();
        const ids = groupsOf(store.getState());
        if (ids.length === 0) return toast(t("group.none"));
        const members = model.groups.filter((g) => ids.includes(g.id)).flatMap((g) => g.nodes);
        store.getState().edit(t("did.ungroup"), (text) => ungroup(text, ids), { select: selected(members) });
      },
      note(at) {
        commands.clear();
        write({ what: "new", at: at ?? commands.middle() });
      },
      rename() {
        const { groups, notes } = store.getState().selection;
        const [one] = groups;
        const [note] = notes;
        if (one !== undefined && groups.size + notes.size === 1) write({ what: "title", group: one });
        else if (note !== undefined && groups.size + notes.size === 1) write({ what: "note", note });
        else toast(t("rename.nothing"));
      },
    }),
    [store, commands, write, t],
  );
}

/** useCanUngroup says whether something that is selected is in a group. */
export function useCanUngroup(): boolean {
  return useBuilder((s) => groupsOf(s).length > 0);
}
