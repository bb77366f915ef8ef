import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import type { Detail } from "@/core/diagnosis";
import { api, must, once, type Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Drawer } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
import css from "./deploy.module.css";
import { ImpactView } from "./impact";
import { versionWords } from "./versions-words";

interface Props {
  open: boolean;
  onClose: () => void;
  detail: Detail;
  document: string;
  version: number;
  /** settings are those that are deployed now: a deployment without any would take them back. */
  settings: Schemas["ControlSettings"];
}

/** DeployDrawer puts a newer version of the model in the place of the one that is deployed, after it has shown what that keeps. */
export function DeployDrawer({ open, onClose, detail, document, version, settings }: Props) {
  const t = useWords(versionWords);
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const params = { path: { document } };
  const trial = useQuery({
    queryKey: ["documents", document, "trial", version, detail.revision],
    enabled: open,
    staleTime: 0,
    queryFn: () => must(api.POST("/documents/{document}/deploy", { params: { ...params, header: once() }, body: { version, settings, dry_run: true } })),
  });
  const mine = trial.data?.pipelines.find((p) => p.name === detail.name);
  const deploy = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await must(api.POST("/documents/{document}/deploy", { params: { ...params, header: once() }, body: { version, settings, reason: reason || undefined, revision: detail.revision } }));
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
      title={t("deploy.title", { version })}
      footer={
        <Button type="primary" loading={busy} disabled={!trial.data} onClick={() => void deploy()}>
          {t("deploy.confirm", { version })}
        </Button>
      }
    >
      <div className={css.body}>
        {trial.isPending ? <Loading rows={5} /> : null}
        {trial.error ? <Failure problem={trial.error} retry={() => void trial.refetch()} /> : null}
        {mine ? (
          <>
            <p>{mine.impact.same ? t("deploy.same") : mine.impact.restart ? t("deploy.restart") : t("deploy.noRestart")}</p>
            {(trial.data?.pipelines.length ?? 0) > 1 ? <p>{t("deploy.also")}</p> : null}
            <ImpactView impact={mine.impact} />
            <label className={css.reason}>
              {t("deploy.why")}
              <Input value={reason} maxLength={1024} onChange={(e) => setReason(e.target.value)} />
            </label>
          </>
        ) : null}
        {problem === undefined ? null : <Failure problem={problem} />}
      </div>
    </Drawer>
  );
}
