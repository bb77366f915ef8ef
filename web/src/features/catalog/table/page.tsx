import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect } from "react";
import { useParams } from "react-router";
import { Link } from "react-router";
import { shortName } from "@/core/lineage";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph, Layer } from "@/ui/glyph";
import { Page, Scroll, Tabs, TopBar } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
import { Age, Code } from "@/ui/text";
import { useLineage } from "../lineage/data";
import { LineageView } from "../lineage/view";
import { useMay, useTable } from "../data";
import { isTableKind, kindGlyph } from "../kinds";
import { common } from "../words";
import { AccessTab } from "./access";
import { Changes } from "./changes";
import { Consumers } from "./consumers";
import { Declaration } from "./declaration";
import { Overview } from "./overview";
import css from "./page.module.css";
import { RequestAccess } from "./request";
import { Sample } from "./sample";
import { w } from "./words";

const tabs = ["overview", "sample", "lineage", "consumers", "access", "changes", "declaration"] as const;
type TabKey = (typeof tabs)[number];

/** watch is how often it is asked whether the rows may still be read, in milliseconds. */
const watch = 3000;

/** TablePage is all that is known of a table: what is in it, where it comes from, who uses it and who may. */
export function TablePage() {
  const t = useWords(w);
  const shared = useWords(common);
  const { table: id = "", tab } = useParams();
  const { data, error, refetch } = useTable(id);
  const manages = useMay(id, "manage").data?.allowed;
  const client = useQueryClient();
  const reads = useMay(id, "read", watch).data;
  const mayRead = reads?.allowed;
  useEffect(() => {
    // Rows that one may no longer read are forgotten, here and in what the schema says of them.
    if (mayRead === false) client.removeQueries({ queryKey: ["tables", id, "sample"] });
  }, [client, id, mayRead]);
  const near = useLineage(id, 1, 1);
  const { nameOf } = useTeams();
  const active: TabKey = tabs.find((k) => k === tab) ?? "overview";
  if (error && !data) {
    return (
      <Page>
        <TopBar crumbs={[{ label: shared("browse.title"), to: "/catalog" }]} name={t("page.unknown")} />
        <Failure problem={error} retry={() => void refetch()} />
      </Page>
    );
  }
  if (!data) {
    return (
      <Page>
        <TopBar crumbs={[{ label: shared("browse.title"), to: "/catalog" }]} name="" />
        <Loading rows={10} />
      </Page>
    );
  }
  const table = data.value;
  const { place, own } = shortName(table.name);
  const [catalog = "", ...db] = place.split(".");
  const writers = writersOf(near.data, id);
  const to = (key: TabKey) => (key === "overview" ? `/catalog/${id}` : `/catalog/${id}/${key}`);
  const shown = tabs.filter((k) => k !== "access" || manages !== undefined);
  return (
    <Page>
      <TopBar
        crumbs={[
          { label: shared("browse.title"), to: "/catalog" },
          { label: catalog, to: `/catalog?in=${encodeURIComponent(catalog)}` },
          { label: db.join("."), to: `/catalog?in=${encodeURIComponent(place)}` },
        ]}
        glyph={kindGlyph(table.kind)}
        name={own}
        status={table.layer ? <Layer layer={table.layer} /> : null}
        actions={
          <>
            {reads && !reads.allowed ? <RequestAccess table={id} name={table.name} /> : null}
            {reads?.allowed ? (
              <Link to={`/query?table=${encodeURIComponent(table.name)}`}>
                <Button icon={<Glyph name="query" />} tabIndex={-1}>{t("page.query")}</Button>
              </Link>
            ) : null}
            {reads?.allowed ? (
              <Link to={`/models?new&table=${encodeURIComponent(table.name)}`}>
                <Button type="primary" icon={<Glyph name="plus" />} tabIndex={-1}>{t("page.use")}</Button>
              </Link>
            ) : null}
          </>
        }
      />
      <div className={css.facts}>
        <span>{isTableKind(table.kind) ? shared(`kind.${table.kind}`) : table.kind}</span>
        {table.team ? <span><Glyph name="team" size={14} /> {t("page.owner")} <strong>{nameOf(table.team)}</strong></span> : null}
        {table.connections?.[0] ? <span><Glyph name="connection" size={14} /> <Code>{table.connections[0]}</Code>{table.physical ? <Code>{table.physical}</Code> : null}</span> : null}
        {writers.length > 0 ? (
          <span>
            <Glyph name="pipeline" size={14} /> {t("page.writtenBy")}{" "}
            {writers.slice(0, 2).map((p) => <Link key={p.id} to={p.href}>{p.name}</Link>)}
            {writers.length > 2 ? <span>{t("page.others", { count: writers.length - 2 })}</span> : null}
          </span>
        ) : null}
        {table.drift && table.drift.severity !== "none" && table.drift.changes?.length ? (
          <Link to={to("changes")} className={css.drift}>
            <Glyph name="warning" size={14} /> {t("page.drift", { count: table.drift.changes.length })}
          </Link>
        ) : null}
        <span className={css.end}>{t("page.changed")} <Age at={table.updated} phrase /></span>
      </div>
      <Tabs
        label={t("tab.label")}
        active={active}
        items={shown.map((key) => ({ key, label: t(`tab.${key}`), to: to(key), count: key === "overview" ? table.columns.length : undefined }))}
      />
      {active === "lineage" ? (
        <LineageView table={table} />
      ) : active === "sample" ? (
        <Sample table={table} />
      ) : (
        <Scroll>
          {active === "overview" ? <Overview at={data} manages={manages ?? false} /> : null}
          {active === "consumers" ? <Consumers table={table} /> : null}
          {active === "access" ? <AccessTab table={table} manages={manages ?? false} /> : null}
          {active === "changes" ? <Changes at={data} manages={manages ?? false} /> : null}
          {active === "declaration" ? <Declaration at={data} manages={manages ?? false} /> : null}
        </Scroll>
      )}
    </Page>
  );
}

/** writersOf are the pipelines, and else the models, whose rows go into a table. */
function writersOf(d: ReturnType<typeof useLineage>["data"], id: string): { id: string; name: string; href: string }[] {
  const via = (d?.edges ?? []).filter((e) => e.to === id).flatMap((e) => e.via ?? []);
  const known = via.filter((v) => v.id && v.name && !v.virtual);
  const pipelines = known.filter((v) => v.kind === "pipeline");
  const seen = new Map((pipelines.length > 0 ? pipelines : known).map((v) => [v.id, v]));
  return [...seen.values()].map((v) => ({ id: v.id ?? "", name: v.name ?? "", href: v.kind === "pipeline" ? `/pipelines/${v.id}` : `/models/${v.id}` }));
}
