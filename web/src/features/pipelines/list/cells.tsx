import { Tooltip } from "antd";
import { delayOf, type Health, type Line, measured, pressing } from "@/core/pipeline";
import { useWords } from "@/infra/words";
import { Spark } from "@/ui/chart";
import { KindTile, type Kind } from "@/ui/glyph";
import { useClock } from "@/ui/now";
import { Age, Code, Num, Span, Time } from "@/ui/text";
import { useLine } from "../data";
import { PipelineStatus } from "../status";
import { useTrend } from "../trend";
import { pipelineWords } from "../words";
import css from "./list.module.css";

/**
 * The cells follow the feed themselves, each by the id of its pipeline: a beat draws the cells of the rows in sight anew, and neither the table nor the
 * page.
 */
interface Of {
  id: string;
}

function useRow(id: string): { line?: Line; health: Health } {
  const line = useLine(id);
  return { line, health: line?.health ?? "unconfirmed" };
}

export function StatusCell({ id }: Of) {
  const line = useLine(id);
  return line ? <PipelineStatus line={line} /> : null;
}

export function NameCell({ id, kindOf }: Of & { kindOf: (document: string | undefined) => Kind }) {
  const t = useWords(pipelineWords);
  const line = useLine(id);
  if (!line) return null;
  const [first, ...others] = line.outputs;
  return (
    <span className={css.name}>
      <KindTile kind={kindOf(line.document)} />
      <b>{line.name}</b>
      {first && first !== line.name ? <Code>{first}</Code> : null}
      {others.length > 0 ? (
        <Tooltip title={others.join(", ")}>
          <span className={css.context}>{t("cell.more", { count: others.length })}</span>
        </Tooltip>
      ) : null}
    </span>
  );
}

export function EngineCell({ id }: Of) {
  const t = useWords(pipelineWords);
  const line = useLine(id);
  if (!line) return null;
  const { engine } = line;
  return <span className={css.context2}>{engine === "embedded" || engine === "flink" || engine === "spark" ? t(`engine.${engine}`) : engine}</span>;
}

export function RateCell({ id }: Of) {
  const { line, health } = useRow(id);
  return <Figure health={health}>{line && measured(health) ? <Num value={Math.round(line.rows_per_second)} /> : <Num value={undefined} />}</Figure>;
}

export function TrendCell({ id }: Of) {
  const { health } = useRow(id);
  const points = useTrend(id);
  if (!points || points.length < 2) return null;
  return (
    <Spark points={points} loud={pressing(health) ? health : undefined} />
  );
}

export function LagCell({ id }: Of) {
  const { line, health } = useRow(id);
  return <Figure health={health}>{line && measured(health) && line.lag >= 0 ? <Num value={line.lag} /> : <Num value={undefined} />}</Figure>;
}

export function DelayCell({ id }: Of) {
  const t = useWords(pipelineWords);
  const { line, health } = useRow(id);
  const delay = useDelay(line);
  if (health === "starting" && line && line.lag > 0) return <span className={css.context}>{t("cell.catchingUp")}</span>;
  return (
    <Figure health={health} loud>
      <Span value={line && measured(health) && health !== "idle" ? delay : undefined} />
    </Figure>
  );
}

/** useDelay is the delay in milliseconds, to the second: it draws anew when the figure does. */
function useDelay(line: Line | undefined): number | undefined {
  const text = useClock((now) => {
    const delay = line && delayOf(line, now);
    return delay === undefined ? "" : String(delay < 10 ? Math.round(delay * 10) / 10 : Math.round(delay));
  });
  return text === "" ? undefined : Number(text) * 1000;
}

export function WatermarkCell({ id }: Of) {
  const { line, health } = useRow(id);
  if (!line?.watermark || !measured(health)) return <Num value={undefined} />;
  return (
    <span className={css.moment} data-faint={health === "unconfirmed" || undefined}>
      <Time at={line.watermark} />
      <span className={css.context}>
        −<Age at={line.watermark} />
      </span>
    </span>
  );
}

export function EpochCell({ id }: Of) {
  const t = useWords(pipelineWords);
  const { line, health } = useRow(id);
  if (!line) return null;
  if (health === "failed" && line.epoch > 0) return <span className={css.bad}>{t("cell.epochFailed", { number: line.epoch })}</span>;
  if (!measured(health) || line.epoch === 0) return <Num value={undefined} />;
  return <Figure health={health}>{<Span value={line.epoch_ms} />}</Figure>;
}

export function DeadCell({ id }: Of) {
  const line = useLine(id);
  return <Num value={line ? line.totals.rejected : undefined} />;
}

export function OwnerCell({ id, teams }: Of & { teams: ReadonlyMap<string, string> }) {
  const line = useLine(id);
  if (!line) return null;
  return <span className={css.context2}>{line.deployed_by ?? teams.get(line.team) ?? ""}</span>;
}

/** Figure greys what is in doubt, and marks the one figure that says why a row is where it is. */
function Figure({ health, loud, children }: { health: Health; loud?: boolean; children: React.ReactNode }) {
  return (
    <span className={css.figure} data-faint={health === "unconfirmed" || undefined} data-health={loud && pressing(health) ? health : undefined}>
      {children}
    </span>
  );
}

/** ShortRow is a whole row for narrow pages: two lines, the state and the figures under the name. */
export function ShortRow({ id, kindOf }: Of & { kindOf: (document: string | undefined) => Kind }) {
  const t = useWords(pipelineWords);
  const { line, health } = useRow(id);
  const delay = useDelay(line);
  if (!line) return null;
  return (
    <span className={css.short}>
      <NameCell id={id} kindOf={kindOf} />
      <span className={css.shortLine}>
        <PipelineStatus line={line} />
        {measured(health) ? (
          <span className={css.shortFigures}>
            <Num value={Math.round(line.rows_per_second)} unit={t("list.rowsPerSecond")} brief />
            {line.lag > 0 ? (
              <span>
                {t("cell.lagShort")} <Num value={line.lag} brief />
              </span>
            ) : null}
            {delay !== undefined && health !== "idle" ? <Span value={delay} /> : null}
          </span>
        ) : null}
      </span>
    </span>
  );
}
