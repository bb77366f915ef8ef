package query

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"millrace/assets/grants"
	"millrace/models/diag"
	"millrace/server/query"
)

const numbers = `tables:
  ads.a.numbers:
    kind: store
    columns: [{name: n, type: uint64, nullable: false}, {name: one, type: int32, nullable: false}, {name: s, type: string, nullable: false}]
    sink: {component: clickhouse, params: {connection: olap, table: ads.a.numbers, physical: $db.numbers}}
`

const (
	numbersDDL  = "CREATE TABLE $db.numbers (n UInt64, one Int32, s String) ENGINE = MergeTree ORDER BY n"
	numbersRows = "INSERT INTO $db.numbers SELECT number, 1, repeat('x', 100) FROM numbers(200000)"
	// endless joins every row with every row.
	endless = "SELECT COUNT(*) AS n FROM ads.a.numbers AS a JOIN ads.a.numbers AS b ON a.one = b.one WHERE a.s <> b.s OR a.n > b.n"
)

// codeOf is the code of the diagnostic in an error.
func codeOf(err error) string {
	var list diag.List
	var one diag.Diagnostic
	switch {
	case errors.As(err, &list):
		return string(list[0].Code)
	case errors.As(err, &one):
		return string(one.Code)
	}
	return fmt.Sprint(err)
}

// TestLimits ends queries by each limit.
func TestLimits(t *testing.T) {
	ask := func(l query.Limits, text string, most int64) (*answer, error) {
		w := newWorld(t, l, numbers, numbersDDL, numbersRows)
		return w.ask(t.Context(), text, most)
	}
	a, err := ask(query.Limits{Rows: 1000}, "SELECT n FROM ads.a.numbers", 0)
	require.NoError(t, err)
	require.Len(t, a.rows, 1000)
	require.True(t, a.sum.More)
	require.Equal(t, "rows", a.sum.Limit)
	require.Less(t, a.sum.RowsRead, int64(200_000), "the server stops early")

	a, err = ask(query.Limits{}, "SELECT n FROM ads.a.numbers ORDER BY n DESC LIMIT 5", 10)
	require.NoError(t, err)
	require.Equal(t, []string{`{"n":199999}`, `{"n":199998}`, `{"n":199997}`, `{"n":199996}`, `{"n":199995}`}, a.rows)
	require.False(t, a.sum.More, "as many as were asked for")

	a, err = ask(query.Limits{Bytes: 1000}, "SELECT s FROM ads.a.numbers", 0)
	require.NoError(t, err)
	require.Len(t, a.rows, 9)
	require.Equal(t, "bytes", a.sum.Limit)

	began := time.Now()
	_, err = ask(query.Limits{Time: time.Second}, endless, 0)
	require.ErrorIs(t, err, diag.ErrLimit)
	require.Contains(t, codeOf(err), "time_limit")
	require.Less(t, time.Since(began), 20*time.Second)

	_, err = ask(query.Limits{RowsToRead: 1000}, "SELECT COUNT(*) AS n FROM ads.a.numbers WHERE s LIKE 'y%'", 0)
	require.ErrorIs(t, err, diag.ErrLimit)
	require.Equal(t, "clickhouse.read_limit", codeOf(err))

	_, err = ask(query.Limits{Memory: 4 << 20}, "SELECT s, n, COUNT(*) AS c FROM ads.a.numbers GROUP BY s, n", 0)
	require.ErrorIs(t, err, diag.ErrLimit)
	require.Equal(t, "clickhouse.memory_limit", codeOf(err))
}

// runs reports whether the server runs a query of the id.
func (w *world) runs(id string) bool {
	return w.db.Text("SELECT count() FROM system.processes WHERE startsWith(query_id, '"+id+"')") != "0"
}

// TestCancel ends queries from outside, and looks for them at the server.
func TestCancel(t *testing.T) {
	w := newWorld(t, query.Limits{PerUser: 1}, numbers, numbersDDL, numbersRows)
	start := func(ctx context.Context) (id string, done chan error) {
		p, err := w.service.Prepare(ctx, ann(), endless)
		require.NoError(t, err)
		begun, done := make(chan string, 1), make(chan error, 1)
		go func() {
			_, err := p.Run(ctx, 0, &answer{first: func(id string) { begun <- id }})
			done <- err
		}()
		select {
		case id = <-begun:
		case err := <-done:
			require.NoError(t, err)
		}
		require.Eventually(t, func() bool { return w.runs(id) }, 20*time.Second, 10*time.Millisecond)
		return id, done
	}
	gone := func(id string) {
		require.Eventually(t, func() bool { return !w.runs(id) }, 10*time.Second, 10*time.Millisecond, "it still runs at the server")
		require.Empty(t, w.service.Running(ann(), true))
	}

	id, done := start(t.Context())
	require.Len(t, w.service.Running(ann(), false), 1)
	require.Empty(t, w.service.Running(grants.Principal{Subject: "user:bob"}, false))
	_, err := w.ask(t.Context(), endless, 0)
	require.ErrorIs(t, err, diag.ErrLimit)
	require.Equal(t, "query.too_many", codeOf(err))
	require.ErrorIs(t, w.service.Cancel(grants.Principal{Subject: "user:bob"}, id, false), diag.ErrNotFound)
	require.NoError(t, w.service.Cancel(ann(), id, false))
	err = <-done
	require.Equal(t, "query.cancelled", codeOf(err))
	gone(id)

	ctx, leave := context.WithCancel(t.Context())
	id, done = start(ctx)
	leave()
	require.ErrorIs(t, <-done, context.Canceled)
	gone(id)
	require.ErrorIs(t, w.service.Cancel(ann(), id, true), diag.ErrNotFound)
}

// TestRefused refuses by place what is no question, and what may not be asked.
func TestRefused(t *testing.T) {
	w := newWorld(t, query.Limits{}, `  other: {component: clickhouse, params: {addresses: ["127.0.0.1:1"]}}
  queue: {component: kafka, params: {brokers: ["127.0.0.1:1"]}}
`+numbers+`  ads.a.there: {kind: store, columns: [{name: n, type: int64}], sink: {component: clickhouse, params: {connection: other, table: ads.a.there}}}
  ads.a.hidden: {kind: store, columns: [{name: n, type: int64}], sink: {component: clickhouse, params: {connection: olap, table: ads.a.hidden}}}
  ads.a.unreadable: {kind: store, columns: [{name: n, type: int64}], sink: {component: clickhouse, params: {connection: olap, table: ads.a.unreadable}}}
  ads.a.missing: {kind: store, columns: [{name: n, type: int64}], sink: {component: clickhouse, params: {connection: olap, table: ads.a.missing, physical: $db.missing}}}
  ads.a.drifted: {kind: store, columns: [{name: nn, type: int64}], sink: {component: clickhouse, params: {connection: olap, table: ads.a.drifted, physical: $db.numbers}}}
  ads.a.retyped: {kind: store, columns: [{name: s, type: int64}], sink: {component: clickhouse, params: {connection: olap, table: ads.a.retyped, physical: $db.numbers}}}
  ods.a.events: {kind: stream, columns: [{name: n, type: int64}], source: {component: kafka, params: {connection: queue, topic: events}}}
`, numbersDDL)
	for text, want := range map[string]string{
		"INSERT INTO ads.a.numbers SELECT * FROM ads.a.numbers":                    "1:1 query.statement",
		"CREATE TEMPORARY VIEW v AS SELECT n FROM ads.a.numbers;\nSELECT * FROM v": "1:1 query.statement",
		"DROP TABLE ads.a.numbers":                                                 "1:1 query.statement",
		"SELECT n FROM ads.a.numbers;\nSELECT n FROM ads.a.numbers":                "2:1 query.statement",
		"SELECT n FROM ads.a.numbers; USE ads.a":                                   "1:30 query.statement",
		"":                                                                         "0:0 query.statement",
		"SELECT x.n\nFROM ads.a.numbers AS x\nJOIN ads.a.there AS y ON x.n = y.n": "3:12 query.several_connections",
		"SELECT n FROM ods.a.events":     "1:21 query.not_in_clickhouse",
		"SELECT n FROM ads.a.hidden":     "1:15 query.unknown_table",
		"SELECT n FROM ads.a.nothing":    "1:15 query.unknown_table",
		"SELECT n FROM ads.a.unreadable": "1:15 grants.denied",
		"SELECT m FROM ads.a.numbers":    "1:8 query.unknown_column",
		"SELECT":                         "1:7 sql.syntax",
		"SELECT n FROM ads.a.missing":    "0:0 clickhouse.table_missing",
		"SELECT nn FROM ads.a.drifted":   "0:0 clickhouse.column_missing",
		"SELECT s FROM ads.a.retyped":    "0:0 clickhouse.column_type",
		"SELECT n FROM system.tables.x":  "1:15 query.unknown_table",
	} {
		_, err := w.ask(t.Context(), text, 0)
		require.Error(t, err, text)
		var list diag.List
		at := diag.Pos{}
		if errors.As(err, &list) {
			at = list[0].Span.Start
			require.ErrorIs(t, err, diag.ErrInvalid, text)
		}
		assert.Equal(t, want, fmt.Sprintf("%d:%d %s", at.Line, at.Column, codeOf(err)), "%s: %v", text, err)
		if strings.Contains(text, "hidden") {
			require.NotContains(t, err.Error(), "hidden,")
		}
	}
}

// TestHostile sends names and literals that would be more than that in ClickHouse's SQL.
func TestHostile(t *testing.T) {
	hostile := []string{"'; DROP TABLE canary; --", `\'; DROP TABLE canary; --`, "`", "``", "a`b", `\`, `\\`, "') UNION ALL SELECT 1 --", "{n:UInt64}", "?", "$1", "/*", "*/", "--", "#",
		"\n", "\x00", "%s%d", "${x}", "FORMAT TSV", "SETTINGS readonly = 0", "'", "''", `"`, "\u202e", "😀'"}
	w := newWorld(t, query.Limits{}, numbers+"  ads.a.odd:\n    kind: store\n    columns: [{name: \"x'); DROP TABLE canary; --\", type: int64}, {name: \"a`b\\\\\", type: string}, {name: \"select\", type: int64}, {name: mr_code, type: int64}]\n"+
		"    sink: {component: clickhouse, params: {connection: olap, table: ads.a.odd, physical: $db.odd}}\n",
		numbersDDL, "INSERT INTO $db.numbers VALUES (1, 1, 'x')", "CREATE TABLE $db.canary (n Int64) ENGINE = MergeTree ORDER BY n",
		"CREATE TABLE $db.odd (`x'); DROP TABLE canary; --` Nullable(Int64), `a\\`b\\\\` Nullable(String), `select` Nullable(Int64), mr_code Nullable(Int64)) ENGINE = MergeTree ORDER BY tuple()",
		"INSERT INTO $db.odd VALUES (1, 'it''s', 2, 3)")
	for _, h := range hostile {
		literal := "'" + strings.ReplaceAll(h, "'", "''") + "'"
		a, err := w.ask(t.Context(), "SELECT "+literal+" AS x, CHAR_LENGTH("+literal+") AS l, s = "+literal+" AS same FROM ads.a.numbers", 0)
		require.NoError(t, err, "%q", h)
		require.Len(t, a.rows, 1)
		require.Contains(t, a.rows[0], fmt.Sprintf(`"l":%d,"same":false`, len([]rune(h))), "%q", h)
		name := "`" + strings.ReplaceAll(h, "`", "``") + "`"
		a, err = w.ask(t.Context(), "SELECT n AS "+name+" FROM ads.a.numbers AS t WHERE n = 1 ORDER BY "+name, 0)
		if err == nil {
			require.Equal(t, h, strings.TrimSuffix(a.columns[0], " uint64 not null"))
			require.Len(t, a.rows, 1)
		} else {
			require.ErrorIs(t, err, diag.ErrInvalid, "%q", h)
		}
	}
	require.Equal(t, []string{"{\"x'); DROP TABLE canary; --\":1,\"a`b\\\\\":\"it's\",\"select\":2,\"mr_code\":3}"}, w.rows("SELECT * FROM ads.a.odd"))
	require.Equal(t, []string{`{"n":2}`}, w.rows("SELECT `x'); DROP TABLE canary; --` + 1 AS n FROM ads.a.odd WHERE `a``b\\` = 'it''s' AND `select` = 2 AND mr_code = 3"))
	require.Equal(t, "1", w.db.Text("SELECT count() FROM system.tables WHERE database = '$db' AND name = 'canary'"))
}
