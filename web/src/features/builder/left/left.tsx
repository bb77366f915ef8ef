import { useState } from "react";
import { useWords } from "@/infra/words";
import { Tabs } from "@/ui/page";
import type { Commands } from "../canvas/commands";
import { w } from "../words";
import { Components } from "./components";
import css from "./left.module.css";
import { Outline } from "./outline";
import { Tables } from "./tables";

const parts = ["tables", "components", "outline"] as const;
type Part = (typeof parts)[number];

/** Left is what can be put on the canvas, and what is there already. */
export function Left({ commands }: { commands: Commands }) {
  const t = useWords(w);
  const [part, setPart] = useState<Part>("tables");
  return (
    <section className={css.left} aria-label={t("left.label")}>
      <Tabs
        small
        label={t("left.label")}
        items={[
          { key: "tables", label: t("left.tables") },
          { key: "components", label: t("left.components") },
          { key: "outline", label: t("left.outline") },
        ]}
        active={part}
        onSelect={(key) => setPart(key as Part)}
      />
      <div className={css.part}>{part === "tables" ? <Tables commands={commands} /> : part === "components" ? <Components commands={commands} /> : <Outline commands={commands} />}</div>
      <p className={css.hint}>{part === "tables" ? t("left.hintTables") : part === "components" ? t("left.hintComponents") : t("left.hintOutline")}</p>
    </section>
  );
}
