import { useQuery } from "@tanstack/react-query";
import { useWords } from "@/infra/words";
import { Failure, Loading } from "@/ui/states";
import { useBuilder } from "../state";
import { DiffView } from "./DiffView";
import { comparisonOf } from "./server";
import { w } from "./words";

/** Compared shows what is different between two versions of the page's document; "draft" is one, as it is saved. */
export function Compared({ from, to, onNode }: { from: string; to: string; onNode?: (id: string) => void }) {
  const t = useWords(w);
  const document = useBuilder((s) => s.document);
  const specs = useBuilder((s) => s.specs);
  const answer = useQuery(comparisonOf(document.id, from, to, document.revision));
  if (answer.error) return <Failure problem={answer.error} what={t("diff.failed")} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Loading rows={4} />;
  return <DiffView comparison={answer.data} specs={specs} onNode={onNode} />;
}
