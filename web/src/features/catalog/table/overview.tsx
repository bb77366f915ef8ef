import { useMutation, useQueryClient } from "@tanstack/react-query";
import { AutoComplete, Button, Input } from "antd";
import { useState } from "react";
import { type Etagged, Problem } from "@/infra/api";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph, Layer } from "@/ui/glyph";
import { Pairs, Section } from "@/ui/page";
import { Select } from "@/ui/select";
import { Failure, toast } from "@/ui/states";
import { Share, Time } from "@/ui/text";
import { useFacets } from "../browse/query";
import { type Column, type Table, useChangeTable } from "../data";
import { layers } from "../kinds";
import { Markdown } from "@/ui/markdown";
import { common } from "../words";
import { changesOf, type Draft, draftOf } from "./draft";
import css from "./overview.module.css";
import { nullShares, useKeptSample } from "./sampling";
import { w } from "./words";

/** Overview is the schema and what people say of the table. Who manages the table may change the latter in place. */
export function Overview({ at, manages }: { at: Etagged<Table>; manages: boolean }) {
  const t = useWords(w);
  const shared = useWords(common);
  const table = at.value;
  const client = useQueryClient();
  const change = useChangeTable(at);
  // What a draft was begun from says which parts of it are its writer's.
  const [edit, setEdit] = useState<{ base: Draft; draft: Draft }>();
  const { base, draft } = edit ?? {};
  const setDraft = (next: Draft) => base && setEdit({ base, draft: next });
  const save = useMutation({
    mutationFn: async (e: { base: Draft; draft: Draft }) => change(changesOf(e.base, e.draft, table)),
    onSuccess: () => {
      setEdit(undefined);
      toast(t("overview.saved"));
    },
  });
  const begin = () => setEdit({ base: draftOf(table), draft: draftOf(table) });
  const stale = save.error instanceof Problem && save.error.status === 412;
  return (
    <div className={css.overview}>
      <Schema table={table} about={draft?.about} onAbout={(name, text) => draft && setDraft({ ...draft, about: { ...draft.about, [name]: text } })} />
      <aside className={css.aside}>
        <Section
          title={t("overview.about")}
          aside={
            draft ? (
              <>
                <Button size="small" onClick={() => (setEdit(undefined), save.reset())}>{shared("cancel")}</Button>
                <Button size="small" type="primary" loading={save.isPending} onClick={() => edit && save.mutate(edit)}>{t("save")}</Button>
              </>
            ) : manages ? (
              <Button size="small" icon={<Glyph name="edit" size={14} />} onClick={begin}>{t("edit")}</Button>
            ) : null
          }
        >
          {save.error ? <Failure problem={save.error} what={stale ? t("overview.stale") : undefined} retry={stale ? () => void client.invalidateQueries({ queryKey: ["tables", table.id] }).then(() => save.reset()) : undefined} /> : null}
          {base && base.description !== (table.description ?? "") ? (
            <div className={css.theirs}>
              <small>{t("overview.theirs")}</small>
              <Markdown text={table.description ?? ""} />
            </div>
          ) : null}
          {draft ? (
            <Input.TextArea value={draft.description} autoSize={{ minRows: 4, maxRows: 20 }} aria-label={shared("overview.description")} placeholder={t("overview.descriptionHelp")} onChange={(e) => setDraft({ ...draft, description: e.target.value })} />
          ) : table.description ? (
            <Markdown text={table.description} />
          ) : (
            <p className={css.none}>{manages ? t("overview.noDescriptionYours") : t("overview.noDescription")}</p>
          )}
        </Section>
        {draft ? <DraftMeta draft={draft} onChange={setDraft} /> : <Meta table={table} />}
      </aside>
    </div>
  );
}

function Meta({ table }: { table: Table }) {
  const t = useWords(w);
  const shared = useWords(common);
  const { nameOf } = useTeams();
  const none = <span className={css.none}>{shared("overview.none")}</span>;
  return (
    <Section title={t("overview.facts")}>
      <Pairs
        items={[
          { label: shared("facet.tags"), value: table.tags?.length ? <span className={css.tags}>{table.tags.map((x) => <span key={x}><Glyph name="tag" size={14} />{x}</span>)}</span> : none },
          { label: shared("facet.domain"), value: table.domain || none },
          { label: shared("facet.layer"), value: table.layer ? <Layer layer={table.layer} /> : none },
          { label: shared("facet.team"), value: nameOf(table.team) || none },
          { label: shared("overview.key"), value: table.key?.length ? <code className={css.mono}>{table.key.join(", ")}</code> : none },
          { label: shared("overview.eventTime"), value: table.event_time ? <span><code className={css.mono}>{table.event_time.column}</code> {shared("overview.late", { by: table.event_time.out_of_order })}</span> : none },
          { label: t("overview.created"), value: <Time at={table.created} /> },
          { label: t("overview.id"), value: <code className={css.id}>{table.id}</code> },
        ]}
      />
    </Section>
  );
}

function DraftMeta({ draft, onChange }: { draft: Draft; onChange: (d: Draft) => void }) {
  const t = useWords(w);
  const shared = useWords(common);
  const { tags, domains } = useFacets();
  const { mine: teams } = useTeams();
  return (
    <Section title={t("overview.facts")}>
      <div className={css.form}>
        <label htmlFor="tags">{shared("facet.tags")}</label>
        <Select id="tags" mode="tags" value={draft.tags ?? []} options={tags.map((x) => ({ value: x.name, label: x.name }))} onChange={(v: string[]) => onChange({ ...draft, tags: v })} />
        <label htmlFor="domain">{shared("facet.domain")}</label>
        <AutoComplete id="domain" value={draft.domain} options={domains.map((d) => ({ value: d.name }))} onChange={(v: string) => onChange({ ...draft, domain: v })} />
        <label htmlFor="layer">{shared("facet.layer")}</label>
        <Select id="layer" allowClear value={draft.layer || undefined} options={layers.map((l) => ({ value: l, label: l }))} onChange={(v: string | undefined) => onChange({ ...draft, layer: v ?? "" })} />
        <label htmlFor="team">{shared("facet.team")}</label>
        <Select id="team" showSearch={{ optionFilterProp: "label" }} value={draft.team} options={teams.map((x) => ({ value: x.id, label: x.name }))} onChange={(v: string) => onChange({ ...draft, team: v })} />
      </div>
    </Section>
  );
}

function Schema({ table, about, onAbout }: { table: Table; about: Record<string, string> | undefined; onAbout: (name: string, text: string) => void }) {
  const t = useWords(w);
  const shared = useWords(common);
  const sample = useKeptSample(table.id);
  const shares = sample ? nullShares(sample) : undefined;
  return (
    <div className={css.schema}>
      <table>
        <thead>
          <tr>
            <th scope="col">{shared("column.name")}</th>
            <th scope="col">{shared("column.type")}</th>
            <th scope="col" className={css.number} title={sample ? t("overview.nullsOf", { count: sample.rows.length }) : t("overview.nullsUnknown")}>{t("overview.nulls")}</th>
            <th scope="col">{shared("column.description")}</th>
          </tr>
        </thead>
        <tbody>
          {table.columns.map((c) => (
            <tr key={c.name}>
              <th scope="row">
                <span className={css.column}>
                  <Mark column={c} table={table} /> <code>{c.name}</code>
                </span>
              </th>
              <td><code className={css.type}>{c.type}</code>{c.nullable ? null : <span className={css.required}>{t("overview.required")}</span>}</td>
              <td className={css.number}>{c.nullable ? <Share value={shares?.get(c.name)} /> : null}</td>
              <td className={css.about}>
                {about ? (
                  <Input size="small" value={about[c.name] ?? ""} aria-label={t("overview.columnDescription", { column: c.name })} onChange={(e) => onAbout(c.name, e.target.value)} />
                ) : (
                  c.description
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Mark is the fixed place before a column's name: a key, the event time, or nothing. */
function Mark({ column, table }: { column: Column; table: Table }) {
  const t = useWords(common);
  return (
    <span className={css.mark}>
      {table.key?.includes(column.name) ? <Glyph name="key" size={14} label={t("overview.key")} /> : null}
      {table.event_time?.column === column.name ? <Glyph name="clock" size={14} label={t("overview.eventTime")} /> : null}
    </span>
  );
}
