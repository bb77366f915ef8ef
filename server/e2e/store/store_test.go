package store

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/server/e2e/parts"
	"millrace/server/store"
)

func start(t *testing.T) *parts.MariaDB {
	t.Helper()
	parts.RequireMariaDB(t)
	m, err := parts.StartMariaDB(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

// TestSuite is the one suite of the store on the other engine: the package's tests find the server in their environment.
func TestSuite(t *testing.T) {
	m := start(t)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=30m", "-json", "millrace/server/store")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "MILLRACE_TEST_MYSQL="+m.DSN(""))
	log := filepath.Join(t.TempDir(), "log")
	out, err := os.Create(log)
	require.NoError(t, err)
	cmd.Stdout, cmd.Stderr = out, out
	failed := cmd.Run()
	require.NoError(t, out.Close())
	text, err := os.ReadFile(log)
	require.NoError(t, err)
	require.NoError(t, failed, "%s", text)
	require.Regexp(t, `"Action":"pass".*"Test":"TestInstallation/mysql"`, string(text), "the tests ran on the server, and were not skipped")
	require.NotRegexp(t, `"Action":"skip".*/mysql`, string(text))
}

// An acknowledged commit outlives the server, and the store comes back by itself when the server does.
func TestServerKilled(t *testing.T) {
	m := start(t)
	ctx := t.Context()
	require.NoError(t, m.Create(ctx, "meta"))
	s, err := store.Open(ctx, store.Options{Driver: store.MySQL, DSN: m.DSN("meta")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })

	l, err := s.Acquire(ctx, "p", "w")
	require.NoError(t, err)
	var last *control.Manifest
	next := func() *control.Manifest {
		n := &control.Manifest{ID: control.NewID(), Pipeline: "p", Epoch: 1, Plan: "plan"}
		if last != nil {
			n.Previous, n.Epoch = last.ID, last.Epoch+1
		}
		return n
	}
	for range 3 {
		killed := make(chan struct{})
		acknowledged := make(chan struct{}, 1)
		go func() {
			<-acknowledged
			m.Kill()
			close(killed)
		}()
		var attempt *control.Manifest
		for n := 0; ; n++ {
			attempt = next()
			if err = s.Commit(ctx, l, attempt); err != nil {
				break
			}
			last = attempt
			if n == 20 {
				acknowledged <- struct{}{}
			}
		}
		<-killed
		require.ErrorIs(t, err, store.ErrLost)
		_, err = s.Head(ctx, "p")
		require.ErrorIs(t, err, store.ErrLost)

		require.NoError(t, m.Restart(ctx))
		head := headOf(ctx, t, s)
		if head.ID == attempt.ID {
			last = attempt // committed, but for the word of it
		}
		require.Equal(t, last.ID, head.ID)
	}
}

// headOf reads until the server answers: connections of before the kill may still be in the pool.
func headOf(ctx context.Context, t *testing.T, s *store.Store) *control.Manifest {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		h, err := s.Head(ctx, "p")
		if err == nil {
			return h.Committed
		}
		require.True(t, errors.Is(err, store.ErrLost) && time.Now().Before(deadline), "%v", err)
	}
}
