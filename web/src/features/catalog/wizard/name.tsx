import { AutoComplete, Input } from "antd";
import { useId } from "react";
import { useQuery } from "@tanstack/react-query";
import { api, must } from "@/infra/api";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Select } from "@/ui/select";
import { useFacets, useNames } from "../browse/query";
import { layers } from "../kinds";
import { common } from "../words";
import css from "./form.module.css";
import { w } from "./words";

/** Named is how a table is called and whose it is. */
export interface Named {
  catalog: string;
  db: string;
  table: string;
  layer: string;
  team: string;
  domain: string;
  tags: string[];
  description: string;
}

/** fullName is the name in one. */
export function fullName(n: Named): string {
  return `${n.catalog}.${n.db}.${n.table}`;
}

/** namedOf takes a suggested name apart. */
export function namedOf(name: string, layer: string, team: string): Named {
  const [catalog = "", db = "", ...rest] = name.split(".");
  return { catalog, db, table: rest.join("."), layer, team, domain: "", tags: [], description: "" };
}

const part = /^[^\s."'`]+$/;

/** wellNamed says whether each part is there and can be a part of a name. */
export function wellNamed(n: Named): boolean {
  return [n.catalog, n.db, n.table].every((p) => part.test(p)) && n.team !== "";
}

/** useTaken says whether a table of this name is known. One that may not be known of is only found when it is to be made. */
export function useTaken(name: string): boolean {
  const { data } = useQuery({
    queryKey: ["tables", "named", name],
    queryFn: async ({ signal }) => (await must(api.GET("/tables", { params: { query: { text: name, limit: 20 } }, signal }))).items?.some((t) => t.name === name) ?? false,
  });
  return data ?? false;
}

/** NameForm asks for a table's name, where it stands and whose it is. */
export function NameForm({ value, onChange, about }: { value: Named; onChange: (n: Named) => void; about?: boolean }) {
  const t = useWords(w);
  const shared = useWords(common);
  const id = useId();
  const { mine: teams } = useTeams();
  const { domains, tags } = useFacets();
  const names = useNames().data?.items ?? [];
  const used = (at: number, within: string) => [...new Set(names.filter((x) => x.name.startsWith(within)).map((x) => x.name.split(".")[at] ?? ""))].sort().map((v) => ({ value: v }));
  const exists = useTaken(fullName(value));
  const badName = [value.catalog, value.db, value.table].some((p) => p !== "" && !part.test(p));
  return (
    <div className={css.form}>
      <label htmlFor={`${id}table`}>{t("name.name")}</label>
      <div className={css.field}>
        <div className={css.parts}>
          <AutoComplete className={css.mono} value={value.catalog} options={used(0, "")} aria-label={t("name.catalog")} placeholder="catalog" onChange={(catalog: string) => onChange({ ...value, catalog })} />
          .
          <AutoComplete className={css.mono} value={value.db} options={used(1, `${value.catalog}.`)} aria-label={t("name.db")} placeholder="db" onChange={(db: string) => onChange({ ...value, db })} />
          .
          <Input id={`${id}table`} className={css.mono} value={value.table} placeholder="table" status={exists || badName ? "error" : undefined} onChange={(e) => onChange({ ...value, table: e.target.value })} />
        </div>
        <small data-bad={exists || badName || undefined}>{exists ? t("name.taken") : badName ? t("name.bad") : t("name.help")}</small>
      </div>
      <label htmlFor={`${id}layer`}>{shared("facet.layer")}</label>
      <div className={css.field}>
        <Select id={`${id}layer`} allowClear value={value.layer || undefined} options={layers.map((l) => ({ value: l, label: `${l} · ${t(`layer.${l}`)}` }))} onChange={(v: string | undefined) => onChange({ ...value, layer: v ?? "" })} />
      </div>
      <label htmlFor={`${id}team`}>{shared("facet.team")}</label>
      <div className={css.field}>
        <Select id={`${id}team`} showSearch={{ optionFilterProp: "label" }} value={value.team || undefined} placeholder={t("name.teamChoose")} options={teams.map((x) => ({ value: x.id, label: x.name }))} onChange={(team: string) => onChange({ ...value, team })} />
        <small>{t("name.teamHelp")}</small>
      </div>
      {about ? (
        <>
          <label htmlFor={`${id}domain`}>{shared("facet.domain")}</label>
          <AutoComplete id={`${id}domain`} value={value.domain} options={domains.map((d) => ({ value: d.name }))} onChange={(domain: string) => onChange({ ...value, domain })} />
          <label htmlFor={`${id}tags`}>{shared("facet.tags")}</label>
          <Select id={`${id}tags`} mode="tags" value={value.tags} options={tags.map((x) => ({ value: x.name, label: x.name }))} onChange={(v: string[]) => onChange({ ...value, tags: v })} />
          <label htmlFor={`${id}about`}>{shared("overview.description")}</label>
          <Input.TextArea id={`${id}about`} autoSize={{ minRows: 2, maxRows: 8 }} value={value.description} onChange={(e) => onChange({ ...value, description: e.target.value })} />
        </>
      ) : null}
    </div>
  );
}
