import "@xyflow/react/dist/base.css";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Background, BackgroundVariant, Controls, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import { layout } from "@/infra/layout";
import { useWords } from "@/infra/words";
import { Loading } from "@/ui/states";
import { type Acts, ActsContext, CardView } from "./card";
import css from "./canvas.module.css";
import { placed, type Shape } from "./shape";
import { w } from "./words";

const nodeTypes = { card: CardView };

/** Canvas draws the lineage. Places come from the worker and stay until the shape is another. */
export function Canvas({ shape, acts }: { shape: Shape; acts: Acts }) {
  return (
    <ReactFlowProvider>
      <ActsContext.Provider value={acts}>
        <Inner shape={shape} />
      </ActsContext.Provider>
    </ReactFlowProvider>
  );
}

/** fit shows as much as can be read and pressed; the control with the corners shows all of it, however small. */
const fit = { minZoom: 1, maxZoom: 1, padding: 0.12 };

function Inner({ shape }: { shape: Shape }) {
  const t = useWords(w);
  const flow = useReactFlow();
  const asked = useMemo(
    () => ({
      nodes: shape.cards.map((c) => ({ id: c.id, width: c.width, height: c.height, layer: c.card.node.distance + 100 })),
      edges: [...new Map(shape.edges.map((e) => [`${e.source}>${e.target}`, { from: e.source, to: e.target }])).values()],
    }),
    [shape],
  );
  const { data: places } = useQuery({
    queryKey: ["layout", asked],
    staleTime: Infinity,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: () => layout({ ...asked, direction: "right", gap: 110, rowGap: 16 }),
  });
  const nodes = useMemo(() => (places ? placed(shape, places) : []), [shape, places]);
  useEffect(() => {
    if (places) void flow.fitView(fit);
  }, [places, flow]);
  if (!places) return <Loading rows={6} />;
  return (
    <ReactFlow
      className={css.flow}
      nodes={nodes}
      edges={shape.edges}
      nodeTypes={nodeTypes}
      defaultEdgeOptions={{ focusable: false, selectable: false }}
      nodesConnectable={false}
      nodesFocusable={false}
      elementsSelectable={false}
      minZoom={0.2}
      maxZoom={1.5}
      fitView
      fitViewOptions={fit}
      proOptions={{ hideAttribution: true }}
      aria-label={t("lineage.canvas")}
    >
      <Background variant={BackgroundVariant.Dots} gap={16} size={1} color="var(--canvasDot)" />
      <Controls showInteractive={false} className={css.controls} />
    </ReactFlow>
  );
}
