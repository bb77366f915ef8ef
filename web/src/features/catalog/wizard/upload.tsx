import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Progress, Select } from "antd";
import { type DragEvent, useMemo, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api, must, once, type Schemas } from "@/infra/api";
import { useMe } from "@/infra/session";
import { useComponents, useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { SampleGrid } from "@/ui/grid";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { Bytes, Code, Num, Time } from "@/ui/text";
import { ColumnsEditor, type Draft, draftOf, sound, taken } from "../columns";
import { useConnections } from "../data";
import { common } from "../words";
import { links } from "./connection";
import css from "./form.module.css";
import { Review, type Setting, Wizard } from "./frame";
import { fullName, type Named, namedOf, NameForm, useTaken, wellNamed } from "./name";
import { send, type Upload } from "./send";
import { w } from "./words";

type Landing = Schemas["CatalogLanding"];
type Landed = Schemas["CatalogLanded"];

/** UploadWizard brings a file of rows to a new table. The file waits on the server; no table is made before the last button. */
export function UploadWizard() {
  const t = useWords(w);
  const shared = useWords(common);
  const navigate = useNavigate();
  const client = useQueryClient();
  const specs = useComponents();
  const { mine: teams, nameOf } = useTeams();
  const connections = useConnections().data;
  const [search, setSearch] = useSearchParams();
  const id = search.get("upload") ?? "";
  const fileName = search.get("file") ?? "";
  const step = search.get("step") ?? "file";
  const { data: upload, error } = useQuery({ queryKey: ["uploads", id], enabled: id !== "", staleTime: Infinity, queryFn: () => must(api.GET("/uploads/{upload}", { params: { path: { upload: id } } })) });

  const able = useMemo(() => (connections ?? []).filter((c) => links(specs?.find("connection", c.component)).upload), [connections, specs]);
  const [mine, setMine] = useState<{ of: string; columns?: Draft; named?: Named; connection?: string }>({ of: "" });
  const [skipBad, setSkipBad] = useState(false);
  const edits = mine.of === id ? mine : { of: id };
  const edit = (change: { columns?: Draft; named?: Named; connection?: string }) => setMine({ ...edits, ...change });
  const found = useMemo(() => draftOf(upload?.columns ?? [], [], upload?.event_time ?? ""), [upload]);
  const draft = ("columns" in edits && edits.columns) || found;
  const suggested = namedOf(`ods.upload.${tableOf(fileName)}`, "ODS", teams.length === 1 ? (teams[0]?.id ?? "") : "");
  const named = ("named" in edits && edits.named) || suggested;
  const connection = ("connection" in edits ? edits.connection : undefined) ?? (able.length === 1 ? able[0]?.name : undefined);
  const name = fullName(named);
  const exists = useTaken(name);
  const target = wellNamed(named) && !exists && connection !== undefined;

  const landing: Landing = {
    mode: "create",
    table: name,
    connection,
    team: named.team,
    layer: named.layer || undefined,
    columns: taken(draft),
    key: draft.key,
    event_time: draft.eventTime || undefined,
    max_bad: skipBad ? -1 : 0,
  };
  const dry = useQuery({
    queryKey: ["uploads", id, "dry", landing.table, connection, landing.columns, landing.key, landing.event_time],
    enabled: upload !== undefined && target && sound(draft) && (step === "columns" || step === "review"),
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => must(api.POST("/uploads/{upload}/land", { params: { path: { upload: id }, header: once() }, body: { ...landing, dry_run: true, max_bad: -1 }, signal })),
  });
  const land = useMutation({
    mutationFn: () => must(api.POST("/uploads/{upload}/land", { params: { path: { upload: id }, header: once() }, body: landing })),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["tables"] });
      void client.invalidateQueries({ queryKey: ["search"] });
      toast(t("upload.landed", { count: made.rows }));
      void navigate(made.table ? `/catalog/${made.table}` : "/catalog");
    },
  });
  const go = (key: string) => setSearch({ ...(id ? { upload: id, file: fileName } : {}), step: key }, { replace: true });
  const bad = dry.data?.bad ?? 0;
  const settings: Setting[] = [
    { label: t("upload.file"), value: <><Code>{fileName}</Code> {upload ? <Bytes value={upload.bytes} /> : null}</>, step: "file", yours: true },
    { label: t("discover.connection"), value: <Code>{connection}</Code>, why: t("upload.connectionWhy"), step: "target", yours: "connection" in edits },
    { label: t("name.name"), value: <Code>{name}</Code>, step: "target", yours: name !== fullName(suggested) },
    { label: shared("facet.team"), value: nameOf(named.team), why: t("name.teamHelp"), step: "target", yours: named.team !== suggested.team },
    { label: shared("declaration.columns"), value: t("newTable.columnsAnswer", { count: taken(draft).length }), why: upload?.notes?.[0], step: "columns", yours: "columns" in edits },
    { label: shared("overview.key"), value: draft.key.length > 0 ? <Code>{draft.key.join(", ")}</Code> : shared("overview.none"), why: draft.key.length > 0 ? t("newTable.keyWhy") : t("newTable.noKeyWhy"), step: "columns", yours: draft.key.length > 0 },
    { label: t("upload.badRows"), value: bad === 0 ? t("upload.noBad") : skipBad ? t("upload.badOut", { count: bad }) : t("upload.badStop", { count: bad }), step: "review", yours: skipBad },
  ];
  return (
    <Wizard
      glyph="upload"
      name={shared("browse.upload")}
      leave="/catalog"
      active={step}
      onStep={go}
      steps={[
        { key: "file", label: t("upload.file"), answer: upload ? fileName : undefined, ready: upload !== undefined },
        { key: "target", label: t("upload.target"), answer: target ? `${connection}: ${name}` : undefined, ready: target },
        { key: "columns", label: shared("declaration.columns"), answer: upload ? t("newTable.columnsAnswer", { count: taken(draft).length }) : undefined, ready: sound(draft) && !dry.error },
        { key: "review", label: t("wizard.review"), ready: dry.data !== undefined && !dry.error && !dry.isPlaceholderData && (bad === 0 || skipBad) },
      ]}
      title={t(`upload.title.${step === "target" || step === "columns" || step === "review" ? step : "file"}`)}
      note={upload ? <>{t("upload.waits")} <Time at={upload.expires} /></> : null}
      wide={step === "columns" || step === "review"}
      promise={step === "review" ? t("upload.promise", { name, count: dry.data?.rows ?? 0 }) : t("upload.promiseEarly")}
      finish={t("upload.land")}
      finishing={land.isPending}
      onFinish={() => land.mutate()}
    >
      {error && id ? <Failure problem={error} what={t("upload.gone")} /> : null}
      {step === "file" ? <Drop upload={upload} fileName={fileName} onUpload={(u, file) => (client.setQueryData(["uploads", u.id], u), setSearch({ upload: u.id, file, step: "target" }))} /> : null}
      {step === "target" ? (
        !connections || !specs ? (
          <Loading rows={4} />
        ) : able.length === 0 ? (
          <Empty what={t("upload.nowhere")} />
        ) : (
          <>
            <div className={css.form}>
              <label htmlFor="target">{t("discover.connection")}</label>
              <div className={css.field}>
                <Select id="target" value={connection} placeholder={t("newTable.chooseConnection")} options={able.map((c) => ({ value: c.name, label: c.name }))} onChange={(v) => edit({ connection: v })} />
                <small>{t("upload.connectionWhy")}</small>
              </div>
            </div>
            <div className={css.help}><NameForm value={named} onChange={(n) => edit({ named: n })} /></div>
          </>
        )
      ) : null}
      {step === "columns" && upload ? (
        <>
          {upload.notes?.length ? <ul className={css.notes}>{upload.notes.map((n) => <li key={n}><Glyph name="info" size={14} /> {n}</li>)}</ul> : null}
          <ColumnsEditor draft={draft} onChange={(d) => edit({ columns: d })} samples={valuesOf(dry.data)} fixedNames pick />
          {dry.error ? <Failure problem={dry.error} /> : <div className={css.outcome}><Outcome landed={dry.data} /></div>}
        </>
      ) : null}
      {step === "review" ? (
        <>
          <Review settings={settings} onStep={go} />
          {dry.error ? <Failure problem={dry.error} retry={() => void dry.refetch()} /> : null}
          {land.error ? <Failure problem={land.error} what={t("upload.failed")} /> : null}
          {bad > 0 ? (
            <div className={css.bar}>
              <Checkbox checked={skipBad} onChange={(e) => setSkipBad(e.target.checked)}>{t("upload.skip", { count: bad })}</Checkbox>
            </div>
          ) : null}
          {dry.data ? <Rejected landed={dry.data} /> : null}
          <div className={css.sub}>{t("upload.rowsTitle")} <Outcome landed={dry.data} /></div>
          <div className={css.grid}>{dry.data ? <SampleGrid columns={taken(draft)} rows={rowsOf(dry.data, draft)} empty={shared("sample.none")} /> : dry.error ? null : <Loading rows={6} height={24} />}</div>
        </>
      ) : null}
    </Wizard>
  );
}

/** tableOf makes a table's name of a file's: "Song plays 2026.csv.gz" is song_plays_2026. */
export function tableOf(file: string): string {
  const base = file.replace(/\.gz$/i, "").replace(/\.[a-z]+$/i, "");
  return base.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_+|_+$/g, "");
}

function rowsOf(landed: Landed, draft: Draft): unknown[][] {
  const names = taken(draft).map((c) => c.name);
  return (landed.preview ?? []).map((r) => names.map((n) => (r as Record<string, unknown>)[n]));
}

function valuesOf(landed: Landed | undefined): ReadonlyMap<string, readonly unknown[]> {
  const out = new Map<string, unknown[]>();
  for (const row of landed?.preview ?? []) {
    for (const [name, value] of Object.entries(row as Record<string, unknown>)) {
      const list = out.get(name);
      if (list) list.push(value);
      else out.set(name, [value]);
    }
  }
  return out;
}

function Outcome({ landed }: { landed: Landed | undefined }) {
  const t = useWords(w);
  if (!landed) return null;
  return (
    <small className={css.summary} role="status">
      <span><Num value={landed.rows} /> {t("upload.would")}</span>
      {landed.bad > 0 ? <span className={css.bad}><Num value={landed.bad} /> {t("upload.wouldNot")}</span> : null}
    </small>
  );
}

function Rejected({ landed }: { landed: Landed }) {
  const t = useWords(w);
  const shared = useWords(common);
  if (!landed.rejected?.length) return null;
  return (
    <table className={css.rejected}>
      <caption className="visually-hidden">{t("upload.badRows")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("upload.line")}</th>
          <th scope="col">{shared("lineage.column")}</th>
          <th scope="col">{t("upload.why")}</th>
          <th scope="col">{t("upload.code")}</th>
        </tr>
      </thead>
      <tbody>
        {landed.rejected.map((r, i) => (
          <tr key={i}>
            <td>{r.line ?? r.row}</td>
            <td><code>{r.column ?? "–"}</code></td>
            <td>{r.why}</td>
            <td><code>{r.code}</code></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Drop({ upload, fileName, onUpload }: { upload: Upload | undefined; fileName: string; onUpload: (u: Upload, file: string) => void }) {
  const t = useWords(w);
  const shared = useWords(common);
  const me = useMe();
  const input = useRef<HTMLInputElement>(null);
  const stop = useRef<AbortController>(undefined);
  const [over, setOver] = useState(false);
  const [part, setPart] = useState(0);
  const sending = useMutation({
    mutationFn: async (file: File) => {
      stop.current = new AbortController();
      setPart(0);
      onUpload(await send(file, me?.csrf_token ?? "", stop.current.signal, setPart), file.name);
    },
  });
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    const file = e.dataTransfer.files[0];
    if (file) sending.mutate(file);
  };
  const aborted = sending.error instanceof DOMException;
  return (
    <div>
      <div className={css.drop} data-over={over || undefined} onDragOver={(e) => (e.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)} onDrop={drop}>
        <input ref={input} type="file" className="visually-hidden" tabIndex={-1} aria-label={t("upload.choose")} accept=".csv,.json,.jsonl,.ndjson,.parquet,.gz" onChange={(e) => e.target.files?.[0] && sending.mutate(e.target.files[0])} />
        {sending.isPending ? (
          <>
            <span>{part < 1 ? t("upload.sending") : t("upload.reading")}</span>
            <Progress percent={Math.round(part * 100)} size="small" showInfo={part < 1} />
            <Button size="small" onClick={() => stop.current?.abort()}>{shared("cancel")}</Button>
          </>
        ) : (
          <>
            {upload ? <span><Glyph name="file" size={14} /> <Code>{fileName}</Code> <Bytes value={upload.bytes} /></span> : <span>{t("upload.drop")}</span>}
            <Button type={upload ? "default" : "primary"} onClick={() => input.current?.click()}>{upload ? t("upload.other") : t("upload.choose")}</Button>
            <small>{t("upload.formats")}</small>
          </>
        )}
      </div>
      {sending.error && !aborted ? <Failure problem={sending.error} what={t("upload.sendFailed")} /> : null}
    </div>
  );
}
