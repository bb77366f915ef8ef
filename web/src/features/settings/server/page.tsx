import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { Link } from "react-router";
import type { Line } from "@/core/pipeline";
import { api, must, type Schemas } from "@/infra/api";
import { useFeed } from "@/infra/live";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Facts, Scroll, Section } from "@/ui/page";
import { Empty, Failure, Loading, Stale } from "@/ui/states";
import { type Health, Status } from "@/ui/status";
import { Age, Bytes, Code, Num, Time } from "@/ui/text";
import { Frame } from "../frame";
import { w } from "../words";
import css from "./server.module.css";

type Server = Schemas["Status"];
type Worker = Schemas["ControlWorkerInfo"];

/** ServerPage is how the server stands: its parts, the workers with their leases and pipelines, and the tables of what is embedded. */
export function ServerPage() {
  const t = useWords(w);
  const can = useCan();
  if (!can("operate")) {
    return (
      <Frame part="server">
        <Empty what={t("server.operators")} />
      </Frame>
    );
  }
  return (
    <Frame part="server">
      <Live />
    </Frame>
  );
}

function Live() {
  const t = useWords(w);
  const feed = useFeed("server");
  // Until the socket has told something, a plain request does.
  const first = useQuery({ queryKey: ["status"], enabled: !feed.items.has("server"), refetchInterval: 10_000, queryFn: () => must(api.GET("/status")) });
  const server = (feed.items.get("server") as Server | undefined) ?? first.data;
  if (feed.problem) return <Failure problem={new Error(`${feed.problem.detail} ${feed.problem.fix ?? ""}`)} />;
  if (!server) return <Loading rows={8} />;
  const parts = server.parts ?? [];
  const tables = [...(server.tables ?? [])].sort((a, b) => b.bytes - a.bytes);
  const { version } = server;
  return (
    <Scroll>
      {feed.phase === "stale" && feed.at > 0 ? <Stale at={feed.at} /> : null}
      <Facts
        items={[
          { label: t("server.version"), value: version.version, note: version.commit?.slice(0, 8) },
          { label: t("server.running"), value: <Age at={server.started} />, note: <Time at={server.started} /> },
          { label: t("server.platform"), value: version.platform, note: version.go },
          { label: t("server.workers"), value: <Num value={server.workers?.length ?? 0} />, loud: server.workers?.length ? undefined : "failed" },
          { label: t("server.tables"), value: <Num value={tables.length} />, note: <Bytes value={tables.reduce((sum, x) => sum + x.bytes, 0)} /> },
        ]}
      />
      <Section title={t("server.parts")} flush>
        {parts.length === 0 ? <Empty what={t("server.noParts")} /> : null}
        {parts.map((p) => (
          <div key={p.name} className={css.row} data-cols="part">
            <strong>{p.name}</strong>
            <Status health={healthOf(p.state)} word={p.state === "off" ? t("server.off") : p.state === "restarting" ? t("server.restarting") : undefined} since={p.since} />
            <span>{p.address ? <Code>{p.address}</Code> : null}</span>
            <span className={css.cut}>
              {p.reason} {p.fix}
            </span>
            <span className={css.number}>{p.restarts ? t("server.restarts", { count: p.restarts }) : ""}</span>
          </div>
        ))}
      </Section>
      <Workers of={server.workers ?? []} />
      <Section title={t("server.tables")} note={t("server.tablesNote")} flush>
        {server.tables_error ? <Failure problem={new Error(server.tables_error)} what={t("server.tablesUnread")} /> : null}
        {tables.length === 0 && !server.tables_error ? <Empty what={t("server.noTables")} /> : null}
        {tables.length > 0 ? (
          <Head cols="table">
            <span>{t("server.table")}</span>
            <span className={css.number}>{t("server.rows")}</span>
            <span className={css.number}>{t("server.grown")}</span>
            <span className={css.number}>{t("server.size")}</span>
          </Head>
        ) : null}
        {tables.map((x) => (
          <div key={x.name} className={css.row} data-cols="table">
            <Code>{x.name}</Code>
            <span className={css.number}>
              <Num value={x.rows} />
            </span>
            <span className={css.number}>
              <Num value={x.grown} />
            </span>
            <span className={css.number}>
              <Bytes value={x.bytes} />
            </span>
          </div>
        ))}
      </Section>
    </Scroll>
  );
}

function Head({ cols, children }: { cols: "worker" | "table"; children: ReactNode }) {
  return (
    <div className={css.head} data-cols={cols}>
      {children}
    </div>
  );
}

/** Workers run the pipelines. Each holds a lease, which it renews with its beat; when it lapses another takes its pipelines over. */
function Workers({ of: workers }: { of: readonly Worker[] }) {
  const t = useWords(w);
  const pipelines = useFeed("pipelines");
  const byWorker = useMemo(() => {
    const out = new Map<string, Line[]>();
    for (const one of pipelines.items.values()) {
      const line = one as Line & { worker?: string };
      if (!line.worker) continue;
      out.set(line.worker, [...(out.get(line.worker) ?? []), line]);
    }
    return out;
  }, [pipelines.items]);
  return (
    <Section title={t("server.workers")} note={t("server.workersNote")} flush>
      {workers.length === 0 ? <Empty what={t("server.noWorkers")} /> : null}
      {workers.length > 0 ? (
        <Head cols="worker">
          <span>{t("server.worker")}</span>
          <span>{t("server.state")}</span>
          <span>{t("server.beat")}</span>
          <span>{t("server.lease")}</span>
          <span className={css.number}>{t("server.load")}</span>
          <span>{t("server.version")}</span>
          <span>{t("server.joined")}</span>
        </Head>
      ) : null}
      {workers.map((x) => (
        <div key={x.id}>
          <div className={css.row} data-cols="worker">
            <span className={css.two}>
              <strong>{x.host}</strong> <small>{t("server.pid", { pid: x.pid })}</small>
            </span>
            <Status health={x.leaving ? "stopped" : "running"} word={x.leaving ? t("server.leaving") : undefined} />
            <Age at={x.beat_at} phrase />
            <Time at={x.expires_at} form="clock" />
            <span className={css.number}>
              <Num value={x.pipelines} /> <small>/ {x.capacity}</small>
            </span>
            <span>{x.version}</span>
            <Age at={x.joined_at} />
          </div>
          {(byWorker.get(x.id) ?? []).length > 0 ? (
            <p className={css.runs}>
              {byWorker.get(x.id)?.map((line) => (
                <Link key={line.id} to={`/pipelines/${line.id}`}>
                  <code>{line.name}</code>
                </Link>
              ))}
            </p>
          ) : null}
        </div>
      ))}
    </Section>
  );
}

/** healthOf puts a part's state into the states that all pages share. */
function healthOf(state: string): Health {
  if (state === "running" || state === "failed" || state === "stopped" || state === "starting") return state;
  return state === "restarting" ? "starting" : state === "off" ? "stopped" : "unconfirmed";
}
