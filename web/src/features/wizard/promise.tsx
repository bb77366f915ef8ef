import { Button } from "antd";
import { Link } from "react-router";
import { number } from "@/core/format";
import type { Schemas } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Failure } from "@/ui/states";
import { type Progress, stages } from "./create";
import type { Design, Document } from "./data";
import css from "./promise.module.css";
import { w } from "./words";

/** PromiseLine says what the last button creates, and what it leaves alone. */
export function PromiseLine({ document, design, changed, dry, problem }: { document: Document; design: Design; changed: boolean; dry: Schemas["Deployments"] | undefined; problem: unknown }) {
  const t = useWords(w);
  const { proposal } = design;
  const table = `${proposal.database}.${proposal.table}`;
  const pipelines = dry?.pipelines ?? [];
  const state = pipelines.flatMap((p) => p.impact.state ?? []);
  const dropped = state.filter((s) => s.fate === "dropped").length;
  const restarts = pipelines.filter((p) => p.impact.restart).length;
  if (problem) return <Failure problem={problem} what={t("promise.dryFailed")} />;
  return (
    <span>
      {proposal.new ? t("promise.creates") : t("promise.keeps")} <code className={css.name}>{table}</code>
      {proposal.view ? (
        <>
          {" "}
          {t("promise.view")} <code className={css.name}>{proposal.view}</code>
        </>
      ) : null}
      {dry ? (
        <>
          {t("promise.deploys", { version: changed || document.edited || document.published === 0 ? document.published + 1 : document.published, count: pipelines.length })}{" "}
          {state.length === 0 ? null : dropped === 0 ? t("promise.stateKept") : <strong className={css.loud}>{t("promise.stateDropped", { count: dropped })}</strong>} {restarts > 0 ? t("promise.restarts", { count: restarts }) : null} {t("promise.rest")}
        </>
      ) : null}
    </span>
  );
}

/** ProgressStrip follows what the last button started, stage by stage, to the first rows that landed. */
export function ProgressStrip({ progress, onDismiss }: { progress: Progress; onDismiss: () => void }) {
  const t = useWords(w);
  const at = stages.indexOf(progress.stage);
  return (
    <div className={css.strip} role="status">
      <ol>
        {stages.map((s, i) => {
          const state = progress.done || i < at ? "done" : i === at ? (progress.problem ? "failed" : "now") : "later";
          return (
            <li key={s} data-state={state}>
              {state === "done" ? <Glyph name="check" size={14} /> : state === "failed" ? <Glyph name="error" size={14} /> : <span className={css.dot} />}
              {t(`stage.${s}`)}
              {s === "publish" && progress.version ? ` v${progress.version}` : null}
              {s === "rows" && progress.rows ? ` ${number(progress.rows)}` : null}
            </li>
          );
        })}
        {progress.pipeline ? (
          <li>
            <Link to={`/pipelines/${progress.pipeline.id}`}>{t("stage.pipeline")}</Link>
          </li>
        ) : null}
      </ol>
      {progress.problem ? (
        <div className={css.problem}>
          <Failure problem={progress.problem} what={t(`stageFailed.${progress.stage}`)} />
          <Button size="small" onClick={onDismiss}>
            {t("stageFailed.dismiss")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
