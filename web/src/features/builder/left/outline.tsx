import { useMemo } from "react";
import { useText, useWords } from "@/infra/words";
import { Glyph, KindTile } from "@/ui/glyph";
import { useCanvas, useDrawing, useGrammar } from "../canvas/context";
import type { Commands } from "../canvas/commands";
import { useExtract } from "../extract";
import { drawnKey, useWriting, withDrawing } from "../drawn";
import { selected, selectedDrawing, useBuilder, useBuilderStore } from "../state";
import { w } from "../words";
import css from "./left.module.css";
import { type Row, Rows } from "./rows";

/** Outline is the whole graph as a list, with its groups and notes, for the keyboard: arrows walk, Enter selects, C connects, F2 writes, Del removes. */
export function Outline({ commands }: { commands: Commands }) {
  const t = useWords(w);
  const text = useText();
  const store = useBuilderStore();
  const grammar = useGrammar();
  const drawing = useDrawing();
  const { connectFrom, mayEdit } = useCanvas();
  const extract = useExtract();
  const { write } = useWriting();
  const selection = useBuilder((s) => s.selection);
  const items = useMemo(() => withDrawing(grammar.outline(drawing), drawing.model), [grammar, drawing]);
  const rows = useMemo(
    () =>
      items.map((item): Row => {
        if ("drawn" in item) {
          const group = item.drawn === "group";
          return {
            key: drawnKey(item),
            depth: Math.min(item.depth, 6),
            icon: item.glyph ? <Glyph name={item.glyph} /> : null,
            label: item.label,
            title: item.note,
            selected: (group ? selection.groups : selection.notes).has(item.id),
            onEnter: () => {
              store.getState().select(group ? selectedDrawing([item.id]) : selectedDrawing([], [item.id]));
              if (group) commands.show(drawing.model.groups.find((g) => g.id === item.id)?.nodes ?? []);
              else commands.showNote(item.id);
            },
          };
        }
        const findings = drawing.analysis?.diagnostics.filter((d) => d.node === item.id) ?? [];
        const wrong = findings.some((f) => f.severity === "error");
        const kind = item.spec?.kind;
        return {
          key: item.id,
          depth: Math.min(item.depth, 6),
          icon: item.glyph ? <Glyph name={item.glyph} /> : <KindTile kind={kind === "source" || kind === "sink" ? kind : "transform"} icon={item.spec?.icon} />,
          label: item.label,
          title: [item.spec ? text(item.spec.title) : "", item.to.length > 0 ? `→ ${item.to.join(", ")}` : "", item.note ?? ""].filter((s) => s !== "").join("\n"),
          aside: wrong ? <Glyph name="error" size={14} className={css.bad} label={t("node.errors", { count: findings.length })} /> : item.to.length > 1 ? `→ ${item.to.length}` : null,
          selected: selection.nodes.has(item.id),
          onEnter: () => {
            store.getState().select(selected([item.id]));
            commands.show([item.id]);
          },
        };
      }),
    [items, drawing, selection, store, commands, text, t],
  );
  if (rows.length === 0) return <p className={css.none}>{t("left.noNodes")}</p>;
  return (
    <Rows
      rows={rows}
      label={t("left.outline")}
      onKey={(row, e) => {
        if (!mayEdit) return;
        const item = items.find((i) => drawnKey(i) === row.key);
        if (!item) return;
        const drawn = "drawn" in item ? item.drawn : undefined;
        const itself = drawn === "group" ? selectedDrawing([item.id]) : drawn === "note" ? selectedDrawing([], [item.id]) : selected([item.id]);
        const letter = e.ctrlKey || e.metaKey ? "" : e.key.toLowerCase();
        const onNode = letter === "c" ? () => connectFrom(item.id) : letter === "e" ? extract : undefined;
        const onDrawn = e.key === "F2" ? () => write(drawn === "group" ? { what: "title", group: item.id } : { what: "note", note: item.id }) : undefined;
        const act = e.key === "Delete" || e.key === "Backspace" ? () => commands.remove() : drawn ? onDrawn : onNode;
        if (!act) return;
        e.preventDefault();
        e.stopPropagation();
        // What is done to one of several that are selected is done to all of them.
        if (!(act === extract && row.selected)) store.getState().select(itself);
        act();
      }}
    />
  );
}
