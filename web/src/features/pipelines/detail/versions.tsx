import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { bytes, clauses, duration } from "@/core/format";
import { diffLines, hunks } from "@/core/textdiff";
import { api, must, type Schemas } from "@/infra/api";
import { useCan } from "@/infra/session";
import { type Say, useLanguage, useWords } from "@/infra/words";
import { Section, Split } from "@/ui/page";
import { Empty, Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Time } from "@/ui/text";
import { useNarrow } from "../list/narrow";
import detailCss from "./detail.module.css";
import { ImpactView } from "./impact";
import { usePipe } from "./pipe";
import { RollbackDialog } from "./rollback";
import { versionWords } from "./versions-words";
import css from "./versions.module.css";

type Version = Schemas["ControlVersion"];

/** Versions are what was deployed, when and by whom; beside them how one differs from what runs now, and the way back to it. */
export function Versions() {
  const t = useWords(versionWords);
  const l = useLanguage();
  const narrow = useNarrow();
  const { detail } = usePipe();
  const [query, setQuery] = useSearchParams();
  const chosen = Number(query.get("version")) || undefined;
  const read = useInfiniteQuery({
    queryKey: ["pipelines", detail.id, "versions", detail.version],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => must(api.GET("/pipelines/{pipeline}/versions", { params: { path: { pipeline: detail.id }, query: { cursor: pageParam, limit: 50 } } })),
    getNextPageParam: (page) => page.next_cursor || undefined,
  });
  const rows = useMemo(() => (read.data?.pages ?? []).flatMap((p) => p.items ?? []), [read.data]);
  const columns = useMemo((): TableColumn<Version>[] => {
    return [
      {
        key: "version",
        title: t("versions.version"),
        width: 136,
        render: (v) => (
          <span>
            <b className={css.number}>v{v.version}</b> <span className={css.context}>{v.version === detail.version ? t("versions.current") : v.rolled_back_to ? t("versions.rolled", { version: v.rolled_back_to }) : ""}</span>
          </span>
        ),
      },
      { key: "at", title: t("versions.deployed"), width: 124, render: (v) => <Time at={v.created_at} /> },
      { key: "by", title: t("versions.by"), width: 96, render: (v) => v.created_by.name },
      {
        key: "model",
        title: t("versions.model"),
        width: 64,
        render: (v) => (v.document ? <Link to={`/models/${v.document}`}>{t("versions.modelVersion", { version: v.document_version ?? "" })}</Link> : <span className={css.context}>{t("versions.text")}</span>),
      },
      { key: "settings", title: t("versions.settings"), min: 120, render: (v) => <span className={css.context}>{settingsOf(v.settings, t, l)}</span> },
    ];
  }, [t, l, detail.version]);

  if (read.isPending) return <Loading rows={6} />;
  if (read.error) return <Failure problem={read.error} retry={() => void read.refetch()} />;
  const beside = chosen && chosen !== detail.version ? <Compared to={chosen} /> : <Empty what={rows.length > 1 ? t("versions.choose") : t("versions.first")} />;
  const table = (
    <DataTable
      label={t("versions.label")}
      rows={rows}
      columns={columns}
      rowKey={(v) => String(v.version)}
      active={String(chosen ?? "")}
      onActive={(v) => setQuery({ version: String(v.version) }, { replace: true })}
      onEnd={() => {
        if (read.hasNextPage && !read.isFetchingNextPage) void read.fetchNextPage();
      }}
    />
  );
  if (narrow) {
    return (
      <>
        <div className={css.above}>{table}</div>
        <div className={detailCss.stack}>{beside}</div>
      </>
    );
  }
  return (
    <Split name="versions" side="right" size={520} min={320} max={900} panel={beside}>
      <div className={detailCss.fill}>{table}</div>
    </Split>
  );
}

const policies = ["stop", "dead_letter", "skip"] as const;

function settingsOf(s: Schemas["ControlSettings"], t: Say<(typeof versionWords)["en"]>, l: "en" | "zh"): string {
  const parts: string[] = [];
  if (s.parallelism) parts.push(t("versions.parallelism", { n: s.parallelism }));
  if (s.epoch_ms) parts.push(t("versions.epoch", { span: duration(s.epoch_ms, l) }));
  if (s.memory_bytes) parts.push(t("versions.memory", { size: bytes(s.memory_bytes) }));
  const policy = policies.find((p) => p === s.on_error);
  if (policy) parts.push(t(`versions.onError.${policy}`));
  return clauses(parts, l) || t("versions.defaults");
}

function Compared({ to }: { to: number }) {
  const t = useWords(versionWords);
  const can = useCan();
  const { detail } = usePipe();
  const [back, setBack] = useState(false);
  const diff = useQuery({
    queryKey: ["pipelines", detail.id, "diff", detail.version, to],
    queryFn: () => must(api.GET("/pipelines/{pipeline}/versions/{number}/diff", { params: { path: { pipeline: detail.id, number: to }, query: { from: detail.version } } })),
  });
  if (diff.isPending) return <Loading rows={8} />;
  if (diff.error) return <Failure problem={diff.error} retry={() => void diff.refetch()} />;
  return (
    <div className={css.compared}>
      <Section title={t("versions.compare", { from: detail.version, to })} aside={can("edit") ? <Button onClick={() => setBack(true)}>{t("versions.back", { version: to })}</Button> : undefined}>
        <h3 className={css.title}>{t("versions.becomes")}</h3>
        <ImpactView impact={diff.data.impact} />
      </Section>
      <Section flush title={t("versions.text2")}>
        <TextDiff from={diff.data.from_text} to={diff.data.to_text} />
      </Section>
      <RollbackDialog open={back} onClose={() => setBack(false)} detail={detail} to={to} />
    </div>
  );
}

/** TextDiff shows two texts line by line; what is far from any change is folded. */
function TextDiff({ from, to }: { from: string; to: string }) {
  const t = useWords(versionWords);
  const folded = useMemo(() => hunks(diffLines(from, to)), [from, to]);
  if (folded.hunks.length === 0) return <p className={detailCss.note}>{t("versions.sameText")}</p>;
  return (
    <div className={css.diff} tabIndex={0} role="region" aria-label={t("versions.text2")}>
      {folded.hunks.map((h) => (
        <div key={`${h.lines[0]?.before}/${h.lines[0]?.after}`}>
          {h.hidden > 0 ? <p className={css.hidden}>{t("versions.hidden", { count: h.hidden })}</p> : null}
          {h.lines.map((line) => (
            <div key={`${line.before}/${line.after}`} className={css.line} data-kind={line.kind}>
              <span className={css.place}>{line.before}</span>
              <span className={css.place}>{line.after}</span>
              <span className={css.sign}>{{ same: "", gone: "−", new: "+" }[line.kind]}</span>
              <span>{line.text}</span>
            </div>
          ))}
        </div>
      ))}
      {folded.hidden > 0 ? <p className={css.hidden}>{t("versions.hidden", { count: folded.hidden })}</p> : null}
    </div>
  );
}
