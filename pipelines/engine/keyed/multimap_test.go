package keyed

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
)

func hashOf(key []byte) uint64 { return batch.HashBytes(key, 0) }

// modelRow is a row of the naive multimap the real one is compared with.
type modelRow struct {
	row       string
	time, aux int64
	slot      int32
}

// multimapModel is what a Multimap should be: lists under keys.
type multimapModel map[string][]modelRow

func (w multimapModel) at(key string, slot int32) int {
	return slices.IndexFunc(w[key], func(r modelRow) bool { return r.slot == slot })
}

func requireMultimap(t *testing.T, m *Multimap, want multimapModel) {
	t.Helper()
	total := 0
	for key, rows := range want {
		total += len(rows)
		e := m.Find([]byte(key), hashOf([]byte(key)))
		if e < 0 {
			require.Empty(t, rows)
			continue
		}
		require.Equal(t, key, string(m.Key(e)))
		i, prev := 0, int32(-1)
		for s := m.First(e); s >= 0; s = m.Next(s) {
			require.Equal(t, rows[i], modelRow{string(m.Row(s)), m.Time(s), m.Aux(s), s})
			require.Equal(t, e, m.Entry(s))
			require.Equal(t, prev, m.Prev(s))
			require.True(t, m.Live(s))
			i, prev = i+1, s
		}
		require.Equal(t, len(rows), i)
		require.Equal(t, prev, m.Last(e))
	}
	require.Equal(t, total, m.Len())
	live := 0
	for s := range m.Slots() {
		if m.Live(s) {
			live++
		}
	}
	require.Equal(t, total, live)
}

// mutate does one random thing to a multimap and to its model: in about adds of ten times it adds a row.
func mutate(t *testing.T, r *rand.Rand, m *Multimap, want multimapModel, keys, rowBytes, adds int) {
	key := fmt.Sprint(r.IntN(keys))
	e := m.Find([]byte(key), hashOf([]byte(key)))
	rows := want[key]
	switch op := r.IntN(10); {
	case op >= adds && (e < 0 || len(rows) == 0):
	case op < adds:
		e, err := m.Put([]byte(key), hashOf([]byte(key)))
		require.NoError(t, err)
		row := bytes.Repeat([]byte{byte('a' + r.IntN(3))}, r.IntN(rowBytes))
		time, at, before := r.Int64N(1000)-500, int32(-1), len(rows)
		if len(rows) > 0 && r.IntN(2) == 0 {
			before = r.IntN(len(rows))
			at = rows[before].slot
		}
		var s int32
		if at < 0 && r.IntN(2) == 0 {
			s, err = m.Append(e, row, time)
		} else {
			s, err = m.InsertBefore(e, at, row, time)
		}
		require.NoError(t, err)
		want[key] = slices.Insert(rows, before, modelRow{string(row), time, 0, s})
		clear(row) // the multimap keeps a copy
	case op < 8:
		i := r.IntN(len(rows))
		kept := m.Row(rows[i].slot)
		m.Remove(rows[i].slot)
		require.Equal(t, rows[i].row, string(kept), "bytes stay when their row is removed")
		want[key] = slices.Delete(rows, i, i+1)
	case op < 9:
		i := r.IntN(len(rows))
		rows[i].aux = r.Int64N(1e6) - 5e5
		m.SetAux(rows[i].slot, rows[i].aux)
	default:
		row := bytes.Repeat([]byte{byte('a' + r.IntN(3))}, r.IntN(rowBytes))
		s := m.FindRow(e, row)
		if s < 0 {
			require.False(t, slices.ContainsFunc(rows, func(x modelRow) bool { return x.row == string(row) }))
			return
		}
		require.Equal(t, string(row), rows[want.at(key, s)].row)
	}
}

// Random changes keep a multimap equal to its model, and the sections it writes on the way give the same one again, wherever it is
// restored: slots and entries have the numbers they had, also those given out later.
func TestMultimapAgainstModel(t *testing.T) {
	for name, c := range map[string]struct{ keys, rowBytes, steps int }{
		"few keys, long lists": {3, 6, 3000}, "many keys": {2500, 6, 16000}, "large rows": {40, 60_000, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				r := rand.New(rand.NewPCG(seed, 7))
				m, want := NewMultimap(), multimapModel{}
				copied, sections, compacted := NewMultimap(), 0, 0
				for i := range c.steps {
					// It grows, and shrinks again.
					mutate(t, r, m, want, c.keys, c.rowBytes, 6-4*i/(c.steps/2+1))
					switch r.IntN(c.steps / 20) {
					case 0:
						if m.Compact() {
							compacted++
						}
					case 1:
						payload, full, changed := m.Snapshot()
						if changed {
							require.NoError(t, copied.Restore(payload, full))
							sections++
						}
						requireMultimap(t, copied, want)
						require.Equal(t, m.free, copied.free)
						require.Equal(t, m.Entries(), copied.Entries())
					}
				}
				requireMultimap(t, m, want)
				require.Positive(t, sections)
				require.Equal(t, c.keys > minEmpty, compacted > 0)
			}
		})
	}
}

func TestMultimapSnapshotsAreIncremental(t *testing.T) {
	m := NewMultimap()
	key := []byte("k")
	e, err := m.Put(key, hashOf(key))
	require.NoError(t, err)
	var slots []int32
	for i := range 1000 {
		s, err := m.Append(e, fmt.Appendf(nil, "a row of some length %d", i), int64(i))
		require.NoError(t, err)
		slots = append(slots, s)
	}
	all, full, changed := m.Snapshot()
	require.True(t, full && changed)
	_, _, changed = m.Snapshot()
	require.False(t, changed, "nothing has changed")

	for v := range int64(100) {
		m.SetAux(slots[5], v)
	}
	m.Remove(slots[7])
	delta, full, changed := m.Snapshot()
	require.True(t, changed)
	require.False(t, full)
	require.Less(t, len(delta), 16, "an aux is written once")

	back := NewMultimap()
	require.NoError(t, back.Restore(all, true))
	require.NoError(t, back.Restore(delta, false))
	require.EqualValues(t, 99, back.Aux(slots[5]))
	require.False(t, back.Live(slots[7]))
	_, full, changed = back.Snapshot()
	require.True(t, full && changed, "what was restored begins a chain of its own")

	// More changes than a full section has bytes make the next one a full one, and are not kept in a log.
	row := make([]byte, 100<<10)
	for range 100 {
		s, err := m.Append(e, row, 0)
		require.NoError(t, err)
		m.Remove(s)
	}
	require.Less(t, m.Bytes(), int64(8<<20))
	_, full, changed = m.Snapshot()
	require.True(t, full && changed)
}

// What is removed gives its memory back: bytes of rows and keys do not pile up.
func TestMultimapReclaims(t *testing.T) {
	m := NewMultimap()
	row := make([]byte, 1000)
	compacted := 0
	for i := range 60_000 {
		key := fmt.Appendf(nil, "key %d", i)
		e, err := m.Put(key, hashOf(key))
		require.NoError(t, err)
		s, err := m.Append(e, row, 0)
		require.NoError(t, err)
		if i%10 > 0 || i > 1000 {
			m.Remove(s)
		}
		if i%100 == 0 && m.Compact() {
			compacted++
		}
	}
	require.Equal(t, 101, m.Len())
	require.Positive(t, compacted)
	require.Less(t, m.Bytes(), int64(4<<20))
	for s := range m.Slots() {
		if m.Live(s) {
			require.Equal(t, s, m.First(m.Find(m.Key(m.Entry(s)), hashOf(m.Key(m.Entry(s))))))
		}
	}
}

// Whatever the bytes, restoring gives an error or a multimap that can be used.
func FuzzMultimapRestore(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 7))
	m, want := NewMultimap(), multimapModel{}
	for range 40 {
		mutate(&testing.T{}, r, m, want, 4, 5, 5)
	}
	base, _, _ := m.Snapshot()
	for range 40 {
		mutate(&testing.T{}, r, m, want, 4, 5, 5)
	}
	delta, _, _ := m.Snapshot()
	f.Add(base, delta)
	f.Add(base[:len(base)/2], delta)
	f.Add([]byte{}, []byte{'c'})
	f.Fuzz(func(t *testing.T, full, delta []byte) {
		m := NewMultimap()
		if m.Restore(full, true) != nil || m.Restore(delta, false) != nil {
			return
		}
		n := 0
		for e := range m.Entries() {
			require.Equal(t, e, m.Find(m.Key(e), hashOf(m.Key(e))))
			for s := m.First(e); s >= 0; s = m.Next(s) {
				_ = m.Row(s)
				n++
			}
		}
		require.Equal(t, m.Len(), n)
		e, err := m.Put([]byte("new"), hashOf([]byte("new")))
		require.NoError(t, err)
		s, err := m.Append(e, []byte("row"), 1)
		require.NoError(t, err)
		require.Equal(t, "row", string(m.Row(s)))
		again := NewMultimap()
		payload, full2, _ := m.Snapshot()
		require.True(t, full2)
		require.NoError(t, again.Restore(payload, true))
		require.Equal(t, m.Len(), again.Len())
		m.Remove(s)
	})
}
