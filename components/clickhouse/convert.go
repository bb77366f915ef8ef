package clickhouse

import (
	"fmt"
	"time"

	chcolumn "github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/shopspring/decimal"

	"millrace/components/clickhouse/chtype"
	"millrace/models/batch"
	"millrace/models/schema"
)

// appender is a column of the driver's block.
type appender interface {
	Append(any) error
	AppendRow(any) error
}

// appendColumn adds the selected rows of all batches to a column: whole typed slices where the driver takes them, row by row where it
// does not (LowCardinality, arrays, maps, tuples).
func appendColumn(to appender, t chtype.Type, source int, rows []*batch.Batch) error {
	if t.Low || len(t.Elems) > 0 {
		for _, b := range rows {
			v := b.Cols[source]
			for i := range b.Rows() {
				one := value(t, v, b.Row(i))
				if one == nil && !t.Nullable {
					one = zeroValue(t) // of a row that is gone: Check lets no other through
				}
				if err := to.AppendRow(one); err != nil {
					return err
				}
			}
		}
		return nil
	}
	switch t.Name {
	case "Bool":
		return add(to, t, source, rows, false, func(v *batch.Vector, i int) bool { return v.Bools[i] })
	case "Int8":
		return add(to, t, source, rows, 0, integer[int8])
	case "Int16":
		return add(to, t, source, rows, 0, integer[int16])
	case "Int32":
		return add(to, t, source, rows, 0, integer[int32])
	case "Int64":
		return add(to, t, source, rows, 0, integer[int64])
	case "UInt8":
		return add(to, t, source, rows, 0, integer[uint8])
	case "UInt16":
		return add(to, t, source, rows, 0, integer[uint16])
	case "UInt32":
		return add(to, t, source, rows, 0, integer[uint32])
	case "UInt64":
		return add(to, t, source, rows, 0, integer[uint64])
	case "Float32":
		return add(to, t, source, rows, 0, func(v *batch.Vector, i int) float32 { return float32(v.F64[i]) })
	case "Float64":
		return add(to, t, source, rows, 0, func(v *batch.Vector, i int) float64 { return v.F64[i] })
	case "Decimal":
		return add(to, t, source, rows, decimal.Decimal{}, decimalOf)
	case "Date", "Date32", "DateTime", "DateTime64":
		return add(to, t, source, rows, time.Unix(0, 0).UTC(), timeOf)
	case "String", "FixedString", "Enum8", "Enum16", "UUID", "JSON":
		return addStrings(to, t, source, rows)
	default:
		return fmt.Errorf("columns of type %s cannot be written", t.Text)
	}
}

func integer[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](v *batch.Vector, i int) T {
	switch {
	case v.U64 != nil:
		return T(v.U64[i])
	case v.Bools != nil:
		if v.Bools[i] {
			return 1
		}
		return 0
	default:
		return T(v.I64[i])
	}
}

func decimalOf(v *batch.Vector, i int) decimal.Decimal {
	return decimal.NewFromBigInt(v.Dec[i].BigInt(), -int32(v.Type.Scale))
}

func timeOf(v *batch.Vector, i int) time.Time {
	if v.Type.Kind == schema.Date {
		return time.Unix(v.I64[i]*86400, 0).UTC()
	}
	return time.UnixMicro(v.I64[i]).UTC()
}

// marksValues reports whether the driver notes, for a slice of values appended to a Nullable column of the type, that none is NULL. Where it
// does not, the column would have fewer notes than values, and takes pointers only.
func marksValues(name string) bool {
	switch name {
	case "Bool", "Date", "Date32", "JSON":
		return false
	default:
		return true
	}
}

// add appends a column, a slice for each batch: of pointers where the batch has a NULL. The slices share their memory, which stays small enough
// for the processor's cache, as the driver copies what it is given. zero stands where a value is missing for which there is no NULL: in a row
// that is gone, as Check lets no other through.
func add[T any](to appender, t chtype.Type, source int, rows []*batch.Batch, zero T, get func(*batch.Vector, int) T) error {
	most := 0
	for _, b := range rows {
		most = max(most, b.Rows())
	}
	values := make([]T, most)
	var pointers []*T
	for _, b := range rows {
		v, n := b.Cols[source], b.Rows()
		null := false
		for i := range n {
			if row := b.Row(i); v.IsNull(row) {
				values[i], null = zero, true
			} else {
				values[i] = get(v, row)
			}
		}
		if !t.Nullable || !null && marksValues(t.Name) {
			if err := to.Append(values[:n]); err != nil {
				return err
			}
			continue
		}
		if pointers == nil {
			pointers = make([]*T, most)
		}
		for i := range n {
			pointers[i] = &values[i]
			if v.IsNull(b.Row(i)) {
				pointers[i] = nil
			}
		}
		if err := to.Append(pointers[:n]); err != nil {
			return err
		}
	}
	return nil
}

// addStrings appends a column of texts: each batch's bytes become one string, whose pieces the rows share.
func addStrings(to appender, t chtype.Type, source int, rows []*batch.Batch) error {
	var (
		of     *batch.Vector
		whole  string
		offset []int32
		codes  []int32
	)
	return add(to, t, source, rows, zeroText(t), func(v *batch.Vector, i int) string {
		if v != of {
			of, codes = v, v.Codes
			if codes != nil {
				whole, offset = string(v.Dict.Data), v.Dict.Off
			} else {
				whole, offset = string(v.Data), v.Off
			}
		}
		if codes != nil {
			i = int(codes[i])
		}
		return whole[offset[i]:offset[i+1]]
	})
}

// value returns one value as the driver's AppendRow wants it for a column of type t.
func value(t chtype.Type, v *batch.Vector, i int) any {
	if v.IsNull(i) {
		return nil
	}
	switch t.Name {
	case "Array":
		out := make([]any, 0, v.Off[i+1]-v.Off[i])
		for j := v.Off[i]; j < v.Off[i+1]; j++ {
			out = append(out, value(t.Elems[0], v.Elems, int(j)))
		}
		return out
	case "Map":
		return &pairs{t: t, v: v, next: int(v.Off[i]), end: int(v.Off[i+1])}
	case "Tuple":
		out := make([]any, len(v.Fields))
		for j := range v.Fields {
			out[j] = value(t.Elems[j], v.Fields[j], i)
		}
		return out
	case "Bool":
		return v.Bools[i]
	case "Int8":
		return integer[int8](v, i)
	case "Int16":
		return integer[int16](v, i)
	case "Int32":
		return integer[int32](v, i)
	case "Int64":
		return integer[int64](v, i)
	case "UInt8":
		return integer[uint8](v, i)
	case "UInt16":
		return integer[uint16](v, i)
	case "UInt32":
		return integer[uint32](v, i)
	case "UInt64":
		return integer[uint64](v, i)
	case "Float32":
		return float32(v.F64[i])
	case "Float64":
		return v.F64[i]
	case "Decimal":
		return decimalOf(v, i)
	case "Date", "Date32", "DateTime", "DateTime64":
		return timeOf(v, i)
	default:
		return string(v.Bytes(i))
	}
}

// pairs hands the driver a map in its own order.
type pairs struct {
	t         chtype.Type
	v         *batch.Vector
	next, end int
}

var _ chcolumn.IterableOrderedMap = (*pairs)(nil)

// Put is never called: the driver uses it to read.
func (p *pairs) Put(any, any) { panic("clickhouse: pairs are for writing") }

// Iterator returns the pairs themselves.
func (p *pairs) Iterator() chcolumn.MapIterator { return p }

// Next moves to the next pair.
func (p *pairs) Next() bool {
	p.next++
	return p.next <= p.end
}

// Key returns the current key.
func (p *pairs) Key() any { return value(p.t.Elems[0], p.v.Keys, p.next-1) }

// Value returns the current value.
func (p *pairs) Value() any { return value(p.t.Elems[1], p.v.Elems, p.next-1) }
