import { Button } from "antd";
import { type ReactNode, useMemo } from "react";
import { type Say, useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { SampleGrid } from "@/ui/grid";
import { Empty, Failure, Loading } from "@/ui/states";
import { Age, Num, Share } from "@/ui/text";
import { type Table, useMay } from "../data";
import { common } from "../words";
import { RequestAccess } from "./request";
import css from "./sample.module.css";
import { nullShares, type SampleRows, useSample } from "./sampling";
import { w } from "./words";

/** Sample shows rows of the table, read with the rights of whoever looks. */
export function Sample({ table }: { table: Table }) {
  const t = useWords(w);
  const may = useMay(table.id, "read").data;
  if (may && !may.allowed) return <Empty what={t("sample.denied")} action={<RequestAccess table={table.id} name={table.name} />} />;
  if (!may) return <Loading rows={12} height={24} />;
  return <Rows table={table} />;
}

function Rows({ table }: { table: Table }) {
  const t = useWords(w);
  const shared = useWords(common);
  const { data, error, refetch, isFetching } = useSample(table);
  const again = (
    <Button size="small" icon={<Glyph name="refresh" size={14} />} loading={isFetching} onClick={() => void refetch()}>{t("sample.again")}</Button>
  );
  const stats = useMemo(() => (data ? statsOf(data, t) : undefined), [data, t]);
  if (error && !data) return <Failure what={shared("sample.failed")} problem={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={20} height={24} />;
  return (
    <div className={css.sample}>
      <div className={css.bar}>
        <span><Num value={data.rows.length} /> {t("sample.rows")}</span>
        {data.rejected > 0 ? <span className={css.bad}><Glyph name="deadLetter" size={14} /> {shared("sample.rejected", { count: data.rejected })}</span> : null}
        <span className={css.age}>{t("sample.read")} <Age at={data.at} phrase /></span>
        <span className={css.end}>{again}</span>
      </div>
      {data.rows.length === 0 ? <Empty what={data.timedOut ? t("sample.waited") : shared("sample.none")} action={again} /> : <SampleGrid columns={data.columns} rows={data.rows} stats={stats} />}
    </div>
  );
}

/** statsOf says under each column which part of the sample has no value. */
function statsOf(sample: SampleRows, t: Say<typeof w.en>): Record<string, ReactNode> {
  const shares = nullShares(sample);
  return Object.fromEntries(sample.columns.map((c) => [c.name, <span key={c.name}>{t("overview.nulls")} <Share value={shares.get(c.name)} /></span>]));
}
