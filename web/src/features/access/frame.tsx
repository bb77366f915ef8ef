import type { ReactNode } from "react";
import { useCan } from "@/infra/session";
import { useWords } from "@/infra/words";
import { type Crumb, Page, Tabs, TopBar } from "@/ui/page";
import { useWaiting } from "./data";
import { w } from "./words";

type Part = "grants" | "requests" | "teams" | "people" | "audit" | "why";

/** Frame is a page of access: the way to it and the tabs, of which one sees those that one may open. */
export function Frame({ part, actions, children }: { part: Part; actions?: ReactNode; children: ReactNode }) {
  const t = useWords(w);
  const can = useCan();
  const waiting = useWaiting().data?.items.length;
  const parts: Part[] = ["grants", "requests", "teams", ...(can("administer") ? ["people" as const] : []), "audit", "why"];
  return (
    <Page>
      <TopBar crumbs={[{ label: t("title") }]} glyph="key" actions={actions} />
      <Tabs
        active={part}
        items={parts.map((p) => ({ key: p, label: t(`tab.${p}`), to: p === "grants" ? "/access" : `/access/${p}`, count: p === "requests" && waiting ? waiting : undefined }))}
      />
      {children}
    </Page>
  );
}

/** Inner is a page about one thing of access. */
export function Inner({ part, name, glyph, status, aside, actions, children }: { part: "requests" | "teams" | "people"; name: ReactNode; glyph: "key" | "team" | "person"; status?: ReactNode; aside?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const t = useWords(w);
  const crumbs: Crumb[] = [
    { label: t("title"), to: "/access" },
    { label: t(`tab.${part}`), to: `/access/${part}` },
  ];
  return (
    <Page>
      <TopBar crumbs={crumbs} glyph={glyph} name={name} status={status} aside={aside} actions={actions} />
      {children}
    </Page>
  );
}
