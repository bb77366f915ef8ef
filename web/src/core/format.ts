/**
 * How numbers and times are written, in both languages, by the rules in LOOK.md. Pure: whoever calls says the language, the zone and what time it is now.
 */

export type Language = "en" | "zh";

/** unknown stands where nothing is known. */
export const unknown = "–";

const minus = "−";

function signed(text: string): string {
  return text.replace("-", minus);
}

function fixed(v: number, digits: number): string {
  return signed(v.toLocaleString("en-US", { maximumFractionDigits: digits }));
}

/** digitsOf is how many decimals a measure of this size deserves. */
function digitsOf(v: number): number {
  const a = Math.abs(v);
  return a >= 100 ? 0 : a >= 10 ? 1 : a >= 1 ? 2 : 3;
}

/** number writes a measure whole: 18,306,411. Fractions keep three significant digits; big integers never lose any. */
export function number(v: number | bigint | null | undefined): string {
  if (v === null || v === undefined) return unknown;
  if (typeof v === "bigint") return signed(v.toLocaleString("en-US"));
  if (!Number.isFinite(v)) return unknown;
  return fixed(v, Number.isInteger(v) ? 0 : digitsOf(v));
}

const thousands = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** short writes a measure in little space, for edges and axes: 8.6 k. Tables use number. */
export function short(v: number | null | undefined): string {
  if (v === null || v === undefined || !Number.isFinite(v)) return unknown;
  const a = Math.abs(v);
  for (const [size, unit] of thousands) {
    // 999,950 would round up to "1,000 k".
    if (a >= size * 0.99995) return `${fixed(v / size, a / size >= 99.95 ? 0 : 1)} ${unit}`;
  }
  return fixed(v, Number.isInteger(v) || a >= 100 ? 0 : a >= 1 ? 1 : 2);
}

const binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** bytesOf splits a size for those who write the unit apart: ["4.2", "GiB"]. */
export function bytesOf(v: number | null | undefined): [string, string] {
  if (v === null || v === undefined || !Number.isFinite(v)) return [unknown, ""];
  let rest = v;
  let i = 0;
  while (Math.abs(rest) >= 1023.5 && i < binary.length - 1) {
    rest /= 1024;
    i++;
  }
  return [fixed(rest, i === 0 || Math.abs(rest) >= 99.95 ? 0 : 1), binary[i] ?? "B"];
}

/** bytes writes a size: 4.2 GiB. */
export function bytes(v: number | null | undefined): string {
  const [n, unit] = bytesOf(v);
  return unit === "" ? n : `${n} ${unit}`;
}

/** share writes a part of 1: 92%. What is not nothing never reads 0%, what is not all never 100%. */
export function share(v: number | null | undefined): string {
  if (v === null || v === undefined || !Number.isFinite(v)) return unknown;
  const percent = v * 100;
  const a = Math.abs(percent);
  if (a === 0) return "0%";
  if (a < 1) return signed(`${Number(percent.toPrecision(1)).toLocaleString("en-US", { maximumFractionDigits: 8 })}%`);
  if (a > 99 && a < 100) return signed(`${Math.sign(percent) * Math.min(99.9, Math.floor(a * 10) / 10)}%`);
  return `${fixed(percent, a < 10 ? 1 : 0)}%`;
}

const units = {
  en: { ms: "ms", s: "s", min: "min", h: "h", d: "d" },
  zh: { ms: "毫秒", s: "秒", min: "分", h: "小时", d: "天" },
} as const;

/** duration writes a span of milliseconds in two units at most: 9.4 s, 4 min 12 s, 3 d 4 h. */
export function duration(ms: number | null | undefined, l: Language): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return unknown;
  const u = units[l];
  const sign = ms < 0 ? minus : "";
  const a = Math.abs(ms);
  if (a === 0) return `0 ${u.s}`;
  if (a < 99.5) return `${sign}${fixed(a, a < 1 ? 2 : a < 10 ? 1 : 0)} ${u.ms}`;
  if (a < 9950) return `${sign}${fixed(a / 1000, 1)} ${u.s}`;
  const seconds = Math.round(a / 1000);
  if (seconds < 60) return `${sign}${seconds} ${u.s}`;
  if (seconds < 3600) return sign + two(Math.floor(seconds / 60), l === "zh" && seconds % 60 === 0 ? "分钟" : u.min, seconds % 60, u.s);
  const minutes = Math.round(a / 60_000);
  if (minutes < 1440) return sign + two(Math.floor(minutes / 60), u.h, minutes % 60, u.min);
  const hours = Math.round(a / 3_600_000);
  return sign + two(Math.floor(hours / 24), u.d, hours % 24, u.h);
}

function two(big: number, bigUnit: string, little: number, littleUnit: string): string {
  const first = `${number(big)} ${bigUnit}`;
  return little === 0 ? first : `${first} ${little} ${littleUnit}`;
}

/** ageOf writes how long ago something was, in its biggest unit: 6 min, 3 天. What has just been is "now". */
export function ageOf(at: number | null | undefined, now: number, l: Language): string {
  if (at === null || at === undefined || !Number.isFinite(at)) return unknown;
  const seconds = Math.floor((now - at) / 1000);
  const zh = l === "zh";
  if (seconds < 1) return zh ? "刚刚" : "now";
  if (seconds < 60) return `${seconds} ${zh ? "秒" : "s"}`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} ${zh ? "分钟" : "min"}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} ${zh ? "小时" : "h"}`;
  return `${number(Math.floor(seconds / 86_400))} ${zh ? "天" : "d"}`;
}

/** ago is ageOf as a phrase: "4 min ago", "4 分钟前". */
export function ago(at: number | null | undefined, now: number, l: Language): string {
  const age = ageOf(at, now, l);
  if (age === unknown || age === "now" || age === "刚刚") return age;
  return l === "zh" ? `${age}前` : `${age} ago`;
}

/** TimeForm is how much of a time is written: "auto" leaves the day away when it is today's and the year when it is this one's. */
export type TimeForm = "auto" | "clock" | "minute" | "milli" | "day" | "full";

interface Parts {
  year: string;
  month: string;
  day: string;
  clock: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(at: number, zone: string): Parts {
  let f = formats.get(zone);
  if (!f) {
    f = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
    formats.set(zone, f);
  }
  const get: Record<string, string> = {};
  for (const p of f.formatToParts(at)) get[p.type] = p.value;
  return { year: get.year ?? "", month: get.month ?? "", day: get.day ?? "", clock: `${get.hour}:${get.minute}:${get.second}` };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function dayOf(p: Parts, l: Language, year: boolean): string {
  const day = Number(p.day);
  const month = Number(p.month);
  if (l === "zh") return `${year ? `${p.year} 年 ` : ""}${month} 月 ${day} 日`;
  return `${day} ${months[month - 1] ?? ""}${year ? ` ${p.year}` : ""}`;
}

/** time writes a moment in a zone: 20:41:03, or 20 Nov 18:20 where the day is not today's. */
export function time(at: number | null | undefined, l: Language, zone: string, now: number, form: TimeForm = "auto"): string {
  if (at === null || at === undefined || !Number.isFinite(at)) return unknown;
  const p = partsOf(at, zone);
  const minute = p.clock.slice(0, 5);
  switch (form) {
    case "clock":
      return p.clock;
    case "minute":
      return minute;
    case "milli":
      return `${p.clock}.${String(((at % 1000) + 1000) % 1000).slice(0, 3).padStart(3, "0")}`;
    case "day":
      return dayOf(p, l, p.year !== partsOf(now, zone).year);
    case "full":
      return `${p.year}-${p.month}-${p.day} ${p.clock}`;
    case "auto": {
      const today = partsOf(now, zone);
      if (p.year === today.year && p.month === today.month && p.day === today.day) return p.clock;
      return `${dayOf(p, l, p.year !== today.year)} ${minute}`;
    }
  }
}

/** clauses puts parts of a sentence after each other, as a language does. */
export function clauses(parts: readonly string[], l: Language): string {
  return parts.join(l === "zh" ? "，" : ", ");
}

/** millis reads a time of the API: RFC 3339 text, or milliseconds. */
export function millis(at: string | number | Date | null | undefined): number | undefined {
  if (at === null || at === undefined || at === "") return undefined;
  const v = typeof at === "number" ? at : at instanceof Date ? at.getTime() : Date.parse(at);
  return Number.isFinite(v) ? v : undefined;
}
