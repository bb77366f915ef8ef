import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { type GlyphName, Glyph } from "@/ui/glyph";
import { Failure, Loading } from "@/ui/states";
import { Num } from "@/ui/text";
import { useWords } from "@/infra/words";
import { kindGlyph } from "../kinds";
import css from "./tree.module.css";
import { mostNames, useNames } from "./query";
import { w } from "./words";

interface Line {
  key: string;
  label: string;
  level: number;
  glyph: GlyphName;
  count?: number;
  /** table is its id, for a leaf. */
  table?: string;
}

interface Place {
  count: number;
  inside: Map<string, Place>;
  tables: { id: string; name: string; kind: string }[];
}

const place = (): Place => ({ count: 0, inside: new Map(), tables: [] });

/** Tree is the catalog by its names: catalog, db, table. A click on a place keeps the results to it; a table opens. */
export function Tree({ scope, onScope }: { scope: string; onScope: (scope: string) => void }) {
  const t = useWords(w);
  const navigate = useNavigate();
  const { data, error, refetch } = useNames();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(scope ? [scope.split(".")[0] ?? "", scope] : []));
  const [active, setActive] = useState<string>();
  const list = useRef<HTMLUListElement>(null);

  const root = useMemo(() => grow(data?.items ?? []), [data]);
  const lines = useMemo(() => flatten(root, open), [root, open]);
  if (error && !data) return <Failure problem={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={8} />;

  const focused = lines.some((l) => l.key === active) ? active : lines[0]?.key;
  const toggle = (key: string, to = !open.has(key)) => {
    const next = new Set(open);
    if (to) next.add(key);
    else next.delete(key);
    setOpen(next);
  };
  const choose = (l: Line) => {
    setActive(l.key);
    if (l.table) {
      void navigate(`/catalog/${l.table}`);
      return;
    }
    toggle(l.key, scope === l.key ? !open.has(l.key) : true);
    onScope(l.key);
  };
  const go = (l: Line | undefined) => {
    if (!l) return;
    setActive(l.key);
    list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(l.key)}"]`)?.focus();
  };
  const onKey = (e: KeyboardEvent, l: Line, i: number) => {
    const steps: Record<string, () => void> = {
      ArrowDown: () => go(lines[i + 1]),
      ArrowUp: () => go(lines[i - 1]),
      Home: () => go(lines[0]),
      End: () => go(lines.at(-1)),
      ArrowRight: () => (l.table ? undefined : open.has(l.key) ? go(lines[i + 1]) : toggle(l.key, true)),
      ArrowLeft: () => (open.has(l.key) ? toggle(l.key, false) : go(lines.slice(0, i).findLast((x) => x.level < l.level))),
      Enter: () => choose(l),
      " ": () => choose(l),
    };
    const step = steps[e.key];
    if (!step) return;
    e.preventDefault();
    step();
  };

  return (
    <div className={css.tree}>
      <button type="button" className={css.all} aria-current={scope === "" ? "true" : undefined} onClick={() => onScope("")}>
        <Glyph name="catalog" /> {t("tree.all")} <span className={css.count}><Num value={data.items.length} /></span>
      </button>
      <ul role="tree" aria-label={t("tree.label")} ref={list}>
        {lines.map((l, i) => (
          <li
            key={l.key}
            data-key={l.key}
            role="treeitem"
            aria-level={l.level}
            aria-expanded={l.table ? undefined : open.has(l.key)}
            aria-selected={scope === l.key}
            tabIndex={l.key === focused ? 0 : -1}
            className={css.line}
            style={{ paddingLeft: 8 + (l.level - 1) * 16 }}
            onClick={() => choose(l)}
            onKeyDown={(e) => onKey(e, l, i)}
          >
            <span className={css.chevron}>{l.table ? null : <Glyph name={open.has(l.key) ? "chevronDown" : "chevronRight"} size={12} />}</span>
            <Glyph name={l.glyph} />
            <span className={css.label} title={l.label}>{l.label}</span>
            {l.count === undefined ? null : <span className={css.count}><Num value={l.count} /></span>}
          </li>
        ))}
      </ul>
      {data.more ? <p className={css.more}>{t("tree.more", { count: mostNames })}</p> : null}
    </div>
  );
}

function grow(tables: { id: string; name: string; kind: string }[]): Place {
  const root = place();
  for (const table of tables) {
    const parts = splitName(table.name);
    let at = root;
    for (const part of parts.slice(0, -1)) {
      let next = at.inside.get(part);
      if (!next) at.inside.set(part, (next = place()));
      next.count++;
      at = next;
    }
    at.tables.push({ ...table, name: parts.at(-1) ?? table.name });
  }
  return root;
}

function splitName(name: string): string[] {
  const parts = name.split(".");
  return parts.length <= 3 ? parts : [parts[0] ?? "", parts[1] ?? "", parts.slice(2).join(".")];
}

function flatten(at: Place, open: ReadonlySet<string>, prefix = "", level = 1): Line[] {
  const lines: Line[] = [];
  for (const name of [...at.inside.keys()].sort()) {
    const key = prefix ? `${prefix}.${name}` : name;
    const inside = at.inside.get(name);
    if (!inside) continue;
    lines.push({ key, label: name, level, glyph: level === 1 ? "namespace" : "folder", count: inside.count });
    if (open.has(key)) lines.push(...flatten(inside, open, key, level + 1));
  }
  for (const table of at.tables) lines.push({ key: `#${table.id}`, label: table.name, level, glyph: kindGlyph(table.kind), table: table.id });
  return lines;
}
