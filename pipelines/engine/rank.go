package engine

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// rankOp keeps the rows of each partition of a Rank in order, as the bytes of an ordering over all columns: what the order says first, then
// the others. Of inserts alone it keeps the best To, for a row that has been pushed out never comes back; where rows can be taken
// back, all.
//
// At a barrier it takes all changes together and gives out, of each partition they touched, how the rows between From and To differ from
// those before.
//
//	rank.go        taking changes in, comparing, saving
//	rank_emit.go   writing what has changed
type rankOp struct {
	run  *run
	node *plan.Node
	op   *plan.Rank
	// retracts says that rows can be taken back; else each partition keeps its best To.
	retracts bool
	// partition are the columns of a partition's key, order writes the others.
	partition []int
	order     *ordering

	parts *keyed.Table
	rows  *keyed.Sorted
	// touched are the partitions that the running barrier has changed, and before the rows they had between From and To, as they were.
	touched []touchedPart
	marks   []bool // partition is in touched
	before  [][]byte
	writer  *rankWriter

	// empty counts the partitions without a row.
	empty int
	// saved is how many partitions the last snapshot knew, and dirty says that something has changed since.
	saved int
	dirty bool
	chain keyed.Chain

	key, row []byte // scratch
	after    [][]byte
}

// touchedPart is a partition and where its rows before the barrier stand.
type touchedPart struct {
	prefix   uint64
	part     int32
	from, to int32
}

func newRank(r *run, n *plan.Node, op *plan.Rank) (*rankOp, error) {
	in := n.Inputs[0]
	if op.From < 1 || op.To < op.From {
		return nil, fmt.Errorf("a rank keeps the rows from %d to %d", op.From, op.To)
	}
	g := &rankOp{run: r, node: n, op: op, retracts: in.Mode.Change != plan.Append}
	for _, c := range op.Partition {
		if !slices.Contains(g.partition, c) {
			g.partition = append(g.partition, c)
		}
	}
	var err error
	if g.order, err = rankOrder(in.Schema, op, g.partition); err != nil {
		return nil, err
	}
	g.writer = newRankWriter(g)
	g.clear()
	return g, nil
}

// rankOrder orders a partition's rows: by the keys of the order, then by all other columns. What all of them have in common stands in the
// partition's key; but a float there may be -0 or 0, and then it is told apart last.
func rankOrder(s *schema.Schema, op *plan.Rank, partition []int) (*ordering, error) {
	var cols []orderColumn
	seen := slices.Clone(partition)
	for _, k := range op.Order {
		if !slices.Contains(seen, k.Column) {
			seen = append(seen, k.Column)
			cols = append(cols, orderColumn{k.Column, k.Desc, k.NullsFirst})
		}
	}
	for i := range s.Fields {
		if !slices.Contains(seen, i) {
			cols = append(cols, orderColumn{column: i})
		}
	}
	for _, i := range partition {
		if holdsFloats(s.Fields[i].Type) {
			cols = append(cols, orderColumn{column: i})
		}
	}
	return newOrdering(s, cols)
}

// clear makes the operator as it was at the beginning.
func (g *rankOp) clear() {
	g.parts, g.rows = keyed.NewTable(), keyed.NewSorted()
	g.marks, g.empty, g.saved, g.dirty = nil, 0, 0, false
}

func (g *rankOp) mark() int64   { return minTime }
func (g *rankOp) setMark(int64) {}

func (g *rankOp) bytes() int64 {
	return g.parts.Bytes() + g.rows.Bytes() + int64(cap(g.marks)+cap(g.touched)*24+cap(g.before)*24)
}

func (g *rankOp) advance(in []gathered, emit func(*batch.Batch) error) error {
	for _, b := range in[0].batches {
		for i := range b.Rows() {
			if err := g.take(b, b.Row(i)); err != nil {
				return err
			}
		}
	}
	if len(g.touched) == 0 {
		return nil
	}
	if err := g.give(emit); err != nil {
		return err
	}
	g.settle()
	return nil
}

// take takes one change in.
func (g *rankOp) take(b *batch.Batch, r int) error {
	g.key = g.key[:0]
	for _, c := range g.partition {
		g.key = batch.AppendKey(g.key, b.Cols[c], r)
	}
	p, added, err := g.parts.Put(g.key, batch.HashBytes(g.key, 0))
	if err != nil {
		return err
	}
	if added {
		g.marks = append(g.marks, false)
		g.rows.Grow(p + 1)
		g.empty++
	}
	g.row = g.order.appendRow(g.row[:0], b.Cols, r)
	if g.retracts {
		by := int64(1)
		if takesBack(b.Kind(r)) {
			by = -1
		}
		return g.change(p, g.row, by)
	}
	if takesBack(b.Kind(r)) {
		return errors.New("a row was taken back in a stream of inserts")
	}
	if g.rows.Total(p) < g.op.To {
		return g.change(p, g.row, 1)
	}
	last, _ := g.rows.Last(p)
	if bytes.Compare(g.row, last) >= 0 {
		return nil
	}
	if err := g.change(p, last, -1); err != nil {
		return err
	}
	return g.change(p, g.row, 1)
}

// change adds a row or takes one away; before the first time it notes what the partition had.
func (g *rankOp) change(p int, row []byte, by int64) error {
	if !g.marks[p] {
		g.marks[p] = true
		t := touchedPart{prefix: keyed.Prefix(g.parts.Key(p)), part: int32(p), from: int32(len(g.before))}
		g.before = g.list(g.before, p)
		if len(g.before) > math.MaxInt32 {
			return errors.New("a rank has more than 2^31 rows to compare at one barrier")
		}
		t.to = int32(len(g.before))
		g.touched = append(g.touched, t)
	}
	was := g.rows.Empty(p)
	if err := g.rows.Add(p, row, by); err != nil {
		return err
	}
	switch is := g.rows.Empty(p); {
	case was && !is:
		g.empty--
	case is && !was:
		g.empty++
	}
	return nil
}

// list appends a partition's rows between From and To. Rows that are there more than once have as many places.
func (g *rankOp) list(dst [][]byte, p int) [][]byte {
	at := int64(1)
	for row, n := range g.rows.Ascend(p) {
		for ; n > 0 && at <= g.op.To; n-- {
			if at >= g.op.From {
				dst = append(dst, row)
			}
			at++
		}
		if at > g.op.To {
			break
		}
	}
	return dst
}

// give gives out what has changed, by partition.
func (g *rankOp) give(emit func(*batch.Batch) error) error {
	slices.SortFunc(g.touched, func(a, b touchedPart) int {
		if c := cmp.Compare(a.prefix, b.prefix); c != 0 {
			return c
		}
		return bytes.Compare(g.parts.Key(int(a.part)), g.parts.Key(int(b.part)))
	})
	w := g.writer
	w.emit = emit
	for _, t := range g.touched {
		g.after = g.list(g.after[:0], int(t.part))
		w.key = g.parts.Key(int(t.part))
		var err error
		if g.op.Number != "" {
			err = w.renumbered(g.before[t.from:t.to], g.after)
		} else {
			err = w.exchanged(g.before[t.from:t.to], g.after)
		}
		if err != nil {
			return err
		}
	}
	return w.flush()
}

// settle ends a barrier.
func (g *rankOp) settle() {
	for _, t := range g.touched {
		g.marks[t.part] = false
	}
	clear(g.before) // the rows' chunks may go
	clear(g.after[:cap(g.after)])
	g.touched, g.before, g.dirty = g.touched[:0], g.before[:0], true
	if g.empty < minDead || 2*g.empty < g.parts.Len() {
		return
	}
	// Most partitions are empty: the others get new numbers, and the next section must be a full one.
	keep := make([]bool, g.parts.Len())
	for p := range keep {
		keep[p] = !g.rows.Empty(p)
	}
	g.parts = g.parts.Retain(func(p int) bool { return keep[p] }, func(int, int) {})
	g.rows.Retain(func(p int) bool { return keep[p] })
	g.marks, g.empty, g.saved, g.chain = make([]bool, g.parts.Len()), 0, 0, keyed.Chain{}
}

// snapshot writes how many partitions there were, the keys of the new ones, and the rows or what was done with them.
func (g *rankOp) snapshot(put func(shard string, payload []byte, full bool)) error {
	if !g.dirty && (g.chain.Started() || g.parts.Len() == 0) {
		return nil
	}
	full := g.chain.WantsFull() || g.rows.NeedsFull()
	from := g.saved
	if full {
		from = 0
	}
	payload := g.parts.AppendFrom(binary.AppendUvarint(nil, uint64(from)), from)
	if full {
		payload = g.rows.AppendFull(payload)
	} else {
		payload = g.rows.AppendLog(payload)
	}
	g.saved, g.dirty = g.parts.Len(), false
	g.chain.Wrote(len(payload), full)
	put("", payload, full)
	return nil
}

var errRankState = errors.New("the state of a rank is damaged")

func (g *rankOp) restore(_ string, src []byte, full bool) error {
	if full {
		g.clear()
	}
	from, src, err := keyed.Uvarint(src)
	if err != nil {
		return err
	}
	if from != uint64(g.parts.Len()) {
		return fmt.Errorf("%w: it goes on at partition %d but %d are known", errRankState, from, g.parts.Len())
	}
	if src, err = g.parts.ReadInto(src); err != nil {
		return err
	}
	n := g.parts.Len()
	g.rows.Grow(n)
	if full {
		src, err = g.rows.ReadFull(src)
	} else {
		src, err = g.rows.ReadLog(src)
	}
	if err != nil {
		return err
	}
	if len(src) != 0 {
		return fmt.Errorf("%w: %d bytes follow it", errRankState, len(src))
	}
	g.marks, g.saved, g.empty = grown(g.marks, n), n, 0
	for p := range n {
		if g.rows.Empty(p) {
			g.empty++
		}
	}
	return nil
}
