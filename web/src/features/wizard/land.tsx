import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { ddl, isTable, landing as land, merge, output, type Pins, unpin } from "@/core/design";
import type { Specs } from "@/core/model/specs";
import { clauses, duration } from "@/core/format";
import { useLanguage, useWords } from "@/infra/words";
import { Split } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
import { Age } from "@/ui/text";
import type { Step } from "@/ui/wizard";
import { type Answers, answersOf, inputOf, linked } from "./answers";
import type { Deciding } from "./choice";
import { useCreate } from "./create";
import { connectionsQuery, designQuery, type Document, dryRun, exactlyOnce, tablesQuery } from "./data";
import { Statements } from "./ddl";
import { Frame } from "./frame";
import { ConnectionStep, TableStep } from "./place";
import { ProgressStrip, PromiseLine } from "./promise";
import { Landed } from "./rows";
import { ColumnSettings, DeliverySettings, ReviewSettings, TableSettings } from "./settings";
import { useLanding } from "./state";
import css from "./land.module.css";
import { w } from "./words";

type Key = "connection" | "table" | "columns" | "keys" | "delivery" | "review";

/** Land asks step by step; everything is designed, and tried with real rows, from the moment that there is a connection and a name. */
export function Land({ document, specs }: { document: Document; specs: Specs }) {
  const t = useWords(w);
  const l = useLanguage();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const { landing, patch, forget } = useLanding(document.id);
  const connections = useQuery(connectionsQuery).data ?? [];
  const tables = useQuery(tablesQuery).data ?? [];
  const a = answersOf(document, specs, landing, search.get("node"), connections);
  const input = inputOf(document, a);
  const asked = useQuery(designQuery(input));
  const design = input ? asked.data : undefined;
  const pending = asked.isFetching;
  // What the statements were before the last decision, so that its lines can be marked.
  const [before, setBefore] = useState<string>();
  const { progress, create, dismiss } = useCreate((pipeline) => {
    forget();
    void navigate(`/pipelines/${pipeline}`);
  });

  const decide = (pins: Pins) => {
    setBefore(ddl(design?.proposal.statements ?? []));
    patch({ pins });
  };
  const findings = design?.proposal.findings ?? [];
  const deciding: Deciding = { open: design?.proposal.new ?? true, pin: (more) => decide(merge(a.pins, more)), unpin: (path) => decide(unpin(a.pins, path)), findings };
  const stopped = findings.some((f) => f.severity === "error");
  const params = design && !stopped ? paramsOf(a, design.proposal.params, landing.unknown) : undefined;
  const result = params && a.node !== undefined ? land(document.draft ?? "", a.node, a.spec, params) : undefined;
  const dry = useQuery(dryRun(document.team, search.get("step") === "review" && result?.sink ? result.text : undefined));

  const step = (["connection", "table", "columns", "keys", "delivery", "review"] as const).find((s) => s === search.get("step")) ?? "connection";
  const go = (key: string) => setSearch((now) => ({ ...Object.fromEntries(now), step: key }), { replace: false });
  const own = connections.find((c) => c.name === a.connection);
  const pinnedColumns = (design?.proposal.columns ?? []).filter((c) => c.type.pinned || c.codec.pinned).length;
  const ready = design !== undefined;
  const steps: (Step & { key: Key })[] = [
    { key: "connection", label: t("step.connection"), ready: a.connection !== undefined && a.node !== undefined, answer: own ? own.check ? <>{clauses([own.name, t("place.checkedAt")], l)} <Age at={own.check.at} phrase /></> : own.name : a.connection },
    { key: "table", label: t("step.table"), ready: isTable(a.table) && ready, answer: ready ? <>{design.proposal.new ? t("table.new") : t("table.existing")}<br />{design.proposal.database}.{design.proposal.table}</> : a.table },
    { key: "columns", label: t("step.columns"), ready, answer: ready ? t("answer.columns", { count: (design.proposal.columns ?? []).length }) + (pinnedColumns > 0 ? t("answer.pinned", { n: pinnedColumns }) : "") : undefined },
    { key: "keys", label: t("step.keys"), ready, answer: ready ? ((design.proposal.order_by ?? []).length > 0 ? t("answer.sort", { columns: (design.proposal.order_by ?? []).join(", ") }) : t("answer.unsorted")) : undefined },
    { key: "delivery", label: t("step.delivery"), ready, answer: ready ? t(exactlyOnce(design) ? "answer.once" : "answer.least", { every: duration(a.epoch, l) }) : undefined },
    { key: "review", label: t("step.review"), ready: ready && !stopped, answer: stopped ? t("answer.stopped", { count: findings.filter((f) => f.severity === "error").length }) : t("answer.nothing") },
  ];
  const choices = design ? [...(design.proposal.choices ?? []), ...(design.proposal.columns ?? []).flatMap((c) => [c.type, c.codec].filter((x) => x.value))] : [];
  const yours = choices.filter((c) => c.pinned).length;
  const running = progress !== undefined && progress.problem === undefined;

  let content: ReactNode;
  if (step === "connection") {
    content = (
      <ConnectionStep
        nodes={a.nodes.map((n) => ({ value: n.id, label: n.id === output ? t("place.output") : n.sink ? t("place.sink", { node: n.id }) : n.id }))}
        node={a.node}
        onNode={(node) => patch({ node, pins: undefined, table: undefined, connection: undefined, existing: undefined })}
        connections={connections.filter((c) => linked(a.spec).includes(c.component))}
        connection={a.connection}
        onConnection={(connection) => patch({ connection })}
      />
    );
  } else if (step === "table") {
    content = (
      <TableStep
        table={a.table}
        existing={a.existing}
        onTable={(table, existing) => patch({ table, existing, pins: { ...a.pins, database: undefined, name: undefined } })}
        tables={tables.filter((x) => x.kind === "store" && (x.connections ?? []).includes(a.connection ?? ""))}
        database={design?.proposal.database ?? a.pins.database ?? a.table.split(".")[1] ?? ""}
        name={design?.proposal.table ?? a.pins.name ?? a.table.split(".")[2] ?? ""}
        onPlace={(place) => decide(merge(a.pins, place))}
        design={design}
        pending={pending}
      />
    );
  } else if (!design) {
    content = asked.isFetching || input ? <Loading rows={8} height={52} /> : null;
  } else {
    const list = {
      columns: () => <ColumnSettings design={design} deciding={deciding} spec={a.spec} />,
      keys: () => <TableSettings design={design} deciding={deciding} spec={a.spec} step="keys" />,
      delivery: () => <DeliverySettings design={design} deciding={deciding} spec={a.spec} epoch={a.epoch} onEpoch={(epoch) => patch({ epoch })} unknown={landing.unknown ?? (typeof a.params.on_unknown_outcome === "string" ? a.params.on_unknown_outcome : undefined)} onUnknown={(unknown) => patch({ unknown })} />,
      review: () => <ReviewSettings design={design} deciding={deciding} spec={a.spec} />,
    }[step];
    content = (
      <Split name="land.rows" side="bottom" size={276} min={120} max={560} panel={<Landed design={design} pending={pending} />}>
        <Split name="land.ddl" side="right" size={400} min={260} max={640} panel={<Statements design={design} before={before} />}>
          <div className={css.list} data-scroll tabIndex={0}>
            {list()}
          </div>
        </Split>
      </Split>
    );
  }

  return (
    <Frame
      document={document}
      title={t(`title.${step}`)}
      note={ready && design.proposal.new && step !== "connection" && step !== "table" ? t("title.counts", { suggested: choices.length - yours, yours }) : undefined}
      steps={steps}
      active={step}
      onStep={go}
      promise={step === "review" && design ? <PromiseLine document={document} design={design} changed={result !== undefined && result.text !== document.draft} dry={dry.data} problem={dry.error} /> : t("promise.early")}
      strip={progress ? <ProgressStrip progress={progress} onDismiss={dismiss} /> : null}
      finish={
        <Button
          type="primary"
          disabled={!params || pending || (result?.sink ?? "") === ""}
          loading={running}
          onClick={() => {
            if (!params || a.node === undefined) return;
            const { node } = a;
            let { node: sink } = a;
            void create({
              document: document.id,
              land: (text) => {
                const made = land(text, node, a.spec, params);
                sink = made.sink;
                return made.text;
              },
              message: t("page.message", { table: a.table }),
              epoch: landing.epoch,
            }).then((landed) => {
              // The sink may be in the model by now: to try again is to write into it.
              if (!landed) patch({ node: sink, pins: a.pins, table: a.table, connection: a.connection });
            });
          }}
        >
          {design && !design.proposal.new ? t("finish.existing") : t("finish.new")}
        </Button>
      }
    >
      {asked.error && input ? <Failure problem={asked.error} what={t("page.failed")} retry={() => void asked.refetch()} /> : null}
      {content}
    </Frame>
  );
}

/** paramsOf are the sink's parameters: what the design says, and what is done when an answer is lost. */
function paramsOf(a: Answers, designed: Readonly<Record<string, unknown>>, unknown: string | undefined): Record<string, unknown> {
  return { ...designed, ...(unknown && unknown !== a.params.on_unknown_outcome ? { on_unknown_outcome: unknown } : {}) };
}
