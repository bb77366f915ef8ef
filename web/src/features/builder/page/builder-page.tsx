import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useState } from "react";
import { useParams } from "react-router";
import { Problem } from "@/infra/api";
import { useCan } from "@/infra/session";
import { componentsQuery } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Page, TopBar } from "@/ui/page";
import { Empty, Failure, Loading } from "@/ui/states";
import { server } from "../server";
import { type Builder, BuilderContext, createBuilder } from "../state";
import { w } from "../words";
import { Body } from "./body";

/** BuilderPage opens a model. The document is read once: from then on the store knows it best. */
export function BuilderPage() {
  const { id = "" } = useParams();
  return <Open key={id} id={id} />;
}

function Open({ id }: { id: string }) {
  const t = useWords(w);
  const can = useCan();
  const mayEdit = can("edit");
  const specs = useQuery(componentsQuery);
  // Not one of the documents that a publication asks for anew: a second answer would begin another store, without the history.
  const document = useQuery({ queryKey: ["builder", id], queryFn: () => server.read(id), staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false });
  const [store, setStore] = useState<Builder>();
  useEffect(() => {
    if (!specs.data || !document.data) return;
    const made = createBuilder({ document: document.data.value, etag: document.data.etag, specs: specs.data, mayEdit, server, keep: sessionStorage });
    setStore(made);
    // What is not saved yet goes out when the page goes; if it cannot, the session keeps it.
    const leave = () => void made.getState().save();
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
      made.getState().dispose();
    };
  }, [specs.data, document.data, mayEdit]);

  const problem = document.error ?? specs.error;
  if (!store)
    return (
      <Page>
        <TopBar crumbs={[{ label: t("models"), to: "/models" }]} name={t("title")} />
        {problem instanceof Problem && problem.status === 404 && document.error ? (
          <Empty what={t("missing")} />
        ) : problem ? (
          <Failure problem={problem} retry={() => void Promise.all([document.refetch(), specs.refetch()])} />
        ) : (
          <Loading rows={10} />
        )}
      </Page>
    );
  return (
    <BuilderContext value={store}>
      <ReactFlowProvider>
        <Body />
      </ReactFlowProvider>
    </BuilderContext>
  );
}
