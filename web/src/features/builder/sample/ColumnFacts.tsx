import { isNumeric } from "@/ui/cell";
import type { ColumnStats } from "@/core/sample";
import { useWords } from "@/infra/words";
import { IconButton } from "@/ui/menu";
import { Code, Null, Num, Share } from "@/ui/text";
import css from "./sample.module.css";
import { w } from "./words";

/** Distribution draws counts as bars beside each other, from zero. */
function Distribution({ bins, large }: { bins: readonly number[]; large?: boolean }) {
  const most = Math.max(...bins, 1);
  const [step, height] = large ? [16, 44] : [3, 12];
  return (
    <svg className={css.bins} width={bins.length * step} height={height} viewBox={`0 0 ${bins.length * step} ${height}`} aria-hidden="true">
      {bins.map((n, i) => {
        const h = n === 0 ? 0 : Math.max(1, (n / most) * height);
        return <rect key={i} x={i * step} y={height - h} width={step - 1} height={h} />;
      })}
    </svg>
  );
}

/** ColumnLine is what stands under a column's type: how its values lie, and how many are missing. */
export function ColumnLine({ stats }: { stats: ColumnStats }) {
  const t = useWords(w);
  if (stats.rows === 0) return null;
  return (
    <span className={css.line}>
      {stats.bins ? <Distribution bins={stats.bins} /> : null}
      {stats.nulls > 0 ? (
        <span className={css.nulls}>
          <Share value={stats.nulls / stats.rows} /> NULL
        </span>
      ) : stats.bins ? null : (
        <span>{t("distinct", { count: stats.distinct })}</span>
      )}
    </span>
  );
}

/** ColumnFacts is all that a sample shows of one column. */
export function ColumnFacts({ stats, onClose }: { stats: ColumnStats; onClose: () => void }) {
  const t = useWords(w);
  const filled = stats.rows - stats.nulls;
  return (
    <aside className={css.facts} aria-label={t("column.label", { column: stats.name })}>
      <header className={css.factsHead}>
        <span>
          <strong>{stats.name}</strong>
          <Code>{stats.type}</Code>
        </span>
        <IconButton small glyph="close" label={t("column.close")} onClick={onClose} />
      </header>
      <dl className={css.pairs}>
        <dt>{t("column.nulls")}</dt>
        <dd>
          <Share value={stats.rows === 0 ? undefined : stats.nulls / stats.rows} />
        </dd>
        <dt>{t("column.distinct")}</dt>
        <dd>
          <Num value={stats.distinct} />
        </dd>
        {stats.min === undefined ? null : (
          <>
            <dt>{t("column.min")}</dt>
            <dd>
              <Value value={stats.min} type={stats.type} />
            </dd>
            <dt>{t("column.max")}</dt>
            <dd>
              <Value value={stats.max} type={stats.type} />
            </dd>
          </>
        )}
      </dl>
      {stats.bins ? <Distribution bins={stats.bins} large /> : null}
      {stats.top ? (
        <ul className={css.top}>
          {stats.top.map((v) => (
            <li key={String(v.value)}>
              <span className={css.bar} style={{ width: `${(v.count / filled) * 100}%` }} />
              <span className={css.value}>
                <Value value={v.value} type={stats.type} />
              </span>
              <Share value={v.count / filled} />
            </li>
          ))}
        </ul>
      ) : null}
      <p className={css.note}>{t("column.note", { count: stats.rows })}</p>
    </aside>
  );
}

function Value({ value, type }: { value: unknown; type: string }) {
  if (value === null || value === undefined) return <Null />;
  if (isNumeric(type) && typeof value === "number") return <Num value={value} />;
  return <span className={css.text}>{typeof value === "string" ? value : JSON.stringify(value)}</span>;
}
