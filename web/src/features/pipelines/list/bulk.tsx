import { Button } from "antd";
import { mayStart, mayStop } from "@/core/pipeline";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { lineNow } from "../data";
import { useMoves } from "../moves";
import { pipelineWords } from "../words";
import css from "./list.module.css";

/** Bulk asks many pipelines at once. Each button counts those it would ask: others of the choice are left as they are. */
export function Bulk({ ids, onClear }: { ids: readonly string[]; onClear: () => void }) {
  const t = useWords(pipelineWords);
  const { many } = useMoves();
  const of = (may: typeof mayStart) =>
    ids.filter((id) => {
      const line = lineNow(id);
      return line !== undefined && may(line);
    });
  const [start, stop] = [of(mayStart), of(mayStop)];
  const act = (chosen: string[], move: "start" | "stop") => {
    onClear();
    void many(chosen, move);
  };
  return (
    <div className={css.filters} role="toolbar" aria-label={t("bulk.selected", { count: ids.length })}>
      <b>{t("bulk.selected", { count: ids.length })}</b>
      <Button icon={<Glyph name="play" />} disabled={start.length === 0} onClick={() => act(start, "start")}>
        {t("bulk.start", { count: start.length })}
      </Button>
      <Button icon={<Glyph name="stop" />} disabled={stop.length === 0} onClick={() => act(stop, "stop")}>
        {t("bulk.stop", { count: stop.length })}
      </Button>
      <Button type="text" onClick={onClear}>
        {t("bulk.clear")}
      </Button>
    </div>
  );
}
