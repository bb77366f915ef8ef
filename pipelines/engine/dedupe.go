package engine

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// dedupeLocal is one lane's part of a Dedupe: it only collects rows until the watermark releases them.
type dedupeLocal struct {
	node *plan.Node
	op   *plan.Dedupe
	lane *lane

	pending []*batch.Batch
	size    int64
	// fresh is how many of pending came since the last checkpoint, counted from the end.
	fresh int
	chain keyed.Chain
}

func (d *dedupeLocal) push(b *batch.Batch) error {
	times := b.Cols[d.op.Time]
	// A row behind its own stamp may belong before rows that were already given out: it goes to the ledger.
	keep := make([]int32, 0, b.Rows())
	for i := range b.Rows() {
		r := b.Row(i)
		if t := times.I64[r]; t < b.Marks[r] {
			d.lane.late(d.node, b, r, t, t, true)
			continue
		}
		keep = append(keep, int32(r))
	}
	if len(keep) == 0 {
		return nil
	}
	c := b.Select(keep).Compact()
	d.pending = append(d.pending, c)
	d.size += int64(c.Size())
	d.fresh++
	return nil
}

// take removes and returns the pending rows with a time before the watermark.
func (d *dedupeLocal) take(watermark int64) []*batch.Batch {
	var out []*batch.Batch
	kept := make([]*batch.Batch, 0, len(d.pending))
	fresh, oldFrom := 0, len(d.pending)-d.fresh
	d.size = 0
	for i, b := range d.pending {
		due, rest := splitByTime(b, d.op.Time, watermark)
		if due != nil {
			out = append(out, due)
		}
		if rest != nil {
			kept = append(kept, rest)
			d.size += int64(rest.Size())
			if i >= oldFrom {
				fresh++
			}
		}
	}
	d.pending, d.fresh = kept, fresh
	return out
}

// splitByTime parts a compact batch into the rows before the watermark and the others; either may be nil.
func splitByTime(b *batch.Batch, col int, watermark int64) (due, rest *batch.Batch) {
	times := b.Cols[col].I64
	n := 0
	for _, t := range times {
		if t < watermark {
			n++
		}
	}
	switch n {
	case 0:
		return nil, b
	case b.N:
		return b, nil
	}
	early, late := make([]int32, 0, n), make([]int32, 0, b.N-n)
	for i, t := range times {
		if t < watermark {
			early = append(early, int32(i))
		} else {
			late = append(late, int32(i))
		}
	}
	return b.Gather(early), b.Gather(late)
}

// snapshot writes the pending rows that came since the last one, or all. Rows that were released since are not taken back: restore
// drops them by the operator's watermark.
func (d *dedupeLocal) snapshot() (payload []byte, full, changed bool, err error) {
	if d.fresh == 0 && d.chain.Started() {
		return nil, false, false, nil
	}
	full = d.chain.WantsFull()
	from := len(d.pending) - d.fresh
	if full {
		from = 0
	}
	for _, b := range d.pending[from:] {
		if payload, err = batch.AppendIPC(payload, b); err != nil {
			return nil, false, false, fmt.Errorf("writing pending rows: %w", err)
		}
	}
	d.fresh = 0
	d.chain.Wrote(len(payload), full)
	return payload, full, true, nil
}

// restore applies a section; watermark is how far the operator had released rows at the manifest being restored.
func (d *dedupeLocal) restore(src []byte, s *schema.Schema, full bool, watermark int64) error {
	if full {
		d.pending, d.size = nil, 0
	}
	all, err := batch.ReadIPC(src)
	if err != nil {
		return fmt.Errorf("reading pending rows: %w", err)
	}
	for _, b := range all {
		if !schema.FieldsEqual(b.Schema.Fields, s.Fields) {
			return fmt.Errorf("the pending rows in the state have other columns than the plan")
		}
		b.Schema = s
		if _, rest := splitByTime(b, d.op.Time, watermark); rest != nil {
			d.pending = append(d.pending, rest)
			d.size += int64(rest.Size())
		}
	}
	d.fresh = 0
	return nil
}

// dedupeGlobal releases rows in the order of (event time, lane, offset) and keeps the first of each key. It runs at barriers only.
type dedupeGlobal struct {
	node   *plan.Node
	op     *plan.Dedupe
	locals []*dedupeLocal
	// released is the watermark up to which rows were given out.
	released int64
	rows     int

	seen  *keyed.Table
	times []int64 // event time of the row kept, by entry
	// touched lists the entries that were added or kept a new row since the last checkpoint.
	touched []int32
	mark    []bool // entry is in touched
	live    int    // entries after the last clean-up
	chain   keyed.Chain
	buf     []byte
}

func newDedupeGlobal(n *plan.Node, op *plan.Dedupe, rows int) *dedupeGlobal {
	return &dedupeGlobal{node: n, op: op, seen: keyed.NewTable(), rows: rows, released: minTime}
}

type dueRow struct {
	time  int64
	lane  int32
	batch int32
	row   int32
	off   int64
}

func (g *dedupeGlobal) advance(watermark int64, counts *int64, emit func(*batch.Batch) error) error {
	if watermark <= g.released {
		return nil
	}
	var batches []*batch.Batch
	var due []dueRow
	for lane, l := range g.locals {
		for _, b := range l.take(watermark) {
			times := b.Cols[g.op.Time].I64
			for r := range b.N {
				d := dueRow{time: times[r], lane: int32(lane), batch: int32(len(batches)), row: int32(r)}
				if b.Offs != nil {
					d.off = b.Offs[r]
				}
				due = append(due, d)
			}
			batches = append(batches, b)
		}
	}
	// Ties: event time, partition, offset. Rows of one offset (or of none) stay in the order in which they came.
	slices.SortStableFunc(due, func(a, b dueRow) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.lane, b.lane), cmp.Compare(a.off, b.off))
	})
	kept := due[:0]
	for _, d := range due {
		b := batches[d.batch]
		g.buf = g.buf[:0]
		for _, k := range g.op.Keys {
			g.buf = batch.AppendKey(g.buf, b.Cols[k], int(d.row))
		}
		first, err := g.first(g.buf, d.time)
		if err != nil {
			return err
		}
		if !first {
			*counts++
			continue
		}
		kept = append(kept, d)
	}
	if err := g.give(batches, kept, emit); err != nil {
		return err
	}
	g.released = watermark
	g.expire()
	return nil
}

// first reports whether a row is the one to keep, and remembers it.
func (g *dedupeGlobal) first(key []byte, t int64) (bool, error) {
	e, added, err := g.seen.Put(key, batch.HashBytes(key, 0))
	if err != nil {
		return false, err
	}
	if added {
		g.times, g.mark = append(g.times, t), append(g.mark, false)
	} else if t-g.times[e] < g.op.Within {
		return false, nil
	}
	g.times[e] = t
	g.touch(e)
	return true, nil
}

func (g *dedupeGlobal) touch(e int) {
	if !g.mark[e] {
		g.mark[e] = true
		g.touched = append(g.touched, int32(e))
	}
}

// give emits the rows in order.
func (g *dedupeGlobal) give(batches []*batch.Batch, kept []dueRow, emit func(*batch.Batch) error) error {
	if len(kept) == 0 {
		return nil
	}
	starts := make([]int32, len(batches))
	total := 0
	for i, b := range batches {
		starts[i] = int32(total)
		total += b.N
	}
	all := batch.Concat(g.node.Schema, batches)
	for len(kept) > 0 {
		n := min(len(kept), g.rows)
		rows := make([]int32, n)
		for i, d := range kept[:n] {
			rows[i] = starts[d.batch] + d.row
		}
		out := all.Gather(rows)
		out.Part, out.Marks = batch.NoPart, make([]int64, n)
		for i := range out.Marks {
			// All rows given out now have a time at or behind what was released before.
			out.Marks[i] = g.released
		}
		if err := emit(out); err != nil {
			return err
		}
		kept = kept[n:]
	}
	return nil
}

// expire forgets keys that can no longer meet a duplicate, once half of the table is such.
func (g *dedupeGlobal) expire() {
	n := g.seen.Len()
	if n < 1024 || n < 2*g.live {
		return
	}
	gone := 0
	for _, t := range g.times {
		if g.expired(t) {
			gone++
		}
	}
	if gone < n/2 {
		g.live = n - gone
		return
	}
	var times []int64
	g.seen = g.seen.Retain(func(i int) bool { return !g.expired(g.times[i]) }, func(from, _ int) { times = append(times, g.times[from]) })
	g.times, g.mark, g.touched, g.live = times, make([]bool, len(times)), nil, len(times)
	// Entries have new numbers: the next section must be a full one.
	g.chain = keyed.Chain{}
}

func (g *dedupeGlobal) expired(t int64) bool {
	return g.released != maxTime && t <= g.released-g.op.Within
}

func (g *dedupeGlobal) bytes() int64 {
	n := g.seen.Bytes() + int64(cap(g.times)*8+cap(g.mark)+cap(g.touched)*4)
	for _, l := range g.locals {
		n += l.size
	}
	return n
}

// snapshot writes keys with the times kept: all, or those touched since the last one.
func (g *dedupeGlobal) snapshot() (payload []byte, full, changed bool) {
	if len(g.touched) == 0 && g.chain.Started() {
		return nil, false, false
	}
	full = g.chain.WantsFull()
	put := func(e int) {
		payload = binary.AppendVarint(payload, g.times[e])
		k := g.seen.Key(e)
		payload = binary.AppendUvarint(payload, uint64(len(k)))
		payload = append(payload, k...)
	}
	if full {
		for e := range g.times {
			put(e)
		}
	} else {
		for _, e := range g.touched {
			put(int(e))
		}
	}
	for _, e := range g.touched {
		g.mark[e] = false
	}
	g.touched = g.touched[:0]
	g.chain.Wrote(len(payload), full)
	return payload, full, true
}

func (g *dedupeGlobal) restore(src []byte, full bool) error {
	if full {
		g.seen, g.times, g.mark = keyed.NewTable(), nil, nil
	}
	for len(src) > 0 {
		t, rest, err := readVarint(src)
		if err != nil {
			return err
		}
		l, rest, err := keyed.Uvarint(rest)
		if err != nil || l > uint64(len(rest)) {
			return errCut
		}
		e, added, err := g.seen.Put(rest[:l], batch.HashBytes(rest[:l], 0))
		if err != nil {
			return err
		}
		if added {
			g.times, g.mark = append(g.times, t), append(g.mark, false)
		}
		g.times[e] = t
		src = rest[l:]
	}
	g.live = len(g.times)
	return nil
}
