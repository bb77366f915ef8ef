import { expect } from "vitest";
import { ask, makeTeam, own } from "./arrange";
import { canvas, drag, hasEdges, middle, node, openModel, savedText } from "./builder";
import { admin, axe, call, eventually, type Visit, walk } from "./rig";

const column = (name: string, type: string) => ({ name, type, nullable: false });
const lines = (rows: readonly unknown[]): string => rows.map((r) => JSON.stringify(r)).join("\n");

/** music declares what was played, and the songs that were played by the time; one of the songs is not known. */
async function music(v: Visit, team: string, db: string): Promise<{ plays: string; songs: string }> {
  const [plays, songs] = [`ods.${db}.plays`, `dim.${db}.songs`];
  await call(v, "POST", "/tables", {
    name: plays,
    team,
    kind: "stream",
    layer: "ODS",
    columns: [column("id", "int64"), column("song_id", "int64"), column("ms_played", "int64"), column("ts", "timestamp(3)")],
    key: ["id"],
    event_time: { column: "ts" },
    source: { component: "values", params: { rows: lines([7, 8, 9].map((song_id, id) => ({ id, song_id, ms_played: 1000 * id, ts: "2024-01-01T00:00:00Z" }))) } },
  });
  await call(v, "POST", "/tables", {
    name: songs,
    team,
    kind: "dimension",
    columns: [column("song_id", "int64"), column("title", "string"), column("artist", "string"), column("since", "timestamp(3)")],
    key: ["song_id"],
    event_time: { column: "since" },
    source: {
      component: "values",
      params: {
        changelog: "upsert",
        rows: lines([
          { song_id: 7, title: "One", artist: "A", since: "2023-01-01T00:00:00Z" },
          { song_id: 8, title: "Two", artist: "B", since: "2023-01-01T00:00:00Z" },
        ]),
      },
    },
  });
  return { plays, songs };
}

walk("a relational model by mouse: tables dragged in, joined by a column, its columns chosen, landed; its rows are in ClickHouse", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const db = `walk${own()}`;
  const team = await makeTeam(v, `joining ${db}`);
  await music(v, team, db);
  const name = `dwd.${db}.plays_wide_model`;
  const id = await openModel(v, { name, team, text: `format: 1\nkind: relational_model\nname: ${name}\n` });

  await page.getByPlaceholder("Name or layer").fill(db);
  const tree = page.getByRole("tree", { name: "Tables" });
  const add = async (table: string, x: number) => {
    await tree.getByRole("treeitem", { name: table }).dragTo(canvas(page), { targetPosition: { x, y: 150 } });
    await node(page, table).getByText("song_id", { exact: true }).waitFor();
  };
  await add("plays", 140);
  await node(page, "plays").getByText("fact", { exact: true }).waitFor();
  await add("songs", 740);

  // What cannot be compared is refused with its reason; what can is a join, and is chosen at once.
  await page.getByRole("button", { name: "Fit" }).click();
  const from = node(page, "plays").locator('.react-flow__handle.source[data-handleid="song_id"]');
  const to = (of: string) => node(page, "songs").locator(`.react-flow__handle.target[data-handleid="${of}"]`);
  await drag(page, await middle(from), await middle(to("title")), false);
  await page.getByText("plays.song_id is int64, songs.title is string").waitFor();
  const end = await middle(to("song_id"));
  await page.mouse.move(end.x, end.y, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("heading", { name: "plays to songs" }).waitFor();
  // A dimension is one by its table's kind.
  await node(page, "songs").getByText("dimension", { exact: true }).waitFor();
  await page.getByText("Temporal join").waitFor();
  await page.getByRole("button", { name: "as of", exact: true }).waitFor();
  await page.getByText("Both int64, no cast").waitFor();
  await axe(v);

  // How many rows belong together, and what becomes of those without a match.
  const cardinality = page.getByRole("radiogroup", { name: "Cardinality" });
  expect(await cardinality.getByRole("radio", { name: "N : 1" }).isChecked()).toBe(true);
  await cardinality.getByText("1 : 1").click();
  await page.getByText("One row of plays has one of songs, and the other way round.").waitFor();
  await page.keyboard.press("Control+z");
  await page.getByText("Many rows of plays have the same row of songs.").waitFor();
  await page.getByRole("radio", { name: "Drop the plays row" }).check();
  await page.getByText("6 of 8 columns kept").waitFor();

  // Columns are chosen in the inspector, and by the dots of the entities.
  await page.getByRole("button", { name: "Choose" }).click();
  await page.getByRole("checkbox", { name: "artist" }).uncheck();
  await page.getByText("5 of 8 columns kept").waitFor();
  await node(page, "plays").getByRole("button", { name: "Leave out ms_played" }).click();
  await page.getByText("4 of 8 columns kept").waitFor();
  await page.getByRole("button", { name: "No problems" }).waitFor();
  await axe(v);

  // The joined rows are looked at before they are sent anywhere.
  await node(page, "wide").click();
  const rows = page.getByRole("grid", { name: "Output" });
  await rows.getByText("Two", { exact: true }).waitFor({ timeout: 60_000 });
  // Until the new rows are there those of the text before are shown, which says so.
  await rows.getByRole("columnheader", { name: /artist/ }).waitFor({ state: "detached" });
  await axe(v);
  expect(await savedText(v, id)).toContain("join: inner");

  // The builder leads to where the table is designed.
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Land the rows in a table" }).click();
  await page.getByRole("radio", { name: "olap" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  const table = `dwd.${db}.plays_wide`;
  await page.getByRole("heading", { name: "Which table takes them" }).waitFor();
  expect(await page.getByLabel("Name in the catalog").inputValue()).toBe(table);
  await page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name: /Review/ }).click();
  await axe(v);
  await page.getByRole("button", { name: "Create table and deploy" }).click();
  await page.waitForURL(/\/pipelines\/[^/]+/, { timeout: 90_000 });
  const found = await eventually("the rows land", async () => {
    const all = await ask(v, `SELECT * FROM ${table} ORDER BY id`);
    return all.length === 2 && all;
  });
  expect(found).toEqual([
    { id: 0, song_id: 7, ts: "2024-01-01T00:00:00Z", title: "One" },
    { id: 1, song_id: 8, ts: "2024-01-01T00:00:00Z", title: "Two" },
  ]);
  await v.go(`/models/${id}`);
  await hasEdges(page, "plays>songs", "plays>wide", "wide>land");
  await page.getByText("Published v1").waitFor();
});

walk("the relational canvas in Chinese and dark", async (open) => {
  const v = await open(admin({ language: "zh", theme: "dark" }));
  const { page } = v;
  const db = `walk${own()}`;
  const team = await makeTeam(v, `关联 ${db}`);
  const { plays, songs } = await music(v, team, db);
  const name = `dwd.${db}.plays_wide`;
  await openModel(v, {
    name,
    team,
    text: `format: 1
kind: relational_model
name: ${name}
entities:
  - {id: plays, table: ${plays}}
  - {id: songs, table: ${songs}, role: dimension}
joins:
  - {from: plays, to: songs, on: [{from: song_id, to: song_id}]}
nodes:
  - {id: out, component: console}
edges: [wide -> out]
`,
  });
  await node(page, "songs").getByText("维度", { exact: true }).waitFor();
  await page.getByText("保留 8 列中的 6 列").waitFor();
  await page.getByRole("button", { name: "没有问题" }).waitFor();
  await axe(v);
  await page.getByRole("button", { name: "按时刻", exact: true }).click();
  await page.getByRole("heading", { name: "plays 到 songs" }).waitFor();
  await page.getByText("plays 的多行对应 songs 的同一行。").waitFor();
  await page.getByText("均为 int64，无需转换").waitFor();
  await axe(v);
  await node(page, "songs").click();
  await page.getByRole("heading", { name: "连接", exact: true }).waitFor();
  await axe(v);
  await node(page, "wide").click();
  await page.getByText("2 个实体的连接结果").waitFor();
  await axe(v);
});

walk("entities are copied in one tab and pasted in another, with the joins between them", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const db = `walk${own()}`;
  const team = await makeTeam(v, `copying ${db}`);
  const { plays, songs } = await music(v, team, db);
  const text = (name: string, entities: string) => `format: 1\nkind: relational_model\nname: ${name}\nentities:\n${entities}`;
  await openModel(v, {
    name: `dwd.${db}.one`,
    team,
    text: text(`dwd.${db}.one`, `  - {id: plays, table: ${plays}, columns: [id, song_id]}\n  - {id: songs, table: ${songs}, role: dimension}\njoins:\n  - {from: plays, to: songs, on: [{from: song_id, to: song_id}], wait: 10s}\n`),
  });
  const two = await call<{ id: string }>(v, "POST", "/documents", { name: `dwd.${db}.two`, team, format: "yaml", text: text(`dwd.${db}.two`, `  - {id: songs, table: ${songs}, role: dimension}\n`) });
  await node(page, "songs").getByText("dimension", { exact: true }).waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  await page.getByText("Copied").waitFor();

  const second = await v.tab(`/models/${two.id}`);
  await node(second.page, "songs").getByText("dimension", { exact: true }).waitFor();
  await second.page.bringToFront();
  await second.page.keyboard.press("Control+v");
  await node(second.page, "plays").getByText("fact", { exact: true }).waitFor();
  await node(second.page, "songs_2").waitFor();
  await hasEdges(second.page, "plays>songs_2", "plays>wide");
  const pasted = await eventually("it is saved", async () => {
    const now = await savedText(second, two.id);
    return now.includes("songs_2") && now;
  });
  expect(pasted).toContain("columns: [id, song_id]");
  expect(pasted).toContain("wait: 10s");
  expect(second.errors).toEqual([]);
  await second.page.keyboard.press("Control+z");
  await node(second.page, "songs_2").waitFor({ state: "detached" });
});
