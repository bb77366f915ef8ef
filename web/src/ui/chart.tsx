import { lazy, Suspense } from "react";
import { number, short } from "@/core/format";
import { useWords } from "@/infra/words";
import css from "./chart.module.css";
import type { ChartProps } from "./chart-echarts";
import type { SeriesProps } from "./series";
import type { Health } from "./status";
import { w } from "./words";

export { Bars } from "./bars";
export type { ChartProps } from "./chart-echarts";
export type { Line, SeriesProps } from "./series";

const LazySeries = lazy(() => import("./series"));
const LazyChart = lazy(() => import("./chart-echarts"));

/** Spark is the last points as a line, grey unless it matters. null is a gap. */
export function Spark({ points, width = 84, height = 20, loud, label }: { points: readonly (number | null)[]; width?: number; height?: number; loud?: Health; label?: string }) {
  const t = useWords(w);
  const known = points.filter((p): p is number => p !== null);
  const high = known.length > 0 ? Math.max(...known) : 0;
  const top = high > 0 ? high : 1;
  const step = points.length > 1 ? width / (points.length - 1) : width;
  const y = (v: number) => Math.round((height - 1.5 - (v / top) * (height - 3)) * 10) / 10;
  const runs: string[][] = [];
  let run: string[] | undefined;
  points.forEach((p, i) => {
    if (p === null) {
      run = undefined;
      return;
    }
    if (!run) runs.push((run = []));
    run.push(`${Math.round(i * step * 10) / 10},${y(p)}`);
  });
  return (
    <svg className={css.spark} data-loud={loud} width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label ?? t("points", { n: points.length, last: number(known.at(-1)), high: short(high) })}>
      {runs.map((r) => {
        const first = r[0]?.split(",")[0] ?? "0";
        const last = r.at(-1)?.split(",")[0] ?? "0";
        return (
          <g key={first}>
            <path className={css.area} d={`M${first},${height} L${r.join(" L")} L${last},${height}z`} />
            <polyline className={css.stroke} points={r.join(" ")} />
          </g>
        );
      })}
    </svg>
  );
}

/** Series draws measures over time: three lines of a grid, labels at the lines' ends, events as dotted lines. */
export function Series(props: SeriesProps) {
  return (
    <div className={css.holder} style={{ height: props.height ?? 160 }}>
      <Suspense fallback={null}>
        <LazySeries {...props} />
      </Suspense>
    </div>
  );
}

/** Chart draws the result of a query. */
export function Chart(props: ChartProps) {
  return (
    <div className={css.holder} style={{ height: props.height ?? 320 }}>
      <Suspense fallback={null}>
        <LazyChart {...props} />
      </Suspense>
    </div>
  );
}
