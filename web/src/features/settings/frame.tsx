import type { ReactNode } from "react";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Page, Tabs, TopBar } from "@/ui/page";
import { w } from "./words";

/** Frame is a page of the settings; the server's is for operators, whom alone the server tells of itself. */
export function Frame({ part, actions, children }: { part: "account" | "connections" | "server"; actions?: ReactNode; children: ReactNode }) {
  const t = useWords(w);
  const can = useCan();
  return (
    <Page>
      <TopBar crumbs={[{ label: t("title") }]} glyph="settings" actions={actions} />
      <Tabs
        active={part}
        items={[
          { key: "account", label: t("tab.account"), to: "/settings/account" },
          { key: "connections", label: t("tab.connections"), to: "/settings/connections" },
          ...(can("operate") ? [{ key: "server", label: t("tab.server"), to: "/settings/server" }] : []),
        ]}
      />
      {children}
    </Page>
  );
}
