package batch

import (
	"fmt"

	"millrace/models/schema"
)

// RowKind says what a row does to the result it belongs to.
type RowKind uint8

// The row kinds, in Flink's notation +I -U +U -D.
const (
	Insert RowKind = iota
	UpdateBefore
	UpdateAfter
	Delete
)

// String returns the notation of the kind.
func (k RowKind) String() string {
	switch k {
	case UpdateBefore:
		return "-U"
	case UpdateAfter:
		return "+U"
	case Delete:
		return "-D"
	default:
		return "+I"
	}
}

// Batch is a stretch of rows that travel together. All slices that are not nil have N entries, one a physical row, whether
// selected or not.
type Batch struct {
	Schema *schema.Schema
	N      int
	Cols   []*Vector
	// Sel lists the selected rows, ascending; nil selects all.
	Sel []int32
	// Kinds is nil when every row is an Insert.
	Kinds []RowKind
	// Marks stamps each row with the watermark (microseconds) its source partition had before the row; nil without event time.
	// Lateness is judged by it, so that the answer does not depend on batching, threads or restarts.
	Marks []int64
	// Part is the source partition all rows come from, or -1 when the rows were made by an operator; Offs are their offsets in it.
	Part int32
	Offs []int64
}

// NoPart marks rows that no single source partition gave.
const NoPart = -1

// Rows returns the number of selected rows.
func (b *Batch) Rows() int {
	if b.Sel != nil {
		return len(b.Sel)
	}
	return b.N
}

// Row returns the physical index of the i-th selected row.
func (b *Batch) Row(i int) int {
	if b.Sel != nil {
		return int(b.Sel[i])
	}
	return i
}

// Kind returns the kind of physical row i.
func (b *Batch) Kind(i int) RowKind {
	if b.Kinds == nil {
		return Insert
	}
	return b.Kinds[i]
}

// With returns a batch of the same rows with other columns.
func (b *Batch) With(s *schema.Schema, cols []*Vector) *Batch {
	out := *b
	out.Schema, out.Cols = s, cols
	return &out
}

// Select returns the same batch narrowed to sel, which lists physical rows, ascending.
func (b *Batch) Select(sel []int32) *Batch {
	out := *b
	out.Sel = sel
	return &out
}

// Compact returns a batch whose physical rows are just the selected ones.
func (b *Batch) Compact() *Batch {
	if b.Sel == nil {
		return b
	}
	return b.Gather(b.Sel)
}

// Gather returns a batch of the physical rows named, in that order, all selected.
func (b *Batch) Gather(rows []int32) *Batch {
	out := &Batch{Schema: b.Schema, N: len(rows), Part: b.Part, Cols: make([]*Vector, len(b.Cols))}
	for i, c := range b.Cols {
		out.Cols[i] = c.Gather(rows)
	}
	if b.Kinds != nil {
		out.Kinds = pick(b.Kinds, rows)
	}
	if b.Marks != nil {
		out.Marks = pick(b.Marks, rows)
	}
	if b.Offs != nil {
		out.Offs = pick(b.Offs, rows)
	}
	return out
}

// Size estimates the memory of the batch in bytes.
func (b *Batch) Size() int {
	n := len(b.Kinds) + 8*len(b.Marks) + 8*len(b.Offs) + 4*len(b.Sel)
	for _, c := range b.Cols {
		n += c.Size()
	}
	return n
}

// Check verifies that the batch is consistent with its schema; it is for tests and for data that comes from outside.
func (b *Batch) Check() error {
	if len(b.Cols) != len(b.Schema.Fields) {
		return fmt.Errorf("the batch has %d columns and its schema %d", len(b.Cols), len(b.Schema.Fields))
	}
	for i, c := range b.Cols {
		f := b.Schema.Fields[i]
		if c.N != b.N {
			return fmt.Errorf("column %s has %d rows and the batch %d", f.Name, c.N, b.N)
		}
		if !c.Type.Equal(f.Type) {
			return fmt.Errorf("column %s is %s and its schema says %s", f.Name, c.Type, f.Type)
		}
		if err := c.check(); err != nil {
			return fmt.Errorf("column %s: %w", f.Name, err)
		}
	}
	for name, n := range map[string]int{"kinds": len(b.Kinds), "marks": len(b.Marks), "offsets": len(b.Offs)} {
		if n != 0 && n != b.N {
			return fmt.Errorf("%d %s for %d rows", n, name, b.N)
		}
	}
	for i, s := range b.Sel {
		if int(s) >= b.N || s < 0 || i > 0 && s <= b.Sel[i-1] {
			return fmt.Errorf("the selection is not ascending within the batch at %d", i)
		}
	}
	return nil
}

func (v *Vector) check() error {
	n := -1
	switch ClassOf(v.Type) {
	case ClassBool:
		n = len(v.Bools)
	case ClassI64:
		n = len(v.I64)
	case ClassU64:
		n = len(v.U64)
	case ClassF64:
		n = len(v.F64)
	case ClassDec:
		n = len(v.Dec)
	case ClassStr:
		if v.Codes != nil {
			return v.checkCodes()
		}
		n = len(v.Off) - 1
		if err := checkOffsets(v.Off, len(v.Data)); err != nil {
			return err
		}
	case ClassArray, ClassMap:
		n = len(v.Off) - 1
		if err := v.checkElems(); err != nil {
			return err
		}
	case ClassRow:
		n = v.N
		if len(v.Fields) != len(v.Type.Fields) {
			return fmt.Errorf("the row has %d fields and its type %d", len(v.Fields), len(v.Type.Fields))
		}
		for i, f := range v.Fields {
			if f.N != v.N || !f.Type.Equal(v.Type.Fields[i].Type) {
				return fmt.Errorf("field %s is %d of %s in %d rows", v.Type.Fields[i].Name, f.N, f.Type, v.N)
			}
			if err := f.check(); err != nil {
				return err
			}
		}
	}
	return v.checkCount(n)
}

func (v *Vector) checkCount(n int) error {
	if n != v.N {
		return fmt.Errorf("%d values for %d rows", n, v.N)
	}
	if v.Valid != nil && len(v.Valid) < (v.N+63)/64 {
		return fmt.Errorf("the validity bitmap is too short")
	}
	return nil
}

func (v *Vector) checkCodes() error {
	if v.Dict == nil {
		return fmt.Errorf("codes without a dictionary")
	}
	if err := checkOffsets(v.Dict.Off, len(v.Dict.Data)); err != nil {
		return fmt.Errorf("dictionary: %w", err)
	}
	if err := v.checkCount(len(v.Codes)); err != nil {
		return err
	}
	for i, c := range v.Codes {
		// At a NULL row too: kernels look up the code before they ask whether the row has a value.
		if c < 0 || int(c) >= v.Dict.Len() {
			return fmt.Errorf("row %d has code %d of %d", i, c, v.Dict.Len())
		}
	}
	return nil
}

func (v *Vector) checkElems() error {
	if v.Elems == nil || !v.Elems.Type.Equal(*v.Type.Elem) || (v.Keys == nil) != (v.Type.Key == nil) {
		return fmt.Errorf("the elements of %s are missing or of another type", v.Type)
	}
	if err := checkOffsets(v.Off, v.Elems.N); err != nil {
		return err
	}
	if v.Keys != nil {
		if v.Keys.N != v.Elems.N || !v.Keys.Type.Equal(*v.Type.Key) {
			return fmt.Errorf("the map has %d keys of %s and %d values", v.Keys.N, v.Keys.Type, v.Elems.N)
		}
		if err := v.Keys.check(); err != nil {
			return err
		}
	}
	return v.Elems.check()
}

func checkOffsets(off []int32, end int) error {
	if len(off) == 0 || off[0] < 0 || int(off[len(off)-1]) > end {
		return fmt.Errorf("offsets do not lie within the data")
	}
	for i := 1; i < len(off); i++ {
		if off[i] < off[i-1] {
			return fmt.Errorf("offsets fall at row %d", i-1)
		}
	}
	return nil
}
