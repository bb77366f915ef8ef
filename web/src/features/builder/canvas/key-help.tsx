import { Fragment } from "react";
import { useWords } from "@/infra/words";
import { Drawer } from "@/ui/page";
import css from "../page/body.module.css";
import { w } from "../words";
import { hotkeys, shown } from "./hotkeys";

/** KeyHelp lists all keys: those of the canvas, and what the browser and the pointer do there. */
export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useWords(w);
  const others: readonly [string, string][] = [
    [shown("Mod+C"), t("key.copy")],
    [shown("Mod+X"), t("key.cut")],
    [shown("Mod+V"), t("key.paste")],
    ["/", t("key.search")],
    ["← ↑ → ↓", t("key.move")],
  ];
  const rows = [...hotkeys.map((h): [string, string] => [shown(h.keys), t(h.word)]), ...others];
  return (
    <Drawer open={open} onClose={onClose} title={t("canvas.keys")} width={360}>
      <dl className={css.keys}>
        {rows.map(([keys, what]) => (
          <Fragment key={keys}>
            <dt>{what}</dt>
            <dd>
              <kbd>{keys}</kbd>
            </dd>
          </Fragment>
        ))}
      </dl>
    </Drawer>
  );
}
