import { type InternalNode, type ReactFlowState, useStore } from "@xyflow/react";
import { type KeyboardEvent, memo, useMemo, useRef, useState } from "react";
import { longestTitle, setGroup, titleOf } from "@/core/model/groups";
import { grid } from "@/core/model/layout";
import type { Box, Group, Point } from "@/core/model/types";
import { useWords } from "@/infra/words";
import { useCanvas } from "../canvas/context";
import { useCommands } from "../canvas/use-commands";
import { selectedDrawing, useBuilder, useBuilderStore } from "../state";
import css from "./drawn.module.css";
import { useFrameDrag } from "./frame-drag";
import { focused } from "./focus";
import { w } from "./words";
import { useWriting } from "./writing";

/** How far a frame goes beyond its nodes, and how much room its title has above them. */
const margin = 16;
const head = 30;

/** Frames draws the groups, behind their nodes. Each frame follows its own nodes alone, in React Flow's store, so that dragging draws no other anew. */
export function Frames() {
  const groups = useBuilder((s) => s.model.groups);
  return groups.map((g) => <Frame key={g.id} group={g} />);
}

const Frame = memo(function Frame({ group }: { group: Group }) {
  const members = group.nodes.join(" ");
  const box = useStore(
    useMemo(() => {
      const ids = members.split(" ");
      return (s: ReactFlowState) => around(ids.flatMap((id) => s.nodeLookup.get(id) ?? []));
    }, [members]),
    sameBox,
  );
  const chosen = useBuilder((s) => s.selection.groups.has(group.id));
  const { writing } = useWriting();
  if (!box) return null;
  return (
    <div className={css.frame} data-color={group.color} data-selected={chosen || undefined} style={{ transform: `translate(${box.x}px, ${box.y}px)`, width: box.width, height: box.height }}>
      {writing?.what === "title" && writing.group === group.id ? <TitleField key={group.id} group={group} /> : <Title group={group} chosen={chosen} />}
    </div>
  );
});

/** Title selects its group, moves all of it, and is written anew with a double click. */
function Title({ group, chosen }: { group: Group; chosen: boolean }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const commands = useCommands();
  const { mayEdit } = useCanvas();
  const { write } = useWriting();
  const title = titleOf(group);
  const select = () => store.getState().select(selectedDrawing([group.id]));
  const drag = useFrameDrag(group.nodes, (places) => {
    select();
    commands.move(places, undefined, t("did.move", { title }));
  });
  const nudge = (e: KeyboardEvent) => {
    const way = ways[e.key];
    if (!way || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    e.stopPropagation();
    const by = e.shiftKey ? grid * 4 : grid;
    commands.nudge(group.nodes, { x: way.x * by, y: way.y * by }, t("did.move", { title }));
  };
  const { wasDrag, ...pointer } = drag;
  return (
    <button
      type="button"
      className={`${css.title} nopan nodrag`}
      data-group={group.id}
      aria-pressed={chosen}
      aria-label={t("group.label", { title, count: group.nodes.length })}
      onClick={() => wasDrag() || select()}
      {...(mayEdit ? { ...pointer, onKeyDown: nudge, onDoubleClick: () => write({ what: "title", group: group.id }) } : {})}
    >
      {title}
    </button>
  );
}

const ways: Readonly<Record<string, Point | undefined>> = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };

/** TitleField writes a title in its place: Enter or going elsewhere keeps it, Escape leaves it as it was. */
function TitleField({ group }: { group: Group }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const { write } = useWriting();
  const [draft, setDraft] = useState(titleOf(group));
  const done = useRef(false);
  const end = (keep: boolean) => {
    // The field goes, and with it the focus, which would end it once more.
    if (done.current) return;
    done.current = true;
    const said = draft.trim();
    write(undefined);
    if (keep && said !== "" && said !== titleOf(group)) store.getState().edit(t("did.title", { title: said }), (text) => setGroup(text, group.id, "title", said), { select: selectedDrawing([group.id]) });
  };
  return (
    <input
      className={`${css.titleField} nopan nodrag`}
      aria-label={t("group.title")}
      ref={focused}
      maxLength={longestTitle}
      value={draft}
      onChange={(e) => setDraft(e.target.value)}
      onBlur={() => end(true)}
      onKeyDown={(e) => {
        if (e.nativeEvent.isComposing) return;
        if (e.key === "Enter") end(true);
        if (e.key === "Escape") end(false);
        e.stopPropagation();
      }}
    />
  );
}

function around(nodes: readonly InternalNode[]): Box | undefined {
  if (nodes.length === 0) return undefined;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const n of nodes) {
    const { x, y } = n.internals.positionAbsolute;
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + (n.measured.width ?? n.width ?? 0));
    bottom = Math.max(bottom, y + (n.measured.height ?? n.height ?? 0));
  }
  return { x: left - margin, y: top - head, width: right - left + 2 * margin, height: bottom - top + head + margin };
}

function sameBox(a: Box | undefined, b: Box | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height);
}
