import { useBuilder } from "../state";
import { EdgeInspector } from "./edge-inspector";
import { ManyInspector } from "./many-inspector";
import { ModelInspector } from "../page/model-inspector";
import { NodeInspector } from "./node-inspector";

/** FlowInspector shows what is selected: a node, an edge, several things, or the model where nothing is. */
export function FlowInspector() {
  const nodes = useBuilder((s) => s.selection.nodes);
  const edges = useBuilder((s) => s.selection.edges);
  const model = useBuilder((s) => s.model);
  const [node] = nodes;
  const [edge] = edges;
  if (nodes.size + edges.size > 1) return <ManyInspector />;
  if (node !== undefined && model.nodes.some((n) => n.id === node)) return <NodeInspector key={node} id={node} />;
  if (edge !== undefined) return <EdgeInspector key={edge} id={edge} />;
  return <ModelInspector />;
}
