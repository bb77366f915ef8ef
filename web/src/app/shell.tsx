import { useEffect, useState } from "react";
import { Outlet, useMatches } from "react-router";
import { onSignedOut } from "@/infra/api";
import { useMe, useSession } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Toasts } from "@/ui/states";
import { Login } from "./login";
import { Nav } from "./nav";
import { Palette } from "./palette";
import styles from "./shell.module.css";
import { Tour } from "./tour";
import { w } from "./words";

/** Handle is what a route may say of its page: rail asks for the narrow navigation. */
export interface Handle {
  rail?: boolean;
}

/** Shell is the frame of every page: who is signed in, the navigation, the command palette. */
export function Shell() {
  const me = useMe();
  const { forget } = useSession();
  const t = useWords(w);
  const [finding, setFinding] = useState(false);
  const rail = useMatches().some((m) => (m.handle as Handle | undefined)?.rail);
  useEffect(() => onSignedOut(forget), [forget]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === "k") {
        e.preventDefault();
        setFinding((open) => !open);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  if (me === undefined) return null;
  if (me === null) return <Login />;
  return (
    <div className={styles.shell} data-rail={rail || undefined}>
      <a className={styles.skip} href="#content">
        {t("skip")}
      </a>
      <Nav rail={rail} onFind={() => setFinding(true)} />
      <main id="content" className={styles.content} tabIndex={-1}>
        <Outlet />
      </main>
      {finding && <Palette onClose={() => setFinding(false)} />}
      <Tour />
      <Toasts />
    </div>
  );
}
