import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useDeferredValue, useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api, must, pages, type Schemas } from "@/infra/api";
import { useCan } from "@/infra/session";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph, KindTile } from "@/ui/glyph";
import { Search, Segmented } from "@/ui/menu";
import { Page, TopBar } from "@/ui/page";
import { Empty, Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Age } from "@/ui/text";
import { NewModel } from "./new";
import css from "./page.module.css";
import { w } from "./words";

type Document = Schemas["Document"];

const kinds = ["view", "relational_model", "sql"] as const;

/** most is how many models the page reads; who has more looks for a name. */
const most = 1000;

/** kindOf is what a model is to people: a script is SQL, whatever it makes. */
function kindOf(d: Document): "view" | "relational_model" | "sql" {
  if (d.format === "sql") return "sql";
  return d.kind === "relational_model" ? "relational_model" : "view";
}

/** ModelsPage lists the models of one's teams, those changed last on top. Its state is in the address: ?q, ?kind, ?new. */
export function ModelsPage() {
  const t = useWords(w);
  const can = useCan();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const q = search.get("q") ?? "";
  const kind = search.get("kind") ?? "";
  const asked = useDeferredValue(q.trim());
  const found = useQuery({
    queryKey: ["documents", { name: asked }],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => pages((cursor) => must(api.GET("/documents", { params: { query: { name: asked || undefined, limit: 500, cursor } }, signal })), most),
  });
  const { nameOf } = useTeams();

  const set = (key: string, value: string | undefined) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        if (value === undefined) next.delete(key);
        else next.set(key, value);
        return next;
      },
      { replace: key === "q" },
    );

  const rows = useMemo(
    () => (found.data?.items ?? []).filter((d) => kind === "" || kindOf(d) === kind).sort((a, b) => b.updated_at.localeCompare(a.updated_at)),
    [found.data, kind],
  );
  const columns = useMemo<TableColumn<Document>[]>(() => {
    return [
      {
        key: "name",
        title: t("column.name"),
        min: 260,
        render: (d) => (
          <span className={css.name}>
            <KindTile kind={kindOf(d) === "relational_model" ? "relational" : "view"} />
            <strong>{d.name}</strong>
            <span className={css.kind}>{t(`kind.${kindOf(d)}`)}</span>
          </span>
        ),
        sort: (a, b) => a.name.localeCompare(b.name),
      },
      { key: "description", title: t("column.description"), min: 120, render: (d) => <span className={css.description}>{d.description}</span> },
      {
        key: "version",
        title: t("column.version"),
        width: 120,
        render: (d) => (d.published === 0 ? <span className={css.draft}>{t("draft")}</span> : d.edited ? <span className={css.draft}>{t("edited", { version: d.published })}</span> : t("published", { version: d.published })),
      },
      { key: "team", title: t("column.team"), width: 120, render: (d) => nameOf(d.team) },
      { key: "by", title: t("column.by"), width: 100, render: (d) => d.updated_by },
      { key: "changed", title: t("column.changed"), width: 110, align: "end", render: (d) => <Age at={d.updated_at} phrase />, sort: (a, b) => a.updated_at.localeCompare(b.updated_at) },
    ];
  }, [t, nameOf]);

  const newModel = can("edit") ? (
    <Button type="primary" icon={<Glyph name="plus" />} onClick={() => set("new", "")}>
      {t("new")}
    </Button>
  ) : null;

  return (
    <Page>
      <TopBar crumbs={[{ label: t("title") }]} glyph="model" actions={newModel} />
      <div className={css.bar}>
        <Search value={q} onChange={(value) => set("q", value || undefined)} placeholder={t("find")} />
        <Segmented options={[{ value: "", label: t("all") }, ...kinds.map((k) => ({ value: k, label: t(`kind.${k}`) }))]} value={kind} onChange={(k) => set("kind", k || undefined)} label={t("form.kind")} />
        {found.data?.more && <span className={css.description}>{t("more", { count: most })}</span>}
      </div>
      {found.error ? (
        <Failure problem={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Loading />
      ) : (
        <DataTable
          rows={rows}
          columns={columns}
          rowKey={(d) => d.id}
          label={t("title")}
          onOpen={(d) => void navigate(`/models/${d.id}`)}
          empty={asked === "" && kind === "" ? <Empty what={t("none")} action={newModel} /> : <Empty what={t("noMatch")} />}
        />
      )}
      {search.has("new") && can("edit") && <NewModel onClose={() => set("new", undefined)} />}
    </Page>
  );
}
