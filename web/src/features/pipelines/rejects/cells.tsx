import { nodeOf } from "@/core/diagnosis";
import { useWords } from "@/infra/words";
import { Status } from "@/ui/status";
import { Code, Note } from "@/ui/text";
import { excerptOf, type Reject } from "./data";
import css from "./rejects.module.css";
import type { Outcome } from "./mending";
import { rejectWords } from "./words";

/** PlaceCell is where a record came from. An offset is a name, not a measure: it has no separators. */
export function PlaceCell({ r }: { r: Reject }) {
  return (
    <span className={css.place}>
      <Code>{r.partition ?? nodeOf(r.node)}</Code> <span className={css.context}>{r.offset}</span>
    </span>
  );
}

/** ReasonCell is what is wrong, and where. */
export function ReasonCell({ r }: { r: Reject }) {
  return (
    <span className={css.reason}>
      {r.path ? <span>{r.path}</span> : null} <span className={css.code}>{r.code}</span>
    </span>
  );
}

/** ContentCell is the record on one line, with the place that was rejected marked. */
export function ContentCell({ r }: { r: Reject }) {
  const t = useWords(rejectWords);
  if (r.hidden) return <Note>{t("hidden")}</Note>;
  const e = excerptOf(r, 120);
  if (!e) return <Note>{t("gone")}</Note>;
  return (
    <code className={css.content}>
      {e.before}
      {e.marked ? <mark>{e.marked}</mark> : null}
      {e.after}
    </code>
  );
}

/** StateCell is what has come of a dead letter since: mended, tried, replayed. */
export function StateCell({ r, outcome, mended }: { r: Reject; outcome: Outcome | undefined; mended: boolean }) {
  const t = useWords(rejectWords);
  if (outcome?.code) return <Status health="failed" word={t("triedBad")} note={<Code>{outcome.code}</Code>} />;
  if (outcome) return <Status health="running" word={t("triedRows", { count: outcome.rows })} />;
  if (r.replayed) return <Replayed of={r.replayed} />;
  return mended ? <Note>{t("mended")}</Note> : null;
}

/** Replayed tells how far a replay has come. One that ended without a word stays begun, and is taken up by replaying again. */
function Replayed({ of }: { of: NonNullable<Reject["replayed"]> }) {
  const t = useWords(rejectWords);
  if (of.state === "done") return <Status health="stopped" word={t("replayed.done", { who: of.name })} since={of.at} />;
  return <Status health="starting" word={t("replayed.begun", { who: of.name })} since={of.at} />;
}
