package engine

import (
	"cmp"
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

	dedupeKeys
	keyed *keyedGroups
	live  int // keys after the last clean-up
	buf   []byte
}

func newDedupeGlobal(r *run, n *plan.Node, op *plan.Dedupe) *dedupeGlobal {
	g := &dedupeGlobal{node: n, op: op, rows: r.opt.BatchRows, released: minTime}
	g.dedupeKeys = dedupeKeys{seen: keyed.NewTable(), expired: g.expired}
	g.keyed = newKeyedGroups(r, &g.dedupeKeys, &g.groupMarks)
	return g
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
	if err := g.warm(batches); err != nil {
		return err
	}
	kept := due[:0]
	for _, d := range due {
		first, err := g.first(g.key(batches[d.batch], int(d.row)), d.time)
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

// key returns the bytes of a row's key, valid until the next call.
func (g *dedupeGlobal) key(b *batch.Batch, row int) []byte {
	g.buf = g.buf[:0]
	for _, k := range g.op.Keys {
		g.buf = batch.AppendKey(g.buf, b.Cols[k], row)
	}
	return g.buf
}

// warm fetches the keys of rows that are about to be looked at.
func (g *dedupeGlobal) warm(batches []*batch.Batch) error {
	missing := g.keyed.missing()
	if missing == nil {
		return nil
	}
	for _, b := range batches {
		for row := range b.N {
			if err := missing.add(g.key(b, row)); err != nil {
				return err
			}
		}
	}
	return missing.fetch()
}

// first reports whether a row is the one to keep, and remembers it.
func (g *dedupeGlobal) first(key []byte, t int64) (bool, error) {
	before := g.seen.Len()
	e, err := g.group(key)
	if err != nil {
		return false, err
	}
	if int(e) < before && g.flags[e]&groupDead == 0 && t-g.times[e] < g.op.Within {
		return false, nil
	}
	g.times[e] = t
	g.touch(e)
	return true, nil
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

// expire marks keys that can no longer meet a duplicate, once half of the table is such: they go with the next snapshot. Nothing has to be
// written of it: whoever reads the state knows by the watermark that they are gone.
func (g *dedupeGlobal) expire() {
	n := g.seen.Len()
	if n < 1024 || n < 2*g.live {
		return
	}
	g.dead = 0
	for e, t := range g.times {
		if g.expired(t) {
			g.flags[e] |= groupDead
			g.dead++
		}
	}
	g.live = n - g.dead
}

func (g *dedupeGlobal) expired(t int64) bool {
	return g.released != maxTime && t <= later(g.released, -g.op.Within)
}

func (g *dedupeGlobal) bytes() int64 {
	n := g.keyed.bytes() + int64(cap(g.buf))
	for _, l := range g.locals {
		n += l.size
	}
	return n
}
