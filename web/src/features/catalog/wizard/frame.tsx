import { Button } from "antd";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import type { GlyphName } from "@/ui/glyph";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { Page, TopBar } from "@/ui/page";
import { useWords } from "@/infra/words";
import { common } from "../words";
import css from "./frame.module.css";
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
  glyph: GlyphName;
  name: string;
  /** leave is where the cross leads. */
  leave: string;
  steps: readonly Step[];
  active: string;
  onStep: (key: string) => void;
  /** promise says what the last button makes, and what it leaves alone. */
  promise: ReactNode;
  finish: string;
  onFinish: () => void;
  finishing: boolean;
  /** title and note stand over the question. */
  title: string;
  note?: ReactNode;
  /** wide lets the question take the whole width. */
  wide?: boolean;
  children: ReactNode;
}

/** Wizard is a page of questions: on the left the steps with their answers, each a way back; nothing is made before the last button. */
export function Wizard(p: Props) {
  const t = useWords(w);
  const shared = useWords(common);
  const navigate = useNavigate();
  const at = Math.max(0, p.steps.findIndex((s) => s.key === p.active));
  const open = (i: number) => p.steps.slice(0, i).every((s) => s.ready);
  const step = p.steps[at];
  const next = p.steps[at + 1];
  const before = p.steps[at - 1];
  return (
    <Page>
      <TopBar crumbs={[{ label: shared("browse.title"), to: "/catalog" }]} glyph={p.glyph} name={p.name} actions={<IconButton glyph="close" label={t("wizard.leave")} onClick={() => void navigate(p.leave)} />} />
      <div className={css.wizard}>
        <nav className={css.steps} aria-label={t("wizard.steps")}>
          <ol>
            {p.steps.map((s, i) => {
              const done = i < at || (s.ready && i !== at && open(i));
              return (
                <li key={s.key}>
                  <button type="button" aria-current={i === at ? "step" : undefined} disabled={!open(i)} data-done={done || undefined} onClick={() => p.onStep(s.key)}>
                    <span className={css.dot}>{done ? <Glyph name="check" size={12} label={t("wizard.answered")} /> : i + 1}</span>
                    <span className={css.told}>
                      <strong>{s.label}</strong>
                      <span>{s.answer ?? (i === p.steps.length - 1 ? t("wizard.nothing") : null)}</span>
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        </nav>
        <section className={css.main} aria-labelledby="wizard-title">
          <header className={css.head}>
            <h2 id="wizard-title">{p.title}</h2>
            {p.note ? <span>{p.note}</span> : null}
          </header>
          <div className={p.wide ? css.wide : css.question}>{p.children}</div>
        </section>
        <footer className={css.foot}>
          <span className={css.promise}>{p.promise}</span>
          {before ? <Button onClick={() => p.onStep(before.key)}>{t("wizard.back")}</Button> : null}
          {next ? (
            <Button type="primary" disabled={!step?.ready} onClick={() => p.onStep(next.key)}>{t("wizard.next")}</Button>
          ) : (
            <Button type="primary" disabled={!p.steps.every((s) => s.ready)} loading={p.finishing} onClick={p.onFinish}>{p.finish}</Button>
          )}
        </footer>
      </div>
    </Page>
  );
}

/** Setting is a line of the review: what was decided, why, and who decided. */
export interface Setting {
  label: string;
  value: ReactNode;
  why?: ReactNode;
  /** step is where it can be changed. */
  step: string;
  yours?: boolean;
}

/** Review lists what will be made, with a way to each answer. */
export function Review({ settings, onStep }: { settings: readonly Setting[]; onStep: (key: string) => void }) {
  const t = useWords(w);
  return (
    <ul className={css.review}>
      {settings.map((s) => (
        <li key={s.label}>
          <span className={css.what}>{s.label}</span>
          <span className={css.choice}>
            <span className={css.value}>{s.value}</span>
            {s.why ? <span className={css.why}>{s.why}</span> : null}
          </span>
          <span className={css.by}>
            <span data-yours={s.yours || undefined}>{t(s.yours ? "wizard.yours" : "wizard.suggested")}</span>
            <button type="button" onClick={() => onStep(s.step)} aria-label={t("wizard.changeOf", { what: s.label })}>{t("wizard.change")}</button>
          </span>
        </li>
      ))}
    </ul>
  );
}
