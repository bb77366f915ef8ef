import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, useInternalNode } from "@xyflow/react";
import { memo } from "react";
import { clauses, duration } from "@/core/format";
import { type Language, type Say, useLanguage, useWords } from "@/infra/words";
import { Glyph, type GlyphName } from "@/ui/glyph";
import { selected as selection, useBuilderStore } from "../state";
import { entityWidth, type JoinData, type JoinEdgeType, sidesOf } from "./drawing";
import css from "./relational.module.css";
import { route, spanOf } from "./route";
import { w } from "./words";

/** JoinEdge is a join: a line between the columns that it compares, feet that say how many belong together, and one pill that says how rows meet. */
export const JoinEdge = memo(function JoinEdge({ id, source, target, sourceY, targetY, selected, data }: EdgeProps<JoinEdgeType>) {
  const t = useWords(w);
  const language = useLanguage();
  const store = useBuilderStore();
  const from = useInternalNode(source);
  const to = useInternalNode(target);
  if (!from || !to || !data) return null;
  const a = from.internals.positionAbsolute.x;
  const b = to.internals.positionAbsolute.x;
  const sides = sidesOf(a, b);
  const line = route(
    { x: sides.from === "right" ? a + entityWidth : a, y: sourceY, side: sides.from, many: data.many.from },
    { x: sides.to === "right" ? b + entityWidth : b, y: targetY, side: sides.to, many: data.many.to },
  );
  const state = data.errors > 0 ? "failed" : data.match === undefined || data.keys === 0 || data.warnings > 0 ? "warning" : undefined;
  return (
    <>
      <BaseEdge id={id} path={line.path} className={css.join} data-selected={selected || undefined} data-state={state} interactionWidth={18} />
      <path d={line.feet} className={css.feet} data-selected={selected || undefined} data-state={state} />
      <EdgeLabelRenderer>
        <button
          type="button"
          tabIndex={-1}
          className={`${css.pill} nodrag nopan`}
          data-selected={selected || undefined}
          data-state={state}
          style={{ transform: `translate(-50%, -50%) translate(${line.middle.x}px, ${line.middle.y}px)` }}
          onClick={() => store.getState().select(selection([], [id]))}
        >
          <Glyph name={state ? (data.errors > 0 ? "error" : "warning") : glyphOf(data)} size={12} />
          {wordsOf(t, language, data)}
        </button>
      </EdgeLabelRenderer>
    </>
  );
});

function glyphOf(d: JoinData): GlyphName {
  return d.match === "temporal" ? "clock" : d.match === "interval" ? "window" : "key";
}

/** wordsOf is what a pill says: how many keys where there are several, and how the rows meet. */
export function wordsOf(t: Say<(typeof w)["en"]>, l: Language, d: JoinData): string {
  if (d.keys === 0) return t("pill.noKeys");
  const how = meeting(t, l, d);
  return d.keys > 1 ? clauses([t("pill.keys", { count: d.keys }), how], l) : how;
}

function meeting(t: Say<(typeof w)["en"]>, l: Language, d: JoinData): string {
  const span = (text: string) => {
    const ms = spanOf(text);
    return ms === undefined ? text : duration(ms, l);
  };
  if (d.match === "temporal") return t("pill.asOf");
  if (d.match === "keyed") return d.ttl === undefined ? t("pill.plain") : t("pill.keyed", { span: span(d.ttl) });
  if (d.match === undefined) return t("pill.open");
  const { before, after } = d;
  const none = (text: string | undefined) => text === undefined || spanOf(text) === 0;
  if (none(before)) return t("pill.within", { span: span(after ?? "0s") });
  if (none(after)) return t("pill.earlier", { span: span(before ?? "0s") });
  return before === after ? t("pill.within", { span: span(after ?? "") }) : t("pill.around", { before: span(before ?? ""), after: span(after ?? "") });
}

/** LeadEdge shows that the joined rows begin with an entity. It says nothing that could be changed. */
export const LeadEdge = memo(function LeadEdge(props: EdgeProps) {
  const [path] = getBezierPath(props);
  return <BaseEdge id={props.id} path={path} className={css.lead} interactionWidth={0} />;
});
