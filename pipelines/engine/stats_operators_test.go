package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
)

// whereNode keeps the rows for which a condition holds.
func whereNode(t testing.TB, in *plan.Node, where string) *plan.Node {
	return &plan.Node{ID: "m/keep/./filter", Op: &plan.Filter{Where: exprOf(t, in.Schema, where)}, Inputs: []*plan.Node{in}, Schema: in.Schema}
}

func operatorOf(t *testing.T, s Stats, id string) OperatorStats {
	t.Helper()
	for _, o := range s.Operators {
		if o.Operator == id {
			return o
		}
	}
	require.Failf(t, "no such operator", "%s among %+v", id, s.Operators)
	return OperatorStats{}
}

func TestOperatorsCountRows(t *testing.T) {
	for _, sink := range []string{"staged", "tx"} {
		t.Run(sink, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				parts := randomEvents(7, 3, 400, 2*time.Second)
				kept := int64(0)
				for _, p := range parts {
					for _, e := range p {
						if e.val < 500 {
							kept++
						}
					}
				}
				f := newFixture(t, &scripted{parts: parts, perEpoch: 4}, "m/out/./sink")
				f.opt.BatchRows, f.opt.Parallelism = 16, 2
				st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out/./sink", sink, windowNode(whereNode(t, scanNode(), "v < 500"), 10*time.Second, 10*time.Second))}})
				ids := make([]string, 0, len(st.Operators))
				for _, o := range st.Operators {
					ids = append(ids, o.Operator)
				}
				require.Equal(t, []string{"m/src", "m/keep/./filter", "m/win", "m/out/./sink"}, ids)
				scan, filter, window, out := st.Operators[0], st.Operators[1], st.Operators[2], st.Operators[3]
				require.Equal(t, OperatorStats{Operator: "m/src", Node: "src", RowsIn: 1200, RowsOut: 1200, Parallelism: 3}, scan)
				require.Equal(t, OperatorStats{Operator: "m/keep/./filter", Node: "keep", RowsIn: 1200, RowsOut: kept, Parallelism: 2}, filter)
				require.Equal(t, kept, window.RowsIn)
				require.Equal(t, st.Totals.RowsOut, window.RowsOut)
				require.Equal(t, st.Totals.RowsOut, out.RowsIn)
				require.Equal(t, st.Totals.RowsOut, out.RowsOut)
				require.Equal(t, 1, out.Parallelism, "windows come out at the barrier, one after the other")
			})
		})
	}
}

// TestSharesOfTime has parts of a pipeline take virtual time, so that the shares are what they have to be to the hundredth.
func TestSharesOfTime(t *testing.T) {
	for _, c := range []struct {
		name, sink string
		taking     time.Duration
		// perEpoch is after how many reads of an epoch the source has nothing more.
		perEpoch             int
		staged               int64
		busy, blocked, whole float64
	}{
		{"nothing comes", "tx", time.Second, 0, 0, 0, 0, 0},
		{"the sink writes all the time", "tx", 10 * time.Millisecond, 1 << 20, 0, 1, 1, 1},
		{"the sink writes for half of each epoch, and the source waits as long", "tx", 50 * time.Millisecond, 10, 0, 0.5, 0, 0.5},
		{"the target takes longer than an epoch, and no more than two batches may wait for it", "staged", 5 * time.Second, 1 << 20, 1, 1, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := &scripted{parts: [][]event{nil}, endless: true, perEpoch: c.perEpoch}
				if c.perEpoch > 0 {
					src.parts = randomEvents(1, 1, 40_000, time.Second)
				}
				f := newFixture(t, src, "m/out")
				f.out["m/out"].taking = c.taking
				f.opt.Bounded, f.opt.Epoch, f.opt.BatchRows = false, time.Second, 16
				if c.staged > 0 {
					f.opt.StagedBytes = c.staged
				}
				f.opt.Plan = &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", c.sink, whereNode(t, scanNode(), "v < 2000"))}}
				j, err := New(f.opt)
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- j.Run(ctx) }()
				<-time.After(20500 * time.Millisecond)
				synctest.Wait()
				st := j.Stats()
				require.InDelta(t, c.busy, operatorOf(t, st, "m/out").Busy, 0.02)
				require.Zero(t, operatorOf(t, st, "m/out").Blocked)
				for _, id := range []string{"m/src", "m/keep/./filter"} {
					o := operatorOf(t, st, id)
					require.Zero(t, o.Busy, "what takes no virtual time is not busy")
					require.InDelta(t, c.blocked, o.Blocked, 0.02, id)
				}
				require.InDelta(t, c.whole, st.Busy, 0.02)
				cancel()
				require.NoError(t, <-done)
			})
		})
	}
}

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, pass := newClock(), func(d time.Duration) { <-time.After(d) }
		var upper, lower meter
		outer, began := c.enter(&upper)
		pass(time.Second)
		inner, then := c.enter(&lower)
		pass(3 * time.Second)
		c.leave(inner, then)
		pass(time.Second)
		c.leave(outer, began)
		pass(time.Minute)
		outer, began = c.enter(&lower)
		c.leave(outer, began)
		require.Equal(t, meter{own: 2 * time.Second, below: 3 * time.Second}, upper)
		require.Equal(t, meter{own: 3 * time.Second}, lower)
	})
}

func TestEpochsOfStats(t *testing.T) {
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	var s Stats
	numbers := func() (out []string) {
		for _, e := range s.Epochs {
			out = append(out, fmt.Sprint(e.Number, e.Failed))
		}
		return out
	}
	commit := func(n int64) {
		s.Epoch = n
		s.epoch(EpochStats{Number: n, At: at})
	}
	s.failed(at, errors.New("no broker"))
	s.failed(at, errors.New("no broker"))
	require.Equal(t, []string{"1pipeline.failed"}, numbers(), "an epoch that fails again and again is told of once")
	commit(1)
	before := s
	s.Epoch = 2 // committed, and never applied
	s.failed(at, diag.Fail("clickhouse.timeout", nil, "", "no answer"))
	require.Equal(t, []string{"1pipeline.failed", "1", "2clickhouse.timeout"}, numbers())
	require.Len(t, before.Epochs, 2, "what was published stays as it is")
	for n := range int64(20) {
		commit(3 + n)
	}
	require.Equal(t, []string{"18", "19", "20", "21", "22"}, numbers())
}

// TestEpochsThatFail has a target that fails now and then: every epoch is told of, with how long it took and how much it read.
func TestEpochsThatFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &scripted{parts: randomEvents(3, 1, 64, time.Second), perEpoch: 1}, "m/out")
		f.out["m/out"].failEvery, f.out["m/out"].taking = 3, 2*time.Millisecond
		f.opt.BatchRows = 16
		st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", scanNode())}})
		require.NotZero(t, st.Restarts)
		rows, failed := int64(0), 0
		for _, e := range st.Epochs {
			rows += e.Rows
			if e.Failed != "" {
				failed++
				require.Equal(t, control.CodeFailed, e.Failed)
			} else if e.Rows > 0 {
				require.GreaterOrEqual(t, e.DurationMS, int64(2))
				require.NotZero(t, e.Bytes)
			}
		}
		require.NotZero(t, failed)
		require.NotZero(t, rows)
		require.LessOrEqual(t, len(st.Epochs), keptEpochs)
		require.EqualValues(t, 64, st.Totals.RowsIn)
	})
}
