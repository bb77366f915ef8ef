import { useReactFlow, useStoreApi } from "@xyflow/react";
import { type PointerEvent, useRef } from "react";
import { grid } from "@/core/model/layout";
import type { Point } from "@/core/model/types";

/** The way that a pointer has to go before it drags, in pixels of the screen. */
const slack = 3;

interface Drag {
  readonly start: Point;
  readonly from: Readonly<Record<string, Point>>;
  /** by is how far all have moved; undefined is "not dragged yet". */
  by?: Point;
}

/**
 * useFrameDrag lets a title drag what stands in its frame. While it is dragged only React Flow's nodes move, as when a node itself is dragged; onMoved is told
 * once, where all of it was let go.
 */
export function useFrameDrag(members: readonly string[], onMoved: (places: Record<string, Point>) => void) {
  const flow = useReactFlow();
  const internals = useStoreApi();
  const drag = useRef<Drag>(undefined);
  const dragged = useRef(false);

  const put = (by: Point, dragging: boolean) => {
    const from = drag.current?.from ?? {};
    internals.getState().triggerNodeChanges(Object.entries(from).map(([id, p]) => ({ id, type: "position", position: { x: p.x + by.x, y: p.y + by.y }, dragging })));
  };
  const end = (keep: boolean) => {
    const { from = {}, by } = drag.current ?? {};
    if (by && !keep) put({ x: 0, y: 0 }, true);
    // Without a position: this only ends the dragging.
    internals.getState().triggerNodeChanges(Object.keys(from).map((id) => ({ id, type: "position", dragging: false })));
    drag.current = undefined;
    if (by && keep) onMoved(Object.fromEntries(Object.entries(from).map(([id, p]) => [id, { x: p.x + by.x, y: p.y + by.y }])));
  };
  return {
    onPointerDown(e: PointerEvent) {
      dragged.current = false;
      if (e.button !== 0) return;
      const from = Object.fromEntries(members.flatMap((id) => [flow.getNode(id)]).flatMap((n) => (n ? [[n.id, n.position]] : [])));
      drag.current = { start: { x: e.clientX, y: e.clientY }, from };
    },
    onPointerMove(e: PointerEvent) {
      const now = drag.current;
      if (!now) return;
      const far = Math.hypot(e.clientX - now.start.x, e.clientY - now.start.y) >= slack;
      if (!now.by && !far) return;
      // From here on the pointer is the title's own, and the click at its end is none.
      if (!now.by) e.currentTarget.setPointerCapture(e.pointerId);
      const zoom = flow.getZoom();
      const onGrid = (way: number) => Math.round(way / zoom / grid) * grid;
      const by = { x: onGrid(e.clientX - now.start.x), y: onGrid(e.clientY - now.start.y) };
      dragged.current = true;
      if (now.by?.x === by.x && now.by.y === by.y) return;
      now.by = by;
      put(by, true);
    },
    onPointerUp: () => drag.current && end(true),
    onPointerCancel: () => drag.current && end(false),
    /** wasDrag says whether the click that comes now is the end of a drag. */
    wasDrag: () => dragged.current,
  };
}
