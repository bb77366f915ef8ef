import { useMemo } from "react";
import { type Epoch, summarize } from "@/core/epochs";
import { useWords } from "@/infra/words";
import { Empty } from "@/ui/states";
import { Status } from "@/ui/status";
import { DataTable, type TableColumn } from "@/ui/table";
import { Bytes, Code, Num, Span, Time } from "@/ui/text";
import css from "./detail.module.css";
import { usePipe } from "./pipe";
import { EpochStrip } from "./strip";
import { detailWords } from "./words";

const keyOf = (e: Epoch) => `${e.number}/${e.at}`;

/** Epochs are the last checkpoints, drawn and one by one. */
export function Epochs() {
  const t = useWords(detailWords);
  const { epochs } = usePipe();
  const slow = useMemo(() => summarize(epochs).slow, [epochs]);
  const rows = useMemo(() => [...epochs].reverse(), [epochs]);
  const columns = useMemo(
    (): TableColumn<Epoch>[] => [
      {
        key: "state",
        title: t("epochs.state"),
        min: 240,
        render: (e) => (e.failed ? <Status health="failed" word={t("epochs.failedWith")} note={<Code>{e.failed}</Code>} /> : <Status health={e.duration_ms >= slow ? "busy" : "running"} word={e.duration_ms >= slow ? t("epochs.slow") : t("epochs.committed")} />),
      },
      { key: "number", title: t("epochs.number"), width: 96, align: "end", render: (e) => e.number },
      { key: "at", title: t("epochs.at"), width: 160, render: (e) => <Time at={e.at} form="milli" /> },
      { key: "took", title: t("epochs.took"), width: 110, align: "end", render: (e) => <Span value={e.duration_ms} /> },
      { key: "rows", title: t("epochs.rows"), width: 130, align: "end", render: (e) => <Num value={e.rows} /> },
      { key: "size", title: t("epochs.size"), width: 110, align: "end", render: (e) => <Bytes value={e.bytes} /> },
    ],
    [t, slow],
  );
  return (
    <div className={css.fill}>
      <EpochStrip />
      <div className={css.fill}>
        <DataTable label={t("epochs.title")} rows={rows} columns={columns} rowKey={keyOf} bar={(e) => (e.failed ? "failed" : e.duration_ms >= slow ? "busy" : undefined)} empty={<Empty what={t("epochs.none")} />} />
      </div>
    </div>
  );
}
