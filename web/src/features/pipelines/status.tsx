import type { Cause, Line } from "@/core/pipeline";
import { Status } from "@/ui/status";
import { useWords } from "@/infra/words";
import { useMove } from "./moves";
import { pipelineWords } from "./words";

/** Told is what the state of a pipeline is told from; a line and a detail both have it. */
export type Told = Pick<Line, "id" | "state" | "since" | "confirmed_at" | "health" | "health_since"> & { cause?: Cause };

/** PipelineStatus is how a pipeline fares: what was asked of it a moment ago, or what it does, since when, and who stopped it. */
export function PipelineStatus({ line }: { line: Told }) {
  const t = useWords(pipelineWords);
  const move = useMove(line.id);
  const note = useNote(line);
  if (move) return <Status health="starting" word={t(`move.${move}`)} />;
  if (line.state === "ended") return <Status health={line.health} word={t("note.ended")} since={line.health_since} />;
  if (line.state === "draining") return <Status health="starting" word={t("move.draining")} since={line.since} />;
  return <Status health={line.health} since={line.health === "unconfirmed" ? line.confirmed_at : line.health_since} note={note} />;
}

/** useNote is the remark behind a state, where the word alone would be less than is known. */
function useNote(line: Told): string | undefined {
  const t = useWords(pipelineWords);
  switch (line.state) {
    case "stopped":
      return line.cause?.kind === "person" && line.cause.actor ? t("note.by", { who: line.cause.actor.name }) : undefined;
    case "crash_looping":
      return t("note.looping");
    case "blocked":
      return t("note.noWorker");
    case "waiting":
      return t("note.retry");
    case "recovering":
      return t("note.recovering");
    default:
      return undefined;
  }
}
