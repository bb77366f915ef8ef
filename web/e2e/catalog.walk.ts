import { expect } from "vitest";
import { builtin, landCSV, makeKafka, makeTable, makeTeam, own, produceJSON, publish } from "./arrange";
import { admin, axe, call, choose, walk, world } from "./rig";

walk("upload a CSV with a bad row and a changed type, and see its rows", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const run = own();
  await makeTeam(v, `up${run}`);
  await v.go("/catalog");
  await page.getByRole("button", { name: "Upload file" }).click();
  const lines = ["song,plays,skipped", "amber,12,true", "blue,7,false", "coral,many,true", "dune,31,false"];
  await page.getByLabel("Choose a file").setInputFiles({ name: `Walk ${run}.csv`, mimeType: "text/csv", buffer: Buffer.from(lines.join("\n") + "\n") });
  await page.getByRole("heading", { name: "Where the rows go" }).waitFor();
  await choose(v, "Team", `up${run}`);
  await axe(v);
  await page.getByRole("button", { name: "Next" }).click();

  // A word among the numbers made the column text; a person knows better, and one row is bad from then on.
  await page.getByRole("combobox", { name: "Type of plays" }).fill("int64");
  await page.keyboard.press("Tab");
  await page.locator(".ant-select-dropdown:visible").waitFor({ state: "hidden" });
  await page.getByText("would not").waitFor();
  await axe(v);
  await page.getByRole("button", { name: "Next" }).click();
  const bad = page.getByRole("table", { name: "Bad rows" });
  await bad.getByRole("cell", { name: "plays", exact: true }).waitFor();
  const land = page.getByRole("button", { name: "Create table and land rows" });
  expect(await land.isDisabled(), "one bad row keeps the file from landing").toBe(true);
  await page.getByRole("checkbox", { name: "Leave 1 bad row out" }).check();
  await axe(v);
  await land.click();

  await page.waitForURL(/\/catalog\/[0-9a-f]+$/);
  await page.getByRole("navigation", { name: "Parts of the table" }).getByRole("link", { name: "Sample" }).click();
  const grid = page.getByRole("grid");
  for (const song of ["amber", "blue", "dune"]) await grid.getByText(song, { exact: true }).waitFor();
  expect(await grid.getByText("coral").count()).toBe(0);
  await axe(v);
});

walk("a Kafka connection, its topics, and a table of one", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const run = own();
  const team = await makeTeam(v, `kt${run}`);
  const arranged = await makeKafka(v, `arranged_${run}`, team);
  const rows = Array.from({ length: 8 }, (_, i) => ({ user_id: i + 1, song: `song ${i}`, at: `2026-01-02T03:04:0${i}Z` }));
  await produceJSON(v, { team, connection: arranged.name, topic: `walk_plays_${run}`, columns: [{ name: "user_id", type: "int64" }, { name: "song", type: "string" }, { name: "at", type: "timestamp(3)" }], rows });

  await v.go("/catalog");
  await page.getByRole("button", { name: "New connection" }).click();
  await page.getByRole("radio", { name: /^Kafka/ }).click();
  await page.getByRole("button", { name: "Add broker" }).click();
  await page.getByRole("textbox", { name: /Broker/ }).first().fill(world.kafka);
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText("It answers").first().waitFor();
  await axe(v);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(`walk_${run}`);
  await choose(v, "Team", `kt${run}`);
  await page.getByRole("button", { name: "Next" }).click();
  await axe(v);
  await page.getByRole("button", { name: "Create connection" }).click();

  await page.waitForURL(/\/catalog\/connections\//);
  await page.getByRole("searchbox", { name: "Filter by name" }).fill(`walk_plays_${run}`);
  const row = page.getByRole("row", { name: new RegExp(`walk_plays_${run}`) });
  await row.waitFor();
  await axe(v);
  await row.getByRole("link", { name: "Step by step" }).click();

  await page.getByRole("checkbox", { name: "at is the event time" }).check();
  await page.getByText("song 3", { exact: true }).first().waitFor();
  await axe(v);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("combobox", { name: "Catalog", exact: true }).fill("walk");
  await page.getByRole("combobox", { name: "Database", exact: true }).fill(`k${run}`);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("plays");
  await page.getByLabel("Description").fill("One row for each play.");
  await axe(v);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText(`walk.k${run}.plays`).first().waitFor();
  await page.getByRole("grid").getByText("song 5", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Create table" }).click();

  await page.waitForURL(/\/catalog\/[0-9a-f]{16,}$/);
  await page.getByText("One row for each play.").waitFor();
  await page.getByRole("link", { name: "Sample" }).click();
  await page.getByRole("grid").getByText("song 5", { exact: true }).waitFor();
  await v.go(`/catalog?in=walk.k${run}`);
  await page.getByRole("grid").getByRole("link", { name: "plays" }).or(page.getByRole("row", { name: /plays/ })).first().waitFor();
});

walk("search by column, tag and description in both languages, and the tree by keyboard", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const run = own();
  const team = await makeTeam(v, `se${run}`);
  const tag = `tag${run}`;
  await makeTable(v, {
    name: `s${run}.music.artists`, team, topic: `none_${run}`,
    columns: [{ name: `col_${run}_name`, type: "string", description: "艺名" }, { name: "born", type: "date" }],
    more: { description: `Everybody who sings, word${run}. 歌手基本信息。`, tags: [tag], layer: "CDM" },
  });
  await v.go("/catalog");
  const box = page.getByRole("combobox", { name: /^Search names/ });
  const found = page.getByRole("grid", { name: "Results" }).getByRole("row", { name: /artists/ });
  for (const text of [`col_${run}_name`, `word${run}`, tag, "歌手基本"]) {
    await box.fill(`nothing${run}`);
    await page.getByText(/^Nothing matches/).waitFor();
    await box.fill(text);
    await page.waitForURL((u) => u.searchParams.get("q") === text);
    await found.first().waitFor();
  }
  await page.keyboard.press("Escape");
  await axe(v);

  // The tree, by keys alone: the catalog, its database, the table.
  await v.go("/catalog");
  const tree = page.getByRole("tree", { name: "Names" });
  const root = tree.getByRole("treeitem", { name: new RegExp(`^s${run}`) });
  await root.focus();
  await page.keyboard.press("ArrowRight");
  await tree.getByRole("treeitem", { name: /^music/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await tree.getByRole("treeitem", { name: /^artists/ }).waitFor();
  await page.keyboard.press("ArrowRight");
  await axe(v);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/catalog\/[0-9a-f]{16,}$/);
  await page.getByText(`word${run}`).waitFor();
});

walk("two people describe a table at once, and neither loses a word", async (open) => {
  const a = await open(admin());
  const run = own();
  const team = await makeTeam(a, `de${run}`);
  const table = await makeTable(a, { name: `d${run}.music.songs`, team, topic: `none_${run}`, columns: [{ name: "song_id", type: "int64" }, { name: "title", type: "string" }] });
  const b = await open(admin());
  for (const v of [a, b]) {
    await v.go(`/catalog/${table.id}`);
    await v.page.getByRole("button", { name: "Edit" }).click();
  }
  await a.page.getByRole("textbox", { name: "Description", exact: true }).fill("All **songs**, by Ann.");
  await a.page.getByRole("textbox", { name: "Description of title" }).fill("as on the cover");
  const tags = a.page.getByRole("combobox", { name: "Tags" });
  await tags.fill(`t${run}`);
  await tags.press("Enter");
  await tags.press("Escape");
  await a.page.locator(".ant-select-dropdown:visible").waitFor({ state: "hidden" });
  await axe(a);
  await a.page.getByRole("button", { name: "Save" }).click();
  await a.page.getByText("as on the cover").waitFor();
  await a.page.getByText(`t${run}`).first().waitFor();

  await b.page.getByRole("textbox", { name: "Description", exact: true }).fill("All songs, by Bob.");
  await b.page.getByRole("button", { name: "Save" }).click();
  await b.page.getByText("Somebody has changed this table since you opened it.").waitFor();
  await axe(b);
  await b.page.getByRole("button", { name: "Try again" }).click();
  await b.page.getByText("Somebody has changed this table since you opened it.").waitFor({ state: "hidden" });
  // What Ann has said is there to be read, and Bob's text still in the field.
  expect(await b.page.getByRole("textbox", { name: "Description", exact: true }).inputValue()).toBe("All songs, by Bob.");
  await b.page.getByRole("button", { name: "Save" }).click();
  await b.page.getByRole("button", { name: "Edit" }).waitFor();
  const now = await call<{ description: string; columns: { name: string; description?: string }[]; tags: string[] }>(a, "GET", `/tables/${table.id}`);
  expect(now.description).toBe("All songs, by Bob.");
  expect(now.columns.find((c) => c.name === "title")?.description, "what only Ann touched stays hers").toBe("as on the cover");
  expect(now.tags).toEqual([`t${run}`]);
});

walk("lineage with a pinned column, as a list and a file, in the address; and consumers", async (open) => {
  const v = await open(admin());
  const { page } = v;
  const run = own();
  const team = await makeTeam(v, `li${run}`);
  const columns = [{ name: "user_id", type: "int64" }, { name: "song", type: "string" }];
  const from = await makeTable(v, { name: `l${run}.music.plays`, team, topic: `li_plays_${run}`, columns });
  await makeTable(v, { name: `l${run}.music.long_plays`, team, topic: `li_long_${run}`, columns });
  const name = `l${run}.music.long`;
  const text = JSON.stringify({
    format: 1, kind: "view", name,
    nodes: [
      { id: "plays", component: "table", params: { table: from.name } },
      { id: "long", component: "filter", params: { where: "user_id > 1" } },
      { id: "out", component: "kafka", params: { connection: "broker", topic: `li_long_${run}`, create: "if_missing" } },
    ],
    edges: ["plays -> long -> out"],
  });
  const made = await call<{ id: string }>(v, "POST", "/documents", { name, team, format: "yaml", text });
  await publish(v, made.id, "walked");

  await v.go(`/catalog/${from.id}/lineage`);
  await page.getByRole("link", { name: "long_plays" }).first().waitFor();
  await page.getByRole("button", { name: /^song string/ }).first().click();
  await page.waitForURL((u) => (u.searchParams.get("pin") ?? "").endsWith("~song"));
  await page.getByRole("heading", { name: "song" }).waitFor();
  await page.getByRole("grid", { name: "Lineage as a list" }).or(page.getByRole("table", { name: "Lineage as a list" })).getByText("long_plays").first().waitFor();
  await axe(v);
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  expect((await file).suggestedFilename()).toBe("lineage-plays.csv");
  await page.reload();
  await page.getByRole("button", { name: "Let song go" }).waitFor();

  await page.getByRole("navigation", { name: "Parts of the table" }).getByRole("link", { name: "Consumers" }).click();
  await page.getByRole("link", { name }).first().waitFor();
  await axe(v);
});

walk("the catalog in Chinese and dark", async (open) => {
  const v = await open(admin({ language: "zh", theme: "dark", size: { width: 1280, height: 720 } }));
  const { page } = v;
  const run = own();
  const team = await makeTeam(v, `zh${run}`);
  const id = await landCSV(v, { name: `z.upload.rows_${run}`, team, csv: "a,b\n1,x\n2,y\n" });
  const broker = await builtin(v, "broker");
  await v.go("/catalog");
  await page.getByRole("button", { name: "新建表" }).waitFor();
  await page.getByRole("grid").getByRole("row").nth(1).waitFor();
  await axe(v);
  for (const [tab, text] of [["", "简介"], ["/sample", "行"], ["/lineage", "粒度"], ["/consumers", "数据目录"], ["/access", "我的权限"], ["/changes", "与外部的差异"], ["/declaration", "读取方式"]] as const) {
    await v.go(`/catalog/${id}${tab}`);
    await page.getByRole("navigation", { name: "表的各部分" }).waitFor();
    await page.getByText(text).or(page.getByLabel(text)).first().waitFor();
    await axe(v);
  }
  for (const [path, heading] of [["connection", "连接到什么系统"], ["connection?kind=kafka&step=settings", "地址和登录方式"], ["table", "数据在哪里"], [`table?connection=${broker}`, "数据在哪里"], ["upload", "选择文件"]] as const) {
    await v.go(`/catalog/new/${path}`);
    await page.getByRole("heading", { name: heading }).waitFor();
    await axe(v);
  }
  await v.go(`/catalog/connections/${broker}`);
  await page.getByRole("button", { name: "重新查找" }).waitFor();
  await axe(v);
});
