package engine

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/schema"
)

// ripeBatches makes batches of several partitions, of rows whose times lie up to span before or behind start, in steps.
func ripeBatches(r *rand.Rand, start, span, step int64, ordered bool) []*batch.Batch {
	parts := 1 + r.Int32N(3)
	next := make([]int64, parts)
	out := make([]*batch.Batch, 1+r.IntN(5))
	for i := range out {
		b := &batch.Batch{N: 1 + r.IntN(300), Part: r.Int32N(parts)}
		if r.IntN(4) == 0 {
			b.Part = batch.NoPart
		}
		times := &batch.Vector{Type: schema.Of(schema.Timestamp), N: b.N}
		for range b.N {
			t := start
			if span > 0 {
				t += (r.Int64N(span) - r.Int64N(span)) / step * step
			}
			times.I64 = append(times.I64, t)
			if b.Part == batch.NoPart {
				continue
			}
			off := r.Int64N(3)
			if ordered {
				off, next[b.Part] = next[b.Part], next[b.Part]+r.Int64N(2)
			}
			b.Offs = append(b.Offs, off)
		}
		b.Cols = []*batch.Vector{times}
		out[i] = b
	}
	return out
}

func TestOrderByTime(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, c := range []struct{ start, span, step int64 }{
		{0, 0, 1}, {7, 10, 1}, {-1000, 3000, 1}, {1 << 50, 600_000_000, 1000}, {0, 1 << 45, 1}, {0, 1 << 58, 1 << 20}, {0, maxTime, 1}, {maxTime - 20, 10, 1},
	} {
		for n := range 60 {
			batches := ripeBatches(r, c.start, c.span, c.step, n%3 > 0)
			if n%10 == 9 {
				slices.Sort(batches[0].Cols[0].I64)
				batches = batches[:1]
			}
			type row struct {
				time, off int64
				part      int32
				from      *batch.Batch
				at        int32
			}
			var want, got []row
			as := func(b *batch.Batch, at int32) row {
				w := row{time: b.Cols[0].I64[at], part: b.Part, from: b, at: at}
				if b.Offs != nil {
					w.off = b.Offs[at]
				}
				return w
			}
			for _, b := range batches {
				for at := range b.N {
					want = append(want, as(b, int32(at)))
				}
			}
			slices.SortStableFunc(want, func(a, b row) int {
				return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.part, b.part), cmp.Compare(a.off, b.off))
			})
			ripe := orderByTime(batches, 0)
			for i, p := range ripe.rows {
				got = append(got, as(ripe.batches[p.Batch], p.Row))
				require.Equal(t, got[i].time, ripe.time(i))
			}
			require.True(t, slices.Equal(want, got), "%+v", c)
		}
	}
	require.Empty(t, orderByTime(nil, 0).rows)
}

func TestSortNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for _, width := range []int{1, 7, 20, 40, 64} {
		for _, n := range []int{0, 1, 20, 1000, 70_000} {
			keys := make([]uint64, n)
			for i := range keys {
				keys[i] = r.Uint64() >> (64 - width)
				if r.IntN(3) == 0 {
					keys[i] >>= width / 2 // many in few buckets
				}
			}
			want := slices.Sorted(slices.Values(keys))
			require.True(t, slices.Equal(want, sortNumbers(keys, width)), "%d numbers of %d bits", n, width)
		}
	}
}
