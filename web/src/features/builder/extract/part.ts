import { useCallback, useMemo } from "react";
import { type Carrier, carriersOf, type Carried, carriedOf } from "@/core/carrier";
import type { Analysis } from "@/core/model/analysis";
import { type Part, partOf, withFeeders } from "@/core/model/extract";
import type { Specs } from "@/core/model/specs";
import type { Model } from "@/core/model/types";
import { type Say, useWords } from "@/infra/words";
import type { MenuItem } from "@/ui/menu";
import { toast } from "@/ui/states";
import { useCanvas } from "../canvas/context";
import { shown } from "../canvas/hotkeys";
import { selected, useBuilder, useBuilderStore } from "../state";
import { w } from "./words";

/** Whole is a part that can be taken out, with what a table keeps of its rows and where such tables can be. */
export interface Whole extends Part {
  readonly rows: Carried;
  readonly carriers: readonly Carrier[];
}

/** Reason is why it cannot; fed says that taking in what feeds the part could help. */
interface Reason {
  readonly reason: string;
  readonly fed?: boolean;
}

/** extractable says whether nodes can become a model of their own; undefined where models are not of the kind. */
function extractable(t: Say<(typeof w)["en"]>, model: Model, specs: Specs, analysis: Analysis | undefined, ids: ReadonlySet<string>): Whole | Reason | undefined {
  if (model.kind !== "view") return undefined;
  const part = partOf(model, specs, ids);
  if ("refused" in part) {
    const { refused } = part;
    const said = "nodes" in refused ? { nodes: refused.nodes.join(t("between")) } : refused;
    return { reason: t(`reason.${refused.code}`, said), ...(refused.code === "fed" ? { fed: true } : {}) };
  }
  const carriers = carriersOf(specs);
  if (carriers.length === 0 || !specs.table) return { reason: t("reason.carrier") };
  const rows = carriedOf(analysis?.nodes.find((n) => n.id === part.exit));
  return typeof rows === "string" ? { reason: t(`reason.${rows}`, { exit: part.exit }) } : { ...part, rows, carriers };
}

/** usePart is what the selected nodes are as a part; undefined where there is nothing to say. */
export function usePart(): Whole | Reason | undefined {
  const t = useWords(w);
  const model = useBuilder((s) => s.model);
  const specs = useBuilder((s) => s.specs);
  const analysis = useBuilder((s) => s.analysis);
  const ids = useBuilder((s) => s.selection.nodes);
  return useMemo(() => extractable(t, model, specs, analysis, ids), [t, model, specs, analysis, ids]);
}

/** useExtract asks how the selected nodes are to become a model, or says why they cannot. */
export function useExtract(): () => void {
  const t = useWords(w);
  const store = useBuilderStore();
  const { extract } = useCanvas();
  return useCallback(() => {
    const { model, specs, analysis, selection } = store.getState();
    const part = extractable(t, model, specs, analysis, selection.nodes);
    if (part === undefined) return;
    if ("reason" in part) toast(part.reason, part.fed ? { label: t("feeders"), run: () => takeIn(store) } : undefined);
    else extract();
  }, [store, t, extract]);
}

/** takeIn selects what feeds the selected nodes with them. */
export function takeIn(store: ReturnType<typeof useBuilderStore>): void {
  const { model, selection, select } = store.getState();
  select(selected(withFeeders(model, selection.nodes)));
}

/** useExtractChoices are the choices of menus of nodes: to extract them, or to take in first what feeds them. */
export function useExtractChoices(): MenuItem[] {
  const t = useWords(w);
  const store = useBuilderStore();
  const extract = useExtract();
  const part = usePart();
  return useMemo(() => {
    if (part === undefined) return [];
    const why = "reason" in part ? part.reason : undefined;
    const out: MenuItem[] = [{ key: "extract", label: t("open"), glyph: "model", hotkey: shown("E"), disabled: why !== undefined, ...(why === undefined ? {} : { why }), onClick: extract }];
    if ("fed" in part) out.push({ key: "feeders", label: t("feeders"), glyph: "arrowLeft", onClick: () => takeIn(store) });
    return out;
  }, [part, extract, store, t]);
}
