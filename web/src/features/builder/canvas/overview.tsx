import { MiniMap, type Node, type ReactFlowState, useStore } from "@xyflow/react";
import { memo } from "react";
import css from "./canvas.module.css";

/** Overview is the small map. It is there while something is out of view: what is all in view needs none, and the room. It follows React Flow's own store. */
export const Overview = memo(function Overview({ label }: { label: string }) {
  const inView = useStore(whole);
  return inView ? null : <MiniMap pannable zoomable className={css.map} ariaLabel={label} bgColor="var(--surface)" maskColor="color-mix(in srgb, var(--canvas) 60%, transparent)" nodeColor={colorOf} nodeBorderRadius={6} />;
});

const colorOf = (n: Node) => (n.selected ? "var(--accent)" : "var(--lineStrong)");

/** whole says whether every node is in view. */
function whole({ transform: [x, y, zoom], width, height, nodeLookup }: ReactFlowState): boolean {
  for (const { internals, measured } of nodeLookup.values()) {
    const left = internals.positionAbsolute.x * zoom + x;
    const top = internals.positionAbsolute.y * zoom + y;
    if (left < 0 || top < 0 || left + (measured.width ?? 0) * zoom > width || top + (measured.height ?? 0) * zoom > height) return false;
  }
  return true;
}
