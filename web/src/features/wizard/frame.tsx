import type { ComponentProps } from "react";
import { Link, useNavigate } from "react-router";
import { useWords } from "@/infra/words";
import { IconButton } from "@/ui/menu";
import { Page, TopBar } from "@/ui/page";
import { Age } from "@/ui/text";
import { WizardPage } from "@/ui/wizard";
import type { Document } from "./data";
import css from "./frame.module.css";
import { w } from "./words";

interface Props extends Omit<ComponentProps<typeof WizardPage>, "bar" | "wide"> {
  document: Document;
}

/** Frame is the page of the wizard, below the model that it lands. */
export function Frame({ document, ...page }: Props) {
  const t = useWords(w);
  const navigate = useNavigate();
  const model = `/models/${document.id}`;
  return (
    <WizardPage
      {...page}
      wide
      bar={
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
      }
    />
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
