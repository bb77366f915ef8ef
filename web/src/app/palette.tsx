import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useNavigate } from "react-router";
import { api, must, type Schemas } from "@/infra/api";
import { live } from "@/infra/live";
import { useCan } from "@/infra/session";
import { usePeople } from "@/infra/shared";
import { setTheme, useTheme } from "@/infra/theme";
import { setLanguage, useLanguage, useWords } from "@/infra/words";
import { useOffered } from "@/ui/actions";
import { Glyph, type GlyphName, Layer } from "@/ui/glyph";
import styles from "./palette.module.css";
import { w } from "./words";

type Group = "here" | "pages" | "actions" | "tables" | "models" | "pipelines" | "people" | "connections";

interface Entry {
  id: string;
  group: Group;
  glyph: GlyphName;
  name: string;
  note?: string;
  layer?: string;
  run: () => void;
}

// What the open page can do is found by its very words, all else by what is like them.
const order: Group[] = ["here", "tables", "models", "pipelines", "connections", "people", "actions", "pages"];

/** Palette finds tables, columns, models, pipelines, people and actions, by keyboard alone. */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useWords(w);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useId();
  const fixed = useFixed(onClose);
  const here = useHere(onClose);
  const found = useFound(text.trim(), onClose);

  const entries = useMemo(() => {
    const q = text.trim().toLowerCase();
    const own = [...here, ...fixed].filter((e) => e.name.toLowerCase().includes(q));
    return order.flatMap((g) => [...found, ...own].filter((e) => e.group === g));
  }, [here, fixed, found, text]);

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => setChosen(0), [text]);
  useEffect(() => {
    // In braces: what scrolling returns, a promise in newer browsers, is no clean-up.
    document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen, list]);

  const onKey = (e: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step !== undefined && entries.length > 0) {
      e.preventDefault();
      setChosen((c) => (c + step + entries.length) % entries.length);
    } else if (e.key === "Enter" && !e.nativeEvent.isComposing) {
      e.preventDefault();
      entries[chosen]?.run();
    }
  };

  return createPortal(
    <dialog ref={dialog} className={styles.palette} aria-label={t("palette.label")} onClose={onClose} onClick={(e) => e.target === dialog.current && onClose()}>
      <div className={styles.field}>
        <Glyph name="search" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={entries.length > 0 ? `${list}-${chosen}` : undefined}
          aria-label={t("palette.label")}
          placeholder={t("palette.placeholder")}
          value={text}
          onChange={(e) => setText(e.target.value)}
          onKeyDown={onKey}
          autoFocus
          spellCheck={false}
        />
      </div>
      <div id={list} role="listbox" aria-label={t("palette.label")} className={styles.list}>
        {entries.map((e, i) => (
          <div key={e.id} role="presentation">
            {e.group !== entries[i - 1]?.group && <div className={styles.group} role="presentation">{t(`palette.${e.group}`)}</div>}
            <div id={`${list}-${i}`} role="option" aria-selected={i === chosen} className={styles.entry} onClick={e.run} onMouseMove={() => setChosen(i)}>
              <Glyph name={e.glyph} />
              <span className={styles.name}>{e.name}</span>
              {e.note && <span className={styles.note}>{e.note}</span>}
              {e.layer && <Layer layer={e.layer} />}
            </div>
          </div>
        ))}
        {entries.length === 0 && <p className={styles.none}>{t("palette.none")}</p>}
      </div>
      <footer className={styles.hint}>{t("palette.hint")}</footer>
    </dialog>,
    document.body,
  );
}

/** useHere are the actions of the page that is open. */
function useHere(onClose: () => void): Entry[] {
  const offered = useOffered();
  return useMemo(
    () =>
      offered.map((a): Entry => ({
        id: `here.${a.id}`,
        group: "here",
        glyph: a.glyph,
        name: a.label,
        note: a.hotkey,
        run: () => {
          onClose();
          a.run();
        },
      })),
    [offered, onClose],
  );
}

/** useFixed are the pages and actions, as far as whoever is signed in may do them. */
function useFixed(onClose: () => void): Entry[] {
  const t = useWords(w);
  const navigate = useNavigate();
  const can = useCan();
  const theme = useTheme();
  const language = useLanguage();
  return useMemo(() => {
    const go = (to: string) => () => {
      onClose();
      void navigate(to);
    };
    const page = (key: "home" | "catalog" | "models" | "pipelines" | "query" | "access" | "settings", glyph: GlyphName, to: string): Entry => ({ id: `page.${key}`, group: "pages", glyph, name: t(`nav.${key}`), run: go(to) });
    const out: Entry[] = [
      page("home", "home", "/"),
      page("catalog", "catalog", "/catalog"),
      page("models", "model", "/models"),
      page("pipelines", "pipeline", "/pipelines"),
      page("query", "sql", "/query"),
      page("access", "key", "/access"),
      page("settings", "settings", "/settings"),
    ];
    if (can("edit")) {
      out.push(
        { id: "new.model", group: "actions", glyph: "plus", name: t("palette.newModel"), run: go("/models?new") },
        { id: "new.table", group: "actions", glyph: "plus", name: t("palette.newTable"), run: go("/catalog/new/table") },
        { id: "upload", group: "actions", glyph: "upload", name: t("palette.upload"), run: go("/catalog/new/upload") },
        { id: "new.connection", group: "actions", glyph: "plus", name: t("palette.newConnection"), run: go("/catalog/new/connection") },
      );
    }
    out.push(
      { id: "new.query", group: "actions", glyph: "sql", name: t("palette.newQuery"), run: go("/query") },
      { id: "theme", group: "actions", glyph: "eye", name: t("palette.toggleTheme"), run: () => (onClose(), setTheme(theme === "dark" ? "light" : "dark")) },
      { id: "language", group: "actions", glyph: "eye", name: t("palette.toggleLanguage"), run: () => (onClose(), void setLanguage(language === "zh" ? "en" : "zh")) },
    );
    return out;
  }, [t, navigate, can, theme, language, onClose]);
}

/** useFound asks the server's search, and looks through the pipelines and people that are known here. */
function useFound(q: string, onClose: () => void): Entry[] {
  const navigate = useNavigate();
  const hits = useQuery<Schemas["Found"]>({
    queryKey: ["palette", q],
    enabled: q !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => must(api.GET("/search", { params: { query: { q, limit: 12 } }, signal })),
  }).data;
  const people = usePeople().data;
  return useMemo(() => {
    if (q === "") return [];
    const go = (to: string) => () => {
      onClose();
      void navigate(to);
    };
    const lower = q.toLowerCase();
    const out: Entry[] = [];
    for (const h of hits?.items ?? []) {
      const column = h.highlights?.find((x) => x.field === "column")?.column;
      if (h.kind === "connection") out.push({ id: `c.${h.id}`, group: "connections", glyph: "link", name: h.name, note: h.description, run: go("/settings/connections") });
      else if (h.kind === "document") out.push({ id: `d.${h.id}`, group: "models", glyph: "model", name: h.name, note: h.description, run: go(`/models/${h.id}`) });
      else out.push({ id: `t.${h.id}`, group: "tables", glyph: "table", name: h.name, note: column ?? h.description, layer: h.layer, run: go(`/catalog/${h.id}`) });
    }
    for (const [id, line] of live.state("pipelines", undefined).items) {
      const name = (line as { name: string }).name;
      if (name.toLowerCase().includes(lower)) out.push({ id: `p.${id}`, group: "pipelines", glyph: "pipeline", name, run: go(`/pipelines/${id}`) });
    }
    for (const p of people?.items ?? []) {
      if (p.name.toLowerCase().includes(lower) || p.display_name?.toLowerCase().includes(lower)) {
        out.push({ id: `u.${p.user}`, group: "people", glyph: "person", name: p.display_name || p.name, note: p.name, run: go(`/access?subject=user:${encodeURIComponent(p.user)}`) });
      }
    }
    return out;
  }, [q, hits, people, navigate, onClose]);
}
