import { useQuery } from "@tanstack/react-query";
import { api, must } from "@/infra/api";
import { useCan } from "@/infra/session";
import { usersQuery } from "@/infra/shared";
import { useText, useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Num } from "@/ui/text";
import { type Action, scopeOf, subjectOf } from "../rules";
import { useTables } from "../pickers";
import { w } from "../words";
import css from "./opens.module.css";

/** shown is how many tables are named; the others are counted. */
const shown = 8;

/** Opens says what a grant would come to: the tables it is about, the people it reaches, and what holds for them now. */
export function Opens({ subject, scope, action, effect }: { subject?: string; scope?: string; action: Action; effect: "allow" | "deny" }) {
  const t = useWords(w);
  const text = useText();
  const where = scope ? scopeOf(scope) : undefined;
  const tables = useTables();
  const inside = (tables.data?.items ?? []).filter((x) => {
    if (!where) return false;
    return where.kind === "all" || (where.kind === "table" ? x.id === where.value : x.name.startsWith(`${where.value}.`));
  });
  const reached = useReached(subject);
  const now = useQuery({
    queryKey: ["policies", "why", subject, scope, action],
    enabled: subject !== undefined && scope !== undefined,
    retry: false,
    queryFn: () => must(api.GET("/policies/why", { params: { query: { subject, scope: scope ?? "", action } } })),
  }).data;
  if (!where) return null;
  const wide = where.kind !== "table";
  return (
    <section className={css.opens} data-deny={effect === "deny" || undefined} aria-live="polite">
      <h3>{t(effect === "deny" ? "opens.closes" : "opens.title")}</h3>
      {wide ? (
        <p>
          <strong>
            <Num value={inside.length} /> {t("opens.tables", { count: inside.length })}
          </strong>
          {tables.data?.more ? ` ${t("opens.atLeast")}` : ""} {t(effect === "deny" ? "opens.futureDeny" : "opens.future")}
        </p>
      ) : null}
      <ul className={css.tables}>
        {inside.slice(0, shown).map((x) => (
          <li key={x.id}>
            <code>{x.name}</code>
          </li>
        ))}
        {inside.length > shown ? <li className={css.rest}>{t("opens.rest", { count: inside.length - shown })}</li> : null}
      </ul>
      {reached === undefined ? null : <p>{t("opens.reaches", { count: reached })}</p>}
      {now && effect === "allow" && now.verdict === "denied" ? (
        <p className={css.loud}>
          <Glyph name="warning" size={14} /> {t("opens.denied")} {text({ en: now.text.en ?? "", zh: now.text.zh ?? "" })}
        </p>
      ) : null}
      {now?.verdict === "not_granted" ? (
        <p className={css.quiet}>
          <Glyph name="info" size={14} /> {t("opens.new")}
        </p>
      ) : null}
      {now && (now.verdict === "allowed" || (now.verdict === "denied" && effect === "deny")) ? (
        <p className={css.quiet}>
          <Glyph name="info" size={14} /> {t("opens.now")} {text({ en: now.text.en ?? "", zh: now.text.zh ?? "" })}
        </p>
      ) : null}
    </section>
  );
}

/** useReached counts the people behind a team or a role, as far as one may know them. */
function useReached(subject: string | undefined): number | undefined {
  const can = useCan();
  const { kind, id } = subjectOf(subject ?? "");
  const members = useQuery({
    queryKey: ["teams", id, "members"],
    enabled: kind === "team",
    retry: false,
    queryFn: async () => (await must(api.GET("/teams/{team}/members", { params: { path: { team: id } } }))).items ?? [],
  }).data;
  const accounts = useQuery({ ...usersQuery, enabled: kind === "role" && can("administer") }).data;
  if (kind === "team") return members?.length;
  if (kind === "role") return accounts?.items.filter((a) => a.role === id && !a.disabled).length;
  return undefined;
}
