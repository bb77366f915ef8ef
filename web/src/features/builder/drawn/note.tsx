import { type Node, type NodeProps, NodeResizeControl, ResizeControlVariant } from "@xyflow/react";
import { memo, useRef, useState } from "react";
import { addNote, longestNote, noteWidth, resizeNote, setNoteText } from "@/core/model/notes";
import type { Model } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { Markdown } from "@/ui/markdown";
import { useCanvas } from "../canvas/context";
import { selectedDrawing, useBuilderStore } from "../state";
import css from "./drawn.module.css";
import { focused } from "./focus";
import { noteOf, onCanvas } from "./ids";
import { w } from "./words";
import { useWriting } from "./writing";

export interface NoteData extends Record<string, unknown> {
  readonly text: string;
}

export type NoteNodeType = Node<NoteData, "note">;

/** noteNodes are a model's notes as the canvas takes them. No wire leads to or from them. */
export function noteNodes(model: Model): NoteNodeType[] {
  return model.notes.map((n) => ({ id: onCanvas(n.id), type: "note", position: { x: n.x, y: n.y }, width: n.width ?? noteWidth.standard, data: { text: n.text }, connectable: false }));
}

/** NoteNode is a sheet with a text. A double click writes in it; selected, its sides make it wider. */
export const NoteNode = memo(function NoteNode({ id, data, selected }: NodeProps<NoteNodeType>) {
  const t = useWords(w);
  const store = useBuilderStore();
  const { mayEdit } = useCanvas();
  const { writing, write } = useWriting();
  const note = noteOf(id) ?? "";
  const written = writing?.what === "note" && writing.note === note;
  const keep = (text: string) => {
    if (text !== data.text) store.getState().edit(t("did.writeNote"), (doc) => setNoteText(doc, note, text), { select: selectedDrawing([], [note]) });
  };
  return (
    <div className={css.note} data-selected={selected || undefined} onDoubleClick={() => mayEdit && write({ what: "note", note })}>
      {written ? <NoteField text={data.text} onKeep={keep} /> : data.text.trim() === "" ? <p className={css.blank}>{t("note.empty")}</p> : <Markdown aside text={data.text} />}
      {mayEdit && selected && !written
        ? (["left", "right"] as const).map((side) => (
            <NodeResizeControl
              key={side}
              className={css.handle}
              position={side}
              variant={ResizeControlVariant.Line}
              resizeDirection="horizontal"
              minWidth={noteWidth.least}
              maxWidth={noteWidth.most}
              onResizeEnd={(_, { x, width }) => store.getState().edit(t("did.resizeNote"), (doc) => resizeNote(doc, note, x, width))}
            >
              <span className={css.grip} />
            </NodeResizeControl>
          ))
        : null}
    </div>
  );
});

/** NewNote is a note that is written before it is there: left empty, it never was. */
export function NewNote() {
  const t = useWords(w);
  const store = useBuilderStore();
  const { writing } = useWriting();
  if (writing?.what !== "new") return null;
  const { x, y } = writing.at;
  const keep = (says: string) => {
    if (says.trim() === "") return;
    const added = addNote(store.getState().text, { text: says, x, y });
    store.getState().edit(t("did.addNote"), () => added.text, { select: selectedDrawing([], [added.id]) });
  };
  return (
    <div className={css.newNote} style={{ transform: `translate(${x}px, ${y}px)`, width: noteWidth.standard }}>
      <div className={css.note} data-selected>
        <NoteField text="" onKeep={keep} />
      </div>
    </div>
  );
}

/** NoteField writes a note in its place: Ctrl Enter or going elsewhere keeps it, Escape leaves it as it was. */
function NoteField({ text, onKeep }: { text: string; onKeep: (text: string) => void }) {
  const t = useWords(w);
  const { write } = useWriting();
  const [draft, setDraft] = useState(text);
  const done = useRef(false);
  const end = (keep: boolean) => {
    // The field goes, and with it the focus, which would end it once more.
    if (done.current) return;
    done.current = true;
    write(undefined);
    if (keep) onKeep(draft.trimEnd());
  };
  return (
    <>
      <textarea
        className={`${css.field} nodrag nopan nowheel`}
        aria-label={t("note.text")}
        placeholder={t("note.placeholder")}
        ref={focused}
        maxLength={longestNote}
        rows={Math.min(16, Math.max(3, draft.split("\n").length + 1))}
        value={draft}
        onChange={(e) => setDraft(e.target.value)}
        onBlur={() => end(true)}
        onKeyDown={(e) => {
          e.stopPropagation();
          if (e.nativeEvent.isComposing) return;
          if (e.key === "Escape") end(false);
          if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) end(true);
        }}
      />
      <p className={css.help}>{t("note.help")}</p>
    </>
  );
}
