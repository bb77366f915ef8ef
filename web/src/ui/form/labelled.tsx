import type { ReactNode } from "react";
import { Glyph } from "../glyph";
import { IconButton } from "../menu";
import type { FieldDiagnostic } from "./field";
import css from "./form.module.css";

interface LabelledProps {
  id: string;
  label: ReactNode;
  help?: ReactNode;
  required?: boolean;
  diagnostics?: readonly FieldDiagnostic[];
  /** reset returns to the default; there only when there is something to return from. */
  reset?: { label: string; run: () => void };
  /** inline puts the label and a small control on one line. */
  inline?: boolean;
  /** group says that the label names several controls. */
  group?: boolean;
  children: ReactNode;
}

/** Labelled is a control with its name above, its help below, and its problems under it. Hand-made forms use it too. */
export function Labelled({ id, label, help, required, diagnostics = [], reset, inline, group, children }: LabelledProps) {
  return (
    <div className={css.item} data-inline={inline || undefined} role={group ? "group" : undefined} aria-labelledby={group ? `${id}-label` : undefined}>
      <div className={css.label}>
        {group ? <span id={`${id}-label`}>{label}</span> : (
          <label id={`${id}-label`} htmlFor={id}>
            {label}
          </label>
        )}
        {required ? (
          <span className={css.required} aria-hidden>
            *
          </span>
        ) : null}
        {reset ? (
          <span className={css.reset}>
            <IconButton small glyph="rollback" label={reset.label} onClick={reset.run} />
          </span>
        ) : null}
      </div>
      <div className={css.control}>{children}</div>
      {help || diagnostics.length > 0 ? (
        <div id={`${id}-about`} className={css.about}>
          {diagnostics.map((d) => (
            <p key={d.message} className={css.problem} data-severity={d.severity ?? "error"}>
              <Glyph name={d.severity === "warning" ? "warning" : d.severity === "info" ? "info" : "error"} size={14} />
              <span>
                {d.message}
                {d.fix ? <span className={css.fix}> {d.fix}</span> : null}
              </span>
            </p>
          ))}
          {help ? <p className={css.help}>{help}</p> : null}
        </div>
      ) : null}
    </div>
  );
}
