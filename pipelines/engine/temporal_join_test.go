package engine

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

func temporalOf(t testing.TB, rows int, op plan.TemporalJoin, where string) *temporalJoin {
	left, right := joinSchemas(t)
	right.EventTime = &schema.EventTime{Column: "u"}
	op.Left, op.Right, op.LeftTime, op.RightTime = []int{0}, []int{0}, 2, 2
	op.Where = conditionOf(t, plan.PairSchema(left, right), where)
	g, err := newTemporalJoin(timedRun(rows), nodeOf(t, &op, left, right), &op)
	require.NoError(t, err)
	return g
}

// unread makes the right side's partition one that has not been read through.
func (g *temporalJoin) unread() { g.run.lanes = []*lane{{scan: g.node.Inputs[1]}} }

// versionsAt is a right side that has come to a watermark with some changes.
func versionsAt(t testing.TB, mark int64, s *schema.Schema, changes ...string) gathered {
	in := gatheredOf(changesOf(t, s, changes...))
	in.mark = mark
	return in
}

type temporalEpoch struct {
	leftMark, rightMark int64
	left, right         []string
	want                []string
	// unread and caughtUp are what is known of the right side.
	unread, caughtUp bool
}

func TestTemporalJoin(t *testing.T) {
	lines := func(s ...string) []string { return s }
	for name, c := range map[string]struct {
		op      plan.TemporalJoin
		where   string
		epochs  []temporalEpoch
		rejects []string
		// untimed versions hold from one time on, whenever they come.
		untimed bool
	}{
		"the last version at or before, the first for all earlier": {
			epochs: []temporalEpoch{{leftMark: maxTime, rightMark: maxTime,
				left: lines("+I 1 1 5", "+I 1 2 10", "+I 1 3 19", "+I 1 4 20", "+I 2 5 20", "+I NULL 6 20"), right: lines("+I 1 7 10", "+I 1 8 20", "+I NULL 9 1"),
				want: lines("+I 1 1 5 1 7 10", "+I 1 2 10 1 7 10", "+I 1 3 19 1 7 10", "+I 1 4 20 1 8 20")}}},
		"left keeps rows without a version": {
			op: plan.TemporalJoin{Kind: plan.LeftOuter},
			epochs: []temporalEpoch{{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 1 5", "+I 2 2 6", "+I NULL 3 7"), right: lines("+I 2 8 20"),
				want: lines("+I 1 1 5 NULL NULL NULL", "+I 2 2 6 2 8 20", "+I NULL 3 7 NULL NULL NULL")}}},
		"nothing leaves before the right side was read through": {
			epochs: []temporalEpoch{
				{leftMark: 100, rightMark: 100, unread: true, left: lines("+I 1 1 5"), right: lines("+I 1 7 20")},
				{leftMark: 100, rightMark: 100, unread: true, right: lines("+I 1 8 1"), caughtUp: true},
				{leftMark: 100, rightMark: 100, want: lines("+I 1 1 5 1 8 1")},
				{leftMark: 200, rightMark: 200, unread: true, left: lines("+I 1 2 100"), want: lines("+I 1 2 100 1 7 20")},
			}},
		"both watermarks hold rows back, a right side that is caught up does not": {
			epochs: []temporalEpoch{
				{leftMark: 100, rightMark: 50, left: lines("+I 1 1 49", "+I 1 2 50", "+I 1 3 60"), right: lines("+I 1 7 1"), want: lines("+I 1 1 49 1 7 1")},
				{leftMark: 100, rightMark: 50, right: lines("+I 1 8 50"), caughtUp: true, want: lines("+I 1 2 50 1 8 50", "+I 1 3 60 1 8 50")},
				{leftMark: 90, rightMark: 200},
			}},
		"rows wait for versions": {
			op: plan.TemporalJoin{Wait: 20},
			epochs: []temporalEpoch{
				{leftMark: 100, rightMark: maxTime, left: lines("+I 1 1 79", "+I 1 2 80"), right: lines("+I 1 7 1"), want: lines("+I 1 1 79 1 7 1")},
				{leftMark: 101, rightMark: maxTime, right: lines("+I 1 8 80"), want: lines("+I 1 2 80 1 8 80")},
				{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 3 101"), want: lines("+I 1 3 101 1 8 80")},
			}},
		"a key that appears later has no version before its first": {
			op: plan.TemporalJoin{Kind: plan.LeftOuter},
			epochs: []temporalEpoch{
				{leftMark: 1, rightMark: 1, right: lines("+I 1 7 50")},
				{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 1 40", "+I 2 2 40", "+I 2 3 60"), right: lines("+I 2 8 50"),
					want: lines("+I 1 1 40 1 7 50", "+I 2 2 40 NULL NULL NULL", "+I 2 3 60 2 8 50")},
			}},
		"the first version stays the one for earlier time": {
			epochs: []temporalEpoch{
				{leftMark: 1, rightMark: 1, right: lines("+I 1 7 50")},
				{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 1 10", "+I 1 2 30", "+I 1 3 49", "+I 1 4 50"), right: lines("+I 1 8 30", "+I 1 9 50"),
					want: lines("+I 1 1 10 1 7 50", "+I 1 2 30 1 8 30", "+I 1 3 49 1 8 30", "+I 1 4 50 1 9 50")},
			}},
		"of equal times the later arrival holds": {
			epochs: []temporalEpoch{{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 1 5", "+I 1 2 10"), right: lines("+I 1 7 10", "+I 1 8 10"),
				want: lines("+I 1 1 5 1 8 10", "+I 1 2 10 1 8 10")}}},
		"a deletion ends a version": {
			op: plan.TemporalJoin{Kind: plan.LeftOuter},
			epochs: []temporalEpoch{
				{leftMark: 50, rightMark: 50, left: lines("+I 1 1 15", "+I 1 2 25", "+I 1 3 35", "+I 2 1 1"), right: lines("+I 1 7 10", "-D 1 7 20", "-U 1 7 10", "+U 1 8 30", "-D 2 0 10", "+I 2 9 20"),
					want: lines("+I 2 1 1 2 9 20", "+I 1 1 15 1 7 10", "+I 1 2 25 NULL NULL NULL", "+I 1 3 35 1 8 30")},
				{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 4 60", "+I 1 5 50"), right: lines("-D 1 0 55"),
					want: lines("+I 1 5 50 1 8 30", "+I 1 4 60 NULL NULL NULL")},
			}},
		"a deletion before the first version says that there was none": {
			op: plan.TemporalJoin{Kind: plan.LeftOuter},
			epochs: []temporalEpoch{
				{leftMark: 15, rightMark: 15, right: lines("-D 1 0 10", "+I 1 7 20")},
				{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 1 16"), want: lines("+I 1 1 16 NULL NULL NULL")},
			}},
		"the condition restricts the match": {
			op: plan.TemporalJoin{Kind: plan.LeftOuter}, where: "v / w > 0",
			epochs: []temporalEpoch{{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 5 11", "+I 1 1 12", "+I 2 1 13", "+I 3 1 14"), right: lines("+I 1 2 10", "+I 2 0 10"),
				want: lines("+I 1 5 11 1 2 10", "+I 1 1 12 NULL NULL NULL", "+I 3 1 14 NULL NULL NULL")}},
			rejects: lines("row.division_by_zero where")},
		"the condition of an inner join": {
			where: "v / w > 0",
			epochs: []temporalEpoch{{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 5 11", "+I 1 1 12", "+I 2 1 13", "+I 3 1 14"), right: lines("+I 1 2 10", "+I 2 0 10"),
				want: lines("+I 1 5 11 1 2 10")}},
			rejects: lines("row.division_by_zero where")},
		"rows without a time are rejected": {
			epochs:  []temporalEpoch{{leftMark: maxTime, rightMark: maxTime, left: lines("+I 1 5 NULL"), right: lines("+I 1 2 NULL", "-U 1 2 NULL")}},
			rejects: lines("row.event_time_missing t", "row.event_time_missing u")},
		"rows behind what was given out are late": {
			epochs: []temporalEpoch{
				{leftMark: 100, rightMark: 100, right: lines("+I 1 2 10")},
				{leftMark: 100, rightMark: 100, left: lines("+I 1 5 99", "+I 1 5 100")},
				{leftMark: 101, rightMark: 101, want: lines("+I 1 5 100 1 2 10")}},
			rejects: lines("late")},
		"versions that come late hold for later rows only": {
			epochs: []temporalEpoch{
				{leftMark: 100, rightMark: 100, left: lines("+I 1 1 50"), right: lines("+I 1 7 10", "+I 1 8 60"), want: lines("+I 1 1 50 1 7 10")},
				{leftMark: 200, rightMark: 200, left: lines("+I 1 2 100", "+I 2 2 100"), right: lines("+I 1 9 40", "+I 1 10 90", "+I 2 1 99"), want: lines("+I 1 2 100 1 10 90", "+I 2 2 100 2 1 99")},
			},
			rejects: lines("late for 40 to 100", "late for 90 to 100", "late for 99 to 100")},
		"versions without a time of their own are never late": {
			untimed: true,
			epochs: []temporalEpoch{
				{leftMark: 100, rightMark: minTime, left: lines("+I 1 1 50"), right: lines("+I 1 7 0"), want: lines("+I 1 1 50 1 7 0"), caughtUp: true},
				{leftMark: 200, rightMark: minTime, left: lines("+I 1 2 100"), right: lines("+I 1 8 0"), want: lines("+I 1 2 100 1 8 0"), caughtUp: true},
			}},
		"corrections": {
			op: plan.TemporalJoin{Kind: plan.LeftOuter, Correct: 50},
			epochs: []temporalEpoch{
				{leftMark: 100, rightMark: 100, left: lines("+I 1 1 49", "+I 1 2 60", "+I 1 3 70", "+I 2 4 80"), right: lines("+I 1 7 10"),
					want: lines("+I 1 1 49 1 7 10", "+I 1 2 60 1 7 10", "+I 1 3 70 1 7 10", "+I 2 4 80 NULL NULL NULL")},
				// Row 49 is not remembered any more.
				{leftMark: 100, rightMark: 100, right: lines("+I 1 8 40", "+I 1 9 65", "+I 2 5 75"),
					want: lines("-U 1 2 60 1 7 10", "+U 1 2 60 1 8 40", "-U 1 3 70 1 7 10", "+U 1 3 70 1 9 65", "-U 2 4 80 NULL NULL NULL", "+U 2 4 80 2 5 75")},
				{leftMark: 100, rightMark: 100, right: lines("-D 1 0 66", "+I 1 9 65"), want: lines("-U 1 3 70 1 9 65", "+U 1 3 70 NULL NULL NULL")},
				{leftMark: 100, rightMark: 100, right: lines("+I 1 8 40", "+I 2 5 75")},
				{leftMark: 200, rightMark: 200},
				{leftMark: 200, rightMark: 200, right: lines("+I 1 9 67")},
			},
			rejects: lines("late for 40 to 50", "late for 40 to 50", "late for 67 to 150")},
		"corrections of an inner join with a condition": {
			op: plan.TemporalJoin{Correct: 50}, where: "v / w > 0",
			epochs: []temporalEpoch{
				{leftMark: 100, rightMark: 100, left: lines("+I 1 5 60"), right: lines("+I 1 9 10")},
				{leftMark: 100, rightMark: 100, right: lines("+I 1 5 20"), want: lines("+I 1 5 60 1 5 20")},
				{leftMark: 100, rightMark: 100, right: lines("+I 1 0 30"), want: lines("-D 1 5 60 1 5 20")},
				{leftMark: 100, rightMark: 100, right: lines("+I 1 8 40")},
				{leftMark: 100, rightMark: 100, right: lines("+I 1 4 50"), want: lines("+I 1 5 60 1 4 50")},
			},
			rejects: lines("row.division_by_zero where", "late for 20 to 50", "late for 30 to 50", "late for 40 to 50")},
	} {
		t.Run(name, func(t *testing.T) {
			for _, rows := range []int{1, 2, 1024} {
				left, right := joinSchemas(t)
				g, state := temporalOf(t, rows, c.op, c.where), saved{}
				var rejects []string
				for i, e := range c.epochs {
					g.timed = !c.untimed
					if e.unread {
						g.unread()
					}
					in := versionsAt(t, e.rightMark, right, e.right...)
					in.caughtUp = e.caughtUp
					got := advanceText(t, g, inputAt(t, e.leftMark, left, e.left...), in)
					require.Equal(t, e.want, got, "epoch %d, batches of %d rows", i, rows)
					late := 0
					for _, r := range g.run.barrier.rejects {
						switch {
						case r.Partly:
							rejects = append(rejects, fmt.Sprintf("late for %d to %d", r.WindowFrom.UnixMicro(), r.WindowTo.UnixMicro()))
							late++
						case r.Kind == "late":
							rejects = append(rejects, "late")
							late++
						default:
							rejects = append(rejects, string(r.Code)+" "+r.Path)
						}
					}
					require.EqualValues(t, late, g.run.barrier.counts.Late)
					state.save(t, g)
					mark := g.mark()
					g = temporalOf(t, rows, c.op, c.where)
					state.restore(t, mark, g)
				}
				require.ElementsMatch(t, c.rejects, rejects)
			}
		})
	}
}

// Versions that no row can need are forgotten, and with them keys that have none left.
func TestTemporalJoinForgets(t *testing.T) {
	left, right := joinSchemas(t)
	g := temporalOf(t, 64, plan.TemporalJoin{Correct: 10}, "")
	for w := int64(100); w < 5000; w += 100 {
		var changes, facts []string
		for k := range int64(100) {
			changes = append(changes, fmt.Sprintf("+I %d %d %d", k, w, w-k), fmt.Sprintf("+I %d 0 %d", w*100+k, w-90), fmt.Sprintf("-D %d 0 %d", w*100+k, w-80))
			facts = append(facts, fmt.Sprintf("+I %d 1 %d", k, w))
		}
		advanceText(t, g, inputAt(t, w, left, facts...), versionsAt(t, w, right, changes...))
		require.LessOrEqual(t, g.versions.rows.Len(), 100*2+200, "at %d", w)
		require.LessOrEqual(t, g.versions.rows.Entries(), 100+2048+200)
		require.LessOrEqual(t, g.released.rows.Len(), 100)
	}
}

// temporalModel is the join the slow way: it keeps every version for ever and looks at all of them.
type temporalModel struct {
	op       plan.TemporalJoin
	versions []modelVersion
	ready    bool
	mark     int64
	waiting  []timedRow
	released []timedRow
	given    []string // of each released row, empty when nothing came
}

type modelVersion struct {
	timedRow
	deleted, known bool
}

func (m *temporalModel) find(l timedRow) string {
	var last, first *modelVersion
	for i := range m.versions {
		v := &m.versions[i]
		if v.k != l.k || l.k < 0 {
			continue
		}
		if v.t <= l.t && (last == nil || v.t >= last.t) {
			last = v
		}
		if v.known {
			first = v
		}
	}
	if last == nil {
		last = first
	}
	switch {
	case last != nil && !last.deleted:
		return l.String() + " " + last.timedRow.String()
	case m.op.Kind == plan.Inner:
		return ""
	}
	return l.String() + " NULL NULL NULL"
}

func (m *temporalModel) advance(left []timedRow, right []modelVersion, ready bool, watermark int64) {
	m.waiting = append(m.waiting, left...)
	m.versions = append(m.versions, right...)
	if !m.ready && ready {
		m.ready = true
		first := map[int64]*modelVersion{}
		for i := range m.versions {
			v := &m.versions[i]
			// What another change of the same time has replaced never held.
			replaced := slices.ContainsFunc(m.versions[i+1:], func(w modelVersion) bool { return w.k == v.k && w.t == v.t })
			if !v.deleted && !replaced && (first[v.k] == nil || v.t < first[v.k].t) {
				first[v.k] = v
			}
		}
		for _, v := range first {
			v.known = true
		}
	}
	if !m.ready {
		return
	}
	for i, l := range m.released {
		if m.op.Correct > 0 && l.t >= later(m.mark, -m.op.Correct) && m.mark != maxTime {
			m.given[i] = m.find(l)
		}
	}
	if watermark <= m.mark {
		return
	}
	m.mark = watermark
	kept := m.waiting[:0]
	for _, l := range m.waiting {
		if !behind(l.t, watermark) {
			kept = append(kept, l)
			continue
		}
		m.released, m.given = append(m.released, l), append(m.given, m.find(l))
	}
	m.waiting = kept
}

func (m *temporalModel) content() multiset {
	out := multiset{}
	for _, g := range m.given {
		if g != "" {
			out[g]++
		}
	}
	return out
}

func TestTemporalJoinAgainstModel(t *testing.T) {
	const disorder = 40
	left, right := joinSchemas(t)
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 78))
			op := plan.TemporalJoin{Kind: plan.JoinKind(seed % 2), Wait: r.Int64N(2) * r.Int64N(50), Correct: r.Int64N(2) * r.Int64N(100)}
			rows := []int{1, 7, 1024}[r.IntN(3)]
			g, state := temporalOf(t, rows, op, ""), saved{}
			model := &temporalModel{op: op, mark: minTime}
			var parts []partition
			for range 1 + r.IntN(3) {
				parts = append(parts, partition{rows: randomTimed(r, 30+r.IntN(60), disorder, -1), mark: minTime})
			}
			changes := randomTimed(r, 40+r.IntN(100), disorder, -1)
			ready, rightMark, next := false, int64(minTime), 0
			got := multiset{}
			var order []int64
			for done := false; !done; {
				in := [2]gathered{{mark: maxTime, active: true}, {active: true}}
				var facts []timedRow
				for i := range parts {
					b, taken := parts[i].read(t, left, int32(i), r.IntN(8), disorder)
					if b.N > 0 {
						in[0].batches = append(in[0].batches, b)
					}
					facts = append(facts, taken...)
					in[0].mark = min(in[0].mark, parts[i].watermark())
				}
				var lines []string
				var versions []modelVersion
				for range r.IntN(12) {
					if next == len(changes) {
						break
					}
					v := modelVersion{timedRow: changes[next], deleted: r.IntN(6) == 0}
					// A key's deletion is not remembered for versions that are late by their own watermark.
					v.deleted = v.deleted && v.k != 1
					if v.k == 1 && r.IntN(4) == 0 {
						v.t -= 100 // later than the watermark allows
					}
					next++
					kind := []string{"+I ", "+U "}[r.IntN(2)]
					if v.deleted {
						kind = "-D "
					}
					rightMark = max(rightMark, v.t-disorder)
					lines, versions = append(lines, kind+v.timedRow.String(), "-U "+v.timedRow.String()), append(versions, v)
				}
				in[1].batches = gatheredOf(changesOf(t, right, lines...)).batches
				in[1].mark, in[1].caughtUp = rightMark, r.IntN(5) == 0
				if next == len(changes) {
					in[1].mark, in[1].caughtUp = maxTime, true
				}
				ready = ready || next > 20
				if !ready {
					g.unread()
				} else {
					g.run.lanes = nil
				}
				w := in[0].mark
				if !in[1].caughtUp {
					w = min(w, in[1].mark)
				}
				before := g.mark()
				require.NoError(t, g.advance(in[:], func(b *batch.Batch) error {
					got.apply(t, textOf(t, b)...)
					require.Equal(t, op.Correct == 0, b.Marks != nil)
					for i := range b.Marks {
						require.Equal(t, before, b.Marks[i])
						order = append(order, b.Cols[2].I64[i])
					}
					return nil
				}))
				// What came late by the mark of a caught-up side is not the model's concern: it comes nowhere.
				for _, rej := range g.run.barrier.rejects {
					require.Equal(t, "late", rej.Kind)
				}
				g.run.barrier.rejects = nil
				facts = slices.DeleteFunc(facts, func(f timedRow) bool { return f.t < before })
				model.advance(facts, versions, ready, later(w, -op.Wait))
				require.Equal(t, model.content(), got, "%+v", op)
				require.Equal(t, model.mark, g.mark())
				done = in[0].mark == maxTime && next == len(changes)
				if r.IntN(4) > 0 {
					state.save(t, g)
					mark := g.mark()
					g = temporalOf(t, rows, op, "")
					state.restore(t, mark, g)
				}
			}
			require.True(t, slices.IsSortedFunc(order, cmp.Compare[int64]))
			require.NotEmpty(t, got)
		})
	}
}

func TestTemporalJoinDamagedState(t *testing.T) {
	g := temporalOf(t, 8, plan.TemporalJoin{}, "")
	require.Error(t, g.restore("top", nil, true))
	require.Error(t, g.restore("released", nil, true), "nothing is corrected")
	require.Error(t, g.restore("versions", nil, true))
	require.Error(t, g.restore("versions", []byte{2}, true))
	require.Error(t, g.restore("versions", []byte{1, 'x'}, true))
	require.Error(t, g.restore("waiting", []byte("x"), true))
}
