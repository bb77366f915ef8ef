import { Tooltip } from "antd";
import { useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";
import { specOf } from "@/core/model/rules";
import type { Sample } from "@/core/sample";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { toast } from "@/ui/states";
import { type Builder, type BuilderState, useBuilder, useBuilderStore } from "../state";
import { createPins, type Pinned, type Pins } from "./pins";
import css from "./pinned.module.css";
import { w } from "./words";

/** kept has the pins of each open document. */
const kept = new WeakMap<Pick<Builder, "getState">, StoreApi<Pins>>();

/** pinsOf returns the pins of an open document. */
export function pinsOf(builder: Pick<Builder, "getState">): StoreApi<Pins> {
  let pins = kept.get(builder);
  if (!pins) kept.set(builder, (pins = createPins(builder.getState().document.id, localStorage)));
  return pins;
}

/** usePins draws anew when other rows are pinned. */
export function usePins(): Pinned {
  return useStore(pinsOf(useBuilderStore()), (s) => s.byNode);
}

/** pinnable says whether rows may be pinned to a node: one of a document that is no script, and no sink, behind which nothing is. */
function pinnable({ format, model, specs }: BuilderState, id: string): boolean {
  const node = model.nodes.find((n) => n.id === id);
  return format === "yaml" && node !== undefined && specOf(model, specs, node)?.has_output !== false;
}

/** PinRows pins the rows of a node, or says how many are and takes them off. changed is called with the node whose rows are others now. */
export function PinRows({ node, sample, changed }: { node: string; sample: Sample | undefined; changed: () => void }) {
  const t = useWords(w);
  const pins = pinsOf(useBuilderStore()).getState();
  const pin = usePins()[node];
  const able = useBuilder((s) => pinnable(s, node));
  if (pin) {
    return (
      <span className={css.pinned}>
        <Tooltip title={t("note")}>
          <span className={css.count}>
            <Glyph name="pin" size={14} />
            {t("pinned", { count: pin.rows.length })}
          </span>
        </Tooltip>
        <IconButton
          small
          glyph="close"
          label={t("unpin")}
          onClick={() => {
            pins.unpin(node);
            changed();
          }}
        />
      </span>
    );
  }
  if (!able || !sample || sample.rows.length === 0) return null;
  return (
    <IconButton
      small
      glyph="pin"
      label={t("pin")}
      onClick={() => {
        if (pins.pin(node, sample)) changed();
        else toast(t("tooLarge"));
      }}
    />
  );
}

/** PinnedFrom says of rows that they were computed from those pinned to nodes before. */
export function PinnedFrom({ node, pins }: { node: string; pins: Pinned | undefined }) {
  const t = useWords(w);
  const nodes = Object.keys(pins ?? {}).filter((id) => id !== node);
  return nodes.length === 0 || pins?.[node] ? null : <span>{t("from", { nodes: nodes.join(", ") })}</span>;
}

/** PinMark is on a node to which rows are pinned. */
export function PinMark({ node, className }: { node: string; className?: string }) {
  const t = useWords(w);
  const count = useStore(pinsOf(useBuilderStore()), (s) => s.byNode[node]?.rows.length);
  return count === undefined ? null : <Glyph name="pin" size={12} className={className} label={t("pinned", { count })} />;
}
