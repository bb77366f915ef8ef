package engine

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
)

// cpuTime is the processor time this process has taken, which other processes do not add to.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchEvents makes batches of 4096 events of which the i-th comes about at i microseconds, out of order by up to a thousand.
func benchEvents(n int, keys int64, seed uint64) []*batch.Batch {
	r := rand.New(rand.NewPCG(seed, 3))
	var out []*batch.Batch
	events := make([]event, 0, 4096)
	for i := range n {
		events = append(events, event{r.Int64N(keys), r.Int64N(1000), []string{"a", "b", "歌曲"}[r.IntN(3)], int64(i) + r.Int64N(1000)})
		if len(events) == cap(events) || i == n-1 {
			b := eventBatch(events, int64(i), minTime)
			b.Marks = nil
			out = append(out, b)
			events = events[:0]
		}
	}
	return out
}

// advanceAll advances an operator by batches, some at a time, with a watermark a thousand microseconds behind the rows.
func advanceAll(b *testing.B, g gatherer, ports [][]*batch.Batch, rows int) (out int) {
	const atOnce = 32
	for i := 0; i < len(ports[0]); i += atOnce {
		in := []gathered{{active: true, caughtUp: true}, {active: true, caughtUp: true}}
		for port, all := range ports {
			mark := int64(min(i+atOnce, len(ports[0]))) * 4096
			if mark >= int64(rows) {
				mark = maxTime
			} else {
				mark -= 1000
			}
			in[port].mark = mark
			if len(all) > 0 {
				in[port].batches = all[i:min(i+atOnce, len(all))]
			}
		}
		require.NoError(b, g.advance(in, func(got *batch.Batch) error { out += got.N; return nil }))
		require.NoError(b, g.snapshot(func(string, []byte, bool) {}))
	}
	return out
}

func BenchmarkTemporalJoin(b *testing.B) {
	const rows, keys = 1 << 20, 200_000
	facts := benchEvents(rows, keys, 1)
	dim := benchEvents(keys*2, keys, 2)
	for _, correct := range []int64{0, 100_000} {
		b.Run(map[bool]string{false: "plain", true: "correct"}[correct > 0], func(b *testing.B) {
			b.ReportAllocs()
			spent := time.Duration(0)
			for b.Loop() {
				b.StopTimer()
				op := &plan.TemporalJoin{Kind: plan.LeftOuter, Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 3, Correct: correct}
				g, err := newTemporalJoin(timedRun(4096), nodeOf(b, op, eventSchema(), eventSchema()), op)
				require.NoError(b, err)
				require.NoError(b, g.advance([]gathered{{}, {batches: dim, active: true, caughtUp: true}}, nil))
				require.NoError(b, g.snapshot(func(string, []byte, bool) {}))
				b.StartTimer()
				began := cpuTime(b)
				require.Equal(b, rows, advanceAll(b, g, [][]*batch.Batch{facts, nil}, rows))
				spent += cpuTime(b) - began
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N)/rows, "cpu-ns/fact")
		})
	}
}

func BenchmarkTemporalJoinDimension(b *testing.B) {
	const keys = 200_000
	dim := benchEvents(keys*2, keys, 2)
	began := cpuTime(b)
	for b.Loop() {
		op := &plan.TemporalJoin{Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 3}
		g, err := newTemporalJoin(timedRun(4096), nodeOf(b, op, eventSchema(), eventSchema()), op)
		require.NoError(b, err)
		require.NoError(b, g.advance([]gathered{{}, {batches: dim, active: true, caughtUp: true}}, nil))
		require.NoError(b, g.snapshot(func(string, []byte, bool) {}))
	}
	b.ReportMetric(float64((cpuTime(b)-began).Nanoseconds())/float64(b.N)/(2*keys), "cpu-ns/version")
}

func BenchmarkIntervalJoin(b *testing.B) {
	const rows, keys = 1 << 20, 100_000
	left, right := benchEvents(rows, keys, 1), benchEvents(rows, keys, 2)
	b.ReportAllocs()
	out := 0
	began := cpuTime(b)
	for b.Loop() {
		op := &plan.IntervalJoin{Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 3, Lower: -50_000, Upper: 50_000}
		g, err := newIntervalJoin(timedRun(4096), nodeOf(b, op, eventSchema(), eventSchema()), op)
		require.NoError(b, err)
		out = advanceAll(b, g, [][]*batch.Batch{left, right}, rows)
	}
	b.ReportMetric(float64((cpuTime(b)-began).Nanoseconds())/float64(b.N)/(2*rows), "cpu-ns/row")
	b.ReportMetric(float64(out)/(2*rows), "pairs/row")
}
