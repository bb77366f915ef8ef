package query

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/server/query"
)

const plays = `tables:
  ads.a.plays:
    kind: store
    columns:
      - {name: id, type: int64, nullable: false}
      - {name: n, type: int32}
      - {name: small, type: uint8}
      - {name: big, type: uint64}
      - {name: price, type: "decimal(38, 10)"}
      - {name: score, type: float64}
      - {name: page, type: string}
      - {name: kind, type: string}
      - {name: day, type: date}
      - {name: ts, type: timestamp(3)}
      - {name: fine, type: timestamp(6)}
      - {name: ok, type: boolean}
      - {name: extra, type: json}
      - {name: tags, type: "array<string>"}
      - {name: counts, type: "map<string, int64>"}
      - {name: device, type: "row<os string, seen timestamp(3)>"}
    sink: {component: clickhouse, params: {connection: olap, table: ads.a.plays, physical: $db.plays}}
`

const playsDDL = `CREATE TABLE $db.plays (id Int64, n Nullable(Int32), small Nullable(UInt8), big Nullable(UInt64), price Nullable(Decimal(38, 10)), score Nullable(Float64),
	page LowCardinality(Nullable(String)), kind Enum8('play' = 1, 'skip' = 2), day Nullable(Date32), ts Nullable(DateTime64(3, 'Asia/Shanghai')), fine Nullable(DateTime64(6, 'UTC')),
	ok Nullable(Bool), extra Nullable(String), tags Array(Nullable(String)), counts Map(String, Nullable(Int64)), device Tuple(os Nullable(String), seen Nullable(DateTime64(3, 'UTC')))
) ENGINE = MergeTree ORDER BY id`

const playsRows = `INSERT INTO $db.plays VALUES
	(1, -2147483648, 255, 18446744073709551615, 1234567890123456789012345678.0123456789, 0.1, '云🎵', 'play', '1900-01-01', '2025-01-02 03:04:05.678', '2025-01-02 03:04:05.678901', true, '{"a": [1, null]}', ['x', NULL, ''], {'b': 2, 'a': NULL}, ('linux', '2025-01-02 03:04:05.678')),
	(2, NULL, NULL, NULL, NULL, NULL, NULL, 'skip', NULL, NULL, NULL, NULL, NULL, [], {}, (NULL, NULL)),
	(3, 7, 0, 0, -0.5, nan, 'it''s \\ "q"', 'play', '2299-12-31', '1970-01-01 08:00:00', '1970-01-01 00:00:00', false, 'null', ['y'], {}, ('', NULL))`

// TestAnswers asks for values of all types at their edges, and in orders.
func TestAnswers(t *testing.T) {
	w := newWorld(t, query.Limits{}, plays, playsDDL, playsRows)
	a, err := w.ask(t.Context(), "SELECT * FROM ads.a.plays ORDER BY id", 0)
	require.NoError(t, err)
	require.Equal(t, []string{
		`{"id":1,"n":-2147483648,"small":255,"big":18446744073709551615,"price":1234567890123456789012345678.0123456789,"score":0.1,"page":"云🎵","kind":"play","day":"1900-01-01",` +
			`"ts":"2025-01-01T19:04:05.678Z","fine":"2025-01-02T03:04:05.678901Z","ok":true,"extra":{"a": [1, null]},"tags":["x",null,""],"counts":[["b",2],["a",null]],"device":{"os":"linux","seen":"2025-01-02T03:04:05.678Z"}}`,
		`{"id":2,"n":null,"small":null,"big":null,"price":null,"score":null,"page":null,"kind":"skip","day":null,"ts":null,"fine":null,"ok":null,"extra":null,"tags":[],"counts":[],"device":{"os":null,"seen":null}}`,
		`{"id":3,"n":7,"small":0,"big":0,"price":-0.5000000000,"score":"NaN","page":"it's \\ \"q\"","kind":"play","day":"2299-12-31","ts":"1970-01-01T00:00:00Z","fine":"1970-01-01T00:00:00Z",` +
			`"ok":false,"extra":null,"tags":["y"],"counts":[],"device":{"os":"","seen":null}}`,
	}, a.rows)
	require.Equal(t, "id int64 not null", a.columns[0])
	require.EqualValues(t, 3, a.sum.Rows)
	require.EqualValues(t, 3, a.sum.RowsRead)
	require.False(t, a.sum.More)
	require.Equal(t, []string{"ads.a.plays"}, w.queried)

	for text, want := range map[string]string{
		"SELECT id FROM ads.a.plays ORDER BY n DESC NULLS FIRST":                                                          `2 3 1`,
		"SELECT id FROM ads.a.plays ORDER BY n":                                                                           `2 1 3`,
		"SELECT id FROM ads.a.plays ORDER BY score ASC NULLS LAST":                                                        `1 3 2`,
		"SELECT id FROM ads.a.plays ORDER BY score DESC NULLS LAST":                                                       `3 1 2`,
		"SELECT id FROM ads.a.plays ORDER BY id DESC LIMIT 1 OFFSET 1":                                                    `2`,
		"SELECT id FROM ads.a.plays ORDER BY id LIMIT 0":                                                                  ``,
		"SELECT id FROM ads.a.plays WHERE day > DATE '2000-01-01'":                                                        `3`,
		"SELECT COUNT(*) AS id FROM ads.a.plays":                                                                          `3`,
		"SELECT 7 / 2 AS id FROM ads.a.plays WHERE id = 1":                                                                `3`,
		"SELECT id FROM ads.a.plays WHERE id NOT IN (SELECT id FROM ads.a.plays)":                                         ``,
		"SET 'table.local-time-zone' = 'Asia/Shanghai'; SELECT EXTRACT(HOUR FROM ts) AS id FROM ads.a.plays WHERE id = 1": `3`,
		"USE ads.a; SELECT MAX(id) AS id FROM plays":                                                                      `3`,
		"SELECT x.id FROM ads.a.plays AS x JOIN ads.a.plays AS y ON x.id = y.small + 1 ORDER BY x.id":                     `1`,
		"SELECT CHAR_LENGTH(page) AS id FROM ads.a.plays WHERE id = 1":                                                    `2`,
	} {
		a, err := w.ask(t.Context(), text, 0)
		require.NoError(t, err, text)
		got := strings.NewReplacer(`{"id":`, "", "}", "").Replace(strings.Join(a.rows, " "))
		require.Equal(t, want, got, text)
	}
}

// TestKnown asks for what the catalog knows.
func TestKnown(t *testing.T) {
	w := newWorld(t, query.Limits{}, plays)
	require.Equal(t, []string{`{"table name":"plays"}`}, w.rows("USE ads.a; SHOW TABLES"))
	require.Contains(t, w.rows("DESCRIBE ads.a.plays"), `{"name":"price","type":"decimal(38, 10)","null":"true","key":"","watermark":""}`)
	explained := w.rows("EXPLAIN SELECT id FROM ads.a.plays WHERE id > 3")
	require.Contains(t, strings.Join(explained, "\n"), "filter")
	require.Empty(t, w.queried)
}

// TestChangesReadRight reads a table that keeps one row of each key, before and after it was merged.
func TestChangesReadRight(t *testing.T) {
	w := newWorld(t, query.Limits{}, `tables:
  dim.a.songs:
    kind: changelog
    columns: [{name: id, type: int64, nullable: false}, {name: title, type: string}]
    key: [id]
    sink: {component: clickhouse, params: {connection: olap, table: dim.a.songs, physical: $db.songs}}
`, `CREATE TABLE $db.songs (id Int64, title Nullable(String), _version UInt64, _deleted UInt8) ENGINE = ReplacingMergeTree(_version, _deleted) PARTITION BY _version ORDER BY id`,
		`SYSTEM STOP MERGES $db.songs`,
		`INSERT INTO $db.songs VALUES (1, 'one', 1, 0), (2, 'two', 1, 0), (3, 'three', 1, 0)`,
		`INSERT INTO $db.songs VALUES (1, 'uno', 2, 0), (2, 'two', 2, 1)`)
	want := []string{`{"id":1,"title":"uno"}`, `{"id":3,"title":"three"}`}
	require.Equal(t, want, w.rows("SELECT * FROM dim.a.songs ORDER BY id"))
	require.Equal(t, []string{`{"n":2}`}, w.rows("SELECT COUNT(*) AS n FROM dim.a.songs"))
	require.Equal(t, []string{`{"id":3}`}, w.rows("SELECT id FROM dim.a.songs WHERE title LIKE 't%'"))
}

// TestRejected counts rows that fail on the way, and does not answer with them.
func TestRejected(t *testing.T) {
	w := newWorld(t, query.Limits{}, plays, playsDDL, playsRows)
	a, err := w.ask(t.Context(), "SELECT id, 10 / small AS x FROM ads.a.plays ORDER BY id", 0)
	require.NoError(t, err)
	require.Equal(t, []string{`{"id":1,"x":0}`, `{"id":2,"x":null}`}, a.rows)
	require.Len(t, a.sum.Rejected, 1)
	require.EqualValues(t, 1, a.sum.Rejected[0].Rows)
	require.Equal(t, "division_by_zero", strings.TrimPrefix(a.sum.Rejected[0].Code, "row."))
}
