import { call, eventually, type Visit, world } from "./rig";

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

/** publish makes a version of a model's draft. */
export async function publish(v: Visit, document: string, message: string): Promise<void> {
  const etag = (await v.context.request.get(`/api/v1/documents/${document}`)).headers().etag ?? "";
  await call(v, "POST", `/documents/${document}/versions`, { message }, { "If-Match": etag });
}

/** deployModel starts a model's newest version. */
export async function deployModel(v: Visit, document: string, settings: Settings = {}): Promise<string> {
  const made = await call<{ pipelines: { pipeline: { id: string } }[] }>(v, "POST", `/documents/${document}/deploy`, { run: true, settings: { epoch_ms: 1000, ...settings } });
  return made.pipelines[0]?.pipeline.id ?? "";
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

/** Column is one as tables and schemas declare it. */
export interface Column {
  name: string;
  type: string;
  nullable?: boolean;
  description?: string;
}

/** Named is what making something answers with. */
interface Named {
  id: string;
  name: string;
}

/** Person is an account that can sign in. */
interface Person extends Named {
  password: string;
}

/** makePerson makes an account, in a team where one is named. */
export async function makePerson(v: Visit, name: string, role: "viewer" | "analyst" | "operator", team?: string, more: { shown?: string; owner?: boolean } = {}): Promise<Person> {
  const password = crypto.randomUUID();
  const { id } = await call<Named>(v, "POST", "/users", { name, password, display_name: more.shown ?? name, email: `${name}@example.com`, role });
  if (team) await call(v, "PUT", `/teams/${team}/members/${id}`, { owner: more.owner ?? false });
  return { id, name, password };
}

/** makeKafka makes a connection to the world's Kafka. */
export async function makeKafka(v: Visit, name: string, team: string): Promise<Named> {
  return call<Named>(v, "POST", "/connections", { name, component: "kafka", team, params: { brokers: [world.kafka] } });
}

/** produceJSON puts rows into a topic of a connection as JSON records, and waits until they are there. */
export async function produceJSON(v: Visit, on: { team: string; connection: string; topic: string; columns: Column[]; key?: string[]; rows: readonly unknown[] }): Promise<void> {
  const text = JSON.stringify({
    format: 1,
    kind: "view",
    name: `walk.${on.topic}.producer`,
    nodes: [
      { id: "records", component: "values", params: { schema: { columns: on.columns.map(({ name, type, nullable }) => ({ name, type, nullable })) }, rows: on.rows.map((r) => JSON.stringify(r)).join("\n") } },
      { id: "topic", component: "kafka", params: { connection: on.connection, topic: on.topic, create: "if_missing", partitions: 1, key: on.key } },
    ],
    edges: ["records -> topic"],
  });
  await inState(v, await deploy(v, on.team, text), "ended");
}

/** builtin is the id of a connection that comes with the server. */
export async function builtin(v: Visit, name: "broker" | "olap"): Promise<string> {
  const all = await call<{ items: Named[] }>(v, "GET", "/connections?limit=500");
  const found = all.items.find((c) => c.name === name);
  if (!found) throw new Error(`there is no connection ${name}`);
  return found.id;
}

/** makeTable declares a table of a topic of the embedded broker, which need not be there. */
export async function makeTable(
  v: Visit,
  on: { name: string; team: string; topic: string; columns: readonly Column[]; more?: Record<string, unknown> },
): Promise<Named> {
  const params = { connection: "broker", topic: on.topic };
  return call<Named>(v, "POST", "/tables", {
    name: on.name,
    team: on.team,
    kind: "stream",
    columns: on.columns.map((c) => ({ nullable: true, ...c })),
    source: { component: "kafka", params },
    sink: { component: "kafka", params: { ...params, create: "if_missing" } },
    ...on.more,
  });
}

/** landCSV makes a table of a CSV in the embedded ClickHouse. */
export async function landCSV(v: Visit, on: { name: string; team: string; csv: string }): Promise<string> {
  const me = (await (await v.context.request.get("/api/v1/auth/me")).json()) as { csrf_token: string };
  const answer = await v.context.request.post("/api/v1/uploads?name=rows.csv", {
    data: Buffer.from(on.csv),
    headers: { "X-Csrf-Token": me.csrf_token, "Content-Type": "application/octet-stream" },
  });
  if (!answer.ok()) throw new Error(`uploading: ${answer.status()} ${await answer.text()}`);
  const { id } = (await answer.json()) as Named;
  return (await call<{ table: string }>(v, "POST", `/uploads/${id}/land`, { mode: "create", table: on.name, team: on.team, connection: "olap" })).table;
}
