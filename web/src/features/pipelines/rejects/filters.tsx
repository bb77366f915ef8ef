import { DatePicker, Select } from "antd";
import { useCallback, useMemo, useState } from "react";
import { nodeOf } from "@/core/diagnosis";
import { useWords } from "@/infra/words";
import type { Reject, Wanted } from "./data";
import css from "./rejects.module.css";
import { rejectWords } from "./words";

/** Filters are what one asks of the list: the server narrows down by all but the partition. */
export interface Filters {
  asked: Omit<Wanted, "kind">;
  partition: string;
  keeps: (r: Reject) => boolean;
  ask: (change: Omit<Wanted, "kind">) => void;
  askPartition: (partition: string) => void;
}

export function useRejectFilters(): Filters {
  const [asked, setAsked] = useState<Omit<Wanted, "kind">>({});
  const [partition, askPartition] = useState("");
  const keeps = useCallback((r: Reject) => partition === "" || r.partition === partition, [partition]);
  return { asked, partition, keeps, ask: (change) => setAsked((now) => ({ ...now, ...change })), askPartition };
}

/** RejectFilters narrow the list down. Codes, operators and partitions are those that the rows read so far have. */
export function RejectFilters({ filters, rows, codes = true }: { filters: Filters; rows: readonly Reject[]; codes?: boolean }) {
  const t = useWords(rejectWords);
  const { asked, partition, ask, askPartition } = filters;
  const found = useMemo(() => ({ codes: distinct(rows.map((r) => r.code)), nodes: distinct(rows.map((r) => r.node)), partitions: distinct(rows.map((r) => r.partition)) }), [rows]);
  return (
    <>
      {codes ? <Select className={css.select} aria-label={t("filter.code")} value={asked.code ?? ""} onChange={(code) => ask({ code: code || undefined })} options={[{ value: "", label: t("filter.codeAll") }, ...found.codes.map((value) => ({ value, label: value }))]} /> : null}
      <Select className={css.select} aria-label={t("filter.node")} value={asked.node ?? ""} onChange={(node) => ask({ node: node || undefined })} options={[{ value: "", label: t("filter.nodeAll") }, ...found.nodes.map((value) => ({ value, label: nodeOf(value) }))]} />
      <Select className={css.select} aria-label={t("filter.partition")} value={partition} onChange={askPartition} options={[{ value: "", label: t("filter.partitionAll") }, ...found.partitions.map((value) => ({ value, label: value }))]} />
      <DatePicker.RangePicker
        showTime={{ format: "HH:mm" }}
        format="YYYY-MM-DD HH:mm"
        placeholder={[t("filter.from"), t("filter.to")]}
        allowEmpty={[true, true]}
        onChange={(range) => ask({ from: range?.[0]?.toISOString(), to: range?.[1]?.toISOString() })}
      />
    </>
  );
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((v) => v !== undefined && v !== "") as string[])].sort();
}
