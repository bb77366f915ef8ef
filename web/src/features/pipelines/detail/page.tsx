import { Button } from "antd";
import { useMemo, useState } from "react";
import { Link, Outlet, useMatches, useNavigate, useParams } from "react-router";
import type { Detail } from "@/core/diagnosis";
import { mayStart, mayStop } from "@/core/pipeline";
import { useFeed } from "@/infra/live";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Glyph, KindTile } from "@/ui/glyph";
import { Menu, type MenuItem } from "@/ui/menu";
import { TopBar, Tabs } from "@/ui/page";
import { Empty, Loading, Stale } from "@/ui/states";
import { Age, Around } from "@/ui/text";
import { useDocuments } from "../data";
import { useNarrow } from "../list/narrow";
import { useMoves } from "../moves";
import { Refusals } from "../refusals";
import { PipelineStatus } from "../status";
import { pipelineWords } from "../words";
import { DeployDrawer } from "./deploy";
import css from "./detail.module.css";
import { type Pipe, useEpochs, useGraph, useVersion } from "./pipe";
import { versionWords } from "./versions-words";
import { detailWords } from "./words";

/** PipelinePage is one pipeline, live: who it is, how it fares and what one can ask of it; the parts below have addresses of their own. */
export function PipelinePage() {
  const { pipeline: id = "" } = useParams();
  const t = useWords(detailWords);
  const tl = useWords(pipelineWords);
  const feed = useFeed("pipeline", { pipeline: id });
  const detail = feed.items.get(id) as Detail | undefined;
  const graph = useGraph(id, detail?.version);
  const epochs = useEpochs(feed.items);
  const pipe = useMemo((): Pipe | undefined => {
    if (!detail) return undefined;
    return { detail, health: detail.health, epochs, graph, faint: detail.health === "unconfirmed" || feed.phase === "stale" };
  }, [detail, epochs, graph, feed.phase]);

  if (feed.phase === "ended") {
    return (
      <>
        <TopBar crumbs={[{ label: tl("title"), to: "/pipelines" }, { label: id }]} />
        <Empty what={feed.problem?.detail ?? t("gone")} action={<Link to="/pipelines">{tl("title")}</Link>} />
      </>
    );
  }
  if (!pipe) {
    return (
      <>
        <TopBar crumbs={[{ label: tl("title"), to: "/pipelines" }, { label: "" }]} />
        {feed.phase === "live" ? <Empty what={t("gone")} action={<Link to="/pipelines">{tl("title")}</Link>} /> : <Loading rows={10} />}
      </>
    );
  }
  return (
    <>
      <Head pipe={pipe} />
      <PartTabs pipe={pipe} />
      <Refusals id={id} />
      {feed.phase === "stale" ? (
        <div className={css.stale}>
          <Stale at={feed.at} />
        </div>
      ) : null}
      <div className={css.part} data-faint={pipe.faint || undefined}>
        <Outlet context={pipe} />
      </div>
    </>
  );
}

function Head({ pipe: { detail } }: { pipe: Pipe }) {
  const t = useWords(detailWords);
  const tl = useWords(pipelineWords);
  const tv = useWords(versionWords);
  const can = useCan();
  const { one } = useMoves();
  const document = useDocuments().get(detail.document ?? "");
  const version = useVersion(detail.id, detail.version);
  const narrow = useNarrow();
  const navigate = useNavigate();
  const [deploying, setDeploying] = useState(false);
  const asked = { want: detail.desired.want, state: detail.state };
  const starts = asked.want === "running" ? t("more.restart") : t("start");
  const newer = document && version?.document_version && document.published > version.document_version ? document.published : undefined;
  const more: MenuItem[] = [];
  if (detail.document && narrow) more.push({ key: "model", glyph: "model", label: t("openModel"), onClick: () => void navigate(`/models/${detail.document}`) });
  if (can("operate") && mayStop(asked)) {
    more.push({ key: "restart", glyph: "restart", label: t("more.restart"), onClick: () => one(detail.id, "restart") });
    more.push({ key: "now", glyph: "stop", label: t("more.stopNow"), why: t("more.stopNowNote"), danger: true, onClick: () => one(detail.id, "stop", "now") });
  }
  return (
    <>
      <TopBar
        crumbs={narrow ? [] : [{ label: tl("title"), to: "/pipelines" }]}
        glyph={<KindTile kind={document?.kind === "relational" || document?.kind === "ab" ? document.kind : "view"} />}
        name={detail.name}
        status={<PipelineStatus line={{ ...detail, cause: detail.desired.cause }} />}
        aside={
          detail.confirmed_at && detail.worker ? (
            <span className={css.confirmed}>
              <Around text={t("confirmed", { age: "\u0000" })}>
                <Age at={detail.worker.beat_at > detail.confirmed_at ? detail.worker.beat_at : detail.confirmed_at} phrase />
              </Around>
            </span>
          ) : undefined
        }
        actions={
          <>
            {detail.document && !narrow ? (
              <Link to={`/models/${detail.document}`} className={css.model}>
                <Glyph name="model" /> <span>{t("openModel")}</span>
              </Link>
            ) : null}
            {can("operate") && mayStart(asked) ? (
              <Button icon={<Glyph name="play" />} type={newer ? "default" : "primary"} aria-label={starts} onClick={() => one(detail.id, "start")}>
                {narrow ? null : starts}
              </Button>
            ) : null}
            {can("operate") && mayStop(asked) ? (
              <Button icon={<Glyph name="stop" />} aria-label={t("stop")} onClick={() => one(detail.id, "stop")}>
                {narrow ? null : t("stop")}
              </Button>
            ) : null}
            {can("edit") && newer ? (
              <Button type="primary" onClick={() => setDeploying(true)}>
                {tv("deploy.action", { version: newer })}
              </Button>
            ) : null}
            <Menu items={more} label={t("more.label")} />
          </>
        }
      />
      {newer && detail.document && version ? (
        <DeployDrawer open={deploying} onClose={() => setDeploying(false)} detail={detail} document={detail.document} version={newer} settings={version.settings} />
      ) : null}
    </>
  );
}

function PartTabs({ pipe: { detail } }: { pipe: Pipe }) {
  const t = useWords(detailWords);
  const matches = useMatches();
  const base = `/pipelines/${detail.id}`;
  const here = matches[matches.length - 1]?.pathname.replace(/\/$/, "") ?? "";
  const active = here === base ? "overview" : (here.split("/").pop() ?? "");
  const { rejected, late } = detail.stats.totals;
  const operators = detail.operators.length;
  return (
    <Tabs
      label={t("tab.label")}
      active={active}
      items={[
        { key: "overview", label: t("tab.overview"), to: base },
        { key: "operators", label: t("tab.operators"), to: `${base}/operators`, count: operators || undefined },
        { key: "epochs", label: t("tab.epochs"), to: `${base}/epochs` },
        { key: "dead-letters", label: t("tab.dead"), to: `${base}/dead-letters`, count: rejected },
        { key: "late-rows", label: t("tab.late"), to: `${base}/late-rows`, count: late },
        { key: "logs", label: t("tab.logs"), to: `${base}/logs` },
        { key: "versions", label: t("tab.versions"), to: `${base}/versions`, count: detail.version },
        { key: "settings", label: t("tab.settings"), to: `${base}/settings` },
      ]}
      aside={
        <span className={css.place}>
          {detail.worker
            ? t("place", { version: detail.version, engine: t("engine"), host: detail.worker.host, lease: detail.worker.lease_epoch })
            : t("placeNowhere", { version: detail.version })}
        </span>
      }
    />
  );
}
