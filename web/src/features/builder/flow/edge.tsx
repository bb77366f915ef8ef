import { BaseEdge, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { createPortal } from "react-dom";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Num } from "@/ui/text";
import { useCanvas, useLabels } from "../canvas/context";
import { w } from "../words";
import type { FlowEdgeType } from "./drawing";
import css from "./flow.module.css";
import { useNumbers } from "./numbers";

/** FlowEdge is the way of rows from one node to another. Where they flow now, it says how many, and grows with their logarithm. */
export const FlowEdge = memo(function FlowEdge(props: EdgeProps<FlowEdgeType>) {
  const { id, source, target, selected } = props;
  const t = useWords(w);
  const numbers = useNumbers(source);
  const { quickAdd, selectEdge, mayEdit } = useCanvas();
  const labels = useLabels();
  const [path, x, y] = getBezierPath(props);
  const blocked = (numbers?.blocked ?? 0) > 0.5;
  const rate = numbers?.perSecond;
  const width = rate ? Math.min(4, 1.3 + Math.log10(1 + rate) * 0.5) : 1.3;
  return (
    <>
      <BaseEdge id={id} path={path} className={css.edge} data-selected={selected || undefined} data-blocked={blocked || undefined} style={{ strokeWidth: selected ? Math.max(2, width) : width }} interactionWidth={16} />
      {/* What lies on the edge is part of it for the pointer; by keyboard the edge itself is chosen. */}
      {labels &&
        createPortal(
          <div className={css.onEdge} style={{ left: x, top: y }} onClick={() => selectEdge(id)}>
            {rate === undefined ? null : (
              <span className={css.rate} data-blocked={blocked || undefined}>
                <Num value={rate} brief />
              </span>
            )}
            {mayEdit ? (
              <button
                type="button"
                className={`${css.insert} nodrag nopan`}
                data-shown={selected || undefined}
                tabIndex={-1}
                aria-label={t("edge.insert", { from: source, to: target })}
                onClick={(e) => {
                  e.stopPropagation();
                  quickAdd({ edge: id }, { x: e.clientX, y: e.clientY });
                }}
              >
                <Glyph name="plus" size={12} />
              </button>
            ) : null}
          </div>,
          labels,
        )}
    </>
  );
});
