import { Button } from "antd";
import type { ComponentProps, ReactNode } from "react";
import { useNavigate } from "react-router";
import type { GlyphName } from "@/ui/glyph";
import { IconButton } from "@/ui/menu";
import { TopBar } from "@/ui/page";
import { WizardPage } from "@/ui/wizard";
import { useWords } from "@/infra/words";
import { common } from "../words";
import css from "./frame.module.css";
import { w } from "./words";

interface Props extends Omit<ComponentProps<typeof WizardPage>, "bar" | "finish"> {
  glyph: GlyphName;
  name: string;
  /** leave is where the cross leads. */
  leave: string;
  finish: string;
  onFinish: () => void;
  finishing: boolean;
}

/** Wizard is a page of questions below the catalog. */
export function Wizard({ glyph, name, leave, finish, onFinish, finishing, ...page }: Props) {
  const t = useWords(w);
  const shared = useWords(common);
  const navigate = useNavigate();
  return (
    <WizardPage
      {...page}
      bar={<TopBar crumbs={[{ label: shared("browse.title"), to: "/catalog" }]} glyph={glyph} name={name} actions={<IconButton glyph="close" label={t("wizard.leave")} onClick={() => void navigate(leave)} />} />}
      finish={
        <Button type="primary" disabled={!page.steps.every((s) => s.ready)} loading={finishing} onClick={onFinish}>
          {finish}
        </Button>
      }
    />
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
