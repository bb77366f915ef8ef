package differential

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/schema"
)

// ClickHouse's format RowBinary, for values as batch.Vector.Value gives them. raw says that dates and timestamps are plain integers;
// the bytes of Date32 and DateTime64 are the same, but that milliseconds are counted where the type says so.

func appendBinary(dst []byte, t schema.Type, nullable bool, v any, raw bool) []byte {
	if nullable && !t.Nested() {
		if v == nil {
			return append(dst, 1)
		}
		dst = append(dst, 0)
	}
	switch t.Kind {
	case schema.Boolean:
		if v.(bool) {
			return append(dst, 1)
		}
		return append(dst, 0)
	case schema.Int8, schema.Uint8:
		return append(dst, byte(bits(v)))
	case schema.Int16, schema.Uint16:
		return binary.LittleEndian.AppendUint16(dst, uint16(bits(v)))
	case schema.Int32, schema.Uint32, schema.Date:
		return binary.LittleEndian.AppendUint32(dst, uint32(bits(v)))
	case schema.Int64, schema.Uint64:
		return binary.LittleEndian.AppendUint64(dst, bits(v))
	case schema.Timestamp:
		n := v.(int64)
		if !raw && t.Precision == 3 {
			n = floorDiv(n, 1000)
		}
		return binary.LittleEndian.AppendUint64(dst, uint64(n))
	case schema.Float32:
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v.(float64))))
	case schema.Float64:
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v.(float64)))
	case schema.Decimal:
		n := v.(decimal128.Num)
		switch {
		case t.Precision <= 9:
			return binary.LittleEndian.AppendUint32(dst, uint32(n.LowBits()))
		case t.Precision <= 18:
			return binary.LittleEndian.AppendUint64(dst, n.LowBits())
		}
		dst = binary.LittleEndian.AppendUint64(dst, n.LowBits())
		return binary.LittleEndian.AppendUint64(dst, uint64(n.HighBits()))
	case schema.Bytes:
		b := v.([]byte)
		return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
	case schema.String, schema.JSON:
		s := v.(string)
		return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	case schema.Array:
		list, _ := v.([]any)
		dst = binary.AppendUvarint(dst, uint64(len(list)))
		for _, x := range list {
			dst = appendBinary(dst, *t.Elem, t.ElemNullable, x, raw)
		}
		return dst
	case schema.Map:
		list, _ := v.([][2]any)
		dst = binary.AppendUvarint(dst, uint64(len(list)))
		for _, x := range list {
			dst = appendBinary(dst, *t.Key, false, x[0], raw)
			dst = appendBinary(dst, *t.Elem, t.ElemNullable, x[1], raw)
		}
		return dst
	case schema.Row:
		for i, f := range t.Fields {
			dst = appendBinary(dst, f.Type, f.Nullable, v.([]any)[i], raw)
		}
		return dst
	}
	panic("no binary form of " + t.String())
}

func bits(v any) uint64 {
	switch n := v.(type) {
	case int64:
		return uint64(n)
	case uint64:
		return n
	}
	panic(fmt.Sprintf("%T is no integer", v))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// cells reads the rows of a query whose columns have the given types. Nested ones that may be NULL are written as the dialect's option of
// nested NULLs says: as an array of one value or of none.
func cells(data []byte, fields []schema.Field, raw bool) ([][]any, error) {
	r := &binaryReader{bytes.NewReader(data), raw}
	var out [][]any
	for r.Len() > 0 {
		row := make([]any, len(fields))
		for i, f := range fields {
			v, err := r.column(f)
			if err != nil {
				return nil, fmt.Errorf("reading row %d, column %s: %w", len(out), f.Name, err)
			}
			row[i] = v
		}
		out = append(out, row)
	}
	return out, nil
}

type binaryReader struct {
	*bytes.Reader
	raw bool
}

func (r *binaryReader) number(size int) (uint64, error) {
	var buf [8]byte
	if _, err := io.ReadFull(r, buf[:size]); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(buf[:]), nil
}

func (r *binaryReader) column(f schema.Field) (any, error) {
	if f.Nullable && f.Type.Nested() {
		n, err := binary.ReadUvarint(r)
		switch {
		case err != nil || n == 0:
			return nil, err
		case n > 1:
			return nil, fmt.Errorf("%d values in the place of one", n)
		}
	}
	return r.value(f.Type, f.Nullable)
}

func (r *binaryReader) value(t schema.Type, nullable bool) (any, error) {
	if nullable && !t.Nested() {
		null, err := r.ReadByte()
		if err != nil || null != 0 {
			return nil, err
		}
	}
	size := max(1, t.Bits()/8)
	switch t.Kind {
	case schema.Date:
		size = 4
	case schema.Timestamp:
		size = 8
	case schema.Decimal:
		return r.decimal(t)
	case schema.String, schema.JSON, schema.Bytes:
		n, err := binary.ReadUvarint(r)
		if err != nil {
			return nil, err
		}
		b := make([]byte, n)
		if _, err = io.ReadFull(r, b); t.Kind == schema.Bytes {
			return b, err
		}
		return string(b), err
	case schema.Array, schema.Map, schema.Row:
		return r.nested(t)
	}
	n, err := r.number(size)
	if err != nil {
		return nil, err
	}
	switch t.Kind {
	case schema.Boolean:
		return n != 0, nil
	case schema.Int8:
		return int64(int8(n)), nil
	case schema.Int16:
		return int64(int16(n)), nil
	case schema.Int32, schema.Date:
		return int64(int32(n)), nil
	case schema.Timestamp:
		if !r.raw && t.Precision == 3 {
			return int64(n) * 1000, nil
		}
		return int64(n), nil
	case schema.Int64:
		return int64(n), nil
	case schema.Float32:
		return float64(math.Float32frombits(uint32(n))), nil
	case schema.Float64:
		return math.Float64frombits(n), nil
	}
	return n, nil
}

func (r *binaryReader) decimal(t schema.Type) (any, error) {
	size := 4
	if t.Precision > 9 {
		size = 8
	}
	lo, err := r.number(size)
	if err != nil {
		return nil, err
	}
	if size == 4 {
		return decimal128.FromI64(int64(int32(lo))), nil
	}
	if t.Precision <= 18 {
		return decimal128.FromI64(int64(lo)), nil
	}
	hi, err := r.number(8)
	return decimal128.New(int64(hi), lo), err
}

func (r *binaryReader) nested(t schema.Type) (any, error) {
	if t.Kind == schema.Row {
		out := make([]any, len(t.Fields))
		for i, f := range t.Fields {
			v, err := r.value(f.Type, f.Nullable)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	list, pairs := make([]any, 0, n), make([][2]any, 0, n)
	for range n {
		var k any
		if t.Kind == schema.Map {
			if k, err = r.value(*t.Key, false); err != nil {
				return nil, err
			}
		}
		v, err := r.value(*t.Elem, t.ElemNullable)
		if err != nil {
			return nil, err
		}
		list, pairs = append(list, v), append(pairs, [2]any{k, v})
	}
	if t.Kind == schema.Map {
		return pairs, nil
	}
	return list, nil
}
