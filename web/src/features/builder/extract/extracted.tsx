import { Button } from "antd";
import { Link, useNavigate } from "react-router";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Drawer, DrawerBody, DrawerFoot, Section } from "@/ui/page";
import { Code } from "@/ui/text";
import css from "./extract.module.css";
import type { Whole } from "./part";
import { w } from "./words";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Extracted says what has been made, and what is left to its people. */
export function Extracted({ part, table, model, here, onClose }: { part: Whole; table: Named; model: Named; here: boolean; onClose: () => void }) {
  const t = useWords(w);
  const navigate = useNavigate();
  return (
    <Drawer
      open
      onClose={onClose}
      title={t("doneTitle")}
      footer={
        <DrawerFoot>
          <Button onClick={onClose}>{t("close")}</Button>
          <Button type="primary" onClick={() => void navigate(`/models/${model.id}`)}>
            {t("openIt", { name: model.name })}
          </Button>
        </DrawerFoot>
      }
    >
      <DrawerBody>
        <div className={css.made} role="status">
          <Glyph name="check" />
          <span>{t("done.table")}</span>
          <Link to={`/catalog/${table.id}`}>
            <Code>{table.name}</Code>
          </Link>
          <Glyph name="check" />
          <span>{t("done.model")}</span>
          <Link to={`/models/${model.id}`}>
            <Code>{model.name}</Code>
          </Link>
          <Glyph name={here ? "check" : "warning"} />
          <p>{here ? t("done.here", { exit: part.exit }) : t("moved")}</p>
        </div>
      </DrawerBody>
      <Section title={t("left")}>
        <ol className={css.steps}>
          <li>{t("step.fill")}</li>
          <li>{t("step.then")}</li>
        </ol>
      </Section>
    </Drawer>
  );
}
