import { Button } from "antd";
import { useWords } from "@/infra/words";
import { Section } from "@/ui/page";
import { useBuilderStore } from "../state";
import css from "./extract.module.css";
import { takeIn, useExtract, usePart } from "./part";
import { w } from "./words";

/** ExtractOffer offers to make a model of the selected nodes; where they are none yet, it says what is missing. */
export function ExtractOffer() {
  const t = useWords(w);
  const store = useBuilderStore();
  const extract = useExtract();
  const part = usePart();
  if (part === undefined) return null;
  return (
    <Section title={t("title")}>
      <div className={css.offer}>
        {"reason" in part ? <p className={css.reason}>{part.reason}</p> : null}
        {"fed" in part ? (
          <Button onClick={() => takeIn(store)}>{t("feeders")}</Button>
        ) : (
          <Button disabled={"reason" in part} onClick={extract}>
            {t("offer")}
          </Button>
        )}
      </div>
    </Section>
  );
}
