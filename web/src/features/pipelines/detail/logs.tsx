import { Button } from "antd";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { logText, type LogLine, matching } from "@/core/log";
import { useFeed } from "@/infra/live";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Search, Segmented } from "@/ui/menu";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { Time } from "@/ui/text";
import detail from "./detail.module.css";
import css from "./logs.module.css";
import { usePipe } from "./pipe";
import { detailWords } from "./words";

/** Logs is what the pipeline says, as it says it. */
export function Logs() {
  const t = useWords(detailWords);
  const can = useCan();
  return can("operate") ? <Following /> : <Empty what={t("logs.denied")} />;
}

type Level = "" | "info" | "warn" | "error";

function Following() {
  const t = useWords(detailWords);
  const { detail: d } = usePipe();
  const feed = useFeed("logs", { pipeline: d.id });
  const [text, setText] = useState("");
  const [level, setLevel] = useState<Level>("");
  /** paused has the lines as they stood when somebody began to read. */
  const [paused, setPaused] = useState<readonly LogLine[]>();
  const lines = feed.lines as readonly LogLine[];
  const from = paused ?? lines;
  const shown = useMemo(() => matching(from, level, text), [from, level, text]);
  const last = lines[lines.length - 1]?.number ?? 0;
  const seen = paused?.[paused.length - 1]?.number ?? (paused ? 0 : last);
  const fresh = paused ? lines.filter((l) => l.number > seen).length : 0;
  const copy = async () => {
    await navigator.clipboard.writeText(shown.map(logText).join("\n"));
    toast(t("logs.copied", { count: shown.length }));
  };
  return (
    <div className={detail.fill}>
      <div className={detail.bar}>
        <Search value={text} onChange={setText} placeholder={t("logs.search")} />
        <Segmented<Level>
          label={t("logs.level")}
          value={level}
          onChange={setLevel}
          options={[
            { value: "", label: t("logs.all") },
            { value: "info", label: t("logs.info") },
            { value: "warn", label: t("logs.warn") },
            { value: "error", label: t("logs.error") },
          ]}
        />
        <span className={detail.end}>
          {paused ? (fresh > 0 ? t("logs.newLines", { count: fresh }) : t("logs.paused")) : null}
          <Button icon={<Glyph name={paused ? "play" : "pause"} />} aria-pressed={paused !== undefined} onClick={() => setPaused(paused ? undefined : lines)}>
            {paused ? t("logs.resume") : t("logs.follow")}
          </Button>
          <Button icon={<Glyph name="copy" />} disabled={shown.length === 0} onClick={() => void copy()}>
            {t("logs.copy")}
          </Button>
        </span>
      </div>
      {feed.missed > 0 ? <p className={detail.note}>{t("logs.missed", { count: feed.missed })}</p> : null}
      {feed.phase === "waiting" ? <Loading rows={10} height={24} /> : null}
      {feed.phase === "ended" && feed.problem ? <Failure problem={new Error(feed.problem.detail)} /> : null}
      {feed.phase !== "waiting" && shown.length === 0 ? <Empty what={lines.length === 0 ? t("logs.none") : t("logs.noMatch")} /> : null}
      {shown.length > 0 ? <Lines lines={shown} follow={!paused} onLeave={() => setPaused(lines)} /> : null}
    </div>
  );
}

/** near is how close to the end still counts as being at it, in pixels. */
const near = 40;

function Lines({ lines, follow, onLeave }: { lines: readonly LogLine[]; follow: boolean; onLeave: () => void }) {
  const t = useWords(detailWords);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => 24, overscan: 20, getItemKey: (i) => lines[i]?.number ?? i });
  const last = lines[lines.length - 1]?.number;
  useEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, last, lines.length, virtual]);
  return (
    <div
      ref={scroller}
      className={css.scroller}
      role="log"
      aria-label={t("logs.label")}
      aria-live="off"
      tabIndex={0}
      onWheel={(e) => {
        const el = e.currentTarget;
        if (follow && e.deltaY < 0 && el.scrollHeight > el.clientHeight + near) onLeave();
      }}
    >
      <div className={css.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((v) => {
          const line = lines[v.index];
          if (!line) return null;
          return (
            <div key={v.key} ref={virtual.measureElement} data-index={v.index} className={css.line} data-level={line.level.toLowerCase()} style={{ transform: `translateY(${v.start}px)` }}>
              <span className={css.at}>
                <Time at={line.at} form="milli" />
              </span>
              <span className={css.level}>{line.level}</span>
              <span className={css.message}>
                {line.message}
                {Object.entries(line.attrs ?? {}).map(([key, value]) => (
                  <span key={key} className={css.attr}>
                    {" "}
                    <span className={css.key}>{key}=</span>
                    {value}
                  </span>
                ))}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
