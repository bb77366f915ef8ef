import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useState } from "react";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Drawer, Section } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
import { useBuilder, useBuilderStore } from "../state";
import { Compared } from "./Compared";
import { ImpactView } from "./ImpactView";
import css from "./publish.module.css";
import { draft, impactOf } from "./server";
import { w } from "./words";

/** ImpactButton opens what publishing the draft would do. */
export function ImpactButton() {
  const t = useWords(w);
  const [open, setOpen] = useState(false);
  const name = useBuilder((s) => s.document.name);
  return (
    <>
      <Button icon={<Glyph name="lineage" />} onClick={() => setOpen(true)}>
        {t("impact.button")}
      </Button>
      <Drawer open={open} onClose={() => setOpen(false)} title={t("impact.title", { name })} width={640}>
        <DraftImpact onNode={() => setOpen(false)} />
      </Drawer>
    </>
  );
}

/** DraftImpact is what is new in the draft, and what it comes to for others. It is of the draft as it is saved, which is done first. */
export function DraftImpact({ onNode }: { onNode: () => void }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const saving = useBuilder((s) => s.saving);
  const document = useBuilder((s) => s.document);
  const base = useBuilder((s) => s.base);
  const format = useBuilder((s) => s.format);
  useEffect(() => void store.getState().save(), [store]);
  const waits = saving === "unsaved" || saving === "saving";
  const impact = useQuery({ ...impactOf(document.team, format, base), enabled: !waits });
  if (waits) return <Loading rows={5} />;
  return (
    <>
      {saving === "saved" ? null : (
        <p className={css.warn} role="status">
          <Glyph name="warning" />
          {saving === "conflict" ? t("publish.conflict") : t("impact.unsaved")}
        </p>
      )}
      <Section title={t("impact.what")} note={document.published > 0 ? `v${document.published} → ${t("versions.draft")}` : undefined} flush>
        {document.published > 0 ? (
          <Compared
            from={String(document.published)}
            to={draft}
            onNode={(id) => {
              store.getState().goTo(id);
              onNode();
            }}
          />
        ) : (
          <p className={css.line}>{t("diff.first")}</p>
        )}
      </Section>
      {impact.error ? <Failure problem={impact.error} what={t("impact.failed")} retry={() => void impact.refetch()} /> : impact.data ? <ImpactView impact={impact.data} /> : <Loading rows={5} />}
    </>
  );
}
