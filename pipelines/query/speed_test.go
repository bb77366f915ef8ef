package query_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/query"
)

// longScript is a script of some 200 lines: tables, views over views, joins, windows and inserts. n makes texts of one kind differ.
func longScript(n int) string {
	var b strings.Builder
	for i := range 8 {
		fmt.Fprintf(&b, `CREATE TABLE source_%d (
  user_id BIGINT NOT NULL,
  song_id BIGINT,
  event STRING,
  ms_played INT,
  ts TIMESTAMP(3) NOT NULL,
  WATERMARK FOR ts AS ts - INTERVAL '%d' SECOND
) WITH (
  'connector' = 'kafka',
  'connection' = 'events',
  'topic' = 'plays'
);
CREATE VIEW long_%d AS
SELECT user_id, song_id, ms_played / 1000.0 AS seconds, ts
FROM source_%d
WHERE event = 'play' AND ms_played > %d;
CREATE VIEW minutes_%d AS
SELECT window_start, user_id, count(*) AS plays, sum(seconds) AS seconds
FROM TABLE(TUMBLE(TABLE long_%d, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, user_id;
CREATE TABLE target_%d (user_id BIGINT, plays BIGINT) WITH ('connector' = 'console');
INSERT INTO target_%d
SELECT m.user_id, m.plays
FROM minutes_%d AS m
WHERE m.plays > 1;
`, i, 1+i, i, i, 1000*n+i, i, i, i, i, i)
	}
	return b.String()
}

// BenchmarkLongScript parses, binds and validates a script of 200 lines.
func BenchmarkLongScript(b *testing.B) {
	world := env(b)
	text := longScript(1)
	b.ReportMetric(float64(strings.Count(text, "\n")), "lines")
	for b.Loop() {
		out, diags := query.NewSession(world).Exec("bench.sql", text)
		if diags.HasErrors() || len(out) != 40 {
			b.Fatal(len(out), diags)
		}
	}
}

// TestCompilingDoesNotGrow: scripts that are compiled and thrown away leave nothing behind, whatever they hold.
func TestCompilingDoesNotGrow(t *testing.T) {
	world := env(t)
	compile := func(n int) {
		_, diags := query.NewSession(world).Exec("x.sql", longScript(n))
		require.False(t, diags.HasErrors(), "%v", diags)
	}
	for n := range 20 {
		compile(n)
	}
	before := heapInUse()
	began := time.Now()
	const rounds = 100
	for n := range rounds {
		compile(1000 + n)
	}
	took := time.Since(began) / rounds
	after := heapInUse()
	t.Logf("%v a script of %d lines; heap %d KiB before, %d KiB after %d scripts", took, strings.Count(longScript(1), "\n"), before>>10, after>>10, rounds)
	require.Less(t, int64(after), int64(before)+1<<20)
}

func heapInUse() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
