import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "react-router";
import { api, must, type Schemas } from "@/infra/api";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Section } from "@/ui/page";
import { Empty, Failure, Loading } from "@/ui/states";
import { Num } from "@/ui/text";
import type { Table } from "../data";
import { useLineage } from "../lineage/data";
import { common } from "../words";
import css from "./list.module.css";
import { w } from "./words";

type Affected = Schemas["LineageAffected"];

/** Consumers are the models and pipelines that write a table, and all that a change of it reaches. */
export function Consumers({ table }: { table: Table }) {
  const t = useWords(w);
  const shared = useWords(common);
  const near = useLineage(table.id, 1, 1);
  const { data, error, refetch } = useQuery({
    queryKey: ["tables", table.id, "impact"],
    queryFn: () => must(api.GET("/tables/{table}/impact", { params: { path: { table: table.id } } })),
  });
  const writers = useMemo(() => writersIn(near.data, table.id), [near.data, table.id]);
  if (error && !data) return <Failure problem={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={6} />;
  const items = data.items ?? [];
  const direct = items.filter((i) => i.distance <= 1);
  const further = items.filter((i) => i.distance > 1);
  if (items.length === 0 && data.hidden === 0 && writers.length === 0) return <Empty what={t("consumers.empty")} action={<Link to={`/models?new&table=${encodeURIComponent(table.name)}`}>{t("page.use")}</Link>} />;
  return (
    <>
      {writers.length > 0 ? (
        <Section title={t("consumers.writers")} flush>
          <ul className={css.list}>
            {writers.map((v) => (
              <li key={v.id}>
                <Glyph name={v.kind === "pipeline" ? "pipeline" : "model"} />
                <Link className={css.name} to={v.kind === "pipeline" ? `/pipelines/${v.id}` : `/models/${v.id}`}>{v.name}</Link>
                <span>{shared(`thing.${v.kind === "pipeline" ? "pipeline" : "document"}`)}</span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Group title={t("consumers.direct")} items={direct} none={t("consumers.noneDirect")} />
      {further.length > 0 ? <Group title={t("consumers.further")} items={further} steps /> : null}
      {data.hidden > 0 ? (
        <p className={css.hidden}>
          <Glyph name="lock" size={14} /> {t("consumers.hidden", { count: data.hidden })}
        </p>
      ) : null}
    </>
  );
}

function Group({ title, items, none, steps }: { title: string; items: Affected[]; none?: string; steps?: boolean }) {
  const t = useWords(w);
  const shared = useWords(common);
  const { nameOf } = useTeams();
  return (
    <Section title={title} note={items.length > 0 ? <Num value={items.length} /> : none} flush>
      <ul className={css.list}>
        {items.map((i) => (
          <li key={`${i.kind}:${i.id}`}>
            <Glyph name={i.kind === "pipeline" ? "pipeline" : "model"} />
            <Link className={css.name} to={i.kind === "pipeline" ? `/pipelines/${i.id}` : `/models/${i.id}`}>{i.name}</Link>
            <span>{shared(`thing.${i.kind === "pipeline" ? "pipeline" : "document"}`)}</span>
            <span>{nameOf(i.team)}</span>
            {steps ? <span>{t("consumers.steps", { count: i.distance })}</span> : null}
            {i.columns?.length ? <code className={css.columns}>{i.columns.slice(0, 4).join(", ")}{i.columns.length > 4 ? " …" : ""}</code> : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function writersIn(d: ReturnType<typeof useLineage>["data"], id: string): { id: string; kind: string; name: string }[] {
  const seen = new Map<string, { id: string; kind: string; name: string }>();
  for (const e of d?.edges ?? []) {
    if (e.to !== id) continue;
    for (const v of e.via ?? []) if (v.id && v.name) seen.set(`${v.kind}:${v.id}`, { id: v.id, kind: v.kind ?? "", name: v.name });
  }
  return [...seen.values()];
}
