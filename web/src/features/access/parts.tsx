import { DatePicker, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { millis } from "@/core/format";
import { useTableName } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Time } from "@/ui/text";
import { useNames } from "./data";
import css from "./parts.module.css";
import { isAction, isRole, scopeOf, subjectOf } from "./rules";
import { w } from "./words";

/** SubjectName is a person, a team or a role with its glyph; name is what the API called it. */
export function SubjectName({ of, name, strong }: { of: string; name?: string; strong?: boolean }) {
  const t = useWords(w);
  const names = useNames();
  const { kind, id } = subjectOf(of);
  const called = kind === "role" ? (isRole(id) ? t(`role.${id}`) : id) : kind === "system" ? "Millrace" : names(of) || name || id.slice(0, 8);
  return (
    <span className={css.subject}>
      <Glyph name={kind === "team" ? "team" : kind === "role" ? "shield" : kind === "system" ? "server" : "person"} />
      <span className={css.called} data-strong={strong || undefined}>
        {called}
      </span>
      {kind === "team" || kind === "role" ? <small>{t(`subject.${kind}`)}</small> : null}
    </span>
  );
}

/** ScopeName is what something is about: everything, a catalog, a database, or a table with its page. */
export function ScopeName({ of, name, plain }: { of: string; name?: string; plain?: boolean }) {
  const t = useWords(w);
  const scope = scopeOf(of);
  const table = scope?.kind === "table" ? scope.value : undefined;
  const read = useTableName(name ? undefined : table);
  if (!scope) return <code className={css.code}>{of}</code>;
  if (scope.kind === "all") {
    return (
      <span className={css.scope}>
        <Glyph name="globe" /> {t("scope.all")}
      </span>
    );
  }
  const called = name || read || (scope.kind === "table" ? `${scope.value.slice(0, 8)}…` : scope.value);
  return (
    <span className={css.scope}>
      <Glyph name={scope.kind === "table" ? "table" : "catalog"} />
      {scope.kind === "table" && !plain ? (
        <Link to={`/catalog/${scope.value}`} className={css.code}>
          {called}
        </Link>
      ) : (
        <code className={css.code}>{called}</code>
      )}
      {scope.kind === "table" ? null : <small>{t(`scope.${scope.kind}`)}</small>}
    </span>
  );
}

/** Effect says an action, and with a lock that it is denied. */
export function Effect({ effect, action }: { effect: string; action: string }) {
  const t = useWords(w);
  const word = isAction(action) ? t(`action.${action}`) : action;
  if (effect !== "deny") return <span className={css.effect}>{word}</span>;
  return (
    <span className={css.effect} data-deny>
      <Glyph name="lock" size={14} /> {t("denied", { action: word })}
    </span>
  );
}

/** Until is when something ends; what has no end holds for good. */
export function Until({ at }: { at: string | undefined }) {
  const t = useWords(w);
  return at ? <Time at={at} /> : <span className={css.quiet}>{t("forGood")}</span>;
}

/** hours are the ends that one chooses with one click. */
const hours = { day: 24, week: 168, month: 720, quarter: 2160 } as const;
const spans = ["day", "week", "month", "quarter"] as const;

/** End chooses when something ends, as an ISO time; none is never, or with most, the last moment that is open. */
export function End({ id, onChange, most }: { id: string; onChange: (at: string | undefined) => void; most?: string }) {
  const t = useWords(w);
  const [choice, setChoice] = useState("none");
  const last = millis(most) ?? Infinity;
  const open = spans.filter((s) => Date.now() + hours[s] * 3_600_000 < last);
  return (
    <div className={css.end}>
      <Select
        id={id}
        value={choice}
        options={[{ value: "none", label: t(most ? "end.asked" : "end.none") }, ...open.map((s) => ({ value: s, label: t(`end.${s}`) })), { value: "time", label: t("end.time") }]}
        onChange={(next) => {
          setChoice(next);
          const span = spans.find((s) => s === next);
          onChange(span && new Date(Date.now() + hours[span] * 3_600_000).toISOString());
        }}
      />
      {choice === "time" ? (
        <DatePicker
          aria-label={t("end.time")}
          showTime={{ format: "HH:mm" }}
          format="YYYY-MM-DD HH:mm"
          disabledDate={(d) => d.endOf("day").valueOf() < Date.now() || d.startOf("day").valueOf() > last}
          onChange={(d) => onChange(d?.toISOString())}
        />
      ) : null}
    </div>
  );
}
