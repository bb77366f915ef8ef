package optimize_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
	n := &plan.Node{ID: "a.b.c/" + kind + strconv.Itoa(b.n) + "/./" + kind, Op: op, Inputs: inputs, Schema: s}
	if len(inputs) > 0 {
		mode, err := plan.InferMode(op, inputs)
		require.NoError(b.t, err)
		n.Mode = mode
	}
	return n
}

// derived is a node whose schema follows from its inputs.
func (b *builder) derived(kind string, op plan.Op, inputs ...*plan.Node) *plan.Node {
	schemas := make([]*schema.Schema, len(inputs))
	for i, in := range inputs {
		schemas[i] = in.Schema
	}
	s, err := plan.SchemaOf(op, schemas)
	require.NoError(b.t, err)
	return b.node(kind, op, s, inputs...)
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

func (b *builder) bool(in *schema.Schema, text string) *expr.Expr {
	ast, diags := sqltext.ParseExpr(text)
	require.Empty(b.t, diags, text)
	e, diags := expr.CheckBool(ast, expr.Env{Schema: in, Zone: time.UTC})
	require.Empty(b.t, diags, text)
	return e
}

func (b *builder) filter(in *plan.Node, text string) *plan.Node {
	return b.node("filter", &plan.Filter{Where: b.bool(in.Schema, text)}, in.Schema, in)
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
	return b.derived("project", &plan.Project{Columns: b.columns(in, items)}, in)
}

func (b *builder) union(inputs ...*plan.Node) *plan.Node {
	return b.derived("union", &plan.Union{}, inputs...)
}

func (b *builder) dedupe(in *plan.Node, keys ...string) *plan.Node {
	op := &plan.Dedupe{Time: in.Schema.TimeIndex(), Within: 5_000_000}
	for _, k := range keys {
		op.Keys = append(op.Keys, in.Schema.Index(k))
	}
	return b.node("dedupe", op, in.Schema, in)
}

func (b *builder) window(in *plan.Node, keys []string, aggs ...string) *plan.Node {
	return b.derived("window", &plan.Window{
		Time: in.Schema.TimeIndex(), Size: 10_000_000, Slide: 10_000_000, Keys: b.columns(in, keys), Aggs: b.aggs(in, aggs),
	}, in)
}

func (b *builder) aggregate(in *plan.Node, keys []string, aggs ...string) *plan.Node {
	return b.derived("aggregate", &plan.Aggregate{Keys: b.columns(in, keys), Aggs: b.aggs(in, aggs)}, in)
}

// aggs names aggregates agg0, agg1, ...
func (b *builder) aggs(in *plan.Node, texts []string) []plan.AggColumn {
	var out []plan.AggColumn
	for i, text := range texts {
		ast, _, diags := sqltext.ParseSelectItem(text)
		require.Empty(b.t, diags, text)
		found, _, diags := expr.CheckAggregate(ast, b.env(in))
		require.Empty(b.t, diags, text)
		require.Len(b.t, found, 1)
		out = append(out, plan.AggColumn{Name: "agg" + strconv.Itoa(i), Agg: found[0]})
	}
	return out
}

// on are the positions of key columns, and the condition over the pair; empty is none.
func (b *builder) on(l, r *plan.Node, keys [][2]string, where string) (left, right []int, cond *expr.Expr) {
	for _, k := range keys {
		left, right = append(left, l.Schema.Index(k[0])), append(right, r.Schema.Index(k[1]))
	}
	if where != "" {
		cond = b.bool(plan.PairSchema(l.Schema, r.Schema), where)
	}
	return left, right, cond
}

func (b *builder) join(kind plan.JoinKind, l, r *plan.Node, keys [][2]string, where string) *plan.Node {
	op := &plan.Join{Kind: kind, LeftTime: -1, RightTime: -1}
	op.Left, op.Right, op.Where = b.on(l, r, keys, where)
	return b.derived("join", op, l, r)
}

// interval joins rows at most five seconds apart.
func (b *builder) interval(kind plan.JoinKind, l, r *plan.Node, keys [][2]string, where string) *plan.Node {
	op := &plan.IntervalJoin{Kind: kind, LeftTime: l.Schema.TimeIndex(), RightTime: r.Schema.TimeIndex(), Lower: -5_000_000, Upper: 5_000_000}
	op.Left, op.Right, op.Where = b.on(l, r, keys, where)
	return b.derived("interval", op, l, r)
}

func (b *builder) temporal(kind plan.JoinKind, l, r *plan.Node, keys [][2]string, where string) *plan.Node {
	op := &plan.TemporalJoin{Kind: kind, LeftTime: l.Schema.TimeIndex(), RightTime: r.Schema.TimeIndex()}
	op.Left, op.Right, op.Where = b.on(l, r, keys, where)
	return b.derived("temporal", op, l, r)
}

// rank keeps the first two of each partition.
func (b *builder) rank(in *plan.Node, partition, order string) *plan.Node {
	return b.derived("rank", &plan.Rank{
		Partition: []int{in.Schema.Index(partition)}, Order: []plan.SortKey{{Column: in.Schema.Index(order), Desc: true}}, From: 1, To: 2,
		Number: "n" + strconv.Itoa(b.n),
	}, in)
}

func (b *builder) unnest(in *plan.Node, column string, outer bool) *plan.Node {
	name := "e" + strconv.Itoa(b.n)
	return b.derived("unnest", &plan.Unnest{Column: in.Schema.Index(column), Outer: outer, Names: []string{name}}, in)
}

func (b *builder) normalize(in *plan.Node) *plan.Node {
	return b.derived("normalize", &plan.Normalize{}, in)
}

// upserts makes a scan one of upserts by b.
func (b *builder) upserts(scan *plan.Node) *plan.Node {
	scan.Mode = plan.Mode{Change: plan.Upsert, Key: []string{"b"}}
	scan.Schema.Key = []string{"b"}
	return scan
}

// tagged is rows with an array.
func (b *builder) tagged() *plan.Node {
	rows := b.rows()
	return b.scan(append(rows.Schema.Fields, schema.Field{Name: "tags", Type: schema.ArrayOf(schema.Of(schema.Int32)), Nullable: true})...)
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
