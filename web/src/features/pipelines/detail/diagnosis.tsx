import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { type Finding, findingOf, nodeOf, raised } from "@/core/diagnosis";
import { bytes, share } from "@/core/format";
import { api, must, once } from "@/infra/api";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Failure } from "@/ui/states";
import { StatusGlyph } from "@/ui/status";
import { Age, Code, Time } from "@/ui/text";
import { useMoves } from "../moves";
import css from "./diagnosis.module.css";
import { labelOf, usePipe } from "./pipe";
import { RollbackDialog } from "./rollback";
import { detailWords } from "./words";

/** Diagnosis says first what is the matter, why, what is safe, and offers what would help. Of a pipeline that is well it says nothing. */
export function Diagnosis() {
  const { detail, graph } = usePipe();
  const found = findingOf(detail);
  if (found.kind === "well") return null;
  return (
    <section className={css.finding} data-kind={found.kind} aria-live="polite">
      <Told found={found} name={(operator) => (operator ? labelOf(operator, graph) : "")} />
      <Help found={found} />
    </section>
  );
}

function Told({ found, name }: { found: Finding; name: (operator: string | undefined) => string }) {
  const t = useWords(detailWords);
  switch (found.kind) {
    case "failed":
    case "looping":
    case "waiting":
    case "recovering": {
      const title = found.kind === "failed" ? (found.operator ? t("find.failed", { node: name(found.operator) }) : t("find.failedPlain")) : t(`find.${found.kind}`);
      return (
        <>
          <Title health={found.kind === "recovering" || found.kind === "waiting" ? "starting" : "failed"}>{title}</Title>
          {found.reason ? <p>{found.reason}</p> : null}
          {found.fix ? <p className={css.fix}>{found.fix}</p> : null}
          {found.code ? (
            <p className={css.code}>
              <Code>{found.code}</Code>
            </p>
          ) : null}
          {"next" in found && found.next ? (
            <p>
              {t("find.next")} <Time at={found.next} />
            </p>
          ) : null}
          <p className={css.safe}>{t("find.safe")}</p>
        </>
      );
    }
    case "bottleneck": {
      const nodes = [...new Set(found.blocked.map(nodeOf))];
      return (
        <>
          <Title health="busy">{t("find.bottleneck", { node: name(found.operator) })}</Title>
          <p>
            {t("find.busy", { share: share(found.busy) })}
            {nodes.length > 0 ? <> {t("find.waits", { count: nodes.length, nodes: nodes.join(", ") })}</> : null}
            {found.since ? (
              <>
                , <Age at={found.since} />
              </>
            ) : null}
            . {found.state > 0 ? t("find.state", { size: bytes(found.state) }) : null}
          </p>
        </>
      );
    }
    case "unconfirmed":
      return (
        <>
          <Title health="unconfirmed">{t("find.unconfirmed")}</Title>
          <p>{t("find.unconfirmedText")}</p>
          {found.at ? (
            <p>
              {t("find.lastHeard")} <Time at={found.at} />
            </p>
          ) : null}
        </>
      );
    case "stopped":
      return (
        <>
          <Title health="stopped">{found.cause.actor?.name && found.cause.kind === "person" ? t("find.stoppedBy", { who: found.cause.actor.name }) : t("find.stopped")}</Title>
          {found.cause.reason ? <p>{t("find.reason", { reason: found.cause.reason })}</p> : null}
          <p className={css.safe}>{t("find.kept")}</p>
        </>
      );
    case "ended":
      return <Title health="stopped">{t("find.ended")}</Title>;
    case "well":
      return null;
  }
}

function Title({ health, children }: { health: "failed" | "busy" | "unconfirmed" | "stopped" | "starting"; children: ReactNode }) {
  return (
    <h2 className={css.title} data-health={health}>
      <StatusGlyph health={health} />
      {children}
    </h2>
  );
}

/** Help is what one can do about it. The first action is the one most likely to help. */
function Help({ found }: { found: Finding }) {
  const t = useWords(detailWords);
  const can = useCan();
  const client = useQueryClient();
  const { detail } = usePipe();
  const { one } = useMoves();
  const [back, setBack] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const down = found.kind === "failed" || found.kind === "looping" || found.kind === "waiting";
  const more = found.kind === "bottleneck" ? raised(found.parallelism, detail.stats.partitions?.length ?? 0) : undefined;
  const raise = async (parallelism: number) => {
    setProblem(undefined);
    try {
      await must(api.POST("/pipelines/{pipeline}/scale", { params: { path: { pipeline: detail.id }, header: once() }, body: { parallelism } }));
      await client.invalidateQueries({ queryKey: ["pipelines", detail.id] });
    } catch (e) {
      setProblem(e);
    }
  };
  return (
    <>
      <div className={css.actions}>
        {more !== undefined && can("operate") ? <Button onClick={() => void raise(more)}>{t("find.raise", { n: more })}</Button> : null}
        {down && can("operate") ? <Button onClick={() => one(detail.id, "restart")}>{t("find.restart")}</Button> : null}
        {(found.kind === "stopped" || found.kind === "ended") && can("operate") ? <Button onClick={() => one(detail.id, "start")}>{t("find.start")}</Button> : null}
        {(down || found.kind === "bottleneck") && detail.version > 1 && can("edit") ? <Button onClick={() => setBack(true)}>{t("find.back", { version: detail.version - 1 })}</Button> : null}
        {down && detail.document ? (
          <Link className={css.link} to={`/models/${detail.document}${found.operator ? `?node=${encodeURIComponent(nodeOf(found.operator))}` : ""}`}>
            {t("find.openModel")}
          </Link>
        ) : null}
        {down && can("operate") ? (
          <Link className={css.link} to={`/pipelines/${detail.id}/logs`}>
            {t("find.logs")}
          </Link>
        ) : null}
      </div>
      {problem === undefined ? null : <Failure problem={problem} />}
      <RollbackDialog open={back} onClose={() => setBack(false)} detail={detail} to={detail.version - 1} />
    </>
  );
}
