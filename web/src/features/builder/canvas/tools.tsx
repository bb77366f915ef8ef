import { useStore } from "@xyflow/react";
import { memo } from "react";
import { useWords } from "@/infra/words";
import { IconButton } from "@/ui/menu";
import { JumpButton } from "../bottleneck";
import { NoteButton } from "../drawn";
import { w } from "../words";
import css from "./canvas.module.css";
import type { Commands } from "./commands";

/** CanvasTools are the buttons that float over the canvas: what can be done with the whole of it. They are not drawn anew with what is dragged. */
export const CanvasTools = memo(function CanvasTools({ commands, mayEdit, onHelp, onFind }: { commands: Commands; mayEdit: boolean; onHelp: () => void; onFind: () => void }) {
  const t = useWords(w);
  const zoom = useStore((s) => Math.round(s.transform[2] * 100));
  return (
    <>
      <div className={css.tools} role="toolbar" aria-label={t("canvas.tools")}>
        <JumpButton />
        {mayEdit ? <IconButton glyph="relational" label={t("canvas.tidy")} hotkey="1" onClick={() => void commands.tidy()} /> : null}
        {mayEdit ? <NoteButton /> : null}
        <IconButton glyph="search" label={t("canvas.find")} hotkey="Ctrl F" onClick={onFind} />
        <IconButton glyph="info" label={t("canvas.keys")} hotkey="?" onClick={onHelp} />
      </div>
      <div className={css.zoom} role="toolbar" aria-label={t("canvas.zoom")}>
        <IconButton glyph="minus" label={t("canvas.zoomOut")} hotkey="-" onClick={commands.zoomOut} />
        <button type="button" className={css.percent} aria-label={`${zoom}%. ${t("canvas.zoom")}`} onClick={() => commands.zoomTo(1)}>
          {zoom}%
        </button>
        <IconButton glyph="plus" label={t("canvas.zoomIn")} hotkey="+" onClick={commands.zoomIn} />
        <IconButton glyph="fit" label={t("canvas.fit")} hotkey="F" onClick={commands.fit} />
      </div>
    </>
  );
});
