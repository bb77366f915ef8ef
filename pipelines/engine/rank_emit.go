package engine

import (
	"bytes"
	"fmt"

	"millrace/models/batch"
)

// rankWriter writes ranked rows into batches.
type rankWriter struct {
	rank *rankOp
	emit func(*batch.Batch) error
	key  []byte // of the partition

	cols []*batch.Builder
	// keys are the builders of the partition's columns. A column that the rows hold themselves has a builder of its own here, which nobody
	// reads.
	keys   []*batch.Builder
	number *batch.Builder
	kinds  []batch.RowKind
	// changes says that not all are inserts.
	changes bool
}

func newRankWriter(g *rankOp) *rankWriter {
	w := &rankWriter{rank: g}
	for _, f := range g.node.Schema.Fields {
		w.cols = append(w.cols, batch.NewBuilder(f.Type, 0))
	}
	inRow := map[int]bool{}
	for _, c := range g.order.cols {
		inRow[c.column] = true
	}
	for _, c := range g.partition {
		b := w.cols[c]
		if inRow[c] {
			b = batch.NewBuilder(g.node.Schema.Fields[c].Type, 0)
		}
		w.keys = append(w.keys, b)
	}
	if g.op.Number != "" {
		w.number = w.cols[len(w.cols)-1]
	}
	return w
}

// renumbered writes how the rows differ place by place: the number is what a row is known by.
func (w *rankWriter) renumbered(before, after [][]byte) error {
	for i := range max(len(before), len(after)) {
		number := w.rank.op.From + int64(i)
		var err error
		switch {
		case i >= len(after):
			err = w.put(batch.Delete, before[i], number)
		case i >= len(before):
			err = w.put(batch.Insert, after[i], number)
		case !bytes.Equal(before[i], after[i]):
			if err = w.put(batch.UpdateBefore, before[i], number); err == nil {
				err = w.put(batch.UpdateAfter, after[i], number)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// exchanged writes the rows that have left, then those that have come. Both lists are in order.
func (w *rankWriter) exchanged(before, after [][]byte) error {
	if err := w.only(batch.Delete, before, after); err != nil {
		return err
	}
	return w.only(batch.Insert, after, before)
}

// only writes the rows of the first list that the second has not, as many as it has too few.
func (w *rankWriter) only(k batch.RowKind, of, not [][]byte) error {
	for _, row := range of {
		for len(not) > 0 && bytes.Compare(not[0], row) < 0 {
			not = not[1:]
		}
		if len(not) > 0 && bytes.Equal(not[0], row) {
			not = not[1:]
			continue
		}
		if err := w.put(k, row, 0); err != nil {
			return err
		}
	}
	return nil
}

func (w *rankWriter) put(k batch.RowKind, row []byte, number int64) error {
	key := w.key
	var err error
	for _, b := range w.keys {
		if key, err = readKey(key, b); err != nil {
			return fmt.Errorf("reading a partition's key: %w", err)
		}
	}
	if err := w.rank.order.readRow(row, w.cols); err != nil {
		return err
	}
	if w.number != nil {
		w.number.AppendInt(number)
	}
	w.kinds = append(w.kinds, k)
	w.changes = w.changes || k != batch.Insert
	if len(w.kinds) == w.rank.run.opt.BatchRows {
		return w.flush()
	}
	return nil
}

// flush gives out what has been written.
func (w *rankWriter) flush() error {
	if len(w.kinds) == 0 {
		return nil
	}
	b := &batch.Batch{Schema: w.rank.node.Schema, N: len(w.kinds), Part: batch.NoPart}
	for _, c := range w.cols {
		b.Cols = append(b.Cols, c.Finish())
	}
	for i, k := range w.keys {
		if k != w.cols[w.rank.partition[i]] {
			k.Finish()
		}
	}
	if w.changes {
		b.Kinds = w.kinds
	}
	w.kinds, w.changes = nil, false
	return w.emit(b)
}
