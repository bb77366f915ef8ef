package query_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/query"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden runs the cases of testdata/*.txt. A case is
//
//	=== name
//	SQL
//	----
//	what its statements come to, then the diagnostics
//
// Each case has a session of its own in which testdata/prelude.sql was run.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	require.NoError(t, err)
	total := 0
	for _, file := range files {
		total += golden(t, file, filepath.Join("testdata", "prelude.sql"))
	}
	require.GreaterOrEqual(t, total, 120)
}

// TestNexmark keeps what the queries of the Nexmark benchmark come to, as its Flink SQL has them but for the tables' definitions.
func TestNexmark(t *testing.T) {
	require.Equal(t, 23, golden(t, filepath.Join("testdata", "nexmark", "queries.txt"), filepath.Join("testdata", "nexmark", "tables.sql")))
}

// golden runs the cases of a file and returns how many there are.
func golden(t *testing.T, file, preludeFile string) int {
	t.Helper()
	prelude, err := os.ReadFile(preludeFile)
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var out strings.Builder
	head, cases := split(t, file, string(text))
	out.WriteString(head)
	names := map[string]bool{}
	for _, c := range cases {
		require.False(t, names[c.name], "%s: the case %s is there twice", file, c.name)
		names[c.name] = true
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+c.name, func(t *testing.T) {
			got := run(t, string(prelude), c.sql)
			fmt.Fprintf(&out, "=== %s\n%s----\n%s", c.name, c.sql, got)
			if !*update {
				require.Equal(t, c.want, got)
			}
		})
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o600))
	}
	return len(cases)
}

type goldenCase struct{ name, sql, want string }

func split(t *testing.T, file, text string) (head string, cases []goldenCase) {
	t.Helper()
	parts := strings.Split("\n"+text, "\n=== ")
	head = strings.TrimPrefix(parts[0], "\n")
	if head != "" {
		head += "\n"
	}
	for _, p := range parts[1:] {
		name, rest, _ := strings.Cut(strings.TrimSuffix(p, "\n"), "\n")
		sql, want, found := strings.Cut(rest+"\n", "----\n")
		require.True(t, found || *update, "%s: the case %s has no result", file, name)
		cases = append(cases, goldenCase{name, sql, want})
	}
	return head, cases
}

// run gives the outcomes of a script as text.
func run(t *testing.T, prelude, sql string) string {
	t.Helper()
	s := query.NewSession(env(t))
	_, diags := s.Exec("prelude.sql", prelude)
	require.Empty(t, diags)
	outcomes, diags := s.Exec("case.sql", sql)
	var b bytes.Buffer
	for _, o := range outcomes {
		require.True(t, o.At.Start.Known(), "an outcome has no place")
		write(t, &b, o)
	}
	for _, d := range diags {
		require.NotEqual(t, query.CodeInternal, d.Code, d.Message)
		require.True(t, d.Span.Start.Known(), "%v has no place", d)
	}
	require.NoError(t, diag.Render(&b, map[string]string{"case.sql": sql}, diags, diag.Options{}))
	return b.String()
}

func write(t *testing.T, b *bytes.Buffer, o query.Outcome) {
	t.Helper()
	switch o.Kind {
	case query.Definition:
		fmt.Fprintf(b, "ok %s\n", o.Name)
	case query.Pipeline:
		require.NoError(t, plan.Validate(o.Plan))
		b.WriteString(explain(o.Plan))
	case query.Query:
		p := o.Query.WithSink("result", &plan.Sink{Component: "result", Version: 1})
		require.NoError(t, plan.Validate(p))
		b.WriteString(explain(p))
		if len(o.OrderBy) > 0 || o.Limit >= 0 || o.Offset > 0 || o.Shown != len(o.Query.Root.Schema.Fields) {
			fmt.Fprintf(b, "order %v, offset %d, limit %d, %d columns shown\n", o.OrderBy, o.Offset, o.Limit, o.Shown)
		}
	case query.Explained:
		b.WriteString(o.Text)
	case query.Listing:
		for _, row := range append([][]string{o.Columns}, o.Rows...) {
			b.WriteString(strings.Join(row, " | ") + "\n")
		}
	}
}

// explain is the plan without its first line, and the columns its sinks take.
func explain(p *plan.Plan) string {
	var b strings.Builder
	for _, s := range p.Sinks {
		var cols []string
		for _, f := range s.Schema.Fields {
			null := ""
			if f.Nullable {
				null = "?"
			}
			cols = append(cols, f.Name+" "+f.Type.String()+null)
		}
		fmt.Fprintf(&b, "columns %s\n", strings.Join(cols, ", "))
	}
	b.WriteString(p.Explain())
	return b.String()
}
