import { describe, expect, it } from "vitest";
import * as j from "./joins";
import type { Table } from "./relational";
import { parse } from "./text";

const { model } = parse(`kind: relational_model
entities:
  - {id: plays, table: a.b.plays}
  - {id: likes, table: a.b.likes}
  - {id: songs, table: a.b.songs, role: dimension}
  - {id: artists, table: a.b.artists, role: dimension}
  - {id: users, table: a.b.users, role: dimension}
  - {id: cleaned}
joins:
  - {from: plays, to: songs}
  - {from: songs, to: artists, on: [{from: artist_id, to: id}]}
nodes: [{id: wash, component: filter}, {id: out, component: console}]
edges: [wide -> out]
`);

function table(key: string[], columns: Record<string, string>): Table {
  return { key, columns: Object.entries(columns).map(([name, type]) => ({ name, type })) };
}

const all: Record<string, Table> = {
  plays: table(["play_id"], { play_id: "string", user_id: "int64", song_id: "int64", page: "string" }),
  likes: table([], { play_id: "string", user_id: "int64", liked: "bool" }),
  songs: table(["song_id"], { song_id: "int64", title: "string", artist_id: "int64" }),
  artists: table(["id"], { id: "int64", name: "string" }),
  users: table(["id"], { id: "int64", region: "string" }),
};
const tables = (id: string): Table => all[id] ?? { key: [], columns: [] };
const ends = (from: string, to: string, rest: Partial<j.Ends> = {}): j.Ends => {
  const [f = "", fromColumn] = from.split(".");
  const [t = "", toColumn] = to.split(".");
  return { from: f, to: t, ...(fromColumn ? { fromColumn } : {}), ...(toColumn ? { toColumn } : {}), ...rest };
};

describe("wish", () => {
  it("joins column to column", () => {
    expect(j.wish(model, tables, ends("plays.user_id", "users.id"))).toEqual({ join: { from: "plays", to: "users", on: [{ from: "user_id", to: "id" }] } });
  });
  it("leads from facts to dimensions, however it was drawn", () => {
    expect(j.wish(model, tables, ends("users.id", "plays.user_id"))).toEqual({ join: { from: "plays", to: "users", on: [{ from: "user_id", to: "id" }] } });
  });
  it("finds the columns where only entities are said", () => {
    expect(j.wish(model, tables, ends("plays", "users"))).toEqual({ join: { from: "plays", to: "users", on: [{ from: "user_id", to: "id" }] } });
    expect(j.wish({ ...model, joins: [] }, tables, ends("plays", "songs"))).toEqual({ join: { from: "plays", to: "songs" } });
    expect(j.wish(model, tables, ends("likes", "cleaned"))).toEqual({ join: { from: "likes", to: "cleaned", cardinality: "many_to_many", after: "30m" } });
  });
  it("bounds the time between two facts, and reads how many belong together from the keys", () => {
    expect(j.wish(model, tables, ends("plays.play_id", "likes.play_id"))).toEqual({ join: { from: "plays", to: "likes", on: [{ from: "play_id", to: "play_id" }], cardinality: "one_to_many", after: "30m" } });
    expect(j.wish(model, tables, ends("likes.play_id", "plays.play_id"))).toEqual({ join: { from: "likes", to: "plays", on: [{ from: "play_id", to: "play_id" }], after: "30m" } });
  });
  it.each([
    ["plays", "plays", "joinSelf"],
    ["plays.song_id", "songs.song_id", "joinTwice"],
    ["plays", "songs", "joinTwice"],
    ["plays.page", "users.id", "joinTypes"],
    ["plays.page", "users.region", "joinKey"],
    ["likes.user_id", "songs.song_id", "joinParent"],
    ["artists.id", "users.region", "joinTypes"],
    ["plays.page", "songs.title", "joinKey"],
  ])("%s with %s is refused: %s", (from, to, code) => {
    expect(j.wish(model, tables, ends(from, to))).toMatchObject({ refused: { code } });
  });
  it("finds circles", () => {
    const facts = parse("entities: [{id: a}, {id: b}, {id: c}]\njoins: [{from: a, to: b}, {from: b, to: c}]\n").model;
    // Drawn back it is the same circle's second parent.
    expect(j.wish(facts, tables, ends("c", "a"))).toEqual({ refused: { code: "joinCycle" } });
  });
  it("adds a pair to a join that is there", () => {
    const two = { ...all, songs: table(["song_id", "page"], { song_id: "int64", page: "string" }) };
    expect(j.wish(model, (id) => two[id as keyof typeof two] ?? { key: [], columns: [] }, ends("songs.song_id", "plays.user_id"))).toEqual({ adds: "plays=songs", key: { from: "user_id", to: "song_id" } });
  });
  it("takes the place of another join", () => {
    expect(j.wish(model, tables, ends("likes.user_id", "songs.song_id", { instead: "plays=songs" }))).toEqual({ join: { from: "likes", to: "songs", on: [{ from: "user_id", to: "song_id" }] } });
  });
});

describe("what a join says by default", () => {
  const of = (text: string) => parse(`entities: [{id: f}, {id: g}, {id: d, role: dimension}]\njoins: [${text}]\n`).model;
  it.each([
    ["{from: f, to: d}", "temporal"],
    ["{from: f, to: g, after: 5m}", "interval"],
    ["{from: f, to: g, ttl: 1d}", "keyed"],
    ["{from: f, to: g}", undefined],
    ["{from: f, to: d, match: keyed}", "keyed"],
  ])("%s: %s", (text, match) => {
    const m = of(text);
    const [join] = m.joins;
    expect(join && j.matchOf(m, join)).toBe(match);
  });
  it("is one root, and rows that may become several", () => {
    expect(j.rootsOf(model)).toEqual(["plays", "likes", "users", "cleaned"]);
    expect(j.multiplies(model)).toBe(false);
    expect(j.multiplies(of("{from: f, to: g, cardinality: one_to_many, ttl: 1d}"))).toBe(true);
    expect(j.multiplies(of("{from: f, to: g, cardinality: one_to_many, ttl: 1d, join: semi}"))).toBe(false);
  });
});

describe("flowRefusal", () => {
  it.each([
    ["plays", "out", "joinOutput"],
    ["wash", "wide", "joinInto"],
    ["wash", "plays", "joinRows"],
    ["wash", "cleaned", undefined],
    ["wide", "out", undefined],
  ])("%s to %s: %s", (from, to, code) => expect(j.flowRefusal(model, from, to)?.code).toBe(code));
});
