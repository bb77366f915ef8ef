import { describe, expect, it } from "vitest";
import * as r from "./relational";
import { parse } from "./text";

const text = `# What was played, and of whom.
format: 1
kind: relational_model
name: dwd.music.plays_wide
entities:
  # The facts.
  - id: plays
    table: ods.music.play_events   # one row a play
    where: "event = 'play'"
    columns: [user_id, song_id, {name: seconds, expr: "ms / 1000"}, ts]
  - id: songs
    table: dim.music.songs
    role: dimension # looked up
  - {id: artists, table: dim.music.artists, role: dimension, key: [id]}
  - id: likes
joins:
  - {from: plays, to: songs} # as of the play
  # Who sang it.
  - from: songs
    to: artists
    on: [{from: artist_id, to: id}]
  - {from: plays, to: likes, on: [{from: user_id, to: user}, {from: song_id, to: song}], cardinality: one_to_many, after: 30m}
nodes:
  - {id: liked, component: filter}
  - {id: out, component: console}
edges:
  - liked -> likes
  - wide -> out # the end
layout:
  plays: {x: 10, y: 20}
  songs: {x: 300, y: 20}
`;

const plays: r.Table = { columns: ["id", "user_id", "song_id", "ms", "page", "ts"].map((name) => ({ name, type: "string" })), key: ["id"], time: "ts" };
const songs: r.Table = { columns: ["song_id", "title", "artist_id", "since"].map((name) => ({ name, type: "string" })), key: ["song_id"], time: "since" };

/** lines are the lines of b that a has not. */
const lines = (a: string, b: string) => b.split("\n").filter((l) => !a.split("\n").includes(l));

describe("entities", () => {
  it("are added behind the others, with a place", () => {
    const next = r.addEntity(text, { id: "users", table: "dim.users", role: "dimension" }, { x: 1.4, y: 2 });
    expect(lines(text, next)).toEqual(["  - id: users", "    table: dim.users", "    role: dimension", "  users: {x: 1, y: 2}"]);
    expect(lines(next, text)).toEqual([]);
  });

  it("are the first of a model that has none", () => {
    const bare = "format: 1\nkind: relational_model\nname: a.b.c\nentities: []\njoins: []\nedges: []\n";
    const { model } = parse(r.addJoin(r.addEntity(r.addEntity(bare, { id: "a", table: "x.y.z" }), { id: "b" }), { from: "a", to: "b" }));
    expect(model.entities.map((e) => e.id)).toEqual(["a", "b"]);
    expect(model.joins).toEqual([{ from: "a", to: "b" }]);
  });

  it("go with their joins, their edges and their place", () => {
    const next = r.removeEntities(text, ["songs", "likes"]);
    const { model } = parse(next);
    expect(model.entities.map((e) => e.id)).toEqual(["plays", "artists"]);
    expect(model.joins).toEqual([]);
    expect(model.edges).toEqual([{ from: "wide", to: "out" }]);
    expect(model.layout).toEqual({ plays: { x: 10, y: 20 } });
    expect(next).toContain("table: ods.music.play_events   # one row a play");
    expect(next).toContain("wide -> out # the end");
    expect(r.removeEntities(text, ["liked"])).toBe(text);
  });

  it("take another name everywhere", () => {
    const next = r.renameEntity(text, "songs", "tracks");
    const { model } = parse(next);
    expect(model.joins.map((j) => [j.from, j.to])).toEqual([["plays", "tracks"], ["tracks", "artists"], ["plays", "likes"]]);
    expect(model.layout.tracks).toEqual({ x: 300, y: 20 });
    expect(next).toContain("# as of the play");
    expect(parse(r.renameEntity(text, "likes", "hearts")).model.edges[0]).toEqual({ from: "liked", to: "hearts" });
    expect(r.renameEntity(text, "nobody", "x")).toBe(text);
  });

  it("are copied without their joins", () => {
    const made = r.duplicateEntities(text, ["songs"]);
    expect(made.ids).toEqual(["songs_2"]);
    const { model } = parse(made.text);
    expect(model.entities.at(-1)).toEqual({ id: "songs_2", table: "dim.music.songs", role: "dimension" });
    expect(model.joins).toHaveLength(3);
    expect(model.layout.songs_2).toEqual({ x: 324, y: 92 });
  });
});

describe("columns", () => {
  it("are by default all of a fact, and all but key and time of a dimension", () => {
    const fact = { id: "f" };
    const dimension = { id: "d", role: "dimension" };
    expect(plays.columns.filter((c) => r.isKept(fact, plays, c.name))).toHaveLength(6);
    expect(songs.columns.filter((c) => r.isKept(dimension, songs, c.name)).map((c) => c.name)).toEqual(["title", "artist_id"]);
    expect(r.isKept({ id: "f", columns: [] }, plays, "ms")).toBe(true);
  });

  it("are kept where the table has them, and computed ones stay", () => {
    const next = r.keepColumn(text, "plays", "page", true, plays);
    expect(next).toContain(`columns: [user_id, song_id, page, {name: seconds, expr: "ms / 1000"}, ts]`);
    expect(r.keepColumn(next, "plays", "page", false, plays)).toBe(text);
  });

  it("are written out when the default is left", () => {
    expect(parse(r.keepColumn(text, "songs", "title", false, songs)).model.entities[1]?.columns).toEqual([{ name: "artist_id" }]);
    expect(parse(r.keepColumn(text, "songs", "song_id", true, songs)).model.entities[1]?.columns?.map((c) => c.name)).toEqual(["song_id", "title", "artist_id"]);
  });

  it("keep the last one, since none would mean all", () => {
    const one = r.keepColumn(text, "songs", "title", false, songs);
    expect(r.keepColumn(one, "songs", "artist_id", false, songs)).toBe(one);
  });

  it("know a renamed column by what it is", () => {
    const renamed = text.replace("user_id, song_id, {", "{name: who, expr: user_id}, song_id, {");
    const entity = parse(renamed).model.entities[0];
    expect(entity && r.isKept(entity, plays, "user_id")).toBe(true);
    expect(entity && r.computedOf(entity, plays)).toEqual([{ name: "seconds", expr: "ms / 1000" }]);
    expect(r.keepColumn(renamed, "plays", "user_id", false, plays)).toContain(`columns: [song_id, {`);
  });
});

describe("joins", () => {
  it("have ids that tell two of the same ends apart", () => {
    expect(r.joinIds([{ from: "a", to: "b" }, { from: "b", to: "a" }, { from: "a", to: "b" }])).toEqual(["a=b", "b=a", "a=b#1"]);
  });

  it("go with the comments that are theirs", () => {
    const next = r.removeJoins(text, ["songs=artists"]);
    expect(parse(next).model.joins.map((j) => j.to)).toEqual(["songs", "likes"]);
    expect(next).not.toContain("Who sang it");
    expect(r.removeJoins(text, ["a=b"])).toBe(text);
  });

  it("are changed in place", () => {
    expect(lines(text, r.setJoin(text, "plays=songs", ["wait"], "5s"))).toEqual(["  - {from: plays, to: songs, wait: 5s} # as of the play"]);
    expect(parse(r.setKeys(text, "plays=likes", [{ from: "user_id", to: "user" }])).model.joins[2]?.on).toEqual([{ from: "user_id", to: "user" }]);
    expect(parse(r.setKeys(text, "songs=artists", [])).model.joins[1]?.on).toBeUndefined();
  });

  it("turn around, cardinality and bounds with them", () => {
    const { joins } = parse(r.turnJoin(text, "plays=likes")).model;
    expect(joins[2]).toEqual({ from: "likes", to: "plays", on: [{ from: "user", to: "user_id" }, { from: "song", to: "song_id" }], before: "30m" });
    expect(parse(r.turnJoin(text, "plays=songs")).model.joins[0]).toEqual({ from: "songs", to: "plays", cardinality: "one_to_many" });
  });

  it("meet in another way", () => {
    const keyed = r.setMeeting(text, "plays=likes", "keyed");
    expect(parse(keyed).model.joins[2]).toMatchObject({ ttl: "1d" });
    expect(parse(keyed).model.joins[2]?.after).toBeUndefined();
    expect(r.setMeeting(text, "plays=likes", "interval")).toBe(text);
    expect(parse(r.setMeeting(keyed, "plays=likes", "interval")).model.joins[2]).toMatchObject({ after: "30m" });
  });

  it("have their values as the text writes them", () => {
    expect(r.joinValues(text, "plays=likes")).toEqual({ on: [{ from: "user_id", to: "user" }, { from: "song_id", to: "song" }], cardinality: "one_to_many", after: "30m" });
    expect(r.entityValues(text, "plays").columns).toEqual(["user_id", "song_id", { name: "seconds", expr: "ms / 1000" }, "ts"]);
  });
});
