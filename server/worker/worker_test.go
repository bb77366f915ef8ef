package worker

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
)

// registry is what a store would know of the workers.
type registry struct {
	mu      sync.Mutex
	live    []control.WorkerInfo
	asked   []string
	buried  []int
	leaving bool
}

func (r *registry) LiveWorkers(context.Context) ([]control.WorkerInfo, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]control.WorkerInfo(nil), r.live...), nil
}

func (r *registry) BuryProcess(_ context.Context, _, _ string, pid int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.buried = append(r.buried, pid)
	return nil
}

func (r *registry) AskToLeave(_ context.Context, _, worker string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked, r.leaving = append(r.asked, worker), r.leaving || worker == ""
	return nil
}

func newChildren(t *testing.T, r *registry, count int, program string, args ...string) *Children {
	t.Helper()
	c, err := NewChildren(ChildrenOptions{Count: count, Home: "home", Program: program, Args: args, Logs: t.TempDir(), Version: "2", Registry: r, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return c
}

func TestMissingWorkers(t *testing.T) {
	w := func(id string, pid int, home, version string, leaving bool) control.WorkerInfo {
		return control.WorkerInfo{ID: id, PID: pid, Home: home, Version: version, Leaving: leaving}
	}
	for _, c := range []struct {
		name    string
		live    []control.WorkerInfo
		own     []int
		count   int
		missing int
		asked   []string
	}{
		{name: "none yet", count: 2, missing: 2},
		{name: "a server before has left one", live: []control.WorkerInfo{w("a", 1, "home", "2", false)}, count: 2, missing: 1},
		{name: "others' do not count", live: []control.WorkerInfo{w("a", 1, "elsewhere", "2", false), w("b", 2, "", "2", false)}, count: 1, missing: 1},
		{name: "one that has not joined counts", own: []int{7}, count: 1},
		{name: "one that has counts once", live: []control.WorkerInfo{w("a", 7, "home", "2", false)}, own: []int{7}, count: 1},
		{name: "too many", live: []control.WorkerInfo{w("a", 1, "home", "2", false), w("b", 2, "home", "2", false)}, count: 1, asked: []string{"a"}},
		{name: "one who leaves is replaced", live: []control.WorkerInfo{w("a", 1, "home", "2", true)}, count: 1, missing: 1},
		{name: "of another version, one after the other", live: []control.WorkerInfo{w("a", 1, "home", "1", false), w("b", 2, "home", "1", false)}, count: 2, missing: 1, asked: []string{"a"}},
		{name: "the next when that one has gone", live: []control.WorkerInfo{w("b", 2, "home", "1", false), w("c", 3, "home", "2", false)}, count: 2, missing: 1, asked: []string{"b"}},
		{name: "not while one leaves", live: []control.WorkerInfo{w("a", 1, "home", "1", true), w("b", 2, "home", "1", false), w("c", 3, "home", "2", false)}, count: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &registry{live: c.live}
			children := newChildren(t, r, c.count, "/nothing")
			for _, pid := range c.own {
				children.own[pid] = &child{}
			}
			missing, err := children.missing(t.Context())
			require.NoError(t, err)
			require.Equal(t, c.missing, missing)
			require.Equal(t, c.asked, r.asked)
		})
	}
}

// A process that ends is started again and said to be dead; the end of the server ends it.
func TestChildrenAreKept(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it runs a shell")
	}
	r := &registry{}
	// The program ends by itself; what a server appends to its arguments a shell takes as its own.
	c := newChildren(t, r, 1, "/bin/sh", "-c", "exit 3")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { c.Run(ctx); close(ended) }()
	require.Eventually(t, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.buried) >= 2
	}, 30*time.Second, 10*time.Millisecond)
	stop()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("it does not end")
	}
	require.True(t, r.leaving)
	require.Empty(t, c.own)
}

func TestLogFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logs", "worker-1.log")
	l, err := OpenLog(path)
	require.NoError(t, err)
	line := bytes.Repeat([]byte("x"), 1<<20)
	for range 20 {
		n, err := l.Write(line)
		require.NoError(t, err)
		require.Equal(t, len(line), n)
	}
	require.NoError(t, l.Close())
	for name, want := range map[string]int64{path: 4 << 20, path + ".1": 16 << 20} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, want, info.Size(), name)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	l, err = OpenLog(path)
	require.NoError(t, err)
	_, err = l.Write([]byte("more"))
	require.NoError(t, err)
	require.NoError(t, l.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(text), "xmore"), "it is added to")
}

func TestStoppedIsOnlyThisProgramFrozen(t *testing.T) {
	require.False(t, stopped(os.Getpid()))
	require.False(t, stopped(1))
	require.False(t, stopped(1<<30))
}
