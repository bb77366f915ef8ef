import { Background, BackgroundVariant, type Edge, type EdgeProps, getSmoothStepPath, Handle, type Node, type NodeProps, Position, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { type ComponentType, createContext, useContext, useEffect, useId, useMemo, useRef } from "react";
import { layered } from "@/core/layers";
import css from "./flowgraph.module.css";

/** EdgeLook is how a line is drawn: its weight from 0 to 1, and whether what it carries is held up. */
export interface EdgeLook {
  weight?: number;
  blocked?: boolean;
}

export interface FlowGraphProps {
  nodes: readonly string[];
  edges: readonly { from: string; to: string }[];
  /** Box draws a node of the given size. It follows its own figures, so that a beat of them does not touch the graph. */
  Box: ComponentType<{ id: string }>;
  /** look is how the line from one node to another is drawn now. */
  look?: (from: string, to: string) => EdgeLook;
  width: number;
  height: number;
  label: string;
  /** describe says what a node is to those who do not see it. */
  describe: (id: string) => string;
  onOpen?: (id: string) => void;
  /** focus is a node to bring into the middle. */
  focus?: string;
}

interface Shared {
  Box: ComponentType<{ id: string }>;
  look: (from: string, to: string) => EdgeLook;
}

const Drawing = createContext<Shared>({ Box: () => null, look: () => ({}) });

const fit = { padding: 0.06, maxZoom: 1, duration: 0 };
const gap = { gapX: 48, gapY: 36 };

/** FlowGraph shows a graph from left to right; it is looked at and walked through, not edited. */
export function FlowGraph(props: FlowGraphProps) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

const still: (from: string, to: string) => EdgeLook = () => ({});

function Graph({ nodes, edges, Box, look = still, width, height, label, describe, onOpen, focus }: FlowGraphProps) {
  const flow = useReactFlow();
  const drawn = useMemo(() => {
    const { at } = layered(nodes, edges, { width, height, ...gap });
    return {
      nodes: nodes.map((id): Node => ({ id, type: "box", position: at.get(id) ?? { x: 0, y: 0 }, data: {}, width, height, ariaLabel: describe(id), draggable: false, connectable: false })),
      edges: edges.map(({ from, to }): Edge => ({ id: `${from}>${to}`, source: from, target: to, type: "line", focusable: false })),
    };
  }, [nodes, edges, width, height, describe]);
  const shared = useMemo(() => ({ Box, look }), [Box, look]);
  useEffect(() => {
    if (focus !== undefined) void flow.fitView({ nodes: [{ id: focus }], maxZoom: 1, duration: 0 });
  }, [flow, focus]);
  // The graph keeps fitting while what is around it changes its size: it is looked at as a whole.
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!frame.current) return;
    const observer = new ResizeObserver(() => void flow.fitView(fit));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [flow]);
  return (
    <div ref={frame} className={css.graph} role="group" aria-label={label}>
      <Drawing value={shared}>
        <ReactFlow
          nodes={drawn.nodes}
          edges={drawn.edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          minZoom={0.3}
          maxZoom={1.5}
          fitView
          fitViewOptions={fit}
          proOptions={{ hideAttribution: true }}
          onNodeClick={(_, node) => onOpen?.(node.id)}
        >
          <Background variant={BackgroundVariant.Dots} gap={16} size={1.2} color="var(--canvasDot)" />
        </ReactFlow>
      </Drawing>
    </div>
  );
}

function BoxNode({ id }: NodeProps) {
  const { Box } = useContext(Drawing);
  return (
    <>
      <Handle className={css.port} type="target" position={Position.Left} />
      <Box id={id} />
      <Handle className={css.port} type="source" position={Position.Right} />
    </>
  );
}

function LineEdge({ source, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }: EdgeProps) {
  const { look } = useContext(Drawing);
  const { weight = 0, blocked } = look(source, target);
  const [path] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: 12 });
  const marker = useId();
  return (
    <g className={css.edge} data-blocked={blocked || undefined}>
      <defs>
        <marker id={marker} viewBox="0 0 6 6" refX={5} refY={3} markerWidth={6} markerHeight={6} markerUnits="userSpaceOnUse" orient="auto">
          <path d="M1 .5 5 3 1 5.500" className={css.tip} />
        </marker>
      </defs>
      <path d={path} className={css.line} strokeWidth={1.3 + weight * 1.7} markerEnd={`url("#${marker}")`} />
    </g>
  );
}

const nodeTypes = { box: BoxNode };
const edgeTypes = { line: LineEdge };
