import { useMemo, useState } from "react";
import { ceiling, type Epoch, summarize } from "@/core/epochs";
import { clauses, duration, time } from "@/core/format";
import { useLanguage, useWords } from "@/infra/words";
import { zone } from "@/infra/zone";
import { Section } from "@/ui/page";
import { StatusGlyph } from "@/ui/status";
import { Span } from "@/ui/text";
import { useNarrow } from "../list/narrow";
import { usePipe } from "./pipe";
import css from "./strip.module.css";
import { detailWords } from "./words";

/** EpochStrip draws how long the last epochs took: one that is slow stands out, one that failed has a mark. */
export function EpochStrip() {
  const t = useWords(detailWords);
  const l = useLanguage();
  const { epochs } = usePipe();
  const sum = useMemo(() => summarize(epochs), [epochs]);
  const every = sum.every > 0 ? [t("epochs.every", { span: duration(sum.every < 10 ? Math.round(sum.every * 10) * 100 : Math.round(sum.every) * 1000, l) })] : [];
  return (
    <Section
      flush
      title={t("epochs.title")}
      note={epochs.length > 0 ? clauses([t("epochs.note", { count: epochs.length }), ...every], l) : undefined}
      aside={
        epochs.length > 0 ? (
          <span className={css.sums}>
            <span>
              {t("epochs.median")} <Span value={sum.failed < epochs.length ? sum.median : undefined} />
            </span>
            <span>
              {t("epochs.slowest")} <Span value={sum.failed < epochs.length ? sum.slowest : undefined} />
            </span>
            {sum.failed > 0 ? (
              <span className={css.failed}>
                <StatusGlyph health="failed" /> {t("epochs.failed", { count: sum.failed })}
              </span>
            ) : null}
          </span>
        ) : undefined
      }
    >
      {epochs.length > 0 ? <Strip epochs={epochs} slow={sum.slow} /> : <p className={css.none}>{t("epochs.none")}</p>}
    </Section>
  );
}

/** places is how many epochs the strip has room for. */
const places = 60;
/** wide and small are how the strip is drawn, in units that are stretched to the page: a phone gives the scale a larger part. */
const wide = { width: 800, height: 104, left: 44, right: 44, top: 10, bottom: 22 };
const small = { ...wide, left: 124, right: 60 };

function Strip({ epochs, slow }: { epochs: readonly Epoch[]; slow: number }) {
  const t = useWords(detailWords);
  const l = useLanguage();
  const box = useNarrow() ? small : wide;
  const [over, setOver] = useState<number>();
  const top = ceiling(Math.max(1, ...epochs.filter((e) => !e.failed).map((e) => e.duration_ms)));
  const inner = { width: box.width - box.left - box.right, height: box.height - box.top - box.bottom };
  const y = (ms: number) => box.top + inner.height * (1 - Math.min(1, ms / top));
  const step = inner.width / places;
  const x = (i: number) => box.left + (places - epochs.length + i) * step;
  const tell = (e: Epoch) => (e.failed ? t("epochs.barFailed", { number: e.number, code: e.failed }) : t("epochs.bar", { number: e.number, took: duration(e.duration_ms, l) }));
  const ticks = [0, 20, 40, 59].map((p) => ({ p, e: epochs[p - (places - epochs.length)] })).filter((k) => k.e !== undefined);
  const shown = over === undefined ? undefined : epochs[over];
  return (
    <div className={css.holder}>
      <svg className={css.strip} viewBox={`0 0 ${box.width} ${box.height}`} preserveAspectRatio="none" role="img" aria-label={t("epochs.label")} onMouseLeave={() => setOver(undefined)}>
        {[0, top / 2, top].map((v) => (
          <line key={v} className={css.grid} x1={box.left} x2={box.width - box.right} y1={y(v)} y2={y(v)} />
        ))}
        {slow < top ? <line className={css.slow} x1={box.left} x2={box.width - box.right} y1={y(slow)} y2={y(slow)} /> : null}
        {epochs.map((e, i) => (
          <g key={`${e.number}/${e.at}`} onMouseEnter={() => setOver(i)}>
            <rect className={css.hit} x={x(i)} y={box.top} width={step} height={inner.height} />
            {e.failed ? null : (
              <rect className={css.bar} data-slow={e.duration_ms >= slow || undefined} data-over={over === i || undefined} x={x(i) + step * 0.16} width={step * 0.68} y={Math.min(y(e.duration_ms), box.top + inner.height - 1.5)} height={Math.max(1.5, box.top + inner.height - y(e.duration_ms))} />
            )}
          </g>
        ))}
      </svg>
      {[0, top / 2, top].map((v) => (
        <span key={v} className={css.scale} style={{ top: `${(y(v) / box.height) * 100}%` }}>
          {duration(v, l)}
        </span>
      ))}
      {slow < top ? (
        <span className={css.slowWord} style={{ top: `${(y(slow) / box.height) * 100}%` }}>
          {t("epochs.slow")}
        </span>
      ) : null}
      {epochs.map((e, i) =>
        e.failed ? (
          <span key={`${e.number}/${e.at}`} className={css.mark} title={tell(e)} style={{ left: `${((x(i) + step / 2) / box.width) * 100}%` }}>
            <StatusGlyph health="failed" label={tell(e)} />
          </span>
        ) : null,
      )}
      {ticks.map(({ p, e }) => (
        <span key={p} className={css.tick} style={{ left: `${((box.left + (p + 0.5) * step) / box.width) * 100}%` }}>
          {time(e ? Date.parse(e.at) : undefined, l, zone, Date.now(), "clock")}
        </span>
      ))}
      {shown ? (
        <span className={css.over} style={{ left: `${(Math.min(x(over ?? 0), box.width - 180) / box.width) * 100}%` }}>
          {tell(shown)}
        </span>
      ) : null}
    </div>
  );
}
