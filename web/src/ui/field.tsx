import type { ReactNode } from "react";
import css from "./field.module.css";

/** Field is a control with its name above and its help below, which bad makes the reason why it is wrong. */
export function Field({ label, help, bad, htmlFor, children }: { label: ReactNode; help?: ReactNode; bad?: boolean; htmlFor?: string; children: ReactNode }) {
  return (
    <div className={css.field}>
      {htmlFor ? <label htmlFor={htmlFor}>{label}</label> : <span className={css.label}>{label}</span>}
      {children}
      {help ? (
        <p className={css.help} data-bad={bad || undefined}>
          {help}
        </p>
      ) : null}
    </div>
  );
}
