import { describe, expect, it } from "vitest";
import { fromClipboard, toClipboard } from "./clipboard";
import { clip, pasteNodes } from "./ops";
import { parse } from "./text";

const text = `format: 1
kind: relational_model
name: dwd.music.plays_wide
entities:
  - id: plays
    table: ods.music.play_events   # one row a play
    columns: [user_id, song_id, {name: seconds, expr: "ms / 1000"}, ts]
  - {id: songs, table: dim.music.songs, role: dimension}
  - {id: artists, table: dim.music.artists, role: dimension, key: [id]}
joins:
  - {from: plays, to: songs, on: [{from: song_id, to: song_id}]} # as of the play
  - {from: songs, to: artists, on: [{from: artist_id, to: id}], wait: 10s}
nodes:
  - {id: liked, component: filter, params: {where: "x > 1"}}
  - {id: out, component: console}
edges: [liked -> plays, wide -> out]
layout:
  plays: {x: 10, y: 20}
  songs: {x: 300, y: 20}
  wide: {x: 0, y: 400}
`;

const other = `format: 1
kind: relational_model
name: dwd.music.other
output: joined
entities:
  - {id: songs, table: dim.music.songs_old, role: dimension}
edges: []
`;

/** copied is what comes out of the clipboard of another tab. */
function copied(...ids: string[]) {
  const c = fromClipboard(toClipboard(clip(text, ids)));
  if (!c) throw new Error("nothing was copied");
  return c;
}

describe("entities on the clipboard", () => {
  it("are pasted as they were written, with the joins between them, under free ids", () => {
    const { text: next, ids } = pasteNodes(other, copied("plays", "songs", "wide"), { x: 100, y: 100 });
    expect(ids).toEqual(["plays", "songs_2"]);
    const { model } = parse(next);
    expect(model.entities).toEqual([
      { id: "songs", table: "dim.music.songs_old", role: "dimension" },
      { id: "plays", table: "ods.music.play_events", columns: [{ name: "user_id" }, { name: "song_id" }, { name: "seconds", expr: "ms / 1000" }, { name: "ts" }] },
      { id: "songs_2", table: "dim.music.songs", role: "dimension" },
    ]);
    expect(model.joins).toEqual([{ from: "plays", to: "songs_2", on: [{ from: "song_id", to: "song_id" }] }]);
    expect(model.layout).toEqual({ plays: { x: 100, y: 100 }, songs_2: { x: 390, y: 100 } });
    expect(next).toContain("columns: [user_id, song_id, {name: seconds");
  });

  it("leave out joins and edges of which one end stays behind", () => {
    expect(copied("songs").joins).toEqual([]);
    expect(copied("artists", "liked").edges).toEqual([]);
    const { model } = parse(pasteNodes(text, copied("songs", "artists")).text);
    expect(model.joins.map((j) => `${j.from}=${j.to}`)).toEqual(["plays=songs", "songs=artists", "songs_2=artists_2"]);
    expect(model.joins[2]?.wait).toBe("10s");
  });

  it("come with the flow that feeds them", () => {
    const { model } = parse(pasteNodes(other, copied("liked", "plays")).text);
    expect(model.edges).toEqual([{ from: "liked", to: "plays" }]);
    expect(model.nodes.map((n) => n.id)).toEqual(["liked"]);
  });

  it("are not called as the joined rows", () => {
    const { ids } = pasteNodes(other.replace("output: joined", "output: plays"), copied("plays"));
    expect(ids).toEqual(["plays_2"]);
  });

  it("stay out of what has no entities", () => {
    const view = "format: 1\nkind: view\nname: a.b.c\nnodes: [{id: plays, component: made}]\n";
    expect(pasteNodes(view, copied("plays", "songs")).text).toBe(view);
    const { text: next, ids } = pasteNodes(view, copied("plays", "liked"));
    expect(ids).toEqual(["liked"]);
    expect(parse(next).model.edges).toEqual([]);
    expect(parse(next).model.layout).toEqual({});
  });
});
