package engine

import (
	"errors"
	"fmt"

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

// take removes the rows behind a watermark and returns them in order.
func (w *waiting) take(watermark int64) *ripe {
	var out []*batch.Batch
	kept := w.batches[:0]
	fresh, oldFrom := 0, len(w.batches)-w.fresh
	w.size = 0
	for i, b := range w.batches {
		due, rest := b, (*batch.Batch)(nil)
		if watermark != maxTime {
			due, rest = splitByTime(b, w.time, watermark)
		}
		if due != nil {
			out = append(out, due)
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
	return orderByTime(out, w.time)
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
		if mark == maxTime || b.N == 0 {
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
