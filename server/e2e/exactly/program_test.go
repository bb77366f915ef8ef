package exactly

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/server/e2e/rig"
	"millrace/server/store"
)

// start runs models in the background, with short epochs so that there is much to interrupt.
func (b *bench) start(args ...string) *rig.Process {
	b.t.Helper()
	return b.Start(append([]string{"run", "--json", "--quiet", "--epoch", "100ms"}, args...)...)
}

// finish runs one model to the end of its input and returns its totals.
func (b *bench) finish(args ...string) control.Totals {
	b.t.Helper()
	s := b.Run(append([]string{"--bounded", "--epoch", "100ms"}, args...)...)
	require.Len(b.t, s.Pipelines, 1)
	require.Equal(b.t, "ended", s.State)
	for _, k := range s.Pipelines[0].Sinks {
		require.True(b.t, strings.HasPrefix(k.Promise, "exactly once"), k.Promise)
	}
	return s.Pipelines[0].Totals
}

// exit waits for the program's end and returns its code.
func (b *bench) exit(p *rig.Process) int {
	b.t.Helper()
	err := p.Wait(patience)
	var code *exec.ExitError
	if errors.As(err, &code) {
		return code.ExitCode()
	}
	require.NoError(b.t, err, "%s", p.Stderr())
	return 0
}

// tick is how often a condition is looked at where nothing hangs on the moment.
const tick = 5 * time.Millisecond

// await waits until something holds.
func (b *bench) await(what string, holds func() bool) {
	b.t.Helper()
	awaitEvery(b.t, tick, what, holds)
}

// awaitOf waits until something holds; it fails when the program ends before, and tells what the program said.
func (b *bench) awaitOf(p *rig.Process, every time.Duration, what string, holds func() bool) {
	b.t.Helper()
	held := false
	defer func() {
		if !held {
			b.t.Logf("the program has said:\n%s", p.Stderr())
		}
	}()
	awaitEvery(b.t, every, what, func() bool {
		if holds() {
			return true
		}
		select {
		case <-p.Gone():
			b.t.Fatalf("the program ended before %s", what)
		default:
		}
		return false
	})
	held = true
}

func awaitEvery(t *testing.T, every time.Duration, what string, holds func() bool) {
	t.Helper()
	again := time.NewTicker(every)
	defer again.Stop()
	deadline := time.After(patience)
	for !holds() {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("waiting for %s", what)
		}
	}
}

func (b *bench) checkpoints(model string) string {
	return filepath.Join(b.Data, "checkpoints", pipelineOf(model))
}

// metadata opens the metadata beside the program, which has made it by the time it makes its checkpoint folder.
func (b *bench) metadata(p *rig.Process, model string) *store.Store {
	b.t.Helper()
	b.awaitOf(p, tick, "it has made its checkpoint folder", func() bool {
		_, err := os.Stat(b.checkpoints(model))
		return err == nil
	})
	s, err := store.Open(b.t.Context(), store.Options{Path: filepath.Join(b.Data, "millrace.db")})
	require.NoError(b.t, err)
	b.t.Cleanup(func() { require.NoError(b.t, s.Close()) })
	return s
}

// head returns what is remembered of a model's pipeline.
func (b *bench) head(s *store.Store, model string) control.Head {
	b.t.Helper()
	for {
		h, err := s.Head(context.Background(), pipelineOf(model))
		if errors.Is(err, store.ErrBusy) {
			continue
		}
		require.NoError(b.t, err)
		return h
	}
}

// epochOf is the number of the last committed epoch, 0 before the first.
func epochOf(h control.Head) int64 {
	if h.Committed == nil {
		return 0
	}
	return h.Committed.Epoch
}

// segments lists the files of a checkpoint folder.
func (b *bench) segments(model string) map[string]bool {
	b.t.Helper()
	entries, err := os.ReadDir(b.checkpoints(model))
	require.NoError(b.t, err)
	out := map[string]bool{}
	for _, e := range entries {
		out[e.Name()] = true
	}
	return out
}

// epochIn is the number of the epoch that wrote a file of a checkpoint folder: kind-epoch-manifest.seg.
func epochIn(name string) int64 {
	parts := strings.SplitN(name, "-", 3)
	if len(parts) < 3 {
		return 0
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
