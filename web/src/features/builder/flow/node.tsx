import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useText, useWords } from "@/infra/words";
import { Glyph, KindTile } from "@/ui/glyph";
import { StatusGlyph } from "@/ui/status";
import { Num, Share } from "@/ui/text";
import { useCanvas } from "../canvas/context";
import { PinMark } from "../pinned";
import { w } from "../words";
import type { FlowData, FlowNodeType, Port } from "./drawing";
import css from "./flow.module.css";
import { type NodeNumbers, useNumbers } from "./numbers";

/** FlowNode is a node of a view: its glyph, its name, and one line that says how it is. All editing is in the inspector. */
export const FlowNode = memo(function FlowNode({ id, data, selected }: NodeProps<FlowNodeType>) {
  const t = useWords(w);
  const text = useText();
  const numbers = useNumbers(id);
  const { quickAdd, mayEdit } = useCanvas();
  const state = data.errors > 0 ? "failed" : data.lacks.length > 0 ? "unconfigured" : data.warnings > 0 ? "warning" : undefined;
  return (
    <div className={css.node} data-selected={selected || undefined} data-state={state} data-bypassed={data.bypassed || undefined} data-bottleneck={numbers?.bottleneck || undefined} title={data.note}>
      {numbers?.bottleneck ? <span className={css.tab}>{t("node.bottleneck")}</span> : null}
      {data.ports.map((port, i) => (
        <Handle key={port.id} id={port.id} type="target" role="img" position={Position.Left} className={css.port} data-taken={port.taken || undefined} style={{ top: `${share(i, data.ports)}%` }} aria-label={port.id || t("node.input")}>
          {port.id && data.ports.length > 1 ? <span className={css.portName}>{port.id}</span> : null}
        </Handle>
      ))}
      <KindTile kind={data.kind} icon={data.spec?.icon} />
      <div className={css.words}>
        <span className={css.name}>{data.label}</span>
        <span className={css.note}>{numbers ? <Doing numbers={numbers} /> : <Standing data={data} title={data.spec ? text(data.spec.title) : data.component} />}</span>
      </div>
      {data.note ? <Glyph name="text" size={12} className={css.noteMark} label={t("node.note")} /> : null}
      <PinMark node={id} className={data.note ? css.secondMark : css.noteMark} />
      {numbers ? <Load numbers={numbers} /> : null}
      {data.output ? (
        <>
          <Handle id="" type="source" role="img" position={Position.Right} className={css.port} data-taken={data.used || undefined} aria-label={t("node.output")} />
          {mayEdit ? (
            <button type="button" className={`${css.plus} nodrag nopan`} aria-label={t("node.addBehind", { node: id })} tabIndex={-1} onClick={(e) => quickAdd({ from: { node: id, handle: "" } }, { x: e.clientX, y: e.clientY })}>
              <Glyph name="plus" size={12} />
            </button>
          ) : null}
        </>
      ) : null}
    </div>
  );
});

function share(i: number, ports: readonly Port[]): number {
  return ((i + 1) / (ports.length + 1)) * 100;
}

/** Standing is what a node is while nothing runs. What is not configured is never shown as all right. */
function Standing({ data, title }: { data: FlowData; title: string }) {
  const t = useWords(w);
  if (data.errors > 0)
    return (
      <>
        <Glyph name="error" size={12} className={css.bad} />
        <span className={css.bad}>{t("node.errors", { count: data.errors })}</span>
      </>
    );
  if (data.lacks.length > 0)
    return (
      <>
        <Glyph name="edit" size={12} className={css.warn} />
        <span className={css.warn}>{t("node.unconfigured")}</span>
      </>
    );
  if (data.warnings > 0)
    return (
      <>
        <Glyph name="warning" size={12} className={css.warn} />
        <span className={css.warn}>{t("node.warnings", { count: data.warnings })}</span>
      </>
    );
  if (data.bypassed)
    return (
      <>
        <Glyph name="bypass" size={12} />
        <span>{t("node.bypassed")}</span>
      </>
    );
  return <span className={css.what}>{data.subject ?? title}</span>;
}

function Doing({ numbers }: { numbers: NodeNumbers }) {
  const t = useWords(w);
  const { busy = 0, blocked = 0, perSecond } = numbers;
  if (blocked > 0.5)
    return (
      <>
        <StatusGlyph health="backpressured" size={10} />
        <span className={css.blocked}>
          <Share value={blocked} /> {t("node.blocked")}
        </span>
      </>
    );
  if (busy >= 0.8)
    return (
      <>
        <StatusGlyph health="busy" size={10} />
        <span className={css.busy}>
          <Share value={busy} /> {t("node.busy")}
        </span>
      </>
    );
  return (
    <>
      <StatusGlyph health={perSecond ? "running" : "idle"} size={10} />
      <span>
        <Num value={perSecond} brief unit="/s" />
      </span>
    </>
  );
}

function Load({ numbers }: { numbers: NodeNumbers }) {
  const { busy = 0, blocked = 0 } = numbers;
  return (
    <span className={css.load} aria-hidden>
      <span className={css.loadBusy} data-high={busy >= 0.8 || undefined} style={{ width: `${Math.min(1, busy) * 100}%` }} />
      <span className={css.loadBlocked} style={{ width: `${Math.min(1 - Math.min(1, busy), blocked) * 100}%` }} />
    </span>
  );
}
