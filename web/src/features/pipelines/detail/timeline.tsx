import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { byDay, dayOf, type Happening, isWish, joined } from "@/core/timeline";
import { api, must } from "@/infra/api";
import { useFeed } from "@/infra/live";
import { type Say, useWords } from "@/infra/words";
import { zone } from "@/infra/zone";
import { Glyph, type GlyphName } from "@/ui/glyph";
import { Menu } from "@/ui/menu";
import { Section } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
import { StatusGlyph } from "@/ui/status";
import { Code, Time } from "@/ui/text";
import { usePipe } from "./pipe";
import css from "./timeline.module.css";
import { timelineWords } from "./timeline-words";

type T = Say<(typeof timelineWords)["en"]>;
type Shown = "all" | "wishes" | "states";

/** Timeline is what happened to the pipeline, and why, the newest first: read page by page, and added to as it happens. */
export function Timeline() {
  const t = useWords(timelineWords);
  const { detail } = usePipe();
  const [shown, setShown] = useState<Shown>("all");
  const live = useFeed("events", { pipeline: detail.id });
  const read = useInfiniteQuery({
    queryKey: ["pipelines", detail.id, "events"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => must(api.GET("/pipelines/{pipeline}/events", { params: { path: { pipeline: detail.id }, query: { cursor: pageParam, limit: 50 } } })),
    getNextPageParam: (page) => page.next_cursor || undefined,
  });
  const days = useMemo(() => {
    const all = joined((read.data?.pages ?? []).flatMap((p) => p.items ?? []) as Happening[], live.items.values() as Iterable<Happening>, detail.id);
    return byDay(
      all.filter((h) => shown === "all" || isWish(h) === (shown === "wishes")),
      zone,
    );
  }, [read.data, live.items, detail.id, shown]);
  const today = dayOf(Date.now(), zone);
  const yesterday = dayOf(Date.now() - 86_400_000, zone);
  return (
    <Section
      flush
      title={t("events.title")}
      aside={
        <Menu
          items={(["all", "wishes", "states"] as const).map((key) => ({ key, label: t(`events.${key}`), glyph: key === shown ? "check" : undefined, onClick: () => setShown(key) }))}
          anchor={
            <Button type="text" size="small" icon={<Glyph name="filter" size={14} />}>
              {t(`events.${shown}`)}
            </Button>
          }
        />
      }
    >
      {read.isPending ? <Loading rows={5} /> : null}
      {read.error ? <Failure problem={read.error} retry={() => void read.refetch()} /> : null}
      {read.data && days.length === 0 ? <p className={css.none}>{t("events.none")}</p> : null}
      {days.map(({ day, items }) => (
        <div key={day}>
          {day === today ? null : <h3 className={css.day}>{day === yesterday ? t("events.yesterday") : day}</h3>}
          <ol className={css.list}>
            {items.map((h) => (
              <Line key={h.seq} h={h} />
            ))}
          </ol>
        </div>
      ))}
      {read.hasNextPage ? (
        <Button type="text" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t("events.older")}
        </Button>
      ) : null}
    </Section>
  );
}

function Line({ h }: { h: Happening }) {
  const t = useWords(timelineWords);
  return (
    <li className={css.line}>
      <span className={css.at}>
        <Time at={h.at} form="clock" />
      </span>
      <span className={css.mark}>{markOf(h)}</span>
      <span className={css.told}>
        <b data-state={h.state}>{titleOf(h, t)}</b>
        <span className={css.why}>{causeOf(h, t)}</span>
        {h.code ? (
          <span className={css.why}>
            <Code>{h.code}</Code>
          </span>
        ) : null}
      </span>
    </li>
  );
}

const states = ["starting", "running", "recovering", "draining", "stopped", "ended", "waiting", "failed", "crash_looping", "blocked"] as const;

function titleOf(h: Happening, t: T): string {
  const p = h.params ?? {};
  switch (h.kind) {
    case "deployed":
      return t("events.deployed", { version: p.version ?? "" });
    case "start_requested":
      return p.from && p.from !== "checkpoint" ? t("events.startFrom", { from: p.from }) : t("events.start");
    case "stop_requested":
      return p.how === "now" ? t("events.stopNow") : t("events.stop");
    case "restart_requested":
      return t("events.restart");
    case "rolled_back":
      return t("events.rolled", { to: p.to ?? "", version: p.version ?? "" });
    case "scaled":
      return p.parallelism && p.parallelism !== "0" ? t("events.scaled", { n: p.parallelism }) : t("events.scaledAuto");
    case "reset":
      return t("events.reset");
    case "deleted":
      return t("events.deleted");
    case "claimed":
      return p.lost ? t("events.claimedLost", { host: p.host ?? "", lease: p.lease_epoch ?? "", lost: p.lost.slice(0, 8) }) : t("events.claimed", { host: p.host ?? "", lease: p.lease_epoch ?? "" });
    case "released":
      return t("events.released");
    default: {
      const state = states.find((s) => s === h.state);
      return state ? t(`events.state.${state}`) : (h.state ?? h.kind);
    }
  }
}

const causes = ["person", "engine", "revocation", "upgrade", "demo", "worker"] as const;

/** causeOf says who or what it was, and the reason where one was given. */
function causeOf(h: Happening, t: T): ReactNode {
  // Which worker runs it is the engine's doing, whoever asked for it to run.
  if (h.kind === "claimed" || h.kind === "released") return h.cause.reason;
  const who = h.cause.actor?.name;
  const kind = causes.find((c) => c === h.cause.kind);
  const by = who ? t("events.by", { who }) : kind && kind !== "engine" && !h.cause.reason ? t(`events.cause.${kind}`) : "";
  return by && h.cause.reason ? t("events.why", { by, reason: h.cause.reason }) : by || h.cause.reason;
}

const glyphs: Readonly<Record<string, GlyphName>> = {
  deployed: "deploy",
  start_requested: "play",
  stop_requested: "stop",
  restart_requested: "restart",
  rolled_back: "rollback",
  scaled: "split",
  reset: "trash",
  deleted: "trash",
  claimed: "server",
  released: "server",
};

function markOf(h: Happening): ReactNode {
  const glyph = glyphs[h.kind];
  if (glyph) return <Glyph name={glyph} size={14} />;
  switch (h.state) {
    case "failed":
    case "crash_looping":
    case "blocked":
    case "waiting":
      return <StatusGlyph health="failed" />;
    case "running":
      return <StatusGlyph health="running" />;
    case "stopped":
    case "ended":
      return <StatusGlyph health="stopped" />;
    default:
      return <StatusGlyph health="idle" />;
  }
}
