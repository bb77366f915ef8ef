import { queryOptions } from "@tanstack/react-query";
import { api, must, once, pages, Problem, type Schemas, withETag } from "@/infra/api";
import type { Format } from "@/core/model/types";

/** The draft as an end of a comparison; versions go by their numbers. */
export const draft = "draft";

/** comparisonOf compares two texts of a document by their versions. revision is the draft's, so that a newer one is asked for anew. */
export function comparisonOf(document: string, from: string, to: string, revision: number) {
  return queryOptions({
    queryKey: ["documents", document, "diff", from, to, revision],
    queryFn: ({ signal }) => must(api.GET("/documents/{document}/diff", { params: { path: { document }, query: { from, to } }, signal })),
    staleTime: Infinity,
  });
}

export function versionsOf(document: string, published: number) {
  return queryOptions({
    queryKey: ["documents", document, "versions", published],
    queryFn: ({ signal }) =>
      pages(async (cursor) => {
        const page = await must(api.GET("/documents/{document}/versions", { params: { path: { document }, query: { limit: 100, cursor } }, signal }));
        return { items: page.items, next: page.next_cursor };
      }, 200),
    staleTime: Infinity,
  });
}

/** Impact is what publishing and deploying a text would do. What could not be found out has its problem instead. */
export interface Impact {
  readonly checked: Schemas["DocumentChecked"];
  readonly deployments?: Schemas["Deployments"];
  readonly deployProblem?: Problem;
  readonly downstream: readonly { readonly table: string; readonly impact?: Schemas["Impact"]; readonly problem?: Problem }[];
}

export function impactOf(team: string, format: Format, text: string) {
  return queryOptions({
    queryKey: ["impact", team, format, text],
    queryFn: ({ signal }) => readImpact(team, format, text, signal),
    staleTime: 10_000,
    retry: false,
  });
}

async function readImpact(team: string, format: Format, text: string, signal: AbortSignal): Promise<Impact> {
  const checked = await must(api.POST("/compile/validate", { body: { format, text }, signal }));
  const wrong = (checked.diagnostics ?? []).some((d) => d.severity === "error");
  const runs = !wrong && !checked.virtual;
  const outputs = (checked.outputs ?? []).filter((o) => o.id);
  const [deployments, ...downstream] = await Promise.all([
    runs ? told(must(api.POST("/pipelines", { params: { header: once() }, body: { team, format, text, dry_run: true }, signal }))) : undefined,
    ...outputs.map(async (o) => {
      const impact = await told(must(api.GET("/tables/{table}/impact", { params: { path: { table: o.id ?? "" } }, signal })));
      return { table: o.name ?? o.id ?? "", impact: impact.value, problem: impact.problem };
    }),
  ]);
  return { checked, deployments: deployments?.value, deployProblem: deployments?.problem, downstream };
}

async function told<T>(answer: Promise<T>): Promise<{ value?: T; problem?: Problem }> {
  try {
    return { value: await answer };
  } catch (e) {
    if (e instanceof Problem) return { problem: e };
    throw e;
  }
}

export function publish(document: string, etag: string, message: string) {
  return must(api.POST("/documents/{document}/versions", { params: { path: { document }, header: { ...once(), "If-Match": etag } }, body: { message } }));
}

/** deploy deploys a published version and starts it. */
export function deploy(document: string, version: number, reason: string) {
  return must(api.POST("/documents/{document}/deploy", { params: { path: { document }, header: once() }, body: { version, run: true, reason } }));
}

export function restore(document: string, etag: string, version: number) {
  return withETag(api.POST("/documents/{document}/restore", { params: { path: { document }, header: { ...once(), "If-Match": etag } }, body: { version } }));
}

export function readDocument(document: string) {
  return withETag(api.GET("/documents/{document}", { params: { path: { document } } }));
}
