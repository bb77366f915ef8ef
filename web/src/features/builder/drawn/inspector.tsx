import { Button, Input, InputNumber, Select } from "antd";
import { type ComponentType, useState } from "react";
import { groupAt, join, leave, longestTitle, setGroup, titleOf } from "@/core/model/groups";
import { grid } from "@/core/model/layout";
import { longestNote, noteAt, noteWidth, resizeNote, setNoteText } from "@/core/model/notes";
import { type Group, type GroupColor, groupColors, type Note } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { Section } from "@/ui/page";
import { useCanvas, useGrammar } from "../canvas/context";
import { useCommands } from "../canvas/use-commands";
import { ManyInspector } from "../flow/many-inspector";
import inspector from "../page/inspector.module.css";
import { NoteField } from "../page/name-field";
import { selected, selectedDrawing, sizeOf, useBuilder, useBuilderStore } from "../state";
import css from "./drawn.module.css";
import { useCanUngroup, useDrawn } from "./use-drawn";
import { w } from "./words";

/** InspectorOf shows a group or a note where one is selected, and all else as the grammar does. */
export function InspectorOf({ grammar: Own }: { grammar: ComponentType }) {
  const selection = useBuilder((s) => s.selection);
  const model = useBuilder((s) => s.model);
  if (selection.groups.size + selection.notes.size === 0) return <Own />;
  if (sizeOf(selection) > 1) return <ManyInspector />;
  const [id = ""] = [...selection.groups, ...selection.notes];
  const group = selection.groups.size > 0 ? groupAt(model, id) : undefined;
  const note = selection.notes.size > 0 ? noteAt(model, id) : undefined;
  return group ? <GroupInspector key={`group ${id}`} group={group} /> : note ? <NoteInspector key={`note ${id}`} note={note} /> : <Own />;
}

function GroupInspector({ group }: { group: Group }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const { mayEdit } = useCanvas();
  const { ungroup } = useDrawn();
  const title = titleOf(group);
  const [draft, setDraft] = useState<string>();
  const rename = () => {
    const said = draft?.trim();
    if (said && said !== title) store.getState().edit(t("did.title", { title: said }), (text) => setGroup(text, group.id, "title", said));
    setDraft(undefined);
  };
  return (
    <>
      <header className={inspector.head}>
        <Glyph name="group" />
        <div className={inspector.headWords}>
          {mayEdit ? (
            <Input
              className={inspector.name}
              variant="borderless"
              aria-label={t("group.title")}
              maxLength={longestTitle}
              value={draft ?? title}
              onChange={(e) => setDraft(e.target.value)}
              onBlur={rename}
              onKeyDown={(e) => {
                if (e.key === "Enter" && !e.nativeEvent.isComposing) e.currentTarget.blur();
                if (e.key === "Escape") setDraft(undefined);
              }}
            />
          ) : (
            <h2 className={inspector.title}>{title}</h2>
          )}
          <span className={inspector.what}>{t("group.what")}</span>
        </div>
      </header>
      <div className={inspector.body}>
        {mayEdit ? (
          <Section title={t("group.color")}>
            <Swatches group={group} />
          </Section>
        ) : null}
        <Section title={t("group.members")} note={String(group.nodes.length)}>
          <Members group={group} />
        </Section>
        {mayEdit ? (
          <Section>
            <div className={inspector.buttons}>
              <Button onClick={() => store.getState().select(selected(group.nodes))}>{t("group.select")}</Button>
              <Button onClick={ungroup}>{t("group.undo")}</Button>
            </div>
            <p className={css.help}>{t("group.hint")}</p>
          </Section>
        ) : null}
      </div>
    </>
  );
}

/** Swatches are the colours that there are; grey is none. */
function Swatches({ group }: { group: Group }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const all: readonly (GroupColor | undefined)[] = [undefined, ...groupColors];
  const paint = (color: GroupColor | undefined) => store.getState().edit(t("did.color", { title: titleOf(group) }), (text) => setGroup(text, group.id, "color", color));
  return (
    <div
      className={css.swatches}
      role="radiogroup"
      aria-label={t("group.color")}
      onKeyDown={(e) => {
        const step = e.key === "ArrowRight" || e.key === "ArrowDown" ? 1 : e.key === "ArrowLeft" || e.key === "ArrowUp" ? -1 : 0;
        if (step === 0) return;
        e.preventDefault();
        const next = (all.indexOf(group.color) + step + all.length) % all.length;
        paint(all[next]);
        e.currentTarget.querySelectorAll("button")[next]?.focus();
      }}
    >
      {all.map((color) => (
        <button
          key={color ?? "grey"}
          type="button"
          role="radio"
          className={css.swatch}
          data-color={color ?? "grey"}
          aria-checked={group.color === color}
          aria-label={t(`group.${color ?? "grey"}`)}
          title={t(`group.${color ?? "grey"}`)}
          tabIndex={group.color === color ? 0 : -1}
          onClick={() => paint(color)}
        />
      ))}
    </div>
  );
}

function Members({ group }: { group: Group }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const grammar = useGrammar();
  const commands = useCommands();
  const { mayEdit } = useCanvas();
  const model = useBuilder((s) => s.model);
  const others = grammar.ids(model).filter((id) => !group.nodes.includes(id));
  const title = titleOf(group);
  return (
    <>
      <ul className={css.members}>
        {group.nodes.map((id) => (
          <li key={id} className={css.member}>
            <button
              type="button"
              className={css.memberName}
              onClick={() => {
                store.getState().select(selected([id]));
                commands.show([id]);
              }}
            >
              {id}
            </button>
            {mayEdit ? (
              <IconButton
                glyph="close"
                small
                label={t("group.leave", { node: id })}
                onClick={() => store.getState().edit(t("did.leave", { node: id, title }), (text) => leave(text, [id]), group.nodes.length === 1 ? { select: selected([id]) } : undefined)}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {mayEdit && others.length > 0 ? (
        <Select
          showSearch
          className={css.add}
          aria-label={t("group.add")}
          placeholder={t("group.add")}
          value={null}
          options={others.map((id) => ({ value: id, label: id }))}
          onChange={(id: string | null) => id !== null && store.getState().edit(t("did.join", { node: id, title }), (text) => join(text, group.id, [id]))}
        />
      ) : null}
    </>
  );
}

function NoteInspector({ note }: { note: Note }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const commands = useCommands();
  const { mayEdit } = useCanvas();
  return (
    <>
      <header className={inspector.head}>
        <Glyph name="note" />
        <div className={inspector.headWords}>
          <h2 className={inspector.title}>{t("note.what")}</h2>
        </div>
      </header>
      <div className={inspector.body}>
        <Section title={t("note.text")}>
          <NoteField
            label={t("note.text")}
            value={note.text}
            placeholder={t("note.placeholder")}
            readOnly={!mayEdit}
            onChange={(says) => store.getState().edit(t("did.writeNote"), (text) => setNoteText(text, note.id, says.slice(0, longestNote)), { gesture: `note ${note.id}`, select: selectedDrawing([], [note.id]) })}
          />
        </Section>
        {mayEdit ? (
          <Section title={t("note.width")}>
            <InputNumber
              aria-label={t("note.width")}
              min={noteWidth.least}
              max={noteWidth.most}
              step={grid}
              precision={0}
              value={note.width ?? noteWidth.standard}
              onChange={(width) => width !== null && store.getState().edit(t("did.resizeNote"), (text) => resizeNote(text, note.id, note.x, width), { gesture: `width ${note.id}` })}
            />
          </Section>
        ) : null}
        {mayEdit ? (
          <Section>
            <Button danger onClick={commands.remove}>
              {t("note.remove")}
            </Button>
          </Section>
        ) : null}
      </div>
    </>
  );
}

/** DrawnButtons group what is selected, or take its frame away. */
export function DrawnButtons() {
  const t = useWords(w);
  const { group, ungroup } = useDrawn();
  const nodes = useBuilder((s) => s.selection.nodes.size);
  const grouped = useCanUngroup();
  return (
    <>
      {nodes > 0 ? <Button onClick={group}>{t("group.make")}</Button> : null}
      {grouped ? <Button onClick={ungroup}>{t("group.undo")}</Button> : null}
    </>
  );
}

/** NoteButton begins a note in the middle of what is seen. */
export function NoteButton() {
  const t = useWords(w);
  const { note } = useDrawn();
  return <IconButton glyph="note" label={t("note.add")} hotkey="N" onClick={() => note()} />;
}
