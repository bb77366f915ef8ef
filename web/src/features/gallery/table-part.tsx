import { useState } from "react";
import { Spark } from "@/ui/chart";
import { KindTile } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { type Health, needsSomeone, Status } from "@/ui/status";
import { DataTable, type TableColumn } from "@/ui/table";
import { Code, Num } from "@/ui/text";
import css from "./gallery.module.css";

interface Line {
  id: string;
  health: Health;
  name: string;
  rate: number;
  lag: number;
}

const healths: Health[] = ["failed", "backpressured", "busy", "running", "running", "running", "idle", "stopped", "starting", "unconfirmed"];
const began = Date.now();
const rows: Line[] = Array.from({ length: 1000 }, (_, i) => ({ id: `p${i}`, health: i < 3 ? (healths[i] ?? "running") : i < 20 ? (healths[3 + (i % 7)] ?? "running") : "running", name: `song_play_wide_${i}`, rate: (i * 7919) % 31_706, lag: i % 4 === 0 ? 0 : i * 13 }));
const columns: TableColumn<Line>[] = [
  { key: "status", title: "Status", width: 190, render: (r) => <Status health={r.health} since={began - r.rate * 100_000} /> },
  { key: "name", title: "Name and output", min: 240, sort: (a, b) => a.name.localeCompare(b.name), render: (r) => <span className={css.named}><KindTile kind="relational" /> <strong>{r.name}</strong> <Code>ads.music.song_play</Code></span> },
  { key: "rate", title: "Rows/s", width: 100, align: "end", sort: (a, b) => a.rate - b.rate, render: (r) => <Num value={r.rate} /> },
  { key: "spark", title: "Last 30 min", width: 110, render: (r) => <Spark points={[1, 3, 2, 5, 4, 6, 3, 5, r.rate % 9]} loud={needsSomeone(r.health) ? r.health : undefined} /> },
  { key: "lag", title: "Lag rows", width: 110, align: "end", sort: (a, b) => a.lag - b.lag, render: (r) => <Num value={r.lag} /> },
  { key: "owner", title: "Owner", width: 120, render: () => "Lin Qiao" },
];
const keyOf = (r: Line) => r.id;
const barOf = (r: Line) => (needsSomeone(r.health) ? r.health : undefined);
const actionsOf = () => (
  <>
    <IconButton small glyph="stop" label="Stop" />
    <IconButton small glyph="restart" label="Restart" />
    <IconButton small glyph="more" label="More actions" />
  </>
);

export function TablePart() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(["p4"]));
  return <DataTable label="Pipelines" rows={rows} columns={columns} rowKey={keyOf} selected={selected} onSelect={setSelected} bar={barOf} rowActions={actionsOf} dim={(r) => r.health === "unconfirmed"} foot={<span>1,000 pipelines</span>} />;
}
