import type { ReactNode } from "react";
import css from "./beside.module.css";

/** Beside is a page's main part with what is known of it at its side; where there is no room, below it. */
export function Beside({ aside, children }: { aside: ReactNode; children: ReactNode }) {
  return (
    <div className={css.beside}>
      <div className={css.main}>{children}</div>
      <aside>{aside}</aside>
    </div>
  );
}
