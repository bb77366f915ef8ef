import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api, must, pages } from "@/infra/api";
import { useMe } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Segmented } from "@/ui/menu";
import { Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Age, Num } from "@/ui/text";
import { page, type Request, useWaiting } from "../data";
import { Frame } from "../frame";
import { Effect, ScopeName, SubjectName, Until } from "../parts";
import { inOrder } from "../rules";
import css from "../shared.module.css";
import { w } from "../words";
import { Ask } from "./ask";
import { State } from "./state";

const parts = ["all", "waiting", "mine"] as const;

/** RequestsPage lists who has asked for what, those that wait for whoever looks first. Its state is in the address: ?show, and ?ask to open the drawer. */
export function RequestsPage() {
  const t = useWords(w);
  const me = useMe();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const [asking, setAsking] = useState(search.has("ask"));
  const show = parts.find((p) => p === search.get("show")) ?? "all";
  const waiting = useWaiting();
  const all = useQuery({
    queryKey: ["access_requests", "all"],
    refetchInterval: 30_000,
    queryFn: () => pages((cursor) => must(api.GET("/access_requests", { params: { query: { limit: page, cursor } } })), 2000),
  });
  const forMe = useMemo(() => new Set(waiting.data?.items.map((r) => r.id)), [waiting.data]);
  const rows = useMemo(() => {
    const items = all.data?.items ?? [];
    return inOrder(show === "waiting" ? items.filter((r) => forMe.has(r.id)) : show === "mine" ? items.filter((r) => r.by === `user:${me?.user}`) : items, forMe);
  }, [all.data, forMe, show, me?.user]);
  const columns = useMemo<TableColumn<Request>[]>(
    () => [
      { key: "state", title: t("column.state"), width: 156, render: (r) => <State request={r} forMe={forMe.has(r.id)} /> },
      {
        key: "by",
        title: t("requests.who"),
        min: 190,
        render: (r) => (
          <span className={css.two}>
            <SubjectName of={r.by} name={r.by_name} strong />
            {r.subject === r.by ? null : (
              <small>
                {t("requests.for")} <SubjectName of={r.subject} />
              </small>
            )}
          </span>
        ),
        sort: (a, b) => a.by_name.localeCompare(b.by_name),
      },
      { key: "action", title: t("column.action"), width: 92, render: (r) => <Effect effect="allow" action={r.action} /> },
      { key: "scope", title: t("column.scope"), min: 200, render: (r) => <ScopeName of={r.scope} /> },
      { key: "reason", title: t("requests.reason"), min: 180, render: (r) => <span className={css.cut}>{r.reason}</span> },
      { key: "until", title: t("column.until"), width: 142, render: (r) => <Until at={r.granted ?? r.expires} /> },
      { key: "at", title: t("requests.asked"), width: 118, render: (r) => <Age at={r.at} phrase />, sort: (a, b) => a.at.localeCompare(b.at) },
    ],
    [t, forMe],
  );
  return (
    <Frame
      part="requests"
      actions={
        <Button icon={<Glyph name="key" />} onClick={() => setAsking(true)}>
          {t("ask.button")}
        </Button>
      }
    >
      <div className={css.bar}>
        <Segmented
          label={t("requests.show")}
          value={show}
          onChange={(v) => setSearch(v === "all" ? {} : { show: v }, { replace: true })}
          options={parts.map((p) => ({ value: p, label: p === "waiting" && forMe.size > 0 ? `${t("requests.waiting")} ${forMe.size}` : t(`requests.${p}`) }))}
        />
      </div>
      {all.error ? <Failure problem={all.error} retry={() => void all.refetch()} /> : null}
      {all.isPending ? <Loading rows={6} /> : null}
      {all.data ? (
        <DataTable
          rows={rows}
          columns={columns}
          rowKey={(r) => r.id}
          label={t("tab.requests")}
          onOpen={(r) => void navigate(`/access/requests/${r.id}`)}
          bar={(r) => (forMe.has(r.id) ? "busy" : undefined)}
          empty={t(`requests.none.${show}`)}
          foot={
            <span>
              <Num value={rows.length} /> {t("requests.count", { count: rows.length })}
            </span>
          }
        />
      ) : null}
      {asking ? <Ask onClose={() => setAsking(false)} /> : null}
    </Frame>
  );
}
