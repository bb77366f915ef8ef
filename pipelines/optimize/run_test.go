package optimize_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/optimize"
)

// row is one row with where it came from.
type row struct {
	id     string
	values []any
}

// machine runs plans row by row, without batches: slow and plain.
type machine struct {
	t *testing.T
	// data holds the rows of each scan by its id, with all columns of the source.
	data map[string][]row
	done map[*plan.Node][]row
	// rejected has "operator-independent" failures: row and code.
	rejected map[string]bool
}

func (m *machine) eval(e *expr.Expr, r row) (any, bool) {
	cols := expr.Columns(e)
	by := make([]*expr.Expr, len(r.values))
	for _, i := range cols {
		by[i] = &expr.Expr{Op: expr.OpLiteral, Nullable: true, Value: r.values[i]}
	}
	typed := typeLiterals(e, by)
	v, code, err := expr.EvalConst(typed, time.UTC)
	require.NoError(m.t, err)
	if code != 0 {
		m.rejected[r.id+" "+code.String()] = true
		return nil, false
	}
	return v, true
}

// typeLiterals replaces columns by the row's values, each of its column's type.
func typeLiterals(e *expr.Expr, by []*expr.Expr) *expr.Expr {
	if e.Op == expr.OpColumn {
		l := *by[e.Column]
		l.Type = e.Type
		return &l
	}
	c := *e
	c.Args = make([]*expr.Expr, len(e.Args))
	for i, a := range e.Args {
		c.Args[i] = typeLiterals(a, by)
	}
	return &c
}

func (m *machine) rows(n *plan.Node) []row {
	if out, ok := m.done[n]; ok {
		return out
	}
	var in [][]row
	for _, i := range n.Inputs {
		in = append(in, m.rows(i))
	}
	var out []row
	switch op := n.Op.(type) {
	case *plan.Scan:
		for _, r := range m.data[n.ID] {
			c := row{id: r.id}
			for _, f := range n.Schema.Fields {
				c.values = append(c.values, r.values[op.Source.Index(f.Name)])
			}
			out = append(out, c)
		}
	case *plan.Filter:
		for _, r := range in[0] {
			if v, ok := m.eval(op.Where, r); ok && v == true {
				out = append(out, r)
			}
		}
	case *plan.Project:
		for _, r := range in[0] {
			if values, ok := m.values(op.Columns, r); ok {
				out = append(out, row{r.id, values})
			}
		}
	case *plan.Union:
		for k, rows := range in {
			for _, r := range rows {
				out = append(out, row{fmt.Sprintf("%s/%d", r.id, k), r.values})
			}
		}
	case *plan.Dedupe:
		out = m.dedupe(op, in[0])
	case *plan.Window:
		out = m.window(op, in[0])
	case *plan.Join, *plan.IntervalJoin, *plan.TemporalJoin:
		out = m.joined(n, in)
	case *plan.Aggregate:
		out = m.aggregated(op, in[0])
	case *plan.Rank:
		out = m.ranked(op, in[0])
	case *plan.Normalize:
		out = normalized(n, in[0])
	case *plan.Unnest:
		out = unnested(op, in[0])
	case *plan.Sink:
		out = in[0]
	}
	m.done[n] = out
	return out
}

func (m *machine) values(cols []plan.Column, r row) ([]any, bool) {
	var values []any
	for _, c := range cols {
		v, ok := m.eval(c.Expr, r)
		if !ok {
			return nil, false
		}
		values = append(values, v)
	}
	return values, true
}

func (m *machine) dedupe(op *plan.Dedupe, in []row) []row {
	sorted := slices.Clone(in)
	slices.SortStableFunc(sorted, func(a, b row) int {
		if d := a.values[op.Time].(int64) - b.values[op.Time].(int64); d != 0 {
			return int(d)
		}
		return strings.Compare(a.id, b.id)
	})
	kept := map[string]int64{}
	var out []row
	for _, r := range sorted {
		key := ""
		for _, k := range op.Keys {
			key += fmt.Sprintf("%v|", r.values[k])
		}
		at := r.values[op.Time].(int64)
		if last, ok := kept[key]; ok && at-last < op.Within {
			continue
		}
		kept[key] = at
		out = append(out, r)
	}
	return out
}

// window counts: the aggregates of the tests are counts.
func (m *machine) window(op *plan.Window, in []row) []row {
	groups := map[string]*row{}
	for _, r := range in {
		keys, counts, ok := m.contribution(op.Keys, op.Aggs, r)
		if !ok {
			continue
		}
		start := r.values[op.Time].(int64) / op.Size * op.Size
		id := fmt.Sprint(start, keys)
		g := groups[id]
		if g == nil {
			g = &row{id: id, values: append([]any{start, start + op.Size}, keys...)}
			for range counts {
				g.values = append(g.values, int64(0))
			}
			groups[id] = g
		}
		for i, c := range counts {
			at := 2 + len(keys) + i
			g.values[at] = g.values[at].(int64) + c
		}
	}
	var out []row
	for _, g := range groups {
		out = append(out, *g)
	}
	return out
}

// contribution is the group of a row and what it adds to the group's counts.
func (m *machine) contribution(by []plan.Column, aggs []plan.AggColumn, r row) (keys []any, counts []int64, ok bool) {
	keys, ok = m.values(by, r)
	counts = make([]int64, len(aggs))
	for i, a := range aggs {
		counts[i] = 1
		if a.Agg.Arg == nil {
			continue
		}
		v, good := m.eval(a.Agg.Arg, r)
		ok = ok && good
		if v == nil {
			counts[i] = 0
		}
	}
	return keys, counts, ok
}

// outcome is what a plan puts out and rejects, in an order of its own.
func outcome(t *testing.T, p *plan.Plan, data map[string][]row) (rows []string, rejected []string) {
	m := &machine{t: t, data: data, done: map[*plan.Node][]row{}, rejected: map[string]bool{}}
	for _, s := range p.Sinks {
		for _, r := range m.rows(s) {
			rows = append(rows, s.ID+fmt.Sprint(r.values))
		}
	}
	for id := range m.rejected {
		rejected = append(rejected, id)
	}
	slices.Sort(rows)
	slices.Sort(rejected)
	return rows, rejected
}

// TestRandomPlans runs random plans over rows made to fail, with all rules, each rule off and each alone: the same rows come out and the
// same rows are rejected with the same codes.
func TestRandomPlans(t *testing.T) {
	applied := map[string]int{}
	for seed := range uint64(120) {
		g := generator{builder: builder{t: t}, r: rand.New(rand.NewPCG(seed, 1)), data: map[string][]row{}}
		p := g.random()
		wantRows, wantRejected := outcome(t, p, g.data)
		variants := []map[string]bool{{}}
		for _, r := range optimize.Rules() {
			variants = append(variants, map[string]bool{r.Name: true}, only(r.Name))
		}
		for _, off := range variants {
			got, rules := optimize.Optimize(p, off)
			require.NoError(t, plan.Validate(got), "seed %d\n%s\n=>\n%s", seed, p.Explain(), got.Explain())
			rows, rejected := outcome(t, got, g.data)
			require.Equal(t, wantRows, rows, "seed %d, off %v\n%s\n=>\n%s", seed, off, p.Explain(), got.Explain())
			require.Equal(t, wantRejected, rejected, "seed %d, off %v\n%s\n=>\n%s", seed, off, p.Explain(), got.Explain())
			for _, a := range rules {
				applied[a.Rule] += a.Changes
			}
		}
	}
	for _, r := range optimize.Rules() {
		require.NotZero(t, applied[r.Name], "the plans never gave %s anything to do", r.Name)
	}
}

type generator struct {
	builder
	r    *rand.Rand
	data map[string][]row
	// streaming keeps to plans whose answer does not depend on the order in which rows of one time, or of no time, come.
	streaming bool
}

func (g *generator) random() *plan.Plan {
	n := g.chain(g.source(), 1+g.r.IntN(6))
	if g.r.IntN(3) == 0 {
		return g.plan(g.chain(n, g.r.IntN(4)), g.chain(n, g.r.IntN(4)))
	}
	return g.plan(n)
}

func (g *generator) source() *plan.Node {
	n := g.tagged()
	if g.streaming {
		n.Schema.EventTime.OutOfOrder = schema.Duration(time.Hour)
	}
	number := len(g.data)
	pool := []any{int64(0), int64(1), int64(2), int64(7), int64(math.MaxInt32), int64(-1)}
	for i := range 25 {
		r := row{id: fmt.Sprintf("%s:%02d", n.Op.(*plan.Scan).Table, i)}
		for _, f := range n.Schema.Fields {
			switch {
			case f.Type.Kind == schema.Timestamp:
				at := int64(g.r.IntN(40)) * 1_000_000
				if g.streaming {
					at += int64(100*number + i) // no two rows at one time
				}
				r.values = append(r.values, at)
			case f.Type.Kind == schema.Array:
				var tags []any
				for range g.r.IntN(3) {
					tags = append(tags, pool[g.r.IntN(len(pool))])
				}
				r.values = append(r.values, tags)
			case f.Nullable && g.r.IntN(3) == 0:
				r.values = append(r.values, nil)
			default:
				r.values = append(r.values, pool[g.r.IntN(len(pool))])
			}
		}
		g.data[n.ID] = append(g.data[n.ID], r)
	}
	return n
}

func (g *generator) chain(n *plan.Node, length int) *plan.Node {
	for range length {
		n = g.step(n)
	}
	return n
}

func (g *generator) step(n *plan.Node) *plan.Node {
	k := g.r.IntN(17)
	if k >= 12 && g.large(n) {
		k = g.r.IntN(9)
	}
	switch {
	case k < 5:
		return g.filter(n, g.condition(n, 2))
	case k < 9:
		return g.someColumns(n)
	case k >= 15:
		return g.gather(n)
	case k >= 12:
		return g.meet(n)
	case k == 9:
		return g.union(g.filter(n, g.condition(n, 1)), g.filter(n, g.condition(n, 1)))
	case n.Mode.Change != plan.Append || n.Schema.TimeIndex() < 0 || len(g.ints(n)) == 0:
		return n
	case k == 10 && (!g.streaming || !multiplies(n)):
		return g.dedupe(n, g.ints(n)[0])
	default:
		return g.window(n, g.ints(n)[:1], "count(*)", "count("+g.int(n)+")")
	}
}

// large reports whether a plan has so many joins already that another would give too many rows.
func (g *generator) large(n *plan.Node) bool {
	joins := 0
	(&plan.Plan{Sinks: []*plan.Node{n}}).Walk(func(n *plan.Node) {
		if len(n.Inputs) == 2 {
			joins++
		}
	})
	return joins >= 2
}

// multiplies reports whether a row may come out more than once, at one time.
func multiplies(n *plan.Node) bool {
	found := false
	(&plan.Plan{Sinks: []*plan.Node{n}}).Walk(func(n *plan.Node) {
		switch n.Op.(type) {
		case *plan.Scan, *plan.Filter, *plan.Project, *plan.Dedupe:
		default:
			found = true
		}
	})
	return found
}

// ints are the columns that conditions are about.
func (g *generator) ints(n *plan.Node) []string {
	var out []string
	for _, f := range n.Schema.Fields {
		if f.Type.Kind == schema.Int32 {
			out = append(out, f.Name)
		}
	}
	return out
}

func (g *generator) int(n *plan.Node) string {
	if names := g.ints(n); len(names) > 0 {
		return names[g.r.IntN(len(names))]
	}
	return "CAST(3 AS int)"
}

func (g *generator) condition(n *plan.Node, depth int) string {
	x, y := g.int(n), g.int(n)
	switch k := g.r.IntN(11); {
	case k < 3 && depth > 0:
		return "(" + g.condition(n, depth-1) + ") AND (" + g.condition(n, depth-1) + ")"
	case k == 3 && depth > 0:
		return "(" + g.condition(n, depth-1) + ") OR (" + g.condition(n, depth-1) + ")"
	case k == 4:
		return "10 / " + x + " > 1"
	case k == 5:
		return x + " + " + y + " > 2"
	case k == 6:
		return x + " IS NOT NULL"
	case k == 7:
		return "1 + 1 = 2"
	case k == 8:
		return x + " <> " + y
	default:
		return x + " < 5"
	}
}

func (g *generator) someColumns(n *plan.Node) *plan.Node {
	var items []string
	for i := range 1 + g.r.IntN(4) {
		x := g.int(n)
		name := fmt.Sprintf(" AS p%d_%d", g.n, i)
		items = append(items, []string{x, "COALESCE(" + x + ", CAST(1 AS int))", "10 / " + x, x + " + " + g.int(n), "CAST(2 AS int)", x}[g.r.IntN(6)]+name)
	}
	if i := n.Schema.TimeIndex(); i >= 0 && g.r.IntN(4) > 0 {
		items = append(items, n.Schema.Fields[i].Name)
	}
	return g.project(n, items...)
}
