import { useQuery } from "@tanstack/react-query";
import { Checkbox, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, must, Problem } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Confirm } from "@/ui/page";
import { toast } from "@/ui/states";
import { type Policy, useChanged } from "../data";
import { Effect, ScopeName, SubjectName } from "../parts";
import { scopeOf, subjectOf } from "../rules";
import { w } from "../words";
import css from "./revoke.module.css";

/** Revoke takes a policy back, and says before which pipelines are fed by what it opens. */
export function Revoke({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const t = useWords(w);
  const changed = useChanged();
  const [note, setNote] = useState("");
  const [orphan, setOrphan] = useState(false);
  const [last, setLast] = useState(false);
  const scope = scopeOf(policy.scope);
  const table = scope?.kind === "table" && policy.effect === "allow" ? scope.value : undefined;
  const { kind, id } = subjectOf(policy.subject);
  const touched = useQuery({
    queryKey: ["tables", table, "impact"],
    enabled: table !== undefined && kind === "team",
    retry: false,
    queryFn: () => must(api.GET("/tables/{table}/impact", { params: { path: { table: table ?? "" } } })),
  }).data;
  const pipelines = (touched?.items ?? []).filter((x) => x.kind === "pipeline" && x.distance <= 1 && x.team === id);
  return (
    <Confirm
      open
      onClose={onClose}
      title={t(policy.effect === "deny" ? "revoke.titleDeny" : "revoke.title")}
      action={t("revoke.do")}
      onConfirm={async () => {
        try {
          await api.DELETE("/policies/{policy}", { params: { path: { policy: policy.id }, query: { note: note || undefined, orphan: orphan || undefined } } });
        } catch (e) {
          setLast(e instanceof Problem && e.code === "grants.last_manager");
          throw e;
        }
        await changed("policies", "tables", "audit");
        toast(t("revoke.done"));
      }}
    >
      <p className={css.what}>
        <SubjectName of={policy.subject} name={policy.subject_name} strong /> <Effect effect={policy.effect} action={policy.action} /> <ScopeName plain of={policy.scope} name={policy.scope_name === "*" ? undefined : policy.scope_name} />
      </p>
      <p>{t(policy.effect === "deny" ? "revoke.effectDeny" : "revoke.effect")}</p>
      {pipelines.length > 0 ? (
        <div className={css.stops}>
          <Glyph name="warning" size={14} />
          <div>
            {t("revoke.stops", { count: pipelines.length })}
            <ul>
              {pipelines.map((p) => (
                <li key={p.id}>
                  <Link to={`/pipelines/${p.id}`}>
                    <code>{p.name}</code>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        </div>
      ) : null}
      <Input.TextArea aria-label={t("revoke.note")} placeholder={t("revoke.note")} autoSize={{ minRows: 2, maxRows: 5 }} value={note} onChange={(e) => setNote(e.target.value)} />
      {last ? (
        <Checkbox checked={orphan} onChange={(e) => setOrphan(e.target.checked)}>
          {t("orphan")}
        </Checkbox>
      ) : null}
    </Confirm>
  );
}
