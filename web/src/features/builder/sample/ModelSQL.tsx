import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { useWords } from "@/infra/words";
import { CodeEditor } from "@/ui/code";
import { Failure, Loading } from "@/ui/states";
import { useBuilder } from "../state";
import { convert, textOf, Unwritten } from "../text";
import { w } from "./words";

/** ModelSQL is the model as the server writes it in SQL, to read. An SQL document is that already. */
export function ModelSQL() {
  const t = useWords(w);
  const format = useBuilder((s) => s.format);
  const text = useDeferredValue(useBuilder((s) => s.text));
  const sql = useQuery({
    queryKey: ["convert", format, "sql", text],
    queryFn: ({ signal }) => convert(text, "yaml", "sql", signal),
    enabled: format === "yaml",
    placeholderData: (before) => before,
    retry: false,
  });
  if (format === "sql") return <CodeEditor language="sql" value={text} readOnly height="100%" label={t("tab.sql")} />;
  if (sql.error && !sql.data) return <Failure problem={sql.error} retry={() => void sql.refetch()} />;
  if (!sql.data) return <Loading rows={4} height={24} />;
  const written = textOf(sql.data);
  if (written === undefined) return <Unwritten form="sql" findings={sql.data.diagnostics ?? []} />;
  return <CodeEditor language="sql" value={written} readOnly height="100%" label={t("tab.sql")} />;
}
