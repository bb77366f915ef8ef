import { useMemo } from "react";
import { changed, ddl, pieces } from "@/core/design";
import { bytes, number } from "@/core/format";
import { useText, useWords } from "@/infra/words";
import { Glyph, type GlyphName } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { toast } from "@/ui/toast";
import { type Design, exactlyOnce } from "./data";
import css from "./ddl.module.css";
import { w } from "./words";

/** Statements shows what will run, with the lines marked that the last decision changed, and under it what was checked. */
export function Statements({ design, before }: { design: Design; before: string | undefined }) {
  const t = useWords(w);
  const { proposal, existing } = design;
  const text = useMemo(() => ddl(proposal.statements ?? []), [proposal]);
  const marked = useMemo(() => (before === undefined ? new Set<number>() : changed(before, text)), [before, text]);
  return (
    <section className={css.pane} aria-label={t("ddl.title")}>
      <header className={css.head}>
        <h2>{t("ddl.title")}</h2>
        <span>{existing ? t("ddl.none") : t("ddl.once")}</span>
        {text ? (
          <IconButton
            small
            glyph="copy"
            label={t("ddl.copy")}
            onClick={() => {
              void navigator.clipboard.writeText(`${(proposal.statements ?? []).join(";\n\n")};\n`).then(() => toast(t("ddl.copied")));
            }}
          />
        ) : null}
      </header>
      <div className={css.scroll} data-scroll tabIndex={0}>
        {existing ? (
          <p className={css.existing}>
            <code>
              {existing.database}.{existing.table}
            </code>
            <span>{t("ddl.existing", { engine: existing.engine, rows: number(existing.rows), bytes: bytes(existing.bytes) })}</span>
          </p>
        ) : (
          <ol className={css.code}>
            {text.split("\n").map((line, i) => (
              <li key={i} data-changed={marked.has(i) || undefined}>
                <code>
                  {pieces(line).map((p, k) => (
                    <span key={k} data-kind={p.kind}>
                      {p.text}
                    </span>
                  ))}
                </code>
              </li>
            ))}
          </ol>
        )}
      </div>
      <Checks design={design} />
    </section>
  );
}

/** Checks are what is known of the table before it is made. */
function Checks({ design }: { design: Design }) {
  const t = useWords(w);
  const text = useText();
  const { proposal, trial, existing } = design;
  const { size } = proposal;
  const lines: { glyph: GlyphName; tone: "good" | "warn" | "plain"; text: string }[] = [];
  if (trial) lines.push({ glyph: "check", tone: "good", text: t("check.tried") });
  else lines.push({ glyph: "warning", tone: "warn", text: design.sampled === 0 ? t("check.noRows") : t("check.notTried") });
  if (!existing) lines.push({ glyph: "check", tone: "good", text: t("check.free", { table: `${proposal.database}.${proposal.table}` }) });
  if (trial) lines.push(exactlyOnce(design) ? { glyph: "check", tone: "good", text: t("check.once") } : { glyph: "warning", tone: "warn", text: t("check.twice") });
  if (size.bytes_per_day) lines.push({ glyph: "info", tone: "plain", text: t("check.size", { bytes: bytes(size.bytes_per_day), rows: number(Math.round(size.rows_per_day ?? 0)) }) });
  return (
    <ul className={css.checks}>
      {lines.map((l) => (
        <li key={l.text} data-tone={l.tone}>
          <Glyph name={l.glyph} size={14} />
          {l.text}
        </li>
      ))}
      {size.measured ? <li className={css.basis}>{text(size.basis)}</li> : null}
    </ul>
  );
}
