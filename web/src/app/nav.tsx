import { Dropdown, type MenuProps } from "antd";
import { NavLink, useNavigate } from "react-router";
import { useFeed, useLink } from "@/infra/live";
import { type Me, useCan, useMe, useSession } from "@/infra/session";
import { setTheme, useThemeChoice } from "@/infra/theme";
import { setLanguage, useLanguage, useWords } from "@/infra/words";
import { Glyph, type GlyphName } from "@/ui/glyph";
import { Age } from "@/ui/text";
import styles from "./nav.module.css";
import { restartTour } from "./tour";
import { w } from "./words";

type Page = "home" | "catalog" | "models" | "pipelines" | "query" | "access" | "settings";

const groups: { key: Page; glyph: GlyphName; to: string }[][] = [
  [{ key: "home", glyph: "home", to: "/" }],
  [
    { key: "catalog", glyph: "catalog", to: "/catalog" },
    { key: "models", glyph: "model", to: "/models" },
    { key: "pipelines", glyph: "pipeline", to: "/pipelines" },
    { key: "query", glyph: "sql", to: "/query" },
  ],
  [
    { key: "access", glyph: "key", to: "/access" },
    { key: "settings", glyph: "settings", to: "/settings" },
  ],
];

/** Nav is the navigation of 200 px, or the rail of 48. */
export function Nav({ rail, onFind }: { rail: boolean; onFind: () => void }) {
  const t = useWords(w);
  const me = useMe();
  return (
    <nav className={styles.nav} data-rail={rail || undefined} aria-label={t("nav.label")}>
      <NavLink to="/" className={styles.brand} aria-label="Millrace">
        <Mark />
        <span className={styles.word}>Millrace</span>
      </NavLink>
      <button type="button" className={styles.find} onClick={onFind} aria-label={rail ? t("search") : undefined} data-tour="palette">
        <Glyph name="search" />
        <span className={styles.word}>{t("search")}</span>
        <kbd className={styles.word}>Ctrl K</kbd>
      </button>
      <div className={styles.pages}>
        {groups.map((group) => (
          <ul key={group[0]?.key} className={styles.group}>
            {group.map((p) => (
              <li key={p.key}>
                <NavLink to={p.to} end={p.to === "/"} className={styles.page} title={rail ? t(`nav.${p.key}`) : undefined} data-tour={p.key}>
                  <Glyph name={p.glyph} />
                  <span className={styles.word}>{t(`nav.${p.key}`)}</span>
                  {p.key === "pipelines" && <Trouble />}
                </NavLink>
              </li>
            ))}
          </ul>
        ))}
      </div>
      <div className={styles.foot}>
        <Workers />
        {me && <Account me={me} />}
      </div>
    </nav>
  );
}

function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" className={styles.mark}>
      <rect width="22" height="22" rx="6" />
      <g fill="none" strokeWidth="1.9" strokeLinecap="round">
        <path d="M3.6 7.2c2.6-2.2 4.8-2.2 7.4 0s4.8 2.2 7.4 0" />
        <path d="M3.6 11.6c2.6-2.2 4.8-2.2 7.4 0s4.8 2.2 7.4 0" opacity=".72" />
        <path d="M3.6 16c2.6-2.2 4.8-2.2 7.4 0s4.8 2.2 7.4 0" opacity=".42" />
      </g>
    </svg>
  );
}

/** Trouble counts the pipelines that need somebody. */
function Trouble() {
  const feed = useFeed("pipelines");
  let n = 0;
  for (const line of feed.items.values()) if ((line as { health?: string }).health === "failed") n++;
  return n > 0 ? <span className={styles.count}>{n}</span> : null;
}

/** Workers says how many workers live, and how fresh that is; only operators are told. */
function Workers() {
  const t = useWords(w);
  const can = useCan();
  const link = useLink();
  if (link === "connecting") {
    return (
      <div className={styles.health} role="status">
        <Glyph name="clock" />
        <span className={styles.word}>{t("reconnecting")}</span>
      </div>
    );
  }
  return can("operate") ? <LiveWorkers /> : null;
}

function LiveWorkers() {
  const t = useWords(w);
  const { items, at } = useFeed("server");
  const workers = (items.get("server") as { workers?: unknown[] } | undefined)?.workers;
  if (!workers) return null;
  return (
    <div className={styles.health}>
      <span className={styles.dot} data-none={workers.length === 0 || undefined} />
      <span className={styles.word}>{t("workers", { count: workers.length })}</span>
      <span className={styles.age}>
        <Age at={at} />
      </span>
    </div>
  );
}

function Account({ me }: { me: Me }) {
  const t = useWords(w);
  const navigate = useNavigate();
  const language = useLanguage();
  const choice = useThemeChoice();
  const { signOut } = useSession();
  const items: MenuProps["items"] = [
    { key: "profile", label: t("account.profile"), onClick: () => void navigate("/settings/account") },
    { key: "language", label: t("account.language"), onClick: () => void setLanguage(language === "zh" ? "en" : "zh") },
    {
      key: "theme",
      label: t("account.theme"),
      children: (["light", "dark", "system"] as const).map((c) => ({ key: c, label: t(`account.${c}`), onClick: () => setTheme(c) })),
    },
    { key: "tour", label: t("account.tour"), onClick: restartTour },
    { type: "divider" },
    { key: "out", label: t("account.out"), onClick: () => void signOut() },
  ];
  return (
    <Dropdown menu={{ items, selectedKeys: [choice] }} trigger={["click"]} placement="topLeft">
      <button type="button" className={styles.account} aria-label={`${t("account.label")}: ${me.name}`}>
        <span className={styles.avatar} data-initials={[...me.name].slice(0, 2).join("").toUpperCase()} />
        <span className={styles.word}>{me.name}</span>
      </button>
    </Dropdown>
  );
}
