import { describe, expect, it } from "vitest";
import { ago, ageOf, bytes, duration, millis, number, share, short, time } from "./format";

describe("number", () => {
  it.each([
    [18_306_411, "18,306,411"],
    [0, "0"],
    [-1240, "−1,240"],
    [0.4, "0.4"],
    [12.345, "12.3"],
    [1234.5, "1,235"],
    [9_007_199_254_740_993n, "9,007,199,254,740,993"],
    [null, "–"],
    [Number.NaN, "–"],
  ])("%s is %s", (v, text) => expect(number(v)).toBe(text));
});

describe("short", () => {
  it.each([
    [8612, "8.6 k"],
    [18_400, "18.4 k"],
    [474_210, "474 k"],
    [999_960, "1 M"],
    [1_026_300, "1 M"],
    [7_300_000_000, "7.3 G"],
    [0, "0"],
    [26, "26"],
    [-8612, "−8.6 k"],
    [undefined, "–"],
  ])("%s is %s", (v, text) => expect(short(v)).toBe(text));
});

describe("bytes", () => {
  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1024, "1 KiB"],
    [184 * 1024 ** 2, "184 MiB"],
    [4.2 * 1024 ** 3, "4.2 GiB"],
    [1024 ** 2 - 1, "1 MiB"],
    [null, "–"],
  ])("%s is %s", (v, text) => expect(bytes(v)).toBe(text));
});

describe("share", () => {
  it.each([
    [0, "0%"],
    [0.92, "92%"],
    [1, "100%"],
    [0.9999, "99.9%"],
    [0.000004, "0.0004%"],
    [0.054, "5.4%"],
    [0.008, "0.8%"],
    [undefined, "–"],
  ])("%s is %s", (v, text) => expect(share(v)).toBe(text));
});

describe("duration", () => {
  it.each([
    [0, "0 s", "0 秒"],
    [40, "40 ms", "40 毫秒"],
    [400, "0.4 s", "0.4 秒"],
    [9400, "9.4 s", "9.4 秒"],
    [38_000, "38 s", "38 秒"],
    [59_600, "1 min", "1 分钟"],
    [252_000, "4 min 12 s", "4 分 12 秒"],
    [3_599_700, "1 h", "1 小时"],
    [3 * 3_600_000 + 300_000, "3 h 5 min", "3 小时 5 分"],
    [3 * 86_400_000 + 4 * 3_600_000, "3 d 4 h", "3 天 4 小时"],
    [-38_000, "−38 s", "−38 秒"],
    [null, "–", "–"],
  ])("%s is %s", (v, en, zh) => {
    expect(duration(v, "en")).toBe(en);
    expect(duration(v, "zh")).toBe(zh);
  });
});

describe("ages", () => {
  const now = Date.UTC(2026, 0, 12, 12, 41, 3);
  it.each([
    [400, "now", "刚刚"],
    [48_000, "48 s", "48 秒"],
    [252_000, "4 min", "4 分钟"],
    [17 * 3_600_000, "17 h", "17 小时"],
    [41 * 86_400_000, "41 d", "41 天"],
  ])("%s ms is %s", (ms, en, zh) => {
    expect(ageOf(now - ms, now, "en")).toBe(en);
    expect(ageOf(now - ms, now, "zh")).toBe(zh);
  });
  it("makes phrases", () => {
    expect(ago(now - 252_000, now, "en")).toBe("4 min ago");
    expect(ago(now - 252_000, now, "zh")).toBe("4 分钟前");
    expect(ago(now, now, "en")).toBe("now");
    expect(ago(undefined, now, "zh")).toBe("–");
  });
});

describe("time", () => {
  const now = Date.UTC(2026, 0, 12, 12, 41, 3);
  const zone = "Asia/Shanghai";
  it("leaves away what is the same as now", () => {
    expect(time(now - 1000, "en", zone, now)).toBe("20:41:02");
    expect(time(now - 86_400_000, "en", zone, now)).toBe("11 Jan 20:41");
    expect(time(now - 86_400_000, "zh", zone, now)).toBe("1 月 11 日 20:41");
    expect(time(Date.UTC(2025, 10, 21), "en", zone, now)).toBe("21 Nov 2025 08:00");
    expect(time(Date.UTC(2025, 10, 21), "zh", zone, now)).toBe("2025 年 11 月 21 日 08:00");
  });
  it("has its forms", () => {
    expect(time(now, "en", zone, now, "minute")).toBe("20:41");
    expect(time(now + 84, "en", zone, now, "milli")).toBe("20:41:03.084");
    expect(time(now, "zh", zone, now, "full")).toBe("2026-01-12 20:41:03");
    expect(time(now, "zh", zone, now, "day")).toBe("1 月 12 日");
    expect(time(Date.UTC(2026, 0, 11, 16), "en", zone, now, "clock")).toBe("00:00:00");
  });
  it("reads what the API writes", () => {
    expect(millis("2026-01-12T12:41:03Z")).toBe(now);
    expect(millis("")).toBeUndefined();
    expect(millis("soon")).toBeUndefined();
  });
});
