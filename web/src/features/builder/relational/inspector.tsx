import { entityOf } from "@/core/model/joins";
import { joinAt, outputOf } from "@/core/model/relational";
import { FlowInspector } from "../flow/inspector";
import { useBuilder } from "../state";
import { EntityInspector } from "./entity-inspector";
import { JoinInspector } from "./join-inspector";
import { WideInspector } from "./wide-inspector";

/** RelationalInspector shows an entity, a join or the joined rows; all else is the flow's. */
export function RelationalInspector() {
  const nodes = useBuilder((s) => s.selection.nodes);
  const edges = useBuilder((s) => s.selection.edges);
  const model = useBuilder((s) => s.model);
  const [node] = nodes;
  const [edge] = edges;
  if (nodes.size + edges.size === 1) {
    if (node !== undefined && entityOf(model, node)) return <EntityInspector key={node} id={node} />;
    if (node !== undefined && node === outputOf(model) && model.entities.length > 0) return <WideInspector />;
    if (edge !== undefined && joinAt(model, edge)) return <JoinInspector key={edge} id={edge} />;
  }
  return <FlowInspector />;
}
