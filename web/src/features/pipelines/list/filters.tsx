import { Button, Checkbox, Popover } from "antd";
import { type ReactNode, useState } from "react";
import { chipOrder, type Health, type View, type Wanted } from "@/core/pipeline";
import { useWords } from "@/infra/words";
import { Glyph, Layer } from "@/ui/glyph";
import { Search } from "@/ui/menu";
import { StatusGlyph } from "@/ui/status";
import { Num } from "@/ui/text";
import { useTotalRate } from "../data";
import { pipelineWords } from "../words";
import css from "./list.module.css";

interface Asking {
  view: View;
  wanted: Wanted;
  ask: (change: Partial<Wanted>) => void;
}

/** Chips count the pipelines by how they fare; each shows only those. One that counts none is left out, but for what is asked for. */
export function Chips({ view, wanted, ask }: Asking) {
  const t = useWords(pipelineWords);
  const toggle = (h: Health) => ask({ health: wanted.health.includes(h) ? wanted.health.filter((x) => x !== h) : [...wanted.health, h] });
  const all = chipOrder.reduce((sum, h) => sum + view.counts[h], 0);
  return (
    <div className={css.chips} role="group" aria-label={t("list.healthFilter")}>
      <button type="button" className={css.chip} aria-pressed={wanted.health.length === 0} onClick={() => ask({ health: [] })}>
        {t("health.all")} <b>{all}</b>
      </button>
      <span className={css.rule} />
      {chipOrder
        .filter((h) => view.counts[h] > 0 || wanted.health.includes(h))
        .map((h) => (
          <button key={h} type="button" className={css.chip} data-health={h} aria-pressed={wanted.health.includes(h)} onClick={() => toggle(h)}>
            <StatusGlyph health={h} />
            {t(`health.${h}`)} <b>{view.counts[h]}</b>
          </button>
        ))}
      <TotalRate />
    </div>
  );
}

function TotalRate() {
  const t = useWords(pipelineWords);
  const rate = useTotalRate();
  return (
    <span className={css.total}>
      {t("list.totalIn")} <b>
        <Num value={rate} />
      </b> {t("list.rowsPerSecond")}
    </span>
  );
}

const layers = ["ods", "cdm", "ads"];

/** Filters is the line above the table: find, narrow down, and say what the order is. */
export function Filters({ view, wanted, teams, ask }: Asking & { teams: ReadonlyMap<string, string> }) {
  const t = useWords(pipelineWords);
  const teamName = (id: string) => teams.get(id) ?? id;
  const column = wanted.sort.replace(/^-/, "");
  return (
    <div className={css.filters}>
      <Find text={wanted.text} onFind={(text) => ask({ text })} />
      {wanted.team.length > 0 ? <Asked label={t("list.team")} values={wanted.team.map(teamName)} onClear={() => ask({ team: [] })} /> : null}
      {wanted.engine.length > 0 ? <Asked label={t("list.engine")} values={wanted.engine} onClear={() => ask({ engine: [] })} /> : null}
      {wanted.layer.length > 0 ? <Asked label={t("list.layer")} values={wanted.layer.map((l) => l.toUpperCase())} onClear={() => ask({ layer: [] })} /> : null}
      <Popover
        trigger="click"
        placement="bottomLeft"
        arrow={false}
        getPopupContainer={(button) => button.closest("main") ?? document.body}
        content={
          <div className={css.menu}>
            <Choices title={t("list.layer")} all={layers} chosen={wanted.layer} say={(l) => <Layer layer={l.toUpperCase()} />} onChange={(layer) => ask({ layer })} />
            <Choices title={t("list.team")} all={view.teams} chosen={wanted.team} say={teamName} onChange={(team) => ask({ team })} />
            <Choices title={t("list.engine")} all={view.engines} chosen={wanted.engine} say={(e) => e} onChange={(engine) => ask({ engine })} />
          </div>
        }
      >
        <Button type="text" icon={<Glyph name="filter" />}>
          {t("list.filter")}
        </Button>
      </Popover>
      <span className={css.order}>
        {column === "" ? (
          t("list.order")
        ) : (
          <>
            {t("list.ordered", { column: t(`column.${column as "name" | "rate" | "lag" | "delay" | "epoch" | "dead"}`) })}
            <Button type="text" size="small" icon={<Glyph name="close" size={12} />} aria-label={t("list.unorder")} title={t("list.unorder")} onClick={() => ask({ sort: "" })} />
          </>
        )}
      </span>
    </div>
  );
}

/** Find holds what is typed until the address has it: the address follows a moment later, and letters typed meanwhile must not be lost. */
function Find({ text, onFind }: { text: string; onFind: (text: string) => void }) {
  const t = useWords(pipelineWords);
  const [typed, setTyped] = useState<string>();
  if (typed === text) setTyped(undefined);
  const find = (next: string) => {
    setTyped(next);
    onFind(next);
  };
  return (
    <span className={css.search}>
      <Search value={typed ?? text} onChange={find} placeholder={t("list.search")} />
    </span>
  );
}

function Asked({ label, values, onClear }: { label: string; values: readonly string[]; onClear: () => void }) {
  const t = useWords(pipelineWords);
  return (
    <span className={css.asked}>
      {label}: {values.join(", ")}
      <button type="button" aria-label={t("list.clear")} onClick={onClear}>
        <Glyph name="close" size={12} />
      </button>
    </span>
  );
}

interface ChoicesProps {
  title: string;
  all: readonly string[];
  chosen: string[];
  say: (value: string) => ReactNode;
  onChange: (chosen: string[]) => void;
}

function Choices({ title, all, chosen, say, onChange }: ChoicesProps) {
  if (all.length === 0) return null;
  return (
    <fieldset className={css.choices}>
      <legend>{title}</legend>
      <Checkbox.Group value={chosen} onChange={(v) => onChange(v.map(String))} options={all.map((value) => ({ value, label: say(value) }))} />
    </fieldset>
  );
}
