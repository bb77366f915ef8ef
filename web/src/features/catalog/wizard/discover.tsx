import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useCallback, useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { api, must, once, type Schemas } from "@/infra/api";
import { useCan } from "@/infra/session";
import { useTeams } from "@/infra/shared";
import { useText, useWords } from "@/infra/words";
import { Glyph, Layer, SpecGlyph } from "@/ui/glyph";
import { Search } from "@/ui/menu";
import { Page, TopBar } from "@/ui/page";
import { Select } from "@/ui/select";
import { Empty, Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Age, Bytes, Code, Num } from "@/ui/text";
import { isTableKind, kindGlyph, layers } from "../kinds";
import { useSpec } from "../specs";
import { common } from "../words";
import { links } from "./connection";
import css from "./discover.module.css";
import { type Proposal, useDiscovery } from "./found";
import { w } from "./words";

type Registration = Schemas["CatalogRegistration"];

/** DiscoverPage is a connection with what lies behind it, and makes tables of what is chosen there. */
export function DiscoverPage() {
  const t = useWords(w);
  const shared = useWords(common);
  const text = useText();
  const can = useCan();
  const client = useQueryClient();
  const { connection: id = "" } = useParams();
  const { data, error, refetch } = useQuery({ queryKey: ["connections", id], queryFn: () => must(api.GET("/connections/{connection}", { params: { path: { connection: id } } })) });
  const spec = useSpec("connection", data?.component);
  const { nameOf } = useTeams();
  const able = links(spec);
  const check = useMutation({
    mutationFn: () => must(api.POST("/connections/{connection}/check", { params: { path: { connection: id } } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["connections"] }),
  });
  if (error && !data) {
    return (
      <Page>
        <TopBar crumbs={[{ label: shared("browse.title"), to: "/catalog" }]} name={t("discover.connection")} />
        <Failure problem={error} retry={() => void refetch()} />
      </Page>
    );
  }
  if (!data) {
    return (
      <Page>
        <TopBar crumbs={[{ label: shared("browse.title"), to: "/catalog" }]} name="" />
        <Loading rows={8} />
      </Page>
    );
  }
  const state = data.check;
  return (
    <Page>
      <TopBar
        crumbs={[{ label: shared("browse.title"), to: "/catalog" }, { label: shared("browse.connections"), to: "/catalog?kind=connection" }]}
        glyph={spec ? <SpecGlyph icon={spec.icon} /> : "connection"}
        name={data.name}
        actions={
          can("edit") && able.check ? (
            <Button icon={<Glyph name="refresh" size={14} />} loading={check.isPending} onClick={() => check.mutate()}>{t("discover.check")}</Button>
          ) : null
        }
      />
      <div className={css.facts}>
        <span>{spec ? text(spec.title) : data.component}</span>
        <span><Glyph name="team" size={14} /> {data.builtin ? t("discover.builtin") : nameOf(data.team)}</span>
        {state ? (
          <span className={state.ok ? undefined : css.bad}>
            <Glyph name={state.ok ? "check" : "error"} size={14} /> {state.ok ? t("connection.works") : state.message} {state.at ? <Age at={state.at} phrase /> : null}
          </span>
        ) : null}
        {data.description ? <span>{data.description}</span> : null}
      </div>
      {check.error ? <Failure problem={check.error} /> : null}
      {!spec ? <Loading rows={6} /> : able.discover && can("edit") ? <Discover connection={id} team={data.team ?? ""} /> : <Empty what={able.discover ? t("discover.mayNot") : t("discover.cannot")} />}
    </Page>
  );
}

function Discover({ connection, team }: { connection: string; team: string }) {
  const t = useWords(w);
  const shared = useWords(common);
  const client = useQueryClient();
  const { mine: teams } = useTeams();
  const [round, setRound] = useState(0);
  const [filter, setFilter] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [names, setNames] = useState<Record<string, string>>({});
  const [layer, setLayer] = useState<string>();
  const [owner, setOwner] = useState<string>();
  const [done, setDone] = useState<ReadonlyMap<string, Registration>>(new Map());
  const discovery = useDiscovery(connection, undefined, 200, round);
  const to = owner ?? (team || (teams.length === 1 ? (teams[0]?.id ?? "") : ""));
  const register = useMutation({
    mutationFn: () => {
      const chosen = discovery.found.filter((f) => selected.has(f.physical));
      const items = chosen.map((f) => ({ physical: f.physical, name: names[f.physical] ?? f.name, layer: layer ?? f.layer, team: to }));
      return must(api.POST("/connections/{connection}/tables", { params: { path: { connection }, header: once() }, body: { items } }));
    },
    onSuccess: (answer) => {
      setDone(new Map([...done, ...(answer.items ?? []).map((r) => [r.physical, r] as const)]));
      setSelected(new Set());
      void client.invalidateQueries({ queryKey: ["tables"] });
      void client.invalidateQueries({ queryKey: ["search"] });
    },
  });
  const rows = useMemo(() => discovery.found.filter((f) => f.physical.toLowerCase().includes(filter.toLowerCase())), [discovery.found, filter]);
  // Two sets of words in one list of dependencies are more than the compiler compares.
  const kindName = useCallback((kind: string) => (isTableKind(kind) ? shared(`kind.${kind}`) : kind), [shared]);
  const kindTitle = shared("column.kind");
  const layerTitle = shared("column.layer");
  const columns = useMemo<TableColumn<Proposal>[]>(
    () => [
      { key: "physical", title: t("discover.physical"), min: 200, sort: (a, b) => a.physical.localeCompare(b.physical), render: (f) => <span className={css.physical}><Glyph name={kindGlyph(f.kind)} /> <code title={f.physical}>{f.physical}</code></span> },
      { key: "kind", title: kindTitle, width: 96, render: (f) => (kindName(f.kind)) },
      {
        key: "name",
        title: t("discover.as"),
        min: 260,
        render: (f) => {
          const made = done.get(f.physical);
          const known = f.registered ?? made?.id;
          if (known) return <Link to={`/catalog/${known}`} className={css.known}>{made?.name ?? t("discover.known")}</Link>;
          return <Input size="small" className={css.mono} value={names[f.physical] ?? f.name} aria-label={t("discover.asOf", { name: f.physical })} onClick={(e) => e.stopPropagation()} onKeyDown={(e) => e.stopPropagation()} onChange={(e) => setNames((n) => ({ ...n, [f.physical]: e.target.value }))} />;
        },
      },
      { key: "layer", title: layerTitle, width: 72, render: (f) => (f.layer ? <Layer layer={f.layer} /> : null) },
      { key: "columns", title: t("discover.columns"), width: 84, align: "end", render: (f) => <Num value={f.table.columns?.length ?? null} /> },
      { key: "rows", title: t("discover.rows"), width: 110, align: "end", sort: (a, b) => a.facts.rows - b.facts.rows, render: (f) => <Num value={f.facts.rows < 0 ? null : f.facts.rows} /> },
      { key: "bytes", title: t("discover.size"), width: 96, align: "end", render: (f) => <Bytes value={f.facts.bytes < 0 ? null : f.facts.bytes} /> },
      { key: "notes", title: t("discover.notes"), min: 200, render: (f) => <Told proposal={f} made={done.get(f.physical)} /> },
      { key: "open", title: <span className="visually-hidden">{t("discover.byHand")}</span>, width: 120, align: "end", render: (f) => (f.registered || done.get(f.physical)?.id ? null : <Link to={`/catalog/new/table?connection=${connection}&physical=${encodeURIComponent(f.physical)}&step=columns`}>{t("discover.byHand")}</Link>) },
    ],
    [t, kindName, kindTitle, layerTitle, names, done, connection],
  );
  const ready = selected.size > 0 && to !== "";
  return (
    <>
      <div className={css.bar}>
        <div className={css.search}><Search value={filter} onChange={setFilter} placeholder={t("discover.filter")} /></div>
        <span className={css.progress} role="status">
          {discovery.ended ? t("discover.found", { count: discovery.found.length }) : discovery.progress ? t("discover.looking", { done: discovery.progress.done, total: discovery.progress.total }) : t("discover.begin")}
          {discovery.truncated ? ` ${t("discover.truncated")}` : null}
        </span>
        <Button size="small" icon={<Glyph name="refresh" size={14} />} onClick={() => setRound(round + 1)}>{t("discover.again")}</Button>
      </div>
      {discovery.error ? <Failure problem={discovery.error} retry={() => setRound(round + 1)} /> : null}
      {rows.length === 0 ? (
        discovery.ended ? discovery.error ? null : <Empty what={t("discover.nothing")} /> : <Loading rows={6} />
      ) : (
        <DataTable rows={rows} columns={columns} rowKey={(f) => f.physical} label={t("discover.label")} selected={selected} onSelect={(s) => setSelected(new Set([...s].filter((k) => !discovery.found.find((f) => f.physical === k)?.registered && !done.get(k)?.id)))} />
      )}
      {register.error ? <Failure problem={register.error} /> : null}
      <footer className={css.foot}>
        <span className={css.promise}>{selected.size > 0 ? t("discover.promise", { count: selected.size }) : t("discover.choose")}</span>
        <Select aria-label={shared("facet.layer")} className={css.pick} allowClear placeholder={t("discover.layer")} value={layer} options={layers.map((l) => ({ value: l, label: l }))} onChange={setLayer} />
        <Select aria-label={shared("facet.team")} className={css.pick} showSearch={{ optionFilterProp: "label" }} placeholder={t("name.teamChoose")} value={to || undefined} options={teams.map((x) => ({ value: x.id, label: x.name }))} onChange={setOwner} />
        <Button type="primary" disabled={!ready} loading={register.isPending} onClick={() => register.mutate()}>{selected.size > 0 ? t("discover.register", { count: selected.size }) : t("discover.registerNone")}</Button>
      </footer>
    </>
  );
}

function Told({ proposal, made }: { proposal: Proposal; made: Registration | undefined }) {
  const t = useWords(w);
  const wrong = made?.diagnostics?.[0];
  if (wrong) return <span className={css.bad} title={wrong.fix}><Glyph name="error" size={14} /> {wrong.message} <Code>{wrong.code}</Code></span>;
  if (made?.id) return <span className={css.good}><Glyph name="check" size={14} /> {t("discover.done")}</span>;
  const all = proposal.notes ?? [];
  return <span className={css.notes} title={all.join("\n")}>{all[0]}{all.length > 1 ? ` +${all.length - 1}` : null}</span>;
}
