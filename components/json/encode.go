package json

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"

	"millrace/components/component"
	"millrace/components/internal/convert"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// Encoder writes rows as JSON objects. It belongs to one goroutine.
type Encoder struct {
	cols []column
	// times is how timestamps are written: "rfc3339", "millis" or "micros".
	times string
	buf   []byte
	// risky are the columns that may hold a value without a JSON form.
	risky []int
}

var (
	_ component.Encoder       = (*Encoder)(nil)
	_ component.EncodeChecker = (*Encoder)(nil)
)

// column is what the encoder knows of one place of the schema.
type column struct {
	typ schema.Type
	// prefix is what stands before the value: `{"name":` or `,"name":`.
	prefix string
	dict   dictCache
	elem   *column
	key    *column
	fields []column
}

func newColumn(name string, i int, t schema.Type) column {
	c := column{typ: t, prefix: string(append(appendQuoted([]byte{"{,"[min(i, 1)]}, []byte(name)), ':'))}
	switch t.Kind {
	case schema.Array, schema.Map:
		elem := newColumn("", 0, *t.Elem)
		c.elem = &elem
		if t.Key != nil {
			key := newColumn("", 0, *t.Key)
			c.key = &key
		}
	case schema.Row:
		for i, f := range t.Fields {
			c.fields = append(c.fields, newColumn(f.Name, i, f.Type))
		}
	}
	return c
}

// NewEncoder returns an encoder with the parameters of Spec for rows of schema s.
func NewEncoder(p component.Params, s *schema.Schema) (*Encoder, error) {
	e := &Encoder{times: p.String("timestamps")}
	switch e.times {
	case "":
		e.times = "rfc3339"
	case "rfc3339", "millis", "micros":
	default:
		return nil, fmt.Errorf("making a JSON encoder: timestamps cannot be %q", e.times)
	}
	for i, f := range s.Fields {
		e.cols = append(e.cols, newColumn(f.Name, i, f.Type))
		if e.mayLack(f.Type) {
			e.risky = append(e.risky, i)
		}
	}
	return e, nil
}

// mayLack reports whether a type has values without a JSON form.
func (e *Encoder) mayLack(t schema.Type) bool {
	switch t.Kind {
	case schema.Float32, schema.Float64, schema.Date:
		return true
	case schema.Timestamp:
		return e.times == "rfc3339"
	case schema.Array:
		return e.mayLack(*t.Elem)
	case schema.Map:
		return e.mayLack(*t.Elem) || e.mayLack(*t.Key)
	case schema.Row:
		for _, f := range t.Fields {
			if e.mayLack(f.Type) {
				return true
			}
		}
	}
	return false
}

// Check lists the selected rows that hold a value without a JSON form: row.not_a_number or row.out_of_range.
func (e *Encoder) Check(b *batch.Batch) []component.RowReject {
	if len(e.risky) == 0 {
		return nil
	}
	var out []component.RowReject
	for i := range b.Rows() {
		row := b.Row(i)
		for _, c := range e.risky {
			if code := e.lacks(b.Cols[c], row); code != diag.RowOK {
				out = append(out, component.RowReject{Row: int32(row), Code: code, Path: b.Schema.Fields[c].Name})
				break
			}
		}
	}
	return out
}

func (e *Encoder) lacks(v *batch.Vector, i int) diag.RowCode {
	if v.IsNull(i) {
		return diag.RowOK
	}
	switch v.Type.Kind {
	case schema.Float32, schema.Float64:
		if f := v.F64[i]; math.IsNaN(f) || math.IsInf(f, 0) {
			return diag.RowNotANumber
		}
	case schema.Date:
		if !convert.HasDate(v.I64[i]) {
			return diag.RowOutOfRange
		}
	case schema.Timestamp:
		if e.times == "rfc3339" && !convert.HasTimestamp(v.I64[i]) {
			return diag.RowOutOfRange
		}
	case schema.Array, schema.Map:
		for j := v.Off[i]; j < v.Off[i+1]; j++ {
			if code := e.lacks(v.Elems, int(j)); code != diag.RowOK {
				return code
			}
			if v.Keys != nil {
				if code := e.lacks(v.Keys, int(j)); code != diag.RowOK {
					return code
				}
			}
		}
	case schema.Row:
		for _, f := range v.Fields {
			if code := e.lacks(f, i); code != diag.RowOK {
				return code
			}
		}
	}
	return diag.RowOK
}

// Encode calls emit with the object of each selected row, without a line end. It fails on the first row that Check would list.
func (e *Encoder) Encode(b *batch.Batch, emit func(row int, record []byte) error) error {
	for c := range e.cols {
		e.cols[c].dict.begin(b.Cols[c], b.Rows())
	}
	for i := range b.Rows() {
		row := b.Row(i)
		buf := e.buf[:0]
		for c := range e.cols {
			col := &e.cols[c]
			buf = append(buf, col.prefix...)
			var code diag.RowCode
			if buf, code = e.value(buf, col, b.Cols[c], row); code != diag.RowOK {
				return fmt.Errorf("encoding column %s of row %d as JSON: %s", b.Schema.Fields[c].Name, row, code.Message())
			}
		}
		if len(e.cols) == 0 {
			buf = append(buf, '{')
		}
		buf = append(buf, '}')
		e.buf = buf
		if err := emit(row, buf); err != nil {
			return err
		}
	}
	return nil
}

func (e *Encoder) value(dst []byte, c *column, v *batch.Vector, i int) ([]byte, diag.RowCode) {
	if v.IsNull(i) {
		return append(dst, "null"...), diag.RowOK
	}
	switch c.typ.Kind {
	case schema.String:
		if text, ok := c.dict.at(v, i); ok {
			return append(dst, text...), diag.RowOK
		}
		return appendQuoted(dst, v.Bytes(i)), diag.RowOK
	case schema.JSON:
		return append(dst, v.Bytes(i)...), diag.RowOK
	case schema.Array:
		return e.array(dst, c, v, i)
	case schema.Map:
		return e.mapping(dst, c, v, i)
	case schema.Row:
		var code diag.RowCode
		for f := range c.fields {
			dst = append(dst, c.fields[f].prefix...)
			if dst, code = e.value(dst, &c.fields[f], v.Fields[f], i); code != diag.RowOK {
				return dst, code
			}
		}
		if len(c.fields) == 0 {
			dst = append(dst, '{')
		}
		return append(dst, '}'), diag.RowOK
	default:
		return e.scalar(dst, c, v, i)
	}
}

func (e *Encoder) scalar(dst []byte, c *column, v *batch.Vector, i int) ([]byte, diag.RowCode) {
	switch batch.ClassOf(c.typ) {
	case batch.ClassBool:
		return strconv.AppendBool(dst, v.Bools[i]), diag.RowOK
	case batch.ClassU64:
		return strconv.AppendUint(dst, v.U64[i], 10), diag.RowOK
	case batch.ClassF64:
		f := v.F64[i]
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return dst, diag.RowNotANumber
		}
		return appendFloat(dst, f, c.typ.Bits()), diag.RowOK
	case batch.ClassDec:
		return convert.AppendDecimal(dst, v.Dec[i], int(c.typ.Scale)), diag.RowOK
	case batch.ClassStr: // bytes
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, v.Bytes(i))
		return append(dst, '"'), diag.RowOK
	}
	var ok bool
	switch n := v.I64[i]; {
	case c.typ.Kind == schema.Date:
		dst, ok = convert.AppendDate(append(dst, '"'), n)
	case c.typ.Kind != schema.Timestamp || e.times == "micros":
		return strconv.AppendInt(dst, n, 10), diag.RowOK
	case e.times == "millis":
		return strconv.AppendInt(dst, floorDiv(n, 1000), 10), diag.RowOK
	default:
		dst, ok = convert.AppendTimestamp(append(dst, '"'), n, c.typ.Precision)
	}
	if !ok {
		return dst, diag.RowOutOfRange
	}
	return append(dst, '"'), diag.RowOK
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// appendFloat writes the shortest digits that read back as the same float, with an exponent only where the plain form is long.
func appendFloat(dst []byte, f float64, bits int) []byte {
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, bits)
}

func (e *Encoder) array(dst []byte, c *column, v *batch.Vector, i int) ([]byte, diag.RowCode) {
	var code diag.RowCode
	dst = append(dst, '[')
	for j := v.Off[i]; j < v.Off[i+1]; j++ {
		if j > v.Off[i] {
			dst = append(dst, ',')
		}
		if dst, code = e.value(dst, c.elem, v.Elems, int(j)); code != diag.RowOK {
			return dst, code
		}
	}
	return append(dst, ']'), diag.RowOK
}

func (e *Encoder) mapping(dst []byte, c *column, v *batch.Vector, i int) ([]byte, diag.RowCode) {
	var code diag.RowCode
	dst = append(dst, '{')
	for j := v.Off[i]; j < v.Off[i+1]; j++ {
		if j > v.Off[i] {
			dst = append(dst, ',')
		}
		start := len(dst)
		if dst, code = e.value(dst, c.key, v.Keys, int(j)); code != diag.RowOK {
			return dst, code
		}
		if dst[start] != '"' {
			// A key of another type than string is written as the text of its value.
			dst = append(dst, '"', '"')
			copy(dst[start+1:], dst[start:len(dst)-2])
			dst[start] = '"'
		}
		dst = append(dst, ':')
		if dst, code = e.value(dst, c.elem, v.Elems, int(j)); code != diag.RowOK {
			return dst, code
		}
	}
	return append(dst, '}'), diag.RowOK
}

// dictCache holds the quoted form of a dictionary's entries. It goes on growing with the dictionary.
type dictCache struct {
	id   *batch.DictID
	dict *batch.Dict
	off  []int32
	data []byte
}

// begin readies the cache for a vector of rows selected rows.
func (c *dictCache) begin(v *batch.Vector, rows int) {
	if v.Codes == nil || v.Type.Kind != schema.String {
		c.dict = nil
		return
	}
	if c.off == nil || c.id == nil && c.dict != v.Dict || c.id != v.Dict.ID {
		c.off, c.data = append(c.off[:0], 0), c.data[:0]
	}
	c.id, c.dict = v.Dict.ID, v.Dict
	// A large dictionary is not worth quoting for a few rows.
	if cached := len(c.off) - 1; v.Dict.Len()-cached > 4*rows+64 {
		return
	}
	for i := len(c.off) - 1; i < v.Dict.Len(); i++ {
		c.data = appendQuoted(c.data, v.Dict.At(i))
		c.off = append(c.off, int32(len(c.data)))
	}
}

func (c *dictCache) at(v *batch.Vector, i int) ([]byte, bool) {
	if v.Codes == nil || c.dict != v.Dict {
		return nil, false
	}
	code := v.Codes[i]
	if int(code)+1 >= len(c.off) {
		return nil, false
	}
	return c.data[c.off[code]:c.off[code+1]], true
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes a string with its quotes. Only what must be escaped is.
func appendQuoted(dst, s []byte) []byte {
	dst = append(dst, '"')
	for {
		n := plain(s, 0)
		for ; n < len(s) && s[n] >= 0x80; n = plain(s, n) {
			n++
		}
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		switch c := s[n]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		s = s[n+1:]
	}
}
