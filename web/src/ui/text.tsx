import { memo, type ReactNode } from "react";
import { ago, ageOf, bytesOf, duration, millis, number, share, short, time, type TimeForm, unknown } from "@/core/format";
import { useLanguage } from "@/infra/words";
import { zone } from "@/infra/zone";
import { useClock } from "./now";
import css from "./text.module.css";

/** The parts of a page that show a value are drawn anew only when the value has changed: a list has hundreds, and a tick each second. */

function Figure({ text, unit, zero }: { text: string; unit?: string; zero?: boolean }) {
  return (
    <span className={zero || text === unknown ? `${css.figure} ${css.quiet}` : css.figure}>
      {text}
      {unit && text !== unknown ? <span className={css.unit}>{unit}</span> : null}
    </span>
  );
}

/** Num is a measure. Zero is grey, unknown is a dash; brief shortens it for tight places. */
export const Num = memo(function Num({ value, unit, brief }: { value: number | bigint | null | undefined; unit?: string; brief?: boolean }) {
  return <Figure text={brief && typeof value === "number" ? short(value) : number(value)} unit={unit} zero={value === 0 || value === 0n} />;
});

/** Bytes is a size. */
export const Bytes = memo(function Bytes({ value }: { value: number | null | undefined }) {
  const [text, unit] = bytesOf(value);
  return <Figure text={text} unit={unit} zero={value === 0} />;
});

/** Share is a part of 1, as per cent. */
export const Share = memo(function Share({ value }: { value: number | null | undefined }) {
  return <Figure text={share(value)} zero={value === 0} />;
});

/** Span is a length of time, in milliseconds. */
export const Span = memo(function Span({ value }: { value: number | null | undefined }) {
  return <Figure text={duration(value, useLanguage())} zero={value === 0} />;
});

type Moment = string | number | Date | null | undefined;

/** Age is how long something has been so: "6 min"; with phrase "6 min ago". The exact time shows on hover and is read out. */
export const Age = memo(function Age({ at, phrase }: { at: Moment; phrase?: boolean }) {
  const l = useLanguage();
  const ms = millis(at);
  const text = useClock((now) => (phrase ? ago : ageOf)(ms, now, l));
  if (ms === undefined) return <span className={css.quiet}>{unknown}</span>;
  return (
    <time className={css.figure} dateTime={new Date(ms).toISOString()} title={time(ms, l, zone, ms, "full")}>
      {text}
    </time>
  );
});

/** Around is a text with something in it that draws itself, where the words have \u0000 in the place of its value. */
export function Around({ text, children }: { text: string; children: ReactNode }) {
  const [before, after] = text.split("\u0000");
  return (
    <>
      {before}
      {children}
      {after}
    </>
  );
}

/** Time is a moment in the page's zone. */
export const Time = memo(function Time({ at, form }: { at: Moment; form?: TimeForm }) {
  const l = useLanguage();
  const ms = millis(at);
  const text = useClock((now) => time(ms, l, zone, now, form));
  if (ms === undefined) return <span className={css.quiet}>{unknown}</span>;
  return (
    <time className={css.figure} dateTime={new Date(ms).toISOString()} title={time(ms, l, zone, ms, "full")}>
      {text}
    </time>
  );
});

/** Code is the name of something that is written in a text: a table, a column, a code of an error. */
export function Code({ children, block }: { children: ReactNode; block?: boolean }) {
  return block ? <pre className={css.block}>{children}</pre> : <code className={css.code}>{children}</code>;
}

/** Null is the value that is none. */
export function Null() {
  return <span className={css.null}>NULL</span>;
}

/** Note is grey text of the context. */
export function Note({ children }: { children: ReactNode }) {
  return <span className={css.note}>{children}</span>;
}
