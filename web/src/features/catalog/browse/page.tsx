import { AutoComplete, Input } from "antd";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { Button } from "antd";
import { useCan } from "@/infra/session";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Segmented } from "@/ui/menu";
import { TopBar } from "@/ui/page";
import { Select } from "@/ui/select";
import { foundGlyph, layers, tableKinds } from "../kinds";
import { common } from "../words";
import css from "./page.module.css";
import { type Thing, useFacets, useFilters, useSuggestions } from "./query";
import { Results } from "./results";
import { Tree } from "./tree";
import { w } from "./words";

/** hrefOf is the page of something that was found. */
export function hrefOf(kind: string, id: string): string {
  if (kind === "document") return `/models/${id}`;
  return kind === "connection" ? `/catalog/connections/${id}` : `/catalog/${id}`;
}

/** CatalogPage finds tables, models and connections: by the tree of names, by words, by what they are. */
export function CatalogPage() {
  const t = useWords(w);
  const shared = useWords(common);
  const can = useCan();
  const navigate = useNavigate();
  const [filters, change] = useFilters();
  const { teams } = useTeams();
  const { tags, domains } = useFacets();
  const things: { value: Thing | "all"; label: string }[] = [
    { value: "all", label: t("browse.all") },
    { value: "table", label: t("browse.tables") },
    { value: "document", label: shared("browse.models") },
    { value: "connection", label: shared("browse.connections") },
  ];
  const narrowed = filters.type !== "" || filters.layer !== "" || filters.domain !== "" || filters.team !== "" || filters.tags.length > 0;
  return (
    <>
      <TopBar
        crumbs={[]}
        glyph="catalog"
        name={shared("browse.title")}
        actions={
          can("edit") ? (
            <>
              <Button onClick={() => void navigate("/catalog/new/connection")} icon={<Glyph name="connection" />}>{shared("browse.newConnection")}</Button>
              <Button onClick={() => void navigate("/catalog/new/upload")} icon={<Glyph name="upload" />}>{shared("browse.upload")}</Button>
              <Button type="primary" onClick={() => void navigate("/catalog/new/table")} icon={<Glyph name="plus" />}>{shared("browse.newTable")}</Button>
            </>
          ) : null
        }
      />
      <div className={css.body}>
        <nav className={css.side} aria-label={t("tree.label")}>
          <Tree scope={filters.scope} onScope={(scope) => change({ scope })} />
        </nav>
        <div className={css.main}>
          <div className={css.bar}>
            <SearchBox text={filters.text} onText={(text) => change({ text })} />
            <Segmented options={things} value={filters.thing || "all"} onChange={(v) => change({ thing: v === "all" ? "" : v, type: "" })} label={t("browse.what")} />
          </div>
          <div className={css.facets} role="group" aria-label={t("browse.facets")}>
            {filters.thing === "document" || filters.thing === "connection" ? null : (
              <>
                <Facet label={shared("facet.kind")} value={filters.type} options={tableKinds.map((k) => ({ value: k, label: shared(`kind.${k}`) }))} onChange={(type) => change({ type, thing: type ? "table" : filters.thing })} />
                <Facet label={shared("facet.layer")} value={filters.layer} options={layers.map((l) => ({ value: l, label: l }))} onChange={(layer) => change({ layer })} />
              </>
            )}
            <Facet label={shared("facet.team")} value={filters.team} options={teams.map((x) => ({ value: x.id, label: x.name }))} onChange={(team) => change({ team })} />
            <Facet label={shared("facet.domain")} value={filters.domain} options={domains.map((d) => ({ value: d.name, label: d.name }))} onChange={(domain) => change({ domain })} />
            <Select
              mode="multiple"
              size="small"
              className={css.tags}
              popupMatchSelectWidth={false}
              maxTagCount="responsive"
              aria-label={shared("facet.tags")}
              placeholder={shared("facet.tags")}
              value={filters.tags}
              options={tags.map((x) => ({ value: x.name, label: x.name }))}
              onChange={(v: string[]) => change({ tags: v })}
            />
            {narrowed ? (
              <Button type="link" size="small" onClick={() => change({ type: "", layer: "", domain: "", team: "", tags: [] })}>{shared("facet.clear")}</Button>
            ) : null}
          </div>
          <Results filters={filters} onWiden={() => change({ scope: "", type: "", layer: "", domain: "", team: "", tags: [], thing: "" })} />
        </div>
      </div>
    </>
  );
}

function Facet({ label, value, options, onChange }: { label: string; value: string; options: { value: string; label: string }[]; onChange: (v: string) => void }) {
  return (
    <Select
      size="small"
      className={css.facet}
      popupMatchSelectWidth={false}
      allowClear
      showSearch={options.length > 8 ? { optionFilterProp: "label" } : false}
      aria-label={label}
      placeholder={label}
      value={value || undefined}
      options={options}
      onChange={(v: string | undefined) => onChange(v ?? "")}
    />
  );
}

/** SearchBox searches while one types, and offers names to go to at once. */
function SearchBox({ text, onText }: { text: string; onText: (text: string) => void }) {
  const t = useWords(w);
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState(text);
  const [came, setCame] = useState(text);
  const [sent, setSent] = useState(text);
  if (came !== text) {
    setCame(text);
    // The address has changed by itself, as with Back. What was sent from here comes back later than one types, and changes nothing.
    if (text !== sent) {
      setSent(text);
      setTyped(text);
    }
  }
  const suggestions = useSuggestions(useDeferredValue(typed));
  const options = useMemo(
    () =>
      (suggestions ?? []).map((s) => ({
        value: hrefOf(s.kind, s.id),
        label: (
          <span className={css.suggestion}>
            <Glyph name={foundGlyph(s.kind, s.type)} /> <code>{s.name}</code>
          </span>
        ),
      })),
    [suggestions],
  );
  useEffect(() => {
    if (typed === text) return;
    const later = setTimeout(() => {
      setSent(typed);
      onText(typed);
    }, 250);
    return () => clearTimeout(later);
  }, [typed, text, onText]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== "/" || e.ctrlKey || e.metaKey || (e.target instanceof Element && e.target.closest("input, textarea, [contenteditable]"))) return;
      e.preventDefault();
      box.current?.querySelector("input")?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <div ref={box} className={css.search}>
    <AutoComplete
      className={css.field}
      value={typed}
      options={typed ? options : []}
      defaultActiveFirstOption={false}
      onSelect={(href: string) => void navigate(href)}
      onChange={(v: string) => setTyped(v.startsWith("/") && options.some((o) => o.value === v) ? typed : v)}
    >
      <Input allowClear prefix={<Glyph name="search" />} suffix={typed ? undefined : <kbd className={css.kbd}>/</kbd>} placeholder={t("browse.placeholder")} aria-label={t("browse.placeholder")} />
    </AutoComplete>
    </div>
  );
}
