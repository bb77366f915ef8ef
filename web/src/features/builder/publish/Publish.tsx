import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, must, Problem, type Schemas } from "@/infra/api";
import { useFeedItem } from "@/infra/live";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Drawer, Section } from "@/ui/page";
import { Failure } from "@/ui/states";
import { type Health, Status } from "@/ui/status";
import { useBuilder, useBuilderStore } from "../state";
import { DraftImpact } from "./Impact";
import css from "./publish.module.css";
import { deploy, publish, readDocument } from "./server";
import { w } from "./words";

/** PublishButton opens the review of what is about to be published. */
export function PublishButton() {
  const t = useWords(w);
  const can = useCan();
  const [open, setOpen] = useState(false);
  // The number stays that of the version which the drawer is about, also when it is published.
  const [number, setNumber] = useState(0);
  const published = useBuilder((s) => s.document.published);
  const edited = useBuilder((s) => s.document.edited || s.document.published === 0 || s.text !== s.base);
  const name = useBuilder((s) => s.document.name);
  const mayEdit = useBuilder((s) => s.mayEdit);
  if (!mayEdit || !can("edit")) return null;
  const show = () => {
    setNumber(edited ? published + 1 : published);
    setOpen(true);
  };
  return (
    <>
      <Button type="primary" onClick={show}>
        {edited ? t("publish.button", { n: published + 1 }) : t("publish.deployOnly", { n: published })}
      </Button>
      <Publish key={number} open={open} onClose={() => setOpen(false)} number={number} name={name} edited={edited} />
    </>
  );
}

type Step = "review" | "publishing" | "published" | "deploying" | "deployed";

function Publish({ open, onClose, number, name, edited }: { open: boolean; onClose: () => void; number: number; name: string; edited: boolean }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const queries = useQueryClient();
  const errors = useBuilder((s) => (s.analysis?.diagnostics ?? []).some((d) => d.severity === "error"));
  const conflict = useBuilder((s) => s.saving === "conflict");
  const virtual = useBuilder((s) => s.document.virtual);
  const [step, setStep] = useState<Step>("review");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<{ at: "publish" | "deploy"; problem: unknown }>();
  const [pipelines, setPipelines] = useState<Schemas["Deployed"][]>([]);
  // Once it is published the draft is not "edited" any more; that it was done here stays to be said.
  const [made, setMade] = useState(false);
  const pending = step === "publishing" || step === "deploying";

  const publishNow = async (): Promise<boolean> => {
    setProblem(undefined);
    setStep("publishing");
    try {
      await store.getState().save();
      const s = store.getState();
      if (s.saving !== "saved") throw s.saveProblem ?? new Error(t("publish.conflict"));
      await publish(s.document.id, s.etag, note);
      const now = await readDocument(s.document.id);
      store.getState().adopt(now.value, now.etag);
      void queries.invalidateQueries({ queryKey: ["documents"] });
      setMade(true);
      setStep("published");
      return true;
    } catch (e) {
      setProblem({ at: "publish", problem: e });
      setStep("review");
      return false;
    }
  };
  const deployNow = async () => {
    setProblem(undefined);
    setStep("deploying");
    try {
      const { pipelines } = await deploy(store.getState().document.id, number, note);
      setPipelines(pipelines);
      // Who has deployed wants to see it run: the canvas behind the drawer follows it.
      store.getState().setLive(pipelines.find((p) => p.pipeline)?.pipeline?.id);
      void queries.invalidateQueries({ queryKey: ["pipelines"] });
      setStep("deployed");
    } catch (e) {
      setProblem({ at: "deploy", problem: e });
      setStep("published");
    }
  };
  const both = async () => {
    if (!edited || step === "published" || (await publishNow())) await deployNow();
  };
  const close = () => {
    onClose();
    if (step === "published" || step === "deployed") {
      setStep("review");
      setNote("");
      setMade(false);
      setPipelines([]);
    }
  };
  const unpublished = edited && (step === "review" || step === "publishing");

  return (
    <Drawer
      open={open}
      onClose={close}
      width={640}
      title={t("publish.title", { name, n: number })}
      footer={
        <div className={css.footer}>
          <Button onClick={close} disabled={pending}>
            {step === "review" ? t("publish.cancel") : t("publish.close")}
          </Button>
          {unpublished ? (
            <Button type={virtual ? "primary" : "default"} loading={step === "publishing"} disabled={errors || conflict} onClick={() => void publishNow()}>
              {t("publish.only", { n: number })}
            </Button>
          ) : null}
          {virtual || step === "deployed" ? null : (
            <Button type="primary" loading={step === "deploying"} disabled={errors || conflict || step === "publishing"} onClick={() => void both()}>
              {unpublished ? t("publish.deploy") : t("publish.deployOnly", { n: number })}
            </Button>
          )}
        </div>
      }
    >
      {problem ? <Failure problem={problem.problem} what={problem.at === "publish" ? t("publish.failed") : t("publish.deployFailed", { n: number })} /> : null}
      {problem?.problem instanceof Problem ? (
        <ul className={css.errors}>
          {(problem.problem.body.diagnostics ?? []).slice(1).map((d, i) => (
            <li key={i}>{d.message}</li>
          ))}
        </ul>
      ) : null}
      {step === "review" && edited ? (
        <div className={css.noteField}>
          <label htmlFor="publish-note">{t("publish.note")}</label>
          <Input id="publish-note" value={note} maxLength={200} placeholder={t("publish.notePlaceholder")} onChange={(e) => setNote(e.target.value)} />
        </div>
      ) : step === "review" ? (
        <p className={css.line}>{t("publish.nothing", { n: number })}</p>
      ) : (
        <ol className={css.steps} aria-live="polite">
          {made || step === "publishing" ? <Done text={step === "publishing" ? t("publish.step.publish", { n: number }) : t("publish.done", { n: number })} running={step === "publishing"} /> : null}
          {step === "deploying" ? <Done text={t("publish.step.deploy")} running /> : null}
          {pipelines.map((p) => (
            <Running key={p.name} deployed={p} />
          ))}
        </ol>
      )}
      {step === "review" || step === "publishing" ? (
        <DraftImpact onNode={onClose} />
      ) : pipelines.length === 0 ? null : (
        <Section>
          {pipelines.map((p) =>
            p.pipeline ? (
              <Link key={p.name} to={`/pipelines/${p.pipeline.id}`}>
                {t("publish.open")} {p.name}
              </Link>
            ) : null,
          )}
        </Section>
      )}
    </Drawer>
  );
}

function Done({ text, running }: { text: string; running?: boolean }) {
  return (
    <li className={css.step} data-running={running || undefined}>
      <Glyph name={running ? "clock" : "check"} />
      {text}
    </li>
  );
}

/** Followed is what is shown of a pipeline that was just deployed, from the feed or from the API. */
interface Followed {
  state: string;
  health?: Health;
  since?: string;
  reason?: string;
  version: number;
}

/** askEvery is how often a pipeline is asked for that no feed tells of, in milliseconds. */
const askEvery = 1500;

/** Running follows a pipeline that was just deployed until it runs, or says why it does not. */
function Running({ deployed }: { deployed: Schemas["Deployed"] }) {
  const t = useWords(w);
  const id = deployed.pipeline?.id ?? "";
  const line = useFeedItem<Followed>("pipelines", undefined, id);
  const live = line && line.version >= (deployed.pipeline?.version ?? 0) ? line : undefined;
  // Without the socket it is asked now and then: who has deployed waits for this answer.
  const asked = useQuery({
    queryKey: ["pipelines", id, "deployed"],
    queryFn: ({ signal }) => must(api.GET("/pipelines/{pipeline}", { params: { path: { pipeline: id } }, signal })),
    enabled: live === undefined && id !== "",
    refetchInterval: (q) => (q.state.data?.state === "running" || q.state.data?.state === "failed" ? false : askEvery),
  }).data;
  const fresh: Followed | undefined = live ?? asked;
  const state = fresh?.state ?? deployed.pipeline?.state ?? "starting";
  const running = state === "running";
  const failed = state === "failed";
  return (
    <li className={css.step} data-running={!running && !failed ? true : undefined} data-failed={failed || undefined}>
      <Status health={fresh?.health ?? (running ? "running" : failed ? "failed" : "starting")} since={fresh?.since} />
      <span>{running ? t("publish.running", { name: deployed.name }) : failed ? t("publish.broken", { name: deployed.name }) : t("publish.starting", { name: deployed.name })}</span>
      {fresh?.reason && failed ? <span className={css.quiet}>{fresh.reason}</span> : null}
    </li>
  );
}
