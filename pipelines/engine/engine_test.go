package engine

import (
	"context"
	"fmt"
	"sort"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/expr"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// oracle computes windows the slow way: row by row, with a watermark per partition.
func oracle(parts [][]event, size, slide, disorder int64) (rows []string, late int64) {
	type key struct {
		start int64
		text  string
	}
	type group struct {
		n, total, top int64
		users         map[int64]bool
	}
	groups := map[key]*group{}
	for _, p := range parts {
		wm := int64(minTime)
		for _, e := range p {
			missed := false
			for start := floorTo(e.ts, slide) - size + slide; start <= e.ts; start += slide {
				if start+size <= wm {
					missed = true
					continue
				}
				g := groups[key{start, e.text}]
				if g == nil {
					g = &group{users: map[int64]bool{}, top: minTime}
					groups[key{start, e.text}] = g
				}
				g.n++
				g.total += e.val
				g.top = max(g.top, e.val)
				g.users[e.key] = true
			}
			if missed {
				late++
			}
			wm = max(wm, e.ts-disorder)
		}
	}
	for k, g := range groups {
		f := func(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.999999Z") }
		rows = append(rows, fmt.Sprintf(`{"window_start":"%s","window_end":"%s","s":"%s","n":%d,"total":%d,"users":%d,"top":%d}`,
			f(k.start), f(k.start+size), k.text, g.n, g.total, len(g.users), g.top))
	}
	sort.Strings(rows)
	return rows, late
}

func TestWindowsWhateverTheSettings(t *testing.T) {
	parts := randomEvents(7, 3, 400, 2*time.Second)
	for _, w := range []struct{ size, slide time.Duration }{{10 * time.Second, 10 * time.Second}, {10 * time.Second, 2 * time.Second}} {
		want, late := oracle(parts, w.size.Microseconds(), w.slide.Microseconds(), 2_000_000)
		for _, c := range []struct{ rows, parallelism, failReads, failSink int }{
			{1024, 4, 0, 0}, {1, 1, 0, 0}, {7, 4, 0, 0}, {7, 1, 0, 0}, {7, 2, 37, 0}, {16, 2, 0, 3}, {5, 3, 53, 2},
		} {
			for _, sink := range []string{"staged", "tx"} {
				t.Run(fmt.Sprintf("%v/%v/%+v/%s", w.size, w.slide, c, sink), func(t *testing.T) {
					t.Parallel()
					// The clock is virtual: pauses between attempts and epochs take no time.
					synctest.Test(t, func(t *testing.T) {
						f := newFixture(t, &scripted{parts: parts, failEvery: c.failReads, perEpoch: 4}, "m/out")
						f.out["m/out"].failEvery = c.failSink
						f.opt.BatchRows, f.opt.Parallelism = c.rows, c.parallelism
						st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", sink, windowNode(scanNode(), w.size, w.slide))}})
						require.Equal(t, want, f.out["m/out"].sorted())
						require.Equal(t, late, st.Totals.Late)
						require.Equal(t, int64(1200), st.Totals.RowsIn)
						require.Equal(t, int64(len(want)), st.Totals.RowsOut)
						require.Equal(t, c.failReads+c.failSink > 0, st.Restarts > 0, "failures must have been met")
					})
				})
			}
		}
	}
}

// dedupeOracle keeps the first row of each key by (time, partition, offset).
func dedupeOracle(parts [][]event, within, disorder int64) (rows []string, late, dups int64) {
	type row struct {
		e      event
		part   int
		offset int
	}
	var all []row
	for p, es := range parts {
		wm := int64(minTime)
		for i, e := range es {
			if e.ts < wm {
				late++
			} else {
				all = append(all, row{e, p, i})
			}
			wm = max(wm, e.ts-disorder)
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.e.ts != b.e.ts {
			return a.e.ts < b.e.ts
		}
		if a.part != b.part {
			return a.part < b.part
		}
		return a.offset < b.offset
	})
	kept := map[int64]int64{}
	for _, r := range all {
		if t, ok := kept[r.e.key]; ok && r.e.ts-t < within {
			dups++
			continue
		}
		kept[r.e.key] = r.e.ts
		rows = append(rows, fmt.Sprintf(`{"k":%d,"v":%d,"s":"%s","ts":"%s"}`, r.e.key, r.e.val, r.e.text, time.UnixMicro(r.e.ts).UTC().Format("2006-01-02T15:04:05.999999Z")))
	}
	sort.Strings(rows)
	return rows, late, dups
}

func dedupeNode(in *plan.Node, within time.Duration) *plan.Node {
	return &plan.Node{ID: "m/dedupe", Op: &plan.Dedupe{Keys: []int{0}, Time: 3, Within: within.Microseconds()}, Inputs: []*plan.Node{in}, Schema: in.Schema}
}

func TestDedupeWhateverTheSettings(t *testing.T) {
	parts := randomEvents(11, 3, 300, 2*time.Second)
	want, late, dups := dedupeOracle(parts, 20_000_000, 2_000_000)
	for _, c := range []struct{ rows, parallelism, failReads, failSink int }{{1024, 4, 0, 0}, {1, 1, 0, 0}, {7, 3, 41, 3}, {3, 2, 29, 0}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, &scripted{parts: parts, failEvery: c.failReads, perEpoch: 4}, "m/out")
				f.out["m/out"].failEvery = c.failSink
				f.opt.BatchRows, f.opt.Parallelism = c.rows, c.parallelism
				st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", dedupeNode(scanNode(), 20*time.Second))}})
				require.Equal(t, want, f.out["m/out"].sorted())
				require.Equal(t, late, st.Totals.Late)
				require.Equal(t, dups, st.Totals.Duplicates)
			})
		})
	}
}

// A window behind a dedupe takes its rows at barriers; two sinks share the plan, one of each kind.
func TestChainedOperatorsAndSeveralSinks(t *testing.T) {
	parts := randomEvents(13, 2, 300, 2*time.Second)
	var first []string
	for _, c := range []struct{ rows, failReads, failSink int }{{1024, 0, 0}, {1, 0, 0}, {7, 31, 4}} {
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t, &scripted{parts: parts, failEvery: c.failReads, perEpoch: 4}, "m/rows", "m/windows")
			f.out["m/windows"].failEvery = c.failSink
			f.opt.BatchRows = c.rows
			d := dedupeNode(scanNode(), 5*time.Second)
			runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/rows", "tx", d), sinkNode("m/windows", "staged", windowNode(d, 10*time.Second, 10*time.Second))}})
			want, _, _ := dedupeOracle(parts, 5_000_000, 2_000_000)
			require.Equal(t, want, f.out["m/rows"].sorted())
			got := f.out["m/windows"].sorted()
			require.NotEmpty(t, got)
			if first == nil {
				first = got
			}
			require.Equal(t, first, got)
		})
	}
}

// A job that is drained in the middle goes on where it was; nothing is given out twice.
func TestDrainAndGoOn(t *testing.T) {
	parts := randomEvents(17, 2, 500, 2*time.Second)
	want, late := oracle(parts, 10_000_000, 10_000_000, 2_000_000)
	for _, sink := range []string{"staged", "tx"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t, &scripted{parts: parts, perEpoch: 3}, "m/out")
			f.opt.BatchRows = 2
			f.opt.Plan = &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", sink, windowNode(scanNode(), 10*time.Second, 10*time.Second))}}
			drains := 0
			for {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
				j, err := New(f.opt)
				require.NoError(t, err)
				require.NoError(t, j.Run(ctx))
				cancel()
				drains++
				h, err := f.mani.Head(t.Context(), "p")
				require.NoError(t, err)
				if h.Committed.Finished {
					require.Equal(t, late, h.Committed.Totals.Late)
					break
				}
			}
			require.Greater(t, drains, 5)
			require.Equal(t, want, f.out["m/out"].sorted())
		})
	}
}

// Minutes by tens of seconds, put together from windows of two seconds: the same sums as asking at once.
func TestWindowOverWindow(t *testing.T) {
	parts := randomEvents(19, 2, 400, 2*time.Second)
	for _, rows := range []int{1, 7, 1024} {
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t, &scripted{parts: parts, perEpoch: 5}, "m/out")
			f.opt.BatchRows = rows
			inner := windowNode(scanNode(), 2*time.Second, 2*time.Second)
			op := &plan.Window{Time: 0, Size: 10_000_000, Slide: 10_000_000, Keys: []plan.Column{{Name: "s", Expr: col(inner.Schema, "s")}},
				Aggs: []plan.AggColumn{{Name: "n", Agg: expr.Agg{Func: "sum", Arg: col(inner.Schema, "n"), Type: schema.Of(schema.Int64), Nullable: true}}}}
			outer := &plan.Node{ID: "m/outer", Op: op, Inputs: []*plan.Node{inner}, Schema: &schema.Schema{
				Fields:    append(append([]schema.Field{}, inner.Schema.Fields[:3]...), schema.Field{Name: "n", Type: schema.Of(schema.Int64), Nullable: true}),
				EventTime: &schema.EventTime{Column: plan.WindowStart}}}
			st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", outer)}})

			want := map[string]int64{}
			for _, p := range parts {
				wm := int64(minTime)
				for _, e := range p {
					if floorTo(e.ts, 2_000_000)+2_000_000 > wm {
						start := floorTo(e.ts, 10_000_000)
						want[fmt.Sprintf(`{"window_start":"%s","window_end":"%s","s":"%s"`, stamp(start), stamp(start+10_000_000), e.text)]++
					}
					wm = max(wm, e.ts-2_000_000)
				}
			}
			var rows []string
			for k, n := range want {
				rows = append(rows, fmt.Sprintf(`%s,"n":%d}`, k, n))
			}
			sort.Strings(rows)
			require.Equal(t, rows, f.out["m/out"].sorted())
			require.NotZero(t, st.Totals.Late)
		})
	}
}

func stamp(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.999999Z") }

// Partitions that begin at different times have their full states in different files. What a kept file holds of a partition whose full
// state is newer goes on from a file that is gone, and must be passed over.
func TestRestoreAfterManyEpochs(t *testing.T) {
	const size, disorder = time.Hour, 2 * time.Second
	parts := randomEvents(23, 2, 300, disorder)
	want, late := oracle(parts, size.Microseconds(), size.Microseconds(), disorder.Microseconds())
	synctest.Test(t, func(t *testing.T) {
		src := &scripted{parts: [][]event{parts[0], nil}, perEpoch: 1, endless: true}
		f := newFixture(t, src, "m/out")
		f.opt.BatchRows, f.opt.Bounded = 2, false
		f.opt.Plan = &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", windowNode(scanNode(), size, size))}}
		second := time.AfterFunc(keyed.MaxChain/2*f.opt.Epoch, func() { src.add(1, parts[1]...) })
		defer second.Stop()
		ctx, cancel := context.WithTimeout(t.Context(), (keyed.MaxChain+keyed.MaxChain/4)*f.opt.Epoch)
		defer cancel()
		j, err := New(f.opt)
		require.NoError(t, err)
		require.NoError(t, j.Run(ctx))
		require.Greater(t, j.Stats().Epoch, int64(keyed.MaxChain))

		src.endless, src.perEpoch, f.opt.Bounded = false, 0, true
		s := runJob(t, f, f.opt.Plan)
		require.Zero(t, s.Restarts)
		require.Equal(t, late, s.Totals.Late)
		require.Equal(t, want, f.out["m/out"].sorted())
	})
}

// What a bounded run without windows has read to its end can be read on, bounded again or without an end. A pipeline whose windows were
// closed by the end cannot.
func TestReadingOnBehindTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &scripted{parts: randomEvents(29, 2, 50, time.Second)}
		f := newFixture(t, src, "m/out")
		p := &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", scanNode())}}
		runJob(t, f, p)
		require.Len(t, f.out["m/out"].sorted(), 100)
		runJob(t, f, p)
		require.Len(t, f.out["m/out"].sorted(), 100, "nothing new")
		src.add(0, event{1, 1, "a", at(0)}, event{1, 1, "b", at(1)})
		runJob(t, f, p)
		require.Len(t, f.out["m/out"].sorted(), 102)

		src.add(1, event{1, 1, "c", at(2)})
		src.endless, f.opt.Bounded = true, false
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		j, err := New(f.opt)
		require.NoError(t, err)
		require.NoError(t, j.Run(ctx))
		require.Len(t, f.out["m/out"].sorted(), 103)
	})
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &scripted{parts: randomEvents(29, 2, 50, time.Second)}, "m/out")
		p := &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", minute(scanNode()))}}
		runJob(t, f, p)
		rows := f.out["m/out"].sorted()
		runJob(t, f, p)
		require.Equal(t, rows, f.out["m/out"].sorted())
		f.opt.Bounded = false
		j, err := New(f.opt)
		require.NoError(t, err)
		require.ErrorContains(t, j.Run(t.Context()), "start afresh")
	})
}
