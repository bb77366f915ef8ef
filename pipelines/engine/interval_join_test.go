package engine

import (
	"cmp"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

// saved is what an operator has written to its state so far: by shard, the sections since the last full one.
type saved map[string][]section

type section struct {
	payload []byte
	full    bool
}

// save takes a snapshot.
func (s saved) save(t testing.TB, g gatherer) {
	require.NoError(t, g.snapshot(func(shard string, payload []byte, full bool) {
		if full {
			s[shard] = nil
		}
		s[shard] = append(s[shard], section{slices.Clone(payload), full})
	}))
}

// restore gives the state to a new operator.
func (s saved) restore(t testing.TB, mark int64, g gatherer) {
	g.setMark(mark)
	for shard, sections := range s {
		for _, sec := range sections {
			require.NoError(t, g.restore(shard, sec.payload, sec.full))
		}
	}
}

// timedRun is a run at whose barriers operators with event time work.
func timedRun(rows int) *run {
	r := barrierRun(rows)
	r.opt.Log = slog.New(slog.DiscardHandler)
	return r
}

func intervalOf(t testing.TB, rows int, op plan.IntervalJoin, where string) *intervalJoin {
	left, right := joinSchemas(t)
	if op.Left == nil {
		op.Left, op.Right = []int{0}, []int{0}
	}
	op.LeftTime, op.RightTime = 2, 2
	op.Where = conditionOf(t, plan.PairSchema(left, right), where)
	g, err := newIntervalJoin(timedRun(rows), nodeOf(t, &op, left, right), &op)
	require.NoError(t, err)
	return g
}

// inputAt is an input that has come to a watermark with some rows.
func inputAt(t testing.TB, mark int64, s *schema.Schema, rows ...string) gathered {
	in := gatheredOf(changesOf(t, s, rows...))
	in.mark = mark
	for _, b := range in.batches {
		b.Kinds = nil
	}
	return in
}

func silent(in gathered) gathered {
	in.active = false
	return in
}

type intervalEpoch struct {
	leftMark, rightMark int64
	left, right         []string
	want                []string
}

func TestIntervalJoin(t *testing.T) {
	lines := func(s ...string) []string { return s }
	for name, c := range map[string]struct {
		op      plan.IntervalJoin
		where   string
		epochs  []intervalEpoch
		rejects []string // code and path
	}{
		"a pair leaves when both watermarks have passed both times": {
			op: plan.IntervalJoin{Lower: 0, Upper: 10},
			epochs: []intervalEpoch{
				{100, 100, lines("+I 1 1 100", "+I 1 2 90"), lines("+I 1 7 105", "+I 1 8 100"), nil},
				{200, 101, nil, nil, lines("+I 1 2 90 1 8 100", "+I 1 1 100 1 8 100")},
				{200, 105, nil, nil, nil},
				{200, 106, nil, nil, lines("+I 1 1 100 1 7 105")},
			}},
		"bounds belong to the interval": {
			op: plan.IntervalJoin{Lower: -2, Upper: 3},
			epochs: []intervalEpoch{{200, 200, lines("+I 1 1 100"), lines("+I 1 1 97", "+I 1 2 98", "+I 1 3 103", "+I 1 4 104"),
				lines("+I 1 1 100 1 2 98", "+I 1 1 100 1 3 103")}}},
		"an interval before": {
			op: plan.IntervalJoin{Kind: plan.LeftOuter, Lower: -10, Upper: -5},
			epochs: []intervalEpoch{{101, 101, lines("+I 1 1 100", "+I 1 2 20"), lines("+I 1 1 90", "+I 1 2 95", "+I 1 3 96"),
				lines("+I 1 2 20 NULL NULL NULL", "+I 1 1 100 1 1 90", "+I 1 1 100 1 2 95")}}},
		"an interval after": {
			op: plan.IntervalJoin{Kind: plan.FullOuter, Lower: 5, Upper: 10},
			epochs: []intervalEpoch{
				{101, 101, lines("+I 1 1 100"), lines("+I 1 1 50"), lines("+I NULL NULL NULL 1 1 50")},
				{110, 110, nil, lines("+I 1 2 104"), lines("+I NULL NULL NULL 1 2 104")},
				{111, 111, nil, lines("+I 1 3 110"), lines("+I 1 1 100 1 3 110")},
				{maxTime, maxTime, lines("+I 1 2 120"), nil, lines("+I 1 2 120 NULL NULL NULL")},
			}},
		"a left row waits until no match can come": {
			op: plan.IntervalJoin{Kind: plan.LeftOuter, Lower: 0, Upper: 10},
			epochs: []intervalEpoch{
				{200, 110, lines("+I 1 1 100", "+I NULL 2 100"), nil, nil},
				{200, 111, nil, nil, lines("+I NULL 2 100 NULL NULL NULL", "+I 1 1 100 NULL NULL NULL")},
			}},
		"right": {
			op: plan.IntervalJoin{Kind: plan.RightOuter, Lower: -5, Upper: 5},
			epochs: []intervalEpoch{
				{105, 105, lines("+I 1 1 100", "+I NULL 3 100"), lines("+I 1 7 95", "+I 2 8 95", "+I NULL 9 95"), lines("+I 1 1 100 1 7 95", "+I NULL NULL NULL NULL 9 95", "+I NULL NULL NULL 2 8 95")},
			}},
		"semi gives a left row once, with its first match": {
			op: plan.IntervalJoin{Kind: plan.Semi, Lower: 0, Upper: 10},
			epochs: []intervalEpoch{
				{103, 103, lines("+I 1 1 100", "+I 2 1 100"), lines("+I 1 7 102"), lines("+I 1 1 100")},
				{120, 120, nil, lines("+I 1 7 104"), nil},
			}},
		"anti": {
			op: plan.IntervalJoin{Kind: plan.Anti, Lower: 0, Upper: 10},
			epochs: []intervalEpoch{
				{103, 103, lines("+I 1 1 100", "+I 2 1 100", "+I NULL 1 90"), lines("+I 1 7 102"), lines("+I NULL 1 90")},
				{120, 120, nil, lines("+I 2 7 111"), lines("+I 2 1 100")},
			}},
		"no keys": {
			op: plan.IntervalJoin{Left: []int{}, Right: []int{}, Lower: 0, Upper: 0},
			epochs: []intervalEpoch{{maxTime, maxTime, lines("+I 1 1 100", "+I NULL 2 100", "+I 3 3 101"), lines("+I 9 9 100"),
				lines("+I 1 1 100 9 9 100", "+I NULL 2 100 9 9 100")}}},
		"two keys": {
			op:     plan.IntervalJoin{Left: []int{0, 1}, Right: []int{0, 1}},
			epochs: []intervalEpoch{{maxTime, maxTime, lines("+I 1 1 100", "+I 1 2 100", "+I 1 NULL 100"), lines("+I 1 2 100", "+I 1 NULL 100"), lines("+I 1 2 100 1 2 100")}}},
		"a condition decides about the match": {
			op: plan.IntervalJoin{Kind: plan.LeftOuter, Upper: 10}, where: "v < w",
			epochs: []intervalEpoch{{maxTime, maxTime, lines("+I 1 5 100", "+I 1 9 100"), lines("+I 1 7 101", "+I 1 NULL 102"),
				lines("+I 1 5 100 1 7 101", "+I 1 9 100 NULL NULL NULL")}}},
		"a pair on which it fails is rejected and a match": {
			op: plan.IntervalJoin{Kind: plan.LeftOuter, Upper: 10}, where: "v / w > 0",
			epochs: []intervalEpoch{{maxTime, maxTime, lines("+I 1 5 100", "+I 2 5 100"), lines("+I 1 0 101", "+I 2 9 101"),
				lines("+I 2 5 100 NULL NULL NULL")}},
			rejects: lines("row.division_by_zero where")},
		"a failed pair is no match of a semi join": {
			op: plan.IntervalJoin{Kind: plan.Semi, Upper: 10}, where: "v / w > 0",
			epochs: []intervalEpoch{
				{102, 102, lines("+I 1 5 100"), lines("+I 1 0 101"), nil},
				{maxTime, maxTime, nil, lines("+I 1 2 105"), lines("+I 1 5 100")}},
			rejects: lines("row.division_by_zero where")},
		"right unique: the first by time is kept": {
			op: plan.IntervalJoin{Upper: 10, RightUnique: true},
			epochs: []intervalEpoch{
				{103, 103, lines("+I 1 5 100", "+I 1 6 101"), lines("+I 1 8 102", "+I 1 7 100"), lines("+I 1 5 100 1 7 100", "+I 1 6 101 1 8 102")},
				{maxTime, maxTime, nil, lines("+I 1 9 105"), nil}},
			rejects: lines("row.cardinality right_unique", "row.cardinality right_unique", "row.cardinality right_unique")},
		"left unique": {
			op: plan.IntervalJoin{Upper: 10, LeftUnique: true},
			epochs: []intervalEpoch{{maxTime, maxTime, lines("+I 1 5 100", "+I 1 6 101"), lines("+I 1 8 102", "+I 1 7 103"),
				lines("+I 1 5 100 1 8 102", "+I 1 5 100 1 7 103")}},
			rejects: lines("row.cardinality left_unique", "row.cardinality left_unique")},
		"what was refused for its number is a match": {
			op:      plan.IntervalJoin{Kind: plan.FullOuter, Upper: 10, RightUnique: true},
			epochs:  []intervalEpoch{{maxTime, maxTime, lines("+I 1 5 100"), lines("+I 1 8 102", "+I 1 7 103"), lines("+I 1 5 100 1 8 102")}},
			rejects: lines("row.cardinality right_unique")},
		"rows without a time are rejected": {
			op:      plan.IntervalJoin{Kind: plan.FullOuter},
			epochs:  []intervalEpoch{{maxTime, maxTime, lines("+I 1 5 NULL", "+I 1 6 7"), lines("+I 1 8 NULL"), lines("+I 1 6 7 NULL NULL NULL")}},
			rejects: lines("row.event_time_missing t", "row.event_time_missing u")},
		"rows behind what was given out are late": {
			op: plan.IntervalJoin{Kind: plan.LeftOuter},
			epochs: []intervalEpoch{
				{100, 100, lines("+I 1 5 50"), nil, lines("+I 1 5 50 NULL NULL NULL")},
				{maxTime, maxTime, lines("+I 1 6 99", "+I 1 7 100"), lines("+I 1 5 50"), lines("+I 1 7 100 NULL NULL NULL")}},
			rejects: lines("late", "late")},
	} {
		t.Run(name, func(t *testing.T) {
			for _, rows := range []int{1, 2, 1024} {
				left, right := joinSchemas(t)
				g, state := intervalOf(t, rows, c.op, c.where), saved{}
				var rejects []string
				for i, e := range c.epochs {
					got := advanceText(t, g, inputAt(t, e.leftMark, left, e.left...), inputAt(t, e.rightMark, right, e.right...))
					require.Equal(t, e.want, got, "epoch %d, batches of %d rows", i, rows)
					for _, r := range g.run.barrier.rejects {
						if r.Kind == "late" {
							rejects = append(rejects, "late")
						} else {
							rejects = append(rejects, string(r.Code)+" "+r.Path)
						}
					}
					state.save(t, g)
					mark := g.mark()
					g = intervalOf(t, rows, c.op, c.where)
					state.restore(t, mark, g)
				}
				require.Equal(t, c.rejects, rejects)
			}
		})
	}
}

// A silent input does not hold the other back, and when both are silent time stands still. In a bounded run an input without any partition
// has been read to its end.
func TestIntervalJoinSilence(t *testing.T) {
	left, right := joinSchemas(t)
	g := intervalOf(t, 8, plan.IntervalJoin{Kind: plan.LeftOuter, Upper: 5}, "")
	require.Empty(t, advanceText(t, g, inputAt(t, 100, left, "+I 1 1 90"), inputAt(t, minTime, right)))
	require.Equal(t, []string{"+I 1 1 90 NULL NULL NULL"}, advanceText(t, g, inputAt(t, 100, left), silent(inputAt(t, minTime, right))))
	require.EqualValues(t, 100, g.passed())
	require.EqualValues(t, 95, g.mark())
	require.Empty(t, advanceText(t, g, silent(inputAt(t, 200, left)), silent(inputAt(t, 200, right))))
	require.EqualValues(t, 100, g.passed())
	require.Empty(t, advanceText(t, g, inputAt(t, 100, left), inputAt(t, 50, right)), "and never goes back")
	require.EqualValues(t, 100, g.passed())
	// A partition that wakes up begins where rows have ripened, not at the earlier mark.
	scan := g.node.Inputs[1]
	g.run.consumers, g.run.gatherers = map[*plan.Node][]*plan.Node{scan: {g.node}}, map[*plan.Node]gatherer{g.node: g}
	require.EqualValues(t, 100, g.run.given(scan))
	g.run.opt.Bounded = true
	end := inputAt(t, maxTime, left, "+I 1 2 300")
	end.caughtUp = true
	none := silent(inputAt(t, minTime, right))
	none.caughtUp = true
	require.Equal(t, []string{"+I 1 2 300 NULL NULL NULL"}, advanceText(t, g, end, none))
}

// The stamps say which left times may still come; a row given out behind one would be late further down.
func TestIntervalJoinMarks(t *testing.T) {
	left, right := joinSchemas(t)
	for _, b := range [][2]int64{{0, 10}, {-10, -5}, {-5, 20}, {3, 7}} {
		g := intervalOf(t, 8, plan.IntervalJoin{Kind: plan.LeftOuter, Lower: b[0], Upper: b[1]}, "")
		r := rand.New(rand.NewPCG(1, uint64(b[1])))
		least := false
		for w := int64(100); w < 400; w += 3 {
			var l, ri []string
			for range 5 {
				l = append(l, fmt.Sprintf("+I %d 1 %d", r.IntN(3), w-3+r.Int64N(30)))
				ri = append(ri, fmt.Sprintf("+I %d 1 %d", r.IntN(3), w-3+r.Int64N(30)))
			}
			before := g.mark()
			err := g.advance([]gathered{inputAt(t, w, left, l...), inputAt(t, w, right, ri...)}, func(out *batch.Batch) error {
				for i := range out.N {
					require.Equal(t, before, out.Marks[i])
					require.GreaterOrEqual(t, out.Cols[2].I64[i], before)
					least = least || out.Cols[2].I64[i] == before
				}
				return nil
			})
			require.NoError(t, err)
		}
		require.True(t, least, "the bound %v is exact", b)
	}
}

// timedRow is a row of a random stream: key (-1 is NULL), value and time.
type timedRow struct{ k, v, t int64 }

func (r timedRow) String() string {
	if r.k < 0 {
		return fmt.Sprintf("NULL %d %d", r.v, r.t)
	}
	return fmt.Sprintf("%d %d %d", r.k, r.v, r.t)
}

// randomTimed are rows of a partition, out of order by up to disorder. With a number from 0 on, no other number below 24 has the same times.
func randomTimed(r *rand.Rand, n int, disorder int64, number int64) []timedRow {
	out := make([]timedRow, n)
	for i := range out {
		out[i] = timedRow{r.Int64N(5) - 1, r.Int64N(4), (int64(i)*3 + r.Int64N(disorder+1)) / 8 * 8}
		if number >= 0 {
			out[i].t = int64(i)*24 + r.Int64N(disorder+1)*24 + number
		}
	}
	return out
}

// intervalModel computes the join the slow way.
func intervalModel(op plan.IntervalJoin, where bool, left, right []timedRow) (rows []string, refused map[string]int) {
	refused = map[string]int{}
	type pair struct{ l, r int }
	var pairs []pair
	for i, l := range left {
		for j, r := range right {
			if l.k >= 0 && l.k == r.k && l.t+op.Lower <= r.t && r.t <= l.t+op.Upper {
				pairs = append(pairs, pair{i, j})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		due := func(p pair) int64 { return max(left[p.l].t, right[p.r].t) }
		return cmp.Or(cmp.Compare(due(a), due(b)), cmp.Compare(left[a.l].t, left[b.l].t), cmp.Compare(right[a.r].t, right[b.r].t))
	})
	metL, metR, takenL, takenR := map[int]bool{}, map[int]bool{}, map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		l, r := left[p.l], right[p.r]
		if where && r.v == 0 {
			refused["row.division_by_zero"]++
			metL[p.l], metR[p.r] = true, true
			continue
		}
		if where && l.v/r.v == 0 {
			continue
		}
		metL[p.l], metR[p.r] = true, true
		if op.RightUnique && takenL[p.l] || op.LeftUnique && takenR[p.r] {
			refused["row.cardinality"]++
			continue
		}
		first := !takenL[p.l]
		takenL[p.l], takenR[p.r] = true, true
		switch {
		case op.Kind == plan.Anti, op.Kind == plan.Semi && !first:
		case op.Kind == plan.Semi:
			rows = append(rows, "+I "+l.String())
		default:
			rows = append(rows, "+I "+l.String()+" "+r.String())
		}
	}
	for i, l := range left {
		if op.Kind.KeepsLeft() && !metL[i] {
			rows = append(rows, "+I "+l.String())
			if op.Kind != plan.Anti {
				rows[len(rows)-1] += " NULL NULL NULL"
			}
		}
	}
	for j, r := range right {
		if op.Kind.KeepsRight() && !metR[j] {
			rows = append(rows, "+I NULL NULL NULL "+r.String())
		}
	}
	return rows, refused
}

// partition is a random partition that is read in pieces.
type partition struct {
	rows []timedRow
	at   int
	mark int64
}

// read returns the rows of an epoch that are on time, as a batch.
func (p *partition) read(t testing.TB, s *schema.Schema, ordinal int32, n int, disorder int64) (b *batch.Batch, rows []timedRow) {
	var lines []string
	var offs []int64
	for ; n > 0 && p.at < len(p.rows); n-- {
		r := p.rows[p.at]
		if r.t >= p.mark {
			lines = append(lines, "+I "+r.String())
			offs = append(offs, int64(p.at))
			rows = append(rows, r)
		}
		p.mark = max(p.mark, r.t-disorder)
		p.at++
	}
	b = changesOf(t, s, lines...)
	b.Part, b.Offs, b.Kinds = ordinal, offs, nil
	return b, rows
}

func (p *partition) watermark() int64 {
	if p.at == len(p.rows) {
		return maxTime
	}
	return p.mark
}

func TestIntervalJoinAgainstModel(t *testing.T) {
	const disorder = 40
	left, right := joinSchemas(t)
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 77))
		op := plan.IntervalJoin{Kind: plan.JoinKind(seed % 6), Lower: r.Int64N(120) - 60}
		op.Upper = op.Lower + r.Int64N(100)
		op.LeftUnique, op.RightUnique = r.IntN(4) == 0, r.IntN(4) == 0
		where := ""
		if r.IntN(2) == 0 {
			where = "v / w > 0"
		}
		var sides [2][]partition
		for port := range 2 {
			for p := range 1 + r.IntN(3) {
				distinct := int64(-1)
				if op.LeftUnique || op.RightUnique {
					// Which of two rows at one time is the first is not for the model to say.
					distinct = int64(port*3 + p)
				}
				sides[port] = append(sides[port], partition{rows: randomTimed(r, 20+r.IntN(60), disorder, distinct), mark: minTime})
				if distinct >= 0 {
					slices.SortFunc(sides[port][p].rows, func(a, b timedRow) int { return cmp.Compare(a.t, b.t) })
					sides[port][p].rows = slices.CompactFunc(sides[port][p].rows, func(a, b timedRow) bool { return a.t == b.t })
				}
			}
		}
		var first []string
		for variant := range 3 {
			t.Run(fmt.Sprintf("%d/%d", seed, variant), func(t *testing.T) {
				cuts := rand.New(rand.NewPCG(seed, uint64(variant)))
				rows := []int{1, 7, 1024}[variant]
				g, state := intervalOf(t, rows, op, where), saved{}
				var parts [2][]partition
				for port := range parts {
					parts[port] = slices.Clone(sides[port])
				}
				var got []string
				var taken [2][]timedRow
				refused := map[string]int{}
				for done := false; !done; {
					var in [2]gathered
					done = true
					for port, s := range []*schema.Schema{left, right} {
						in[port] = gathered{mark: maxTime, active: true}
						for i := range parts[port] {
							b, rows := parts[port][i].read(t, s, int32(i), cuts.IntN(12), disorder)
							if b.N > 0 {
								in[port].batches = append(in[port].batches, b)
							}
							taken[port] = append(taken[port], rows...)
							in[port].mark = min(in[port].mark, parts[port][i].watermark())
						}
						done = done && in[port].mark == maxTime
					}
					got = append(got, advanceText(t, g, in[:]...)...)
					for _, r := range g.run.barrier.rejects {
						require.Equal(t, "dead", r.Kind)
						refused[string(r.Code)]++
					}
					g.run.barrier.rejects = nil
					if cuts.IntN(4) > 0 {
						state.save(t, g)
						if variant > 0 {
							mark := g.mark()
							g = intervalOf(t, rows, op, where)
							state.restore(t, mark, g)
						}
					}
				}
				want, wantRefused := intervalModel(op, where != "", taken[0], taken[1])
				require.ElementsMatch(t, want, got, "%+v", op)
				require.Equal(t, wantRefused, refused)
				if first == nil {
					first = got
				}
				require.Equal(t, first, got, "in the same order")
				g.unsettled = true
				require.Empty(t, advanceText(t, g, inputAt(t, maxTime, left), inputAt(t, maxTime, right)))
				require.Zero(t, g.sides[0].rows.Len()+g.sides[1].rows.Len(), "nothing is left")
			})
		}
	}
}

// Sections that are not those of the operator are refused.
func TestIntervalJoinDamagedState(t *testing.T) {
	g := intervalOf(t, 8, plan.IntervalJoin{}, "")
	require.Error(t, g.restore("top", nil, true))
	require.Error(t, g.restore("left", []byte("x"), true))
	require.Error(t, g.restore("left_waiting", []byte("x"), true))
	other := inputAt(t, 0, &schema.Schema{Fields: fieldsOf(t, "k int64")}, "+I 1").batches[0]
	payload, err := batch.AppendIPC(nil, other)
	require.NoError(t, err)
	require.ErrorContains(t, g.restore("left_waiting", payload, true), "other columns")
	require.ErrorContains(t, g.restore("right_waiting", payload, true), "other columns")
}
