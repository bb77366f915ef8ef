import { call, eventually, type Visit } from "./rig";

/** What walks need to be there and are not about. Names end in a suffix of their own, so that walks share a server. */

/** own is a suffix that no other walk has. */
export const own = (): string => Date.now().toString(36) + Math.floor(Math.random() * 1296).toString(36);

/** makeTeam makes a team. */
export async function makeTeam(v: Visit, name: string): Promise<string> {
  return (await call<{ id: string }>(v, "POST", "/teams", { name })).id;
}

/** Settings are how a pipeline is deployed. */
export interface Settings {
  on_error?: "stop" | "dead_letter" | "skip";
  epoch_ms?: number;
  parallelism?: number;
}

/** deploy deploys a text, and starts it where that is wanted. */
export async function deploy(v: Visit, team: string, text: string, settings: Settings = {}, run = true): Promise<string> {
  const answer = await call<{ pipelines: { pipeline: { id: string } }[] }>(v, "POST", "/pipelines", { team, text, run, settings: { epoch_ms: 1000, ...settings } });
  return answer.pipelines[0]?.pipeline.id ?? "";
}

/** inState waits until a pipeline is in a state. */
export async function inState(v: Visit, pipeline: string, state: string): Promise<void> {
  await eventually(`${pipeline} is ${state}`, async () => (await call<{ state: string }>(v, "GET", `/pipelines/${pipeline}`)).state === state, 60_000);
}

/** songs is a model that makes up events for as long as it runs, and prints them. */
export const songs = (name: string, where?: string): string => `format: 1
kind: view
name: ${name}
nodes:
  - {id: songs, component: generator, params: {rate: 50}}${where ? `\n  - {id: kept, component: filter, params: {where: "${where}"}}` : ""}
  - {id: out, component: console}
edges: [${where ? "songs -> kept -> out" : "songs -> out"}]
`;

/** produce puts records into a topic of the embedded broker, as they are. */
export async function produce(v: Visit, team: string, name: string, topic: string, records: readonly string[]): Promise<void> {
  const rows = records.map((value) => `        ${JSON.stringify({ value })}`).join("\n");
  const id = await deploy(
    v,
    team,
    `format: 1
kind: view
name: ${name}
nodes:
  - id: records
    component: values
    params:
      schema: {columns: [{name: value, type: string}]}
      rows: |
${rows}
  - {id: topic, component: kafka, params: {connection: broker, topic: ${topic}, format: raw, create: if_missing, partitions: 1}}
edges: [records -> topic]
`,
  );
  await inState(v, id, "ended");
}

/** ask asks tables in SQL and returns the rows. */
export async function ask(v: Visit, text: string): Promise<unknown[]> {
  const me = await (await v.context.request.get("/api/v1/auth/me")).json();
  const answer = await v.context.request.post("/api/v1/queries", { data: { text }, headers: { "X-Csrf-Token": me.csrf_token } });
  if (!answer.ok()) throw new Error(`asking: ${answer.status()} ${await answer.text()}`);
  const lines = (await answer.text()).trim().split("\n").map((line) => JSON.parse(line) as { row?: unknown; problem?: unknown });
  const problem = lines.find((l) => l.problem);
  if (problem) throw new Error(`asking: ${JSON.stringify(problem)}`);
  return lines.flatMap((l) => (l.row === undefined ? [] : [l.row]));
}
