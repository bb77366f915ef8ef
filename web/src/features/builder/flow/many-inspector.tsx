import { Button } from "antd";
import type { Alignment } from "@/core/model/align";
import { useWords } from "@/infra/words";
import { Section } from "@/ui/page";
import { BypassButton } from "../bypass";
import { useCanvas } from "../canvas/context";
import { DrawnButtons } from "../drawn";
import { useCommands } from "../canvas/use-commands";
import { ExtractOffer } from "../extract";
import css from "../page/inspector.module.css";
import { sizeOf, useBuilder } from "../state";
import { w } from "../words";

/** ManyInspector is what can be done with several things at once. */
export function ManyInspector() {
  const t = useWords(w);
  const commands = useCommands();
  const { mayEdit } = useCanvas();
  const nodes = useBuilder((s) => s.selection.nodes.size);
  const all = useBuilder((s) => sizeOf(s.selection));
  const aligns: readonly [Alignment, string][] = [
    ["left", t("inspect.left")],
    ["center", t("inspect.center")],
    ["right", t("inspect.right")],
    ["top", t("inspect.top")],
    ["middle", t("inspect.middle")],
    ["bottom", t("inspect.bottom")],
  ];
  return (
    <>
      <header className={css.head}>
        <div className={css.headWords}>
          <h2 className={css.title}>{t("inspect.many", { count: all })}</h2>
        </div>
      </header>
      {mayEdit ? (
        <div className={css.body}>
          {nodes > 1 ? (
            <Section title={t("inspect.align")}>
              <div className={css.buttons}>
                {aligns.map(([how, label]) => (
                  <Button key={how} size="small" onClick={() => commands.align(how)}>
                    {label}
                  </Button>
                ))}
              </div>
            </Section>
          ) : null}
          {nodes > 2 ? (
            <Section title={t("inspect.distribute")}>
              <div className={css.buttons}>
                <Button size="small" onClick={() => commands.distribute("x")}>
                  {t("inspect.across")}
                </Button>
                <Button size="small" onClick={() => commands.distribute("y")}>
                  {t("inspect.down")}
                </Button>
              </div>
            </Section>
          ) : null}
          {nodes > 0 ? <ExtractOffer /> : null}
          <Section>
            <div className={css.buttons}>
              <DrawnButtons />
              <BypassButton />
              {nodes > 0 ? <Button onClick={commands.duplicate}>{t("inspect.duplicate")}</Button> : null}
              <Button danger onClick={commands.remove}>
                {t("inspect.remove")}
              </Button>
            </div>
          </Section>
        </div>
      ) : null}
    </>
  );
}
