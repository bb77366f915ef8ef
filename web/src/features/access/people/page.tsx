import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useCan } from "@/infra/session";
import { usersQuery } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Search } from "@/ui/menu";
import { Empty, Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Age, Num } from "@/ui/text";
import type { Account } from "../data";
import { Frame } from "../frame";
import { isRole } from "../rules";
import css from "../shared.module.css";
import { w } from "../words";
import { NewPerson } from "./new";

/** PeoplePage lists the accounts, to administrators. Its state is in the address: ?q, and ?new to open the drawer. */
export function PeoplePage() {
  const t = useWords(w);
  const can = useCan();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const q = search.get("q") ?? "";
  const people = useQuery({ ...usersQuery, enabled: can("administer") });
  const rows = useMemo(() => {
    const text = q.trim().toLowerCase();
    return (people.data?.items ?? []).filter((a) => !text || [a.name, a.display_name, a.email].some((x) => x.toLowerCase().includes(text)));
  }, [people.data, q]);
  const columns = useMemo<TableColumn<Account>[]>(
    () => [
      {
        key: "name",
        title: t("column.name"),
        min: 220,
        render: (a) => (
          <span className={css.two}>
            <Glyph name="person" />
            <strong className={css.strong}>{a.display_name || a.name}</strong>
            <small>{a.display_name ? a.name : ""}</small>
          </span>
        ),
        sort: (a, b) => (a.display_name || a.name).localeCompare(b.display_name || b.name),
      },
      { key: "role", title: t("column.role"), width: 130, render: (a) => (isRole(a.role) ? t(`roleOne.${a.role}`) : a.role), sort: (a, b) => a.role.localeCompare(b.role) },
      { key: "state", title: t("column.state"), width: 130, render: (a) => (a.disabled ? t("people.disabled") : <span className={css.quiet}>{t("people.active")}</span>), sort: (a, b) => Number(b.disabled) - Number(a.disabled) },
      { key: "email", title: t("people.email"), min: 180, render: (a) => <span className={css.cut}>{a.email}</span> },
      { key: "sign", title: t("people.signs"), width: 170, render: (a) => <span className={css.cut}>{a.issuer ? t("people.sso") : a.has_password ? t("people.password") : t("people.noPassword")}</span> },
      { key: "seen", title: t("people.seen"), width: 130, render: (a) => (a.login_at ? <Age at={a.login_at} phrase /> : <span className={css.quiet}>{t("people.never")}</span>), sort: (a, b) => (a.login_at ?? "").localeCompare(b.login_at ?? "") },
    ],
    [t],
  );
  return (
    <Frame
      part="people"
      actions={
        can("administer") ? (
          <Button type="primary" icon={<Glyph name="plus" />} onClick={() => setSearch({ new: "1" })}>
            {t("people.new")}
          </Button>
        ) : null
      }
    >
      {!can("administer") ? <Empty what={t("people.adminOnly")} /> : null}
      {can("administer") ? (
        <div className={css.bar}>
          <div className={css.find}>
            <Search value={q} onChange={(v) => setSearch(v ? { q: v } : {}, { replace: true })} placeholder={t("people.find")} />
          </div>
        </div>
      ) : null}
      {people.error ? <Failure problem={people.error} retry={() => void people.refetch()} /> : null}
      {people.isLoading ? <Loading rows={6} /> : null}
      {people.data ? (
        <DataTable
          rows={rows}
          columns={columns}
          rowKey={(a) => a.id}
          label={t("tab.people")}
          onOpen={(a) => void navigate(`/access/people/${a.id}`)}
          dim={(a) => a.disabled}
          empty={t("people.noMatch")}
          foot={
            <span>
              <Num value={rows.length} /> {t("people.count", { count: rows.length })}
            </span>
          }
        />
      ) : null}
      {search.has("new") && can("administer") ? <NewPerson onClose={() => setSearch({}, { replace: true })} /> : null}
    </Frame>
  );
}
