import { useMemo } from "react";
import { useText, useWords } from "@/infra/words";
import { Glyph, KindTile } from "@/ui/glyph";
import { useCanvas, useDrawing, useGrammar } from "../canvas/context";
import type { Commands } from "../canvas/commands";
import { selected, useBuilder, useBuilderStore } from "../state";
import { w } from "../words";
import css from "./left.module.css";
import { type Row, Rows } from "./rows";

/** Outline is the whole graph as a list, for the keyboard: arrows walk, Enter selects, C connects, Del removes. */
export function Outline({ commands }: { commands: Commands }) {
  const t = useWords(w);
  const text = useText();
  const store = useBuilderStore();
  const grammar = useGrammar();
  const drawing = useDrawing();
  const { connectFrom, mayEdit } = useCanvas();
  const chosen = useBuilder((s) => s.selection.nodes);
  const rows = useMemo(
    () =>
      grammar.outline(drawing).map((item): Row => {
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
          selected: chosen.has(item.id),
          onEnter: () => {
            store.getState().select(selected([item.id]));
            commands.show([item.id]);
          },
        };
      }),
    [grammar, drawing, chosen, store, commands, text, t],
  );
  if (rows.length === 0) return <p className={css.none}>{t("left.noNodes")}</p>;
  return (
    <Rows
      rows={rows}
      label={t("left.outline")}
      onKey={(row, e) => {
        if (!mayEdit) return;
        const act = e.key === "Delete" || e.key === "Backspace" ? () => commands.remove() : e.key.toLowerCase() === "c" && !e.ctrlKey && !e.metaKey ? () => connectFrom(row.key) : undefined;
        if (!act) return;
        e.preventDefault();
        e.stopPropagation();
        store.getState().select(selected([row.key]));
        act();
      }}
    />
  );
}
