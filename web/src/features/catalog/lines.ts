import { type ProblemBody, problemOf, Problem } from "@/infra/api";
import { url } from "@/infra/address";

/** lines yields the JSON objects of an answer that has one a line. Aborting ends the work on the server; a line that holds a problem is thrown. */
export async function* lines<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
  const response = await fetch(url("api/v1" + path), { signal });
  if (!response.ok || !response.body) throw await problemOf(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const all = (rest + (value ?? "")).split("\n");
    rest = done ? "" : (all.pop() ?? "");
    for (const line of all) {
      if (line === "") continue;
      const object = JSON.parse(line) as { problem?: ProblemBody };
      if (object.problem) throw new Problem(object.problem);
      yield object as T;
    }
    if (done) return;
  }
}
