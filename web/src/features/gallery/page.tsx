import { Button } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { Problem } from "@/infra/api";
import { useWords } from "@/infra/words";
import { Bars, Chart, Series, Spark } from "@/ui/chart";
import { CodeEditor } from "@/ui/code";
import { Glyph, type GlyphName, type Kind, KindTile, Layer } from "@/ui/glyph";
import { glyphs } from "@/ui/glyphs";
import { SampleGrid } from "@/ui/grid";
import { IconButton, Menu, Search, Segmented } from "@/ui/menu";
import { Confirm, Drawer, Facts, Page, Pairs, Scroll, Section, Split, Tabs, TopBar } from "@/ui/page";
import { Empty, Failure, Loading, Stale, toast } from "@/ui/states";
import { type Health, Status } from "@/ui/status";
import { Age, Bytes, Code, Null, Num, Share, Span, Time } from "@/ui/text";
import { FormPart } from "./form-part";
import css from "./gallery.module.css";
import { TablePart } from "./table-part";
import { w } from "./words";

const healths: Health[] = ["running", "idle", "busy", "backpressured", "failed", "stopped", "starting", "unconfirmed"];
const kinds: Kind[] = ["source", "transform", "sink", "view", "relational", "ab"];
const start = Date.now();
const times = Array.from({ length: 90 }, (_, i) => start - (90 - i) * 20_000);
const wave = (n: number, high: number) => times.map((_, i) => (i > 50 && i < 56 && n === 2 ? null : Math.round(high * (0.6 + 0.3 * Math.sin(i / (4 + n)) + 0.1 * Math.sin(i * 7 * n)))));
const lines = [
  { key: "in", label: "In", values: wave(1, 12_480) },
  { key: "out", label: "Out", values: wave(2, 9866) },
  { key: "dead", label: "Dead letters", values: wave(3, 1200) },
];
const sampleColumns = [
  { name: "played_at", type: "timestamp" },
  { name: "play_id", type: "string" },
  { name: "member_id", type: "int64" },
  { name: "song_title", type: "string" },
  { name: "ms_played", type: "int32" },
  { name: "device", type: "struct<os string, app string>" },
  { name: "genre", type: "string" },
];
const sampleRows = Array.from({ length: 200 }, (_, i) => [`2026-01-12T20:41:12.${String(i).padStart(3, "0")}Z`, `8f21${i.toString(16).padStart(2, "0")}`, 40_118_226 + i * 37, ["夜航星", "Paper Lanterns", "雨后站台", null][i % 4], 199_400 - i * 331, { os: "iOS", app: "9.2.1" }, i % 5 === 3 ? null : "dream pop"]);
const yaml = `kind: flow
name: song_play_wide
nodes:
  - id: plays
    use: read_table
    params:
      table: cdm.dwd.play_log # the facts
  - id: valid
    use: filter
    inputs: [plays]
    params:
      where: ms_played > 30000 and member_id is not nul
`;

/** Gallery shows the kit's parts, one page each: base, table, grid, form, code, chart. */
export function Gallery() {
  const t = useWords(w);
  const part = useSearchParams()[0].get("part") ?? "base";
  const parts = ["base", "table", "grid", "form", "code", "chart"];
  return (
    <Page>
      <TopBar crumbs={[{ label: t("title"), to: "/_ui" }, { label: part }]} glyph="model" status={<Status health="backpressured" since={start - 360_000} />} aside="confirmed 0.4 s ago" actions={<><Button>Stop</Button><Button type="primary">Deploy v15</Button><Menu items={[{ key: "a", label: "Duplicate", glyph: "copy", hotkey: "Ctrl D", onClick: () => toast("Copied") }, "-", { key: "b", label: "Delete table", glyph: "trash", danger: true, onClick: () => toast("Deleted") }]} /></>} />
      <Tabs items={parts.map((p, i) => ({ key: p, label: p, to: `/_ui?part=${p}`, count: i === 1 ? 1000 : undefined }))} active={part} aside="v14, embedded engine" />
      {part === "base" ? <Base /> : null}
      {part === "table" ? <TablePart /> : null}
      {part === "grid" ? (
        <Split name="gallery" side="bottom" size={400} panel={<SampleGrid label="Sample" columns={sampleColumns} rows={sampleRows} accent={new Set(["song_title", "genre"])} problems={[{ row: 2, column: "ms_played", text: "ms_played is text" }]} onColumn={(c) => toast(c)} />}>
          <SampleGrid label="Empty" columns={sampleColumns} rows={[]} stats={{ member_id: "0 null, 200 values" }} />
        </Split>
      ) : null}
      {part === "form" ? <FormPart /> : null}
      {part === "code" ? <CodePart /> : null}
      {part === "chart" ? <ChartPart /> : null}
    </Page>
  );
}

function Base() {
  const [text, setText] = useState("");
  const [seg, setSeg] = useState("canvas");
  const [drawer, setDrawer] = useState(false);
  const [confirm, setConfirm] = useState(false);
  return (
    <Scroll>
      <Facts items={[{ label: "In", value: <Num value={12480} />, note: "rows/s" }, { label: "Lag in time", value: "38", note: "s, alert at 30", loud: "backpressured" }, { label: "State", value: <Bytes value={4.2 * 1024 ** 3} /> }, { label: "Busy", value: <Share value={0.961} />, loud: "busy" }, { label: "Dead letters", value: <Num value={0} /> }]} />
      <Section title="Status" aside={<Stale at={start - 42_000} />}>
        <div className={css.row}>{healths.map((h) => <Status key={h} health={h} since={start - 260_000} />)}</div>
      </Section>
      <Section title="Glyphs" note={`${Object.keys(glyphs).length}`}>
        <div className={css.glyphs}>{(Object.keys(glyphs) as GlyphName[]).map((name) => <span key={name} title={name}><Glyph name={name} />{name}</span>)}</div>
      </Section>
      <Section title="Kinds, layers, texts">
        <div className={css.row}>
          {kinds.map((k) => <KindTile key={k} kind={k} />)}
          <Layer layer="ODS" /><Layer layer="CDM" /><Layer layer="ADS" /><Layer layer="sandbox" />
          <Num value={18306411} unit="rows" /><Num value={8612} brief /><Num value={null} /><Bytes value={193_000_000} /><Share value={0.000004} /><Span value={252_000} /><Age at={start - 52_000} phrase /><Time at={start} /><Time at={start - 90_000_000} /><Code>type.not_integer</Code><Null />
        </div>
      </Section>
      <Section title="Controls" flush>
        <div className={css.pad}>
          <div className={css.row}>
            <Search value={text} onChange={setText} placeholder="Name, column, owner" />
            <Segmented label="As" value={seg} onChange={setSeg} options={[{ value: "canvas", label: "Canvas" }, { value: "yaml", label: "YAML" }, { value: "sql", label: "SQL" }]} />
            <IconButton glyph="undo" label="Undo" hotkey="Ctrl Z" /><IconButton glyph="redo" label="Redo" disabled /><IconButton glyph="eye" label="Show" pressed />
            <Button onClick={() => setDrawer(true)}>Drawer</Button><Button danger onClick={() => setConfirm(true)}>Delete table</Button><Button type="primary" onClick={() => toast("Published v15", { label: "Undo", run: () => toast("Undone") })}>Publish</Button>
          </div>
        </div>
        <Empty what="No experiments yet." action={<Button size="small">Create experiment</Button>} />
        <Failure problem={new Problem({ status: 504, code: "clickhouse.timeout", title: "", detail: "ClickHouse did not answer within 30 s. No rows lost.", fix: "It is tried again in 10 s.", request: "bc39564b" })} retry={() => toast("again")} />
        <Loading rows={2} />
      </Section>
      <Section title="State"><div className={css.narrow}><Pairs items={[{ label: "Song versions held", value: <Num value={18306411} /> }, { label: "Size on disk", value: <Bytes value={4.2 * 1024 ** 3} /> }]} /></div></Section>
      <Drawer open={drawer} onClose={() => setDrawer(false)} title="play_log to song" footer={<Button type="primary">Save</Button>}><Section title="Keys">Content</Section></Drawer>
      <Confirm open={confirm} onClose={() => setConfirm(false)} title="Delete cdm.dwd.play_log?" action="Delete table" type="cdm.dwd.play_log" onConfirm={() => Promise.reject(new Problem({ status: 409, code: "catalog.in_use", title: "", detail: "3 pipelines read it.", fix: "Stop them first." }))}>18,306,411 rows go with it. 3 models read it.</Confirm>
    </Scroll>
  );
}

function CodePart() {
  const [text, setText] = useState(yaml);
  const [expr, setExpr] = useState("CASE WHEN ms_played > 30000 THEN 'full' ELSE lower(source) END");
  const from = text.indexOf("is not nul");
  return (
    <Scroll>
      <Section title="YAML" flush><CodeEditor language="yaml" value={text} onChange={setText} height={300} diagnostics={from < 0 ? [] : [{ from, to: from + 10, severity: "error", message: "Write IS NOT NULL." }]} /></Section>
      <Section title="Expression"><div className={css.narrow}><CodeEditor language="expr" value={expr} onChange={setExpr} label="Expression" completions={(t, o) => ({ from: o - (/\w*$/.exec(t.slice(0, o))?.[0].length ?? 0), options: [{ label: "ms_played", kind: "column", detail: "int32" }, { label: "member_id", kind: "column", detail: "int64" }, { label: "mod", kind: "function", detail: "mod(a, b)", info: "The rest of a division." }] })} /></div></Section>
      <Section title="SQL" flush><CodeEditor language="sql" readOnly value={"CREATE TABLE plays (id BIGINT, name STRING); -- facts\nINSERT INTO ads.top SELECT song_id, count(*) AS plays FROM play_log WHERE ms_played > 30000 GROUP BY song_id;"} height={120} /></Section>
    </Scroll>
  );
}

function ChartPart() {
  return (
    <Scroll>
      <Section title="Spark"><div className={css.row}><Spark points={wave(1, 100)} /><Spark points={wave(2, 100)} loud="backpressured" /><Spark points={[...wave(1, 50), 0, 0, 0]} loud="failed" /><Spark points={[]} /></div></Section>
      <Section title="Rows per second"><Series label="Rows per second" times={times} lines={lines} events={[{ at: times[40] ?? 0, label: "deployed" }]} /></Section>
      <Section title="Checkpoints"><Bars label="Checkpoint durations" limit={{ value: 5, word: "slow" }} from="20:11" to="20:41" format={(v) => `${v} s`} bars={Array.from({ length: 60 }, (_, i) => ({ key: String(i), value: 1.2 + (i % 5) * 0.2 + (i > 45 ? (i - 45) * 0.5 : 0), label: `Epoch ${i}`, loud: i > 53 ? ("busy" as const) : undefined }))} /></Section>
      <Section title="Query"><Chart kind="bar" label="Plays" x={["Mon", "Tue", "Wed", "Thu", "Fri"]} series={[{ name: "plays", values: [120, 200, 150, 80, 70] }, { name: "likes", values: [20, 30, 15, 8, 7] }]} height={220} /></Section>
    </Scroll>
  );
}
