import { Button } from "antd";
import type { ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { Page, TopBar } from "@/ui/page";
import { Age } from "@/ui/text";
import type { Document } from "./data";
import css from "./frame.module.css";
import { w } from "./words";

/** Step is a question with the answer that was given. */
export interface Step {
  key: string;
  label: string;
  answer?: ReactNode;
  ready: boolean;
}

interface Props {
  document: Document;
  title: string;
  note?: ReactNode;
  steps: readonly Step[];
  active: string;
  onStep: (key: string) => void;
  promise: ReactNode;
  /** finish is the last button. */
  finish: ReactNode;
  /** strip stands over the foot, for what is going on. */
  strip?: ReactNode;
  children: ReactNode;
}

/** Frame is the page of the wizard: the steps with their answers, the question, and a foot that says what is made. */
export function Frame({ document, title, note, steps, active, onStep, promise, finish, strip, children }: Props) {
  const t = useWords(w);
  const navigate = useNavigate();
  const model = `/models/${document.id}`;
  const at = Math.max(0, steps.findIndex((s) => s.key === active));
  const open = (i: number) => steps.slice(0, i).every((s) => s.ready);
  const next = steps[at + 1];
  const before = steps[at - 1];
  return (
    <Page>
      <TopBar
        crumbs={[{ label: t("page.models"), to: "/models" }, { label: document.name, to: model }]}
        glyph="sink"
        name={t("page.name")}
        aside={
          <>
            {t("page.draft")} <Age at={document.updated_at} phrase />
          </>
        }
        actions={<IconButton glyph="close" label={t("page.leave")} onClick={() => void navigate(model)} />}
      />
      <div className={css.frame}>
        <nav className={css.steps} aria-label={t("page.steps")}>
          <ol>
            {steps.map((s, i) => {
              const done = s.ready && i !== at && i < steps.length - 1;
              return (
                <li key={s.key}>
                  <button type="button" aria-current={i === at ? "step" : undefined} disabled={!open(i)} onClick={() => onStep(s.key)}>
                    <span className={css.dot} data-done={done || undefined}>
                      {done ? <Glyph name="check" size={12} label={t("page.answered")} /> : i + 1}
                    </span>
                    <span className={css.told}>
                      <strong>{s.label}</strong>
                      <span>{s.answer}</span>
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        </nav>
        <section className={css.main} aria-labelledby="land-title">
          <header className={css.head}>
            <h2 id="land-title">{title}</h2>
            {note ? <span>{note}</span> : null}
          </header>
          <div className={css.content}>{children}</div>
        </section>
        <footer className={css.foot}>
          {strip}
          <div className={css.bar}>
            <span className={css.promise}>{promise}</span>
            {before ? <Button onClick={() => onStep(before.key)}>{t("page.back")}</Button> : null}
            {next ? (
              <Button type="primary" disabled={!steps[at]?.ready} onClick={() => onStep(next.key)}>
                {t("page.next")}
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

/** Refused is the page where nothing can be landed, with the reason and the way on. */
export function Refused({ document, why }: { document: Document; why: string }) {
  const t = useWords(w);
  const model = `/models/${document.id}`;
  return (
    <Page>
      <TopBar crumbs={[{ label: t("page.models"), to: "/models" }, { label: document.name, to: model }]} glyph="sink" name={t("page.name")} />
      <p className={css.refused}>
        {why} <Link to={model}>{t("page.toModel")}</Link>
      </p>
    </Page>
  );
}
