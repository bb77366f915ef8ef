import { memo, type ReactNode } from "react";
import { useWords } from "@/infra/words";
import { Age } from "./text";
import css from "./status.module.css";
import { w } from "./words";

/** Health is how something that runs stands, and what of it can be confirmed. */
export type Health = "running" | "idle" | "busy" | "backpressured" | "failed" | "stopped" | "starting" | "unconfirmed";

/** needsSomeone says whether a state asks a person to look: it is coloured then, and bold in its word. */
export function needsSomeone(health: Health): boolean {
  return health === "failed" || health === "backpressured" || health === "busy";
}

/** StatusGlyph is the shape of a state; no two have the same. */
export const StatusGlyph = memo(function StatusGlyph({ health, size = 12, label }: { health: Health; size?: number; label?: string }) {
  return (
    <svg className={css.glyph} data-health={health} width={size} height={size} viewBox="0 0 12 12" role={label ? "img" : undefined} aria-label={label} aria-hidden={label ? undefined : true}>
      {shapes[health]}
    </svg>
  );
});

const shapes: Record<Health, ReactNode> = {
  running: (
    <>
      <circle cx={6} cy={6} r={5} className={css.solid} />
      <path d="M4.800 3.900v4.200L8.200 6z" className={css.mark} />
    </>
  ),
  idle: <circle cx={6} cy={6} r={4.2} className={css.line} />,
  busy: <path d="M6 .8 11.200 6 6 11.200.8 6z" className={css.solid} />,
  backpressured: (
    <>
      <path d="M1.400 1.200h2v9.600h-2z" className={css.solid} />
      <path d="M10.800 2.200v7.600L4.600 6z" className={css.solid} />
    </>
  ),
  failed: (
    <>
      <path d="M3.800.7h4.400l3.100 3.100v4.400l-3.100 3.100H3.800L.7 8.200V3.800z" className={css.solid} />
      <path d="M4.200 4.200l3.600 3.600M7.800 4.200 4.200 7.800" className={css.cross} />
    </>
  ),
  stopped: <path d="M1.600 1.600h8.800v8.800H1.600z" className={css.solid} />,
  starting: (
    <>
      <circle cx={6} cy={6} r={4.4} className={css.track} />
      <path d="M6 1.600A4.400 4.400 0 0 1 10.400 6" className={`${css.line} ${css.turning}`} />
    </>
  ),
  unconfirmed: <circle cx={6} cy={6} r={4.400} className={css.dashed} />,
};

/** Status is a state as it is always written: shape, word and age. The word can be another one (word), a remark follows (note). */
export const Status = memo(function Status({ health, since, note, word }: { health: Health; since?: string | number | null; note?: ReactNode; word?: string }) {
  const t = useWords(w);
  return (
    <span className={css.status} data-health={health} data-loud={needsSomeone(health) || undefined}>
      <StatusGlyph health={health} />
      <span className={css.word}>{word ?? t(`status.${health}`)}</span>
      {since !== undefined && since !== null ? (
        <span className={css.age}>
          <Age at={since} />
        </span>
      ) : null}
      {note ? <span className={css.age}>{note}</span> : null}
    </span>
  );
});
