import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useCallback, useMemo, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, must, once, pages } from "@/infra/api";
import { useComponents, useTeams } from "@/infra/shared";
import { useText, useWords } from "@/infra/words";
import { Glyph, SpecGlyph } from "@/ui/glyph";
import { SampleGrid } from "@/ui/grid";
import { Search } from "@/ui/menu";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Code, Num } from "@/ui/text";
import { ColumnsEditor, type Draft, draftOf, sound, taken } from "../columns";
import { type Connection, useConnections } from "../data";
import { isTableKind, kindGlyph } from "../kinds";
import { bindingOf } from "../specs";
import { previewOf, type SampleRows } from "../table/sampling";
import { common } from "../words";
import { links } from "./connection";
import css from "./form.module.css";
import { type Proposal, useDiscovery } from "./found";
import { Review, type Setting, Wizard } from "./frame";
import { fullName, type Named, namedOf, NameForm, useTaken, wellNamed } from "./name";
import { w } from "./words";

/** TableWizard makes a table of something that lies behind a connection: which, with which columns, under which name. Nothing is made before the last button. */
export function TableWizard() {
  const t = useWords(w);
  const shared = useWords(common);
  const navigate = useNavigate();
  const client = useQueryClient();
  const [search, setSearch] = useSearchParams();
  const connection = search.get("connection") ?? "";
  const physical = search.get("physical") ?? "";
  const step = search.get("step") ?? "source";
  const { mine: teams, nameOf } = useTeams();
  const connections = useConnections();
  const chosen = connections.data?.find((c) => c.id === connection);
  const wanted = useMemo(() => (physical ? [physical] : [""]), [physical]);
  const looked = useDiscovery(physical ? connection : undefined, wanted, 500);
  const proposal = looked.found.find((f) => f.physical === physical);

  // What a person changes stands beside what was proposed, and goes with the thing it was said of.
  const [mine, setMine] = useState<{ of: string; columns?: Draft; named?: Named; late?: string }>({ of: "" });
  const edits = mine.of === `${connection}/${physical}` ? mine : { of: `${connection}/${physical}` };
  const found = useMemo(() => draftOf(proposal?.table.columns ?? [], proposal?.table.key ?? [], proposal?.table.event_time?.column ?? ""), [proposal]);
  const draft = ("columns" in edits && edits.columns) || found;
  const suggested = namedOf(proposal?.name ?? "", proposal?.layer ?? "", chosen?.team || (teams.length === 1 ? (teams[0]?.id ?? "") : ""));
  const named = ("named" in edits && edits.named) || suggested;
  const late = ("late" in edits ? edits.late : undefined) ?? proposal?.table.event_time?.out_of_order ?? "5s";
  const edit = (change: { columns?: Draft; named?: Named; late?: string }) => setMine({ ...edits, ...change });
  const name = fullName(named);
  const exists = useTaken(name);
  const eventTime = draft.eventTime ? { column: draft.eventTime, out_of_order: late } : undefined;
  const sample = useDecoded(proposal, draft, eventTime, step !== "source" && proposal !== undefined);

  const go = (key: string, more: Record<string, string> = {}) => setSearch({ ...(connection ? { connection } : {}), ...(physical ? { physical } : {}), ...more, step: key }, { replace: step === key });
  const create = useMutation({
    mutationFn: () => {
      if (!proposal) throw new Error(t("newTable.gone"));
      const { source, sink, kind } = proposal.table;
      return must(
        api.POST("/tables", {
          params: { header: once() },
          body: { name, team: named.team, kind, layer: named.layer || undefined, domain: named.domain || undefined, tags: named.tags, description: named.description || undefined, columns: taken(draft), key: draft.key, event_time: eventTime, source, sink },
        }),
      );
    },
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["tables"] });
      void client.invalidateQueries({ queryKey: ["search"] });
      toast(t("newTable.made", { name: made.name }));
      void navigate(`/catalog/${made.id}`);
    },
  });
  const left = draft.columns.filter((c) => c.out).length;
  const settings: Setting[] = [
    { label: t("newTable.source"), value: <><Code>{chosen?.name}</Code> <Code>{physical}</Code></>, why: t("newTable.sourceWhy"), step: "source", yours: true },
    { label: shared("declaration.columns"), value: t("newTable.columnsAnswer", { count: taken(draft).length }), why: left > 0 ? t("newTable.leftOut", { count: left }) : proposal?.notes?.find((n) => n.includes("samples")), step: "columns", yours: "columns" in edits && edits.columns !== undefined },
    { label: shared("overview.eventTime"), value: eventTime ? <><Code>{eventTime.column}</Code> {shared("overview.late", { by: late })}</> : shared("overview.none"), why: eventTime ? t("newTable.timeWhy") : t("newTable.noTimeWhy"), step: "columns", yours: draft.eventTime !== found.eventTime },
    { label: shared("overview.key"), value: draft.key.length > 0 ? <Code>{draft.key.join(", ")}</Code> : shared("overview.none"), why: draft.key.length > 0 ? t("newTable.keyWhy") : t("newTable.noKeyWhy"), step: "columns", yours: draft.key.join() !== found.key.join() },
    { label: t("name.name"), value: <Code>{name}</Code>, step: "name", yours: name !== proposal?.name },
    { label: shared("facet.team"), value: nameOf(named.team), why: t("name.teamHelp"), step: "name", yours: named.team !== suggested.team },
  ];
  return (
    <Wizard
      glyph="table"
      name={shared("browse.newTable")}
      leave="/catalog"
      active={step}
      onStep={(key) => go(key)}
      steps={[
        { key: "source", label: t("newTable.source"), answer: physical ? `${chosen?.name ?? ""} ${physical}` : undefined, ready: physical !== "" },
        { key: "columns", label: shared("declaration.columns"), answer: proposal ? t("newTable.columnsAnswer", { count: taken(draft).length }) : undefined, ready: proposal !== undefined && sound(draft) },
        { key: "name", label: t("newTable.name"), answer: wellNamed(named) ? name : undefined, ready: wellNamed(named) && !exists },
        { key: "review", label: t("wizard.review"), ready: true },
      ]}
      title={t(`newTable.title.${step === "columns" || step === "name" || step === "review" ? step : "source"}`)}
      note={step === "columns" && proposal ? <><Num value={proposal.facts.rows < 0 ? null : proposal.facts.rows} /> {t("newTable.records")}</> : null}
      wide={step !== "name"}
      promise={step === "review" ? t("newTable.promise", { name }) : t("newTable.promiseEarly")}
      finish={t("newTable.create")}
      finishing={create.isPending}
      onFinish={() => create.mutate()}
    >
      {step === "source" ? <Source connections={connections.data} chosen={chosen} physical={physical} onConnection={(c) => setSearch({ connection: c, step: "source" })} onPhysical={(p) => setSearch({ connection, physical: p, step: "columns" })} /> : null}
      {step !== "source" && looked.error ? <Failure problem={looked.error} /> : null}
      {step !== "source" && !proposal && !looked.error ? looked.ended ? <Empty what={t("newTable.gone")} /> : <Loading rows={10} /> : null}
      {step === "columns" && proposal ? (
        <>
          {proposal.notes?.length ? <ul className={css.notes}>{proposal.notes.map((n) => <li key={n}><Glyph name="info" size={14} /> {n}</li>)}</ul> : null}
          {proposal.table.columns?.length ? null : <Paste onColumns={(d) => edit({ columns: d })} />}
          {draft.columns.length > 0 ? (
            <ColumnsEditor draft={draft} onChange={(d) => edit({ columns: d })} samples={valuesOf(sample.data)} fixedNames pick />
          ) : null}
          {eventTime ? (
            <div className={css.bar}>
              <label htmlFor="late">{shared("declaration.late")}</label>
              <Input id="late" className={css.short} value={late} onChange={(e) => edit({ late: e.target.value })} />
              <span>{t("newTable.lateHelp")}</span>
            </div>
          ) : null}
        </>
      ) : null}
      {step === "name" && proposal ? <NameForm value={named} onChange={(n) => edit({ named: n })} about /> : null}
      {step === "review" && proposal ? (
        <>
          <Review settings={settings} onStep={(key) => go(key)} />
          {create.error ? <Failure problem={create.error} /> : null}
          <div className={css.sub}>{t("newTable.decoded")} <small>{sample.data ? t("newTable.decodedOf", { count: sample.data.rows.length }) : null}{sample.data?.rejected ? ` · ${shared("sample.rejected", { count: sample.data.rejected })}` : null}</small></div>
          <div className={css.grid}>{sample.error ? <Failure problem={sample.error} what={shared("sample.failed")} /> : sample.data ? <SampleGrid columns={sample.data.columns} rows={sample.data.rows} empty={shared("sample.none")} /> : <Loading rows={6} height={24} />}</div>
        </>
      ) : null}
    </Wizard>
  );
}

/** useDecoded reads records by the declaration as it stands, before there is a table: a model of one node is looked at. */
function useDecoded(proposal: Proposal | undefined, draft: Draft, eventTime: { column: string; out_of_order: string } | undefined, enabled: boolean) {
  const source = bindingOf(proposal?.table.source);
  const columns = taken(draft);
  return useQuery({
    queryKey: ["preview", "table", source, columns, draft.key, eventTime],
    enabled: enabled && source !== undefined && sound(draft),
    staleTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const schema = { columns, ...(draft.key.length > 0 ? { key: draft.key } : {}), ...(eventTime ? { event_time: eventTime } : {}) };
      const node = { id: "sample", component: source?.component, params: { ...source?.params, schema } };
      // JSON is YAML, and needs no quoting of names.
      const text = JSON.stringify({ format: 1, kind: "view", name: "sample.sample.sample", time_zone: "UTC", nodes: [node], edges: [] });
      return previewOf(text, "yaml", 50, signal);
    },
  });
}

function valuesOf(s: SampleRows | undefined): ReadonlyMap<string, readonly unknown[]> | undefined {
  return s ? new Map(s.columns.map((c, i) => [c.name, s.rows.map((r) => r[i])])) : undefined;
}

interface SourceProps {
  connections: readonly Connection[] | undefined;
  chosen: Connection | undefined;
  physical: string;
  onConnection: (id: string) => void;
  onPhysical: (name: string) => void;
}

function Source({ connections, chosen, physical, onConnection, onPhysical }: SourceProps) {
  const t = useWords(w);
  const shared = useWords(common);
  const text = useText();
  const specs = useComponents();
  const [filter, setFilter] = useState("");
  const discovery = useDiscovery(chosen?.id, undefined, -1);
  const known = useQuery({
    queryKey: ["tables", "of", chosen?.name],
    enabled: chosen !== undefined,
    queryFn: async () => (await pages((cursor) => must(api.GET("/tables", { params: { query: { connection: chosen?.name, limit: 200, cursor } } })))).items,
  }).data;
  const rows = useMemo(() => discovery.found.filter((f) => f.physical.toLowerCase().includes(filter.toLowerCase())), [discovery.found, filter]);
  const able = (connections ?? []).filter((c) => links(specs?.find("connection", c.component)).discover);
  // Two sets of words in one list of dependencies are more than the compiler compares.
  const kindName = useCallback((kind: string) => (isTableKind(kind) ? shared(`kind.${kind}`) : kind), [shared]);
  const kindTitle = shared("column.kind");
  const columns = useMemo<TableColumn<Proposal>[]>(
    () => [
      { key: "physical", title: t("discover.physical"), min: 240, render: (f) => <span className={css.there}><Glyph name={kindGlyph(f.kind)} /> <code className={css.mono}>{f.physical}</code></span> },
      { key: "kind", title: kindTitle, width: 110, render: (f) => (kindName(f.kind)) },
      { key: "rows", title: t("discover.rows"), width: 120, align: "end", render: (f) => <Num value={f.facts.rows < 0 ? null : f.facts.rows} /> },
      { key: "known", title: t("newTable.already"), min: 200, render: (f) => (f.registered ? <Link to={`/catalog/${f.registered}`}>{known?.find((x) => x.id === f.registered)?.name ?? t("discover.known")}</Link> : null) },
    ],
    [t, kindName, kindTitle, known],
  );
  if (!connections || !specs) return <Loading rows={4} />;
  if (able.length === 0) return <Empty what={t("newTable.noConnection")} action={<Link to="/catalog/new/connection">{shared("browse.newConnection")}</Link>} />;
  return (
    <>
      <div className={css.bar}>
        <label htmlFor="connection">{t("discover.connection")}</label>
        <Select
          id="connection"
          className={css.grow}
          value={chosen?.id}
          placeholder={t("newTable.chooseConnection")}
          onChange={onConnection}
          options={able.map((c) => {
            const spec = specs.find("connection", c.component);
            return { value: c.id, label: <span>{spec ? <SpecGlyph icon={spec.icon} size={14} /> : null} {c.name} · {spec ? text(spec.title) : c.component}</span> };
          })}
        />
        <Link to="/catalog/new/connection">{shared("browse.newConnection")}</Link>
        <div className={css.end}><Search value={filter} onChange={setFilter} placeholder={t("discover.filter")} /></div>
      </div>
      {discovery.error ? <Failure problem={discovery.error} /> : null}
      {!chosen ? (
        <Empty what={t("newTable.first")} action={<Link to="/catalog/new/upload">{t("newTable.orUpload")}</Link>} />
      ) : rows.length > 0 ? (
        <DataTable rows={rows} columns={columns} rowKey={(f) => f.physical} label={t("discover.label")} active={physical || undefined} onOpen={(f) => onPhysical(f.physical)} rowActions={(f) => <Button size="small" onClick={() => onPhysical(f.physical)}>{t("newTable.choose")}</Button>} />
      ) : discovery.ended ? (
        discovery.error ? null : <Empty what={t("discover.nothing")} />
      ) : (
        <Loading rows={6} />
      )}
    </>
  );
}

/** Paste asks for records where the system has none to look at. */
function Paste({ onColumns }: { onColumns: (d: Draft) => void }) {
  const t = useWords(w);
  const [records, setRecords] = useState("");
  const [format, setFormat] = useState<"json" | "csv" | "raw">("json");
  const infer = useMutation({
    mutationFn: () => must(api.POST("/tables/infer", { body: { format, samples: records.split("\n").filter((l) => l.trim() !== "") } })),
    onSuccess: (a) => onColumns(draftOf(a.columns, [], a.event_time ?? "")),
  });
  return (
    <div className={css.paste}>
      <span>{t("newTable.paste")}</span>
      <Input.TextArea className={css.mono} autoSize={{ minRows: 4, maxRows: 12 }} value={records} aria-label={t("newTable.paste")} placeholder={'{"user_id": 1, "ts": "2026-01-02T03:04:05Z"}'} onChange={(e) => setRecords(e.target.value)} />
      <span className={css.parts}>
        <Select aria-label={t("newTable.format")} value={format} options={(["json", "csv", "raw"] as const).map((f) => ({ value: f, label: f }))} onChange={setFormat} />
        <Button disabled={records.trim() === ""} loading={infer.isPending} onClick={() => infer.mutate()}>{t("newTable.infer")}</Button>
      </span>
      {infer.error ? <Failure problem={infer.error} /> : null}
    </div>
  );
}
