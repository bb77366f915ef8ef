package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// waiting holds rows until a watermark releases them, as they came: what only waits needs no index. Its snapshot grows by what came since
// the last one; restore drops what the operator's watermark says was released.
type waiting struct {
	schema *schema.Schema
	time   int

	batches []*batch.Batch
	size    int64
	// fresh is how many of batches came since the last checkpoint, counted from the end.
	fresh int
	chain keyed.Chain
}

// ripeRow is where a released row lies.
type ripeRow struct {
	time  int64
	off   int64
	part  int32
	batch int32
	row   int32
}

// behind reports whether a time lies behind a watermark: no row with it can come any more.
func behind(t, watermark int64) bool { return t < watermark || watermark == maxTime }

// later adds a distance to a time or a watermark. What stands for "none yet" and "nothing more" stays what it is.
func later(t, by int64) int64 {
	if t == minTime || t == maxTime {
		return t
	}
	sum := t + by
	switch {
	case by > 0 && sum < t:
		return maxTime
	case by < 0 && sum > t:
		return minTime
	}
	return sum
}

// admit takes the rows of an input whose times lie before none that was given out: the others go to the late ledger, and a row without a
// time is rejected. The stamps have sorted out most late rows before (see collector); what is left comes from inputs that were silent.
func (w *waiting) admit(n *gatherNode, batches []*batch.Batch, mark int64) error {
	for _, b := range batches {
		times := b.Cols[w.time]
		var failed failures
		var late []int32
		for r := range b.N {
			switch {
			case times.IsNull(r):
				failed.rows = append(failed.rows, rowFailure{int32(r), codeNoEventTime, b.Schema.Fields[w.time].Name})
			case times.I64[r] < mark:
				late = append(late, int32(r))
			}
		}
		if len(failed.rows)+len(late) > 0 {
			for _, r := range late {
				t := times.I64[r]
				n.run.barrier.late(n.node, b, int(r), t, t, true)
			}
			kept, err := n.run.barrier.rejectRows(n.node, b, &failed)
			if err != nil {
				return err
			}
			sel := make([]int32, 0, kept.Rows())
			for i := range kept.Rows() {
				if r := kept.Row(i); times.I64[r] >= mark {
					sel = append(sel, int32(r))
				}
			}
			b = b.Gather(sel)
		}
		if b.N == 0 {
			continue
		}
		c := *b
		// Lateness has been judged.
		c.Marks = nil
		w.batches = append(w.batches, &c)
		w.size += int64(c.Size())
		w.fresh++
	}
	return nil
}

// take removes the rows behind a watermark and returns them in the order of time, partition and offset; rows that are equal in these stay
// in the order in which they came.
func (w *waiting) take(watermark int64) ([]*batch.Batch, []ripeRow) {
	var out []*batch.Batch
	kept := w.batches[:0]
	fresh, oldFrom := 0, len(w.batches)-w.fresh
	w.size = 0
	n := 0
	for i, b := range w.batches {
		ripe, rest := b, (*batch.Batch)(nil)
		if watermark != maxTime {
			ripe, rest = splitByTime(b, w.time, watermark)
		}
		if ripe != nil {
			out = append(out, ripe)
			n += ripe.N
		}
		if rest != nil {
			kept = append(kept, rest)
			w.size += int64(rest.Size())
			if i >= oldFrom {
				fresh++
			}
		}
	}
	clear(w.batches[len(kept):])
	w.batches, w.fresh = kept, fresh
	due := make([]ripeRow, 0, n)
	for i, b := range out {
		times := b.Cols[w.time].I64
		for r := range b.N {
			d := ripeRow{time: times[r], part: b.Part, batch: int32(i), row: int32(r)}
			if b.Offs != nil {
				d.off = b.Offs[r]
			}
			due = append(due, d)
		}
	}
	due = sortByTime(due)
	return out, due
}

// Digits of the sort by time.
const (
	digitBits = 11
	digits    = 1 << digitBits
)

// sortByTime orders rows by time, partition and offset, and what is equal in these as it came. Rows of a barrier lie within a short stretch
// of time, in which two or three passes over the digits of their times put them in order.
func sortByTime(due []ripeRow) []ripeRow {
	first, last, sorted := int64(maxTime), int64(minTime), true
	for _, d := range due {
		sorted = sorted && d.time >= last
		first, last = min(first, d.time), max(last, d.time)
	}
	if !sorted {
		span := uint64(last) - uint64(first)
		other := make([]ripeRow, len(due))
		for shift := 0; shift < 64 && span>>shift > 0; shift += digitBits {
			var next [digits]int
			for _, d := range due {
				next[(uint64(d.time)-uint64(first))>>shift%digits]++
			}
			at := 0
			for i, n := range next {
				next[i] = at
				at += n
			}
			for _, d := range due {
				digit := (uint64(d.time) - uint64(first)) >> shift % digits
				other[next[digit]] = d
				next[digit]++
			}
			due, other = other, due
		}
	}
	for begin := 0; begin < len(due); {
		end := begin + 1
		for end < len(due) && due[end].time == due[begin].time {
			end++
		}
		if end > begin+1 {
			slices.SortFunc(due[begin:end], func(a, b ripeRow) int {
				return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.off, b.off), cmp.Compare(a.batch, b.batch), cmp.Compare(a.row, b.row))
			})
		}
		begin = end
	}
	return due
}

// gather puts released rows together as one batch, in their order. A few of them at a time stay in the processor's cache while the columns
// are copied.
func (w *waiting) gather(batches []*batch.Batch, due []ripeRow) *batch.Batch {
	first, single := due[0].batch, true
	for _, d := range due {
		if d.batch != first {
			single = false
			break
		}
	}
	if single {
		rows := make([]int32, len(due))
		for i, d := range due {
			rows[i] = d.row
		}
		return batches[first].Gather(rows)
	}
	// The rows of each batch, then all in a row, then in their order.
	rows := map[int32][]int32{}
	var order []int32
	for _, d := range due {
		if rows[d.batch] == nil {
			order = append(order, d.batch)
		}
		rows[d.batch] = append(rows[d.batch], d.row)
	}
	parts, next := make([]*batch.Batch, len(order)), map[int32]int32{}
	begin := int32(0)
	for i, b := range order {
		parts[i] = batches[b].Gather(rows[b])
		next[b] = begin
		begin += int32(len(rows[b]))
	}
	sel := make([]int32, len(due))
	for i, d := range due {
		sel[i] = next[d.batch]
		next[d.batch]++
	}
	return batch.Concat(w.schema, parts).Gather(sel)
}

// maxIPCRows bounds the rows of one frame in the state.
const maxIPCRows = 1 << 16

// snapshot writes the rows that came since the last one, or all. Rows that were released since are not taken back.
func (w *waiting) snapshot() (payload []byte, full, changed bool, err error) {
	if w.fresh == 0 && w.chain.Started() {
		return nil, false, false, nil
	}
	full = w.chain.WantsFull()
	from := len(w.batches) - w.fresh
	if full {
		from = 0
	}
	for _, group := range groupBatches(w.batches[from:]) {
		if payload, err = batch.AppendIPC(payload, batch.Concat(w.schema, group)); err != nil {
			return nil, false, false, fmt.Errorf("writing waiting rows: %w", err)
		}
	}
	w.fresh = 0
	w.chain.Wrote(len(payload), full)
	return payload, full, true, nil
}

// groupBatches parts batches into runs of one partition that fit into a frame: a frame costs its schema.
func groupBatches(all []*batch.Batch) [][]*batch.Batch {
	var out [][]*batch.Batch
	begin, rows := 0, 0
	for i, b := range all {
		if i > begin && (b.Part != all[begin].Part || rows+b.N > maxIPCRows || (b.Offs == nil) != (all[begin].Offs == nil)) {
			out = append(out, all[begin:i])
			begin, rows = i, 0
		}
		rows += b.N
	}
	if begin < len(all) {
		out = append(out, all[begin:])
	}
	return out
}

// restore applies a section; mark is how far the operator had released rows at the manifest being restored.
func (w *waiting) restore(src []byte, full bool, mark int64) error {
	if full {
		w.batches, w.size = nil, 0
	}
	all, err := batch.ReadIPC(src)
	if err != nil {
		return fmt.Errorf("reading waiting rows: %w", err)
	}
	for _, b := range all {
		if !schema.FieldsEqual(b.Schema.Fields, w.schema.Fields) {
			return fmt.Errorf("the waiting rows in the state have other columns than the plan")
		}
		b.Schema = w.schema
		if mark == maxTime {
			continue
		}
		if _, rest := splitByTime(b, w.time, mark); rest != nil {
			w.batches = append(w.batches, rest)
			w.size += int64(rest.Size())
		}
	}
	w.fresh = 0
	return nil
}

var errNoShard = errors.New("the state has a shard that the operator does not know")

// gatherNode is what an operator at barriers knows of its place.
type gatherNode struct {
	run  *run
	node *plan.Node
}
