import { Button } from "antd";
import type { ReactNode } from "react";
import { useWords } from "@/infra/words";
import { Glyph } from "./glyph";
import { Page } from "./page";
import css from "./wizard.module.css";
import { w } from "./words";

/** Step is a question of a wizard, with the answer that was given. */
export interface Step {
  key: string;
  label: string;
  answer?: ReactNode;
  /** ready says that the answer is good, and the next question can be asked. */
  ready: boolean;
}

interface Props {
  /** bar is the page's top bar. */
  bar: ReactNode;
  steps: readonly Step[];
  active: string;
  onStep: (key: string) => void;
  /** title and note stand over the question. */
  title: string;
  note?: ReactNode;
  /** wide lets the question take the whole width and scroll by itself. */
  wide?: boolean;
  /** promise says what the last button makes, and what it leaves alone. */
  promise: ReactNode;
  /** finish is the last button. */
  finish: ReactNode;
  /** strip stands over the foot, for what is going on. */
  strip?: ReactNode;
  children: ReactNode;
}

/** WizardPage is a page of questions: on the left the steps with their answers, each a way back; nothing is made before the last button. */
export function WizardPage({ bar, steps, active, onStep, title, note, wide, promise, finish, strip, children }: Props) {
  const t = useWords(w);
  const at = Math.max(0, steps.findIndex((s) => s.key === active));
  const open = (i: number) => steps.slice(0, i).every((s) => s.ready);
  const last = steps.length - 1;
  const next = steps[at + 1];
  const before = steps[at - 1];
  return (
    <Page>
      {bar}
      <div className={css.wizard}>
        <nav className={css.steps} aria-label={t("wizard.steps")}>
          <ol>
            {steps.map((s, i) => {
              // The last question is answered by its button.
              const done = i !== at && i < last && s.ready && open(i);
              return (
                <li key={s.key}>
                  <button type="button" aria-current={i === at ? "step" : undefined} disabled={!open(i)} data-done={done || undefined} onClick={() => onStep(s.key)}>
                    <span className={css.dot}>{done ? <Glyph name="check" size={12} label={t("wizard.answered")} /> : i + 1}</span>
                    <span className={css.told}>
                      <strong>{s.label}</strong>
                      <span>{s.answer ?? (i === last ? t("wizard.nothing") : null)}</span>
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        </nav>
        <section className={css.main} aria-labelledby="wizard-title">
          <header className={css.head}>
            <h2 id="wizard-title">{title}</h2>
            {note ? <span>{note}</span> : null}
          </header>
          <div className={wide ? css.wide : css.question}>{children}</div>
        </section>
        <footer className={css.foot}>
          {strip}
          <div className={css.bar}>
            <span className={css.promise}>{promise}</span>
            {before ? <Button onClick={() => onStep(before.key)}>{t("wizard.back")}</Button> : null}
            {next ? (
              <Button type="primary" disabled={!steps[at]?.ready} onClick={() => onStep(next.key)}>
                {t("wizard.next")}
              </Button>
            ) : (
              finish
            )}
          </div>
        </footer>
      </div>
    </Page>
  );
}
