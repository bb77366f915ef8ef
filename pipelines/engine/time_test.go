package engine

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
)

func at(seconds int64) int64 {
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro() + seconds*1_000_000
}

// minute counts rows by minute.
func minute(in *plan.Node) *plan.Node { return windowNode(in, time.Minute, time.Minute) }

// pass lets time go by inside a synctest bubble, whose clock moves on once everybody waits, and waits for what that sets off.
func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // virtual time
	synctest.Wait()
}

// A silent partition stops holding the watermark back after its idle time; when it comes back, its rows for windows that were
// closed meanwhile are late, and its later rows count.
func TestSilentPartition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &scripted{parts: [][]event{{{1, 1, "a", at(1)}}, {{2, 1, "a", at(2)}, {2, 1, "a", at(63)}}}, endless: true}
		f := newFixture(t, src, "m/out")
		f.opt.Bounded = false
		f.opt.Plan = &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", minute(scanNode()))}}
		j, err := New(f.opt)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- j.Run(ctx) }()

		pass(50 * time.Second)
		require.Empty(t, f.out["m/out"].sorted(), "partition 0 stands at second 1 and holds the first minute open")
		pass(15 * time.Second)
		require.Empty(t, f.out["m/out"].sorted(), "both are idle now: the watermark stands still rather than run away")
		src.add(1, event{2, 1, "b", at(64)}, event{2, 1, "b", at(66)})
		pass(time.Second)
		require.Len(t, f.out["m/out"].sorted(), 1, "partition 1 alone closes the first minute")

		src.add(0, event{1, 1, "a", at(3)}, event{1, 1, "a", at(70)})
		pass(time.Second)
		require.Equal(t, int64(1), j.Stats().Totals.Late, "second 3 belongs to a minute that was given out")
		src.add(0, event{1, 1, "z", at(200)})
		src.add(1, event{2, 1, "z", at(200)})
		pass(time.Second)
		rows := f.out["m/out"].sorted()
		require.Len(t, rows, 3)
		require.Contains(t, rows[1], `"s":"a","n":2`, "seconds 63 and 70")
		cancel()
		require.NoError(t, <-done)
	})
}

// A time from the far future is kept, counted, and closes no window.
func TestFutureTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &scripted{parts: [][]event{{{1, 1, "a", at(1)}, {1, 1, "a", at(75 * 365 * 86400)}, {1, 1, "a", at(2)}, {1, 1, "a", at(90)}}}, recordTime: at(0)}
		f := newFixture(t, src, "m/out")
		st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", minute(scanNode()))}})
		require.Equal(t, int64(1), st.Totals.Future)
		require.Zero(t, st.Totals.Late)
		rows := f.out["m/out"].sorted()
		require.Len(t, rows, 3, "the first minute, the second, and the one of the year 2098 at the end of the bounded run")
		require.Contains(t, rows[0], `"n":2`)
	})
}

// State past its budget stops the pipeline with a sentence, not the process.
func TestStateBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &scripted{parts: randomEvents(3, 1, 2000, time.Second)}, "m/out")
		f.opt.StateBytes = 1000
		f.opt.Plan = &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", dedupeNode(scanNode(), time.Hour))}}
		j, err := New(f.opt)
		require.NoError(t, err)
		require.ErrorContains(t, j.Run(t.Context()), "the state has reached")
	})
}

// Output beyond the staging budget ends epochs early; nothing is lost and nothing fails.
func TestStagingBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, &scripted{parts: randomEvents(3, 2, 2000, time.Second)}, "m/out")
		f.opt.StagedBytes, f.opt.Epoch, f.opt.BatchRows = 4096, time.Hour, 16
		st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", scanNode())}})
		require.Greater(t, st.Epoch, int64(20))
		require.Len(t, f.out["m/out"].sorted(), 4000)
	})
}

func TestAlignment(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	hour := time.Hour.Microseconds()
	for _, c := range []struct {
		name       string
		zone       *time.Location
		size       int64
		at         string
		start, end string
	}{
		{"UTC minute", time.UTC, hour / 60, "2024-05-05T10:11:12Z", "2024-05-05T10:11:00Z", "2024-05-05T10:12:00Z"},
		{"before 1970", time.UTC, hour, "1969-12-31T23:30:00Z", "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z"},
		{"hour in a half-hour zone", kolkata, hour, "2024-05-05T10:11:12Z", "2024-05-05T09:30:00Z", "2024-05-05T10:30:00Z"},
		{"day of 25 hours", berlin, 24 * hour, "2024-10-27T12:00:00Z", "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z"},
		{"day of 23 hours", berlin, 24 * hour, "2024-03-31T12:00:00Z", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"},
		{"first of the repeated hours", berlin, hour, "2024-10-27T00:30:00Z", "2024-10-27T00:00:00Z", "2024-10-27T01:00:00Z"},
		{"second of the repeated hours", berlin, hour, "2024-10-27T01:30:00Z", "2024-10-27T01:00:00Z", "2024-10-27T02:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAligner(&plan.Window{Size: c.size, Slide: c.size}, c.zone)
			when, err := time.Parse(time.RFC3339, c.at)
			require.NoError(t, err)
			k := a.slice(when.UnixMicro())
			require.Equal(t, c.start, time.UnixMicro(a.instant(k)).UTC().Format(time.RFC3339))
			require.Equal(t, c.end, time.UnixMicro(a.instant(k+c.size)).UTC().Format(time.RFC3339))
		})
	}
}
