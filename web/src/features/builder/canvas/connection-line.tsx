import { type ConnectionLineComponentProps, getBezierPath } from "@xyflow/react";
import type { Refusal } from "@/core/model/rules";
import { type Say, useWords } from "@/infra/words";
import { w } from "../words";
import css from "./canvas.module.css";
import { useDrawing, useGrammar } from "./context";

/** ConnectionLine is the wire while it is drawn. Over a port that it cannot go to it says why, at the pointer. */
export function ConnectionLine(p: ConnectionLineComponentProps) {
  const t = useWords(w);
  const grammar = useGrammar();
  const drawing = useDrawing();
  const [path] = getBezierPath({ sourceX: p.fromX, sourceY: p.fromY, sourcePosition: p.fromPosition, targetX: p.toX, targetY: p.toY, targetPosition: p.toPosition });
  const forward = p.fromHandle.type === "source";
  const other = p.toNode?.id;
  const refusal =
    other === undefined || p.connectionStatus !== "invalid"
      ? undefined
      : grammar.refusal(
          drawing,
          forward
            ? { from: p.fromNode.id, fromHandle: p.fromHandle.id ?? undefined, to: other, toHandle: p.toHandle?.id ?? undefined }
            : { from: other, fromHandle: p.toHandle?.id ?? undefined, to: p.fromNode.id, toHandle: p.fromHandle.id ?? undefined },
        );
  return (
    <g>
      <path d={path} className={css.wire} data-status={p.connectionStatus ?? undefined} />
      {refusal ? (
        <foreignObject x={p.toX + 14} y={p.toY + 10} width={260} height={60} className={css.reason}>
          <span className={css.refusal} role="status">
            {grammar.reason?.(refusal) ?? reasonOf(t, refusal as Refusal)}
          </span>
        </foreignObject>
      ) : null}
    </g>
  );
}

/** reasonOf says a refusal in words. */
export function reasonOf(t: Say<(typeof w)["en"]>, r: Refusal): string {
  switch (r.code) {
    case "self":
      return t("refusal.self");
    case "cycle":
      return t("refusal.cycle");
    case "twice":
      return t("refusal.twice");
    case "sink":
      return t("refusal.sink", { node: r.node });
    case "source":
      return t("refusal.source", { node: r.node });
    case "arity":
      return t("refusal.arity", { node: r.node, count: r.most });
    case "port":
      return t("refusal.port", { node: r.node, port: r.port });
    case "type":
      return t("refusal.type", { node: r.node, mode: modeOf(t, r.mode), accepts: r.accepts.map((m) => modeOf(t, m)).join(", ") });
  }
}

function modeOf(t: Say<(typeof w)["en"]>, mode: string): string {
  return mode === "append" ? t("mode.append") : mode === "upsert" ? t("mode.upsert") : mode === "retract" ? t("mode.retract") : mode;
}
