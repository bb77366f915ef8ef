package engine

import (
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

// unnestOp is plan.Unnest. It keeps nothing: a change of a row is the same change of each of its elements.
type unnestOp struct {
	node  *plan.Node
	op    *plan.Unnest
	added []schema.Field // the element's fields
	limit int            // rows a batch
	next  outputs
}

func newUnnest(n *plan.Node, op *plan.Unnest, l *lane, next outputs) *unnestOp {
	in := len(n.Inputs[0].Schema.Fields)
	added := n.Schema.Fields[in:]
	if op.Ordinality {
		added = added[:len(added)-1]
	}
	return &unnestOp{node: n, op: op, added: added, limit: l.run.opt.BatchRows, next: next}
}

func (u *unnestOp) push(b *batch.Batch) error {
	list := b.Cols[u.op.Column]
	elements := elementColumns(list)
	rows, from, number := make([]int32, 0, u.limit), make([]int32, 0, u.limit), make([]int32, 0, u.limit)
	put := func(row, element, n int32) error {
		rows, from, number = append(rows, row), append(from, element), append(number, n)
		if len(rows) < u.limit {
			return nil
		}
		err := u.give(b, elements, rows, from, number)
		rows, from, number = rows[:0], from[:0], number[:0]
		return err
	}
	for i := range b.Rows() {
		r := b.Row(i)
		first, end := list.Off[r], list.Off[r+1]
		if list.IsNull(r) {
			end = first
		}
		if first == end && u.op.Outer {
			if err := put(int32(r), none, none); err != nil {
				return err
			}
		}
		for e := first; e < end; e++ {
			if err := put(int32(r), e, e-first+1); err != nil {
				return err
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return u.give(b, elements, rows, from, number)
}

// give passes on rows of b, each beside an element and its number; -1 is none.
func (u *unnestOp) give(b *batch.Batch, elements []*batch.Vector, rows, from, number []int32) error {
	out := b.Gather(rows)
	out.Schema = u.node.Schema
	out.Cols = append(out.Cols, gatherPadded(elements, u.added, from)...)
	if u.op.Ordinality {
		col := batch.NewBuilder(schema.Of(schema.Int64), len(number))
		for _, n := range number {
			if n < 0 {
				col.AppendNull()
			} else {
				col.AppendInt(int64(n))
			}
		}
		out.Cols = append(out.Cols, col.Finish())
	}
	return u.next.push(out)
}

// elementColumns returns the columns that the elements of an array or map make, one entry an element: of rows their fields, of a map keys
// and values.
func elementColumns(list *batch.Vector) []*batch.Vector {
	switch {
	case list.Keys != nil:
		return []*batch.Vector{list.Keys, list.Elems}
	case batch.ClassOf(list.Elems.Type) != batch.ClassRow:
		return []*batch.Vector{list.Elems}
	}
	rows := list.Elems
	out := make([]*batch.Vector, len(rows.Fields))
	for i, f := range rows.Fields {
		out[i] = f
		if rows.Valid != nil {
			// Of a row that is NULL, all fields are.
			masked := *f
			masked.Valid = batch.And(f.Valid, rows.Valid, rows.N)
			out[i] = &masked
		}
	}
	return out
}
