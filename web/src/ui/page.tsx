import type { ReactNode } from "react";
import { Link } from "react-router";
import { useWords } from "@/infra/words";
import { Glyph, type GlyphName } from "./glyph";
import css from "./page.module.css";
import { w } from "./words";

export { Confirm } from "./confirm";
export { Drawer, DrawerBody, DrawerFoot, FormDrawer } from "./drawer";
export { Split } from "./split";

/** Crumb is a step of the way to a page; the last one may have no address. */
export interface Crumb {
  label: ReactNode;
  to?: string;
}

interface TopBarProps {
  crumbs?: readonly Crumb[];
  glyph?: GlyphName | ReactNode;
  /** name is what the page is about; without one the last crumb is it. */
  name?: ReactNode;
  status?: ReactNode;
  aside?: ReactNode;
  actions?: ReactNode;
}

/** TopBar says where one is and what one can do here. It is the page's one title. */
export function TopBar({ crumbs = [], glyph, name, status, aside, actions }: TopBarProps) {
  const t = useWords(w);
  const way = name === undefined ? crumbs.slice(0, -1) : crumbs;
  const title = name ?? crumbs.at(-1)?.label;
  return (
    <header className={css.top}>
      <nav className={css.way} aria-label={t("path")}>
        {way.map((c, i) => (
          <span key={c.to ?? i} className={css.crumb}>
            {c.to === undefined ? c.label : <Link to={c.to}>{c.label}</Link>}
            <Glyph name="chevronRight" size={12} />
          </span>
        ))}
        {typeof glyph === "string" ? <Glyph name={glyph as GlyphName} /> : glyph}
        <h1 className={css.name}>{title}</h1>
      </nav>
      {status ? <div className={css.status}>{status}</div> : null}
      {aside ? <div className={css.aside}>{aside}</div> : null}
      <div className={css.actions}>{actions}</div>
    </header>
  );
}

/** Tab is a page part with an address of its own, or, with onSelect, a part within the page. */
export interface Tab {
  key: string;
  label: ReactNode;
  count?: number;
  to?: string;
}

/** Tabs are the parts of a page. With addresses they are links, else a tab list. */
export function Tabs({ items, active, onSelect, aside, small, label }: { items: readonly Tab[]; active: string; onSelect?: (key: string) => void; aside?: ReactNode; small?: boolean; label?: string }) {
  const t = useWords(w);
  const links = items.some((i) => i.to !== undefined);
  const inner = (item: Tab) => (
    <>
      <span>{item.label}</span>
      {item.count === undefined ? null : <span className={css.count}>{item.count.toLocaleString("en-US")}</span>}
    </>
  );
  return (
    <div className={css.tabs} data-small={small || undefined}>
      {links ? (
        <nav className={css.tabList} aria-label={label ?? t("tabs")}>
          {items.map((item) => (
            <Link key={item.key} to={item.to ?? ""} className={css.tab} aria-current={item.key === active ? "page" : undefined}>
              {inner(item)}
            </Link>
          ))}
        </nav>
      ) : (
        <div className={css.tabList} role="tablist" aria-label={label}>
          {items.map((item, i) => (
            <button
              key={item.key}
              type="button"
              role="tab"
              className={css.tab}
              aria-selected={item.key === active}
              tabIndex={item.key === active ? 0 : -1}
              onClick={() => onSelect?.(item.key)}
              onKeyDown={(e) => {
                const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
                const next = step === 0 ? undefined : items[(i + step + items.length) % items.length];
                if (!next) return;
                e.preventDefault();
                onSelect?.(next.key);
                const buttons = e.currentTarget.parentElement?.querySelectorAll<HTMLElement>("[role=tab]");
                buttons?.[(i + step + items.length) % items.length]?.focus();
              }}
            >
              {inner(item)}
            </button>
          ))}
        </div>
      )}
      {aside ? <div className={css.tabAside}>{aside}</div> : null}
    </div>
  );
}

/** Section is a titled region; flush leaves its content to touch the edges, as tables do. */
export function Section({ title, note, aside, flush, children }: { title?: ReactNode; note?: ReactNode; aside?: ReactNode; flush?: boolean; children?: ReactNode }) {
  // No landmark: a page has many of them, and the headings lead through.
  return (
    <section className={css.section}>
      {title || aside ? (
        <div className={css.sectionHead}>
          {title ? (
            <h2 className={css.sectionTitle}>{title}</h2>
          ) : null}
          {note ? <span className={css.sectionNote}>{note}</span> : null}
          {aside ? <div className={css.sectionAside}>{aside}</div> : null}
        </div>
      ) : null}
      <div className={flush ? undefined : css.sectionBody}>{children}</div>
    </section>
  );
}

/** Fact is a figure with its name; loud colours one that needs a person. */
export interface Fact {
  key?: string;
  label: ReactNode;
  value: ReactNode;
  note?: ReactNode;
  loud?: "busy" | "backpressured" | "failed";
}

/** Facts is the strip of figures on top of a page. */
export function Facts({ items }: { items: readonly Fact[] }) {
  return (
    <dl className={css.facts} tabIndex={0}>
      {items.map((f, i) => (
        <div key={f.key ?? i} className={css.fact}>
          <dt>{f.label}</dt>
          <dd data-loud={f.loud}>
            <span className={css.figure}>{f.value}</span>
            {f.note ? <span className={css.factNote}>{f.note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Pairs are settings and facts one under the other: the name left, the value right. */
export function Pairs({ items }: { items: readonly { key?: string; label: ReactNode; value: ReactNode }[] }) {
  return (
    <dl className={css.pairs}>
      {items.map((p, i) => (
        <div key={p.key ?? i}>
          <dt>{p.label}</dt>
          <dd>{p.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Page stacks a top bar, tabs and what scrolls under them. */
export function Page({ children }: { children: ReactNode }) {
  return <div className={css.page}>{children}</div>;
}

/** Scroll is the part of a page that scrolls. */
export function Scroll({ children }: { children: ReactNode }) {
  return (
    <div className={css.scroll} data-scroll tabIndex={0}>
      {children}
    </div>
  );
}
