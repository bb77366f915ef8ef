package query_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/components/console"
	"millrace/components/generator"
	"millrace/components/sql"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
)

// TestSessionKeeps holds what a script leaves for the next one, and where the next one's diagnostics stand.
func TestSessionKeeps(t *testing.T) {
	s := query.NewSession(env(t))
	_, diags := s.Exec("a.sql", "SET 'table.exec.state.ttl' = '2 h'; CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'connection' = 'nowhere', 'topic' = 'x');\n"+
		"CREATE TABLE u (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'kafka', 'connection' = 'events', 'topic' = 'x'); CREATE VIEW v AS SELECT x.a FROM u x JOIN u y ON x.a = y.a")
	require.Empty(t, diags)

	out, diags := s.Exec("b.sql", "SELECT a FROM v")
	require.Empty(t, diags, "what was said of the view was said when it was made")
	require.Len(t, out, 1)
	require.Contains(t, out[0].Query.WithSink("x", &plan.Sink{Component: "x", Version: 1}).Explain(), "ttl 2h")

	_, diags = s.Exec("c.sql", "SELECT a\nFROM t")
	require.Len(t, diags, 1)
	require.Equal(t, "c.sql", diags[0].File)
	require.Equal(t, diag.Pos{Line: 2, Column: 6}, diags[0].Span.Start)
	require.Contains(t, diags[0].Message, "table t: ")

	_, diags = s.Exec("d.sql", "CREATE VIEW w AS SELECT nope FROM u")
	require.True(t, diags.HasErrors())
	_, diags = s.Exec("e.sql", "SELECT * FROM w")
	require.Equal(t, query.CodeUnknownTable, diags[0].Code, "a broken definition is forgotten with its script")
}

// TestRepeatable: a script gives the same plans each time, ids included.
func TestRepeatable(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "prelude.sql"))
	require.NoError(t, err)
	script := string(text) + "INSERT INTO out SELECT x.price, x.channel FROM bids x JOIN (SELECT id, ts FROM auctions WHERE category > 3) y ON x.auction = y.id AND x.ts = y.ts;"
	var last string
	for range 3 {
		out, diags := query.NewSession(env(t)).Exec("", script)
		require.Empty(t, diags)
		got := out[len(out)-1].Plan.Explain()
		if last != "" {
			require.Equal(t, last, got)
		}
		last = got
	}
	// A change at one place leaves the ids of the others.
	out, diags := query.NewSession(env(t)).Exec("", strings.Replace(script, "WHERE category > 3", "", 1))
	require.Empty(t, diags)
	require.Contains(t, out[len(out)-1].Plan.Explain(), "#out/query/./join_y")
}

const document = `format: 1
kind: view
name: cdm.music.test
time_zone: Asia/Shanghai
params: [{name: least, type: int32, default: 5}]
nodes:
  - {id: plays, component: generator}
  - {id: other, component: generator, params: {stream: exposures}}
  - id: counts
    component: sql
    params:
      query: |
        SELECT p.user_id, COUNT(*) AS n
        FROM plays p JOIN other o ON p.user_id = o.user_id AND p.ts = o.ts
        WHERE p.ms_played > :least
        GROUP BY p.user_id
  - {id: out, component: console}
edges: [plays -> counts, other -> counts, counts -> out]
`

func modelEnv(t *testing.T) compile.Env {
	t.Helper()
	r, err := component.NewRegistry(generator.Spec(), console.Spec(), sql.Spec())
	require.NoError(t, err)
	return compile.Env{Registry: r, Catalog: mapCatalog{}, SQL: query.Models{}}
}

// TestNode plans the query of a sql node over the nodes that lead to it.
func TestNode(t *testing.T) {
	p, diags := compile.Text("m.yaml", []byte(document), modelEnv(t))
	require.Empty(t, diags)
	require.NoError(t, plan.Validate(p))
	text := p.Explain()
	require.Contains(t, text, "#cdm.music.test/counts/./query.group")
	require.Contains(t, text, "interval join inner on user_id")
	require.Contains(t, text, "ms_played > 5")

	broken := strings.Replace(document, "p.ms_played > :least", "p.ms_plaid > :leest", 1)
	_, diags = compile.Text("m.yaml", []byte(broken), modelEnv(t))
	require.NotEmpty(t, diags)
	require.Equal(t, "counts", diags[0].Node)
	require.Equal(t, diag.Pos{Line: 15, Column: 15}, diags[0].Span.Start)
	require.Equal(t, "Did you mean p.ms_played?", diags[0].Fix)

	e := modelEnv(t)
	e.SQL = nil
	_, diags = compile.Text("m.yaml", []byte(document), e)
	require.Equal(t, sql.CodeUnavailable, diags[0].Code)
}

func TestExamples(t *testing.T) {
	for _, e := range sql.Spec().Examples {
		p, diags := compile.Text("example.yaml", []byte(e.YAML), modelEnv(t))
		require.Empty(t, diags)
		require.NoError(t, plan.Validate(p))
	}
}

// TestMutilated runs the cases of the golden files with a word missing: whatever comes in, what comes out is a sound plan or a diagnostic
// with a place.
func TestMutilated(t *testing.T) {
	prelude, err := os.ReadFile(filepath.Join("testdata", "prelude.sql"))
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	require.NoError(t, err)
	world, n := env(t), 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		_, cases := split(t, file, string(text))
		for _, c := range cases {
			words := strings.Fields(c.sql)
			for i := n % 11; i < len(words); i += 11 {
				cut := strings.Join(append(append([]string{}, words[:i]...), words[i+1:]...), " ")
				s := query.NewSession(world)
				_, _ = s.Exec("", string(prelude))
				out, diags := s.Exec("cut.sql", cut)
				for _, d := range diags {
					require.NotEqual(t, query.CodeInternal, d.Code, "%s: %s", cut, d.Message)
				}
				for _, o := range out {
					if o.Plan != nil {
						require.NoError(t, plan.Validate(o.Plan), cut)
					}
					if o.Query != nil {
						require.NoError(t, plan.Validate(o.Query.WithSink("x", &plan.Sink{Component: "x", Version: 1})), cut)
					}
				}
				n++
			}
		}
	}
	require.Greater(t, n, 300)
}

func BenchmarkExec(b *testing.B) {
	tables, err := os.ReadFile(filepath.Join("testdata", "nexmark", "tables.sql"))
	if err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("testdata", "nexmark", "queries.txt"))
	if err != nil {
		b.Fatal(err)
	}
	var script strings.Builder
	script.Write(tables)
	for _, part := range strings.Split("\n"+string(text), "\n=== ")[1:] {
		_, rest, _ := strings.Cut(part, "\n")
		sql, _, _ := strings.Cut(rest, "----\n")
		if name := part[:3]; name != "q6\n" && name != "q11" && name != "q12" && name != "q13" && name != "q14" {
			script.WriteString(sql + "\n")
		}
	}
	b.ReportMetric(float64(strings.Count(script.String(), "\n")), "lines")
	world := env(b)
	b.ResetTimer()
	for b.Loop() {
		if _, diags := query.NewSession(world).Exec("", script.String()); diags.HasErrors() {
			b.Fatal(diags)
		}
	}
}
