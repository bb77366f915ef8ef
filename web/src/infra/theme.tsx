import { ConfigProvider, type ThemeConfig } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { type ReactNode, useLayoutEffect, useMemo, useSyncExternalStore } from "react";
import tokens from "@/ui/tokens.json";
import "@/ui/base.css";
import { nonce } from "./address";
import { useLanguage } from "./words";

/** Theme is how the page looks, Choice what the person wants: "system" goes with the machine. */
export type Theme = "light" | "dark";
export type Choice = Theme | "system";

const remembered = "millrace.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const listeners = new Set<() => void>();

/** themeChoice is what was chosen here. */
export function themeChoice(): Choice {
  const kept = localStorage.getItem(remembered);
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** setTheme changes the look of the whole page, and remembers it. */
export function setTheme(choice: Choice): void {
  localStorage.setItem(remembered, choice);
  for (const callback of listeners) callback();
}

function subscribe(callback: () => void): () => void {
  listeners.add(callback);
  dark.addEventListener("change", callback);
  still.addEventListener("change", callback);
  return () => {
    listeners.delete(callback);
    dark.removeEventListener("change", callback);
    still.removeEventListener("change", callback);
  };
}

function current(): Theme {
  const choice = themeChoice();
  return choice === "system" ? (dark.matches ? "dark" : "light") : choice;
}

/** useTheme returns how the page looks now. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}

/** useThemeChoice returns what was chosen, for the control that changes it. */
export function useThemeChoice(): Choice {
  return useSyncExternalStore(subscribe, themeChoice);
}

/** useStill says that the person wants nothing to move. */
export function useStill(): boolean {
  return useSyncExternalStore(subscribe, () => still.matches);
}

// The token file's values are plain strings; antd's type wants some as literals.
function themeOf(theme: Theme, motion: boolean): ThemeConfig {
  const { token, components } = tokens.antd[theme];
  return { token: { ...token, motion }, components } as ThemeConfig;
}

// The first paint has the right colours already, before React is there.
document.documentElement.dataset.theme = current();

/** ThemeRoot gives the page its look: our variables on <html>, and antd under the same tokens. */
export function ThemeRoot({ children }: { children: ReactNode }) {
  const theme = useTheme();
  const quiet = useStill();
  const locale = useLanguage() === "zh" ? zhCN : enUS;
  const config = useMemo(() => themeOf(theme, !quiet), [theme, quiet]);
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
    if (quiet) document.documentElement.dataset.still = "";
    else delete document.documentElement.dataset.still;
  }, [theme, quiet]);
  return (
    <ConfigProvider theme={config} locale={locale} csp={{ nonce: nonce() ?? "" }} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
      {children}
    </ConfigProvider>
  );
}
