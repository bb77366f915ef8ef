package engine

import (
	"encoding/binary"
	"fmt"

	"millrace/models/batch"
	"millrace/models/schema"
)

// Rows in state are bytes: a bitmap of the columns that are NULL, least significant bit first, then the values of the others as
// batch.AppendValue writes them. Two rows have the same bytes just when they have the same values, floats being compared by their bits.

// appendRow appends physical row r of b with all its columns.
func appendRow(dst []byte, b *batch.Batch, r int) []byte { return appendRowOf(dst, b.Cols, r) }

func appendRowOf(dst []byte, cols []*batch.Vector, r int) []byte {
	nulls := len(dst)
	for range (len(cols) + 7) / 8 {
		dst = append(dst, 0)
	}
	for i, c := range cols {
		if c.IsNull(r) {
			dst[nulls+i/8] |= 1 << (i % 8)
			continue
		}
		dst = batch.AppendValue(dst, c, r, batch.FloatsByBits)
	}
	return dst
}

// keyOf appends the key of physical row r and reports whether one of its columns is NULL: such a key equals none, not even itself.
func keyOf(dst []byte, cols []*batch.Vector, r int) (key []byte, null bool) {
	for _, c := range cols {
		if c.IsNull(r) {
			return dst, true
		}
		dst = batch.AppendKey(dst, c, r)
	}
	return dst, false
}

// columnsAt returns the columns of a batch at some positions.
func columnsAt(b *batch.Batch, at []int) []*batch.Vector {
	out := make([]*batch.Vector, len(at))
	for i, c := range at {
		out[i] = b.Cols[c]
	}
	return out
}

// rowReader turns rows back into columns. Rows are appended one after the other; finish hands over what has come together.
type rowReader struct {
	fields []schema.Field
	// builders has nil for the columns that are not wanted; cols lists those that are.
	builders []*batch.Builder
	cols     []int
	n        int
}

// newRowReader returns a reader of rows with these fields. cols are the positions of the columns wanted, in the order of the result; nil wants
// all. capacity is about how many rows are taken at a time.
func newRowReader(fields []schema.Field, cols []int, capacity int) *rowReader {
	if cols == nil {
		cols = make([]int, len(fields))
		for i := range cols {
			cols[i] = i
		}
	}
	rr := &rowReader{fields: fields, builders: make([]*batch.Builder, len(fields)), cols: cols}
	for _, c := range cols {
		rr.builders[c] = batch.NewBuilder(fields[c].Type, capacity)
	}
	return rr
}

// append adds a row. After an error the reader must not be used.
func (rr *rowReader) append(row []byte) error {
	n := (len(rr.fields) + 7) / 8
	if len(row) < n {
		return errCut
	}
	nulls, row := row[:n], row[n:]
	for i, b := range rr.builders {
		null := nulls[i/8]&(1<<(i%8)) != 0
		var err error
		switch {
		case null && b != nil:
			b.AppendNull()
		case null:
		case b != nil:
			row, err = readValue(row, b)
		default:
			row, err = skipValue(row, rr.fields[i].Type)
		}
		if err != nil {
			return fmt.Errorf("reading the column %s from the state: %w", rr.fields[i].Name, err)
		}
	}
	if len(row) > 0 {
		return fmt.Errorf("a row in the state has %d bytes too many", len(row))
	}
	rr.n++
	return nil
}

// appendNull adds a row whose columns are all NULL.
func (rr *rowReader) appendNull() {
	for _, c := range rr.cols {
		rr.builders[c].AppendNull()
	}
	rr.n++
}

// rows returns the number of rows that have come together.
func (rr *rowReader) rows() int { return rr.n }

// finish returns the columns wanted of the rows appended and begins anew.
func (rr *rowReader) finish() []*batch.Vector {
	out := make([]*batch.Vector, len(rr.cols))
	for i, c := range rr.cols {
		out[i] = rr.builders[c].Finish()
	}
	rr.n = 0
	return out
}

// batch returns the rows appended as a batch that no partition gave, without kinds and marks, and begins anew. The schema's fields are the
// columns wanted.
func (rr *rowReader) batch(s *schema.Schema) *batch.Batch {
	n := rr.n
	return &batch.Batch{Schema: s, N: n, Cols: rr.finish(), Part: batch.NoPart}
}

// skipValue returns what follows a value of a type.
func skipValue(src []byte, t schema.Type) ([]byte, error) {
	fixed := 8
	switch batch.ClassOf(t) {
	case batch.ClassBool:
		fixed = 1
	case batch.ClassDec:
		fixed = 16
	case batch.ClassStr:
		l, n := binary.Uvarint(src)
		if n <= 0 || l > uint64(len(src)-n) {
			return nil, errCut
		}
		fixed = n + int(l)
	case batch.ClassArray, batch.ClassMap:
		l, n := binary.Uvarint(src)
		if n <= 0 {
			return nil, errCut
		}
		src = src[n:]
		var err error
		for ; l > 0; l-- {
			if t.Key != nil {
				if src, err = skipNullable(src, *t.Key); err != nil {
					return nil, err
				}
			}
			if src, err = skipNullable(src, *t.Elem); err != nil {
				return nil, err
			}
		}
		return src, nil
	case batch.ClassRow:
		var err error
		for _, f := range t.Fields {
			if src, err = skipNullable(src, f.Type); err != nil {
				return nil, err
			}
		}
		return src, nil
	}
	if len(src) < fixed {
		return nil, errCut
	}
	return src[fixed:], nil
}

func skipNullable(src []byte, t schema.Type) ([]byte, error) {
	if len(src) == 0 {
		return nil, errCut
	}
	if src[0] == 0 {
		return src[1:], nil
	}
	return skipValue(src[1:], t)
}
