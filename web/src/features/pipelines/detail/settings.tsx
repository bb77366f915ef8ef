import { useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber } from "antd";
import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { bytes, duration } from "@/core/format";
import { api, must, once } from "@/infra/api";
import { useCan } from "@/infra/session";
import { useLanguage, useWords } from "@/infra/words";
import { Confirm, Pairs, Section } from "@/ui/page";
import { Failure, toast } from "@/ui/states";
import { Code, Time } from "@/ui/text";
import { useTeamNames } from "../data";
import { usePipe, useVersion } from "./pipe";
import css from "./settings.module.css";
import { settingsWords } from "./settings-words";

const policies = ["stop", "dead_letter", "skip"] as const;

/** PipelineSettings is how it runs, how it was deployed, and what cannot be undone. */
export function PipelineSettings() {
  const t = useWords(settingsWords);
  const l = useLanguage();
  const { detail } = usePipe();
  const teams = useTeamNames();
  const version = useVersion(detail.id, detail.version);
  const s = version?.settings;
  const or = (value: ReactNode) => value || <span className={css.default}>{t("settings.default")}</span>;
  const policy = policies.find((p) => p === (s?.on_error || "dead_letter"));
  return (
    <div className={css.page}>
      <Section title={t("settings.running")}>
        <Parallelism key={detail.version} now={s?.parallelism ?? 0} />
      </Section>
      <Section title={t("settings.deployed")} note={t("settings.deployedHelp")}>
        <Pairs
          items={[
            { key: "error", label: t("settings.onError"), value: policy ? t(`settings.onErrorIs.${policy}`) : null },
            { key: "epoch", label: t("settings.epoch"), value: or(s?.epoch_ms ? duration(s.epoch_ms, l) : "") },
            { key: "memory", label: t("settings.memory"), value: or(s?.memory_bytes ? bytes(s.memory_bytes) : "") },
            { key: "start", label: t("settings.start"), value: or(s?.start?.time ? <Time at={s.start.time} form="full" /> : s?.start?.from) },
            { key: "name", label: t("settings.name"), value: <Code>{detail.name}</Code> },
            { key: "team", label: t("settings.team"), value: teams.get(detail.team) ?? detail.team },
            { key: "created", label: t("settings.created"), value: <Time at={detail.created_at} form="full" /> },
            { key: "print", label: t("settings.fingerprint"), value: <Code>{detail.fingerprint.slice(0, 23)}</Code> },
          ]}
        />
      </Section>
      <Danger />
    </div>
  );
}

function Parallelism({ now }: { now: number }) {
  const t = useWords(settingsWords);
  const can = useCan();
  const client = useQueryClient();
  const { detail } = usePipe();
  const [value, setValue] = useState<number | null>(now);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const apply = async () => {
    if (value === null) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await must(api.POST("/pipelines/{pipeline}/scale", { params: { path: { pipeline: detail.id }, header: once() }, body: { parallelism: value } }));
      toast(t("settings.applied"));
      await client.invalidateQueries({ queryKey: ["pipelines", detail.id] });
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <label className={css.field}>
        {t("settings.parallelism")}
        <span className={css.control}>
          <InputNumber min={0} max={256} precision={0} value={value} onChange={setValue} disabled={!can("operate")} />
          {can("operate") ? (
            <Button loading={busy} disabled={value === null || value === now} onClick={() => void apply()}>
              {t("settings.apply")}
            </Button>
          ) : null}
        </span>
      </label>
      <p className={css.help}>{can("operate") ? t("settings.parallelismHelp") : t("settings.denied")}</p>
      {problem === undefined ? null : <Failure problem={problem} />}
    </>
  );
}

function Danger() {
  const t = useWords(settingsWords);
  const can = useCan();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { detail } = usePipe();
  const [asking, setAsking] = useState<"reset" | "delete">();
  if (!can("edit")) return null;
  const still = detail.desired.want === "stopped" && detail.state !== "draining";
  const path = { pipeline: detail.id };
  const reset = async () => {
    await must(api.POST("/pipelines/{pipeline}/reset", { params: { path, header: once() }, body: { confirm: detail.name } }));
    toast(t("settings.resetDone"));
    await client.invalidateQueries({ queryKey: ["pipelines", detail.id] });
  };
  const remove = async () => {
    await must(api.DELETE("/pipelines/{pipeline}", { params: { path, query: { confirm: detail.name } } }));
    toast(t("settings.deleted"));
    void navigate("/pipelines");
  };
  return (
    <Section title={t("settings.danger")}>
      <Grave action={t("settings.reset")} help={t("settings.resetHelp")} still={still} onClick={() => setAsking("reset")} />
      <Grave action={t("settings.delete")} help={t("settings.deleteHelp")} still={still} onClick={() => setAsking("delete")} />
      <Confirm open={asking === "reset"} onClose={() => setAsking(undefined)} title={t("settings.reset")} action={t("settings.reset")} type={detail.name} onConfirm={reset}>
        <p>{t("settings.resetHelp")}</p>
        <p>{t("settings.typeName")}</p>
      </Confirm>
      <Confirm open={asking === "delete"} onClose={() => setAsking(undefined)} title={t("settings.delete")} action={t("settings.delete")} type={detail.name} onConfirm={remove}>
        <p>{t("settings.deleteHelp")}</p>
        <p>{t("settings.typeName")}</p>
      </Confirm>
    </Section>
  );
}

function Grave({ action, help, still, onClick }: { action: string; help: string; still: boolean; onClick: () => void }) {
  const t = useWords(settingsWords);
  return (
    <div className={css.grave}>
      <Button danger disabled={!still} onClick={onClick}>
        {action}
      </Button>
      <p className={css.help}>
        {help} {still ? null : <b>{t("settings.stopFirst")}</b>}
      </p>
    </div>
  );
}
