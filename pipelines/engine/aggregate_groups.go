package engine

import (
	"encoding/binary"
	"fmt"

	"millrace/models/batch"
	"millrace/pipelines/engine/keyed"
)

// warmBatches is how many batches are looked through for groups to fetch at a time.
const warmBatches = 16

// aggregateGroups are the groups of an aggregate whose accumulators are all flat. What there is of a group: how many rows it has where the input can
// take rows back, and each accumulator.
type aggregateGroups struct {
	*aggregateOp
	flats []flatAcc
	one   [1]int32 // scratch
}

// newAggregateGroups returns nil for an operator whose groups do not stand alone, or that has one only.
func newAggregateGroups(g *aggregateOp) *keyedGroups {
	if len(g.op.Keys) == 0 {
		return nil
	}
	op := &aggregateGroups{aggregateOp: g}
	for _, a := range g.accs {
		f, ok := a.(flatAcc)
		if !ok {
			return nil
		}
		op.flats = append(op.flats, f)
	}
	return newKeyedGroups(g.run, op, &g.groupMarks)
}

func (g *aggregateGroups) keys() *keyed.Table { return g.groups.groups }

func (g *aggregateGroups) gone([]byte) bool { return false }

func (g *aggregateGroups) appendGroup(dst []byte, e int32) []byte {
	if g.retracts {
		dst = binary.AppendVarint(dst, g.counts[e])
	}
	g.one[0] = e
	for _, a := range g.flats {
		dst = a.appendTouched(dst, g.one[:])
	}
	return dst
}

func (g *aggregateGroups) readGroup(src []byte, e int32) (_ []byte, err error) {
	if g.retracts {
		if g.counts[e], src, err = readVarint(src); err != nil {
			return nil, err
		}
	}
	g.one[0] = e
	for _, a := range g.flats {
		if src, err = a.readTouched(src, g.one[:]); err != nil {
			return nil, err
		}
	}
	if g.retracts {
		g.bury(e)
	}
	return src, nil
}

func (g *aggregateGroups) forget(e int32) error {
	if !g.retracts {
		return fmt.Errorf("%w: a group of inserts is gone", errGroupState)
	}
	g.counts[e] = 0
	g.bury(e)
	return nil
}

func (g *aggregateGroups) retain(keep func(e int) bool) {
	kept := g.renumber(keep)
	for _, a := range g.flats {
		a.retain(kept)
	}
}

// warm fetches the groups of rows that are about to be taken in.
func (g *aggregateOp) warm(batches []*batch.Batch) error {
	missing := g.keyed.missing()
	if missing == nil {
		return nil
	}
	vectors := make([]*batch.Vector, len(g.input.keys))
	for _, b := range batches {
		for i, p := range g.input.keys {
			// A row whose key fails will be rejected; what is fetched for it does no harm.
			vectors[i] = p.Eval(b).Vec
		}
		for i := range b.Rows() {
			if err := missing.add(g.grouper.key(vectors, b.Row(i))); err != nil {
				return err
			}
		}
	}
	return missing.fetch()
}
