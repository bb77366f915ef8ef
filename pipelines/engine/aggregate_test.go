package engine

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// exprOf parses and checks an expression over some columns.
func exprOf(t testing.TB, s *schema.Schema, text string) *expr.Expr {
	ast, diags := sqltext.ParseExpr(text)
	require.Empty(t, diags)
	e, diags := expr.Check(ast, expr.Env{Schema: s})
	require.Empty(t, diags)
	return e
}

// aggOf makes an aggregate from its parts: "sum", "v", "v > 0". An argument may begin with DISTINCT.
func aggOf(t testing.TB, s *schema.Schema, name, fn, arg, filter string) plan.AggColumn {
	a := expr.Agg{Func: fn, Type: schema.Of(schema.Int64), Filter: conditionOf(t, s, filter), Nullable: fn != "count"}
	if arg, a.Distinct = strings.CutPrefix(arg, "DISTINCT "); arg != "" {
		a.Arg = exprOf(t, s, arg)
		switch {
		case fn == "min" || fn == "max" || fn == "avg":
			a.Type = a.Arg.Type
		case fn == "sum" && a.Arg.Type.Float():
			a.Type = schema.Of(schema.Float64)
		}
	}
	return plan.AggColumn{Name: name, Agg: a}
}

func aggregateNode(t testing.TB, s *schema.Schema, mode plan.ChangeMode, keys []string, aggs ...plan.AggColumn) *plan.Node {
	op := &plan.Aggregate{Aggs: aggs}
	for _, k := range keys {
		op.Keys = append(op.Keys, plan.Column{Name: k, Expr: exprOf(t, s, k)})
	}
	n := nodeOf(t, op, s)
	n.Inputs[0].Mode.Change = mode
	return n
}

func newAggregateOf(t testing.TB, n *plan.Node, rows int) *aggregateOp {
	g, err := newAggregate(barrierRun(rows), n, n.Op.(*plan.Aggregate))
	require.NoError(t, err)
	return g
}

// Each step is what comes in at a barrier and what goes out.
func TestAggregateChanges(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k string", "v int64", "f float64")}
	count := aggOf(t, s, "n", "count", "", "")
	type step struct{ in, out []string }
	for name, c := range map[string]struct {
		mode  plan.ChangeMode
		keys  []string
		aggs  []plan.AggColumn
		steps []step
	}{
		"inserts": {plan.Append, []string{"k"}, []plan.AggColumn{count, aggOf(t, s, "v", "sum", "v", ""), aggOf(t, s, "top", "max", "v", "")}, []step{
			{[]string{"+I b 1 0", "+I a NULL 0", "+I b 5 0"}, []string{"+I a 1 NULL NULL", "+I b 2 6 5"}},
			{nil, nil},
			{[]string{"+I b 2 0", "+I NULL 7 0"}, []string{"+I NULL 1 7 7", "-U b 2 6 5", "+U b 3 8 5"}},
		}},
		"what does not change is silent": {plan.Append, []string{"k"}, []plan.AggColumn{aggOf(t, s, "top", "max", "v", ""), aggOf(t, s, "users", "count", "DISTINCT v", "")}, []step{
			{[]string{"+I a 5 0", "+I b 3 0"}, []string{"+I a 5 1", "+I b 3 1"}},
			{[]string{"+I a 5 0", "+I a NULL 0"}, nil},
			{[]string{"+I a 4 0", "+I b 3 0"}, []string{"-U a 5 1", "+U a 5 2"}},
		}},
		"distinct keys": {plan.Retract, []string{"k"}, nil, []step{
			{[]string{"+I a 1 0", "+I a 2 0", "+I b 1 0"}, []string{"+I a", "+I b"}},
			{[]string{"-D a 1 0", "-D b 1 0"}, []string{"-D b"}},
			{[]string{"-D a 2 0", "+I b 1 0"}, []string{"-D a", "+I b"}},
		}},
		"without keys there is a row from the beginning": {plan.Retract, nil, []plan.AggColumn{count, aggOf(t, s, "v", "sum", "v", "")}, []step{
			{nil, []string{"+I 0 NULL"}},
			{nil, nil},
			{[]string{"+I a 3 0", "+I b 4 0"}, []string{"-U 0 NULL", "+U 2 7"}},
			{[]string{"-D a 3 0", "-D b 4 0"}, []string{"-U 2 7", "+U 0 NULL"}},
		}},
		"without keys, rows at once": {plan.Append, nil, []plan.AggColumn{count}, []step{{[]string{"+I a 3 0"}, []string{"+I 1"}}}},
		"rows go again": {plan.Retract, []string{"k"}, []plan.AggColumn{count, aggOf(t, s, "low", "min", "v", ""), aggOf(t, s, "top", "max", "v", ""),
			aggOf(t, s, "users", "count", "DISTINCT v", ""), aggOf(t, s, "f", "sum", "f", "")}, []step{
			{[]string{"+I a 5 0.1", "+I a 3 0.2", "+I a 3 0.3"}, []string{"+I a 3 3 5 2 0.6"}},
			{[]string{"-D a 5 0.1"}, []string{"-U a 3 3 5 2 0.6", "+U a 2 3 3 1 0.5"}},
			{[]string{"-U a 3 0.2", "+U a 9 0.2"}, []string{"-U a 2 3 3 1 0.5", "+U a 2 3 9 2 0.5"}},
			{[]string{"-D a 3 0.3", "-D a 9 0.2"}, []string{"-D a 2 3 9 2 0.5"}},
			{[]string{"+I a NULL NULL"}, []string{"+I a 1 NULL NULL 0 NULL"}},
		}},
		"a barrier's changes count together": {plan.Retract, []string{"k"}, []plan.AggColumn{count, aggOf(t, s, "top", "max", "v", "")}, []step{
			// Of two lanes, the one that takes a row back may stand before the one that brought it.
			{[]string{"-D a 5 0", "+I b 1 0", "+I a 5 0"}, []string{"+I b 1 1"}},
			{[]string{"-D b 1 0", "+I b 1 0"}, nil},
			{[]string{"-D b 1 0", "+I b 2 0"}, []string{"-U b 1 1", "+U b 1 2"}},
		}},
		"filters": {plan.Retract, []string{"k"}, []plan.AggColumn{aggOf(t, s, "n", "count", "", "v > 2"), aggOf(t, s, "q", "sum", "12 / v", "v <> 0")}, []step{
			{[]string{"+I a 2 0", "+I a 3 0", "+I a 0 0"}, []string{"+I a 1 10"}},
			{[]string{"-D a 2 0", "-D a 3 0"}, []string{"-U a 1 10", "+U a 0 NULL"}},
		}},
	} {
		for _, rows := range []int{1, 2, 100} {
			t.Run(fmt.Sprintf("%s/%d", name, rows), func(t *testing.T) {
				n := aggregateNode(t, s, c.mode, c.keys, c.aggs...)
				g, saved := newAggregateOf(t, n, rows), newAggregateOf(t, n, rows)
				for i, step := range c.steps {
					var out []string
					require.NoError(t, g.advance([]gathered{gatheredOf(changesOf(t, s, step.in...))}, func(b *batch.Batch) error {
						require.LessOrEqual(t, b.N, rows)
						require.EqualValues(t, batch.NoPart, b.Part)
						require.Nil(t, b.Marks)
						inserts := !slices.ContainsFunc(b.Kinds, func(k batch.RowKind) bool { return k != batch.Insert })
						out = append(out, textOf(t, b)...)
						require.True(t, rows == 1 || !inserts || b.Kinds == nil)
						return nil
					}))
					require.Equal(t, step.out, out, "step %d", i)
					passOn(t, g, saved)
				}
				require.Empty(t, advanceText(t, saved, gatheredOf()), "what has been given out is not given out again")
			})
		}
	}
}

// modelAggregate has a random row of every type an aggregate takes, and all aggregates there are.
func modelAggregate(t testing.TB, mode plan.ChangeMode) (n *plan.Node, cases []accCase) {
	s := &schema.Schema{Fields: fieldsOf(t, "k string", "l int64")}
	names := slices.Sorted(maps.Keys(accCases()))
	op := &plan.Aggregate{}
	columns := map[string]int{}
	all := accCases()
	for i, name := range names {
		c := all[name]
		if c.agg.Arg != nil {
			typ := c.agg.Arg.Type.String()
			if _, has := columns[typ]; !has {
				columns[typ] = len(s.Fields)
				s.Fields = append(s.Fields, schema.Field{Name: fmt.Sprintf("c%d", len(s.Fields)), Type: c.agg.Arg.Type, Nullable: true})
			}
			arg := *c.agg.Arg
			arg.Column = columns[typ]
			c.agg.Arg = &arg
		}
		c.agg.Nullable = c.agg.Func != "count"
		cases = append(cases, c)
		op.Aggs = append(op.Aggs, plan.AggColumn{Name: fmt.Sprintf("a%d", i), Agg: c.agg})
	}
	for _, k := range []string{"k", "l"} {
		op.Keys = append(op.Keys, plan.Column{Name: k, Expr: exprOf(t, s, k)})
	}
	n = nodeOf(t, op, s)
	n.Inputs[0].Mode.Change = mode
	return n, cases
}

// changelog draws changes that make sense: rows of a batch by number, each with what is done to it.
type changelog struct {
	all  *batch.Batch
	next int
	live []int32
}

func (c *changelog) draw(r *rand.Rand, n int, retract bool) (rows []int32, kinds []batch.RowKind) {
	for range n {
		if i := len(c.live); retract && i > 0 && r.IntN(5) < 2 {
			at := r.IntN(i)
			rows, kinds = append(rows, c.live[at]), append(kinds, []batch.RowKind{batch.Delete, batch.UpdateBefore}[r.IntN(2)])
			c.live = slices.Delete(c.live, at, at+1)
			continue
		}
		if c.next == c.all.N {
			break
		}
		rows, kinds = append(rows, int32(c.next)), append(kinds, []batch.RowKind{batch.Insert, batch.UpdateAfter}[r.IntN(2)])
		c.live = append(c.live, int32(c.next))
		c.next++
	}
	return rows, kinds
}

// cut makes batches of changes.
func (c *changelog) cut(r *rand.Rand, rows []int32, kinds []batch.RowKind, inserts bool) (out []*batch.Batch) {
	for len(rows) > 0 {
		n := 1 + r.IntN(len(rows))
		b := c.all.Gather(rows[:n])
		if !inserts {
			b.Kinds = slices.Clone(kinds[:n])
		}
		out = append(out, b)
		rows, kinds = rows[n:], kinds[n:]
	}
	return out
}

// Whatever the cuts into epochs and batches, the order within an epoch and the restarts in between: after every barrier the changes add up
// to the aggregates of the rows that are there, each group changes once at most, and nothing is given out that is as it was.
func TestAggregateAgainstModel(t *testing.T) {
	for _, mode := range []plan.ChangeMode{plan.Append, plan.Retract} {
		n, cases := modelAggregate(t, mode)
		for seed := range uint64(6) {
			t.Run(fmt.Sprintf("%s/%d", mode, seed), func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(seed, 18))
				log := &changelog{all: aggregateRows(r, n.Inputs[0].Schema, 150)}
				rows := []int{1, 3, 1000}[seed%3]
				g, saved := newAggregateOf(t, n, rows), newAggregateOf(t, n, rows)
				got := multiset{}
				for range 24 {
					changed, kinds := log.draw(r, r.IntN(12), mode == plan.Retract)
					if mode == plan.Retract {
						r.Shuffle(len(changed), func(i, j int) {
							changed[i], changed[j] = changed[j], changed[i]
							kinds[i], kinds[j] = kinds[j], kinds[i]
						})
					}
					out := advanceText(t, g, gatheredOf(log.cut(r, changed, kinds, mode == plan.Append)...))
					got.apply(t, out...)
					require.Equal(t, aggregateModel(n, cases, log), got)
					requireOnce(t, out, 2)
					if passOn(t, g, saved); r.IntN(4) == 0 {
						g, saved = saved, newAggregateOf(t, n, rows)
						passOn(t, g, saved)
					}
				}
			})
		}
	}
}

// aggregateRows has few keys, NULL among them, in the first two columns.
func aggregateRows(r *rand.Rand, s *schema.Schema, n int) *batch.Batch {
	b := &batch.Batch{Schema: s, N: n, Part: batch.NoPart}
	for i, f := range s.Fields {
		c := batch.NewBuilder(f.Type, n)
		for range n {
			switch k := r.IntN(4); {
			case i < 2 && k == 0:
				c.AppendNull()
			case i == 0:
				c.AppendString(string(rune('a' + k)))
			case i == 1:
				c.AppendInt(int64(k))
			default:
				appendRandom(r, c, false)
			}
		}
		b.Cols = append(b.Cols, c.Finish())
	}
	return b
}

func aggregateModel(n *plan.Node, cases []accCase, log *changelog) multiset {
	groups := map[string][]int32{}
	for _, row := range log.live {
		key := showValue(log.all.Cols[0].Value(int(row))) + " " + showValue(log.all.Cols[1].Value(int(row)))
		groups[key] = append(groups[key], row)
	}
	out := multiset{}
	for key, rows := range groups {
		text := key
		for _, c := range cases {
			var values []any
			if c.agg.Arg != nil {
				col := log.all.Cols[c.agg.Arg.Column]
				for _, row := range rows {
					if !col.IsNull(int(row)) {
						values = append(values, col.Value(int(row)))
					}
				}
			}
			text += " " + showValue(c.want(values, len(rows)))
		}
		out[text]++
	}
	return out
}

// showValue writes a value as textOf does.
func showValue(v any) string {
	if v == nil {
		return "NULL"
	}
	return fmt.Sprintf("%v", v)
}

// requireOnce checks the changes of a barrier: by key, which has so many words, at most one row before and one after, and they differ; keys
// in one order.
func requireOnce(t *testing.T, changes []string, words int) {
	seen := map[string]bool{}
	last := ""
	for i, c := range changes {
		parts := strings.Fields(c)
		key := strings.Join(parts[1:1+words], " ")
		switch parts[0] {
		case "+U":
			require.Equal(t, key, last)
			require.Equal(t, "-U", changes[i-1][:2])
			require.NotEqual(t, changes[i-1][2:], c[2:])
		default:
			require.False(t, seen[key], c)
		}
		seen[key], last = true, key
	}
}

// A row on which an expression fails is rejected, with the column as its place; the change that takes it back goes unseen.
func TestAggregateRejects(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k string", "v int64")}
	n := aggregateNode(t, s, plan.Retract, []string{"12 / v"}, aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "m", "sum", "6 / (v - 1)", "k <> 'x'"))
	g := newAggregateOf(t, n, 10)
	require.Equal(t, []string{"+I 6 1 6", "+I 12 1 NULL"}, advanceText(t, g, gatheredOf(changesOf(t, s, "+I a 0", "+I a 1", "+I x 1", "+I a 2"))))
	var at []string
	for _, r := range g.run.barrier.rejects {
		at = append(at, fmt.Sprintf("%s %s %s", r.Code, r.Path, r.Row))
	}
	require.Equal(t, []string{`row.division_by_zero 12 / v {"k":"a","v":0}`, `row.division_by_zero m {"k":"a","v":1}`}, at)
	require.Equal(t, []string{"-D 12 1 NULL"}, advanceText(t, g, gatheredOf(changesOf(t, s, "-D a 0", "-D a 1", "-D x 1"))))
	require.Len(t, g.run.barrier.rejects, 2)

	g.run.opt.OnError = Stop
	err := g.advance([]gathered{gatheredOf(changesOf(t, s, "+I a 0"))}, nil)
	var row *RowError
	require.ErrorAs(t, err, &row)
}

// A sum may leave its type within a barrier, not at the end of it.
func TestAggregateOverflow(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k string", "v int64")}
	g := newAggregateOf(t, aggregateNode(t, s, plan.Retract, []string{"k"}, aggOf(t, s, "total", "sum", "v", "")), 10)
	const most = "9223372036854775807"
	require.Equal(t, []string{"+I a " + most}, advanceText(t, g, gatheredOf(changesOf(t, s, "+I a "+most, "+I a 5", "+I a -5"))))
	require.Equal(t, []string{"-U a " + most, "+U a 6"}, advanceText(t, g, gatheredOf(changesOf(t, s, "+I a 1", "-D a "+most, "+I a 5", "+I a 0", "-D a 0", "+I a 5", "-D a 5"))))
	err := g.advance([]gathered{gatheredOf(changesOf(t, s, "+I a "+most))}, nil)
	require.ErrorIs(t, err, errSumOverflow)
	require.ErrorContains(t, err, "total")
	var permanent *component.PermanentError
	require.ErrorAs(t, err, &permanent, "to try again does not help")
}

// Groups without rows do not stay for ever; those that stay keep what they had.
func TestAggregateForgets(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k int64", "v int64")}
	n := aggregateNode(t, s, plan.Retract, []string{"k"}, aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "v", "sum", "v", ""), aggOf(t, s, "top", "max", "v", ""))
	g, saved := newAggregateOf(t, n, 100), newAggregateOf(t, n, 100)
	var add, remove, want []string
	for k := range 3000 {
		add = append(add, fmt.Sprintf("+I %d %d", k, 2*k))
		if k%10 > 0 {
			remove = append(remove, fmt.Sprintf("-D %d %d", k, 2*k))
		} else {
			want = append(want, fmt.Sprintf("%d 1 %d %d", k, 2*k, 2*k))
		}
	}
	got := multiset{}
	for _, changes := range [][]string{add, remove, {"+I 7 1"}} {
		got.apply(t, advanceText(t, g, gatheredOf(changesOf(t, s, changes...)))...)
		passOn(t, g, saved)
	}
	want = append(want, "7 1 1 1")
	slices.Sort(want)
	require.Equal(t, want, got.sorted())
	for _, op := range []*aggregateOp{g, saved} {
		require.Equal(t, 301, op.groups.groups.Len())
		require.Equal(t, []string{"-U 10 1 20 20", "+U 10 2 21 20"}, advanceText(t, op, gatheredOf(changesOf(t, s, "+I 10 1"))))
		require.Equal(t, []string{"-D 7 1 1 1"}, advanceText(t, op, gatheredOf(changesOf(t, s, "-D 7 1"))))
	}
}

// A checkpoint costs the change: of many groups, the few that were touched.
func TestAggregateSavesWhatChanged(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k int64", "v int64")}
	n := aggregateNode(t, s, plan.Append, []string{"k"}, aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "v", "sum", "v", ""), aggOf(t, s, "top", "max", "v", ""))
	g := newAggregateOf(t, n, 100)
	var rows []string
	for k := range 5000 {
		rows = append(rows, fmt.Sprintf("+I %d 1", k))
	}
	size := func(changes ...string) (n int, wasFull bool) {
		advanceText(t, g, gatheredOf(changesOf(t, s, changes...)))
		require.NoError(t, g.snapshot(func(_ string, payload []byte, full bool) { n, wasFull = n+len(payload), full }))
		return n, wasFull
	}
	first, full := size(rows...)
	require.True(t, full)
	require.Greater(t, first, 5000*10)
	next, full := size("+I 17 3", "+I 9999 3")
	require.False(t, full)
	require.Less(t, next, 100)
	none, _ := size()
	require.Zero(t, none)
}

func TestAggregateRefusesDamagedState(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k string", "v int64")}
	for _, mode := range []plan.ChangeMode{plan.Append, plan.Retract} {
		n := aggregateNode(t, s, mode, []string{"k"}, aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "f", "count", "DISTINCT v", ""), aggOf(t, s, "top", "max", "v", ""))
		g := newAggregateOf(t, n, 10)
		var sections [][]byte
		for i := range 2 {
			advanceText(t, g, gatheredOf(changesOf(t, s, "+I a 1", "+I b 2", fmt.Sprintf("+I c%d 3", i))))
			require.NoError(t, g.snapshot(func(_ string, payload []byte, full bool) {
				require.Equal(t, i == 0, full)
				sections = append(sections, payload)
			}))
		}
		for i, s := range sections {
			for k := range s {
				back := newAggregateOf(t, n, 10)
				if i == 1 {
					require.NoError(t, back.restore("", sections[0], true))
				}
				require.Error(t, back.restore("", s[:k], i == 0), "%d of %d bytes", k, len(s))
			}
		}
		back := newAggregateOf(t, n, 10)
		require.ErrorContains(t, back.restore("", sections[1], false), "goes on at group 3 but 0")
		require.ErrorContains(t, back.restore("", append(sections[0][:len(sections[0]):len(sections[0])], 0), true), "follow")
	}
}
