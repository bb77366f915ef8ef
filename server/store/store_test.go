package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/pipelines/control"
	"millrace/pipelines/control/controltest"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		child(path)
		return
	}
	os.Exit(m.Run())
}

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	return openStore(t, Options{Path: path})
}

func openStore(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func openNew(t *testing.T) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "meta.db"))
}

func requireCode(t *testing.T, err error, code diag.Code) {
	t.Helper()
	var d diag.Diagnostic
	require.ErrorAs(t, err, &d)
	require.Equal(t, code, d.Code)
	require.NotEmpty(t, d.Message)
}

func TestStore(t *testing.T) {
	for _, driver := range []string{SQLite, MySQL} {
		t.Run(driver, func(t *testing.T) {
			controltest.Run(t, func(t *testing.T) controltest.Store { return openStore(t, newOptions(t, driver)) })
		})
	}
}

// twoProcesses spreads calls over two stores on one file, as two processes would have them.
type twoProcesses struct {
	stores [2]*Store
	turn   chan int
}

func (s *twoProcesses) next() *Store {
	i := <-s.turn
	s.turn <- (i + 1) % len(s.stores)
	return s.stores[i]
}

func (s *twoProcesses) Acquire(ctx context.Context, pipeline, holder string) (control.Lease, error) {
	return s.next().Acquire(ctx, pipeline, holder)
}
func (s *twoProcesses) Release(ctx context.Context, l control.Lease) error {
	return s.next().Release(ctx, l)
}
func (s *twoProcesses) Head(ctx context.Context, pipeline string) (control.Head, error) {
	return s.next().Head(ctx, pipeline)
}
func (s *twoProcesses) Prepare(ctx context.Context, l control.Lease, m *control.Manifest) error {
	return s.next().Prepare(ctx, l, m)
}
func (s *twoProcesses) Commit(ctx context.Context, l control.Lease, m *control.Manifest) error {
	return s.next().Commit(ctx, l, m)
}
func (s *twoProcesses) SetApplied(ctx context.Context, l control.Lease, sink, manifest string) error {
	return s.next().SetApplied(ctx, l, sink, manifest)
}

func TestTwoProcesses(t *testing.T) {
	for _, driver := range []string{SQLite, MySQL} {
		t.Run(driver, func(t *testing.T) {
			controltest.Run(t, func(t *testing.T) controltest.Store {
				o := newOptions(t, driver)
				s := &twoProcesses{stores: [2]*Store{openStore(t, o), openStore(t, o)}, turn: make(chan int, 1)}
				s.turn <- 0
				return s
			})
		})
	}
}

func TestSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Daten & mehr? 100% #1", "云.db")
	s := openAt(t, path)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
		var got string
		require.NoError(t, s.write.Raw("PRAGMA "+pragma).Scan(&got).Error)
		require.Equal(t, want, got, pragma)
	}
	require.Error(t, s.read.Exec("DELETE FROM pipelines").Error, "the readers' connections do not write")

	_, err := s.Acquire(t.Context(), "p", "w")
	require.NoError(t, err)
	files, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		info, err := f.Info()
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), f.Name())
	}
}

func TestReopen(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		l, err := s.Acquire(t.Context(), "p", "w")
		require.NoError(t, err)
		m := controltest.Next("p", nil)
		require.NoError(t, s.Commit(t.Context(), l, m))
		require.NoError(t, s.SetApplied(t.Context(), l, "sink", m.ID))
		before, err := s.Head(t.Context(), "p")
		require.NoError(t, err)

		s = open()
		after, err := s.Head(t.Context(), "p")
		require.NoError(t, err)
		require.Equal(t, before, after)
		require.NoError(t, s.Commit(t.Context(), l, controltest.Next("p", m)), "the lease outlives the store")
	})
}

func TestInstallation(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		one, other := open(), open()
		ids := make(chan string, 8)
		errs := make(chan error, cap(ids))
		for i := range cap(ids) {
			s := []*Store{one, other}[i%2]
			go func() {
				id, err := s.Installation(t.Context())
				errs <- err
				ids <- id
			}()
		}
		first := <-ids
		require.NoError(t, <-errs)
		require.Regexp(t, `^[0-9a-f]{32}$`, first)
		for range cap(ids) - 1 {
			require.NoError(t, <-errs)
			require.Equal(t, first, <-ids)
		}
		elsewhere, err := openNew(t).Installation(t.Context())
		require.NoError(t, err)
		require.NotEqual(t, first, elsewhere)
	})
}

func TestRejectFiles(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
		s.now = func() time.Time { return at }
		l, err := s.Acquire(ctx, "p", "w")
		require.NoError(t, err)

		var m *control.Manifest
		var want []RejectFile
		for i := range control.KeepManifests + 2 {
			m = controltest.Next("p", m)
			if i != 1 {
				m.Rejects = &control.RejectFile{File: fmt.Sprint("rejects-", i), Dead: int64(i), Late: 2, Bytes: 100}
				want = append([]RejectFile{{RejectFile: *m.Rejects, Pipeline: "p", Manifest: m.ID, Epoch: m.Epoch, CommittedAt: at}}, want...)
			}
			require.NoError(t, s.Commit(ctx, l, m))
		}
		refused := controltest.Next("p", nil)
		refused.Rejects = &control.RejectFile{File: "never"}
		require.ErrorIs(t, s.Commit(ctx, l, refused), control.ErrConflict)

		got, err := s.RejectFiles(ctx, "p", 0)
		require.NoError(t, err)
		require.Equal(t, want, got, "the file of the first manifest is listed though the manifest is no longer kept")
		got, err = s.RejectFiles(ctx, "p", 2)
		require.NoError(t, err)
		require.Equal(t, want[:2], got)
		got, err = s.RejectFiles(ctx, "other", 0)
		require.NoError(t, err)
		require.Empty(t, got)

		require.NoError(t, s.ForgetRejectFile(ctx, want[1].Manifest))
		require.NoError(t, s.ForgetRejectFile(ctx, want[1].Manifest), "it is gone already")
		got, err = s.RejectFiles(ctx, "", 0)
		require.NoError(t, err)
		require.Equal(t, append(want[:1:1], want[2:]...), got)
	})
}

func TestPipelinesAndForget(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		ctx := t.Context()
		s := open()
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		s.now = func() time.Time { return at }
		idle, err := s.Acquire(ctx, "b", "w1")
		require.NoError(t, err)
		require.NoError(t, s.Release(ctx, idle))
		l, err := s.Acquire(ctx, "a", "w2")
		require.NoError(t, err)
		first := controltest.Next("a", nil)
		first.Rejects = &control.RejectFile{File: "f", Dead: 1}
		second := controltest.Next("a", first)
		second.Finished = true
		require.NoError(t, s.Commit(ctx, l, first))
		require.NoError(t, s.Commit(ctx, l, second))
		require.NoError(t, s.SetApplied(ctx, l, "sink", second.ID))
		require.NoError(t, s.Prepare(ctx, l, controltest.Next("a", second)))

		list, err := s.Pipelines(ctx)
		require.NoError(t, err)
		require.Equal(t, []Pipeline{
			{Name: "a", Epoch: 2, Manifest: second.ID, Plan: "plan", Totals: control.Totals{RowsIn: 20}, Finished: true, CommittedAt: at, LeaseEpoch: 1, Holder: "w2"},
			{Name: "b", LeaseEpoch: 1},
		}, list)

		require.NoError(t, s.Forget(ctx, "a"))
		h, err := s.Head(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, control.Head{Applied: map[string]string{}}, h)
		require.ErrorIs(t, s.Commit(ctx, l, controltest.Next("a", second)), control.ErrConflict, "whoever still runs it finds out")
		list, err = s.Pipelines(ctx)
		require.NoError(t, err)
		require.Equal(t, Pipeline{Name: "a", LeaseEpoch: 1, Holder: "w2"}, list[0])
		files, err := s.RejectFiles(ctx, "a", 0)
		require.NoError(t, err)
		require.Len(t, files, 1)

		again, err := s.Acquire(ctx, "a", "w3")
		require.NoError(t, err)
		require.Equal(t, l.Epoch+1, again.Epoch, "the lease goes on")
		require.NoError(t, s.Commit(ctx, again, controltest.Next("a", nil)))
		require.NoError(t, s.Forget(ctx, "never heard of"))
	})
}

func TestFull(t *testing.T) {
	ctx := t.Context()
	s := openNew(t)
	l, err := s.Acquire(ctx, "p", "w")
	require.NoError(t, err)
	var pages int
	require.NoError(t, s.write.Raw("PRAGMA page_count").Scan(&pages).Error)
	require.NoError(t, s.write.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+4)).Error)

	var last *control.Manifest
	for {
		m := controltest.Next("p", last)
		m.Watermarks = map[string]int64{string(make([]byte, 4096)): 1}
		if err = s.Commit(ctx, l, m); err != nil {
			break
		}
		last = m
		require.Less(t, m.Epoch, int64(100), "the limit has no effect")
	}
	require.ErrorIs(t, err, ErrFull)
	requireCode(t, err, CodeFull)
	h, headErr := s.Head(ctx, "p")
	require.NoError(t, headErr, "reading goes on")
	require.Equal(t, last, h.Committed)

	require.NoError(t, s.write.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+1000)).Error)
	require.NoError(t, s.Commit(ctx, l, controltest.Next("p", last)), "once there is room it goes on where it was")
}

func TestOpenFails(t *testing.T) {
	noDatabase := filepath.Join(t.TempDir(), "meta.db")
	require.NoError(t, os.WriteFile(noDatabase, []byte("this is a text and not a database, whatever its name may say"), 0o600))
	_, err := Open(t.Context(), Options{Path: noDatabase})
	requireCode(t, err, CodeDamaged)

	_, err = Open(t.Context(), Options{Path: t.TempDir()})
	require.Error(t, err, "a folder")
}

func TestCancelled(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *Store) {
		s := open()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.Acquire(ctx, "p", "w")
		require.ErrorIs(t, err, context.Canceled)
		_, err = s.Head(ctx, "p")
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestClassify(t *testing.T) {
	err := classify(&fs.PathError{Op: "mkdir", Path: "x", Err: syscall.ENOSPC})
	require.ErrorIs(t, err, ErrFull)
	require.Equal(t, err, classify(err), "once is enough")
	require.NoError(t, classify(nil))
	for _, err := range []error{control.ErrFenced, errors.New("other")} {
		require.Equal(t, err, classify(err))
	}
}
