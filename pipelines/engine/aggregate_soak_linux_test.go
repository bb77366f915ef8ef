package engine

import (
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

// TestManyKeys fills an aggregate with 10 million keys and with 30 million, within the memory a worker of 1.5 GiB has, and tells what it takes: of
// memory, of the processor, and of a checkpoint behind a change of one key in a hundred. Two times in twenty thousand keys stand for them without
// MILLRACE_SOAK.
func TestManyKeys(t *testing.T) {
	sizes, budget := []int{20_000, 40_000}, int64(6<<20)
	if os.Getenv("MILLRACE_SOAK") != "" {
		sizes, budget = []int{10_000_000, 30_000_000}, 1536<<20
		// As a worker does.
		defer debug.SetGCPercent(debug.SetGCPercent(400))
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(budget))
	}
	for _, keys := range sizes {
		t.Run(strconv.Itoa(keys), func(t *testing.T) { manyKeys(t, keys, budget) })
	}
}

func manyKeys(t *testing.T, keys int, budget int64) {
	s := &schema.Schema{Fields: fieldsOf(t, "k int64", "v int64")}
	n := aggregateNode(t, s, plan.Append, []string{"k"}, aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "v", "sum", "v", ""))
	g := newAggregateOf(t, n, 4096)
	g.run.opt.Dir, g.run.opt.StateBytes, g.run.opt.Log = t.TempDir(), budget/2, slog.New(slog.DiscardHandler)
	g.run.nodes, g.run.gatherers = []*plan.Node{n}, map[*plan.Node]gatherer{n: g}
	t.Cleanup(func() { require.NoError(t, g.keyed.close()) })

	var sum int64
	var out int
	// barrier takes rows of the keys that next gives, and returns what the checkpoint has written.
	barrier := func(rows int, next func(i int) int64) (bytes int) {
		in := gathered{}
		for at := 0; at < rows; at += 4096 {
			k, v := batch.NewBuilder(schema.Of(schema.Int64), 4096), batch.NewBuilder(schema.Of(schema.Int64), 4096)
			count := min(4096, rows-at)
			for i := range count {
				k.AppendInt(next(at + i))
				v.AppendInt(int64(at + i))
				sum += int64(at + i)
			}
			in.batches = append(in.batches, &batch.Batch{Schema: s, N: count, Cols: []*batch.Vector{k.Finish(), v.Finish()}, Part: batch.NoPart})
		}
		require.NoError(t, g.advance([]gathered{in}, func(b *batch.Batch) error { out += b.Rows(); return nil }))
		require.NoError(t, g.snapshot(func(_ string, payload []byte, _ bool) { bytes += len(payload) }))
		state, _, err := g.run.relieve()
		require.NoError(t, err)
		require.LessOrEqual(t, state, g.run.opt.StateBytes)
		return bytes
	}
	began, spent := time.Now(), cpuSeconds(t)
	perBarrier := max(keys/100, 4096)
	for from := 0; from < keys; from += perBarrier {
		barrier(min(perBarrier, keys-from), func(i int) int64 { return int64(from+i) * 2654435761 })
	}
	require.Equal(t, keys, out)
	away, disk := g.keyed.beyond()
	require.InDelta(t, keys, away+g.remembered(), 0)
	t.Logf("%d keys: %.1f s, %.2f CPU s a million, state %d MiB, peak %d MiB, on disk %d keys and %d MiB", keys, time.Since(began).Seconds(), (cpuSeconds(t)-spent)/float64(keys)*1e6,
		g.bytes()>>20, peakMiB(t), away, disk>>20)

	random := rand.New(rand.NewPCG(1, uint64(keys)))
	began, spent = time.Now(), cpuSeconds(t)
	changed, total := keys/100, 0
	for range 20 {
		total += barrier(changed, func(int) int64 { return random.Int64N(int64(keys)) * 2654435761 })
	}
	t.Logf("20 checkpoints after a change of one in a hundred: %.1f s, %.2f CPU s a million rows, %d KiB each, peak %d MiB", time.Since(began).Seconds(),
		(cpuSeconds(t)-spent)/float64(20*changed)*1e6, total/20>>10, peakMiB(t))

	// Everything once more, as the changes since the beginning have it: by keys, in full.
	full, found := 0, 0
	for shard := range stateShards {
		var groups []int32
		for e := range g.groups.groups.Len() {
			if shardOf(g.groups.groups.Hash(e)) == shard {
				groups = append(groups, int32(e))
			}
		}
		payload, err := g.keyed.appendShard(shard, groups, true)
		require.NoError(t, err)
		full += len(payload)
		found += int(uint32(payload[0]) | uint32(payload[1])<<8 | uint32(payload[2])<<16 | uint32(payload[3])<<24)
	}
	require.Equal(t, keys, found)
	t.Logf("a full checkpoint is %d KiB", full>>10)
	require.Less(t, total/20, full/10)
}

// cpuSeconds is the processor time that the process has taken.
func cpuSeconds(t testing.TB) float64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/stat")
	require.NoError(t, err)
	// After the command's name, which may hold anything, fields 14 and 15 are the ticks, 100 of them a second.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+2:]))
	user, err := strconv.Atoi(fields[11])
	require.NoError(t, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(t, err)
	return float64(user+system) / 100
}

// peakMiB is the most memory that the process has had.
func peakMiB(t testing.TB) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			require.NoError(t, err)
			return kib >> 10
		}
	}
	return 0
}
