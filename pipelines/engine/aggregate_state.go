package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"millrace/pipelines/engine/keyed"
)

// snapshot writes the groups touched since the last one, or all.
//
// Payload: how many groups there were, and the keys of the new ones; the groups that follow, each as the distance to the one before, but in a
// full section, which has them all; their rows where the input can take rows back; each accumulator's part.
func (g *aggregateOp) snapshot(put func(shard string, payload []byte, full bool)) error {
	if g.keyed != nil {
		return g.keyed.snapshot(put)
	}
	n := g.groups.groups.Len()
	if len(g.changed) == 0 && (g.chain.Started() || n == 0) {
		return nil
	}
	full := g.chain.WantsFull()
	from := g.saved
	slices.Sort(g.changed)
	for _, e := range g.changed {
		g.flags[e] &^= groupChanged
	}
	if full {
		from = 0
		g.changed = all(g.changed, n)
	}
	payload := g.groups.groups.AppendFrom(binary.AppendUvarint(nil, uint64(from)), from)
	if !full {
		payload = binary.AppendUvarint(payload, uint64(len(g.changed)))
		last := int32(0)
		for _, e := range g.changed {
			payload = binary.AppendUvarint(payload, uint64(e-last))
			last = e
		}
	}
	if g.retracts {
		for _, e := range g.changed {
			payload = binary.AppendVarint(payload, g.counts[e])
		}
	}
	for _, a := range g.accs {
		if full {
			payload = a.appendState(payload, true)
		} else {
			payload = a.appendTouched(payload, g.changed)
		}
		a.save()
	}
	g.changed, g.saved = g.changed[:0], n
	g.chain.Wrote(len(payload), full)
	put("", payload, full)
	return nil
}

// all fills dst with 0 to n-1.
func all(dst []int32, n int) []int32 {
	dst = dst[:0]
	for i := range n {
		dst = append(dst, int32(i))
	}
	return dst
}

func (g *aggregateOp) restore(shard string, src []byte, full bool) error {
	if g.keyed != nil {
		return g.keyed.restore(shard, src, full)
	}
	if full {
		if err := g.clear(); err != nil {
			return err
		}
	}
	from, src, err := keyed.Uvarint(src)
	if err != nil {
		return err
	}
	if from != uint64(g.groups.groups.Len()) {
		return fmt.Errorf("%w: it goes on at group %d but %d are known", errGroupState, from, g.groups.groups.Len())
	}
	if src, err = g.groups.groups.ReadInto(src); err != nil {
		return err
	}
	n := g.groups.groups.Len()
	for _, a := range g.accs {
		if !full {
			a.grow(n)
		}
	}
	g.flags = grown(g.flags, n)
	if g.retracts {
		g.counts = grown(g.counts, n)
	}
	var groups []int32
	if full {
		groups = all(nil, n)
	} else if groups, src, err = readGroups(src, n); err != nil {
		return err
	}
	if g.retracts {
		for _, e := range groups {
			if g.counts[e], src, err = readVarint(src); err != nil {
				return err
			}
		}
	}
	for _, a := range g.accs {
		if full {
			src, err = a.readState(src, n)
		} else {
			src, err = a.readTouched(src, groups)
		}
		if err != nil {
			return err
		}
		a.save()
	}
	if len(src) != 0 {
		return fmt.Errorf("%w: %d bytes follow it", errGroupState, len(src))
	}
	if g.retracts {
		for _, e := range groups {
			g.bury(e)
		}
	}
	g.saved = n
	return nil
}

// readGroups reads numbers of groups below n, ascending.
func readGroups(src []byte, n int) ([]int32, []byte, error) {
	count, src, err := keyed.Uvarint(src)
	if err != nil || count > uint64(n) {
		return nil, nil, errors.Join(errGroupState, err)
	}
	out := make([]int32, 0, count)
	last := uint64(0)
	for i := range count {
		var by uint64
		if by, src, err = keyed.Uvarint(src); err != nil {
			return nil, nil, err
		}
		if by >= uint64(n) || last+by >= uint64(n) || i > 0 && by == 0 {
			return nil, nil, errGroupState
		}
		last += by
		out = append(out, int32(last))
	}
	return out, src, nil
}
