package differential

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// plans makes random plans over datasets.
type plans struct {
	t    testing.TB
	r    *rand.Rand
	zone *time.Location
	n    int
}

func (g *plans) node(kind string, op plan.Op, inputs ...*plan.Node) *plan.Node {
	schemas := make([]*schema.Schema, len(inputs))
	for i, in := range inputs {
		schemas[i] = in.Schema
	}
	s, err := plan.SchemaOf(op, schemas)
	if err != nil {
		return nil
	}
	n := &plan.Node{Op: op, Inputs: inputs, Schema: s}
	if n.Mode, err = plan.InferMode(op, inputs); err != nil {
		return nil
	}
	g.n++
	n.ID = fmt.Sprintf("m.d.p/%s%d/./%s", kind, g.n, op.Name())
	return n
}

func (g *plans) scan(d *dataset) *plan.Node {
	g.n++
	return &plan.Node{ID: fmt.Sprintf("m.d.p/%s/./scan", d.name), Schema: d.schema,
		Op: &plan.Scan{Component: sourceName, Version: 1, Params: []byte(`"` + d.name + `"`), Table: d.name, Source: d.schema, Checked: d.schema.Names()}}
}

func (g *plans) exprs(in *plan.Node) *expressions {
	return &expressions{r: g.r, env: expr.Env{Schema: in.Schema, Zone: g.zone}, own: true}
}

// check tries texts until one checks.
func (g *plans) check(in *schema.Schema, text func(e *expressions) string) *expr.Expr {
	e := &expressions{r: g.r, env: expr.Env{Schema: in, Zone: g.zone}, own: true}
	for range 200 {
		if x, diags := parseExpr(text(e), e.env); !diags.HasErrors() && !inexact(x) {
			return x
		}
	}
	return nil
}

func (g *plans) columnsOf(s *schema.Schema, ok func(f schema.Field) bool) (out []int) {
	for i, f := range s.Fields {
		if ok(f) {
			out = append(out, i)
		}
	}
	return out
}

func (g *plans) columnExpr(s *schema.Schema, i int) *expr.Expr {
	f := s.Fields[i]
	return &expr.Expr{Op: expr.OpColumn, Type: f.Type, Nullable: f.Nullable, Column: i, Name: f.Name}
}

func orderable(f schema.Field) bool { return !f.Type.Nested() && f.Type.Kind != schema.JSON }

// arrives reports whether the order in which a node's rows arrive is known on both sides.
func arrives(n *plan.Node) bool {
	switch n.Op.(type) {
	case *plan.Scan:
		return true
	case *plan.Filter, *plan.Project, *plan.Unnest:
		return arrives(n.Inputs[0])
	}
	return false
}

// ordered is the node with the columns that have an order; nil when there are none.
func (g *plans) ordered(in *plan.Node) *plan.Node {
	var cols []plan.Column
	for _, i := range g.columnsOf(in.Schema, orderable) {
		cols = append(cols, plan.Column{Name: in.Schema.Fields[i].Name, Expr: g.columnExpr(in.Schema, i)})
	}
	switch len(cols) {
	case 0:
		return nil
	case len(in.Schema.Fields):
		return in
	}
	return g.node("ordered", &plan.Project{Columns: cols}, in)
}

// step puts one operator on one of the nodes, or on two of them; nil when it does not fit.
func (g *plans) step(pool []*plan.Node) *plan.Node {
	in := pick(g.r, pool)
	switch g.r.IntN(16) {
	case 0, 1, 2:
		where := g.check(in.Schema, func(e *expressions) string { return e.truth(2) })
		if where == nil || where.Type.Kind != schema.Boolean {
			return nil
		}
		return g.node("filter", &plan.Filter{Where: where}, in)
	case 3, 4, 5:
		return g.project(in)
	case 6:
		other := pick(g.r, pool)
		return g.node("union", &plan.Union{}, in, other)
	case 7, 8:
		return g.window(in)
	case 9:
		keys := g.columnsOf(in.Schema, orderable)
		if len(keys) == 0 {
			return nil
		}
		if arrives(in) {
			keys = []int{pick(g.r, keys)}
		} else if in = g.ordered(in); in != nil {
			// Which of two rows came first is not fixed: only rows that are the same have one key.
			keys = g.columnsOf(in.Schema, orderable)
		}
		if in == nil || in.Schema.TimeIndex() < 0 {
			return nil
		}
		return g.node("dedupe", &plan.Dedupe{Time: in.Schema.TimeIndex(), Keys: keys, Within: pick(g.r, []int64{1, 600_000_000, 3_600_000_000, 1 << 60})}, in)
	case 10:
		keys, aggs := g.grouping(in)
		if len(aggs) == 0 {
			return nil
		}
		return g.node("aggregate", &plan.Aggregate{Keys: keys, Aggs: aggs}, in)
	case 11:
		return g.rank(in)
	case 12:
		lists := g.columnsOf(in.Schema, func(f schema.Field) bool { return f.Type.Kind == schema.Array || f.Type.Kind == schema.Map })
		if len(lists) == 0 {
			return nil
		}
		col := pick(g.r, lists)
		op := &plan.Unnest{Column: col, Outer: g.r.IntN(2) == 0, Ordinality: g.r.IntN(2) == 0}
		fields, err := plan.ElementFields(in.Schema.Fields[col].Type)
		require.NoError(g.t, err)
		g.n++
		for i := range fields {
			op.Names = append(op.Names, fmt.Sprintf("u%d_%d", g.n, i))
		}
		if op.Ordinality {
			op.Names = append(op.Names, fmt.Sprintf("o%d", g.n))
		}
		return g.node("unnest", op, in)
	default:
		return g.join(in, pick(g.r, pool))
	}
}

func (g *plans) project(in *plan.Node) *plan.Node {
	var cols []plan.Column
	at := in.Schema.TimeIndex()
	for i, f := range in.Schema.Fields {
		if i == at && g.r.IntN(5) > 0 || i != at && g.r.IntN(2) == 0 {
			cols = append(cols, plan.Column{Name: f.Name, Expr: g.columnExpr(in.Schema, i)})
		}
	}
	for range 1 + g.r.IntN(2) {
		e := g.check(in.Schema, func(e *expressions) string { return e.any(2) })
		if e == nil {
			continue
		}
		g.n++
		name := fmt.Sprintf("p%d", g.n)
		if g.r.IntN(4) == 0 && len(in.Schema.Fields) > 0 {
			// Now and then a column takes another one's name.
			name = pick(g.r, in.Schema.Fields).Name
			if i := in.Schema.Index(name); i == at || slices.ContainsFunc(cols, func(c plan.Column) bool { return c.Name == name }) {
				continue
			}
		}
		cols = append(cols, plan.Column{Name: name, Expr: e})
	}
	if len(cols) == 0 {
		return nil
	}
	return g.node("project", &plan.Project{Columns: cols}, in)
}

// grouping makes keys and aggregates. Floats are summed where that is exact: column q holds multiples of 1/8.
func (g *plans) grouping(in *plan.Node) (keys []plan.Column, aggs []plan.AggColumn) {
	for _, i := range g.columnsOf(in.Schema, orderable) {
		if g.r.IntN(6) == 0 && len(keys) < 2 {
			keys = append(keys, plan.Column{Name: in.Schema.Fields[i].Name, Expr: g.columnExpr(in.Schema, i)})
		}
	}
	if g.r.IntN(3) == 0 {
		if e := g.check(in.Schema, func(e *expressions) string { return e.number(1) }); e != nil {
			g.n++
			keys = append(keys, plan.Column{Name: fmt.Sprintf("g%d", g.n), Expr: e})
		}
	}
	env := expr.Env{Schema: in.Schema, Zone: g.zone}
	e := g.exprs(in)
	for range 1 + g.r.IntN(4) {
		var text string
		switch g.r.IntN(9) {
		case 0:
			text = "COUNT(*)"
		case 1:
			text = "COUNT(" + e.any(1) + ")"
		case 2:
			text = "COUNT(DISTINCT " + e.any(1) + ")"
		case 3:
			text = pick(g.r, []string{"MIN(", "MAX("}) + e.any(1) + ")"
		case 4:
			text = pick(g.r, []string{"SUM(q)", "AVG(q)", "SUM(i32)", "SUM(k)", "AVG(i32)", "AVG(k)", "SUM(d)", "AVG(d)"})
		case 5:
			text = "SUM(" + pick(g.r, []string{"k", "d", "q", "i32", "d / 3", "k / k", "i64 % 1000"}) + ")"
		case 6:
			text = "AVG(" + pick(g.r, []string{"k", "d", "q", "i32", "i64", "d / 3", "big"}) + ")"
		default:
			text = pick(g.r, []string{"MIN(", "MAX(", "COUNT("}) + e.number(2) + ")"
		}
		if g.r.IntN(3) == 0 {
			text += " FILTER (WHERE " + e.truth(1) + ")"
		}
		ast, diags := sqltext.ParseExpr(text)
		if diags.HasErrors() {
			continue
		}
		found, _, diags := expr.CheckAggregate(ast, env)
		if diags.HasErrors() || len(found) != 1 || found[0].Arg != nil && inexact(found[0].Arg) {
			continue
		}
		g.n++
		aggs = append(aggs, plan.AggColumn{Name: fmt.Sprintf("a%d", g.n), Agg: found[0]})
	}
	return keys, aggs
}

func (g *plans) window(in *plan.Node) *plan.Node {
	at := in.Schema.TimeIndex()
	keys, aggs := g.grouping(in)
	keys = slices.DeleteFunc(keys, func(c plan.Column) bool { return c.Name == plan.WindowStart || c.Name == plan.WindowEnd })
	if at < 0 || len(aggs) == 0 {
		return nil
	}
	op := &plan.Window{Time: at, Keys: keys, Aggs: aggs, Size: pick(g.r, []int64{1, 60_000_000, 1_800_000_000, 3_600_000_000, 7_200_000_000, 86_400_000_000, 604_800_000_000})}
	op.Slide = op.Size
	if g.r.IntN(3) == 0 && op.Size > 1 {
		op.Kind, op.Slide = plan.Hop, op.Size/pick(g.r, []int64{2, 3, 4})
	}
	return g.node("window", op, in)
}

func (g *plans) rank(in *plan.Node) *plan.Node {
	if in = g.ordered(in); in == nil {
		return nil
	}
	cols := g.columnsOf(in.Schema, orderable)
	op := &plan.Rank{From: 1, To: int64(1 + g.r.IntN(4))}
	if g.r.IntN(3) == 0 {
		op.From, op.To = 2, 5
	}
	if g.r.IntN(3) > 0 {
		op.Partition = []int{pick(g.r, cols)}
	}
	for _, c := range cols {
		if len(op.Order) < 2 && g.r.IntN(4) == 0 && !slices.Contains(op.Partition, c) {
			op.Order = append(op.Order, plan.SortKey{Column: c, Desc: g.r.IntN(2) == 0, NullsFirst: g.r.IntN(2) == 0})
		}
	}
	if len(op.Order) == 0 {
		return nil
	}
	if g.r.IntN(2) == 0 {
		g.n++
		op.Number = fmt.Sprintf("r%d", g.n)
	}
	return g.node("rank", op, in)
}

func (g *plans) join(l, r *plan.Node) *plan.Node {
	var left, right []int
	for range 1 + g.r.IntN(2) {
		i := g.r.IntN(len(l.Schema.Fields))
		same := g.columnsOf(r.Schema, func(f schema.Field) bool { return orderable(f) && f.Type.Equal(l.Schema.Fields[i].Type) })
		if len(same) > 0 && !slices.Contains(left, i) {
			left, right = append(left, i), append(right, pick(g.r, same))
		}
	}
	if k, m := l.Schema.Index("k"), r.Schema.Index("k"); g.r.IntN(2) == 0 && k >= 0 && m >= 0 && l.Schema.Fields[k].Type.Equal(r.Schema.Fields[m].Type) {
		left, right = []int{k}, []int{m}
	}
	if len(left) == 0 {
		return nil
	}
	kind := plan.JoinKind(g.r.IntN(6))
	var where *expr.Expr
	if g.r.IntN(2) == 0 {
		where = g.check(plan.PairSchema(l.Schema, r.Schema), func(e *expressions) string { return e.truth(2) })
		if where != nil && where.Type.Kind != schema.Boolean {
			where = nil
		}
	}
	lt, rt := l.Schema.TimeIndex(), r.Schema.TimeIndex()
	bounds := []int64{0, 60_000_000, 3_600_000_000, 7_200_000_000}
	switch g.r.IntN(3) {
	case 0:
		op := &plan.Join{Kind: kind, Left: left, Right: right, Where: where, LeftTime: -1, RightTime: -1}
		if lt >= 0 && rt >= 0 && g.r.IntN(2) == 0 {
			op.TTL, op.LeftTime, op.RightTime = pick(g.r, bounds[1:]), lt, rt
		}
		return g.node("join", op, l, r)
	case 1:
		if lt < 0 || rt < 0 {
			return nil
		}
		return g.node("near", &plan.IntervalJoin{Kind: kind, Left: left, Right: right, Where: where, LeftTime: lt, RightTime: rt, Lower: -pick(g.r, bounds), Upper: pick(g.r, bounds)}, l, r)
	}
	if lt < 0 || rt < 0 || !arrives(r) {
		return nil
	}
	return g.node("asof", &plan.TemporalJoin{Kind: plan.JoinKind(g.r.IntN(2)), Left: left, Right: right, Where: where, LeftTime: lt, RightTime: rt}, l, r)
}

// random makes a plan of up to depth operators.
func (g *plans) random(data []*dataset, depth int) *plan.Plan {
	var pool []*plan.Node
	for _, d := range data {
		pool = append(pool, g.scan(d))
	}
	last := pool[0]
	for tries := 0; tries < depth; tries++ {
		// Mostly on what was made last, so that the operators stand on one another.
		from := pool
		if g.r.IntN(3) > 0 {
			from = []*plan.Node{last, last, pick(g.r, pool)}
		}
		if n := g.step(from); n != nil && len(n.Schema.Fields) < 40 {
			last, pool = n, append(pool, n)
		}
	}
	return g.plan(last)
}

func (g *plans) plan(n *plan.Node) *plan.Plan {
	sink := &plan.Node{ID: "m.d.p/out/./sink", Op: &plan.Sink{Component: sinkName, Version: 1, Params: []byte(`{}`)}, Inputs: []*plan.Node{n}, Schema: n.Schema, Mode: n.Mode}
	return &plan.Plan{Model: "m.d.p", TimeZone: g.zone.String(), Sinks: []*plan.Node{sink}}
}

// planSchema is small enough that rows meet.
func planSchema(t testing.TB) *schema.Schema {
	s := columnsOf(t, "id int64 not null", "k int32", "n int64 not null", "i32 int32", "i64 int64", "u8 uint8", "q float64", "f64 float64", "d decimal(10, 2)", "big decimal(38, 10)",
		"s string", "x boolean", "day date", "e timestamp", "arr array<int64>", "m map<string, int64>")
	s.EventTime = &schema.EventTime{Column: "e", OutOfOrder: schema.Duration(10_000 * time.Hour), MaxFuture: schema.Duration(time.Hour)}
	return s
}
