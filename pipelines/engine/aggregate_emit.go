package engine

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"

	"millrace/models/batch"
	"millrace/models/schema"
)

// give gives out the rows of the groups touched that are not what they were, by key.
func (g *aggregateOp) give(emit func(*batch.Batch) error) error {
	slices.SortFunc(g.touched, func(a, b touchedGroup) int {
		if c := cmp.Compare(a.prefix, b.prefix); c != 0 {
			return c
		}
		return bytes.Compare(g.groups.groups.Key(int(a.group)), g.groups.groups.Key(int(b.group)))
	})
	before := &batch.Batch{Schema: g.results(), N: g.had}
	for _, b := range g.before {
		before.Cols = append(before.Cols, b.Finish())
	}
	for touched := range slices.Chunk(g.touched, g.run.opt.BatchRows) {
		if err := g.giveSome(touched, before, emit); err != nil {
			return err
		}
	}
	return nil
}

// results is the schema of what the aggregates give.
func (g *aggregateOp) results() *schema.Schema {
	return &schema.Schema{Fields: g.node.Schema.Fields[len(g.op.Keys):]}
}

// giveSome gives out a stretch of groups. Results before the barrier stand in before; those after it follow them in one batch, of which the
// rows that differ are picked.
func (g *aggregateOp) giveSome(touched []touchedGroup, before *batch.Batch, emit func(*batch.Batch) error) error {
	keys, after, err := g.now(touched)
	if err != nil {
		return err
	}
	var was []int32
	for _, t := range touched {
		if t.before >= 0 {
			was = append(was, t.before)
		}
	}
	results := batch.Concat(before.Schema, []*batch.Batch{before.Gather(was), after})
	var of, from []int32
	var kinds []batch.RowKind
	put := func(i int, row int, k batch.RowKind) {
		of, from, kinds = append(of, int32(i)), append(from, int32(row)), append(kinds, k)
	}
	old, now, updates := 0, len(was), false
	for i, t := range touched {
		had, has := t.before >= 0, g.exists(t.group)
		switch {
		case had && has:
			if !sameRow(results.Cols, old, now) {
				put(i, old, batch.UpdateBefore)
				put(i, now, batch.UpdateAfter)
				updates = true
			}
		case had:
			put(i, old, batch.Delete)
			updates = true
		case has:
			put(i, now, batch.Insert)
		}
		if had {
			old++
		}
		if has {
			now++
		}
	}
	for i := 0; i < len(of); i += g.run.opt.BatchRows {
		end := min(i+g.run.opt.BatchRows, len(of))
		out := &batch.Batch{Schema: g.node.Schema, N: end - i, Part: batch.NoPart}
		for _, k := range keys {
			out.Cols = append(out.Cols, k.Gather(of[i:end]))
		}
		for _, c := range results.Cols {
			out.Cols = append(out.Cols, c.Gather(from[i:end]))
		}
		if updates {
			out.Kinds = kinds[i:end]
		}
		if err := emit(out); err != nil {
			return err
		}
	}
	return nil
}

// now returns the keys of groups, and the results of those that have a row.
func (g *aggregateOp) now(touched []touchedGroup) (keys []*batch.Vector, after *batch.Batch, err error) {
	cols := make([]*batch.Builder, len(g.node.Schema.Fields))
	for i, f := range g.node.Schema.Fields {
		cols[i] = batch.NewBuilder(f.Type, len(touched))
	}
	n := len(g.op.Keys)
	after = &batch.Batch{Schema: g.results()}
	for _, t := range touched {
		key := g.groups.groups.Key(int(t.group))
		for k := range n {
			if key, err = readKey(key, cols[k]); err != nil {
				return nil, nil, fmt.Errorf("reading a group's key: %w", err)
			}
		}
		if g.exists(t.group) {
			after.N++
			if err := g.finish(t.group, cols[n:]); err != nil {
				return nil, nil, err
			}
		}
	}
	for i, c := range cols {
		if i < n {
			keys = append(keys, c.Finish())
		} else {
			after.Cols = append(after.Cols, c.Finish())
		}
	}
	return keys, after, nil
}

// sameRow reports whether two rows have the same values in all columns. It goes by what can be seen: -0 and 0 differ, one NaN is like another.
func sameRow(cols []*batch.Vector, a, b int) bool {
	for _, c := range cols {
		if !sameValue(c, a, b) {
			return false
		}
	}
	return true
}

func sameValue(v *batch.Vector, a, b int) bool {
	if v.IsNull(a) || v.IsNull(b) {
		return v.IsNull(a) == v.IsNull(b)
	}
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		return v.Bools[a] == v.Bools[b]
	case batch.ClassI64:
		return v.I64[a] == v.I64[b]
	case batch.ClassU64:
		return v.U64[a] == v.U64[b]
	case batch.ClassF64:
		x, y := v.F64[a], v.F64[b]
		return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
	case batch.ClassDec:
		return v.Dec[a] == v.Dec[b]
	case batch.ClassStr:
		return bytes.Equal(v.Bytes(a), v.Bytes(b))
	default:
		// No aggregate gives another type.
		return false
	}
}
