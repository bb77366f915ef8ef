import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { designable } from "@/core/design";
import { useCan } from "@/infra/session";
import { componentsQuery } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Failure, Loading } from "@/ui/states";
import { documentQuery } from "./data";
import { Refused } from "./frame";
import { Land } from "./land";
import { w } from "./words";

/** LandPage designs the table that a model's rows land in, and makes and fills it with the last button. */
export function LandPage() {
  const t = useWords(w);
  const can = useCan();
  const { document: id = "" } = useParams();
  const document = useQuery(documentQuery(id));
  const specs = useQuery(componentsQuery);
  const problem = document.error ?? specs.error;
  if (problem) return <Failure problem={problem} retry={() => void (document.error ? document.refetch() : specs.refetch())} />;
  if (!document.data || !specs.data) return <Loading />;
  if (!can("edit")) return <Refused document={document.data} why={t("page.mayNot")} />;
  if (document.data.format !== "yaml") return <Refused document={document.data} why={t("page.script")} />;
  if (!specs.data.all.some(designable)) return <Refused document={document.data} why={t("page.noSink")} />;
  return <Land key={id} document={document.data} specs={specs.data} />;
}
