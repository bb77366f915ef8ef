import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import type { Detail } from "@/core/diagnosis";
import { api, must, once } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Drawer } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
import css from "./deploy.module.css";
import { ImpactView } from "./impact";
import { versionWords } from "./versions-words";

/** RollbackDialog makes an earlier version the newest, after it has shown what that keeps. It can be undone by rolling back again, so it is no modal. */
export function RollbackDialog({ open, onClose, detail, to }: { open: boolean; onClose: () => void; detail: Detail; to: number }) {
  const t = useWords(versionWords);
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const diff = useQuery({
    queryKey: ["pipelines", detail.id, "diff", detail.version, to],
    enabled: open,
    queryFn: () => must(api.GET("/pipelines/{pipeline}/versions/{number}/diff", { params: { path: { pipeline: detail.id, number: to }, query: { from: detail.version } } })),
  });
  const roll = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await must(api.POST("/pipelines/{pipeline}/rollback", { params: { path: { pipeline: detail.id }, header: once() }, body: { version: to, reason: reason || undefined } }));
      await client.invalidateQueries({ queryKey: ["pipelines"] });
      onClose();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={t("versions.backTitle", { version: to })}
      footer={
        <Button type="primary" loading={busy} disabled={!diff.data} onClick={() => void roll()}>
          {t("versions.backAction")}
        </Button>
      }
    >
      <div className={css.body}>
        <p>{t("versions.backText", { version: to })}</p>
        {diff.isPending ? <Loading rows={5} /> : null}
        {diff.error ? <Failure problem={diff.error} retry={() => void diff.refetch()} /> : null}
        {diff.data ? <ImpactView impact={diff.data.impact} /> : null}
        <label className={css.reason}>
          {t("deploy.why")}
          <Input value={reason} maxLength={1024} onChange={(e) => setReason(e.target.value)} />
        </label>
        {problem === undefined ? null : <Failure problem={problem} />}
      </div>
    </Drawer>
  );
}
