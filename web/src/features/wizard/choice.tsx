import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { type Pins } from "@/core/design";
import { useText, useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import type { Choice, Finding } from "./data";
import css from "./choice.module.css";
import { w } from "./words";

/** Deciding is how the settings of a page are changed. */
export interface Deciding {
  /** open is false where there is nothing to decide, as with a table that is there already. */
  open: boolean;
  pin: (pins: Pins) => void;
  unpin: (path: string) => void;
  findings: readonly Finding[];
}

interface Props {
  label: ReactNode;
  /** note stands under the label. */
  note?: ReactNode;
  choice: Choice;
  deciding: Deciding;
  /** control is another way to decide than the alternatives; it is given what closes the row. */
  control?: (close: () => void) => ReactNode;
  mono?: boolean;
}

/** ChoiceRow is one decision: what was chosen, the reason with its number, who chose, and on demand the other ways. */
export function ChoiceRow({ label, note, choice, deciding, control, mono }: Props) {
  const t = useWords(w);
  const text = useText();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const alternatives = choice.alternatives ?? [];
  const changeable = deciding.open && (alternatives.length > 0 || control !== undefined || choice.pinned);
  const findings = deciding.findings.filter((f) => f.path === choice.path);
  const worst = findings.some((f) => f.severity === "error") ? "error" : findings.length > 0 ? "warning" : undefined;
  return (
    <li className={css.row} data-worst={worst} data-open={open || undefined}>
      <span className={css.label} data-mono={mono || undefined}>
        {label}
        {note ? <small>{note}</small> : null}
      </span>
      <span className={css.what}>
        <code className={css.value}>{choice.value || "–"}</code>
        <span className={css.why}>{text(choice.why)}</span>
        {findings.map((f) => (
          <FindingLine key={f.code + f.path} finding={f} pin={deciding.pin} />
        ))}
      </span>
      <span className={css.by}>
        <span data-yours={choice.pinned || undefined}>{choice.pinned ? t("choice.yours") : deciding.open ? t("choice.suggested") : t("choice.found")}</span>
        {changeable ? (
          <button type="button" className={css.link} aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t("choice.close") : t("choice.change")}
          </button>
        ) : null}
      </span>
      {open && changeable ? (
        <div className={css.panel}>
          {alternatives.map((a) => (
            <button
              key={a.value}
              type="button"
              className={css.other}
              onClick={() => {
                deciding.pin(a.pins);
                close();
              }}
            >
              <code>{a.value}</code>
              <span>{text(a.consequence)}</span>
            </button>
          ))}
          {control?.(close)}
          {choice.pinned ? (
            <span>
              <Button
                size="small"
                onClick={() => {
                  deciding.unpin(choice.path);
                  close();
                }}
              >
                {t("choice.back")}
              </Button>
            </span>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

/** FindingLine is what would go wrong at one place, with what mends it. */
export function FindingLine({ finding, pin }: { finding: Finding; pin: (pins: Pins) => void }) {
  const t = useWords(w);
  const text = useText();
  const { pins } = finding;
  const error = finding.severity === "error";
  return (
    <span className={css.finding} data-severity={finding.severity}>
      <Glyph name={error ? "error" : finding.severity === "warning" ? "warning" : "info"} size={14} label={error ? t("choice.error") : t("choice.warning")} />
      <span>
        <span className={css.message}>{text(finding.message)}</span> {text(finding.mend)}{" "}
        {pins ? (
          <button type="button" className={css.link} onClick={() => pin(pins)}>
            {t("choice.mend")}
          </button>
        ) : null}
      </span>
    </span>
  );
}

/** Choices lists decisions. */
export function Choices({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul className={css.list} aria-label={label}>
      {children}
    </ul>
  );
}
