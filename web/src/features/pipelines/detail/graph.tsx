import { useCallback, useMemo } from "react";
import { useNavigate } from "react-router";
import type { Operator } from "@/core/diagnosis";
import { number, share } from "@/core/format";
import { layered } from "@/core/layers";
import { useComponents } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { FlowGraph } from "@/ui/flowgraph/flowgraph";
import { Glyph, type GlyphName, SpecGlyph } from "@/ui/glyph";
import { Section } from "@/ui/page";
import { StatusGlyph } from "@/ui/status";
import css from "./graph.module.css";
import { type GraphNode, labelOf, OperatorFigures, useOperatorFigures, usePipe } from "./pipe";
import { detailWords } from "./words";

const width = 140;
const height = 68;

/** OperatorGraph draws the plan that runs, with what each operator does with its time. */
export function OperatorGraph({ tall }: { tall?: boolean }) {
  const t = useWords(detailWords);
  const pipe = usePipe();
  const navigate = useNavigate();
  const { graph, detail } = pipe;
  const operators = useMemo(() => new Map(detail.operators.map((o) => [o.operator, o])), [detail.operators]);
  const figures = useMemo(() => ({ pipe, operators }), [pipe, operators]);
  const nodes = useMemo(() => (graph?.nodes ?? []).map((n) => n.operator), [graph]);
  const edges = useMemo(() => (graph?.edges ?? []).map(({ from, to }) => ({ from, to })), [graph]);
  const rows = useMemo(() => Math.max(1, Math.round(layered(nodes, edges, { width, height, gapX: 48, gapY: 36 }).height / (height + 36))), [nodes, edges]);
  const describe = useCallback((id: string) => labelOf(id, graph), [graph]);
  const look = useCallback(
    (from: string) => {
      const o = operators.get(from);
      return { weight: Math.min(1, Math.log10(1 + (o?.rows_out_per_second ?? 0)) / 5), blocked: (o?.blocked ?? 0) >= 0.5 };
    },
    [operators],
  );
  return (
    <Section
      flush
      title={t("graph.title")}
      note={t("graph.note")}
      aside={
        <span className={css.legend}>
          <i className={css.swatch} data-of="busy" /> {t("graph.busy")}
          <i className={css.swatch} data-of="blocked" /> {t("graph.blocked")}
        </span>
      }
    >
      <div className={css.canvas} style={{ height: tall ? Math.max(180, rows * (height + 36) + 72) : Math.min(360, rows * (height + 36) + 56) }}>
        {nodes.length > 0 ? (
          <OperatorFigures value={figures}>
            <FlowGraph nodes={nodes} edges={edges} Box={OperatorBox} look={look} width={width} height={height} label={t("graph.title")} describe={describe} onOpen={() => navigate(`/pipelines/${detail.id}/operators`)} />
          </OperatorFigures>
        ) : (
          <p className={css.none}>{t("graph.none")}</p>
        )}
      </div>
    </Section>
  );
}

/** busyFrom is the share from which an operator counts as busy, blockedFrom the one from which it is held up. */
const busyFrom = 0.8;
const blockedFrom = 0.5;

function OperatorBox({ id }: { id: string }) {
  const t = useWords(detailWords);
  const shared = useOperatorFigures();
  const icons = useIcons();
  if (!shared) return null;
  const { pipe, operators } = shared;
  const o = operators.get(id);
  const node = pipe.graph?.nodes.find((n) => n.operator === id);
  const failed = pipe.health === "failed" && (pipe.detail.reason?.includes(id) ?? false);
  const neck = pipe.detail.bottleneck?.operator === id;
  const icon = icons.get(node?.component ?? "");
  return (
    <div className={css.box} data-neck={neck || undefined} data-failed={failed || undefined}>
      {neck ? <span className={css.tab}>{t("graph.bottleneck")}</span> : null}
      {failed ? <span className={css.tab}>{t("graph.failed")}</span> : null}
      <span className={css.name}>
        <span className={css.icon} data-kind={kindOf(node)}>
          {icon ? <SpecGlyph icon={icon} size={14} /> : <Glyph name={glyphOf(node)} size={14} />}
        </span>
        <b title={node?.description}>{labelOf(id, pipe.graph)}</b>
        {o ? <span className={css.lanes}>×{o.parallelism}</span> : null}
      </span>
      <State o={o} failed={failed} running={pipe.health !== "failed" && pipe.health !== "stopped" && pipe.health !== "starting"} />
      <Bar busy={o?.busy ?? 0} blocked={o?.blocked ?? 0} />
    </div>
  );
}

function State({ o, failed, running }: { o: Operator | undefined; failed: boolean; running: boolean }) {
  const t = useWords(detailWords);
  if (!o || !running) {
    return (
      <span className={css.state}>
        <StatusGlyph health={failed ? "failed" : "stopped"} size={12} />
        {failed ? t("graph.failed") : t("graph.unmeasured")}
      </span>
    );
  }
  const health = o.blocked >= blockedFrom ? "backpressured" : o.busy >= busyFrom ? "busy" : o.rows_in_per_second > 0 ? "running" : "idle";
  return (
    <>
      <span className={css.state} data-health={health}>
        <StatusGlyph health={health} size={12} />
        {health === "backpressured" ? t("graph.blockedShare", { share: share(o.blocked) }) : t("graph.busyShare", { share: share(o.busy) })}
      </span>
      <span className={css.rate}>
        {number(Math.round(Math.max(o.rows_out_per_second, o.rows_in_per_second)))} <small>{t("graph.perSecond")}</small>
      </span>
    </>
  );
}

function Bar({ busy, blocked }: { busy: number; blocked: number }) {
  return (
    <span className={css.bar} aria-hidden>
      <i className={css.busy} data-high={busy >= busyFrom || undefined} style={{ width: `${Math.min(1, busy) * 100}%` }} />
      <i className={css.blocked} style={{ width: `${Math.min(1 - Math.min(1, busy), blocked) * 100}%` }} />
    </span>
  );
}

function kindOf(node: GraphNode | undefined): "source" | "sink" | "transform" {
  if (node?.op === "scan") return "source";
  return node?.op === "sink" ? "sink" : "transform";
}

/** glyphOf draws an operator whose component is not known by what it does. */
function glyphOf(node: GraphNode | undefined): GlyphName {
  const kind = kindOf(node);
  if (kind !== "transform" || !node) return kind;
  if (node.op.includes("join")) return "join";
  if (node.op === "window") return "window";
  if (node.op === "filter") return "filter";
  return "transform";
}

/** useIcons are the components' own icons by name. */
function useIcons(): ReadonlyMap<string, string> {
  const specs = useComponents();
  return useMemo(() => new Map((specs?.all ?? []).map((c) => [c.name, c.icon])), [specs]);
}
