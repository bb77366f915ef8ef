package corpus

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/configs"
	"millrace/models/plan"
	"millrace/pipelines/query"
	"millrace/server/app"
	"millrace/server/e2e/rig"
)

var update = flag.Bool("update", false, "write what came of the cases anew")

// Which cases there are at least, so that none goes missing unseen.
const (
	leastCases    = 490
	leastFailures = 170
)

// TestCorpus runs all cases.
func TestCorpus(t *testing.T) {
	bench, err := app.NewWorkbench(configs.Default(), filepath.Join("testdata", "catalog.yaml"), nil)
	require.NoError(t, err)
	require.Empty(t, bench.Warnings())
	var db *server
	if !testing.Short() {
		db = &server{db: rig.ClickHouse(t), tables: map[string]string{}}
	}
	counts, failures, apart := map[string]int{}, 0, 0
	for _, c := range chapters(t) {
		got := map[string]string{}
		for _, tc := range c.cases {
			t.Run(c.name+"/"+tc.name, func(t *testing.T) {
				counts[tc.kind]++
				if tc.clickhouse != "" {
					apart++
				}
				text := outcomeOf(t, bench, db, tc)
				if tc.kind == kindDiagnostics || strings.Contains(text, "\nrejected ") || strings.Contains(text, "failed: ") {
					failures++
				}
				got[tc.name] = text
				if !*update {
					require.Equal(t, tc.want, text)
				}
			})
		}
		if *update {
			require.NoError(t, os.WriteFile(c.path, []byte(c.write(got)), 0o644))
		}
	}
	total := 0
	for _, kind := range []string{kindRows, kindChanges, kindPlan, kindDiagnostics, kindListing} {
		total += counts[kind]
	}
	t.Logf("%d cases %v, %d of them failures, %d that ClickHouse does not give", total, counts, failures, apart)
	if flag.Lookup("test.run").Value.String() == "" {
		require.GreaterOrEqual(t, total, leastCases)
		require.GreaterOrEqual(t, failures, leastFailures)
	}
}

// outcomeOf runs a case and writes what comes of it.
func outcomeOf(t *testing.T, bench *app.Workbench, db *server, tc *testCase) string {
	t.Helper()
	ran := compileCase(t, bench, tc)
	var b strings.Builder
	switch tc.kind {
	case kindDiagnostics:
		require.NotEmpty(t, ran.diags, "nothing is reported")
		b.WriteString(ran.rendered(t))
	case kindPlan:
		require.False(t, ran.diags.HasErrors(), ran.rendered(t))
		for _, s := range ran.runs {
			b.WriteString(s.explain())
		}
	case kindListing:
		require.False(t, ran.diags.HasErrors(), ran.rendered(t))
		for _, o := range ran.outcomes {
			switch o.Kind {
			case query.Explained:
				b.WriteString(o.Text)
			case query.Listing:
				for _, line := range append([][]string{o.Columns}, o.Rows...) {
					b.WriteString(strings.Join(line, " | ") + "\n")
				}
			}
		}
	default:
		require.False(t, ran.diags.HasErrors(), ran.rendered(t))
		require.NotEmpty(t, ran.runs, "the case asks for no rows")
		for _, s := range ran.runs {
			b.WriteString(answerOf(t, bench, db, tc, s))
		}
	}
	if tc.kind != kindDiagnostics {
		for _, d := range ran.diags {
			fmt.Fprintf(&b, "%s %s\n", d.Severity, d.Code)
		}
	}
	require.NotEmpty(t, b.String())
	return b.String()
}

// answerOf runs a plan in all ways, compares them, and writes the answer.
func answerOf(t *testing.T, bench *app.Workbench, db *server, tc *testCase, s *statement) string {
	t.Helper()
	first, failed := run(t, bench.Registry, s.plan, how{optimized: true, batchRows: 1000, slowly: tc.kind == kindChanges})
	second, failedToo := run(t, bench.Registry, s.plan, how{batchRows: 1})
	require.Equal(t, failed == nil, failedToo == nil, "one way fails, the other does not: %v and %v", failed, failedToo)
	if failed == nil {
		require.Equal(t, summary(t, s.plan, first), summary(t, s.plan, second), "optimized, and without the optimizer row by row")
	}
	if db != nil {
		compareClickHouse(t, bench, db, tc, s, first, failed)
	}
	if failed != nil {
		return "failed: " + failed.Error() + "\n"
	}
	var b strings.Builder
	for _, sink := range s.plan.Sinks {
		b.WriteString(s.grid(t, tc.kind, sink, first))
	}
	var rejected []string
	for r, n := range first.rejected {
		parts := strings.Split(r.node, "/")
		at := parts[1] + "/" + parts[len(parts)-1]
		if r.code == "late" {
			rejected = append(rejected, fmt.Sprintf("late %d at %s\n", n, at))
			continue
		}
		rejected = append(rejected, fmt.Sprintf("rejected %d %s at %s\n", n, r.code, at))
	}
	slices.Sort(rejected)
	b.WriteString(strings.Join(rejected, ""))
	return b.String()
}

// summary is what two ways to run a plan have to agree on. Rows that a scan rejected never come to ClickHouse and are left out.
func summary(t *testing.T, p *plan.Plan, o *outcome) string {
	t.Helper()
	var b strings.Builder
	for _, sink := range p.Sinks {
		rows := o.answer(t, sink.ID)
		slices.SortFunc(rows, row.compare)
		fmt.Fprintf(&b, "%s\n", sink.ID)
		for _, r := range rows {
			b.WriteString("  " + r.text() + "\n")
		}
	}
	var rejected []string
	for r, n := range o.rejected {
		if !strings.HasSuffix(r.node, "/scan") {
			rejected = append(rejected, fmt.Sprintf("%d %s at %s\n", n, r.code, r.node))
		}
	}
	slices.Sort(rejected)
	return b.String() + strings.Join(rejected, "")
}

// compareClickHouse holds ClickHouse's answer to the engine's.
func compareClickHouse(t *testing.T, bench *app.Workbench, db *server, tc *testCase, s *statement, want *outcome, failed error) {
	t.Helper()
	got, refused, err := db.run(t, bench.Registry, s.plan)
	if tc.clickhouse != "" {
		same := err == nil && refused == nil && failed == nil && summary(t, s.plan, want) == summary(t, s.plan, got)
		require.False(t, same, "the case says that ClickHouse differs, and it does not")
		return
	}
	require.Empty(t, refused, "ClickHouse refuses the plan")
	if failed != nil {
		require.Error(t, err, "the engine fails, ClickHouse does not")
		return
	}
	require.NoError(t, err)
	require.Equal(t, summary(t, s.plan, want), summary(t, s.plan, got), "the engine and ClickHouse")
}

// grid writes the rows of a sink.
func (s *statement) grid(t *testing.T, kind string, sink *plan.Node, o *outcome) string {
	t.Helper()
	var b strings.Builder
	if s.named {
		b.WriteString(s.nameOf(sink) + ":\n")
	}
	fields := sink.Schema.Fields[:s.shown(sink)]
	if kind == kindChanges {
		b.WriteString("   " + head(fields) + "\n")
		for _, r := range o.changes[sink.ID] {
			b.WriteString(r.kind.String() + " " + strings.Join(r.texts[:len(fields)], " | ") + "\n")
		}
		return b.String()
	}
	b.WriteString(head(fields) + "\n")
	rows := o.answer(t, sink.ID)
	if s.ordered {
		last := len(sink.Schema.Fields) - 1
		slices.SortStableFunc(rows, func(a, c row) int { return int(a.values[last].(int64) - c.values[last].(int64)) })
	} else {
		slices.SortStableFunc(rows, row.compare)
	}
	if s.limit >= 0 && int64(len(rows)) > s.limit {
		return b.String() + fmt.Sprintf("any %d of %d rows\n", s.limit, len(rows))
	}
	for _, r := range rows {
		b.WriteString(strings.Join(r.texts[:len(fields)], " | ") + "\n")
	}
	return b.String()
}
