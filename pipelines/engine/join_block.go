package engine

import (
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
)

// joinBlock is what the changes of one batch meet, as far as it has been found and not worked on yet. Pairs wait in it so that the
// condition is computed and rows are read by the thousand.
type joinBlock struct {
	items []joinItem
	// matches counts the matches of the row of a counted side whose pairs are being worked on; a row's pairs may lie in several blocks.
	matches int64

	// With a condition: the rows of the other side in the block's pairs, and which pairs hold.
	met   []*batch.Vector
	holds []verdict
	rows  []int32 // the input batch's rows in the pairs

	out joinOut
}

// joinItem is a step in working on a block. slot is the other side's row for a pair, the own side's for itemAdded, else none.
type joinItem struct {
	row  int32
	slot int32
	what itemKind
	adds bool
}

type itemKind uint8

const (
	itemPair itemKind = iota
	// itemAdded, itemRemoved and itemRemovedOut end the pairs of a row of a counted side; the last says that it was given out by itself.
	itemAdded
	itemRemoved
	itemRemovedOut
	// itemAlone is a row that meets nothing ever.
	itemAlone
)

type verdict uint8

const (
	pairFails verdict = iota
	pairHolds
	// pairErrs is not given out, but keeps its rows from being given out as unmatched.
	pairErrs
)

// joinOut lists rows to give out: of the input batch, and met on the other side (a slot, or with a condition the number of the pair).
type joinOut struct {
	rows, met []int32
	kinds     []batch.RowKind
}

func (o *joinOut) add(row, met int32, adds bool) {
	kind := batch.Delete
	if adds {
		kind = batch.Insert
	}
	o.rows, o.met, o.kinds = append(o.rows, row), append(o.met, met), append(o.kinds, kind)
}

func (b *joinBlock) add(i joinItem) { b.items = append(b.items, i) }

// flush works on the block: afterwards it is empty, and every count of the rows in it is right.
func (g *keyedJoin) flush() error {
	b := &g.block
	if len(b.items) == 0 {
		return nil
	}
	if g.where != nil {
		if err := g.judge(); err != nil {
			return err
		}
	}
	own := g.sides[g.from]
	pair := int32(-1)
	for _, i := range b.items {
		switch i.what {
		case itemPair:
			pair++
			met, holds := i.slot, pairHolds
			if g.where != nil {
				met, holds = pair, b.holds[pair]
			}
			if holds != pairFails {
				b.matches++
				g.meet(i, met, holds == pairHolds)
			}
		case itemAdded:
			own.recount(i.slot, b.matches*oneMatch)
			b.matches = 0
		case itemRemovedOut:
			b.out.add(i.row, none, false)
			b.matches = 0
		case itemRemoved:
			b.matches = 0
		case itemAlone:
			b.out.add(i.row, none, i.adds)
		}
	}
	err := g.give()
	b.items, b.met = b.items[:0], nil
	return err
}

// meet gives out a pair, and counts it on the other side's row.
func (g *keyedJoin) meet(i joinItem, met int32, holds bool) {
	if other := g.sides[1-g.from]; other.counted {
		aux := other.rows.Aux(i.slot)
		if i.adds {
			aux += oneMatch
		} else if aux >= oneMatch {
			aux -= oneMatch
		}
		if other.recount(i.slot, aux) {
			g.block.out.add(none, met, false)
		}
	}
	if holds && g.gives(1) {
		g.block.out.add(i.row, met, i.adds)
	}
}

// wants reports whether a row of a counted side is to be given out by itself.
func (s *joinSide) wants(aux int64) bool { return (aux >= oneMatch) == s.matched }

// recount sets the aux number of a row of a counted side, whose matches are new, and reports whether the row, given out by itself, has to be
// taken back.
func (s *joinSide) recount(slot int32, aux int64) (back bool) {
	switch wants, out := s.wants(aux), aux&soloOut != 0; {
	case out && !wants:
		aux, back = aux&^soloOut, true
	case !out && wants && aux&soloPending == 0:
		aux |= soloPending
		s.pending = append(s.pending, slot)
	}
	s.rows.SetAux(slot, aux)
	return back
}

// judge computes the condition for the pairs of the block and rejects those on which it fails. Of a pair that goes it did so when it came.
func (g *keyedJoin) judge() error {
	b := &g.block
	rows := b.rows[:0]
	other := g.sides[1-g.from]
	for _, i := range b.items {
		if i.what == itemPair {
			rows = append(rows, i.row)
			if err := other.reader.append(other.rows.Row(i.slot)); err != nil {
				return err
			}
		}
	}
	b.rows = rows
	if len(rows) == 0 {
		return nil
	}
	b.met = other.reader.finish()
	pairs := g.pairBatch(rows, b.met, func(c int) bool { return g.used[c] })
	pass, failed := g.where.Filter(pairs)
	b.holds = append(b.holds[:0], make([]verdict, len(rows))...)
	for _, p := range pass {
		b.holds[p] = pairHolds
	}
	if len(failed) == 0 {
		return nil
	}
	errs := pairErrs
	if g.op.Kind == plan.Semi {
		// It keeps nothing from being given out there, and is no match.
		errs = pairFails
	}
	codes := make(map[int32]diag.RowCode, len(failed))
	for _, f := range failed {
		b.holds[f.Row], codes[f.Row] = errs, f.Code
	}
	return g.rejectPairs(rows, codes)
}

// rejectPairs sends the added pairs among those that failed to the dead letters.
func (g *keyedJoin) rejectPairs(rows []int32, codes map[int32]diag.RowCode) error {
	var failed failures
	var bad, badRows []int32
	pair := int32(-1)
	for _, i := range g.block.items {
		if i.what != itemPair {
			continue
		}
		pair++
		if code, is := codes[pair]; is && i.adds {
			failed.rows = append(failed.rows, rowFailure{int32(len(bad)), code, "where"})
			bad, badRows = append(bad, pair), append(badRows, rows[pair])
		}
	}
	if len(bad) == 0 {
		return nil
	}
	met := make([]*batch.Vector, len(g.block.met))
	for c, v := range g.block.met {
		met[c] = v.Gather(bad)
	}
	_, err := g.run.barrier.rejectRows(g.node, g.pairBatch(badRows, met, func(int) bool { return true }), &failed)
	return err
}

// pairBatch puts rows of the input batch beside as many of the other side. Only the columns wanted are filled in.
func (g *keyedJoin) pairBatch(rows []int32, met []*batch.Vector, want func(c int) bool) *batch.Batch {
	out := &batch.Batch{Schema: g.pairs, N: len(rows), Cols: make([]*batch.Vector, len(g.pairs.Fields)), Part: batch.NoPart}
	first := [2]int{0, len(g.sides[0].fields)}
	copy(out.Cols[first[1-g.from]:], met)
	for c, v := range g.in.Cols {
		if at := first[g.from] + c; want(at) {
			out.Cols[at] = v.Gather(rows)
		}
	}
	return out
}

// gives reports whether the output has a side's columns.
func (g *keyedJoin) gives(side int) bool { return side == 0 || !g.op.Kind.OnlyLeft() }

// give emits what the block has brought.
func (g *keyedJoin) give() error {
	o := &g.block.out
	for from := 0; from < len(o.rows); from += g.limit {
		to := min(from+g.limit, len(o.rows))
		var cols [2][]*batch.Vector
		if g.gives(g.from) {
			cols[g.from] = gatherPadded(g.in.Cols, g.sides[g.from].fields, o.rows[from:to])
		}
		if g.gives(1 - g.from) {
			var err error
			if cols[1-g.from], err = g.metColumns(o.met[from:to]); err != nil {
				return err
			}
		}
		if err := g.send(to-from, cols, o.kinds[from:to]); err != nil {
			return err
		}
	}
	o.rows, o.met, o.kinds = o.rows[:0], o.met[:0], o.kinds[:0]
	return nil
}

// metColumns returns the other side's columns of rows to give out.
func (g *keyedJoin) metColumns(met []int32) ([]*batch.Vector, error) {
	other := g.sides[1-g.from]
	if g.where != nil {
		return gatherPadded(g.block.met, other.fields, met), nil
	}
	for _, s := range met {
		if s == none {
			other.reader.appendNull()
		} else if err := other.reader.append(other.rows.Row(s)); err != nil {
			return nil, err
		}
	}
	return other.reader.finish(), nil
}

// settle gives out by themselves the rows of a side that are to be and are not yet.
func (g *keyedJoin) settle(side int) error {
	s := g.sides[side]
	for _, slot := range s.pending {
		if !s.rows.Live(slot) {
			continue
		}
		aux := s.rows.Aux(slot) &^ soloPending
		if s.wants(aux) && aux&soloOut == 0 {
			aux |= soloOut
			if err := s.reader.append(s.rows.Row(slot)); err != nil {
				return err
			}
		}
		s.rows.SetAux(slot, aux)
		if s.reader.rows() == g.limit {
			if err := g.giveAlone(side); err != nil {
				return err
			}
		}
	}
	s.pending = s.pending[:0]
	return g.giveAlone(side)
}

func (g *keyedJoin) giveAlone(side int) error {
	s, other := g.sides[side], g.sides[1-side]
	n := s.reader.rows()
	if n == 0 {
		return nil
	}
	var cols [2][]*batch.Vector
	cols[side] = s.reader.finish()
	if g.gives(1 - side) {
		for _, f := range other.fields {
			cols[1-side] = append(cols[1-side], nullColumn(f.Type, n))
		}
	}
	return g.send(n, cols, nil)
}

// send emits rows; kinds is copied.
func (g *keyedJoin) send(n int, cols [2][]*batch.Vector, kinds []batch.RowKind) error {
	out := &batch.Batch{Schema: g.node.Schema, N: n, Cols: append(cols[0], cols[1]...), Part: batch.NoPart}
	for _, k := range kinds {
		if k != batch.Insert {
			out.Kinds = append([]batch.RowKind(nil), kinds...)
			break
		}
	}
	return g.emit(out)
}
