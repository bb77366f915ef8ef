import { useMemo } from "react";
import { Button } from "antd";
import { useNavigate, useSearchParams } from "react-router";
import { useCan } from "@/infra/session";
import { useComponents, useTeams } from "@/infra/shared";
import { useText, useWords } from "@/infra/words";
import { Glyph, SpecGlyph } from "@/ui/glyph";
import { Search } from "@/ui/menu";
import { Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Age, Num } from "@/ui/text";
import { Frame } from "../frame";
import css from "../settings.module.css";
import { w } from "../words";
import { Check } from "./check";
import { type Connection, useConnections } from "./data";

/** ConnectionsPage lists the systems that tables lie in, those that do not work first. */
export function ConnectionsPage() {
  const t = useWords(w);
  const text = useText();
  const can = useCan();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const q = search.get("q") ?? "";
  const found = useConnections();
  const specs = useComponents();
  const { nameOf } = useTeams();
  const rows = useMemo(() => {
    const part = q.trim().toLowerCase();
    const bad = (c: Connection) => Number(c.check !== undefined && !c.check.ok && Boolean(c.check.code));
    return (found.data ?? []).filter((c) => !part || c.name.toLowerCase().includes(part) || c.description?.toLowerCase().includes(part)).sort((a, b) => bad(b) - bad(a) || a.name.localeCompare(b.name));
  }, [found.data, q]);
  const columns = useMemo<TableColumn<Connection>[]>(
    () => [
      {
        key: "name",
        title: t("connections.name"),
        min: 220,
        render: (c) => {
          const spec = specs?.find("connection", c.component);
          return (
            <span className={css.name}>
              {spec ? <SpecGlyph icon={spec.icon} /> : <Glyph name="connection" />}
              <strong>{c.name}</strong>
              <small>{spec ? text(spec.title) : c.component}</small>
            </span>
          );
        },
        sort: (a, b) => a.name.localeCompare(b.name),
      },
      { key: "description", title: t("connections.description"), min: 180, render: (c) => <span className={css.cut}>{c.description}</span> },
      { key: "team", title: t("connections.team"), width: 150, render: (c) => (c.builtin ? <span className={css.quiet}>{t("connections.builtin")}</span> : nameOf(c.team)), sort: (a, b) => nameOf(a.team).localeCompare(nameOf(b.team)) },
      { key: "check", title: t("connections.check"), width: 210, render: (c) => <Check of={c.check} /> },
      { key: "updated", title: t("connections.changed"), width: 130, render: (c) => <Age at={c.updated} phrase />, sort: (a, b) => a.updated.localeCompare(b.updated) },
    ],
    [t, text, specs, nameOf],
  );
  return (
    <Frame
      part="connections"
      actions={
        can("edit") ? (
          <Button type="primary" icon={<Glyph name="plus" />} onClick={() => void navigate("/catalog/new/connection")}>
            {t("connections.new")}
          </Button>
        ) : null
      }
    >
      <div className={css.bar}>
        <div className={css.find}>
          <Search value={q} onChange={(v) => setSearch(v ? { q: v } : {}, { replace: true })} placeholder={t("connections.find")} />
        </div>
      </div>
      {found.error ? <Failure problem={found.error} retry={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading rows={5} /> : null}
      {found.data ? (
        <DataTable
          rows={rows}
          columns={columns}
          rowKey={(c) => c.id}
          label={t("tab.connections")}
          onOpen={(c) => void navigate(`/settings/connections/${c.id}`)}
          bar={(c) => (c.check && !c.check.ok && c.check.code ? "failed" : undefined)}
          empty={t(q ? "connections.noMatch" : "connections.none")}
          foot={
            <span>
              <Num value={rows.length} /> {t("connections.count", { count: rows.length })}
            </span>
          }
        />
      ) : null}
    </Frame>
  );
}
