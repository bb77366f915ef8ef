import { Button } from "antd";
import { useEffect, useMemo, useState } from "react";
import type { Analysis } from "@/core/model/analysis";
import { renamedIn, renameUses, usesOf } from "@/core/model/renamecolumn";
import { useWords } from "@/infra/words";
import { useVocabulary } from "../expression/probe";
import { useBuilder, useBuilderStore } from "../state";
import css from "./rename.module.css";
import { w } from "./words";

/**
 * RenameOffer offers to rename a column behind a node as well, where the node has begun to call it otherwise since its inspector was opened. That is seen by the
 * columns that come out, so it does not matter which parameter of which component has the name.
 */
export function RenameOffer({ node }: { node: string }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const { keywords } = useVocabulary();
  const model = useBuilder((s) => s.model);
  const specs = useBuilder((s) => s.specs);
  const analysis = useBuilder((s) => (s.analysisStale || s.modelStale ? undefined : s.analysis));
  const [before, setBefore] = useState<Analysis>();
  const had = columnsOf(before, node);
  const has = columnsOf(analysis, node);
  const renamed = useMemo(() => had && has && renamedIn(had, has), [had, has]);

  // While the node is not right, as half a name is not, what was before counts; what is no renaming is where the next one begins.
  const begins = has !== undefined && !renamed && JSON.stringify(has) !== JSON.stringify(had);
  useEffect(() => {
    if (begins) setBefore(analysis);
  }, [begins, analysis]);

  const found = useMemo(() => renamed && usesOf(model, specs, (id) => columnsOf(before, id)?.map((c) => c.name), { node, ...renamed }, keywords), [model, specs, before, node, renamed, keywords]);
  if (!renamed || !found || found.uses.length + found.left.length === 0) return null;
  return (
    <div className={css.offer} role="status">
      <p className={css.words}>
        {found.uses.length > 0 ? `${t("offer", { ...renamed, count: found.uses.length })} ` : null}
        {found.left.length > 0 ? t("left", { nodes: found.left.join(", ") }) : null}
      </p>
      {found.uses.length > 0 ? (
        <Button size="small" type="primary" onClick={() => store.getState().edit(t("did", { ...renamed, node }), (text) => renameUses(text, found.uses))}>
          {t("do")}
        </Button>
      ) : null}
      <Button size="small" onClick={() => setBefore(analysis)}>
        {t("leave")}
      </Button>
    </div>
  );
}

/** columnsOf are the columns that a node puts out, undefined where it is not right. */
function columnsOf(analysis: Analysis | undefined, node: string) {
  const found = analysis?.nodes.find((n) => n.id === node);
  return found?.failed ? undefined : found?.schema?.columns;
}
