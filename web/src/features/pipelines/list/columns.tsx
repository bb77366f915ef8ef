import type { Row } from "@/core/pipeline";
import type { Say } from "@/infra/words";
import type { Kind } from "@/ui/glyph";
import type { TableColumn } from "@/ui/table";
import type { pipelineWords } from "../words";
import { DeadCell, DelayCell, EngineCell, EpochCell, LagCell, NameCell, OwnerCell, RateCell, ShortRow, StatusCell, TrendCell, WatermarkCell } from "./cells";

type T = Say<(typeof pipelineWords)["en"]>;
type KindOf = (document: string | undefined) => Kind;

/** columnsOf are the columns of a table; where it is not wide, those that seldom matter are left out, and stand on the pipeline's own page. */
export function columnsOf(t: T, kindOf: KindOf, teams: ReadonlyMap<string, string>, wide: boolean): TableColumn<Row>[] {
  const all: TableColumn<Row>[] = [
    { key: "status", title: t("column.status"), width: 164, render: ({ id }) => <StatusCell id={id} /> },
    { key: "name", title: t("column.name"), min: 220, sort: true, render: ({ id }) => <NameCell id={id} kindOf={kindOf} /> },
    { key: "engine", title: t("column.engine"), width: 80, render: ({ id }) => <EngineCell id={id} /> },
    { key: "rate", title: t("column.rate"), width: 76, align: "end", sort: true, render: ({ id }) => <RateCell id={id} /> },
    { key: "trend", title: t("column.trend"), width: 100, render: ({ id }) => <TrendCell id={id} /> },
    { key: "lag", title: t("column.lag"), width: 88, align: "end", sort: true, render: ({ id }) => <LagCell id={id} /> },
    { key: "delay", title: t("column.delay"), width: 84, align: "end", sort: true, render: ({ id }) => <DelayCell id={id} /> },
    { key: "watermark", title: t("column.watermark"), width: 132, render: ({ id }) => <WatermarkCell id={id} /> },
    { key: "epoch", title: t("column.epoch"), width: 76, align: "end", sort: true, render: ({ id }) => <EpochCell id={id} /> },
    { key: "dead", title: t("column.dead"), width: 60, align: "end", sort: true, render: ({ id }) => <DeadCell id={id} /> },
    { key: "owner", title: t("column.owner"), width: 72, render: ({ id }) => <OwnerCell id={id} teams={teams} /> },
  ];
  return wide ? all : all.filter((c) => c.key !== "engine" && c.key !== "owner");
}

/** narrowColumns is the one column of a phone. */
export function narrowColumns(t: T, kindOf: KindOf): TableColumn<Row>[] {
  return [{ key: "name", title: t("column.name"), render: ({ id }) => <ShortRow id={id} kindOf={kindOf} /> }];
}
