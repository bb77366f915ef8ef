import type { ReactNode } from "react";
import { behind, promiseOf } from "@/core/diagnosis";
import { bytes, clauses, duration } from "@/core/format";
import { delayOf, measured } from "@/core/pipeline";
import { useLanguage, useWords } from "@/infra/words";
import { useNow } from "./now";
import { type Fact, Facts, Split } from "@/ui/page";
import { Num, Span, Time } from "@/ui/text";
import { useNarrow } from "../list/narrow";
import { RecentDead } from "../rejects/recent";
import css from "./detail.module.css";
import { Diagnosis } from "./diagnosis";
import { EpochStrip } from "./strip";
import { OperatorGraph } from "./graph";
import { usePipe } from "./pipe";
import { Timeline } from "./timeline";
import { detailWords } from "./words";

/** Overview is the pipeline at a glance: its figures, where in it the trouble is, its last epochs and dead letters; beside them what to do, and what happened. */
export function Overview() {
  const narrow = useNarrow();
  const side = (
    <div className={css.side}>
      <Diagnosis />
      <Timeline />
    </div>
  );
  const main = (
    <div className={css.main}>
      <OperatorGraph />
      <EpochStrip />
      <RecentDead />
    </div>
  );
  if (narrow) {
    return (
      <div className={css.stack}>
        <FactStrip />
        <Diagnosis />
        <OperatorGraph />
        <EpochStrip />
        <RecentDead />
        <Timeline />
      </div>
    );
  }
  return (
    <>
      <FactStrip />
      <div className={css.fill}>
        <Split name="pipeline" side="right" size={336} min={260} max={560} panel={side}>
          {main}
        </Split>
      </div>
    </>
  );
}

function FactStrip() {
  const t = useWords(detailWords);
  const { detail, health, epochs } = usePipe();
  const now = useNow();
  const { stats } = detail;
  const on = measured(health);
  const delay = delayOf(stats, now);
  const last = behind(stats.partitions ?? []);
  const epoch = epochs[epochs.length - 1];
  const loud = health === "backpressured" || health === "failed" || health === "busy" ? health : undefined;
  const items: Fact[] = [
    { key: "in", label: t("fact.in"), value: on ? <Num value={Math.round(detail.rows_per_second)} unit={t("fact.perSecond")} /> : <Num value={undefined} /> },
    { key: "out", label: t("fact.out"), value: on ? <Num value={Math.round(detail.rows_out_per_second)} unit={t("fact.perSecond")} /> : <Num value={undefined} /> },
    { key: "lag", label: t("fact.lag"), value: stats.lag >= 0 ? <Num value={stats.lag} unit={t("fact.rows")} /> : <Num value={undefined} /> },
    { key: "delay", label: t("fact.delay"), value: on && delay !== undefined ? <Span value={Math.round(delay) * 1000} /> : <Num value={undefined} />, loud },
    {
      key: "watermark",
      label: t("fact.watermark"),
      value: stats.watermark ? <Time at={stats.watermark} /> : <Num value={undefined} />,
      note: stats.watermark ? (last && t("fact.last", { partition: last.partition })) : t("fact.noWatermark"),
    },
    { key: "epoch", label: t("fact.epoch"), value: <Num value={stats.epoch || undefined} />, note: stats.epoch > 0 ? <EpochNote took={epoch?.duration_ms ?? stats.checkpoint_time / 1e6} size={stats.checkpoint_bytes} /> : undefined },
    delivery(stats.promises ?? {}, t),
  ];
  return <Facts items={items} />;
}

function EpochNote({ took, size }: { took: number; size: number }) {
  const l = useLanguage();
  return clauses([duration(Math.round(took), l), bytes(size)], l);
}

type T = ReturnType<typeof useWords<(typeof detailWords)["en"]>>;

/** delivery is what the weakest of the sinks guarantees. */
function delivery(promises: Record<string, string>, t: T): Fact {
  const all = Object.values(promises).map((p) => promiseOf(p).word.toLowerCase());
  const weakest = (["at most once", "at least once", "exactly once"] as const).find((p) => all.includes(p));
  const value: ReactNode = weakest ? t(`promise.${weakest.replaceAll(" ", "_") as "exactly_once"}`) : <Num value={undefined} />;
  return { key: "delivery", label: t("fact.delivery"), value, note: all.length > 0 ? t("fact.writers", { count: all.length }) : undefined };
}
