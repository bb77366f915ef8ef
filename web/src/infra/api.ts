import { QueryClient } from "@tanstack/react-query";
import createClient, { type Middleware } from "openapi-fetch";
import { exact } from "@/core/exact";
import type { components, paths } from "@/gen/api";
import { url } from "./address";

/** Schemas are the API's types by name: `Schemas["Document"]`. */
export type Schemas = components["schemas"];

/** A problem as the API tells it (RFC 9457 with a code, a fix and diagnostics). */
export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  detail: string;
  fix?: string;
  request?: string;
  diagnostics?: Schemas["Diagnostic"][] | null;
  errors?: { location?: string; message?: string }[] | null;
}

/** Problem is a request that failed. Whoever shows one shows detail, fix and, in mono, code. */
export class Problem extends Error {
  constructor(readonly body: ProblemBody) {
    super(body.detail || body.title);
    this.name = "Problem";
  }
  get code(): string {
    return this.body.code;
  }
  get status(): number {
    return this.body.status;
  }
}

/** codes of problems that did not come from the server. */
export const unreachable = "web.unreachable";

let csrf = "";
const signedOutListeners = new Set<() => void>();

/** setCSRF keeps what changes have to show; it is in the answer of /auth/me. */
export function setCSRF(token: string | undefined): void {
  csrf = token ?? "";
}

/** onSignedOut calls back when the server says that nobody is signed in. */
export function onSignedOut(callback: () => void): () => void {
  signedOutListeners.add(callback);
  return () => signedOutListeners.delete(callback);
}

const changes = new Set(["POST", "PUT", "DELETE", "PATCH"]);

const rules: Middleware = {
  onRequest({ request }) {
    if (changes.has(request.method)) request.headers.set("X-Csrf-Token", csrf);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return response;
    throw await problemOf(response);
  },
  onError({ error }) {
    if (error instanceof Problem || (error instanceof DOMException && error.name === "AbortError")) return error;
    return new Problem({ status: 0, code: unreachable, title: "unreachable", detail: String(error) });
  },
};

/** problemOf reads an answer that is not one of success, and tells whoever cares that nobody is signed in. */
export async function problemOf(response: Response): Promise<Problem> {
  const kind = response.headers.get("Content-Type") ?? "";
  let body: ProblemBody | undefined;
  if (kind.includes("json")) body = (await response.json().catch(() => undefined)) as ProblemBody | undefined;
  if (response.status === 401) for (const callback of signedOutListeners) callback();
  return new Problem(body ?? { status: response.status, code: `http.${response.status}`, title: response.statusText, detail: response.statusText });
}

/**
 * api calls the server: `const { data } = await api.GET("/tables/{table}", { params: { path: { table } } })`. A request that fails throws a Problem.
 */
export const api = createClient<paths>({ baseUrl: url("api/v1") });
api.use(rules);

/** must takes the data out of an answer; the client throws before where there is none. */
export async function must<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await answer;
  if (data === undefined && response.status !== 204) throw new Problem({ status: response.status, code: "web.empty", title: "empty", detail: "The answer is empty." });
  return data as T;
}

/** etagged is an edited thing with the ETag that its next change shows in If-Match. */
export interface Etagged<T> {
  value: T;
  etag: string;
}

/** withETag is must with the answer's ETag. */
export async function withETag<T>(answer: Promise<{ data?: T; response: Response }>): Promise<Etagged<T>> {
  const got = await answer;
  return { value: await must(Promise.resolve(got)), etag: got.response.headers.get("ETag") ?? "" };
}

/** once is a header that makes an action happen once however often the request arrives. */
export function once(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": crypto.randomUUID() };
}

/**
 * stream posts a body and yields the lines of the answer, which is JSON objects, one a line. Aborting the signal cancels the work on the server.
 * A line that holds a problem is thrown as one. Numbers that a double does not hold come as texts.
 */
export async function* stream<T>(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<T> {
  const response = await fetch(url("api/v1" + path), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Csrf-Token": csrf },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok || !response.body) throw await problemOf(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += value ?? "";
    const lines = rest.split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    for (const line of lines) {
      if (line === "") continue;
      const object = exact(line) as { problem?: ProblemBody };
      if (object.problem) throw new Problem(object.problem);
      yield object as T;
    }
    if (done) return;
  }
}

/** pages reads a list to its end, or to `most` items; more says that there are others. */
export async function pages<T>(read: (cursor: string | undefined) => Promise<{ items: T[] | null; next_cursor?: string }>, most = 1000): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...(page.items ?? []));
    cursor = page.next_cursor || undefined;
  } while (cursor && items.length < most);
  return { items, more: cursor !== undefined };
}

/** newQueryClient keeps answers for a moment; what is live comes over the socket. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 2 && error instanceof Problem && (error.status === 0 || error.status >= 502),
      },
      mutations: { retry: false },
    },
  });
}
