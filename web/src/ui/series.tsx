import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { short, time } from "@/core/format";
import { useTheme } from "@/infra/theme";
import { language } from "@/infra/words";
import { zone } from "@/infra/zone";
import css from "./chart.module.css";

/** A measure over time; values go with the times of the chart, null is a gap. */
export interface Line {
  key: string;
  label: string;
  values: readonly (number | null)[];
}

export interface SeriesProps {
  /** times in milliseconds, rising. */
  times: readonly number[];
  lines: readonly Line[];
  label: string;
  height?: number;
  format?: (value: number) => string;
  events?: readonly { at: number; label: string }[];
  /** limit is drawn dashed, as what must not be passed. */
  limit?: number;
}

const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3], [10, 4]];
const endWidth = 92;

/** Lines differ in dash too, never in colour alone. */
export default function SeriesPlot({ times, lines, label, height = 160, format = short, events, limit }: SeriesProps) {
  const holder = useRef<HTMLDivElement>(null);
  const ends = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const theme = useTheme();
  const shape = lines.map((l) => l.key).join("\n");
  const latest = useRef({ lines, format, events, limit });
  latest.current = { lines, format, events, limit };

  useEffect(() => {
    const el = holder.current;
    if (!el) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const font = `11px ${colour("--sans")}`;
    const draw = (u: uPlot) => {
      const { ctx, bbox } = u;
      ctx.save();
      const rule = (x0: number, y0: number, x1: number, y1: number, stroke: string, dash: number[]) => {
        ctx.beginPath();
        ctx.strokeStyle = stroke;
        ctx.setLineDash(dash.map((d) => d * devicePixelRatio));
        ctx.moveTo(x0, y0);
        ctx.lineTo(x1, y1);
        ctx.stroke();
      };
      for (const e of latest.current.events ?? []) {
        const x = u.valToPos(e.at / 1000, "x", true);
        if (x >= bbox.left && x <= bbox.left + bbox.width) rule(x, bbox.top, x, bbox.top + bbox.height, colour("--text3"), [1, 3]);
      }
      if (latest.current.limit !== undefined) {
        const y = u.valToPos(latest.current.limit, "y", true);
        rule(bbox.left, y, bbox.left + bbox.width, y, colour("--busy-fg"), [4, 3]);
      }
      ctx.restore();
      place(u, ends.current, latest.current.lines);
    };
    const u = new uPlot(
      {
        width: Math.max(1, el.clientWidth),
        height,
        padding: [8, endWidth, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 6 } },
        scales: { x: { time: true }, y: { range: (_u, _low, high) => [0, Math.max(high ?? 0, latest.current.limit ?? 0, 1e-9) * 1.08] } },
        axes: [
          { stroke: colour("--text3"), font, size: 22, gap: 4, space: 90, grid: { show: false }, ticks: { show: false }, values: (_u, at) => at.map((v) => time(v * 1000, language(), zone, Date.now(), "minute")) },
          { stroke: colour("--text3"), font, size: 52, gap: 6, space: height / 3.4, grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, values: (_u, at) => at.map((v) => latest.current.format(v)) },
        ],
        series: [{}, ...latest.current.lines.map((l, i) => ({ label: l.label, stroke: colour(`--chart-${(i % 6) + 1}`), width: 1.5, dash: dashes[i % dashes.length], points: { show: false } }))],
        hooks: { draw: [draw], setCursor: [(cursor) => place(cursor, ends.current, latest.current.lines, latest.current.format)] },
      },
      [[], ...latest.current.lines.map(() => [])] as unknown as uPlot.AlignedData,
      el,
    );
    plot.current = u;
    const watch = new ResizeObserver(() => u.setSize({ width: Math.max(1, el.clientWidth), height }));
    watch.observe(el);
    return () => {
      watch.disconnect();
      u.destroy();
      plot.current = undefined;
    };
  }, [shape, theme, height]);

  useEffect(() => {
    plot.current?.setData([times.map((t) => t / 1000), ...lines.map((l) => [...l.values])] as uPlot.AlignedData);
  }, [times, lines, theme, height]);

  return (
    <>
      <div ref={holder} role="img" aria-label={label} />
      <div ref={ends} className={css.ends} aria-hidden>
        {lines.map((l, i) => (
          <span key={l.key} className={css.end} data-chart={(i % 6) + 1} />
        ))}
      </div>
    </>
  );
}

/** place writes each line's name where it ends, or, under the cursor, its value there; names never lie on each other. */
function place(u: uPlot, ends: HTMLElement | null, lines: readonly Line[], format?: (v: number) => string): void {
  if (!ends) return;
  const at = format ? u.cursor.idx : undefined;
  const spots = lines.map((line, i) => {
    const values = u.data[i + 1] ?? [];
    let k = at ?? values.length - 1;
    while (k > 0 && at === undefined && (values[k] === null || values[k] === undefined)) k--;
    const value = values[k];
    const last = [...values].reverse().find((v) => v !== null && v !== undefined);
    return { i, text: at !== null && at !== undefined && format ? `${value === null || value === undefined ? "–" : format(value)} ${line.label}` : line.label, y: last === null || last === undefined ? undefined : u.valToPos(last, "y") };
  });
  const top = u.bbox.top / devicePixelRatio;
  let floor = -Infinity;
  for (const s of spots.filter((s) => s.y !== undefined).sort((a, b) => (a.y ?? 0) - (b.y ?? 0))) {
    const span = ends.children[s.i] as HTMLElement | undefined;
    if (!span) continue;
    floor = Math.max(floor + 14, (s.y ?? 0) + top - 8);
    span.style.top = `${floor}px`;
    span.textContent = s.text;
  }
}
