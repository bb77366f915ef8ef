package engine

import (
	"fmt"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// normalizeOp is plan.Normalize. It keeps the last row of each key; every change of an upsert stream becomes the change of rows that it is. A -U
// says nothing that the +U after it does not, so it is passed over; a NULL in a key is a value like others.
type normalizeOp struct {
	schema *schema.Schema
	keys   []int
	limit  int // rows a batch

	last   *keyed.Multimap // of one row an entry
	reader *rowReader
	kinds  []batch.RowKind
	marks  []int64
	timed  bool // the rows have marks
	at     int64
	key    []byte
	row    []byte
}

func newNormalize(r *run, n *plan.Node) (*normalizeOp, error) {
	in := n.Inputs[0]
	g := &normalizeOp{schema: n.Schema, limit: max(2, r.opt.BatchRows), last: keyed.NewMultimap(), reader: newRowReader(n.Schema.Fields, nil, min(r.opt.BatchRows, maxRoom)), at: minTime,
		timed: n.Schema.EventTime != nil}
	for _, name := range in.Mode.Key {
		i := in.Schema.Index(name)
		if i < 0 {
			return nil, fmt.Errorf("the key of the upsert has the column %q, which is not there", name)
		}
		g.keys = append(g.keys, i)
	}
	return g, nil
}

func (g *normalizeOp) advance(in []gathered, emit func(*batch.Batch) error) error {
	for _, b := range in[0].batches {
		keys := columnsAt(b, g.keys)
		for r := range b.N {
			if err := g.change(b, keys, r, emit); err != nil {
				return err
			}
		}
	}
	if err := g.give(emit); err != nil {
		return err
	}
	if in[0].active {
		g.at = max(g.at, in[0].mark)
	}
	g.last.Compact()
	return nil
}

// change applies physical row r of a batch.
func (g *normalizeOp) change(b *batch.Batch, keys []*batch.Vector, r int, emit func(*batch.Batch) error) error {
	kind := b.Kind(r)
	if kind == batch.UpdateBefore {
		return nil
	}
	g.key = g.key[:0]
	for _, k := range keys {
		g.key = batch.AppendKey(g.key, k, r)
	}
	hash := batch.HashBytes(g.key, 0)
	slot, e := none, g.last.Find(g.key, hash)
	if e >= 0 {
		slot = g.last.First(e)
	}
	// The two rows of an update stay together.
	if g.reader.rows()+2 > g.limit {
		if err := g.give(emit); err != nil {
			return err
		}
	}
	mark := int64(minTime)
	if b.Marks != nil {
		mark = b.Marks[r]
	}
	if kind == batch.Delete {
		if slot == none {
			return nil
		}
		err := g.put(batch.Delete, g.last.Row(slot), mark)
		g.last.Remove(slot)
		return err
	}
	g.row = appendRow(g.row[:0], b, r)
	kind = batch.Insert
	if slot != none {
		old := g.last.Row(slot)
		if string(old) == string(g.row) {
			return nil
		}
		if err := g.put(batch.UpdateBefore, old, mark); err != nil {
			return err
		}
		g.last.Remove(slot)
		kind = batch.UpdateAfter
	} else if e < 0 {
		var err error
		if e, err = g.last.Put(g.key, hash); err != nil {
			return err
		}
	}
	if _, err := g.last.Append(e, g.row, 0); err != nil {
		return err
	}
	return g.put(kind, g.row, mark)
}

// put adds a row to what is given out. The mark is that of the change it comes from, so that operators further down judge its lateness by
// the partition, and not by when barriers were.
func (g *normalizeOp) put(kind batch.RowKind, row []byte, mark int64) error {
	g.kinds, g.marks = append(g.kinds, kind), append(g.marks, mark)
	return g.reader.append(row)
}

// give emits the rows that have come together.
func (g *normalizeOp) give(emit func(*batch.Batch) error) error {
	if len(g.kinds) == 0 {
		return nil
	}
	out := g.reader.batch(g.schema)
	for _, k := range g.kinds {
		if k != batch.Insert {
			out.Kinds = append([]batch.RowKind(nil), g.kinds...)
			break
		}
	}
	if g.timed {
		out.Marks = append([]int64(nil), g.marks...)
	}
	g.kinds, g.marks = g.kinds[:0], g.marks[:0]
	return emit(out)
}

// mark is the input's watermark at the last barrier: every row on time is ahead of it.
func (g *normalizeOp) mark() int64      { return g.at }
func (g *normalizeOp) setMark(at int64) { g.at = at }

func (g *normalizeOp) snapshot(put func(string, []byte, bool)) error {
	if payload, full, changed := g.last.Snapshot(); changed {
		put("", payload, full)
	}
	return nil
}

func (g *normalizeOp) restore(shard string, payload []byte, full bool) error {
	if shard != "" {
		return fmt.Errorf("a normalize has no shard %q", shard)
	}
	return g.last.Restore(payload, full)
}

func (g *normalizeOp) bytes() int64 { return g.last.Bytes() }
