package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
	"millrace/pipelines/control"
)

// begin starts a job and returns how it ended.
func begin(ctx context.Context, t *testing.T, f *fixture) (*Job, <-chan error) {
	t.Helper()
	j, err := New(f.opt)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- j.Run(ctx) }()
	return j, ended
}

// await waits until something holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	require.Eventually(t, holds, 20*time.Second, time.Millisecond, what)
}

// copies is a plan that copies the source to sinks of the components given, named m/0 and so on.
func copies(components ...string) *plan.Plan {
	scan := scanNode()
	p := &plan.Plan{TimeZone: "UTC"}
	for i, c := range components {
		p.Sinks = append(p.Sinks, sinkNode(fmt.Sprint("m/", i), c, scan))
	}
	return p
}

// An aborted job ends at once, whatever it is doing, and the next goes on with what was committed.
func TestAbort(t *testing.T) {
	for _, sink := range []string{"staged", "tx"} {
		t.Run(sink, func(t *testing.T) {
			src := &scripted{parts: randomEvents(3, 2, 400, time.Second), endless: true, perEpoch: 1}
			f := newFixture(t, src, "m/0")
			f.opt.Plan, f.opt.Bounded, f.opt.BatchRows = copies(sink), false, 7
			cause := errors.New("enough")
			for range 5 {
				j, ended := begin(t.Context(), t, f)
				before := j.Stats().Epoch
				await(t, "it commits", func() bool { return j.Stats().Epoch > before+2 })
				j.Abort(cause)
				select {
				case err := <-ended:
					require.ErrorIs(t, err, cause)
				case <-time.After(20 * time.Second):
					t.Fatal("it does not end")
				}
				require.Equal(t, "failed", j.Stats().State)
			}
			j, err := New(f.opt)
			require.NoError(t, err)
			j.Abort(cause)
			require.ErrorIs(t, j.Run(t.Context()), cause, "it has not even begun")

			src.endless, f.opt.Bounded = false, true
			runJob(t, f, f.opt.Plan)
			require.Len(t, f.out["m/0"].sorted(), 800)
		})
	}
}

// With the lease perhaps over nothing is committed and nothing applied, and what was committed before is applied once it holds again.
func TestFence(t *testing.T) {
	for _, sinks := range [][]string{{"staged"}, {"tx"}, {"staged", "tx"}} {
		t.Run(fmt.Sprint(sinks), func(t *testing.T) {
			src := &scripted{parts: randomEvents(3, 2, 400, time.Second), endless: true, perEpoch: 1}
			f := newFixture(t, src, "m/0", "m/1")
			f.opt.Plan, f.opt.Bounded, f.opt.BatchRows = copies(sinks...), false, 7
			var over atomic.Bool
			var asked atomic.Int64
			f.opt.Fence = func() error {
				asked.Add(1)
				if over.Load() {
					return control.ErrUnconfirmed
				}
				return nil
			}
			j, ended := begin(t.Context(), t, f)
			await(t, "it commits", func() bool { return j.Stats().Epoch > 3 })
			over.Store(true)
			n := asked.Load()
			await(t, "it is refused", func() bool { return asked.Load() > n && j.Stats().State == "recovering" })
			require.ErrorIs(t, j.Failure(), control.ErrUnconfirmed)
			head, err := f.mani.Head(t.Context(), "p")
			require.NoError(t, err)
			rows := len(f.out["m/0"].sorted())
			n = asked.Load()
			await(t, "it tries again", func() bool { return asked.Load() > n })
			again, err := f.mani.Head(t.Context(), "p")
			require.NoError(t, err)
			require.Equal(t, head.Committed, again.Committed)
			require.Len(t, f.out["m/0"].sorted(), rows)
			over.Store(false)
			epoch := head.Committed.Epoch
			await(t, "it goes on", func() bool { return j.Stats().Epoch > epoch+2 })
			j.Abort(errors.New("enough"))
			<-ended
			src.endless, f.opt.Bounded = false, true
			runJob(t, f, f.opt.Plan)
			for i := range sinks {
				require.Len(t, f.out[fmt.Sprint("m/", i)].sorted(), 800)
			}
		})
	}
}

// A panic fails the one pipeline, for good.
func TestPanicFailsTheJob(t *testing.T) {
	src := &scripted{parts: randomEvents(3, 2, 100, time.Second)}
	src.onRead = func(part int) {
		if part == 1 {
			panic("not again")
		}
	}
	f := newFixture(t, src, "m/0")
	f.opt.Plan = copies("staged")
	_, ended := begin(t.Context(), t, f)
	err := <-ended
	require.ErrorContains(t, err, "panic: not again")
	require.ErrorContains(t, err, "lease_test.go", "with the place")
}

// Another version goes on where the one before stopped: with its position, and with the state of the operators that are the same.
func TestCarry(t *testing.T) {
	events := randomEvents(5, 2, 600, time.Second)
	build := func(window string, size time.Duration) *plan.Plan {
		win := windowNode(scanNode(), size, size)
		win.ID = window
		return &plan.Plan{TimeZone: "UTC", Sinks: []*plan.Node{sinkNode("m/0", "staged", win)}}
	}
	first, renamed := build("m/win", 20*time.Second), build("m/other", 20*time.Second)
	whole := func() []string {
		f := newFixture(t, &scripted{parts: events}, "m/0")
		runJob(t, f, first)
		return f.out["m/0"].sorted()
	}()
	part := func(p []event, n int) []event { return slices.Clone(p[:n]) }
	half := func(t *testing.T) (*fixture, *scripted) {
		src := &scripted{parts: [][]event{part(events[0], 300), part(events[1], 310)}, endless: true}
		f := newFixture(t, src, "m/0")
		f.opt.Plan, f.opt.Bounded, f.opt.Version = first, false, 1
		ctx, drain := context.WithCancel(t.Context())
		j, ended := begin(ctx, t, f)
		await(t, "it has read all", func() bool { return j.Stats().Totals.RowsIn == 610 })
		drain()
		require.NoError(t, <-ended)
		src.add(0, events[0][300:]...)
		src.add(1, events[1][310:]...)
		src.endless = false
		f.opt.Version, f.opt.Fingerprint, f.opt.Bounded = 2, "sha256:second", true
		return f, src
	}
	head := func(t *testing.T, f *fixture) *control.Manifest {
		h, err := f.mani.Head(t.Context(), "p")
		require.NoError(t, err)
		return h.Committed
	}

	t.Run("refused without", func(t *testing.T) {
		f, _ := half(t)
		f.opt.Plan = first
		_, ended := begin(t.Context(), t, f)
		require.ErrorContains(t, <-ended, "the model has changed")
		f.opt.Carry = &Carry{Manifest: "another"}
		_, ended = begin(t.Context(), t, f)
		require.ErrorContains(t, <-ended, "the model has changed")
	})
	t.Run("everything", func(t *testing.T) {
		f, _ := half(t)
		f.opt.Carry = &Carry{Manifest: head(t, f).ID, Sources: map[string]bool{"m/src": true}, Operators: map[string]bool{"m/win": true}}
		runJob(t, f, first)
		require.Equal(t, whole, f.out["m/0"].sorted())
		require.EqualValues(t, 2, head(t, f).Version)
		require.Equal(t, "sha256:second", head(t, f).Plan)
		f.opt.Carry = nil
		runJob(t, f, first)
	})
	t.Run("the position alone", func(t *testing.T) {
		f, _ := half(t)
		before := len(f.out["m/0"].sorted())
		f.opt.Carry = &Carry{Manifest: head(t, f).ID, Sources: map[string]bool{"m/src": true}}
		s := runJob(t, f, renamed)
		require.EqualValues(t, 1200, s.Totals.RowsIn, "nothing is read again")
		got := f.out["m/0"].sorted()
		require.Greater(t, len(got), before)
		require.NotEqual(t, whole, got, "the open windows begin anew")
	})
	t.Run("nothing", func(t *testing.T) {
		f, _ := half(t)
		f.opt.Carry = &Carry{Manifest: head(t, f).ID}
		s := runJob(t, f, renamed)
		require.EqualValues(t, 610+1200, s.Totals.RowsIn, "everything is read again")
	})
}

// Settle applies what a version has committed, and reads nothing.
func TestSettle(t *testing.T) {
	src := &scripted{parts: randomEvents(3, 2, 200, time.Second)}
	f := newFixture(t, src, "m/0")
	f.opt.Plan = copies("staged")
	f.opt.Epoch = time.Minute
	broken := errors.New("down")
	f.opt.Fence = func() error { return nil }
	calls := 0
	// The commit is let through, the apply behind it is not.
	f.opt.Fence = func() error {
		if calls++; calls > 1 {
			return broken
		}
		return nil
	}
	f.opt.Retry = time.Nanosecond
	_, ended := begin(t.Context(), t, f)
	require.ErrorIs(t, <-ended, broken)
	require.Empty(t, f.out["m/0"].sorted())
	reads := src.read()

	f.opt.Fence = nil
	j, err := New(f.opt)
	require.NoError(t, err)
	require.NoError(t, j.Settle(t.Context()))
	require.Len(t, f.out["m/0"].sorted(), 400)
	require.Equal(t, reads, src.read())
	require.NoError(t, j.Settle(t.Context()))
	require.Len(t, f.out["m/0"].sorted(), 400)
}

func TestMemoryIsSharedByNeed(t *testing.T) {
	const mib = 1 << 20
	m := NewMemory(64*mib, 4*mib)
	jobs := []*Job{{}, {}, {}}
	state, staged := m.share(jobs[0], 0, 0)
	require.EqualValues(t, []int64{32 * mib, 8 * mib}, []int64{state, staged}, "alone it may have all")
	for _, j := range jobs[1:] {
		m.share(j, 0, 0)
	}
	state, _ = m.share(jobs[0], 20*mib, 0)
	require.EqualValues(t, (32-2*2)*mib, state, "but the others' floors")
	state, _ = m.share(jobs[1], 0, 0)
	require.EqualValues(t, (32-20-2)*mib, state)
	m.share(jobs[1], 10*mib, 0)
	state, _ = m.share(jobs[2], 0, 0)
	require.EqualValues(t, 2*mib, state, "everybody has the floor")

	_, staged = m.share(jobs[0], 20*mib, 3*mib)
	require.EqualValues(t, 7*mib, staged, "what the floors leave")
	_, staged = m.share(jobs[1], 10*mib, 2*mib)
	require.EqualValues(t, (2*mib + (8*mib-3*mib-mib/2-2*mib)/2), staged, "two that stage much share what is left")
	m.leave(jobs[0])
	state, _ = m.share(jobs[2], 0, 0)
	require.EqualValues(t, (32-10)*mib, state)
	var none *Memory
	none.leave(jobs[0])
	state, _ = none.share(&Job{opt: Options{StateBytes: 7}}, 0, 0)
	require.EqualValues(t, 7, state)
}
