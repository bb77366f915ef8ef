import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, must } from "@/infra/api";
import { useWords } from "@/infra/words";
import { IconButton } from "@/ui/menu";
import { Section } from "@/ui/page";
import { Failure, Loading } from "@/ui/states";
import { Age, Code } from "@/ui/text";
import { agentOf } from "../agent";
import css from "../settings.module.css";
import { w } from "../words";

/** Sessions are where one is signed in. The one of this page is ended by signing out. */
export function Sessions({ current }: { current: string | undefined }) {
  const t = useWords(w);
  const client = useQueryClient();
  const sessions = useQuery({ queryKey: ["auth", "sessions"], queryFn: async () => (await must(api.GET("/auth/sessions"))).items ?? [] });
  // The one of this page comes first, then those that were used last.
  const rows = useMemo(() => [...(sessions.data ?? [])].sort((a, b) => Number(b.id === current) - Number(a.id === current) || b.seen_at.localeCompare(a.seen_at)), [sessions.data, current]);
  const end = useMutation({
    mutationFn: (session: string) => api.DELETE("/auth/sessions/{session}", { params: { path: { session } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["auth", "sessions"] }),
  });
  return (
    <Section title={t("sessions.title")} note={t("sessions.note")} flush>
      {sessions.isPending ? <Loading rows={2} /> : null}
      {(sessions.error ?? end.error) ? <Failure problem={sessions.error ?? end.error} /> : null}
      {rows.map((s) => (
        <div key={s.id} className={css.line} data-cols="session">
          <span className={css.name} title={s.agent}>
            <strong>{agentOf(s.agent) || t("sessions.unknown")}</strong>
            {s.id === current ? <small>{t("sessions.this")}</small> : null}
          </span>
          <Code>{s.remote}</Code>
          <Age at={s.seen_at} phrase />
          {s.id === current ? <span /> : <IconButton small danger glyph="logout" label={t("sessions.end", { name: agentOf(s.agent) || t("sessions.unknown") })} onClick={() => end.mutate(s.id)} />}
        </div>
      ))}
    </Section>
  );
}
