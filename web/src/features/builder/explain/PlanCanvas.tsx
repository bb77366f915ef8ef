import { useQuery } from "@tanstack/react-query";
import { Controls, type Edge, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { memo, useMemo } from "react";
import { layout } from "@/infra/layout";
import { useWords } from "@/infra/words";
import { Loading } from "@/ui/states";
import css from "./explain.module.css";
import type { Graph, Operator } from "./plan";
import { w } from "./words";

type OperatorNode = Node<{ operator: Operator }, "operator">;

const size = { width: 208, height: 62 };

const Box = memo(function Box({ data, selected }: NodeProps<OperatorNode>) {
  const { operator: o } = data;
  return (
    <div className={css.box} data-selected={selected || undefined}>
      <Handle type="target" position={Position.Top} className={css.port} isConnectable={false} />
      <strong>{o.title}</strong>
      <span>{o.table ?? o.model_node}</span>
      {(o.pruned ?? []).length > 0 ? <s>{(o.pruned ?? []).join(", ")}</s> : <span>{o.detail}</span>}
      <Handle type="source" position={Position.Bottom} className={css.port} isConnectable={false} />
    </div>
  );
});

const nodeTypes = { operator: Box };

/** PlanCanvas draws the operators of a plan, to look at. The list beside it has the same for the keyboard. */
export function PlanCanvas({ graph, selected, onSelect }: { graph: Graph; selected: string | undefined; onSelect: (id: string) => void }) {
  const t = useWords(w);
  const shape = useMemo(() => graph.nodes.map((n) => n.id).join() + graph.edges.map((e) => `${e.from}>${e.to}`).join(), [graph]);
  const places = useQuery({
    queryKey: ["layout", "plan", shape],
    queryFn: () => layout({ nodes: graph.nodes.map((n) => ({ id: n.id, ...size })), edges: graph.edges, direction: "down", gap: 32 }),
    staleTime: Infinity,
  });
  const nodes = useMemo<OperatorNode[]>(
    () =>
      graph.nodes.map((o) => ({
        id: o.id,
        type: "operator",
        position: places.data?.[o.id] ?? { x: 0, y: 0 },
        data: { operator: o },
        selected: o.id === selected,
        ...size,
      })),
    [graph, places.data, selected],
  );
  const edges = useMemo<Edge[]>(
    () => graph.edges.map((e) => ({ id: `${e.from}>${e.to}#${e.input}`, source: e.from, target: e.to, focusable: false, selectable: false, markerEnd: { type: MarkerType.Arrow } })),
    [graph],
  );
  if (!places.data) return <Loading rows={4} />;
  return (
    <ReactFlowProvider>
      <ReactFlow
        aria-label={t("drawing")}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        minZoom={0.2}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, n) => onSelect(n.id)}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </ReactFlowProvider>
  );
}
