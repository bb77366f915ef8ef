import { Button, Switch, Tooltip } from "antd";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { ownColumns, statsOf } from "@/core/sample";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { SampleGrid } from "@/ui/grid";
import { IconButton } from "@/ui/menu";
import { type Tab, Tabs } from "@/ui/page";
import { Empty, Failure, Loading } from "@/ui/states";
import { Age } from "@/ui/text";
import { ExplainButton } from "../explain";
import { PinnedFrom, PinRows, samePins, usePins } from "../pinned";
import { type Panel, useBuilder, useBuilderStore } from "../state";
import { ColumnFacts, ColumnLine } from "./ColumnFacts";
import { ModelSQL } from "./ModelSQL";
import { countOf, Problems } from "./Problems";
import css from "./sample.module.css";
import { type NodeSample, useNodeSample, useSamples } from "./store";
import { type Request, requestWith, subjectOf } from "./subject";
import { w } from "./words";

/** settled is how long a text has to stay as it is before its rows are looked at by themselves, in milliseconds. */
const settled = 1000;
const remembered = "millrace.sample.auto";

/**
 * SamplePanel is what stands below the canvas: the rows that come out of the selected node and that go into it, the problems, and the model as SQL. Closed it is
 * its line of tabs.
 */
export function SamplePanel() {
  const t = useWords(w);
  const panel = useBuilder((s) => s.panel);
  const model = useBuilder((s) => s.model);
  const selection = useBuilder((s) => s.selection);
  const problems = useBuilder((s) => (s.analysis ? countOf(s.analysis.diagnostics) : undefined));
  const setPanel = useBuilder((s) => s.setPanel);
  const subject = useMemo(() => subjectOf(model, selection), [model, selection]);

  // Another node has other inputs; what is open then is what comes out of it.
  const input = panel.startsWith("input:") ? panel.slice("input:".length) : undefined;
  const shown: Panel = input !== undefined && !subject.inputs.includes(input) ? "output" : panel;
  const rowsOf = shown === "output" ? subject.id : shown.startsWith("input:") ? shown.slice("input:".length) : undefined;

  const tabs: Tab[] = [
    { key: "output", label: t("tab.output") },
    ...subject.inputs.map((id) => ({ key: `input:${id}`, label: t("tab.input", { node: id }) })),
    { key: "problems", label: t("tab.problems"), count: problems },
    { key: "sql", label: t("tab.sql") },
  ];
  return (
    <section className={css.panel} aria-label={t("label")}>
      <Tabs
        small
        items={tabs}
        active={shown}
        onSelect={(key) => setPanel(key as Panel)}
        label={t("label")}
        aside={
          shown === "" ? (
            <Button size="small" type="text" icon={<Glyph name="chevronUp" size={14} />} onClick={() => setPanel("output")}>
              {t("open")}
            </Button>
          ) : (
            <>
              {rowsOf === undefined ? null : <RowsLine node={rowsOf} />}
              {shown === "sql" ? <ExplainButton /> : null}
              <IconButton small glyph="chevronDown" label={t("close")} onClick={() => setPanel("")} />
            </>
          )
        }
      />
      {shown === "" ? null : (
        <div className={css.body}>
          {rowsOf === undefined ? null : <Rows key={rowsOf} node={rowsOf} name={rowsOf === subject.id ? subject.name : rowsOf} made={rowsOf === subject.id ? subject.inputs : undefined} />}
          {shown === "problems" ? <Problems /> : null}
          {shown === "sql" ? <ModelSQL /> : null}
        </div>
      )}
    </section>
  );
}

/** useCurrent says whether rows are those of the text as it is now. */
function useCurrent(node: string, of: NodeSample["of"]): boolean {
  const is = useAnswers(node);
  return of === undefined || is(of);
}

/** useAnswers tells the requests that would be made now from others. */
function useAnswers(node: string): (of: Request) => boolean {
  const store = useBuilderStore();
  const pins = usePins();
  const text = useBuilder((s) => requestWith(s, node, pins).text);
  return (of) => of.text === text && samePins(of.pinned, requestWith(store.getState(), node, pins).pinned);
}

/** RowsLine says how many rows there are and how old they are, and has what brings others. */
function RowsLine({ node }: { node: string }) {
  const t = useWords(w);
  const samples = useSamples().getState();
  const { sample, of, at, running } = useNodeSample(node);
  const current = useCurrent(node, of);
  const unread = useBuilder((s) => s.modelStale);
  const [auto, setAuto] = useAuto();
  useAutoRefresh(node, auto && !unread);
  return (
    <div className={css.about}>
      <span className={css.rows} aria-live="polite">
        {running ? <span>{t("running")}</span> : null}
        {at === undefined ? null : (
          <>
            <span>{t("rows", { count: sample.rows.length })}</span>
            {sample.end && sample.end.rejected > 0 ? <span className={css.rejected}>{t("rejected", { count: sample.end.rejected })}</span> : null}
            {sample.end?.ended && sample.rows.length > 0 ? <span>{t("all")}</span> : null}
            {current ? null : <span className={css.older}>{t("older")}</span>}
            <PinnedFrom node={node} pins={of?.pinned} />
            <Age at={at} phrase />
          </>
        )}
      </span>
      <PinRows node={node} sample={current && !running ? sample : undefined} changed={() => void samples.run(node)} />
      <Tooltip title={t("autoNote")}>
        <label className={css.auto}>
          <Switch size="small" checked={auto} onChange={setAuto} />
          {t("auto")}
        </label>
      </Tooltip>
      {running ? (
        <Button size="small" type="text" icon={<Glyph name="stop" size={14} />} onClick={() => samples.cancel(node)}>
          {t("cancel")}
        </Button>
      ) : (
        <Button size="small" type="text" className={css.act} icon={<Glyph name="refresh" size={14} />} disabled={unread} onClick={() => void samples.run(node)}>
          {t("refresh")}
        </Button>
      )}
    </div>
  );
}

/** useAuto is whether rows are looked at after each edit, remembered on this machine. */
function useAuto(): [boolean, (on: boolean) => void] {
  const [on, set] = useState(() => localStorage.getItem(remembered) !== "off");
  return [
    on,
    (next) => {
      localStorage.setItem(remembered, next ? "on" : "off");
      set(next);
    },
  ];
}

/** useAutoRefresh looks at a node's rows when the text has settled and the server finds no error on the way to it. */
function useAutoRefresh(node: string, on: boolean): void {
  const samples = useSamples();
  const store = useBuilderStore();
  const { of, problem } = useNodeSample(node);
  const pins = usePins();
  const text = useBuilder((s) => requestWith(s, node, pins).text);
  const is = useAnswers(node);
  const sound = useBuilder((s) => !s.analysisStale && s.analysis !== undefined && !s.analysis.diagnostics.some((d) => d.severity === "error" && leadsTo(s.model, d.node, node)));
  const asked = (of !== undefined && is(of)) || problem !== undefined;
  useEffect(() => {
    if (!on || !sound || asked || text === "") return;
    const timer = setTimeout(() => void samples.getState().run(node), of === undefined ? 0 : settled);
    return () => clearTimeout(timer);
  }, [on, sound, asked, text, node, of, samples, store]);
}

/** leadsTo says whether a finding stands in the way of a node's rows. */
function leadsTo(model: { edges: readonly { from: string; to: string }[] }, from: string | undefined, node: string): boolean {
  if (from === undefined || node === "" || from === node) return true;
  const seen = new Set<string>();
  const queue = [node];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const e of model.edges) {
      if (e.to !== at || seen.has(e.from)) continue;
      if (e.from === from) return true;
      seen.add(e.from);
      queue.push(e.from);
    }
  }
  return false;
}

/** Rows are the rows of one node. made are its inputs, where the columns that the node itself makes are marked. */
function Rows({ node, name, made }: { node: string; name: string; made?: readonly string[] }) {
  const t = useWords(w);
  const samples = useSamples().getState();
  const { sample, of, at, running, problem } = useNodeSample(node);
  const current = useCurrent(node, of);
  const unread = useBuilder((s) => s.modelStale);
  const analysed = useBuilder((s) => s.analysis?.nodes);
  const [about, setAbout] = useState<string>();

  const stats = useMemo(() => sample.columns.map((c, i) => statsOf(c, i, sample.rows)), [sample]);
  const lines = useMemo<Record<string, ReactNode>>(() => Object.fromEntries(stats.map((s) => [s.name, <ColumnLine key={s.name} stats={s} />])), [stats]);
  const accent = useMemo(() => {
    const inputs = (made ?? []).map((id) => analysed?.find((n) => n.id === id)?.schema?.columns);
    if (inputs.length === 0 || inputs.includes(undefined)) return undefined;
    return ownColumns(sample.columns, inputs.flatMap((c) => c ?? []));
  }, [made, analysed, sample.columns]);

  if (problem && !running) {
    return (
      <div className={css.scroll}>
        <Failure problem={problem} what={t("failed")} retry={() => void samples.run(node)} />
        <ul className={css.reasons}>
          {(problem.body.diagnostics ?? []).slice(1).map((d, i) => (
            <li key={i}>
              {d.node ? <code>{d.node}</code> : null} {d.message}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  if (at === undefined) {
    if (running) return <Loading rows={6} height={24} />;
    if (unread) return <Empty what={t("unread")} />;
    return <Empty what={t("unasked", { node: name })} action={<Button onClick={() => void samples.run(node)}>{t("ask")}</Button>} />;
  }
  const facts = stats.find((s) => s.name === about);
  return (
    <div className={css.split}>
      <div className={css.grid} data-stale={!current || undefined} aria-busy={running}>
        <SampleGrid
          columns={sample.columns}
          rows={sample.rows}
          accent={accent}
          stats={sample.rows.length > 0 ? lines : undefined}
          onColumn={(column) => setAbout(about === column ? undefined : column)}
          label={t("tab.output")}
          empty={sample.end?.timed_out ? t("noneTimedOut") : sample.end?.ended ? t("noneEnded") : t("none")}
        />
      </div>
      {facts ? <ColumnFacts stats={facts} onClose={() => setAbout(undefined)} /> : null}
    </div>
  );
}
