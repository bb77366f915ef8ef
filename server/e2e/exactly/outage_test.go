package exactly

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/embedded/olap"
)

// TestBrokerRestarts: the broker is stopped, and killed, while a pipeline reads from it and writes to it.
func TestBrokerRestarts(t *testing.T) {
	t.Parallel()
	parts.RequireKafka(t)
	broker, err := parts.StartKafka(t.Context(), parts.KafkaOptions{Dir: t.TempDir(), Heap: "384m"})
	require.NoError(t, err)
	t.Cleanup(broker.Kill)
	b := benchOn(t, broker)
	b.warehouse()
	f := b.flowing(b.events(), 4_000, messages)
	out := b.prefix + "out"
	long := b.model("long", "events -> long, long -> shape, shape -> sent", readEvents, longPlays, toTopic(out, ", key: [user]"))
	plays := b.model("plays", "events -> minute, minute -> stored", readEvents, byMinute, toTable("plays", "window_start, platform"))
	p := b.start(long, plays)
	meta := b.metadata(p, "plays")
	further := func(what string) {
		for _, model := range []string{"long", "plays"} {
			before := epochOf(b.head(meta, model))
			b.awaitOf(p, tick, what+": "+model+" commits again", func() bool { return epochOf(b.head(meta, model)) >= before+3 })
		}
	}
	further("at first")
	for i := range often(2, 6) {
		if i%2 == 0 {
			broker.Kill()
		} else {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			require.NoError(t, broker.Stop(ctx))
			cancel()
		}
		require.NoError(t, broker.Restart(t.Context()), "%s", broker.Logs())
		further("after the broker has come back")
	}
	n := f.stop()
	b.drain(p)
	s := b.Run("--bounded", long, plays)
	require.Len(t, s.Pipelines, 2)
	b.checkShapes(b.sent(out), n, true)
	b.checkShapeTotals("long", s.Pipelines[0].Totals, n, 1)
	b.checkWindows(b.windowRows("plays"), n)
	b.checkWindowTotals("plays", s.Pipelines[1].Totals, n)
}

// TestClickHouseKilled: ClickHouse is killed while epochs are applied to it. Its supervisor starts it again; the pipeline waits for it.
func TestClickHouseKilled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	server := b.ownWarehouse()
	f := b.flowing(b.events(), 5_000, messages)
	model := b.model("long", "events -> long, long -> shape, shape -> stored", readEvents, longPlays, toTable("long", "id"))
	p := b.start(model)
	meta := b.metadata(p, "long")
	// With SIGABRT it ends as it does when it fails by itself: slowly, telling why, its connections open until the end.
	signals := []syscall.Signal{syscall.SIGKILL, syscall.SIGABRT}
	for i := range often(2, 10) {
		before := epochOf(b.head(meta, "long"))
		b.awaitOf(p, time.Millisecond, "it commits what it has not applied yet", func() bool {
			h := b.head(meta, "long")
			return epochOf(h) > before+2 && h.Applied["ads.t.long/stored"] != h.Committed.ID
		})
		state := server.State()
		require.NoError(t, syscall.Kill(state.PID, signals[i%len(signals)]))
		b.await("ClickHouse to come back", func() bool {
			now := server.State()
			return now.Restarts > state.Restarts && now.Phase == olap.Ready
		})
		before = epochOf(b.head(meta, "long"))
		b.awaitOf(p, tick, "it goes on", func() bool { return epochOf(b.head(meta, "long")) > before+2 })
	}
	n := f.stop()
	b.drain(p)
	totals := b.finish(model)
	b.checkShapes(b.shapeRows("long"), n, false)
	b.checkShapeTotals("long", totals, n, 1)
}

// drain asks the program to end and waits until it has.
func (b *bench) drain(p *rig.Process) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	require.NoError(b.t, p.Stop(ctx))
	require.Zero(b.t, b.exit(p), "%s", p.Stderr())
}

// TestCheckpointFolderFull: the file system of the checkpoints fills up and is freed again.
func TestCheckpointFolderFull(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.warehouse()
	folder := filepath.Join(b.Data, "checkpoints")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	switch err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=4m"); {
	case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.ENOSYS):
		t.Skipf("mounting a tmpfs: %v (it takes root)", err)
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, 0)) })

	f := b.flowing(b.events(), 5_000, messages)
	model := b.model("long", "events -> long, long -> shape, shape -> stored", readEvents, longPlays, toTable("long", "id"))
	p := b.start(model)
	meta := b.metadata(p, "long")
	for i := range often(2, 6) {
		before := epochOf(b.head(meta, "long"))
		b.awaitOf(p, tick, "it commits", func() bool { return epochOf(b.head(meta, "long")) > before+2 })
		said := bytes.Count(p.Stderr(), []byte("recovering from the last epoch"))
		fill(t, filepath.Join(folder, "ballast"))
		b.awaitOf(p, tick, "it says that it cannot write", func() bool {
			text := string(p.Stderr())
			return strings.Count(text, "recovering from the last epoch") > said+i && strings.Contains(text, "no space left on device")
		})
		stuck := epochOf(b.head(meta, "long"))
		require.NoError(t, os.Remove(filepath.Join(folder, "ballast")))
		b.awaitOf(p, tick, "it goes on", func() bool { return epochOf(b.head(meta, "long")) > stuck+2 })
	}
	n := f.stop()
	b.drain(p)
	totals := b.finish(model)
	b.checkShapes(b.shapeRows("long"), n, false)
	b.checkShapeTotals("long", totals, n, 1)
}

// fill writes a file until the file system has no room left.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	require.NoError(t, err)
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.NoError(t, f.Close())
}
