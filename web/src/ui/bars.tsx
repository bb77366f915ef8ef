import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { short } from "@/core/format";
import css from "./chart.module.css";
import type { Health } from "./status";

/** One bar; label is read out and shown on hover. */
export interface Bar {
  key: string;
  value: number | null;
  label: string;
  loud?: Health;
}

interface BarsProps {
  bars: readonly Bar[];
  /** what the whole shows, for those who do not see it. */
  label: string;
  height?: number;
  /** limit is a dashed line with its word. */
  limit?: { value: number; word: string };
  format?: (value: number) => string;
  /** from and to stand under the first and the last bar. */
  from?: ReactNode;
  to?: ReactNode;
  onSelect?: (key: string) => void;
}

const left = 44;
const right = 40;
const foot = 18;

/** Bars draws values one by one from zero, such as the last checkpoints. */
export function Bars({ bars, label, height = 110, limit, format = short, from, to, onSelect }: BarsProps) {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const el = holder.current;
    if (!el) return;
    const watch = new ResizeObserver(() => setWidth(el.clientWidth));
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  const top = nice(Math.max(limit?.value ?? 0, ...bars.map((b) => b.value ?? 0)));
  const room = Math.max(0, width - left - right);
  const tall = height - foot - 8;
  const y = (v: number) => 8 + tall - (v / top) * tall;
  const slot = bars.length > 0 ? room / bars.length : 0;
  return (
    <div ref={holder}>
      <svg className={css.bars} height={height} width={width} role="img" aria-label={label}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line className={css.gridLine} x1={left} x2={left + room} y1={y(top * part)} y2={y(top * part)} />
            <text className={css.axis} x={left - 8} y={y(top * part) + 4} textAnchor="end">
              {part === 0 ? "0" : format(top * part)}
            </text>
          </g>
        ))}
        {bars.map((b, i) => {
          const tallness = b.value === null ? 0 : Math.max(1, (b.value / top) * tall);
          return (
            <g key={b.key} onClick={onSelect ? () => onSelect(b.key) : undefined}>
              <rect className={css.hit} x={left + i * slot} y={8} width={slot} height={tall}>
                <title>{b.label}</title>
              </rect>
              <rect className={css.bar} data-loud={b.loud} x={left + i * slot + slot * 0.14} y={8 + tall - tallness} width={Math.max(1, slot * 0.72)} height={tallness} pointerEvents="none" />
            </g>
          );
        })}
        {limit ? (
          <g>
            <line className={css.limit} x1={left} x2={left + room} y1={y(limit.value)} y2={y(limit.value)} />
            <text className={css.limitText} x={left + room + 6} y={y(limit.value) + 4}>
              {limit.word}
            </text>
          </g>
        ) : null}
        <text className={css.axis} x={left} y={height - 4}>
          {from}
        </text>
        <text className={css.axis} x={left + room} y={height - 4} textAnchor="end">
          {to}
        </text>
      </svg>
    </div>
  );
}

/** nice rounds up to a figure that an axis can end at. */
function nice(v: number): number {
  if (v <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(v));
  return ([1, 2, 4, 5, 10].find((m) => m * unit >= v) ?? 10) * unit;
}
