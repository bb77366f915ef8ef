import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input } from "antd";
import { useId, useState } from "react";
import type { Detail } from "@/core/diagnosis";
import { api, must, once, type Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { FormDrawer } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
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
  const params = { path: { document } };
  const trial = useQuery({
    queryKey: ["documents", document, "trial", version, detail.revision],
    enabled: open,
    staleTime: 0,
    queryFn: () => must(api.POST("/documents/{document}/deploy", { params: { ...params, header: once() }, body: { version, settings, dry_run: true } })),
  });
  const mine = trial.data?.pipelines.find((p) => p.name === detail.name);
  const deploy = useMutation({
    mutationFn: () => must(api.POST("/documents/{document}/deploy", { params: { ...params, header: once() }, body: { version, settings, reason: reason || undefined, revision: detail.revision } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["pipelines"] });
      onClose();
    },
  });
  return (
    <FormDrawer open={open} onClose={onClose} title={t("deploy.title", { version })} action={t("deploy.confirm", { version })} ready={trial.data !== undefined} busy={deploy.isPending} onSubmit={() => deploy.mutate()}>
      {trial.isPending ? <Loading rows={5} /> : null}
      {trial.error ? <Failure problem={trial.error} retry={() => void trial.refetch()} /> : null}
      {mine ? (
        <>
          <p>{mine.impact.same ? t("deploy.same") : mine.impact.restart ? t("deploy.restart") : t("deploy.noRestart")}</p>
          {(trial.data?.pipelines.length ?? 0) > 1 ? <p>{t("deploy.also")}</p> : null}
          <ImpactView impact={mine.impact} />
          <Reason value={reason} onChange={setReason} />
        </>
      ) : null}
      {deploy.error ? <Failure problem={deploy.error} /> : null}
    </FormDrawer>
  );
}

/** Reason asks why a version changes, for who reads the versions later. */
export function Reason({ value, onChange }: { value: string; onChange: (reason: string) => void }) {
  const t = useWords(versionWords);
  const id = useId();
  return (
    <Field label={t("deploy.why")} htmlFor={id}>
      <Input id={id} value={value} maxLength={1024} onChange={(e) => onChange(e.target.value)} />
    </Field>
  );
}
