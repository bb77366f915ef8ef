import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useWords } from "@/infra/words";
import { Glyph, KindTile } from "@/ui/glyph";
import { Num } from "@/ui/text";
import { useCanvas } from "../canvas/context";
import flow from "../flow/flow.module.css";
import { useNumbers } from "../flow/numbers";
import { w as builder } from "../words";
import type { WideNodeType } from "./drawing";
import css from "./relational.module.css";
import { w } from "./words";

/** WideNode is the joined rows: where entities end and a flow begins. */
export const WideNode = memo(function WideNode({ id, data, selected }: NodeProps<WideNodeType>) {
  const t = useWords(w);
  const say = useWords(builder);
  const numbers = useNumbers(id);
  const { quickAdd, mayEdit } = useCanvas();
  return (
    <div className={flow.node} data-selected={selected || undefined} data-state={data.errors > 0 ? "failed" : undefined}>
      <Handle id="" type="target" position={Position.Left} className={css.anchor} isConnectable={false} />
      <KindTile kind="relational" />
      <div className={flow.words}>
        <span className={flow.name}>{id}</span>
        <span className={flow.note}>{numbers ? <Num value={numbers.perSecond} brief unit="/s" /> : data.columns === undefined ? t("result.rows") : t("result.columns", { count: data.columns })}</span>
      </div>
      <Handle id="" type="source" role="img" position={Position.Right} className={flow.port} data-taken={data.used || undefined} aria-label={say("node.output")} />
      {mayEdit ? (
        <button type="button" className={`${flow.plus} nodrag nopan`} aria-label={say("node.addBehind", { node: id })} tabIndex={-1} onClick={(e) => quickAdd({ from: { node: id, handle: "" } }, { x: e.clientX, y: e.clientY })}>
          <Glyph name="plus" size={12} />
        </button>
      ) : null}
    </div>
  );
});
