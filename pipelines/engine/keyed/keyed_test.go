package keyed

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
)

// randomKey draws from a few thousand keys, the empty one and such that begin alike among them.
func randomKey(r *rand.Rand) []byte {
	switch r.IntN(4) {
	case 0:
		return []byte(fmt.Sprint(r.IntN(3000)))
	case 1:
		return make([]byte, r.IntN(40))
	default:
		return binary.AppendUvarint([]byte("user "), uint64(r.IntN(2000)))
	}
}

// weakHash collides often, so that probing and the comparison of keys are met.
func weakHash(key []byte) uint64 { return batch.HashBytes(key, 0) & 63 }

func TestTableAgainstMap(t *testing.T) {
	for name, hash := range map[string]func([]byte) uint64{
		"hash": func(k []byte) uint64 { return batch.HashBytes(k, 0) }, "colliding hash": weakHash,
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(5) {
				r := rand.New(rand.NewPCG(seed, 1))
				table, want := NewTable(), map[string]int{}
				var order []string
				for range 3000 {
					k := randomKey(r)
					known, has := want[string(k)]
					if r.IntN(3) == 0 {
						e := table.Find(k, hash(k))
						require.Equal(t, has, e >= 0)
						if has {
							require.Equal(t, known, e)
						}
						continue
					}
					e, added, err := table.Put(k, hash(k))
					require.NoError(t, err)
					require.Equal(t, !has, added)
					if has {
						require.Equal(t, known, e)
						continue
					}
					require.Equal(t, len(order), e, "entries are dense, in order of insertion")
					want[string(k)], order = e, append(order, string(k))
					clear(k) // the table keeps a copy
				}
				requireTable(t, table, order, hash)
				require.Greater(t, table.Bytes(), int64(len(order)*12))
			}
		})
	}
}

func requireTable(t *testing.T, table *Table, order []string, hash func([]byte) uint64) {
	t.Helper()
	require.Equal(t, len(order), table.Len())
	for i, k := range order {
		require.Equal(t, k, string(table.Key(i)))
		require.Equal(t, hash([]byte(k)), table.Hash(i))
		require.Equal(t, i, table.Find([]byte(k), hash([]byte(k))))
	}
}

func TestTableRetain(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		table := NewTable()
		for range r.IntN(2000) {
			k := randomKey(r)
			_, _, err := table.Put(k, weakHash(k))
			require.NoError(t, err)
		}
		keep, share := make([]bool, table.Len()), r.IntN(5)
		var order []string
		for i := range keep {
			if keep[i] = r.IntN(4) < share; keep[i] {
				order = append(order, string(table.Key(i)))
			}
		}
		next := 0
		out := table.Retain(func(i int) bool { return keep[i] }, func(from, to int) {
			require.True(t, keep[from])
			require.Equal(t, next, to)
			require.Equal(t, order[to], string(table.Key(from)))
			next++
		})
		require.Equal(t, len(order), next)
		requireTable(t, out, order, weakHash)
		for i, k := range keep {
			if !k {
				require.Negative(t, out.Find(table.Key(i), table.Hash(i)))
			}
		}
		// The new table goes on as any other.
		e, added, err := out.Put([]byte("one more"), weakHash([]byte("one more")))
		require.NoError(t, err)
		require.True(t, added)
		require.Equal(t, len(order), e)
	}
}

// A full section and the ones after it, in order, give the table they were taken from.
func TestTableStateRoundTrip(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 3))
		table, saved := NewTable(), 0
		var sections [][]byte
		for range 1 + r.IntN(4) {
			for range r.IntN(500) {
				k := randomKey(r)
				_, _, err := table.Put(k, batch.HashBytes(k, 0))
				require.NoError(t, err)
			}
			sections = append(sections, table.AppendFrom([]byte("before"), saved))
			saved = table.Len()
		}
		back := NewTable()
		for _, s := range sections {
			rest, err := back.ReadInto(append(s[len("before"):], "behind"...))
			require.NoError(t, err)
			require.Equal(t, "behind", string(rest))
		}
		require.Equal(t, table.Len(), back.Len())
		for i := range table.Len() {
			require.Equal(t, table.Key(i), back.Key(i))
			require.Equal(t, table.Hash(i), back.Hash(i))
		}
	}
}

func TestTableRefusesDamagedState(t *testing.T) {
	table := NewTable()
	for _, k := range []string{"a", "bc", "", "def"} {
		_, _, err := table.Put([]byte(k), batch.HashBytes([]byte(k), 0))
		require.NoError(t, err)
	}
	state := table.AppendFrom(nil, 0)
	for n := range state {
		_, err := NewTable().ReadInto(state[:n])
		require.ErrorContains(t, err, "cut short", "%d bytes", n)
	}
	_, err := table.ReadInto(state)
	require.ErrorContains(t, err, "stands twice")
}

type pair struct {
	group uint32
	value uint64
}

func randomPair(r *rand.Rand) pair {
	return pair{uint32(r.IntN(20)), []uint64{0, 1, uint64(r.IntN(300)), ^uint64(0) - uint64(r.IntN(50))}[r.IntN(4)]}
}

func TestPairsAgainstMap(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 4))
		pairs, want, saved := NewPairs(), map[pair]bool{}, 0
		var order []pair
		back := NewPairs()
		for range 1 + r.IntN(4) {
			for range r.IntN(3000) {
				p := randomPair(r)
				require.Equal(t, !want[p], pairs.Add(p.group, p.value))
				if !want[p] {
					want[p], order = true, append(order, p)
				}
			}
			rest, err := back.ReadInto(append(pairs.AppendFrom(nil, saved), "behind"...), 20)
			require.NoError(t, err)
			require.Equal(t, "behind", string(rest))
			saved = pairs.Len()
		}
		for _, p := range []*Pairs{pairs, back} {
			require.Equal(t, len(order), p.Len())
			for i, w := range order {
				g, v := p.At(i)
				require.Equal(t, w, pair{g, v})
			}
		}
		require.GreaterOrEqual(t, pairs.Bytes(), int64(12*len(order)))
	}
}

func TestPairsRefuseDamagedState(t *testing.T) {
	pairs := NewPairs()
	for i := range uint64(5) {
		pairs.Add(uint32(i%3), 200*i)
	}
	state := pairs.AppendFrom(nil, 0)
	for n := range state {
		_, err := NewPairs().ReadInto(state[:n], 3)
		require.ErrorContains(t, err, "cut short", "%d bytes", n)
	}
	_, err := NewPairs().ReadInto(state, 2)
	require.ErrorContains(t, err, "belongs to no group")
	_, err = pairs.ReadInto(state, 3)
	require.ErrorContains(t, err, "stands twice")
}

// Any bytes give an error or a structure whose own state is what was read; memory follows the bytes, not what they claim.
func FuzzReadInto(f *testing.F) {
	table, pairs := NewTable(), NewPairs()
	for i := range 20 {
		k := []byte(fmt.Sprint("key", i*i))
		_, _, err := table.Put(k, batch.HashBytes(k, 0))
		require.NoError(f, err)
		pairs.Add(uint32(i%4), uint64(i)*7)
	}
	f.Add(table.AppendFrom(nil, 0), uint16(4))
	f.Add(pairs.AppendFrom(nil, 0), uint16(4))
	f.Add(binary.AppendUvarint(nil, 1<<62), uint16(1))
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, uint16(1))
	f.Fuzz(func(t *testing.T, src []byte, limit uint16) {
		read := NewTable()
		if rest, err := read.ReadInto(src); err == nil {
			again := NewTable()
			_, err := again.ReadInto(read.AppendFrom(nil, 0))
			require.NoError(t, err)
			require.Equal(t, read.Len(), again.Len())
			require.LessOrEqual(t, len(rest), len(src))
		}
		require.LessOrEqual(t, read.Bytes(), int64(64*len(src)+4096))
		set := NewPairs()
		if _, err := set.ReadInto(src, int(limit)); err == nil {
			for i := range set.Len() {
				g, _ := set.At(i)
				require.Less(t, g, uint32(limit))
			}
		}
		require.LessOrEqual(t, set.Bytes(), int64(64*len(src)+4096))
	})
}

func TestTableFindAll(t *testing.T) {
	table := NewTable()
	var keys []byte
	ends := []int{0}
	var want []int32
	find := func(key string, entry int) {
		keys = append(keys, key...)
		ends, want = append(ends, len(keys)), append(want, int32(entry))
	}
	for i := range 1000 {
		find(fmt.Sprint(i), -1)
	}
	found := make([]int32, len(want))
	table.FindAll(keys, ends, found)
	require.Equal(t, want, found)

	keys, ends, want = nil, ends[:1], nil
	for i := range 1000 {
		key := []byte(fmt.Sprint("key ", i))
		entry, _, err := table.Put(key, batch.HashBytes(key, 0))
		require.NoError(t, err)
		find(string(key), entry)
		find(fmt.Sprint("other ", i), -1)
		find("", -1)
	}
	found = make([]int32, len(want))
	table.FindAll(keys, ends, found)
	require.Equal(t, want, found)

	entry, _, err := table.Put(nil, batch.HashBytes(nil, 0))
	require.NoError(t, err)
	table.FindAll(nil, []int{0, 0}, found[:1])
	require.EqualValues(t, entry, found[0])
}
