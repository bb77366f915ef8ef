import { Background, BackgroundVariant, type Connection, type Edge, type Node, type NodeChange, type OnConnectEnd, ReactFlow, SelectionMode, useReactFlow, useStoreApi, ViewportPortal, applyNodeChanges } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { type DragEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { grid } from "@/core/model/layout";
import { none, snap } from "@/core/model/align";
import type { Box, Point } from "@/core/model/types";
import { useWords } from "@/infra/words";
import type { Wish } from "../grammar";
import { nothingSelected, selected, useBuilder, useBuilderStore } from "../state";
import { w } from "../words";
import css from "./canvas.module.css";
import { ConnectionLine } from "./connection-line";
import { type Asking, LabelsContext, useCanvas, useDrawing, useGrammar } from "./context";
import type { Commands } from "./commands";
import { dragged } from "./drag";
import { fitting } from "./fit";
import { Overview } from "./overview";
import { boxOf, chosenFrom, chosenOf, reconciled, reconciledEdges } from "./reconcile";
import { ConnectBy, QuickAdd } from "./quick-add";
import { CanvasTools as Tools } from "./tools";
import { UnreadNote } from "../text";
import { useJump } from "../bottleneck";
import { useBypass } from "../bypass";
import { Frames, NewNote, noteNodes, NoteNode, noteOf, headingOf, useDrawn } from "../drawn";
import { useExtract } from "../extract";
import { useKeys } from "./use-keys";

/** How near a pointer has to be to a port, and an edge of a box to a helper line, in pixels of the screen. */
const portReach = 28;
const snapReach = 5;

// What React Flow is given keeps its identity: a new function would draw every node and edge anew with each move.
const panButtons = [1, 2];
const raster: [number, number] = [grid, grid];
const fitAll = { padding: 0.12, maxZoom: 1 };
const noMark = { hideAttribution: true };

/**
 * Canvas draws the document by its grammar and turns gestures into edits. While something is dragged only React Flow's own nodes move; the document gets one
 * edit when it is let go.
 */
export function Canvas({ commands, asking, onHelp, onFind }: { commands: Commands; asking: Asking; onHelp: () => void; onFind: () => void }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const grammar = useGrammar();
  const drawing = useDrawing();
  const flow = useReactFlow();
  const internals = useStoreApi();
  const format = useBuilder((s) => s.format);
  const stale = useBuilder((s) => s.modelStale && s.format === "yaml");
  const selection = useBuilder((s) => s.selection);
  const focus = useBuilder((s) => s.focus);
  const { adding, setAdding, connecting, setConnecting } = asking;
  const { mayEdit } = useCanvas();
  const [lines, setLines] = useState(none.lines);
  const pointer = useRef<Point>(undefined);
  const pane = useRef<HTMLDivElement>(null);
  const [labels, setLabels] = useState<HTMLElement | null>(null);
  const onInit = useCallback(() => setLabels(pane.current?.querySelector<HTMLElement>(".react-flow__edgelabel-renderer") ?? null), []);

  const projection = useMemo(() => {
    const { nodes, edges } = grammar.project(drawing);
    return { nodes: [...nodes, ...noteNodes(drawing.model)], edges };
  }, [grammar, drawing]);
  const nodeTypes = useMemo(() => ({ ...grammar.nodeTypes, note: NoteNode }), [grammar]);
  const [nodes, setNodes] = useState<Node[]>([]);
  const [edges, setEdges] = useState<Edge[]>([]);

  // What has not changed keeps its identity, so that it is not drawn again.
  useEffect(() => {
    setNodes((before) => reconciled(before, projection.nodes, chosenOf(selection)));
    setEdges((before) => reconciledEdges(before, projection.edges, selection.edges));
  }, [projection, selection]);

  // Sizes are known with the first analysis, and places of what the text gives none: then the whole is brought into view, once. What is put on an empty canvas
  // stays where it was put; a script is empty until it is analysed.
  const [opensWhole] = useState(() => format === "sql" || projection.nodes.length > 0);
  const fitted = useRef(!opensWhole);
  const analysed = drawing.analysis !== undefined && nodes.length > 0;
  useEffect(() => {
    if (fitted.current || !analysed) return;
    fitted.current = true;
    requestAnimationFrame(() => void flow.fitView(fitting(grammar)));
  }, [analysed, flow, grammar]);

  useEffect(() => {
    if (focus) commands.show([focus.node]);
  }, [focus, commands]);

  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      const picks = changes.filter((c) => c.type === "select");
      if (picks.length > 0) {
        const before = store.getState().selection;
        const now = chosenOf(before);
        for (const c of picks) c.selected ? now.add(c.id) : now.delete(c.id);
        store.getState().select({ ...before, ...chosenFrom(now), groups: new Set() });
      }
      const rest = changes.filter((c) => c.type !== "select" && c.type !== "remove");
      if (rest.length > 0) setNodes((all) => applyNodeChanges(rest, all));
      // The arrow keys move without dragging; a row of such moves is one gesture.
      const moved = rest.flatMap((c) => (c.type === "position" && c.dragging === false && c.position ? [[c.id, c.position] as const] : []));
      if (moved.length > 0 && mayEdit && dragging.current === undefined) commands.move(Object.fromEntries(moved), "nudge");
    },
    [store, commands, mayEdit],
  );

  const onEdgesChange = useCallback(
    (changes: { type: string; id?: string; selected?: boolean }[]) => {
      const picks = changes.filter((c) => c.type === "select");
      if (picks.length === 0) return;
      const now = new Set(store.getState().selection.edges);
      for (const c of picks) if (c.id !== undefined) c.selected ? now.add(c.id) : now.delete(c.id);
      store.getState().select({ ...store.getState().selection, edges: now, groups: new Set() });
    },
    [store],
  );

  // ---- dragging nodes: helper lines and the edge under a node that is not connected yet
  const dragging = useRef<{ others: Box[] }>(undefined);
  const onNodeDragStart = useCallback(
    (_: unknown, __: Node, moved: Node[]) => {
      const ids = new Set(moved.map((n) => n.id));
      dragging.current = { others: flow.getNodes().filter((n) => !ids.has(n.id)).map(boxOf) };
      pane.current?.setAttribute("data-dragging", "");
    },
    [flow],
  );
  const onNodeDrag = useCallback(
    (_: unknown, node: Node, moved: Node[]) => {
      if (!dragging.current || moved.length > 1) return;
      const found = snap(boxOf(node), dragging.current.others, snapReach / flow.getZoom());
      setLines((before) => (before.length === 0 && found.lines.length === 0 ? before : [...found.lines]));
    },
    [flow],
  );
  const onNodeDragStop = useCallback(
    (_: unknown, node: Node, moved: Node[]) => {
      const found = moved.length === 1 && dragging.current ? snap(boxOf(node), dragging.current.others, snapReach / flow.getZoom()) : none;
      dragging.current = undefined;
      pane.current?.removeAttribute("data-dragging");
      setLines(none.lines);
      if (!mayEdit) return;
      // What is dragged is selected when it is let go: the inspector is not opened on the way.
      const chosen = chosenOf(store.getState().selection);
      if (!moved.every((n) => chosen.has(n.id))) store.getState().select({ ...nothingSelected, ...chosenFrom(moved.map((n) => n.id)) });
      const before = store.getState().text;
      commands.move(Object.fromEntries(moved.map((n) => [n.id, { x: n.position.x + found.dx, y: n.position.y + found.dy }])));
      // The text may say what it said: then the nodes go back to where it has them.
      if (store.getState().text === before) setNodes((all) => reconciled(all, projection.nodes, chosenOf(store.getState().selection)));
    },
    [flow, store, commands, mayEdit, projection],
  );

  // ---- connecting
  const wishOf = (c: Connection | Edge, instead?: string): Wish => ({ from: c.source, fromHandle: c.sourceHandle ?? undefined, to: c.target, toHandle: c.targetHandle ?? undefined, ...(instead ? { instead } : {}) });
  const moving = useRef<string>(undefined);
  const isValidConnection = useCallback((c: Connection | Edge) => grammar.refusal(drawing, wishOf(c, moving.current)) === undefined, [grammar, drawing]);
  const connect = useCallback(
    (wish: Wish) => {
      if (!mayEdit || grammar.refusal(drawing, wish)) return;
      const text = grammar.connect(store.getState().text, wish, drawing);
      const edge = grammar.connected?.(text, wish);
      store.getState().edit(t("did.connect", { from: wish.from, to: wish.to }), () => text, edge === undefined ? undefined : { select: selected([], [edge]) });
    },
    [store, grammar, drawing, mayEdit, t],
  );
  const onConnect = useCallback((c: Connection) => connect(wishOf(c)), [connect]);
  const onReconnect = useCallback(
    (edge: Edge, c: Connection) => store.getState().edit(t("did.reconnect", { from: c.source, to: c.target }), (text) => grammar.reconnect(text, edge.id, wishOf(c, edge.id), drawing)),
    [store, grammar, drawing, t],
  );
  // A wire that is let go over a node goes to whichever of its ports fits, one over nothing asks what to add there.
  const onConnectEnd: OnConnectEnd = useCallback(
    (e, c) => {
      if (!mayEdit || moving.current !== undefined || c.toHandle || !c.fromNode || !c.fromHandle) return;
      const at = "changedTouches" in e ? e.changedTouches[0] : e;
      if (!at) return;
      const over = document.elementFromPoint(at.clientX, at.clientY)?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
      const mine = { node: c.fromNode.id, handle: c.fromHandle.id ?? "" };
      const forward = c.fromHandle.type === "source";
      // Notes take no wire.
      if (over === mine.node || (over !== undefined && noteOf(over) !== undefined)) return;
      if (over !== undefined) {
        connect(forward ? { from: mine.node, fromHandle: mine.handle, to: over } : { from: over, to: mine.node, toHandle: mine.handle });
        return;
      }
      const screen = { x: at.clientX, y: at.clientY };
      setAdding({ spot: { at: flow.screenToFlowPosition(screen), ...(forward ? { from: mine } : { to: mine }) }, screen });
    },
    [connect, flow, mayEdit, setAdding],
  );

  // ---- dropping what is dragged from the left
  const onDrop = useCallback(
    (e: DragEvent) => {
      const candidate = dragged(e.dataTransfer, store.getState().specs);
      if (!candidate || !mayEdit) return;
      e.preventDefault();
      const at = flow.screenToFlowPosition({ x: e.clientX, y: e.clientY });
      const edge = under({ x: e.clientX, y: e.clientY }, ".react-flow__edge");
      const fits = edge !== undefined && candidate.type === "component" && grammar.quickAdd(drawing, { edge }).some((c) => c.type === "component" && c.spec === candidate.spec);
      // What is put into an edge stands between its ends, which make room for it; anything else where it was let go.
      commands.add(candidate, fits ? { edge } : { at: { x: at.x - 74, y: at.y - 25 } });
    },
    [store, flow, commands, grammar, drawing, mayEdit],
  );

  const addHere = useCallback(() => {
    const box = pane.current?.getBoundingClientRect();
    const screen = pointer.current ?? (box ? { x: box.x + box.width / 2, y: box.y + box.height / 3 } : { x: 0, y: 0 });
    // Over a node it is what comes behind it; on top of it nothing is to lie.
    const node = pointer.current && under(pointer.current, ".react-flow__node");
    const from = node === undefined ? undefined : { node };
    setAdding({ spot: from && grammar.quickAdd(drawing, { from }).length > 0 ? { from } : { at: flow.screenToFlowPosition(screen) }, screen });
  }, [flow, grammar, drawing, setAdding]);
  const onReconnectStart = useCallback((_: unknown, edge: Edge) => void (moving.current = edge.id), []);
  const onReconnectEnd = useCallback(() => void (moving.current = undefined), []);
  const onPaneClick = useCallback(() => {
    setAdding(undefined);
    commands.clear();
  }, [commands, setAdding]);
  const onDoubleClick = useCallback(
    (e: MouseEvent) => {
      if (mayEdit && e.target instanceof Element && e.target.classList.contains("react-flow__pane")) addHere();
    },
    [addHere, mayEdit],
  );
  const onEdgeClick = useCallback((_: unknown, edge: Edge) => store.getState().select(selected([], [edge.id])), [store]);
  const jump = useJump();
  const bypass = useBypass();
  const extract = useExtract();
  const drawn = useDrawn();
  const own = useMemo(
    () => ({
      connect: () => {
        const [only] = store.getState().selection.nodes;
        if (only !== undefined) setConnecting(only);
      },
      find: onFind,
      help: onHelp,
      addAtPointer: addHere,
      jump,
      bypass,
      extract,
      ...drawn,
      note: () => drawn.note(pointer.current && flow.screenToFlowPosition(pointer.current)),
    }),
    [store, addHere, setConnecting, onFind, onHelp, jump, bypass, extract, drawn, flow],
  );
  useKeys(commands, own, mayEdit, () => pointer.current && flow.screenToFlowPosition(pointer.current));

  const label = useCallback((n: Node) => (n.type === "note" ? t("node.noteLabel", { text: headingOf(String(n.data.text ?? "")) }) : t("node.label", { node: n.id, what: String((n.data as { component?: string }).component ?? "") })), [t]);
  const labelled = useMemo(() => nodes.map((n) => (n.ariaLabel === undefined ? Object.assign(n, { ariaLabel: label(n) }) : n)), [nodes, label]);
  const Header = grammar.Header;
  return (
      <div
        ref={pane}
        className={css.canvas}
        data-stale={stale || undefined}
        onPointerMove={(e) => (pointer.current = { x: e.clientX, y: e.clientY })}
        onPointerLeave={() => (pointer.current = undefined)}
        onDragOver={(e) => {
          if (mayEdit) e.preventDefault();
        }}
        onDrop={onDrop}
      >
        <LabelsContext value={labels}>
          <ReactFlow
            aria-label={t("canvas.label")}
            nodes={labelled}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={grammar.edgeTypes}
            onNodesChange={onNodesChange}
            onEdgesChange={onEdgesChange}
            onNodeDragStart={onNodeDragStart}
            onNodeDrag={onNodeDrag}
            onNodeDragStop={onNodeDragStop}
            onConnect={onConnect}
            onConnectEnd={onConnectEnd}
            onReconnect={mayEdit ? onReconnect : undefined}
            onReconnectStart={onReconnectStart}
            onReconnectEnd={onReconnectEnd}
            onInit={onInit}
            isValidConnection={isValidConnection}
            connectionLineComponent={ConnectionLine}
            connectionRadius={portReach}
            onPaneClick={onPaneClick}
            onDoubleClick={onDoubleClick}
            onEdgeClick={onEdgeClick}
            nodesDraggable={mayEdit}
            nodesConnectable={mayEdit}
            edgesReconnectable={mayEdit}
            selectNodesOnDrag={false}
            zoomOnDoubleClick={false}
            selectionOnDrag
            selectionMode={SelectionMode.Partial}
            panOnDrag={panButtons}
            panOnScroll
            deleteKeyCode={null}
            snapToGrid
            snapGrid={raster}
            minZoom={0.15}
            maxZoom={2}
            fitView={opensWhole}
            fitViewOptions={fitAll}
            proOptions={noMark}
            onlyRenderVisibleElements={nodes.length > 150}
            elevateNodesOnSelect={false}
          >
            <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} color="var(--canvasDot)" bgColor="var(--canvas)" />
            <ViewportPortal>
              <Frames />
              <NewNote />
              {lines.map((l) => (
                <span key={l.axis} className={css.helper} style={l.axis === "x" ? { transform: `translate(${l.at}px, ${l.from}px)`, width: 1, height: l.to - l.from } : { transform: `translate(${l.from}px, ${l.at}px)`, width: l.to - l.from, height: 1 }} />
              ))}
            </ViewportPortal>
            {nodes.length > 3 ? <Overview label={t("canvas.map")} /> : null}
          </ReactFlow>
        </LabelsContext>
        {Header ? (
          <div className={css.header}>
            <Header />
          </div>
        ) : null}
        <Tools commands={commands} mayEdit={mayEdit} onHelp={onHelp} onFind={onFind} />
        {stale ? (
          <UnreadNote />
        ) : format === "sql" ? (
          <p className={css.notice}>{t("canvas.unread")}</p>
        ) : nodes.length === 0 && projection.nodes.length === 0 ? (
          <p className={css.empty}>{t("canvas.empty")}</p>
        ) : null}
        {adding ? (
          <QuickAdd
            drawing={drawing}
            spot={adding.spot}
            screen={adding.screen}
            onPick={(candidate) => {
              setAdding(undefined);
              commands.add(candidate, adding.spot);
            }}
            onClose={() => {
              setAdding(undefined);
              internals.getState().cancelConnection();
            }}
          />
        ) : null}
        {connecting !== undefined ? (
          <ConnectBy
            drawing={drawing}
            from={connecting}
            onPick={(wish) => {
              setConnecting(undefined);
              connect(wish);
            }}
            onClose={() => setConnecting(undefined)}
          />
        ) : null}
      </div>
  );
}

/** under returns the id of the node or edge at a place of the screen. */
function under(at: Point, what: ".react-flow__node" | ".react-flow__edge"): string | undefined {
  for (const e of document.elementsFromPoint(at.x, at.y)) {
    const found = e.closest<HTMLElement>(what);
    if (found) return found.dataset.id;
  }
  return undefined;
}
