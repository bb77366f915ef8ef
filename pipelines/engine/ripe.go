package engine

import (
	"cmp"
	"math/bits"
	"slices"

	"millrace/models/batch"
)

// ripe are rows that a watermark has released, in the order of time, partition and offset; rows that are equal in these stand as they came.
// The rows themselves stay where they lie.
type ripe struct {
	batches []*batch.Batch
	times   [][]int64 // by batch
	rows    []batch.Place
}

// time returns the time of the i-th row.
func (r *ripe) time(i int) int64 { return r.times[r.rows[i].Batch][r.rows[i].Row] }

// orderByTime puts the rows of batches that are compact and not empty into order, col having their times. The rows of each batch, and a partition's batches, are in
// the order in which they came; batches is reordered.
//
// Rows of a barrier lie within a short stretch of time, so that a row's time from its start on, its batch and its place there fit into
// one number. With the batches in the order of partitions these numbers have the order wanted, unless offsets fall.
func orderByTime(batches []*batch.Batch, col int) *ripe {
	slices.SortStableFunc(batches, func(a, b *batch.Batch) int { return cmp.Compare(a.Part, b.Part) })
	r := &ripe{batches: batches, times: make([][]int64, len(batches))}
	rows, widest := 0, 0
	for i, b := range batches {
		r.times[i] = b.Cols[col].I64[:b.N]
		rows, widest = rows+b.N, max(widest, b.N)
	}
	if rows == 0 {
		return r
	}
	r.rows = make([]batch.Place, 0, rows)
	some, first, last := r.times[0][0], int64(maxTime), int64(minTime)
	varying, sorted := uint64(0), true
	for _, times := range r.times {
		for _, t := range times {
			sorted = sorted && t >= last
			first, last = min(first, t), max(last, t)
			varying |= uint64(t ^ some)
		}
	}
	// Times of whole milliseconds or seconds have low bits in common.
	low := bits.TrailingZeros64(varying)
	rowBits, batchBits := bits.Len(uint(widest-1)), bits.Len(uint(len(batches)-1))
	timeBits := bits.Len64((uint64(last) - uint64(first)) >> low)
	switch total := timeBits + batchBits + rowBits; {
	case sorted || total > 64:
		for i, b := range batches {
			for row := range b.N {
				r.rows = append(r.rows, batch.Place{Batch: int32(i), Row: int32(row)})
			}
		}
		if !sorted {
			slices.SortStableFunc(r.rows, func(a, b batch.Place) int { return cmp.Compare(r.times[a.Batch][a.Row], r.times[b.Batch][b.Row]) })
		}
	default:
		keys := make([]uint64, 0, rows)
		for i, times := range r.times {
			for row, t := range times {
				since := (uint64(t) - uint64(first)) >> low
				keys = append(keys, since<<(batchBits+rowBits)|uint64(i)<<rowBits|uint64(row))
			}
		}
		for _, k := range sortNumbers(keys, total) {
			r.rows = append(r.rows, batch.Place{Batch: int32(k >> rowBits & (1<<batchBits - 1)), Row: int32(k & (1<<rowBits - 1))})
		}
	}
	if !r.ascending() {
		r.orderTies()
	}
	return r
}

// ascending reports whether the offsets of each partition rise from row to row.
func (r *ripe) ascending() bool {
	for i, b := range r.batches {
		if i > 0 && b.Part == r.batches[i-1].Part && r.offset(i, 0) < r.offset(i-1, len(r.times[i-1])-1) {
			return false
		}
		for row := 1; row < len(b.Offs); row++ {
			if b.Offs[row] < b.Offs[row-1] {
				return false
			}
		}
	}
	return true
}

// offset returns the offset of a row, 0 for rows that no single partition gave.
func (r *ripe) offset(b, row int) int64 {
	if offs := r.batches[b].Offs; offs != nil {
		return offs[row]
	}
	return 0
}

// orderTies orders rows of the same time by partition and offset.
func (r *ripe) orderTies() {
	for begin := 0; begin < len(r.rows); {
		end := begin + 1
		for end < len(r.rows) && r.time(end) == r.time(begin) {
			end++
		}
		slices.SortStableFunc(r.rows[begin:end], func(a, b batch.Place) int {
			return cmp.Or(cmp.Compare(r.batches[a.Batch].Part, r.batches[b.Batch].Part),
				cmp.Compare(r.offset(int(a.Batch), int(a.Row)), r.offset(int(b.Batch), int(b.Row))))
		})
		begin = end
	}
}

// maxBuckets bounds the table of sortNumbers.
const maxBuckets = 1 << 16

// sortNumbers sorts numbers below 2^width, and returns them in keys or in a slice of its own. It deals them out to so many buckets that few
// share one when they lie evenly, as times do, and sorts each bucket: what comes nearly in order, as times do, is dealt out to
// neighbours in memory.
func sortNumbers(keys []uint64, width int) []uint64 {
	bucketBits := min(bits.Len(uint(len(keys)))-2, bits.Len(maxBuckets)-1, width)
	if bucketBits < 4 {
		slices.Sort(keys)
		return keys
	}
	shift := width - bucketBits
	ends := make([]uint32, 1<<bucketBits)
	for _, k := range keys {
		ends[k>>shift]++
	}
	at := uint32(0)
	for i, n := range ends {
		ends[i] = at
		at += n
	}
	out := make([]uint64, len(keys))
	for _, k := range keys {
		b := &ends[k>>shift]
		out[*b] = k
		*b++
	}
	begin := uint32(0)
	for _, end := range ends {
		if end > begin+1 {
			slices.Sort(out[begin:end])
		}
		begin = end
	}
	return out
}
