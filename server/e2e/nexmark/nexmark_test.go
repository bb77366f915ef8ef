package nexmark

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/bench/nexmark"
	"millrace/server/e2e/rig"
)

const (
	events = 100_000
	// step is the time between two events. At this rate there are bids of one millisecond on one auction by one bidder.
	step       = 20 * time.Millisecond
	partitions = 4
	// epoch is short, so that answers are told, and told again as they change, many times in a run.
	epoch = "50ms"
)

func TestNexmark(t *testing.T) {
	lines := makeEvents()
	db := rig.ClickHouse(t)
	stage(t, db, lines)
	t.Run("refused", testRefused)
	t.Run("files", func(t *testing.T) { testFiles(t, db.With(t), lines) })
	t.Run("apache kafka", func(t *testing.T) { testKafka(t, db.With(t), lines) })
	t.Run("dialect", func(t *testing.T) { testDialect(t, db.With(t)) })
}

// makeEvents makes the events, each as a line of JSON.
func makeEvents() [][]byte {
	s := nexmark.NewStream(1, step)
	out := make([][]byte, events)
	for i := range out {
		e := s.Next()
		out[i] = nexmark.AppendJSON(nil, &e)
	}
	return out
}

// stage loads the events into tables of the database, by ClickHouse's own reader.
func stage(t *testing.T, db *rig.Database, lines [][]byte) {
	t.Helper()
	run := func(file string) {
		for statement := range strings.SplitSeq(readFile(t, file), ";\n") {
			db.Text(statement)
		}
	}
	run("staging.sql")
	db.Insert("events", "JSONEachRow", bytes.NewReader(bytes.Join(lines, []byte("\n"))), "date_time_input_format=best_effort")
	run("split.sql")
	require.Equal(t, events, db.Count("events"))
	require.Equal(t, events/50*46, db.Count("bid"))
	// Queries that number or keep rows have ties to break.
	require.NotEqual(t, "0", db.Text("SELECT count() FROM (SELECT 1 FROM $db.bid GROUP BY auction, bidder, dateTime HAVING count() > 1)"))
	require.NotEqual(t, "0", db.Text("SELECT count() FROM (SELECT 1 FROM $db.bid GROUP BY auction, price HAVING count() > 1)"))
}

// testFiles runs every query as a pipeline of its own over a folder of files.
func testFiles(t *testing.T, db *rig.Database, lines [][]byte) {
	w := rig.NewWorkspace(t)
	w.UseClickHouse(db)
	w.Catalog(rig.Connections(nil, db))
	// The budget is shared out evenly, and the joins that keep all bids need about a sixteenth of the default one.
	w.Setenv("MILLRACE_ENGINE_MEMORY_BUDGET", "2GiB")
	files := make([]bytes.Buffer, partitions)
	for i, line := range lines {
		files[i%partitions].Write(append(line, '\n'))
	}
	for i := range files {
		require.NoError(t, os.WriteFile(filepath.Join(w.Dir, fmt.Sprintf("events-%d.ndjson", i)), files[i].Bytes(), 0o600))
	}
	sum := w.Run("--bounded", "--strict", "--epoch", epoch,
		w.File("nexmark.sql", script(t, "'connector' = 'file', 'path' = 'events-*.ndjson', 'format' = 'json'", "files_", false)))
	require.Len(t, sum.Pipelines, len(plannedQueries))
	changes := 0
	for i, p := range sum.Pipelines {
		q := plannedQueries[i]
		require.Equal(t, "nexmark_"+q.name, p.Name)
		require.EqualValues(t, events, p.RowsIn)
		requireGood(t, p)
		if q.key != "" {
			changes += int(p.RowsOut) - q.rows
		}
	}
	require.Positive(t, changes, "results were changed after they were first told")
	t.Logf("%d pipelines: %.1f s CPU, %d MiB", len(sum.Pipelines), sum.Usage.UserSeconds+sum.Usage.SystemSeconds, sum.Usage.PeakRSSBytes>>20)
	requireResults(t, db, "files_")
}

// testKafka runs all queries as one pipeline that reads a topic once.
func testKafka(t *testing.T, db *rig.Database, lines [][]byte) {
	k, _ := rig.RealKafka(t)
	k.CreateTopic("nexmark", partitions)
	records := make([]*kgo.Record, len(lines))
	for i, line := range lines {
		records[i] = &kgo.Record{Topic: "nexmark", Partition: int32(i % partitions), Value: line}
	}
	k.Produce(records...)
	w := rig.NewWorkspace(t)
	w.UseClickHouse(db)
	w.Catalog(rig.Connections(k, db))
	sum := w.Run("--bounded", "--strict", "--epoch", epoch,
		w.File("nexmark.sql", script(t, "'connector' = 'kafka', 'connection' = 'queue', 'topic' = 'nexmark', 'format' = 'json'", "kafka_", true)))
	require.Len(t, sum.Pipelines, 1)
	p := sum.Pipelines[0]
	require.Equal(t, "nexmark_q0_and_17_more", p.Name)
	require.Len(t, p.Sinks, len(plannedQueries))
	require.EqualValues(t, events, p.RowsIn, "the topic is read once for all")
	requireGood(t, p)
	t.Logf("one pipeline: %.1f s CPU, %d MiB", sum.Usage.UserSeconds+sum.Usage.SystemSeconds, sum.Usage.PeakRSSBytes>>20)
	requireResults(t, db, "kafka_")
}

func requireGood(t *testing.T, p rig.PipelineSummary) {
	t.Helper()
	require.Equal(t, "ended", p.State, p.Name)
	require.Zero(t, p.Late+p.Future+p.Rejected+p.Skipped, p.Name)
	for _, s := range p.Sinks {
		require.True(t, strings.HasPrefix(s.Promise, "exactly once"), "%s: %s", p.Name, s.Promise)
	}
}

func requireResults(t *testing.T, db *rig.Database, prefix string) {
	for _, q := range plannedQueries {
		t.Run(q.name, func(t *testing.T) { requireResult(t, db.With(t), q, "SELECT * FROM "+q.result(prefix)) })
	}
}

// requireResult compares an answer with the query over the staged events, cell by cell: the same rows, each as often.
func requireResult(t *testing.T, db *rig.Database, q planned, got string) {
	t.Helper()
	want := strings.TrimSuffix(readFile(t, "want/"+q.name+".sql"), "\n")
	columns := func(query string) string {
		return db.Text("SELECT * FROM (" + query + "\n) LIMIT 0 FORMAT TabSeparatedWithNames")
	}
	require.Equal(t, columns(want), columns(got))
	require.Empty(t, db.Difference(got, want+"\n"), "%s differs", q.name)
	require.Equal(t, fmt.Sprint(q.rows), db.Text("SELECT count() FROM ("+got+"\n)"))
}

// testRefused: what is not planned is told with its place and the reason, and nothing runs.
func testRefused(t *testing.T) {
	queries := readQueries(t)
	w := rig.NewWorkspace(t)
	for _, r := range refusedQueries {
		t.Run(r.name, func(t *testing.T) {
			text := readTables(t, "'connector' = 'file', 'path' = 'events.ndjson', 'format' = 'json'") + queries[r.name]
			require.Equal(t, 1, strings.Count(text, r.at))
			before, _, _ := strings.Cut(text, r.at)
			line, column := strings.Count(before, "\n")+1, len(before)-strings.LastIndex(before, "\n")
			w := w.With(t)
			p := w.Start("run", "--bounded", w.File(r.name+".sql", text))
			require.Error(t, p.Wait(time.Minute))
			require.Contains(t, string(p.Stderr()), fmt.Sprintf("%s.sql:%d:%d: error: %s [%s]\n", r.name, line, column, r.message, r.code))
			require.NotContains(t, string(p.Stderr()), "panic")
		})
	}
}
