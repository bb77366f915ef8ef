package engine

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

func rankNode(t testing.TB, s *schema.Schema, mode plan.ChangeMode, op plan.Rank) *plan.Node {
	n := nodeOf(t, &op, s)
	n.Inputs[0].Mode.Change = mode
	return n
}

func newRankOf(t testing.TB, n *plan.Node, rows int) *rankOp {
	g, err := newRank(barrierRun(rows), n, n.Op.(*plan.Rank))
	require.NoError(t, err)
	return g
}

// Each step is what comes in at a barrier and what goes out. The rows are a partition, a value and a note.
func TestRankChanges(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "p string", "v int64", "s string")}
	most := []plan.SortKey{{Column: 1, Desc: true}}
	type step struct{ in, out []string }
	for name, c := range map[string]struct {
		mode  plan.ChangeMode
		op    plan.Rank
		steps []step
	}{
		"the last row": {plan.Append, plan.Rank{Partition: []int{0}, Order: most, From: 1, To: 1}, []step{
			{[]string{"+I b 1 x", "+I a 4 x", "+I b 3 x", "+I b 2 x"}, []string{"+I a 4 x", "+I b 3 x"}},
			{[]string{"+I a 3 x", "+I b 5 x"}, []string{"-D b 3 x", "+I b 5 x"}},
			{nil, nil},
		}},
		"the best two, numbered": {plan.Append, plan.Rank{Partition: []int{0}, Order: most, From: 1, To: 2, Number: "n"}, []step{
			{[]string{"+I a 1 x", "+I a 4 x", "+I a 2 x"}, []string{"+I a 4 x 1", "+I a 2 x 2"}},
			{[]string{"+I a 3 x"}, []string{"-U a 2 x 2", "+U a 3 x 2"}},
			{[]string{"+I a 9 x"}, []string{"-U a 4 x 1", "+U a 9 x 1", "-U a 3 x 2", "+U a 4 x 2"}},
			{[]string{"+I a 4 x"}, nil}, // a tie in all columns
		}},
		"ties go by the other columns, NULL last": {plan.Append, plan.Rank{Partition: []int{0}, Order: most, From: 1, To: 2}, []step{
			{[]string{"+I a 1 NULL", "+I a 1 z", "+I a 1 y"}, []string{"+I a 1 y", "+I a 1 z"}},
		}},
		"NULL where it is asked for": {plan.Append, plan.Rank{Partition: []int{0}, Order: []plan.SortKey{{Column: 1, Desc: true, NullsFirst: true}}, From: 1, To: 1}, []step{
			{[]string{"+I a 1 x", "+I a NULL x", "+I NULL 1 x", "+I NULL NULL y"}, []string{"+I NULL NULL y", "+I a NULL x"}},
		}},
		"rows go again": {plan.Retract, plan.Rank{Partition: []int{0}, Order: most, From: 1, To: 2, Number: "n"}, []step{
			{[]string{"+I a 1 x", "+I a 2 x", "+I a 3 x", "+I a 4 x"}, []string{"+I a 4 x 1", "+I a 3 x 2"}},
			{[]string{"-D a 4 x"}, []string{"-U a 4 x 1", "+U a 3 x 1", "-U a 3 x 2", "+U a 2 x 2"}},
			{[]string{"-D a 3 x", "-D a 2 x"}, []string{"-U a 3 x 1", "+U a 1 x 1", "-D a 2 x 2"}},
			{[]string{"-D a 1 x"}, []string{"-D a 1 x 1"}},
			{[]string{"+I a 7 x"}, []string{"+I a 7 x 1"}},
		}},
		"the same row twice": {plan.Retract, plan.Rank{Partition: []int{0}, Order: most, From: 1, To: 2}, []step{
			{[]string{"+I a 1 x", "+I a 2 x", "+I a 2 x"}, []string{"+I a 2 x", "+I a 2 x"}},
			{[]string{"-D a 2 x"}, []string{"-D a 2 x", "+I a 1 x"}},
		}},
		"a barrier's changes count together": {plan.Retract, plan.Rank{Partition: []int{0}, Order: most, From: 1, To: 1}, []step{
			{[]string{"-D a 2 x", "+I a 2 x", "+I a 1 x"}, []string{"+I a 1 x"}},
			{[]string{"+I a 9 x", "-D a 9 x"}, nil},
		}},
		"from the second to the third": {plan.Retract, plan.Rank{Order: most, From: 2, To: 3, Number: "n"}, []step{
			{[]string{"+I a 5 x", "+I b 4 x"}, []string{"+I b 4 x 2"}},
			{[]string{"+I c 3 x", "+I d 6 x"}, []string{"-U b 4 x 2", "+U a 5 x 2", "+I b 4 x 3"}},
			{[]string{"-D a 5 x", "-D b 4 x"}, []string{"-U a 5 x 2", "+U c 3 x 2", "-D b 4 x 3"}},
		}},
		"without an order": {plan.Append, plan.Rank{Partition: []int{2}, From: 1, To: 1}, []step{
			{[]string{"+I b 5 x", "+I a 7 x", "+I a 6 x"}, []string{"+I a 6 x"}},
		}},
		"the partition may stand in the order": {plan.Append, plan.Rank{Partition: []int{0}, Order: []plan.SortKey{{Column: 0}, {Column: 1}, {Column: 1, Desc: true}}, From: 1, To: 1}, []step{
			{[]string{"+I b 5 x", "+I a 7 x", "+I a 6 x"}, []string{"+I a 6 x", "+I b 5 x"}},
		}},
	} {
		for _, rows := range []int{1, 2, 100} {
			t.Run(fmt.Sprintf("%s/%d", name, rows), func(t *testing.T) {
				n := rankNode(t, s, c.mode, c.op)
				g, saved := newRankOf(t, n, rows), newRankOf(t, n, rows)
				for i, step := range c.steps {
					var out []string
					require.NoError(t, g.advance([]gathered{gatheredOf(changesOf(t, s, step.in...))}, func(b *batch.Batch) error {
						require.LessOrEqual(t, b.N, rows)
						require.EqualValues(t, batch.NoPart, b.Part)
						require.Nil(t, b.Marks)
						out = append(out, textOf(t, b)...)
						return nil
					}))
					require.Equal(t, step.out, out, "step %d", i)
					passOn(t, g, saved)
				}
			})
		}
	}
}

// rankModel ranks the rows that are there, by value.
func rankModel(op *plan.Rank, all *batch.Batch, live []int32) multiset {
	parts := map[string][]int32{}
	for _, row := range live {
		key := ""
		for _, c := range op.Partition {
			v := all.Cols[c].Value(int(row))
			if f, ok := v.(float64); ok && f == 0 {
				v = 0.0
			}
			key += fmt.Sprintf("%v,", v)
		}
		parts[key] = append(parts[key], row)
	}
	order := &ordering{}
	for _, k := range op.Order {
		order.cols = append(order.cols, orderColumn{k.Column, k.Desc, k.NullsFirst})
	}
	for i := range all.Schema.Fields {
		order.cols = append(order.cols, orderColumn{column: i})
	}
	out := multiset{}
	for _, rows := range parts {
		sort.SliceStable(rows, func(i, j int) bool { return compareRows(order, all, int(rows[i]), int(rows[j])) < 0 })
		for i, row := range rows {
			number := int64(i + 1)
			if number < op.From || number > op.To {
				continue
			}
			text := ""
			for _, c := range all.Cols {
				text += " " + showValue(c.Value(int(row)))
			}
			if op.Number != "" {
				text += fmt.Sprintf(" %d", number)
			}
			out[text[1:]]++
		}
	}
	return out
}

// Whatever the types, the order, the cuts into epochs and batches and the restarts in between: after every barrier the changes add up to
// the ranks of the rows that are there.
func TestRankAgainstModel(t *testing.T) {
	for _, mode := range []plan.ChangeMode{plan.Append, plan.Retract} {
		for seed := range uint64(30) {
			t.Run(fmt.Sprintf("%s/%d", mode, seed), func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(seed, 19))
				s := &schema.Schema{Fields: append(fieldsOf(t, "k string", "l int64", "f float64"), rowFields()...)}
				r.Shuffle(len(s.Fields)-3, func(i, j int) { s.Fields[3+i], s.Fields[3+j] = s.Fields[3+j], s.Fields[3+i] })
				s.Fields = s.Fields[:4+r.IntN(6)]
				op := plan.Rank{Partition: r.Perm(3)[:r.IntN(3)], From: int64(1 + r.IntN(2)), Number: []string{"", "number"}[r.IntN(2)]}
				op.To = op.From + int64(r.IntN(4))
				for _, i := range r.Perm(len(s.Fields))[:r.IntN(4)] {
					op.Order = append(op.Order, plan.SortKey{Column: i, Desc: r.IntN(2) == 0, NullsFirst: r.IntN(2) == 0})
				}
				n := rankNode(t, s, mode, op)
				log := &changelog{all: rankRows(r, s, 300)}
				rows := []int{1, 3, 1000}[seed%3]
				g, saved := newRankOf(t, n, rows), newRankOf(t, n, rows)
				got := multiset{}
				for range 30 {
					changed, kinds := log.draw(r, r.IntN(16), mode == plan.Retract)
					was := maps.Clone(got)
					out := advanceText(t, g, gatheredOf(log.cut(r, changed, kinds, mode == plan.Append)...))
					got.apply(t, out...)
					require.Equal(t, rankModel(&op, log.all, log.live), got)
					if maps.Equal(was, got) {
						require.Empty(t, out)
					}
					if passOn(t, g, saved); r.IntN(4) == 0 {
						g, saved = saved, newRankOf(t, n, rows)
						passOn(t, g, saved)
					}
					require.GreaterOrEqual(t, g.bytes(), int64(0))
				}
			})
		}
	}
}

// rankRows has few values in the first columns, zeros of both signs among them.
func rankRows(r *rand.Rand, s *schema.Schema, n int) *batch.Batch {
	b := randomRows(r, s.Fields, n)
	for i := range 3 {
		c := batch.NewBuilder(s.Fields[i].Type, n)
		for range n {
			switch k := r.IntN(4); {
			case k == 0:
				c.AppendNull()
			case i == 0:
				c.AppendString(string(rune('a' + k)))
			case i == 1:
				c.AppendInt(int64(k))
			default:
				c.AppendFloat([]float64{0, math.Copysign(0, -1), math.NaN(), 1.5}[k])
			}
		}
		b.Cols[i] = c.Finish()
	}
	return b
}

// What a rank over inserts keeps is bounded: the best of each partition.
func TestRankKeepsTheBest(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "p int64", "v int64")}
	n := rankNode(t, s, plan.Append, plan.Rank{Partition: []int{0}, Order: []plan.SortKey{{Column: 1}}, From: 2, To: 3})
	g := newRankOf(t, n, 100)
	r := rand.New(rand.NewPCG(1, 20))
	for range 20 {
		var rows []string
		for range 500 {
			rows = append(rows, fmt.Sprintf("+I %d %d", r.IntN(4), r.IntN(1000)))
		}
		advanceText(t, g, gatheredOf(changesOf(t, s, rows...)))
	}
	for p := range g.parts.Len() {
		require.Equal(t, int64(3), g.rows.Total(p))
	}
	err := g.advance([]gathered{gatheredOf(changesOf(t, s, "-D 1 1"))}, nil)
	require.ErrorContains(t, err, "stream of inserts")
}

// Partitions without rows do not stay for ever.
func TestRankForgets(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "p int64", "v int64")}
	n := rankNode(t, s, plan.Retract, plan.Rank{Partition: []int{0}, Order: []plan.SortKey{{Column: 1}}, From: 1, To: 2})
	g, saved := newRankOf(t, n, 100), newRankOf(t, n, 100)
	var add, remove []string
	for p := range 3000 {
		add = append(add, fmt.Sprintf("+I %d %d", p, p))
		if p%10 > 0 {
			remove = append(remove, fmt.Sprintf("-D %d %d", p, p))
		}
	}
	got := multiset{}
	for _, changes := range [][]string{add, remove, {"+I 7 1", "+I 10 4"}} {
		got.apply(t, advanceText(t, g, gatheredOf(changesOf(t, s, changes...)))...)
		passOn(t, g, saved)
	}
	require.Len(t, got, 302)
	for _, op := range []*rankOp{g, saved} {
		require.Equal(t, 301, op.parts.Len())
		require.Equal(t, []string{"-D 10 4", "-D 10 10"}, advanceText(t, op, gatheredOf(changesOf(t, s, "-D 10 4", "-D 10 10"))))
	}
}

func TestRankRefusesDamagedState(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "p string", "v int64")}
	n := rankNode(t, s, plan.Retract, plan.Rank{Partition: []int{0}, Order: []plan.SortKey{{Column: 1}}, From: 1, To: 2})
	g := newRankOf(t, n, 10)
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
			back := newRankOf(t, n, 10)
			if i == 1 {
				require.NoError(t, back.restore("", sections[0], true))
			}
			require.Error(t, back.restore("", s[:k], i == 0), "%d of %d bytes", k, len(s))
		}
	}
	back := newRankOf(t, n, 10)
	require.ErrorContains(t, back.restore("", sections[1], false), "goes on at partition 3 but 0")
	require.ErrorContains(t, back.restore("", append(bytes.Clone(sections[0]), 0), true), "follow")
	for _, op := range []plan.Rank{{From: 0, To: 1}, {From: 2, To: 1}} {
		_, err := newRank(barrierRun(1), rankNode(t, s, plan.Append, op), &op)
		require.ErrorContains(t, err, "keeps the rows from")
	}
}

// The best two of each text, over lanes, failures and restarts; and the best two of how often a key was met.
func TestRankWhateverTheSettings(t *testing.T) {
	parts := randomEvents(37, 3, 400, 2*time.Second)
	by, counts := map[string][]event{}, map[string]map[int64]int64{}
	for _, p := range parts {
		for _, e := range p {
			by[e.text] = append(by[e.text], e)
			if counts[e.text] == nil {
				counts[e.text] = map[int64]int64{}
			}
			counts[e.text][e.key]++
		}
	}
	best, often := multiset{}, multiset{}
	for text, events := range by {
		slices.SortFunc(events, func(a, b event) int {
			return cmp.Or(cmp.Compare(b.val, a.val), cmp.Compare(a.key, b.key), cmp.Compare(a.ts, b.ts))
		})
		for i, e := range events[:2] {
			best[fmt.Sprintf(`{"k":%d,"v":%d,"s":"%s","ts":"%s","place":%d}`, e.key, e.val, text, stamp(e.ts), i+1)]++
		}
		var keys []int64
		for k := range counts[text] {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b int64) int { return cmp.Or(cmp.Compare(counts[text][b], counts[text][a]), cmp.Compare(a, b)) })
		for _, k := range keys[:2] {
			often[fmt.Sprintf(`{"s":"%s","k":%d,"n":%d}`, text, k, counts[text][k])]++
		}
	}
	for _, c := range []struct{ rows, parallelism, failReads, failSink int }{{1024, 4, 0, 0}, {1, 1, 0, 0}, {7, 3, 41, 23}, {16, 2, 29, 0}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, &scripted{parts: parts, failEvery: c.failReads, perEpoch: 4}, "m/best", "m/often")
				f.out["m/best"].failEvery = c.failSink
				f.opt.BatchRows, f.opt.Parallelism = c.rows, c.parallelism
				groups, _ := testAggregateJob(t)
				rank := func(id string, in *plan.Node, op plan.Rank) *plan.Node {
					n := &plan.Node{ID: id, Op: &op, Inputs: []*plan.Node{in}, Mode: plan.Mode{Change: plan.Retract}}
					var err error
					n.Schema, err = plan.SchemaOf(n.Op, []*schema.Schema{in.Schema})
					require.NoError(t, err)
					return n
				}
				a := rank("m/a", groups.Inputs[0], plan.Rank{Partition: []int{2}, Order: []plan.SortKey{{Column: 1, Desc: true}}, From: 1, To: 2, Number: "place"})
				b := &plan.Node{ID: "m/b", Op: &plan.Project{}, Mode: plan.Mode{Change: plan.Retract}}
				b.Inputs = []*plan.Node{groups}
				for _, name := range []string{"s", "k", "n"} {
					b.Op.(*plan.Project).Columns = append(b.Op.(*plan.Project).Columns, plan.Column{Name: name, Expr: col(groups.Schema, name)})
				}
				b.Schema = plan.ProjectSchema(groups.Schema, b.Op.(*plan.Project).Columns)
				b = rank("m/c", b, plan.Rank{Partition: []int{0}, Order: []plan.SortKey{{Column: 2, Desc: true}}, From: 1, To: 2})
				st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/best", "staged", a), sinkNode("m/often", "tx", b)}})
				require.Equal(t, c.failReads+c.failSink > 0, st.Restarts > 0, "failures must have been met")
				for sink, want := range map[string]multiset{"m/best": best, "m/often": often} {
					got := multiset{}
					got.apply(t, f.out[sink].changes()...)
					require.Equal(t, want, got, strings.Join(got.sorted(), "\n"))
				}
			})
		})
	}
}

// Two queries that many know: the last bid of each bidder and auction, and the ten best bids of each auction.
func BenchmarkRank(b *testing.B) {
	s := &schema.Schema{Fields: fieldsOf(b, "auction int64", "bidder int64", "price int64", "channel string", "url string", "at int64", "extra string")}
	r := rand.New(rand.NewPCG(1, 22))
	cols := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		cols[i] = batch.NewBuilder(f.Type, 4096)
	}
	var batches []*batch.Batch
	for i := range 1 << 20 {
		for k, v := range []int64{int64(i/1000) + r.Int64N(100), int64(i/2000) + r.Int64N(1000), r.Int64N(10_000_000)} {
			cols[k].AppendInt(v)
		}
		cols[3].AppendString([]string{"Google", "Apple", "Baidu"}[r.IntN(3)])
		cols[4].AppendString(fmt.Sprintf("https://example.test/%d/item.htm?query=1", r.IntN(10000)))
		cols[5].AppendInt(int64(i))
		cols[6].AppendString(strings.Repeat("x", 40+r.IntN(20)))
		if i%4096 == 4095 {
			c := &batch.Batch{Schema: s, N: 4096, Part: batch.NoPart}
			for _, col := range cols {
				c.Cols = append(c.Cols, col.Finish())
			}
			batches = append(batches, c)
		}
	}
	for name, op := range map[string]plan.Rank{
		"last of each":   {Partition: []int{1, 0}, Order: []plan.SortKey{{Column: 5, Desc: true}}, From: 1, To: 1},
		"ten best":       {Partition: []int{0}, Order: []plan.SortKey{{Column: 2, Desc: true}}, From: 1, To: 10, Number: "rank"},
		"hundred of all": {Order: []plan.SortKey{{Column: 2, Desc: true}}, From: 1, To: 100},
	} {
		for _, mode := range []plan.ChangeMode{plan.Append, plan.Retract} {
			b.Run(name+"/"+mode.String(), func(b *testing.B) {
				g := newRankOf(b, rankNode(b, s, mode, op), 4096)
				b.ResetTimer()
				benchmarkBarriers(b, g, batches[:min(len(batches), b.N/4096+1)], 200_000)
			})
		}
	}
}
