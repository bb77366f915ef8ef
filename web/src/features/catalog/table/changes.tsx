import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";
import { api, type Etagged, must, Problem, withETag } from "@/infra/api";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Section } from "@/ui/page";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { Age, Time } from "@/ui/text";
import type { Table } from "../data";
import css from "./list.module.css";
import { w } from "./words";

/** Changes are how the table differs from what lies outside, and who has changed what is said of it. */
export function Changes({ at, manages }: { at: Etagged<Table>; manages: boolean }) {
  const can = useCan();
  return (
    <>
      <Drift at={at} manages={manages} />
      {can("administer") ? <Audit table={at.value} /> : null}
    </>
  );
}

function Drift({ at, manages }: { at: Etagged<Table>; manages: boolean }) {
  const t = useWords(w);
  const client = useQueryClient();
  const id = at.value.id;
  const path = { table: id };
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["tables", id, "drift"],
    queryFn: async () => {
      try {
        return await must(api.GET("/tables/{table}/drift", { params: { path } }));
      } catch (e) {
        // Nobody has looked yet.
        if (e instanceof Problem && e.status === 404) return null;
        throw e;
      }
    },
  });
  const check = useMutation({
    mutationFn: () => must(api.POST("/tables/{table}/drift", { params: { path } })),
    onSuccess: (d) => {
      client.setQueryData(["tables", id, "drift"], d);
      void client.invalidateQueries({ queryKey: ["tables", id], exact: true });
    },
  });
  const accept = useMutation({
    mutationFn: () => withETag(api.POST("/tables/{table}/drift/accept", { params: { path, header: { "If-Match": at.etag } } })),
    onSuccess: (next) => {
      client.setQueryData(["tables", id], next);
      void client.invalidateQueries({ queryKey: ["tables", id, "drift"] });
      toast(t("changes.accepted"));
    },
  });
  const changes = data?.changes ?? [];
  return (
    <Section
      title={t("changes.drift")}
      note={data ? <>{t("changes.looked")} <Age at={data.at} phrase /></> : null}
      aside={
        manages ? (
          <>
            {changes.length > 0 ? <Button size="small" loading={accept.isPending} onClick={() => accept.mutate()}>{t("changes.accept")}</Button> : null}
            <Button size="small" icon={<Glyph name="refresh" size={14} />} loading={check.isPending} onClick={() => check.mutate()}>{t("changes.check")}</Button>
          </>
        ) : null
      }
      flush
    >
      {check.error ? <Failure problem={check.error} what={t("changes.checkFailed")} /> : null}
      {accept.error ? <Failure problem={accept.error} what={t("changes.acceptFailed")} /> : null}
      {error && !data ? (
        <Failure problem={error} retry={() => void refetch()} />
      ) : isPending ? (
        <Loading rows={2} />
      ) : data === null ? (
        <Empty what={manages ? t("changes.neverYours") : t("changes.never")} />
      ) : changes.length === 0 ? (
        <p className={css.note}>{t("changes.same")}</p>
      ) : (
        <>
          {changes.map((c, i) => (
            <div key={i} className={css.drift} data-severity={c.severity}>
              <Glyph name={c.severity === "harmless" ? "info" : c.severity === "risky" ? "warning" : "error"} />
              <span>{c.severity === "harmless" || c.severity === "risky" || c.severity === "breaking" ? t(`severity.${c.severity}`) : c.severity}</span>
              <code>{c.column}</code>
              <span>{c.message}</span>
              <span>{c.was || c.is ? <><code className={css.was}>{c.was || "–"}</code> → <code>{c.is || "–"}</code></> : null}</span>
            </div>
          ))}
          {data?.touches?.length ? (
            <p className={css.note}>
              {t("changes.touches")}{" "}
              {data.touches.map((x) => <Link key={x.id} to={x.kind === "pipeline" ? `/pipelines/${x.id}` : x.kind === "table" ? `/catalog/${x.id}` : `/models/${x.id}`}>{x.name} </Link>)}
            </p>
          ) : null}
        </>
      )}
    </Section>
  );
}

function Audit({ table }: { table: Table }) {
  const t = useWords(w);
  const { data, error } = useQuery({
    queryKey: ["audit", `table:${table.id}`],
    queryFn: async () => (await must(api.GET("/audit", { params: { query: { object: `table:${table.id}`, limit: 50 } } }))).items ?? [],
  });
  return (
    <Section title={t("changes.audit")} flush>
      {error ? <Failure problem={error} /> : data === undefined ? <Loading rows={3} /> : data.length === 0 ? <p className={css.note}>{t("changes.noAudit")}</p> : null}
      <ul className={css.list}>
        {(data ?? []).map((e) => (
          <li key={e.id}>
            <Time at={e.at} />
            <strong>{e.name}</strong>
            <code>{e.action}</code>
          </li>
        ))}
      </ul>
    </Section>
  );
}
