import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { healths, type Line } from "@/core/pipeline";
import { api, must, pages, type Schemas } from "@/infra/api";
import { useFeed } from "@/infra/live";
import { useCan } from "@/infra/session";
import { useTableName } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph, KindTile } from "@/ui/glyph";
import { Page, Scroll, TopBar } from "@/ui/page";
import { Loading } from "@/ui/states";
import { needsSomeone, Status } from "@/ui/status";
import { Age, Code } from "@/ui/text";
import css from "./page.module.css";
import { w } from "./words";

/** shown is how many lines a part has at most; its link leads to the rest. */
const shown = 8;

/** HomePage says what is broken, what waits for whoever is signed in, and what is theirs. */
export function HomePage() {
  const t = useWords(w);
  const documents = useQuery({ queryKey: ["documents", { name: "" }], queryFn: () => pages((cursor) => must(api.GET("/documents", { params: { query: { limit: 500, cursor } } })), 1000) });
  const mine = [...(documents.data?.items ?? [])].sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  return (
    <Page>
      <TopBar crumbs={[{ label: t("title") }]} glyph="home" />
      <Scroll>
        <div className={css.columns}>
          <div>
            <Broken />
            <Part title={t("mine.title")} to="/models" link={t("mine.all")}>
              {documents.data === undefined ? <Loading rows={3} /> : mine.length === 0 ? <p className={css.none}>{t("mine.none")}</p> : mine.slice(0, shown).map((d) => <Model key={d.id} document={d} />)}
            </Part>
          </div>
          <div>
            <Waiting />
            <Asked />
            <Start />
          </div>
        </div>
      </Scroll>
    </Page>
  );
}

function Part({ title, to, link, children }: { title: string; to?: string; link?: string; children: ReactNode }) {
  return (
    <section className={css.part}>
      <header>
        <h2>{title}</h2>
        {to && <Link to={to}>{link}</Link>}
      </header>
      {children}
    </section>
  );
}

/** Broken are the pipelines that need somebody, the worst first. */
function Broken() {
  const t = useWords(w);
  const feed = useFeed("pipelines");
  const lines = [...feed.items.values()]
    .map((line) => ({ line: line as Line, health: (line as Line).health }))
    .filter((x) => needsSomeone(x.health))
    .sort((a, b) => healths.indexOf(a.health) - healths.indexOf(b.health) || a.line.name.localeCompare(b.line.name));
  return (
    <Part title={t("broken.title")} to="/pipelines" link={t("broken.more")}>
      {feed.phase === "waiting" ? <Loading rows={2} /> : lines.length === 0 ? <p className={css.none}>{t("broken.none")}</p> : null}
      {lines.slice(0, shown).map(({ line, health }) => (
        <Link key={line.id} className={css.trouble} to={`/pipelines/${line.id}`}>
          <Status health={health} since={line.health_since ?? line.since} />
          <strong>{line.name}</strong>
          <span className={css.reason}>
            {line.reason} {line.code && <Code>{line.code}</Code>}
          </span>
        </Link>
      ))}
    </Part>
  );
}

function Model({ document: d }: { document: Schemas["Document"] }) {
  const t = useWords(w);
  return (
    <Link className={css.line} to={`/models/${d.id}`}>
      <KindTile kind={d.kind === "relational_model" ? "relational" : "view"} />
      <strong>{d.name}</strong>
      <span className={css.reason}>{d.published === 0 ? t("mine.draft") : d.edited ? t("mine.edited", { version: d.published }) : t("mine.published", { version: d.published })}</span>
      <span className={css.age}>
        {d.updated_by} <Age at={d.updated_at} phrase />
      </span>
    </Link>
  );
}

function useRequests(query: { decidable?: boolean; mine?: boolean; state?: "open" }) {
  return useQuery({ queryKey: ["access_requests", query], queryFn: () => must(api.GET("/access_requests", { params: { query: { ...query, limit: shown } } })), refetchInterval: 30_000 });
}

/** Waiting are the requests that whoever is signed in may decide on. */
function Waiting() {
  const t = useWords(w);
  const requests = useRequests({ decidable: true, state: "open" }).data?.items;
  return (
    <Part title={t("waiting.title")} to="/access/requests" link={t("waiting.all")}>
      {requests?.length === 0 && <p className={css.none}>{t("waiting.none")}</p>}
      {requests?.map((r) => (
        <Link key={r.id} className={css.line} to={`/access/requests/${r.id}`}>
          <Glyph name="key" />
          <span className={css.ask}>
            {t("waiting.asks", { who: r.by_name ?? r.by, action: t(`action.${r.action as "read"}`) })} <Scope of={r.scope} />
          </span>
          <span className={css.age}>
            <Age at={r.at} phrase />
          </span>
        </Link>
      ))}
    </Part>
  );
}

/** Scope is what a request is about: a table by its name, anything else as it is written. */
function Scope({ of }: { of: string }) {
  const [kind, value] = of.split(":");
  const name = useTableName(kind === "table" ? value : undefined);
  return <Code>{name ?? value ?? of}</Code>;
}

/** Asked are one's own requests, so that one sees what came of them. */
function Asked() {
  const t = useWords(w);
  const requests = useRequests({ mine: true }).data?.items;
  if (!requests || requests.length === 0) return null;
  return (
    <Part title={t("asked.title")}>
      {requests.map((r) => (
        <Link key={r.id} className={css.line} to={`/access/requests/${r.id}`}>
          <Glyph name="key" />
          <span className={css.ask}>
            {t(`action.${r.action as "read"}`)} <Scope of={r.scope} />
          </span>
          <span className={css.age}>{t(`asked.${r.state as "open"}`)}</span>
        </Link>
      ))}
    </Part>
  );
}

/** Start is the way from nothing to a chart, for those who may build. */
function Start() {
  const t = useWords(w);
  const can = useCan();
  if (!can("edit")) return null;
  return (
    <Part title={t("start.title")}>
      <ol className={css.steps}>
        <li>
          <h3>{t("start.data.title")}</h3>
          <p>{t("start.data.text")}</p>
          <Link to="/catalog/new/upload">
            <Button size="small" tabIndex={-1}>{t("start.data.upload")}</Button>
          </Link>{" "}
          <Link to="/catalog/new/connection">
            <Button size="small" tabIndex={-1}>{t("start.data.connect")}</Button>
          </Link>
        </li>
        <li>
          <h3>{t("start.model.title")}</h3>
          <p>{t("start.model.text")}</p>
          <Link to="/models?new">
            <Button size="small" tabIndex={-1}>{t("start.model.action")}</Button>
          </Link>
        </li>
        <li>
          <h3>{t("start.land.title")}</h3>
          <p>{t("start.land.text")}</p>
        </li>
        <li>
          <h3>{t("start.ask.title")}</h3>
          <p>{t("start.ask.text")}</p>
          <Link to="/query">
            <Button size="small" tabIndex={-1}>{t("start.ask.action")}</Button>
          </Link>
        </li>
      </ol>
    </Part>
  );
}
