package write_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/all"
	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/compile"
	"millrace/pipelines/query"
	"millrace/pipelines/write"
)

// That fingerprints are kept is proven where the corpora are: the tests of pipelines/compile (models and examples), pipelines/query (queries)
// and pipelines/optimize (random plans), each in doors_test.go. Here is what the texts look like, and what is refused.

var update = flag.Bool("update", false, "write the golden files anew")

func env(t *testing.T) compile.Env {
	t.Helper()
	r, err := all.Registry()
	require.NoError(t, err)
	return compile.Env{Registry: r, Catalog: nothing{}, SQL: query.Models{}}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run the test with -update")
	require.Equal(t, string(want), got)
}

func compiled(t *testing.T) *plan.Plan {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", "songs.yaml"))
	require.NoError(t, err)
	p, diags := compile.Text("songs.yaml", src, env(t))
	require.False(t, diags.HasErrors(), "%v", diags)
	return p
}

// TestTexts keeps what one model looks like through both doors.
func TestTexts(t *testing.T) {
	p := compiled(t)
	doc, diags := write.Document(p, env(t))
	require.Empty(t, diags)
	golden(t, "songs.document", string(model.Format(doc)))
	script, diags := write.SQL(p, env(t))
	require.Empty(t, diags)
	golden(t, "songs.sql", script)
}

// TestDeterministic: the same plan gives the same text.
func TestDeterministic(t *testing.T) {
	p := compiled(t)
	first, _ := write.Document(p, env(t))
	script, _ := write.SQL(p, env(t))
	for range 5 {
		doc, _ := write.Document(p, env(t))
		require.Equal(t, model.Format(first), model.Format(doc))
		again, _ := write.SQL(p, env(t))
		require.Equal(t, script, again)
	}
}

// TestTwiceIntoOne: rows that lead twice into a union are written as two nodes, for a document has one edge between two.
func TestTwiceIntoOne(t *testing.T) {
	src := `format: 1
kind: view
name: a.b.c
time_zone: UTC
nodes:
  - {id: events, component: generator}
  - {id: plays, component: filter, params: {where: "event = 'play'"}}
  - {id: out, component: console}
edges: [events -> plays, plays -> out]
`
	p, diags := compile.Text("", []byte(src), env(t))
	require.Empty(t, diags)
	sink := p.Sinks[0]
	rows := sink.Inputs[0]
	both := &plan.Node{ID: "a.b.c/both/./union", Op: &plan.Union{}, Inputs: []*plan.Node{rows, rows}, Schema: rows.Schema}
	twice := &plan.Plan{Model: p.Model, TimeZone: p.TimeZone, Sinks: []*plan.Node{{ID: sink.ID, Op: sink.Op, Inputs: []*plan.Node{both}, Schema: rows.Schema}}}
	doc, diags := write.Document(twice, env(t))
	require.Empty(t, diags)
	_, ok := doc.Node("plays_2")
	require.True(t, ok)
	script, diags := write.SQL(twice, env(t))
	require.Empty(t, diags)
	require.Contains(t, script, "CREATE TEMPORARY VIEW plays AS")
}

// TestRefused: what a text has no words for is told, at the operator, and nothing is written.
func TestRefused(t *testing.T) {
	i64 := schema.Of(schema.Int64)
	rows := &schema.Schema{Fields: []schema.Field{{Name: "a", Type: i64}}}
	scan := &plan.Node{ID: "m/rows/./scan", Op: &plan.Scan{Component: "values", Version: 1, Params: []byte(`{"format":"json","rows":""}`), Source: rows}, Schema: rows}
	over := func(op plan.Op, mode plan.ChangeMode) *plan.Plan {
		n := &plan.Node{ID: "m/step/./op", Op: op, Inputs: []*plan.Node{scan}, Schema: rows, Mode: plan.Mode{Change: mode}}
		return &plan.Plan{TimeZone: "UTC", Sinks: []*plan.Node{{ID: "m/out/./sink", Op: &plan.Sink{Component: "console", Version: 1}, Inputs: []*plan.Node{n}, Schema: rows, Mode: n.Mode}}}
	}
	column := func(t schema.Type) *expr.Expr { return &expr.Expr{Op: expr.OpColumn, Type: t} }
	small := &expr.Expr{Op: expr.OpCall, Func: "lt", Type: schema.Of(schema.Boolean),
		Args: []*expr.Expr{column(i64), {Op: expr.OpLiteral, Type: schema.Of(schema.Int16), Value: int64(3)}}}
	nowhere := over(&plan.Rank{From: 1, To: 2, Order: []plan.SortKey{{}}}, plan.Retract)
	nowhere.Sinks[0].Op = &plan.Sink{Component: "nowhere", Version: 1}
	for name, c := range map[string]struct {
		p             *plan.Plan
		document, sql diag.Code
		node          string
	}{
		"no sink":            {&plan.Plan{TimeZone: "UTC"}, write.CodeNoSink, write.CodeNoSink, ""},
		"unknown component":  {nowhere, write.CodeComponent, write.CodeComponent, "out"},
		"rank without order": {over(&plan.Rank{From: 1, To: 2}, plan.Retract), write.CodeNotKept, write.CodeOperator, ""},
		"foreign constant":   {over(&plan.Filter{Where: small}, plan.Append), write.CodeExpression, write.CodeExpression, "step"},
	} {
		t.Run(name, func(t *testing.T) {
			doc, diags := write.Document(c.p, env(t))
			require.Nil(t, doc)
			require.Equal(t, c.document, diags[0].Code, "%v", diags)
			script, found := write.SQL(c.p, env(t))
			require.Empty(t, script)
			require.Equal(t, c.sql, found[0].Code, "%v", found)
			if c.node != "" {
				require.Equal(t, c.node, diags[0].Node)
				require.Equal(t, c.node, found[0].Node)
			}
		})
	}
}

// nothing is a catalog without tables.
type nothing struct{}

func (nothing) Table(string) (*component.Table, bool)           { return nil, false }
func (nothing) Tables() []string                                { return nil }
func (nothing) Connection(string) (*component.Connection, bool) { return nil, false }
func (nothing) Connections() []string                           { return nil }
