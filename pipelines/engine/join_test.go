package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

func joinSchemas(t testing.TB) (left, right *schema.Schema) {
	left = &schema.Schema{Fields: fieldsOf(t, "k int64", "v int64", "t int64")}
	right = &schema.Schema{Fields: fieldsOf(t, "k int64", "w int64", "u int64")}
	return left, right
}

// joinOf makes a join on k, with the times t and u when it has a TTL.
func joinOf(t testing.TB, rows int, op plan.Join, where string) *keyedJoin {
	left, right := joinSchemas(t)
	op.Left, op.Right, op.LeftTime, op.RightTime = []int{0}, []int{0}, -1, -1
	if op.TTL > 0 {
		op.LeftTime, op.RightTime = 2, 2
	}
	op.Where = conditionOf(t, plan.PairSchema(left, right), where)
	g, err := newJoin(barrierRun(rows), nodeOf(t, &op, left, right), &op)
	require.NoError(t, err)
	return g
}

// epochOf is one barrier of a test: changes of either side and what the join then gives out.
type epochOf struct{ left, right, want []string }

func TestJoinChanges(t *testing.T) {
	lines := func(s ...string) []string { return s }
	for name, c := range map[string]struct {
		op     plan.Join
		where  string
		epochs []epochOf
	}{
		"inner": {epochs: []epochOf{
			{lines("+I 1 10 0", "+I 2 20 0", "+I NULL 30 0"), lines("+I 1 7 0", "+I 1 8 0", "+I NULL 9 0"), lines("+I 1 10 0 1 7 0", "+I 1 10 0 1 8 0")},
			{lines("+I 1 10 0"), nil, lines("+I 1 10 0 1 7 0", "+I 1 10 0 1 8 0")},
			{nil, lines("-D 1 7 0"), lines("-D 1 10 0 1 7 0", "-D 1 10 0 1 7 0")},
			{lines("-U 1 10 0", "+U 1 11 0"), nil, lines("-D 1 10 0 1 8 0", "+I 1 11 0 1 8 0")},
			{lines("-D 5 5 5", "-D 1 99 0"), nil, nil},
		}},
		"left": {op: plan.Join{Kind: plan.LeftOuter}, epochs: []epochOf{
			{lines("+I 1 10 0", "+I 2 20 0", "+I NULL 30 0"), lines("+I 1 7 0"), lines("+I NULL 30 0 NULL NULL NULL", "+I 1 10 0 1 7 0", "+I 2 20 0 NULL NULL NULL")},
			{nil, lines("+I 2 8 0", "+I 2 9 0"), lines("-D 2 20 0 NULL NULL NULL", "+I 2 20 0 2 8 0", "+I 2 20 0 2 9 0")},
			{nil, lines("-D 2 8 0"), lines("-D 2 20 0 2 8 0")},
			{nil, lines("-D 2 9 0", "+I 2 6 0", "-D 2 6 0"), lines("-D 2 20 0 2 9 0", "+I 2 20 0 2 6 0", "-D 2 20 0 2 6 0", "+I 2 20 0 NULL NULL NULL")},
			{lines("-D 2 20 0", "-D NULL 30 0"), nil, lines("-D 2 20 0 NULL NULL NULL", "-D NULL 30 0 NULL NULL NULL")},
			{lines("+I 3 1 0", "-D 3 1 0"), lines("+I 2 5 0"), nil},
		}},
		"right": {op: plan.Join{Kind: plan.RightOuter}, epochs: []epochOf{
			{lines("+I 1 10 0", "+I 1 11 0"), lines("+I 1 7 0", "+I 4 7 0"), lines("+I 1 10 0 1 7 0", "+I 1 11 0 1 7 0", "+I NULL NULL NULL 4 7 0")},
			{lines("-D 1 10 0", "-D 1 11 0", "+I 4 1 0"), nil, lines("-D 1 10 0 1 7 0", "-D 1 11 0 1 7 0", "-D NULL NULL NULL 4 7 0", "+I 4 1 0 4 7 0", "+I NULL NULL NULL 1 7 0")},
		}},
		"full": {op: plan.Join{Kind: plan.FullOuter}, epochs: []epochOf{
			{lines("+I 1 10 0"), lines("+I 2 7 0"), lines("+I 1 10 0 NULL NULL NULL", "+I NULL NULL NULL 2 7 0")},
			{lines("+I 2 20 0"), lines("+I 1 8 0"), lines("-D NULL NULL NULL 2 7 0", "+I 2 20 0 2 7 0", "-D 1 10 0 NULL NULL NULL", "+I 1 10 0 1 8 0")},
			{lines("-D 2 20 0"), lines("-D 1 8 0"), lines("-D 2 20 0 2 7 0", "-D 1 10 0 1 8 0", "+I 1 10 0 NULL NULL NULL", "+I NULL NULL NULL 2 7 0")},
		}},
		"semi": {op: plan.Join{Kind: plan.Semi}, epochs: []epochOf{
			{lines("+I 1 10 0", "+I 1 10 0", "+I 2 20 0", "+I NULL 1 0"), lines("+I 1 7 0", "+I 1 7 0", "+I NULL 1 0"), lines("+I 1 10 0", "+I 1 10 0")},
			{nil, lines("-D 1 7 0"), nil},
			{nil, lines("-D 1 7 0", "+I 2 1 0"), lines("-D 1 10 0", "-D 1 10 0", "+I 2 20 0")},
			{lines("-D 2 20 0"), nil, lines("-D 2 20 0")},
		}},
		"anti": {op: plan.Join{Kind: plan.Anti}, epochs: []epochOf{
			{lines("+I 1 10 0", "+I 2 20 0", "+I NULL 1 0"), lines("+I 1 7 0"), lines("+I NULL 1 0", "+I 2 20 0")},
			{nil, lines("+I 2 7 0", "-D 1 7 0"), lines("-D 2 20 0", "+I 1 10 0")},
			{lines("-U 1 10 0", "+U 1 11 0"), nil, lines("-D 1 10 0", "+I 1 11 0")},
		}},
		"condition": {op: plan.Join{Kind: plan.LeftOuter}, where: "v < w", epochs: []epochOf{
			{lines("+I 1 10 0", "+I 1 5 0"), lines("+I 1 7 0", "+I 1 NULL 0"), lines("+I 1 5 0 1 7 0", "+I 1 10 0 NULL NULL NULL")},
			{nil, lines("-U 1 7 0", "+U 1 20 0"), lines("-D 1 5 0 1 7 0", "-D 1 10 0 NULL NULL NULL", "+I 1 10 0 1 20 0", "+I 1 5 0 1 20 0")},
		}},
		"condition of a semi join": {op: plan.Join{Kind: plan.Semi}, where: "v < w", epochs: []epochOf{
			{lines("+I 1 10 0", "+I 1 5 0"), lines("+I 1 7 0"), lines("+I 1 5 0")},
			{nil, lines("+I 1 11 0", "-D 1 7 0"), lines("+I 1 10 0")},
		}},
		"ttl": {op: plan.Join{Kind: plan.LeftOuter, TTL: 10}, epochs: []epochOf{
			{lines("+I 1 1 100", "+I 1 2 NULL"), lines("+I 1 7 110", "+I 1 8 111", "+I 1 9 90", "+I 1 6 89", "+I 1 5 NULL"),
				lines("+I 1 2 NULL NULL NULL NULL", "+I 1 1 100 1 7 110", "+I 1 1 100 1 9 90")},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, rows := range []int{1, 2, 1024} {
				left, right := joinSchemas(t)
				g := joinOf(t, rows, c.op, c.where)
				for _, e := range c.epochs {
					got := advanceText(t, g, gatheredOf(changesOf(t, left, e.left...)), gatheredOf(changesOf(t, right, e.right...)))
					require.Equal(t, e.want, got, "batches of %d rows", rows)
				}
				require.Empty(t, g.run.barrier.rejects)
			}
		})
	}
}

// A pair on which the condition fails is a dead letter when it comes, and a match all the same.
func TestJoinConditionFails(t *testing.T) {
	left, right := joinSchemas(t)
	g := joinOf(t, 16, plan.Join{Kind: plan.LeftOuter}, "10 / v > w")
	require.Empty(t, advanceText(t, g, gatheredOf(changesOf(t, left, "+I 1 0 0")), gatheredOf(changesOf(t, right, "+I 1 7 0"))))
	rejects := g.run.barrier.rejects
	require.Len(t, rejects, 1)
	require.EqualValues(t, "row.division_by_zero", rejects[0].Code)
	require.Equal(t, "where", rejects[0].Path)
	require.JSONEq(t, `{"k":1,"v":0,"t":0,"k_1":1,"w":7,"u":0}`, string(rejects[0].Row))
	require.Equal(t, []string{"+I 1 0 0 NULL NULL NULL"}, advanceText(t, g, gatheredOf(), gatheredOf(changesOf(t, right, "-D 1 7 0"))))
	require.Len(t, g.run.barrier.rejects, 1, "a pair that goes is not rejected again")

	// Such a pair is neither what a semi join asks for, nor does it leave its rows unmatched.
	for _, kind := range []plan.JoinKind{plan.Semi, plan.Anti, plan.FullOuter} {
		g = joinOf(t, 16, plan.Join{Kind: kind}, "10 / v > w")
		require.Empty(t, advanceText(t, g, gatheredOf(changesOf(t, left, "+I 1 0 0")), gatheredOf(changesOf(t, right, "+I 1 7 0"))), kind)
		require.Len(t, g.run.barrier.rejects, 1)
	}

	g = joinOf(t, 16, plan.Join{}, "10 / v > w")
	g.run.opt.OnError = Stop
	err := g.advance([]gathered{gatheredOf(changesOf(t, left, "+I 1 0 0")), gatheredOf(changesOf(t, right, "+I 1 7 0"))}, func(*batch.Batch) error { return nil })
	require.ErrorContains(t, err, "row.division_by_zero")
}

func TestJoinCardinality(t *testing.T) {
	left, right := joinSchemas(t)
	g := joinOf(t, 16, plan.Join{RightUnique: true}, "")
	require.Equal(t, []string{"+I 1 1 0 1 7 0"}, advanceText(t, g, gatheredOf(changesOf(t, left, "+I 1 1 0")), gatheredOf(changesOf(t, right, "+I 1 7 0", "+I 1 8 0"))))
	require.Len(t, g.run.barrier.rejects, 1)
	require.EqualValues(t, "row.cardinality", g.run.barrier.rejects[0].Code)
	require.Equal(t, "right_unique", g.run.barrier.rejects[0].Path)
	require.JSONEq(t, `{"k":1,"w":8,"u":0}`, string(g.run.barrier.rejects[0].Row))
	require.Equal(t, []string{"-D 1 1 0 1 7 0", "+I 1 1 0 1 9 0"},
		advanceText(t, g, gatheredOf(), gatheredOf(changesOf(t, right, "-D 1 8 0", "-U 1 7 0", "+U 1 9 0"))), "what was rejected has nothing to take back")
	require.Len(t, g.run.barrier.rejects, 1)
}

// With a TTL, rows of a key that nothing can meet both do not conflict.
func TestJoinCardinalityInTime(t *testing.T) {
	left, right := joinSchemas(t)
	g := joinOf(t, 16, plan.Join{RightUnique: true, TTL: 10}, "")
	advanceText(t, g, gatheredOf(changesOf(t, left)), gatheredOf(changesOf(t, right, "+I 1 7 100", "+I 1 8 121", "+I 1 9 120", "+I 1 9 NULL")))
	require.Len(t, g.run.barrier.rejects, 1)
	require.JSONEq(t, `{"k":1,"w":9,"u":120}`, string(g.run.barrier.rejects[0].Row))
}

// Rows are forgotten when no row on time can meet them any more, and partitions that appear then begin behind them.
func TestJoinForgets(t *testing.T) {
	left, right := joinSchemas(t)
	g := joinOf(t, 16, plan.Join{TTL: 10}, "")
	at := func(mark int64, b *batch.Batch) gathered {
		in := gatheredOf(b)
		in.mark = mark
		return in
	}
	advanceText(t, g, at(100, changesOf(t, left, "+I 1 1 100", "+I 1 2 105")), at(100, changesOf(t, right)))
	require.EqualValues(t, 100, g.mark())
	advanceText(t, g, at(200, changesOf(t, left)), at(111, changesOf(t, right)))
	require.Equal(t, 1, g.sides[0].rows.Len())
	require.Equal(t, []string{"+I 1 2 105 1 7 112"}, advanceText(t, g, at(200, changesOf(t, left)), at(112, changesOf(t, right, "+I 1 7 112"))))

	// A side that is idle does not hold the other back, and at the end of everything the state stays.
	idle := gathered{mark: 112}
	advanceText(t, g, at(150, changesOf(t, left)), idle)
	require.Zero(t, g.sides[0].rows.Len())
	require.EqualValues(t, 150, g.mark())
	advanceText(t, g, at(maxTime, changesOf(t, left, "+I 1 1 150")), at(maxTime, changesOf(t, right)))
	require.EqualValues(t, 150, g.mark())
	require.Equal(t, 1, g.sides[0].rows.Len())
}

// joinModel computes a join from the contents of its inputs.
func joinModel(op plan.Join, where string, left, right multiset) multiset {
	out := multiset{}
	split := func(row string) (k string, v, at int64) {
		f := strings.Fields(row)
		v, _ = strconv.ParseInt(f[1], 10, 64)
		at, _ = strconv.ParseInt(f[2], 10, 64)
		return f[0], v, at
	}
	const nulls = "NULL NULL NULL"
	matched := map[string]bool{}
	for l, n := range left {
		lk, lv, lt := split(l)
		alone := true
		for r, m := range right {
			rk, rv, rt := split(r)
			if lk != rk || lk == "NULL" || op.TTL > 0 && max(lt-rt, rt-lt) > op.TTL || where != "" && lv >= rv {
				continue
			}
			alone, matched[r] = false, true
			if !op.Kind.OnlyLeft() {
				out[l+" "+r] += n * m
			}
		}
		switch {
		case op.Kind == plan.Semi && !alone || op.Kind == plan.Anti && alone:
			out[l] += n
		case alone && op.Kind.KeepsLeft():
			out[l+" "+nulls] += n
		}
	}
	for r, m := range right {
		if op.Kind.KeepsRight() && !matched[r] {
			out[nulls+" "+r] += m
		}
	}
	return out
}

// randomChanges draws changes that make sense: only what is there is taken back.
func randomChanges(t testing.TB, r *rand.Rand, have multiset, n int, row func() string) []string {
	var out []string
	for range n {
		if keys := have.sorted(); len(keys) > 0 && r.IntN(5) < 2 {
			old := keys[r.IntN(len(keys))]
			if r.IntN(2) == 0 {
				out = append(out, "-D "+old)
			} else {
				out = append(out, "-U "+old, "+U "+row())
			}
		} else {
			out = append(out, "+I "+row())
		}
		last := out[len(out)-1]
		if strings.HasPrefix(last, "+U") {
			have.apply(t, out[len(out)-2])
		}
		have.apply(t, last)
	}
	return out
}

func (m multiset) sorted() []string {
	out := make([]string, 0, len(m))
	for row := range m {
		out = append(out, row)
	}
	slices.Sort(out)
	return out
}

// Whatever the kind, the condition, the cuts into epochs and batches and the restarts in between: after every barrier the changes given
// out add up to the join of what has come in.
func TestJoinAgainstModel(t *testing.T) {
	left, right := joinSchemas(t)
	for kind := plan.Inner; kind <= plan.Anti; kind++ {
		for _, where := range []string{"", "v < w"} {
			for _, ttl := range []int64{0, 3} {
				t.Run(fmt.Sprintf("%s/%q/%d", kind, where, ttl), func(t *testing.T) {
					for seed := range uint64(3) {
						r := rand.New(rand.NewPCG(seed, uint64(kind)))
						op := plan.Join{Kind: kind, TTL: ttl}
						rows := []int{1, 3, 1000}[seed%3]
						keys := []string{"0", "1", "2", "NULL", "4", "5"}[:2+r.IntN(5)]
						row := func() string { return fmt.Sprintf("%s %d %d", keys[r.IntN(len(keys))], r.IntN(4), r.IntN(6)) }
						g := joinOf(t, rows, op, where)
						saved := joinOf(t, rows, op, where)
						l, rt, got := multiset{}, multiset{}, multiset{}
						for range 20 {
							var in [2]gathered
							for side, have := range []multiset{l, rt} {
								changes := randomChanges(t, r, have, r.IntN(12), row)
								for len(changes) > 0 {
									n := 1 + r.IntN(len(changes))
									in[side].batches = append(in[side].batches, changesOf(t, []*schema.Schema{left, right}[side], changes[:n]...))
									changes = changes[n:]
								}
								in[side].mark, in[side].active = minTime, true
							}
							got.apply(t, advanceText(t, g, in[:]...)...)
							require.Equal(t, joinModel(op, where, l, rt), got)
							if passOn(t, g, saved); r.IntN(4) == 0 {
								g, saved = saved, joinOf(t, rows, op, where)
								passOn(t, g, saved)
							}
						}
					}
				})
			}
		}
	}
}

// What a join takes back goes through the one above it.
func TestJoinOfAJoin(t *testing.T) {
	left, right := joinSchemas(t)
	third := &schema.Schema{Fields: fieldsOf(t, "w int64", "x int64")}
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 41))
		lower := joinOf(t, 1+r.IntN(9), plan.Join{Kind: plan.LeftOuter}, "")
		op := &plan.Join{Kind: plan.Anti, Left: []int{4}, Right: []int{0}, LeftTime: -1, RightTime: -1}
		if seed%2 == 0 {
			op.Kind = plan.FullOuter
		}
		upper, err := newJoin(barrierRun(1+r.IntN(9)), nodeOf(t, op, lower.node.Schema, third), op)
		require.NoError(t, err)
		l, rt, th, got := multiset{}, multiset{}, multiset{}, multiset{}
		row := func() string { return fmt.Sprintf("%d %d 0", r.IntN(3), r.IntN(3)) }
		for range 20 {
			lc, rc := randomChanges(t, r, l, r.IntN(5), row), randomChanges(t, r, rt, r.IntN(5), row)
			tc := randomChanges(t, r, th, r.IntN(3), func() string { return fmt.Sprintf("%d %d", r.IntN(3), r.IntN(2)) })
			var between []*batch.Batch
			require.NoError(t, lower.advance([]gathered{gatheredOf(changesOf(t, left, lc...)), gatheredOf(changesOf(t, right, rc...))},
				func(b *batch.Batch) error { between = append(between, b); return nil }))
			got.apply(t, advanceText(t, upper, gatheredOf(between...), gatheredOf(changesOf(t, third, tc...)))...)
			want, matched := multiset{}, map[string]bool{}
			for below, n := range joinModel(plan.Join{Kind: plan.LeftOuter}, "", l, rt) {
				alone := true
				for above, m := range th {
					if w := strings.Fields(below)[4]; w == strings.Fields(above)[0] {
						alone, matched[above] = false, true
						if op.Kind == plan.FullOuter {
							want[below+" "+above] += n * m
						}
					}
				}
				switch {
				case alone && op.Kind == plan.Anti:
					want[below] += n
				case alone:
					want[below+" NULL NULL"] += n
				}
			}
			for above, m := range th {
				if op.Kind == plan.FullOuter && !matched[above] {
					want["NULL NULL NULL NULL NULL NULL "+above] += m
				}
			}
			require.Equal(t, want, got)
		}
	}
}

// Without keys every pair meets.
func TestJoinWithoutKeys(t *testing.T) {
	left, right := joinSchemas(t)
	op := &plan.Join{Kind: plan.LeftOuter, LeftTime: -1, RightTime: -1, Where: conditionOf(t, plan.PairSchema(left, right), "v BETWEEN w AND u")}
	g, err := newJoin(barrierRun(2), nodeOf(t, op, left, right), op)
	require.NoError(t, err)
	require.Equal(t, []string{"+I 1 5 0 7 1 9", "+I NULL 6 0 7 1 9", "+I 2 20 0 NULL NULL NULL"}, advanceText(t, g,
		gatheredOf(changesOf(t, left, "+I 1 5 0", "+I NULL 6 0", "+I 2 20 0")), gatheredOf(changesOf(t, right, "+I 7 1 9", "+I NULL 30 40"))))
}

func TestJoinRefusesForeignState(t *testing.T) {
	g := joinOf(t, 8, plan.Join{}, "")
	require.ErrorContains(t, g.restore("middle", nil, true), "no side")
	require.Error(t, g.restore("left", []byte{9}, true))
}

// A join in a job: two scans of several partitions, failures and restarts. All pairs come once; with a TTL, all of rows on time that lie
// near enough, whenever the others are forgotten.
func TestJoinInAJob(t *testing.T) {
	const disorder = 2 * time.Second
	parts := randomEvents(31, 2, 80, disorder)
	for _, ttl := range []int64{0, 1_500_000} {
		want, late := joinOracle(parts, ttl, disorder.Microseconds())
		for _, c := range []struct {
			rows, failReads, failSink int
			sink                      string
		}{{1024, 0, 0, "staged"}, {1, 0, 0, "staged"}, {7, 23, 31, "staged"}, {7, 23, 2, "tx"}} {
			t.Run(fmt.Sprintf("%d/%+v", ttl, c), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := newFixture(t, &scripted{parts: parts, failEvery: c.failReads, perEpoch: 2}, "m/out")
					f.out["m/out"].failEvery, f.opt.BatchRows = c.failSink, c.rows
					left, right := scanNode(), scanNode()
					right.ID = "m/other"
					op := &plan.Join{Left: []int{0}, Right: []int{0}, LeftTime: -1, RightTime: -1, TTL: ttl,
						Where: conditionOf(t, plan.PairSchema(left.Schema, right.Schema), "v < v_1")}
					if ttl > 0 {
						op.LeftTime, op.RightTime = 3, 3
					}
					join := nodeOf(t, op, left.Schema, right.Schema)
					join.Inputs = []*plan.Node{left, right}
					st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", c.sink, join)}})
					require.Equal(t, want, f.out["m/out"].sorted())
					require.Equal(t, late, st.Totals.Late)
					require.Equal(t, c.failReads > 0, st.Restarts > 0)
				})
			})
		}
	}
}

// joinOracle pairs the events of one key whose values ascend, the slow way. Rows behind their partition's watermark are late, on either
// side, when there is a TTL.
func joinOracle(parts [][]event, ttl, disorder int64) (rows []string, late int64) {
	var all []event
	for _, p := range parts {
		wm := int64(minTime)
		for _, e := range p {
			if ttl > 0 && e.ts < wm {
				late += 2
			} else {
				all = append(all, e)
			}
			wm = max(wm, e.ts-disorder)
		}
	}
	for _, l := range all {
		for _, r := range all {
			if l.key == r.key && l.val < r.val && (ttl == 0 || max(l.ts-r.ts, r.ts-l.ts) <= ttl) {
				rows = append(rows, fmt.Sprintf(`{"k":%d,"v":%d,"s":"%s","ts":"%s","k_1":%d,"v_1":%d,"s_1":"%s","ts_1":"%s"}`,
					l.key, l.val, l.text, stamp(l.ts), r.key, r.val, r.text, stamp(r.ts)))
			}
		}
	}
	slices.Sort(rows)
	return rows, late
}

func BenchmarkJoin(b *testing.B) {
	left, right := joinSchemas(b)
	for _, kind := range []plan.JoinKind{plan.Inner, plan.LeftOuter, plan.Semi} {
		b.Run(kind.String(), func(b *testing.B) {
			const rows, size = 1 << 20, 4096
			batches := func(s *schema.Schema, seed uint64) gathered {
				r := rand.New(rand.NewPCG(seed, 3))
				out := gathered{active: true, mark: minTime}
				for range rows / size {
					cols := make([]*batch.Builder, 3)
					for c := range cols {
						cols[c] = batch.NewBuilder(s.Fields[c].Type, size)
						for range size {
							cols[c].AppendInt(r.Int64N(rows))
						}
					}
					in := &batch.Batch{Schema: s, N: size, Part: batch.NoPart}
					for _, c := range cols {
						in.Cols = append(in.Cols, c.Finish())
					}
					out.batches = append(out.batches, in)
				}
				return out
			}
			l, r := batches(left, 1), batches(right, 2)
			b.ReportAllocs()
			for b.Loop() {
				g := joinOf(b, size, plan.Join{Kind: kind}, "")
				n := 0
				require.NoError(b, g.advance([]gathered{l, r}, func(out *batch.Batch) error { n += out.N; return nil }))
				require.Positive(b, n)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(2*rows), "ns/row")
		})
	}
}
