package csv

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"

	"millrace/components/component"
	"millrace/components/internal/convert"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Encoder writes rows as lines without a header and without line ends. It belongs to one goroutine.
type Encoder struct {
	delimiter, quote byte
	null             []byte
	buf, cell        []byte
	schema           *schema.Schema
}

var (
	_ component.Encoder       = (*Encoder)(nil)
	_ component.EncodeChecker = (*Encoder)(nil)
)

// NewEncoder returns an encoder with the parameters of Spec for rows of schema s.
func NewEncoder(p component.Params, s *schema.Schema) (*Encoder, error) {
	e := &Encoder{schema: s, null: []byte(p.String("null_text"))}
	var err error
	if e.delimiter, err = char(p, "delimiter", ','); err != nil {
		return nil, err
	}
	if e.quote, err = char(p, "quote", '"'); err != nil {
		return nil, err
	}
	for _, f := range s.Fields {
		if f.Type.Nested() {
			return nil, fmt.Errorf("making a CSV encoder: column %s is %s, which has no form in CSV", f.Name, f.Type)
		}
	}
	return e, nil
}

// Check lists the selected rows with a date or time outside the years 0001 to 9999 (row.out_of_range).
func (e *Encoder) Check(b *batch.Batch) []component.RowReject {
	var out []component.RowReject
	for i := range b.Rows() {
		row := b.Row(i)
		for c, v := range b.Cols {
			if v.IsNull(row) {
				continue
			}
			if k := v.Type.Kind; k == schema.Date && !convert.HasDate(v.I64[row]) || k == schema.Timestamp && !convert.HasTimestamp(v.I64[row]) {
				out = append(out, component.RowReject{Row: int32(row), Code: diag.RowOutOfRange, Path: e.schema.Fields[c].Name})
				break
			}
		}
	}
	return out
}

// Encode calls emit with the line of each selected row. It fails on the first row that Check would list.
func (e *Encoder) Encode(b *batch.Batch, emit func(row int, record []byte) error) error {
	for i := range b.Rows() {
		row := b.Row(i)
		e.buf = e.buf[:0]
		for c, v := range b.Cols {
			if c > 0 {
				e.buf = append(e.buf, e.delimiter)
			}
			if v.IsNull(row) {
				e.buf = append(e.buf, e.null...)
				continue
			}
			var ok bool
			if e.cell, ok = appendCell(e.cell[:0], v, row); !ok {
				return fmt.Errorf("encoding column %s of row %d as CSV: %s", e.schema.Fields[c].Name, row, diag.RowOutOfRange.Message())
			}
			e.write(e.cell)
		}
		if err := emit(row, e.buf); err != nil {
			return err
		}
	}
	return nil
}

// write adds a cell, in quotes where it would else mean something different.
func (e *Encoder) write(cell []byte) {
	plain := !bytes.Equal(cell, e.null)
	for _, c := range cell {
		if c == e.delimiter || c == e.quote || c == '\n' || c == '\r' {
			plain = false
			break
		}
	}
	if plain {
		e.buf = append(e.buf, cell...)
		return
	}
	e.buf = append(e.buf, e.quote)
	for _, c := range cell {
		if c == e.quote {
			e.buf = append(e.buf, c)
		}
		e.buf = append(e.buf, c)
	}
	e.buf = append(e.buf, e.quote)
}

func appendCell(dst []byte, v *batch.Vector, i int) ([]byte, bool) {
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		return strconv.AppendBool(dst, v.Bools[i]), true
	case batch.ClassU64:
		return strconv.AppendUint(dst, v.U64[i], 10), true
	case batch.ClassF64:
		return strconv.AppendFloat(dst, v.F64[i], 'g', -1, v.Type.Bits()), true
	case batch.ClassDec:
		return convert.AppendDecimal(dst, v.Dec[i], int(v.Type.Scale)), true
	case batch.ClassStr:
		if v.Type.Kind == schema.Bytes {
			return base64.StdEncoding.AppendEncode(dst, v.Bytes(i)), true
		}
		return append(dst, v.Bytes(i)...), true
	}
	switch v.Type.Kind {
	case schema.Date:
		return convert.AppendDate(dst, v.I64[i])
	case schema.Timestamp:
		return convert.AppendTimestamp(dst, v.I64[i], v.Type.Precision)
	default:
		return strconv.AppendInt(dst, v.I64[i], 10), true
	}
}
