import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { api, must, pages } from "@/infra/api";
import { useMe } from "@/infra/session";
import { usePeople, useTableName, useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Select } from "@/ui/select";
import { placesOf, roles, scopeOf } from "./rules";
import { w } from "./words";

interface PickerProps {
  id?: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  label: string;
  placeholder?: string;
  className?: string;
  clear?: boolean;
}

/** SubjectPicker chooses a person, a team or a role among those that one may name. */
export function SubjectPicker({ id, value, onChange, label, placeholder, className, clear, of = "all" }: PickerProps & { of?: "all" | "askable" | "people" }) {
  const t = useWords(w);
  const me = useMe();
  const { teams } = useTeams();
  const people = usePeople().data?.items;
  const options = useMemo(() => {
    const persons = (people ?? []).map((p) => ({ value: `user:${p.user}`, label: p.display_name || p.name, note: p.display_name ? p.name : "" }));
    if (me && !persons.some((p) => p.value === `user:${me.user}`)) persons.push({ value: `user:${me.user}`, label: me.name, note: "" });
    const groups = [{ label: t("subject.people"), options: persons }];
    if (of === "people") return groups;
    groups.unshift({ label: t("subject.teams"), options: (teams ?? []).map((x) => ({ value: `team:${x.id}`, label: x.name, note: "" })) });
    if (of === "all") groups.push({ label: t("subject.roles"), options: roles.map((r) => ({ value: `role:${r}`, label: t(`role.${r}`), note: "" })) });
    return groups;
  }, [teams, people, me, of, t]);
  return (
    <Select
      id={id}
      className={className}
      aria-label={label}
      placeholder={placeholder ?? label}
      value={value}
      allowClear={clear}
      options={options}
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={false}
      onChange={(v: string | undefined) => onChange(v)}
    />
  );
}

/** useTables are the names of the tables that one may know of, for places and counts. */
export function useTables() {
  return useQuery({ queryKey: ["tables", "names"], staleTime: 60_000, queryFn: () => pages((cursor) => must(api.GET("/tables", { params: { query: { limit: 1000, cursor } } })), 10_000) });
}

/** ScopePicker chooses everything, a catalog, a database or a table; tables are searched on the server. all says that everything may be chosen. */
export function ScopePicker({ id, value, onChange, label, placeholder, className, clear, all = true }: PickerProps & { all?: boolean }) {
  const t = useWords(w);
  const [text, setText] = useState("");
  const asked = useDeferredValue(text.trim());
  const known = useTables().data?.items;
  const found = useQuery({
    queryKey: ["tables", "picker", asked],
    staleTime: 30_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await must(api.GET("/tables", { params: { query: { text: asked || undefined, limit: 50 } }, signal }))).items ?? [],
  }).data;
  const scope = value ? scopeOf(value) : undefined;
  const chosen = useTableName(scope?.kind === "table" ? scope.value : undefined);
  const options = useMemo(() => {
    const fits = (name: string) => name.toLowerCase().includes(asked.toLowerCase());
    const places = placesOf((known ?? []).map((x) => x.name));
    const tables = (found ?? []).map((x) => ({ value: `table:${x.id}`, label: x.name }));
    if (scope?.kind === "table" && chosen && !tables.some((x) => x.value === value)) tables.unshift({ value: value ?? "", label: chosen });
    return [
      ...(all && asked === "" ? [{ label: t("scope.wide"), options: [{ value: "*", label: t("scope.all") }] }] : []),
      { label: t("scope.catalogs"), options: places.catalogs.filter(fits).map((c) => ({ value: `catalog:${c}`, label: `${c}.*` })) },
      { label: t("scope.databases"), options: places.databases.filter(fits).map((d) => ({ value: `db:${d}`, label: `${d}.*` })) },
      { label: t("scope.tables"), options: tables },
    ].filter((g) => g.options.length > 0);
  }, [known, found, asked, all, scope?.kind, chosen, value, t]);
  return (
    <Select
      id={id}
      className={className}
      aria-label={label}
      placeholder={placeholder ?? label}
      value={value}
      allowClear={clear}
      options={options}
      showSearch={{ filterOption: false, onSearch: setText }}
      popupMatchSelectWidth={false}
      onChange={(v: string | undefined) => onChange(v)}
    />
  );
}
