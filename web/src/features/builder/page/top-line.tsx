import { useQuery } from "@tanstack/react-query";
import { Button, Switch } from "antd";
import { severityRank } from "@/core/model/analysis";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton, Segmented } from "@/ui/menu";
import { TopBar } from "@/ui/page";
import { Age } from "@/ui/text";
import { ImpactButton, PublishButton, VersionsButton } from "../publish";
import { pipelinesQuery } from "../server";
import { type Tab, useBuilder } from "../state";
import { w } from "../words";
import css from "./body.module.css";

/** TopLine says which model this is, how it stands, and what can be done with the whole of it. */
export function TopLine() {
  const t = useWords(w);
  const name = useBuilder((s) => s.document.name);
  const kind = useBuilder((s) => s.document.kind);
  const mayEdit = useBuilder((s) => s.mayEdit);
  const tab = useBuilder((s) => s.tab);
  const setTab = useBuilder((s) => s.setTab);
  const parts = name.split(".");
  return (
    <TopBar
      crumbs={[{ label: t("models"), to: "/models" }, ...(parts.length > 2 ? [{ label: parts.slice(0, -1).join(".") }] : [])]}
      glyph={kind === "relational_model" ? "relational" : kind === "ab_model" ? "ab" : kind === "sql" ? "sql" : "view"}
      name={parts.at(-1)}
      aside={<DraftState />}
      actions={
        <>
          <LiveSwitch />
          <Segmented<Tab>
            label={t("tab.label")}
            value={tab}
            onChange={setTab}
            options={[
              { value: "canvas", label: t("tab.canvas") },
              { value: "yaml", label: t("tab.yaml") },
              { value: "sql", label: t("tab.sql") },
            ]}
          />
          <span className={css.divider} />
          {mayEdit ? <UndoRedo /> : null}
          <Problems />
          <VersionsButton />
          <ImpactButton />
          {mayEdit ? <PublishButton /> : null}
        </>
      }
    />
  );
}

function UndoRedo() {
  const t = useWords(w);
  const back = useBuilder((s) => s.history.past.at(-1)?.label);
  const forth = useBuilder((s) => s.history.future.at(-1)?.label);
  const undo = useBuilder((s) => s.undo);
  const redo = useBuilder((s) => s.redo);
  return (
    <span className={css.group}>
      <IconButton glyph="undo" label={back ? `${t("top.undo")}: ${back}` : t("top.undo")} hotkey="Ctrl Z" disabled={back === undefined} onClick={undo} />
      <IconButton glyph="redo" label={forth ? `${t("top.redo")}: ${forth}` : t("top.redo")} hotkey="Ctrl Shift Z" disabled={forth === undefined} onClick={redo} />
    </span>
  );
}

/** DraftState says whether there is something to publish, and where the newest text is. */
function DraftState() {
  const t = useWords(w);
  const mayEdit = useBuilder((s) => s.mayEdit);
  const version = useBuilder((s) => s.document.published);
  const edited = useBuilder((s) => s.document.edited || s.text !== s.base);
  const saving = useBuilder((s) => s.saving);
  const savedAt = useBuilder((s) => s.savedAt);
  const why = useBuilder((s) => s.saveProblem?.body.detail ?? "");
  const save = useBuilder((s) => s.save);
  const draft = version === 0 ? t("draft.new") : edited ? t("draft.changed", { version }) : t("draft.published", { version });
  return (
    <span className={css.state}>
      <span className={css.draft}>{draft}</span>
      <span role="status" className={css.state}>
        {!mayEdit ? t("draft.readOnly") : saving === "saving" ? t("draft.saving") : saving === "unsaved" ? t("draft.unsaved") : saving === "conflict" ? <span className={css.bad}>{t("draft.conflict")}</span> : null}
        {saving === "failed" ? (
          <>
            <span className={css.bad} title={why}>
              {t("draft.failed", { why })}
            </span>
            <Button size="small" onClick={() => void save()}>
              {t("draft.retry")}
            </Button>
          </>
        ) : null}
      </span>
      {saving === "saved" && savedAt !== undefined ? (
        <span>
          {t("draft.savedAll")} <Age at={savedAt} phrase />
        </span>
      ) : null}
    </span>
  );
}

/** Problems counts what is wrong. It says "no problems" only of a text that was checked. */
function Problems() {
  const t = useWords(w);
  const diagnostics = useBuilder((s) => s.analysis?.diagnostics);
  const stale = useBuilder((s) => s.analysisStale);
  const failed = useBuilder((s) => s.analysisProblem !== undefined);
  const setPanel = useBuilder((s) => s.setPanel);
  const found = (diagnostics ?? []).filter((d) => d.severity !== "info");
  const errors = found.filter((d) => severityRank(d.severity) === 0).length;
  const worst = errors > 0 ? "error" : found.length > 0 ? "warning" : undefined;
  const text = errors > 0 ? t("top.problems", { count: errors }) : found.length > 0 ? t("top.warnings", { count: found.length }) : failed ? t("top.unchecked") : stale ? t("top.checking") : t("top.none");
  return (
    <button type="button" className={css.problems} data-worst={worst} onClick={() => setPanel("problems")}>
      <Glyph name={errors > 0 ? "error" : found.length > 0 || failed ? "warning" : stale ? "clock" : "check"} size={14} />
      {text}
    </button>
  );
}

/** LiveSwitch lays the numbers of the model's pipeline over the canvas. */
function LiveSwitch() {
  const t = useWords(w);
  const name = useBuilder((s) => s.document.name);
  const published = useBuilder((s) => s.document.published);
  const live = useBuilder((s) => s.live);
  const setLive = useBuilder((s) => s.setLive);
  const tab = useBuilder((s) => s.tab);
  const pipelines = useQuery({ ...pipelinesQuery(name), enabled: published > 0 }).data ?? [];
  const [first] = pipelines;
  if (!first || tab !== "canvas") return null;
  return (
    <label className={css.live}>
      <Switch size="small" checked={live !== undefined} onChange={(on) => setLive(on ? first.id : undefined)} />
      {t("top.live")}
    </label>
  );
}
