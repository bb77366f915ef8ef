import { useInfiniteQuery } from "@tanstack/react-query";
import { DatePicker } from "antd";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, must, type Schemas } from "@/infra/api";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { Drawer, Pairs, Section } from "@/ui/page";
import { Select } from "@/ui/select";
import { Failure, Loading } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Code, Num, Time } from "@/ui/text";
import { Frame } from "../frame";
import { SubjectName } from "../parts";
import { ScopePicker, SubjectPicker } from "../pickers";
import { placeOf, toldOf } from "../rules";
import css from "../shared.module.css";
import { w } from "../words";
import own from "./audit.module.css";
import { type Deed, deeds, isDeed } from "./deeds";

type Entry = Schemas["AuditEntry"];

/** AuditPage tells who changed what, the newest first, read on as one scrolls. Its state is in the address: ?subject, ?object, ?action, ?team, ?from, ?to. */
export function AuditPage() {
  const t = useWords(w);
  const [search, setSearch] = useSearchParams();
  const [open, setOpen] = useState<Entry>();
  const { teams } = useTeams();
  const get = (key: string) => search.get(key) ?? undefined;
  const query = { subject: get("subject"), object: get("object"), action: get("action"), team: get("team"), from: get("from"), to: get("to") };
  const set = (values: Record<string, string | undefined>) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        for (const [key, value] of Object.entries(values)) {
          if (value) next.set(key, value);
          else next.delete(key);
        }
        return next;
      },
      { replace: true },
    );
  const log = useInfiniteQuery({
    queryKey: ["audit", query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => must(api.GET("/audit", { params: { query: { ...query, limit: 200, cursor: pageParam } }, signal })),
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
  const rows = useMemo(() => log.data?.pages.flatMap((p) => p.items ?? []) ?? [], [log.data]);
  const columns = useMemo<TableColumn<Entry>[]>(
    () => [
      { key: "at", title: t("audit.when"), width: 176, render: (e) => <Time at={e.at} form="full" /> },
      { key: "who", title: t("audit.who"), min: 150, render: (e) => <SubjectName of={e.subject} name={e.name} strong /> },
      { key: "action", title: t("audit.did"), min: 170, render: (e) => (isDeed(e.action) ? t(`deed.${e.action}`) : <Code>{e.action}</Code>) },
      { key: "object", title: t("audit.to"), min: 220, render: (e) => <Thing of={e} /> },
      {
        key: "detail",
        title: t("audit.detail"),
        min: 200,
        render: (e) => (
          <span className={css.cut}>
            {toldOf(e.detail)
              .map((x) => `${x.name} ${x.was === undefined ? "" : `${x.was} → `}${x.now}`)
              .join(", ")
              .replace(/\s+/g, " ")}
          </span>
        ),
      },
      { key: "remote", title: t("audit.from"), width: 130, render: (e) => <span className={css.cut}>{e.token ? t("audit.token") : (e.remote ?? "")}</span> },
    ],
    [t],
  );
  return (
    <Frame part="audit">
      <div className={css.bar}>
        <SubjectPicker className={css.pick} clear label={t("audit.who")} placeholder={t("grants.anybody")} value={query.subject} onChange={(v) => set({ subject: v })} />
        <Select
          className={css.pick}
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          popupMatchSelectWidth={false}
          aria-label={t("audit.did")}
          placeholder={t("audit.any")}
          value={query.action}
          options={deeds.map((d: Deed) => ({ value: d, label: t(`deed.${d}`) }))}
          onChange={(v: string | undefined) => set({ action: v })}
        />
        <ScopePicker className={css.pick} clear label={t("audit.to")} placeholder={t("grants.anything")} value={query.object} onChange={(v) => set({ object: v })} />
        <Select className={css.narrow} allowClear aria-label={t("column.team")} placeholder={t("column.team")} value={query.team} options={teams.map((x) => ({ value: x.id, label: x.name }))} onChange={(v: string | undefined) => set({ team: v })} />
        {query.from || query.to ? (
          <span className={own.range}>
            <Time at={query.from} /> <Glyph name="arrowRight" size={12} /> <Time at={query.to} />
            <IconButton small glyph="close" label={t("audit.anyTime")} onClick={() => set({ from: undefined, to: undefined })} />
          </span>
        ) : (
          <DatePicker.RangePicker
            className={own.dates}
            allowEmpty={[true, true]}
            placeholder={[t("audit.since"), t("audit.until")]}
            onChange={(days) => set({ from: days?.[0]?.startOf("day").toISOString(), to: days?.[1]?.endOf("day").toISOString() })}
          />
        )}
      </div>
      {log.error ? <Failure problem={log.error} retry={() => void log.refetch()} /> : null}
      {log.isPending ? <Loading rows={10} /> : null}
      {log.data ? (
        <DataTable
          rows={rows}
          columns={columns}
          rowKey={(e) => String(e.id)}
          label={t("tab.audit")}
          active={open && String(open.id)}
          onOpen={setOpen}
          onEnd={() => {
            if (log.hasNextPage && !log.isFetchingNextPage) void log.fetchNextPage();
          }}
          empty={t("audit.none")}
          foot={
            <span>
              <Num value={rows.length} /> {t(log.hasNextPage ? "audit.countMore" : "audit.count", { count: rows.length })}
            </span>
          }
        />
      ) : null}
      {open ? <EntryDrawer of={open} onClose={() => setOpen(undefined)} /> : null}
    </Frame>
  );
}

/** Thing is what a line is about, with its page where it has one. */
function Thing({ of: e }: { of: Entry }) {
  const to = e.action.endsWith(".remove") || e.action.endsWith(".delete") ? undefined : placeOf(e.object);
  const name = e.object_name || e.object;
  const shown = <code className={own.thing}>{name}</code>;
  return to ? <Link to={to}>{shown}</Link> : shown;
}

function EntryDrawer({ of: e, onClose }: { of: Entry; onClose: () => void }) {
  const t = useWords(w);
  const told = toldOf(e.detail);
  return (
    <Drawer open onClose={onClose} title={isDeed(e.action) ? t(`deed.${e.action}`) : e.action}>
      <Section>
        <Pairs
          items={[
            { label: t("audit.who"), value: <SubjectName of={e.subject} name={e.name} /> },
            { label: t("audit.to"), value: <Thing of={e} /> },
            { label: t("audit.when"), value: <Time at={e.at} form="full" /> },
            { label: t("audit.code"), value: <Code>{e.action}</Code> },
            { label: t("audit.object"), value: <Code>{e.object}</Code> },
            ...(e.remote ? [{ label: t("audit.from"), value: <Code>{e.remote}</Code> }] : []),
            ...(e.token ? [{ label: t("audit.token"), value: <Code>{e.token}</Code> }] : []),
            ...(e.request ? [{ label: t("audit.request"), value: <Code>{e.request}</Code> }] : []),
          ]}
        />
      </Section>
      {told.length > 0 ? (
        <Section title={t("audit.detail")}>
          <dl className={own.told}>
            {told.map((x) => (
              <div key={x.name}>
                <dt>
                  <code>{x.name}</code>
                </dt>
                <dd>
                  {x.was === undefined ? null : (
                    <>
                      <del>{x.was}</del> <Glyph name="arrowRight" size={12} />
                    </>
                  )}
                  <Code block={x.now.includes("\n")}>{x.now}</Code>
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      ) : null}
    </Drawer>
  );
}
