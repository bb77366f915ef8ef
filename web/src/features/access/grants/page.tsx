import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Checkbox } from "antd";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { api, must, pages } from "@/infra/api";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton, Search } from "@/ui/menu";
import { Select } from "@/ui/select";
import { Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Age, Num } from "@/ui/text";
import { page, type Policy } from "../data";
import { Frame } from "../frame";
import { Effect, ScopeName, SubjectName, Until } from "../parts";
import { ScopePicker, SubjectPicker } from "../pickers";
import { actions, isAction } from "../rules";
import css from "../shared.module.css";
import { w } from "../words";
import { Give } from "./give";
import { Revoke } from "./revoke";

/** most is how many policies the page reads; who has more narrows them down. */
const most = 3000;

/** GrantsPage lists who may do what. Its state is in the address: ?subject, ?scope, ?action, ?effect, ?ended, ?q, and ?give to open the drawer. */
export function GrantsPage() {
  const t = useWords(w);
  const can = useCan();
  const [search, setSearch] = useSearchParams();
  const [revoking, setRevoking] = useState<Policy>();
  const get = (key: string) => search.get(key) ?? undefined;
  const [subject, scope, action, q, ended] = [get("subject"), get("scope"), get("action"), get("q") ?? "", get("ended") === "1"];
  const effect = get("effect") === "allow" ? ("allow" as const) : get("effect") === "deny" ? ("deny" as const) : undefined;
  const set = (key: string, value: string | undefined) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        if (value) next.set(key, value);
        else next.delete(key);
        return next;
      },
      { replace: key === "q" },
    );
  const query = { subject, scope, effect, ended: ended || undefined };
  const found = useQuery({
    queryKey: ["policies", query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => pages((cursor) => must(api.GET("/policies", { params: { query: { ...query, limit: page, cursor } }, signal })), most),
  });
  const rows = useMemo(() => {
    const text = q.trim().toLowerCase();
    return (found.data?.items ?? []).filter((p) => (!action || p.action === action) && (!text || [p.subject_name, p.scope_name, p.note, p.created_by_name].some((x) => x?.toLowerCase().includes(text))));
  }, [found.data, action, q]);
  const columns = useMemo<TableColumn<Policy>[]>(
    () => [
      { key: "subject", title: t("column.subject"), min: 180, render: (p) => <SubjectName of={p.subject} name={p.subject_name} strong />, sort: (a, b) => a.subject_name.localeCompare(b.subject_name) },
      { key: "action", title: t("column.action"), width: 136, render: (p) => <Effect effect={p.effect} action={p.action} />, sort: (a, b) => a.action.localeCompare(b.action) || a.effect.localeCompare(b.effect) },
      { key: "scope", title: t("column.scope"), min: 220, render: (p) => <ScopeName of={p.scope} name={p.scope_name === "*" ? undefined : p.scope_name} />, sort: (a, b) => a.scope_name.localeCompare(b.scope_name) },
      { key: "until", title: t("column.until"), width: 150, render: (p) => (p.revoked ? <span className={css.quiet}>{t("grants.taken", { who: p.revoked.name })}</span> : <Until at={p.expires} />), sort: (a, b) => (a.expires ?? "9").localeCompare(b.expires ?? "9") },
      { key: "note", title: t("column.note"), min: 140, render: (p) => <span className={css.cut}>{p.created_by === "system" ? t("grants.always") : p.note === "owner" ? t("grants.owner") : p.note}</span> },
      {
        key: "by",
        title: t("column.by"),
        min: 170,
        render: (p) => (
          <span className={css.two}>
            {p.created_by_name}
            {p.created_by === "system" ? null : (
              <small>
                <Age at={p.created_at} phrase />
              </small>
            )}
          </span>
        ),
        sort: (a, b) => a.created_at.localeCompare(b.created_at),
      },
    ],
    [t],
  );
  const filtered = Boolean(subject || scope || action || effect || q);
  return (
    <Frame
      part="grants"
      actions={
        can("edit") ? (
          <Button type="primary" icon={<Glyph name="plus" />} onClick={() => set("give", "1")}>
            {t("grants.give")}
          </Button>
        ) : null
      }
    >
      <div className={css.bar}>
        <div className={css.find}>
          <Search value={q} onChange={(v) => set("q", v)} placeholder={t("grants.find")} />
        </div>
        <SubjectPicker className={css.pick} clear label={t("column.subject")} placeholder={t("grants.anybody")} value={subject} onChange={(v) => set("subject", v)} />
        <ScopePicker className={css.pick} clear label={t("column.scope")} placeholder={t("grants.anything")} value={scope} onChange={(v) => set("scope", v)} />
        <Select className={css.narrow} allowClear aria-label={t("column.action")} placeholder={t("column.action")} value={isAction(action) ? action : undefined} options={actions.map((a) => ({ value: a, label: t(`action.${a}`) }))} onChange={(v: string | undefined) => set("action", v)} />
        <Select
          className={css.narrow}
          allowClear
          aria-label={t("grants.effect")}
          placeholder={t("grants.effect")}
          value={effect}
          options={(["allow", "deny"] as const).map((e) => ({ value: e, label: t(`effect.${e}`) }))}
          onChange={(v: string | undefined) => set("effect", v)}
        />
        <Checkbox checked={ended} onChange={(e) => set("ended", e.target.checked ? "1" : undefined)}>
          {t("grants.ended")}
        </Checkbox>
      </div>
      {found.error ? <Failure problem={found.error} what={t("grants.unread")} retry={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading rows={8} /> : null}
      {found.data ? (
        <DataTable
          rows={rows}
          columns={columns}
          rowKey={(p) => p.id}
          label={t("tab.grants")}
          dim={(p) => p.revoked !== undefined || (p.expires !== undefined && Date.parse(p.expires) < Date.now())}
          rowActions={can("edit") ? (p) => (p.created_by === "system" || p.revoked ? null : <IconButton small danger glyph="trash" label={t("grants.revokeOf", { name: p.subject_name })} onClick={() => setRevoking(p)} />) : undefined}
          empty={filtered ? t("grants.noMatch") : t("grants.none")}
          foot={
            <span>
              <Num value={rows.length} /> {t("grants.count", { count: rows.length })}
              {found.data.more ? ` ${t("grants.more", { count: most })}` : ""}
              {can("administer") ? "" : ` ${t("grants.partial")}`}
            </span>
          }
        />
      ) : null}
      {search.has("give") && can("edit") ? <Give first={{ subject, scope, action: isAction(action) ? action : undefined }} onClose={() => set("give", undefined)} /> : null}
      {revoking ? <Revoke policy={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </Frame>
  );
}
