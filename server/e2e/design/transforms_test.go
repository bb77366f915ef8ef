package design

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse/design"
)

// listens are a few listens, an event each.
var listens = values("{name: id, type: int64, nullable: false}, {name: ts, type: timestamp(3), nullable: false}, {name: user, type: string, nullable: false}, {name: song, type: int64}, {name: ms, type: int64, nullable: false}, {name: price, type: \"decimal(9, 2)\"}, {name: tags, type: array<string>}",
	", key: [id], event_time: ts",
	`{"id": 1, "ts": "2026-01-01T00:00:01Z", "user": "ann", "song": 7, "ms": 1000, "price": 0.10, "tags": ["a", "b"]}`,
	`{"id": 2, "ts": "2026-01-01T00:00:02Z", "user": "ann", "song": 8, "ms": 2000, "price": 0.20, "tags": []}`,
	`{"id": 3, "ts": "2026-01-01T00:00:59.999Z", "user": "bob", "song": 7, "ms": 3000, "tags": ["🎵", null]}`,
	`{"id": 4, "ts": "2026-01-01T00:01:00Z", "user": "ann", "song": 7, "ms": 4000, "price": -0.30, "tags": []}`,
	`{"id": 5, "ts": "2026-01-01T00:01:01Z", "user": "bob", "song": 9, "ms": 5000, "price": 9999999.99, "tags": ["c"]}`,
)

// appended are outputs of transforms that only add rows.
func appended() []output {
	merge := func(t *testing.T, p design.Proposal) { require.Equal(t, design.MergeTree, p.Engine) }
	return []output{
		{name: "filtered", from: "shape", edges: "rows -> long, long -> shape", columns: "id, seconds, who", proposal: merge,
			nodes: listens + `  - {id: long, component: filter, params: {where: "ms > 1500"}}
  - {id: shape, component: compute, params: {columns: [id, "ms / 1000.0 AS seconds", "UPPER(user) AS who"]}}
`, want: []string{`[2, "2", "ANN"]`, `[3, "3", "BOB"]`, `[4, "4", "ANN"]`, `[5, "5", "BOB"]`}},
		{name: "minutes", from: "minute", edges: "rows -> minute", columns: "toUnixTimestamp(window_start), user, plays, ms, mean, least", proposal: merge,
			nodes: listens + `  - id: minute
    component: window
    params: {size: 1m, group_by: [user], aggregates: [count(*) AS plays, sum(ms) AS ms, avg(ms) AS mean, min(price) AS least]}
`, want: []string{`[1767225600, "ann", 2, 3000, 1500, "0.1"]`, `[1767225600, "bob", 1, 3000, 3000, null]`, `[1767225660, "ann", 1, 4000, 4000, "-0.3"]`, `[1767225660, "bob", 1, 5000, 5000, "9999999.99"]`}},
		{name: "hops", from: "hop", edges: "rows -> hop", columns: "toUnixTimestamp(window_start), plays", proposal: merge,
			nodes: listens + "  - {id: hop, component: window, params: {kind: hop, size: 2m, slide: 1m, aggregates: [count(*) AS plays]}}\n",
			want:  []string{`[1767225540, 3]`, `[1767225600, 5]`, `[1767225660, 2]`}},
		{name: "firsts", from: "once", edges: "rows -> once", columns: "id, user, song", proposal: merge,
			nodes: listens + "  - {id: once, component: dedupe, params: {key: [user, song], within: 1h}}\n",
			want:  []string{`[1, "ann", 7]`, `[2, "ann", 8]`, `[3, "bob", 7]`, `[5, "bob", 9]`}},
		{name: "both", from: "both", edges: "rows -> ann, rows -> bob, ann -> both, bob -> both", columns: "id", proposal: merge,
			nodes: listens + `  - {id: ann, component: filter, params: {where: "user = 'ann'"}}
  - {id: bob, component: filter, params: {where: "ms >= 3000"}}
  - {id: both, component: union}
`, want: []string{`[1]`, `[2]`, `[3]`, `[4]`, `[4]`, `[5]`}},
		{name: "tags", from: "each", edges: "rows -> each", columns: "id, tag, place", proposal: merge,
			nodes: listens + "  - {id: each, component: unnest, params: {column: tags, names: [tag, place], ordinality: true, outer: true}}\n",
			want:  []string{`[1, "a", 1]`, `[1, "b", 2]`, `[2, null, null]`, `[3, "🎵", 1]`, `[3, null, 2]`, `[4, null, null]`, `[5, "c", 1]`}},
	}
}

// songFile is the changes of a table of songs; the last one of each key counts.
const songFile = `{"op":"c","id":1,"part":"a","title":"one","plays":1,"tags":["x"],"price":1.50}
{"op":"c","id":2,"part":"a","title":"two","plays":2,"tags":[],"price":2.50}
{"op":"c","id":3,"part":"a","title":"three","plays":18446744073709551615,"tags":[],"price":99999999999999999999999999999999999.999}
{"op":"c","id":1,"part":"b","title":"other","plays":4,"tags":[],"price":4}
{"op":"-U","id":1,"part":"a","title":"one","plays":1,"tags":["x"],"price":1.50}
{"op":"+U","id":1,"part":"a","title":"uno 🎵","plays":null,"tags":["y",null],"price":null}
{"op":"d","id":2,"part":"a"}
{"op":"d","id":9,"part":"z","plays":null,"tags":[]}
{"op":"u","id":4,"part":"a","title":null,"plays":5,"tags":[],"price":-0.001}
{"op":"d","id":4,"part":"a","tags":[]}
{"op":"c","id":4,"part":"a","title":"four again","plays":6,"tags":[],"price":0}
`

const songTable = `  ods.t.songs:
    kind: changelog
    columns: [{name: id, type: int64, nullable: false}, {name: part, type: string, nullable: false}, {name: title, type: string}, {name: plays, type: uint64}, {name: tags, type: array<string>}, {name: price, type: "decimal(38, 3)"}]
    key: [id, part]
    source: {component: file, params: {path: $dir/songs.ndjson, changelog: upsert, op_column: op}}
`

// changing are outputs whose rows change.
func changing() []output {
	replaces := func(key ...string) func(*testing.T, design.Proposal) {
		return func(t *testing.T, p design.Proposal) {
			require.Equal(t, design.Replacing, p.Engine)
			require.ElementsMatch(t, key, p.OrderBy)
			require.Equal(t, p.Table+"_current", p.View)
		}
	}
	songs := "  - {id: songs, component: table, params: {table: ods.t.songs}}\n"
	return []output{
		{name: "songs", from: "songs", tables: songTable, files: map[string]string{"songs.ndjson": songFile}, nodes: songs, columns: "id, part, title, plays, tags, price", proposal: replaces("id", "part"),
			want: []string{`[1, "a", "uno 🎵", null, ["y", null], null]`, `[3, "a", "three", 18446744073709551615, [], "99999999999999999999999999999999999.999"]`, `[1, "b", "other", 4, [], "4"]`, `[4, "a", "four again", 6, [], "0"]`}},
		{name: "completed", from: "whole", nodes: songs + "  - {id: whole, component: normalize}\n", edges: "songs -> whole", columns: "id, part, title", proposal: replaces("id", "part"),
			want: []string{`[1, "a", "uno 🎵"]`, `[3, "a", "three"]`, `[1, "b", "other"]`, `[4, "a", "four again"]`}},
		{name: "corrected", from: "totals", edges: "songs -> whole, whole -> totals", columns: "part, songs, price, least", proposal: replaces("part"),
			nodes: songs + `  - {id: whole, component: normalize}
  - {id: totals, component: aggregate, params: {group_by: [part], aggregates: [count(*) AS songs, sum(price) AS price, min(title) AS least]}}
`, want: []string{`["a", 3, "99999999999999999999999999999999999.999", "four again"]`, `["b", 1, "4", "other"]`}},
		{name: "totals", from: "totals", edges: "rows -> totals", columns: "user, plays, songs, ms", proposal: replaces("user"),
			nodes: listens + "  - {id: totals, component: aggregate, params: {group_by: [user], aggregates: [count(*) AS plays, count(DISTINCT song) AS songs, sum(ms) AS ms]}}\n",
			want:  []string{`["ann", 3, 2, 7000]`, `["bob", 2, 2, 8000]`}},
		{name: "top", from: "best", edges: "rows -> best", columns: "user, place, id, ms", proposal: replaces("id"),
			nodes: listens + "  - {id: best, component: rank, params: {partition_by: [user], order_by: [{column: ms, desc: true}], to: 2, number: place}}\n",
			want:  []string{`["ann", 1, 4, 4000]`, `["ann", 2, 2, 2000]`, `["bob", 1, 5, 5000]`, `["bob", 2, 3, 3000]`}},
		{name: "latest", from: "last", edges: "rows -> last", columns: "user, id, tags", proposal: replaces("user"),
			nodes: listens + "  - {id: last, component: rank, params: {partition_by: [user], order_by: [{column: ts, desc: true}], to: 1}}\n",
			want:  []string{`["ann", 4, []]`, `["bob", 5, ["c"]]`}},
		{name: "filtered_songs", from: "some", edges: "songs -> whole, whole -> some", columns: "id, part, plays", proposal: replaces("id", "part"),
			nodes: songs + `  - {id: whole, component: normalize}
  - {id: some, component: filter, params: {where: "plays IS NULL OR plays > 5"}}
`, want: []string{`[1, "a", null]`, `[3, "a", 18446744073709551615]`, `[4, "a", 6]`}},
		{name: "joined", from: "each", edges: "rows -> ids, ids -> with, songs -> whole, whole -> names, names -> with, with -> each", columns: "id, parts, titles", proposal: replaces("id"),
			nodes: listens + songs + `  - {id: ids, component: compute, params: {columns: [id, "song - 6 AS song"]}}
  - {id: whole, component: normalize}
  - {id: names, component: compute, params: {columns: ["id AS sid", part, title]}}
  - {id: with, component: join, params: {kind: inner, on: [{left: song, right: sid}]}}
  - {id: each, component: aggregate, params: {group_by: [id], aggregates: [count(*) AS parts, min(title) AS titles]}}
`, want: []string{`[1, 2, "other"]`, `[3, 2, "other"]`, `[4, 2, "other"]`, `[5, 1, "three"]`}},
	}
}
