package keyed

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// sortedModel is what a Sorted should hold: of each group the counts that are not zero.
type sortedModel []map[string]int64

func (m sortedModel) require(t *testing.T, s *Sorted) {
	t.Helper()
	require.Equal(t, len(m), s.Groups())
	for g, counts := range m {
		var want, got []string
		var wantN, gotN []int64
		total := int64(0)
		for _, k := range slices.Sorted(maps.Keys(counts)) {
			if n := counts[k]; n > 0 {
				want, wantN, total = append(want, k), append(wantN, n), total+n
			}
		}
		for row, n := range s.Ascend(g) {
			got, gotN = append(got, string(row)), append(gotN, n)
		}
		require.Equal(t, want, got)
		require.Equal(t, wantN, gotN)
		got = nil
		for row := range s.Descend(g) {
			got = append(got, string(row))
		}
		slices.Reverse(got)
		require.Equal(t, want, got)
		require.Equal(t, len(want), s.Distinct(g))
		require.Equal(t, total, s.Total(g))
		require.Equal(t, len(counts) == 0, s.Empty(g))
		first, ok := s.First(g)
		require.Equal(t, len(want) > 0, ok)
		last, _ := s.Last(g)
		if ok {
			require.Equal(t, want[0], string(first))
			require.Equal(t, want[len(want)-1], string(last))
		}
	}
}

func (m sortedModel) add(g int, row []byte, by int64) {
	if m[g][string(row)] += by; m[g][string(row)] == 0 {
		delete(m[g], string(row))
	}
}

// Whatever is done, a structure holds what it should, and so does another that reads what the first one saves.
func TestSortedAgainstMap(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 11))
		s, twin, model := NewSorted(), NewSorted(), sortedModel{}
		full := true
		for range 40 {
			n := len(model) + r.IntN(3)
			if len(model) == 0 {
				n = 1
			}
			s.Grow(n)
			for len(model) < n {
				model = append(model, map[string]int64{})
			}
			for range r.IntN(200) {
				g, row := r.IntN(n), randomKey(r)
				if r.IntN(2) == 0 {
					// Rows that are there are met often.
					row = row[:min(len(row), 1)]
				}
				by := int64(r.IntN(5) - 2)
				require.NoError(t, s.Add(g, row, by))
				model.add(g, row, by)
				if r.IntN(50) == 0 {
					s.Clear(g)
					model[g] = map[string]int64{}
				}
			}
			if r.IntN(10) == 0 {
				keep := make([]bool, n)
				for i := range keep {
					keep[i] = r.IntN(2) == 0
				}
				s.Retain(func(g int) bool { return keep[g] })
				kept := sortedModel{}
				for g, k := range keep {
					if k {
						kept = append(kept, model[g])
					}
				}
				model, full = kept, true
			}
			model.require(t, s)
			var rest []byte
			var err error
			require.Equal(t, full, s.NeedsFull())
			if full = full || r.IntN(8) == 0; full {
				twin = NewSorted()
				twin.Grow(len(model))
				rest, err = twin.ReadFull(append(s.AppendFull(nil), "behind"...))
			} else {
				twin.Grow(len(model))
				rest, err = twin.ReadLog(append(s.AppendLog(nil), "behind"...))
			}
			require.NoError(t, err)
			require.Equal(t, "behind", string(rest))
			model.require(t, twin)
			if full = false; r.IntN(4) == 0 {
				s, twin, full = twin, s, true
			}
		}
	}
}

// Rows that come in order are the worst for a tree that does not mind its depth.
func TestSortedStaysFlat(t *testing.T) {
	s := NewSorted()
	s.Grow(1)
	for i := range 20_000 {
		require.NoError(t, s.Add(0, []byte{byte(i >> 16), byte(i >> 8), byte(i)}, 1))
	}
	var depth func(t int32) int
	depth = func(t int32) int {
		if t == none {
			return 0
		}
		return 1 + max(depth(s.nodes[t].left), depth(s.nodes[t].right))
	}
	require.Less(t, depth(s.trees[0].root), 60)
	for i := range 19_000 {
		require.NoError(t, s.Add(0, []byte{byte(i >> 16), byte(i >> 8), byte(i)}, -1))
	}
	before := len(s.nodes)
	require.NoError(t, s.Add(0, bytes.Repeat([]byte("x"), 3), 1))
	require.Len(t, s.nodes, before, "nodes are used again")
	require.Equal(t, 1001, s.Distinct(0))
}

// A log that grows longer than all there is makes way for a full section.
func TestSortedLogIsBounded(t *testing.T) {
	s := NewSorted()
	s.Grow(1)
	s.AppendFull(nil)
	for i := 0; !s.NeedsFull(); i++ {
		require.NoError(t, s.Add(0, []byte("a row"), int64(1-i%2*2)))
		require.Less(t, i, chainSlack)
	}
	require.Empty(t, s.log)
	s.AppendFull(nil)
	require.False(t, s.NeedsFull())
}

func TestSortedRefusesDamagedState(t *testing.T) {
	s := NewSorted()
	s.Grow(2)
	s.AppendFull(nil)
	for i := range 8 {
		require.NoError(t, s.Add(i%2, []byte{byte(i), 0, 1}, int64(i-3)))
	}
	log, full := s.AppendLog(nil), s.AppendFull(nil)
	fresh := func(n int) *Sorted {
		s := NewSorted()
		s.Grow(n)
		return s
	}
	for n := range full {
		_, err := fresh(2).ReadFull(full[:n])
		require.Error(t, err, "%d bytes", n)
	}
	for n := range log {
		_, err := fresh(2).ReadLog(log[:n])
		require.Error(t, err, "%d bytes", n)
	}
	_, err := fresh(1).ReadFull(full)
	require.ErrorContains(t, err, "2 groups where 1 are known")
	_, err = fresh(1).ReadLog(log)
	require.ErrorContains(t, err, "belongs to no group")
	_, err = fresh(1).ReadFull([]byte{1, 2, 2, 1, 'b', 2, 1, 'a'})
	require.ErrorIs(t, err, errSortedState, "rows are not in order")
}

func FuzzSortedRestore(f *testing.F) {
	s := NewSorted()
	s.Grow(3)
	s.AppendFull(nil)
	for i := range 12 {
		require.NoError(f, s.Add(i%3, []byte{byte(i * 7), 0}, 1))
	}
	f.Add(s.AppendLog(nil), true)
	f.Add(s.AppendFull(nil), false)
	f.Fuzz(func(t *testing.T, src []byte, log bool) {
		s := NewSorted()
		s.Grow(3)
		var err error
		if log {
			_, err = s.ReadLog(src)
		} else {
			_, err = s.ReadFull(src)
		}
		require.LessOrEqual(t, s.Bytes(), int64(64*len(src)+16384))
		if err == nil {
			again := NewSorted()
			again.Grow(3)
			_, err = again.ReadFull(s.AppendFull(nil))
			require.NoError(t, err)
		}
	})
}
