package controltest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
)

// Store is what is tested.
type Store interface {
	control.Manifests
	control.Leases
}

// Run runs the cases, each on a store of its own, which newStore makes empty.
func Run(t *testing.T, newStore func(t *testing.T) Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(*testing.T, Store)
	}{
		{"unknown pipeline", unknownPipeline},
		{"leases grow", leasesGrow},
		{"commits follow each other", commitsFollow},
		{"commit conflicts", commitConflicts},
		{"fenced", fenced},
		{"prepared", prepared},
		{"keeps the last few", keepsLastFew},
		{"applied", applied},
		{"pipelines are apart", pipelinesApart},
		{"whole manifest", wholeManifest},
		{"head is a copy", headIsACopy},
		{"one of many wins", oneOfManyWins},
		{"takeover while committing", takeoverWhileCommitting},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, newStore(t)) })
	}
}

// Next returns a manifest that may be committed on top of head, which may be nil.
func Next(pipeline string, head *control.Manifest) *control.Manifest {
	m := &control.Manifest{ID: control.NewID(), Pipeline: pipeline, Epoch: 1, Plan: "plan"}
	if head != nil {
		m.Previous, m.Epoch, m.Totals = head.ID, head.Epoch+1, head.Totals
	}
	m.Totals.RowsIn += 10
	return m
}

func acquire(t *testing.T, s Store, pipeline, holder string) control.Lease {
	t.Helper()
	l, err := s.Acquire(t.Context(), pipeline, holder)
	require.NoError(t, err)
	require.Equal(t, pipeline, l.Pipeline)
	require.Equal(t, holder, l.Holder)
	return l
}

func head(t *testing.T, s Store, pipeline string) control.Head {
	t.Helper()
	h, err := s.Head(t.Context(), pipeline)
	require.NoError(t, err)
	return h
}

// commit commits n manifests on top of on and returns them.
func commit(t *testing.T, s Store, l control.Lease, on *control.Manifest, n int) []*control.Manifest {
	t.Helper()
	var out []*control.Manifest
	for range n {
		on = Next(l.Pipeline, on)
		require.NoError(t, s.Commit(t.Context(), l, on))
		out = append(out, on)
	}
	return out
}

func unknownPipeline(t *testing.T, s Store) {
	h := head(t, s, "nobody")
	require.Nil(t, h.Committed)
	require.Nil(t, h.Prepared)
	require.Empty(t, h.Recent)
	require.NotNil(t, h.Applied)
	require.Empty(t, h.Applied)
}

func leasesGrow(t *testing.T, s Store) {
	for want := int64(1); want <= 3; want++ {
		require.Equal(t, want, acquire(t, s, "p", fmt.Sprint("worker ", want)).Epoch)
	}
	last := acquire(t, s, "p", "last")
	require.NoError(t, s.Release(t.Context(), control.Lease{Pipeline: "p", Epoch: last.Epoch - 1}), "releasing a lease that was taken over")
	require.NoError(t, s.Release(t.Context(), last))
	require.Equal(t, last.Epoch+1, acquire(t, s, "p", "again").Epoch, "an epoch is not given out twice")
	require.NoError(t, s.Release(t.Context(), control.Lease{Pipeline: "never acquired", Epoch: 1}))
}

func commitsFollow(t *testing.T, s Store) {
	l := acquire(t, s, "p", "w")
	var on *control.Manifest
	for range 2 * control.KeepManifests {
		on = commit(t, s, l, on, 1)[0]
		require.Equal(t, on, head(t, s, "p").Committed)
	}
}

func commitConflicts(t *testing.T, s Store) {
	l := acquire(t, s, "p", "w")
	wrong := func(change func(*control.Manifest), on *control.Manifest) *control.Manifest {
		m := Next("p", on)
		change(m)
		return m
	}
	refused := func(m *control.Manifest, why string) {
		t.Helper()
		before := head(t, s, "p")
		require.ErrorIs(t, s.Commit(t.Context(), l, m), control.ErrConflict, why)
		require.ErrorIs(t, s.Prepare(t.Context(), l, m), control.ErrConflict, why)
		require.Equal(t, before, head(t, s, "p"), why)
	}
	refused(wrong(func(m *control.Manifest) { m.Previous = control.NewID() }, nil), "the first manifest has nothing before it")
	refused(wrong(func(m *control.Manifest) { m.Epoch = 2 }, nil), "epochs begin with 1")
	refused(wrong(func(m *control.Manifest) { m.Epoch = 0 }, nil), "epochs begin with 1")

	done := commit(t, s, l, nil, 2)
	refused(done[1], "the head again")
	refused(done[0], "an older one again")
	refused(Next("p", nil), "a first one once more")
	refused(Next("p", done[0]), "on top of an older one")
	refused(wrong(func(m *control.Manifest) { m.Epoch++ }, done[1]), "an epoch left out")
	refused(wrong(func(m *control.Manifest) { m.Epoch-- }, done[1]), "an epoch twice")
	refused(wrong(func(m *control.Manifest) { m.Previous = "" }, done[1]), "without a previous one")
}

func fenced(t *testing.T, s Store) {
	old := acquire(t, s, "p", "old")
	done := commit(t, s, old, nil, 1)
	young := acquire(t, s, "p", "young")
	before := head(t, s, "p")
	next := Next("p", done[0])
	for _, l := range []control.Lease{old, {Pipeline: "p", Epoch: young.Epoch + 1}, {Pipeline: "never acquired", Epoch: 1}} {
		require.ErrorIs(t, s.Commit(t.Context(), l, next), control.ErrFenced)
		require.ErrorIs(t, s.Prepare(t.Context(), l, next), control.ErrFenced)
		require.ErrorIs(t, s.SetApplied(t.Context(), l, "sink", done[0].ID), control.ErrFenced)
		// Who is fenced must stop, whatever else is wrong.
		require.ErrorIs(t, s.Commit(t.Context(), l, done[0]), control.ErrFenced)
	}
	require.Equal(t, before, head(t, s, "p"))
	require.NoError(t, s.Commit(t.Context(), young, next))
}

func prepared(t *testing.T, s Store) {
	l := acquire(t, s, "p", "w")
	first, second := Next("p", nil), Next("p", nil)
	require.NoError(t, s.Prepare(t.Context(), l, first))
	require.NoError(t, s.Prepare(t.Context(), l, first), "the same once more")
	require.NoError(t, s.Prepare(t.Context(), l, second))
	h := head(t, s, "p")
	require.Nil(t, h.Committed)
	require.Equal(t, second, h.Prepared, "a later one replaces it")

	require.NoError(t, s.Commit(t.Context(), l, second))
	h = head(t, s, "p")
	require.Equal(t, second, h.Committed)
	require.Nil(t, h.Prepared)

	// It survives a takeover, and committing another manifest forgets it.
	require.NoError(t, s.Prepare(t.Context(), l, Next("p", second)))
	l = acquire(t, s, "p", "other")
	require.NotNil(t, head(t, s, "p").Prepared)
	commit(t, s, l, second, 1)
	require.Nil(t, head(t, s, "p").Prepared)
}

func keepsLastFew(t *testing.T, s Store) {
	l := acquire(t, s, "p", "w")
	done := commit(t, s, l, nil, control.KeepManifests-1)
	require.Equal(t, done, head(t, s, "p").Recent)
	done = append(done, commit(t, s, l, done[len(done)-1], 4)...)
	require.Equal(t, done[len(done)-control.KeepManifests:], head(t, s, "p").Recent)
}

func applied(t *testing.T, s Store) {
	l := acquire(t, s, "p", "w")
	done := commit(t, s, l, nil, 2)
	require.NoError(t, s.SetApplied(t.Context(), l, "a", done[0].ID))
	require.NoError(t, s.SetApplied(t.Context(), l, "b", done[0].ID))
	require.NoError(t, s.SetApplied(t.Context(), l, "a", done[1].ID))
	require.NoError(t, s.SetApplied(t.Context(), l, "a", done[1].ID), "the same once more")
	require.Equal(t, map[string]string{"a": done[1].ID, "b": done[0].ID}, head(t, s, "p").Applied)
}

func pipelinesApart(t *testing.T, s Store) {
	one, other := acquire(t, s, "cdm.music.plays", "w"), acquire(t, s, "CDM.music.plays", "w")
	require.Equal(t, int64(1), other.Epoch, "names differ by case")
	commit(t, s, one, nil, 3)
	require.NoError(t, s.SetApplied(t.Context(), one, "sink", "m"))
	require.Nil(t, head(t, s, other.Pipeline).Committed)
	require.Empty(t, head(t, s, other.Pipeline).Applied)
	commit(t, s, other, nil, 1)
	require.Equal(t, int64(3), head(t, s, one.Pipeline).Committed.Epoch)
	commit(t, s, acquire(t, s, "云音乐.播放", "机器一"), nil, 1)
}

func wholeManifest(t *testing.T, s Store) {
	l := acquire(t, s, "p", "w")
	m := Next("p", nil)
	m.Sources = []control.PartitionState{
		{Source: "m/plays//scan", Partition: "play_events/0", Ordinal: 0, Position: "9007199254740993", Watermark: -1, HasWatermark: true},
		{Source: "m/plays//scan", Partition: "play_events/1", Ordinal: 1, Position: `{"file":"歌.json","byte":7}`, Idle: true, Ended: true},
	}
	m.Watermarks = map[string]int64{"m/win//window": 1<<62 + 1}
	m.State = []control.FileRef{{Name: "e1/state", Bytes: 1 << 40}}
	m.Staged = []control.Chunk{{Sink: "m/out//sink", Ordinal: 3, File: "e1/out", Section: 2, Rows: 5, Bytes: 6}}
	m.Rejects = &control.RejectFile{File: "e1/rejects", Dead: 1, Late: 2, Bytes: 3}
	m.Totals = control.Totals{RowsIn: 1, RowsOut: 2, Rejected: 3, Skipped: 4, Late: 5, Future: 6, Duplicates: 7, BytesIn: 8}
	m.Finished = true
	require.NoError(t, s.Prepare(t.Context(), l, m))
	require.Equal(t, m, head(t, s, "p").Prepared)
	require.NoError(t, s.Commit(t.Context(), l, m))
	require.Equal(t, m, head(t, s, "p").Committed)
}

func headIsACopy(t *testing.T, s Store) {
	l := acquire(t, s, "p", "w")
	commit(t, s, l, nil, 2)
	h := head(t, s, "p")
	h.Applied["sink"] = "x"
	h.Recent[0] = nil
	require.Empty(t, head(t, s, "p").Applied)
	require.NotContains(t, head(t, s, "p").Recent, (*control.Manifest)(nil))
}

func oneOfManyWins(t *testing.T, s Store) {
	const writers, rounds = 8, 5
	l := acquire(t, s, "p", "w")
	var on *control.Manifest
	for range rounds {
		attempts := make([]*control.Manifest, writers)
		for i := range attempts {
			attempts[i] = Next("p", on)
		}
		errs := together(writers, func(i int) error { return s.Commit(t.Context(), l, attempts[i]) })
		var won []*control.Manifest
		for i, err := range errs {
			if err == nil {
				won = append(won, attempts[i])
				continue
			}
			require.ErrorIs(t, err, control.ErrConflict)
		}
		require.Len(t, won, 1)
		on = won[0]
		require.Equal(t, on, head(t, s, "p").Committed)
	}
	h := head(t, s, "p")
	require.Equal(t, int64(rounds), h.Committed.Epoch)
	for i, m := range h.Recent[1:] {
		require.Equal(t, h.Recent[i].ID, m.Previous)
	}
}

// takeoverWhileCommitting lets workers take the pipeline from one another while each commits what it can: what was acknowledged is one
// chain, and the last acquired lease is never fenced.
func takeoverWhileCommitting(t *testing.T, s Store) {
	const workers, commits = 4, 10
	ctx := context.WithoutCancel(t.Context())
	var mu sync.Mutex
	acknowledged := map[int64][]string{}
	errs := together(workers, func(i int) error {
		for range commits {
			l, err := s.Acquire(ctx, "p", fmt.Sprint("worker ", i))
			if err != nil {
				return err
			}
			h, err := s.Head(ctx, "p")
			if err != nil {
				return err
			}
			m := Next("p", h.Committed)
			switch err := s.Commit(ctx, l, m); {
			case err == nil:
				mu.Lock()
				acknowledged[m.Epoch] = append(acknowledged[m.Epoch], m.ID)
				mu.Unlock()
			case !errors.Is(err, control.ErrFenced) && !errors.Is(err, control.ErrConflict):
				return err
			}
		}
		return nil
	})
	require.Equal(t, make([]error, workers), errs)
	last := head(t, s, "p").Committed
	require.NotNil(t, last)
	require.Len(t, acknowledged, int(last.Epoch))
	for epoch, ids := range acknowledged {
		require.Len(t, ids, 1, "epoch %d", epoch)
	}
	require.Equal(t, acknowledged[last.Epoch], []string{last.ID})
	require.NoError(t, s.Commit(ctx, acquire(t, s, "p", "last"), Next("p", last)))
}

// together calls do(0) to do(n-1) at once and returns their errors.
func together(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			errs[i] = do(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}
