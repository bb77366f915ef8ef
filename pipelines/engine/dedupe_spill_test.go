package engine

import (
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
)

// spillingDedupe is a dedupe of one lane that may use a folder.
func spillingDedupe(t testing.TB, within time.Duration) (*dedupeLocal, *dedupeGlobal) {
	n := dedupeNode(scanNode(), within)
	op := n.Op.(*plan.Dedupe)
	r := barrierRun(100)
	r.opt.Dir, r.opt.StateBytes, r.opt.Log = t.TempDir(), 64<<20, slog.New(slog.DiscardHandler)
	l, g := &dedupeLocal{node: n, op: op, lane: newLane(nil, nil, "0", 0)}, newDedupeGlobal(r, n, op)
	g.locals = []*dedupeLocal{l}
	t.Cleanup(func() { require.NoError(t, g.keyed.close()) })
	return l, g
}

// What keys are in memory decides nothing: a dedupe that keeps all, one that moves some or all out, and one that is restored at each barrier give
// the same rows; and keys that can meet no duplicate any more go, in memory and beyond.
func TestDedupeBeyondMemory(t *testing.T) {
	const within = 20 * time.Second
	random := rand.New(rand.NewPCG(5, 6))
	plainRows, plain := spillingDedupe(t, within)
	coldRows, cold := spillingDedupe(t, within)
	saved, moved, most := sections{}, int64(0), 0
	save := func(g *dedupeGlobal) {
		require.NoError(t, g.keyed.snapshot(func(shard string, payload []byte, full bool) {
			if full {
				saved[shard] = nil
			}
			saved[shard] = append(saved[shard], savedSection{payload, full})
		}))
	}
	for step := range 120 {
		now := int64(step)
		var events []event
		for range random.IntN(200) {
			// Keys come and go with time.
			events = append(events, event{random.Int64N(60) + now/10*40, 0, []string{"a", "b", "c"}[random.IntN(3)], at(now + random.Int64N(5))})
		}
		b := eventBatch(events, int64(step)*1000, minTime)
		backRows, back := spillingDedupe(t, within)
		back.released = cold.released
		for shard, list := range saved {
			for _, s := range list {
				require.NoError(t, back.keyed.restore(shard, s.payload, s.full))
			}
		}
		backRows.pending = append(backRows.pending, coldRows.pending...)
		var got [3][]string
		for i, g := range []*dedupeGlobal{plain, cold, back} {
			require.NoError(t, []*dedupeLocal{plainRows, coldRows, backRows}[i].push(b))
			var dropped int64
			require.NoError(t, g.advance(at(now), &dropped, func(b *batch.Batch) error {
				got[i] = append(got[i], textOf(t, b)...)
				return nil
			}))
		}
		require.Equal(t, got[0], got[1], "step %d", step)
		require.Equal(t, got[0], got[2], "restored, step %d", step)
		require.NoError(t, plain.keyed.snapshot(func(string, []byte, bool) {}))
		save(cold)
		if random.IntN(2) == 0 {
			require.NoError(t, cold.keyed.shed([]int64{0, cold.keyed.bytes() * 3 / 4}[random.IntN(2)], 64<<20))
		}
		keys, _ := cold.keyed.beyond()
		moved, most = max(moved, keys), max(most, cold.seen.Len()+int(keys))
	}
	require.Greater(t, moved, int64(50))
	// 120 steps bring some 1,500 keys; 20 s of them may be needed, and what is gone goes when a shard is written in full.
	require.Less(t, most, 1500)
	require.Less(t, plain.seen.Len(), 1200)
}
