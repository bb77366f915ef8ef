package optimize_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/lowering"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// builder makes plans from texts.
type builder struct {
	t *testing.T
	n int
}

func (b *builder) node(kind string, op plan.Op, s *schema.Schema, inputs ...*plan.Node) *plan.Node {
	b.n++
	return &plan.Node{ID: "a.b.c/" + kind + strconv.Itoa(b.n) + "/./" + kind, Op: op, Inputs: inputs, Schema: s}
}

func (b *builder) scan(fields ...schema.Field) *plan.Node {
	s := &schema.Schema{Fields: fields}
	if s.Index("t") >= 0 {
		s.EventTime = schema.EventTimeOn("t")
	}
	name := "t" + strconv.Itoa(b.n)
	return b.node("scan", &plan.Scan{Component: "test", Version: 1, Params: []byte(`{}`), Table: name, Source: s}, s)
}

func (b *builder) env(in *plan.Node) expr.Env { return expr.Env{Schema: in.Schema, Zone: time.UTC} }

func (b *builder) filter(in *plan.Node, text string) *plan.Node {
	ast, diags := sqltext.ParseExpr(text)
	require.Empty(b.t, diags, text)
	e, diags := expr.CheckBool(ast, b.env(in))
	require.Empty(b.t, diags, text)
	return b.node("filter", &plan.Filter{Where: e}, in.Schema, in)
}

func (b *builder) columns(in *plan.Node, items []string) []plan.Column {
	var cols []plan.Column
	for _, text := range items {
		ast, name, diags := sqltext.ParseSelectItem(text)
		require.Empty(b.t, diags, text)
		e, diags := expr.Check(ast, b.env(in))
		require.Empty(b.t, diags, text)
		if name == "" {
			name = e.Name
		}
		cols = append(cols, plan.Column{Name: name, Expr: e})
	}
	return cols
}

func (b *builder) project(in *plan.Node, items ...string) *plan.Node {
	cols := b.columns(in, items)
	return b.node("project", &plan.Project{Columns: cols}, lowering.Schema(in.Schema, cols), in)
}

func (b *builder) union(inputs ...*plan.Node) *plan.Node {
	s := *inputs[0].Schema
	s.Key = nil
	return b.node("union", &plan.Union{}, &s, inputs...)
}

func (b *builder) dedupe(in *plan.Node, keys ...string) *plan.Node {
	op := &plan.Dedupe{Time: in.Schema.TimeIndex(), Within: 5_000_000}
	for _, k := range keys {
		op.Keys = append(op.Keys, in.Schema.Index(k))
	}
	return b.node("dedupe", op, in.Schema, in)
}

func (b *builder) window(in *plan.Node, keys []string, aggs ...string) *plan.Node {
	op := &plan.Window{Time: in.Schema.TimeIndex(), Size: 10_000_000, Slide: 10_000_000, Keys: b.columns(in, keys)}
	ts := schema.Of(schema.Timestamp)
	s := &schema.Schema{Fields: []schema.Field{{Name: plan.WindowStart, Type: ts}, {Name: plan.WindowEnd, Type: ts}}, EventTime: schema.EventTimeOn(plan.WindowEnd)}
	for _, k := range op.Keys {
		s.Fields = append(s.Fields, schema.Field{Name: k.Name, Type: k.Expr.Type, Nullable: k.Expr.Nullable})
	}
	for i, text := range aggs {
		ast, _, diags := sqltext.ParseSelectItem(text)
		require.Empty(b.t, diags, text)
		found, _, diags := expr.CheckAggregate(ast, b.env(in))
		require.Empty(b.t, diags, text)
		require.Len(b.t, found, 1)
		name := "agg" + strconv.Itoa(i)
		op.Aggs = append(op.Aggs, plan.AggColumn{Name: name, Agg: found[0]})
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: found[0].Type, Nullable: found[0].Nullable})
	}
	return b.node("window", op, s, in)
}

func (b *builder) plan(roots ...*plan.Node) *plan.Plan {
	p := &plan.Plan{Model: "a.b.c", TimeZone: "UTC"}
	for _, r := range roots {
		p.Sinks = append(p.Sinks, b.node("sink", &plan.Sink{Component: "test", Version: 1, Params: []byte(`{}`)}, r.Schema, r))
	}
	require.NoError(b.t, plan.Validate(p))
	return p
}

// rows is a scan of small numbers with a time.
func (b *builder) rows() *plan.Node {
	i32 := schema.Of(schema.Int32)
	return b.scan(
		schema.Field{Name: "a", Type: i32, Nullable: true}, schema.Field{Name: "b", Type: i32}, schema.Field{Name: "c", Type: i32, Nullable: true},
		schema.Field{Name: "d", Type: i32}, schema.Field{Name: "t", Type: schema.Of(schema.Timestamp)})
}
