import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTheme } from "@/infra/theme";

use([BarChart, LineChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

export interface ChartProps {
  kind: "line" | "bar" | "scatter";
  /** x are the categories, or the times or numbers of the horizontal axis. */
  x: readonly (string | number)[];
  axis?: "category" | "time" | "value";
  series: readonly { name: string; values: readonly (number | null)[] }[];
  stacked?: boolean;
  label: string;
  height?: number;
}

const symbols = ["circle", "rect", "triangle", "diamond", "emptyCircle", "pin"];
const dashes = ["solid", "dashed", "dotted"];

/** The result of a query as a chart, in the page's colours. */
export default function QueryChart({ kind, x, axis = "category", series, stacked, label, height = 320 }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const el = holder.current;
    if (!el) return;
    const chart = init(el, undefined, { renderer: "svg" });
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const words = { color: colour("--text3"), fontSize: 11, fontFamily: colour("--sans") };
    const option: EChartsCoreOption = {
      animation: false,
      color: [1, 2, 3, 4, 5, 6].map((n) => colour(`--chart-${n}`)),
      textStyle: { fontFamily: colour("--sans") },
      grid: { left: 8, right: 16, top: series.length > 1 ? 32 : 12, bottom: 4, containLabel: true },
      legend: series.length > 1 ? { top: 0, left: 0, icon: "roundRect", itemHeight: 4, itemWidth: 14, textStyle: words } : undefined,
      tooltip: { renderMode: "richText", trigger: kind === "scatter" ? "item" : "axis", backgroundColor: colour("--raised"), borderColor: colour("--line"), textStyle: { color: colour("--text"), fontSize: 12 } },
      xAxis: { type: axis, data: axis === "category" ? [...x] : undefined, axisLine: { lineStyle: { color: colour("--lineStrong") } }, axisTick: { show: false }, axisLabel: words, splitLine: { show: false } },
      yAxis: { type: "value", splitNumber: 3, axisLabel: words, splitLine: { lineStyle: { color: colour("--line") } } },
      series: series.map((s, i) => ({
        type: kind,
        name: s.name,
        stack: stacked ? "all" : undefined,
        data: axis === "category" ? [...s.values] : s.values.map((v, k) => [x[k], v]),
        symbol: symbols[i % symbols.length],
        symbolSize: kind === "scatter" ? 6 : 4,
        showSymbol: kind === "scatter" || x.length < 40,
        lineStyle: { width: 1.5, type: dashes[i % dashes.length] },
        barMaxWidth: 28,
      })),
    };
    chart.setOption(option);
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(el);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [kind, x, axis, series, stacked, theme, height]);
  return <div ref={holder} role="img" aria-label={label} style={{ height }} />;
}
