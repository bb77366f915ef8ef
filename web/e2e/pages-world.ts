import { ask, type Column, deploy, deployModel, inState, landCSV, makeKafka, makePerson, makeTable, own, produce, produceJSON, publish, type Settings } from "./arrange";
import { call, eventually, type Visit, visit } from "./rig";

/** A small music service, arranged once: enough that each page of the application has something to show. */

/** Seeded is where the things are that pages are about. */
export interface Seeded {
  team: string;
  connection: string;
  person: string;
  request: string;
  tables: { wide: string; plays: string; songs: string };
  pipelines: { running: string; dead: string; late: string; failed: string; stopped: string };
  models: { view: string; relational: string };
  /** names are those of the tables, for the questions that are asked of them. */
  names: { plays: string; listeners: string; orders: string };
}

const plays: Column[] = [
  { name: "user_id", type: "int64", nullable: false },
  { name: "song_id", type: "int64", nullable: false, description: "The song, as in dim.music.songs. 歌曲。" },
  { name: "event", type: "string", nullable: false, description: "play, skip, like, collect, download, comment or share" },
  { name: "ms_played", type: "int64", description: "How long it was heard, in milliseconds. 播放时长，毫秒。" },
  { name: "platform", type: "string" },
  { name: "exp_group", type: "string", description: "The group in the running experiment. 实验分组。" },
  { name: "ts", type: "timestamp(3)", nullable: false },
  { name: "page", type: "string" },
  { name: "net", type: "string" },
  { name: "lang", type: "string" },
];
const long: Column[] = [
  { name: "ts", type: "timestamp(3)", nullable: false },
  { name: "user_id", type: "int64", nullable: false },
  { name: "song_id", type: "int64", nullable: false },
  { name: "platform", type: "string" },
  { name: "exp_group", type: "string" },
  { name: "seconds", type: "float64", description: "How long the song was heard. 收听秒数。" },
];
const listeners: Column[] = [
  { name: "window_start", type: "timestamp", nullable: false, description: "The ten seconds begin. 窗口开始。" },
  { name: "window_end", type: "timestamp", nullable: false },
  { name: "platform", type: "string" },
  { name: "exp_group", type: "string" },
  { name: "plays", type: "int64", nullable: false, description: "Plays of more than half a minute. 有效播放数。" },
  { name: "seconds", type: "float64" },
  { name: "listeners", type: "int64", nullable: false, description: "Distinct, exact. 去重人数。" },
];
const songs: Column[] = [
  { name: "song_id", type: "int64", nullable: false },
  { name: "title", type: "string" },
  { name: "artist", type: "string", description: "As on the cover. 歌手。" },
  { name: "genre", type: "string" },
  { name: "duration_ms", type: "int64" },
  { name: "since", type: "timestamp(3)", nullable: false, description: "Since when this is so. 生效时间。" },
];

const titles = ["Amber rain", "Blue hour", "Coral", "Dune", "Ember", "Fjord", "Glass", "Harbour", "Iris", "Juniper", "海风", "夜航", "雨巷", "晨光", "归途"];
const artists = ["Lin Xi", "Chen Mo", "Su Min", "He Yan", "Zhou Ning"];
const genres = ["pop", "folk", "electronic", "jazz"];

/** model makes a model and publishes it, and starts its pipeline where that is wanted. */
async function model(v: Visit, team: string, on: { name: string; text: string; message: string; run?: Settings }): Promise<{ document: string; pipeline: string }> {
  const { id: document } = await call<{ id: string }>(v, "POST", "/documents", { name: on.name, team, format: "yaml", text: on.text });
  await publish(v, document, on.message);
  return { document, pipeline: on.run ? await deployModel(v, document, { epoch_ms: 2000, ...on.run }) : "" };
}

/** seed arranges it all, under plain names where the server is new. */
export async function seed(v: Visit): Promise<Seeded> {
  const teams = await call<{ items: { name: string }[] }>(v, "GET", "/teams?limit=500");
  const tail = teams.items.some((t) => t.name === "Music data") ? `_${own()}` : "";
  const { id: team } = await call<{ id: string }>(v, "POST", "/teams", { name: `Music data${tail}`, description: "Events, songs and charts. 播放、曲库与榜单。" });
  const operator = await makePerson(v, `chen.mo${tail}`, "operator", team, { shown: "Chen Mo", owner: true });
  await makePerson(v, `lin.xi${tail}`, "analyst", team, { shown: "林溪" });
  const asker = await makePerson(v, `su.min${tail}`, "analyst", undefined, { shown: "Su Min" });
  const connection = await makeKafka(v, `orders_kafka${tail}`, team);
  await call(v, "POST", `/connections/${connection.id}/check`);

  const names = { plays: `ods.music.play_events${tail}`, long: `cdm.music.long_plays${tail}`, listeners: `ads.music.listeners_10s${tail}`, orders: `ads.member.orders${tail}`, songs: `dim.music.songs${tail}` };
  const time = { event_time: { column: "ts", out_of_order: "2s" } };
  const playTable = await makeTable(v, {
    name: names.plays, team, topic: `play_events${tail}`, columns: plays,
    more: { layer: "ODS", domain: "listening", tags: ["events"], ...time, description: "What listeners do with songs, as it comes from their devices: late and out of order as real ones are. 用户行为原始日志。" },
  });
  await makeTable(v, { name: names.long, team, topic: `long_plays${tail}`, columns: long, more: { layer: "CDM", domain: "listening", tags: ["dwd"], ...time, description: "Plays of more than half a minute. 超过 30 秒的播放。" } });
  const store = (order: string[], physical: string) => ({ component: "clickhouse", params: { connection: "olap", create: "if_missing", order_by: order, physical } });
  const wide = await call<{ id: string }>(v, "POST", "/tables", {
    name: names.listeners, team, kind: "store", layer: "ADS", domain: "listening", tags: ["dashboard"], columns: listeners, key: ["window_start", "platform", "exp_group"],
    description: "Plays, seconds heard and exact distinct listeners by platform and experiment group, every **ten seconds**. 每 10 秒按平台和实验分组统计。",
    sink: store(["platform", "exp_group", "window_start"], `listeners_10s${tail}`),
  });
  const songTable = await makeTable(v, {
    name: names.songs, team, topic: `songs${tail}`, columns: songs,
    more: {
      kind: "dimension", key: ["song_id"], event_time: { column: "since", out_of_order: "0s" }, layer: "CDM", domain: "catalogue", tags: ["dim"], description: "Every song there is. 曲库。",
      source: { component: "kafka", params: { connection: "broker", topic: `songs${tail}`, changelog: "upsert" } },
      sink: undefined,
    },
  });
  const rows = Array.from({ length: 60 }, (_, i) => ({ song_id: i + 1, title: titles[i % titles.length], artist: artists[i % artists.length], genre: genres[i % genres.length], duration_ms: 150_000 + ((i * 7919) % 120_000), since: "2026-01-01T00:00:00Z" }));
  await produceJSON(v, { team, connection: "broker", topic: `songs${tail}`, columns: songs, key: ["song_id"], rows });
  await landCSV(v, { name: `ads.upload.campaigns${tail}`, team, csv: `campaign,began,budget\n${Array.from({ length: 24 }, (_, i) => `spring ${i + 1},2026-03-${String(i + 1).padStart(2, "0")},${1200 + i * 35}`).join("\n")}\n` });

  const feed = await model(v, team, {
    name: `${names.plays}_feed`, message: "Two hundred a second", run: {},
    text: `format: 1
kind: view
name: ${names.plays}_feed
description: Makes up play events and puts them into a topic.
time_zone: Asia/Shanghai
nodes:
  - id: plays
    component: generator
    params: {stream: play_events, rate: 200, partitions: 4, start: now, order: late, disorder: 2s, late_share: 0.002, late_by: 1m, users: 5000}
  - {id: topic, component: kafka, params: {connection: broker, topic: play_events${tail}, key: [user_id], create: if_missing, partitions: 4, retention: 10m}}
edges: [plays -> topic]
`,
  });
  await inState(v, feed.pipeline, "running");
  const cleaned = await model(v, team, {
    name: `${names.long}_feed`, message: "Plays of half a minute", run: {},
    text: `format: 1
kind: view
name: ${names.long}_feed
description: Plays of more than half a minute, as a topic that others read.
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: table, params: {table: ${names.plays}}}
  - {id: long, component: filter, params: {where: "event = 'play' AND ms_played > 30000"}}
  - {id: shape, component: compute, params: {columns: [ts, user_id, song_id, platform, exp_group, {name: seconds, expr: "ms_played / 1000.0"}]}}
  - {id: out, component: kafka, params: {connection: broker, topic: long_plays${tail}, key: [user_id], create: if_missing, partitions: 4, retention: 10m}}
edges: [plays -> long, long -> shape, shape -> out]
`,
  });
  await inState(v, cleaned.pipeline, "running");
  await call(v, "POST", `/pipelines/${cleaned.pipeline}/scale`, { parallelism: 3 });
  const windows = await model(v, team, {
    name: `${names.listeners}_feed`, message: "By platform and group", run: {},
    text: `format: 1
kind: view
name: ${names.listeners}_feed
description: Plays, seconds heard and exact distinct listeners, every ten seconds.
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: table, params: {table: ${names.long}}}
  - id: windows
    component: window
    params:
      size: 10s
      group_by: [platform, exp_group]
      aggregates:
        - {name: plays, expr: count(*)}
        - {name: seconds, expr: sum(seconds)}
        - {name: listeners, expr: count(DISTINCT user_id)}
  - {id: out, component: clickhouse, params: {connection: olap, table: ${names.listeners}, create: if_missing, order_by: [platform, exp_group, window_start], partition_by: toDate(window_start)}}
edges: [plays -> windows, windows -> out]
`,
  });
  const codes = await model(v, team, {
    name: `ads.music.language_codes${tail}_feed`, message: "As numbers", run: { on_error: "stop" },
    text: `format: 1
kind: view
name: ads.music.language_codes${tail}_feed
description: The language of each play as a number.
time_zone: Asia/Shanghai
nodes:
  - {id: plays, component: table, params: {table: ${names.plays}}}
  - {id: shape, component: compute, params: {columns: [ts, user_id, {name: lang_code, expr: "CAST(lang AS INT)"}]}}
  - {id: out, component: clickhouse, params: {connection: olap, table: ads.music.language_codes${tail}, create: if_missing, order_by: [user_id, ts]}}
edges: [plays -> shape, shape -> out]
`,
  });
  const relational = await model(v, team, {
    name: `cdm.music.plays_wide${tail}`, message: "Plays with their songs",
    text: `format: 1
kind: relational_model
name: cdm.music.plays_wide${tail}
description: Each play with its song, and the like that followed within half an hour.
time_zone: Asia/Shanghai
entities:
  - {id: plays, table: ${names.plays}, where: "event = 'play'", columns: [user_id, song_id, ms_played, platform, exp_group, ts]}
  - {id: songs, table: ${names.songs}, role: dimension, columns: [title, {name: artist_name, expr: "COALESCE(artist, 'unknown')"}, genre, duration_ms]}
  - {id: likes, table: ${names.plays}, where: "event = 'like'", columns: [{name: liked_at, expr: ts}]}
joins:
  - {from: plays, to: songs, cardinality: many_to_one}
  - {from: plays, to: likes, on: [{from: user_id, to: user_id}, {from: song_id, to: song_id}], cardinality: one_to_many, after: 30m}
nodes:
  - {id: out, component: clickhouse, params: {connection: olap, table: cdm.music.plays_wide${tail}, create: if_missing, order_by: [song_id, ts]}}
edges: [wide -> out]
`,
  });

  // Orders, some of which are no rows: what cannot be read is kept aside.
  const orders = Array.from({ length: 60 }, (_, i) => (i % 9 === 4 ? `{"id": ${i}, "member": "m${1000 + i}", "cents": "${i}.50 CNY"}` : i % 23 === 7 ? `{"id": ${i}, "member": "m${1000 + i}", "cents"` : `{"id": ${i}, "member": "m${1000 + i}", "cents": ${i * 150}}`));
  await produce(v, team, `ods.member.orders${tail}_history`, `orders${tail}`, orders);
  const dead = await deploy(
    v,
    team,
    `format: 1
kind: view
name: ${names.orders}_feed
nodes:
  - {id: orders, component: kafka, params: {connection: broker, topic: orders${tail}, schema: {columns: [{name: id, type: int64}, {name: member, type: string}, {name: cents, type: int64}]}}}
  - {id: paid, component: filter, params: {where: "cents > 0"}}
  - {id: out, component: clickhouse, params: {connection: olap, table: ${names.orders}, create: if_missing, order_by: [id]}}
edges: [orders -> paid, paid -> out]
`,
    { on_error: "dead_letter" },
  );
  const stopped = await deploy(
    v,
    team,
    `format: 1
kind: view
name: ods.ab.exposures${tail}_feed
nodes:
  - {id: exposures, component: generator, params: {stream: exposures, rate: 50}}
  - {id: out, component: console}
edges: [exposures -> out]
`,
  );
  await inState(v, stopped, "running");
  await call(v, "POST", `/pipelines/${stopped}/stop`, { how: "now", reason: "The experiment is over" });
  await inState(v, dead, "running");
  await inState(v, windows.pipeline, "running");
  await inState(v, cleaned.pipeline, "running");
  await inState(v, codes.pipeline, "failed");
  await inState(v, stopped, "stopped");

  // Somebody may look, somebody else has asked.
  await call(v, "POST", "/policies", { subject: `user:${operator.id}`, action: "read", scope: "db:ads.music", note: "For the charts" });
  await call(v, "POST", "/policies", { subject: `user:${asker.id}`, action: "discover", scope: `table:${wide.id}`, expires: new Date(Date.now() + 30 * 24 * 3600e3).toISOString() });
  await call(v, "POST", "/policies", { subject: "role:analyst", action: "discover", scope: "catalog:cdm" });
  const su = await visit(asker.name, asker.password);
  const { id: request } = await call<{ id: string }>(su, "POST", "/access_requests", { action: "read", scope: `table:${wide.id}`, reason: "To compare listeners of the two experiment groups. 需要比较两个实验分组的听众。" });
  await call(su, "POST", `/access_requests/${request}/comments`, { text: "Until the end of the month is enough. 到月底即可。" });
  await su.context.close();
  await eventually("dead letters are listed", async () => (await call<{ items: unknown[] }>(v, "GET", `/pipelines/${dead}/rejects`)).items.length > 0);
  await eventually("windows have closed", async () => (await ask(v, `SELECT platform FROM ${names.listeners}`)).length > 0);
  return {
    team,
    connection: connection.id,
    person: operator.id,
    request,
    tables: { wide: wide.id, plays: playTable.id, songs: songTable.id },
    pipelines: { running: cleaned.pipeline, dead, late: windows.pipeline, failed: codes.pipeline, stopped },
    models: { view: windows.document, relational: relational.document },
    names: { plays: names.plays, listeners: names.listeners, orders: names.orders },
  };
}
