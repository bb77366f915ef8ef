import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Detail } from "@/core/diagnosis";
import { api, must, once } from "@/infra/api";
import { useWords } from "@/infra/words";
import { FormDrawer } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
import { Reason } from "./deploy";
import { ImpactView } from "./impact";
import { versionWords } from "./versions-words";

/** RollbackDialog makes an earlier version the newest, after it has shown what that keeps. It can be undone by rolling back again, so it is no modal. */
export function RollbackDialog({ open, onClose, detail, to }: { open: boolean; onClose: () => void; detail: Detail; to: number }) {
  const t = useWords(versionWords);
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const diff = useQuery({
    queryKey: ["pipelines", detail.id, "diff", detail.version, to],
    enabled: open,
    queryFn: () => must(api.GET("/pipelines/{pipeline}/versions/{number}/diff", { params: { path: { pipeline: detail.id, number: to }, query: { from: detail.version } } })),
  });
  const roll = useMutation({
    mutationFn: () => must(api.POST("/pipelines/{pipeline}/rollback", { params: { path: { pipeline: detail.id }, header: once() }, body: { version: to, reason: reason || undefined } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["pipelines"] });
      onClose();
    },
  });
  return (
    <FormDrawer open={open} onClose={onClose} title={t("versions.backTitle", { version: to })} action={t("versions.backAction")} ready={diff.data !== undefined} busy={roll.isPending} onSubmit={() => roll.mutate()}>
      <p>{t("versions.backText", { version: to })}</p>
      {diff.isPending ? <Loading rows={5} /> : null}
      {diff.error ? <Failure problem={diff.error} retry={() => void diff.refetch()} /> : null}
      {diff.data ? <ImpactView impact={diff.data.impact} /> : null}
      <Reason value={reason} onChange={setReason} />
      {roll.error ? <Failure problem={roll.error} /> : null}
    </FormDrawer>
  );
}
