package engine

import (
	"math/rand/v2"
	"os"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
)

// eventBatch makes a batch of events from offset off on, all stamped with the same watermark.
func eventBatch(events []event, off, mark int64) *batch.Batch {
	s := eventSchema()
	cols := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		cols[i] = batch.NewBuilder(f.Type, len(events))
	}
	b := &batch.Batch{Schema: s, N: len(events)}
	for i, e := range events {
		cols[0].AppendInt(e.key)
		cols[1].AppendInt(e.val)
		cols[2].AppendString(e.text)
		cols[3].AppendInt(e.ts)
		b.Offs, b.Marks = append(b.Offs, off+int64(i)), append(b.Marks, mark)
	}
	for _, c := range cols {
		b.Cols = append(b.Cols, c.Finish())
	}
	return b
}

func someEvents(seed uint64, n int) []event {
	r := rand.New(rand.NewPCG(seed, 5))
	out := make([]event, n)
	for i := range out {
		out[i] = event{r.Int64N(9), r.Int64N(1000), []string{"a", "b", "歌曲"}[r.IntN(3)], at(r.Int64N(300))}
	}
	return out
}

func freshWindow(t testing.TB) *windowLocal {
	n := windowNode(scanNode(), time.Minute, 20*time.Second)
	w, err := newWindowLocal(n, n.Op.(*plan.Window), newLane(nil, nil, "0", 0), time.UTC)
	require.NoError(t, err)
	return w
}

func freshDedupe() (*dedupeLocal, *dedupeGlobal) {
	n := dedupeNode(scanNode(), time.Minute)
	op := n.Op.(*plan.Dedupe)
	l := &dedupeLocal{node: n, op: op, lane: newLane(nil, nil, "0", 0)}
	g := newDedupeGlobal(barrierRun(100), n, op)
	g.locals = []*dedupeLocal{l}
	return l, g
}

// hostileShard is the shard of what a dedupe knows that is restored.
const hostileShard = "k15"

// states returns a full and an incremental section of each operator.
func states(t testing.TB) (window, local, global [2][]byte) {
	w := freshWindow(t)
	l, g := freshDedupe()
	for i := range 2 {
		b := eventBatch(someEvents(uint64(i), 40), int64(40*i), minTime)
		require.NoError(t, w.push(b))
		require.NoError(t, l.push(b))
		var full, changed bool
		window[i], full, changed = w.snapshot()
		require.True(t, changed)
		require.Equal(t, i == 0, full)
		var dropped int64
		require.NoError(t, g.advance(at(60*int64(i+1)), &dropped, func(*batch.Batch) error { return nil }))
		shards := map[string][]byte{}
		require.NoError(t, g.keyed.snapshot(func(shard string, payload []byte, full bool) {
			require.True(t, full == (i == 0) || shard != hostileShard)
			shards[shard] = payload
		}))
		global[i] = shards[hostileShard]
		require.NotEmpty(t, global[i])
		var err error
		local[i], _, changed, err = l.snapshot()
		require.NoError(t, err)
		require.True(t, changed)
	}
	return window, local, global
}

// restoreHostile restores a full and an incremental section that may hold anything: an error or a state that can be saved and read
// again, in memory that follows the bytes.
func restoreHostile(t *testing.T, kind int, full, delta []byte) error {
	before := heapAllocated()
	defer func() {
		// A pane costs some 2 KiB and takes three bytes; a decompressor costs its window.
		require.Less(t, heapAllocated()-before, uint64(2048*(len(full)+len(delta))+64<<20))
	}()
	switch kind {
	case 0:
		w := freshWindow(t)
		if err := w.restore(full, true); err != nil {
			return err
		}
		if err := w.restore(delta, false); err != nil {
			return err
		}
		again, _, changed := w.snapshot()
		if len(w.panes) > 0 && changed {
			require.NoError(t, freshWindow(t).restore(again, true))
		}
		require.GreaterOrEqual(t, w.bytes(), int64(0))
		return w.push(eventBatch(someEvents(9, 5), 100, at(0)))
	case 1:
		l, _ := freshDedupe()
		s := eventSchema()
		if err := l.restore(full, s, true, minTime); err != nil {
			return err
		}
		if err := l.restore(delta, s, false, at(60)); err != nil {
			return err
		}
		for _, b := range l.pending {
			require.NoError(t, b.Check())
		}
		return nil
	default:
		_, g := freshDedupe()
		if err := g.keyed.restore(hostileShard, full, true); err != nil {
			return err
		}
		if err := g.keyed.restore(hostileShard, delta, false); err != nil {
			return err
		}
		require.Len(t, g.times, g.seen.Len())
		require.Len(t, g.flags, g.seen.Len())
		return nil
	}
}

func heapAllocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

func TestRestoreOfDamagedState(t *testing.T) {
	window, local, global := states(t)
	for kind, s := range [][2][]byte{window, local, global} {
		require.NoError(t, restoreHostile(t, kind, s[0], s[1]))
		r := rand.New(rand.NewPCG(uint64(kind), 6))
		step := 5
		if os.Getenv("MILLRACE_SOAK") != "" {
			step = 1
		}
		for n := 0; n < len(s[0]); n += step {
			// What is cut off at the end of a record is missing, which only the segment's sum finds; a window counts its panes.
			err := restoreHostile(t, kind, s[0][:n], nil)
			if kind == 0 {
				require.Error(t, err, "%d bytes", n)
			}
			for _, with := range []byte{s[0][n] ^ byte(1+r.IntN(255)), 0xff, 0} {
				damaged := append([]byte{}, s[0]...)
				damaged[n] = with
				_ = restoreHostile(t, kind, damaged, s[1]) // it may be another state that makes sense
			}
		}
	}
	require.ErrorContains(t, restoreHostile(t, 0, window[0], window[0]), "goes on at group 0 but", "a section applied twice")
	require.ErrorContains(t, restoreHostile(t, 0, append(window[0][:len(window[0]):len(window[0])], 0), nil), "follow a window's state")
}

func FuzzRestore(f *testing.F) {
	window, local, global := states(f)
	for kind, s := range [][2][]byte{window, local, global} {
		f.Add(uint8(kind), s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, kind uint8, full, delta []byte) { _ = restoreHostile(t, int(kind%3), full, delta) })
}
