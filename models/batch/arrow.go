package batch

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"millrace/models/schema"
)

// typeKey is the key of an Arrow field's metadata that holds the column's type in the language.
const typeKey = "millrace.type"

// ArrowType returns the Arrow type that carries t. A json value is a string there; a timestamp is in microseconds, UTC, whatever its
// precision.
func ArrowType(t schema.Type) arrow.DataType {
	switch t.Kind {
	case schema.Boolean:
		return arrow.FixedWidthTypes.Boolean
	case schema.Int8:
		return arrow.PrimitiveTypes.Int8
	case schema.Int16:
		return arrow.PrimitiveTypes.Int16
	case schema.Int32:
		return arrow.PrimitiveTypes.Int32
	case schema.Int64:
		return arrow.PrimitiveTypes.Int64
	case schema.Uint8:
		return arrow.PrimitiveTypes.Uint8
	case schema.Uint16:
		return arrow.PrimitiveTypes.Uint16
	case schema.Uint32:
		return arrow.PrimitiveTypes.Uint32
	case schema.Uint64:
		return arrow.PrimitiveTypes.Uint64
	case schema.Float32:
		return arrow.PrimitiveTypes.Float32
	case schema.Float64:
		return arrow.PrimitiveTypes.Float64
	case schema.Decimal:
		return &arrow.Decimal128Type{Precision: int32(t.Precision), Scale: int32(t.Scale)}
	case schema.String, schema.JSON:
		return arrow.BinaryTypes.String
	case schema.Bytes:
		return arrow.BinaryTypes.Binary
	case schema.Date:
		return arrow.FixedWidthTypes.Date32
	case schema.Timestamp:
		return arrow.FixedWidthTypes.Timestamp_us
	case schema.Array:
		return arrow.ListOfField(arrow.Field{Name: "item", Type: ArrowType(*t.Elem), Nullable: t.ElemNullable})
	case schema.Map:
		m := arrow.MapOf(ArrowType(*t.Key), ArrowType(*t.Elem))
		m.SetItemNullable(t.ElemNullable)
		return m
	case schema.Row:
		fields := make([]arrow.Field, len(t.Fields))
		for i, f := range t.Fields {
			fields[i] = arrow.Field{Name: f.Name, Type: ArrowType(f.Type), Nullable: f.Nullable}
		}
		return arrow.StructOf(fields...)
	default:
		return arrow.Null
	}
}

// ToArrow returns the selected rows of b as an Arrow record. Slices whose layout is Arrow's (64-bit integers, timestamps, float64,
// decimals, strings, dictionaries, offsets, validity) are shared, not copied; the record lives as long as somebody refers to it
// and needs no Release. Row kinds, marks and offsets are not in it; AppendIPC carries them.
func ToArrow(b *Batch) (arrow.RecordBatch, error) {
	b = b.Compact()
	fields := make([]arrow.Field, len(b.Cols))
	cols := make([]arrow.Array, len(b.Cols))
	for i, c := range b.Cols {
		f := b.Schema.Fields[i]
		data, err := toData(c, true)
		if err != nil {
			return nil, fmt.Errorf("converting column %s to Arrow: %w", f.Name, err)
		}
		cols[i] = array.MakeFromData(data)
		// A NULL in a column that is not nullable can stand there: decoders put it into columns that nobody checks.
		fields[i] = arrow.Field{
			Name: f.Name, Type: data.DataType(), Nullable: f.Nullable || c.Valid != nil,
			Metadata: arrow.NewMetadata([]string{typeKey}, []string{f.Type.String()}),
		}
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), cols, int64(b.N)), nil
}

func bytesOf[T any](cast func([]T) []byte, values []T) *memory.Buffer {
	if len(values) == 0 {
		return memory.NewBufferBytes([]byte{})
	}
	return memory.NewBufferBytes(cast(values))
}

func narrow[To, From int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64](values []From) []To {
	out := make([]To, len(values))
	for i, v := range values {
		out[i] = To(v)
	}
	return out
}

// toData wraps a vector; dictionaries stay dictionaries only at the top, as Arrow's stream format handles nested ones unevenly
// across its readers.
func toData(v *Vector, top bool) (arrow.ArrayData, error) {
	nulls := 0
	var valid *memory.Buffer
	if v.Valid != nil {
		valid = bytesOf(arrow.Uint64Traits.CastToBytes, v.Valid)
		nulls = v.N - v.Valid.Count(v.N)
	}
	dt := ArrowType(v.Type)
	leaf := func(values *memory.Buffer) (arrow.ArrayData, error) {
		return array.NewData(dt, v.N, []*memory.Buffer{valid, values}, nil, nulls, 0), nil
	}
	switch v.Type.Kind {
	case schema.Boolean:
		bits := NewBitmap(v.N, false)
		for i, t := range v.Bools {
			if t {
				bits.Set(i)
			}
		}
		return leaf(bytesOf(arrow.Uint64Traits.CastToBytes, bits))
	case schema.Int8:
		return leaf(bytesOf(arrow.Int8Traits.CastToBytes, narrow[int8](v.I64)))
	case schema.Int16:
		return leaf(bytesOf(arrow.Int16Traits.CastToBytes, narrow[int16](v.I64)))
	case schema.Int32, schema.Date:
		return leaf(bytesOf(arrow.Int32Traits.CastToBytes, narrow[int32](v.I64)))
	case schema.Int64, schema.Timestamp:
		return leaf(bytesOf(arrow.Int64Traits.CastToBytes, v.I64))
	case schema.Uint8:
		return leaf(memory.NewBufferBytes(narrow[uint8](v.U64)))
	case schema.Uint16:
		return leaf(bytesOf(arrow.Uint16Traits.CastToBytes, narrow[uint16](v.U64)))
	case schema.Uint32:
		return leaf(bytesOf(arrow.Uint32Traits.CastToBytes, narrow[uint32](v.U64)))
	case schema.Uint64:
		return leaf(bytesOf(arrow.Uint64Traits.CastToBytes, v.U64))
	case schema.Float32:
		return leaf(bytesOf(arrow.Float32Traits.CastToBytes, narrow[float32](v.F64)))
	case schema.Float64:
		return leaf(bytesOf(arrow.Float64Traits.CastToBytes, v.F64))
	case schema.Decimal:
		return leaf(bytesOf(arrow.Decimal128Traits.CastToBytes, v.Dec))
	case schema.String, schema.Bytes, schema.JSON:
		return stringData(v, dt, valid, nulls, top)
	}
	children := make([]arrow.ArrayData, 0, max(1, len(v.Fields)))
	for _, f := range v.Fields {
		c, err := toData(f, false)
		if err != nil {
			return nil, err
		}
		children = append(children, c)
	}
	switch v.Type.Kind {
	case schema.Row:
		return array.NewData(dt, v.N, []*memory.Buffer{valid}, children, nulls, 0), nil
	case schema.Array, schema.Map:
		elems, err := toData(v.Elems, false)
		if err != nil {
			return nil, err
		}
		if v.Keys != nil {
			keys, err := toData(v.Keys, false)
			if err != nil {
				return nil, err
			}
			entries := dt.(*arrow.MapType).Elem()
			elems = array.NewData(entries, v.Elems.N, []*memory.Buffer{nil}, []arrow.ArrayData{keys, elems}, 0, 0)
		}
		off := bytesOf(arrow.Int32Traits.CastToBytes, v.Off)
		return array.NewData(dt, v.N, []*memory.Buffer{valid, off}, []arrow.ArrayData{elems}, nulls, 0), nil
	default:
		return nil, fmt.Errorf("no Arrow type carries %s", v.Type)
	}
}

func stringData(v *Vector, dt arrow.DataType, valid *memory.Buffer, nulls int, top bool) (arrow.ArrayData, error) {
	// A dictionary is carried along only where it is not larger than what it stands for.
	if v.Codes != nil && top && v.Dict.Len() <= 64+v.N {
		off := bytesOf(arrow.Int32Traits.CastToBytes, v.Dict.Off)
		entries := array.NewData(dt, v.Dict.Len(), []*memory.Buffer{nil, off, memory.NewBufferBytes(v.Dict.Data)}, nil, 0, 0)
		codes := bytesOf(arrow.Int32Traits.CastToBytes, v.Codes)
		t := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: dt}
		return array.NewDataWithDictionary(t, v.N, []*memory.Buffer{valid, codes}, nulls, 0, entries), nil
	}
	if v.Codes != nil {
		plain, err := v.plain()
		if err != nil {
			return nil, err
		}
		v = plain
	}
	off := bytesOf(arrow.Int32Traits.CastToBytes, v.Off)
	return array.NewData(dt, v.N, []*memory.Buffer{valid, off, memory.NewBufferBytes(v.Data)}, nil, nulls, 0), nil
}

// plain returns a dictionary column with its strings in place.
func (v *Vector) plain() (*Vector, error) {
	size := 0
	for i := range v.N {
		if !v.IsNull(i) {
			size += len(v.Bytes(i))
		}
	}
	if size > maxInt32 {
		return nil, fmt.Errorf("the strings of %d rows take %d bytes, more than one batch can hold", v.N, size)
	}
	out := &Vector{Type: v.Type, N: v.N, Valid: v.Valid, Off: make([]int32, 1, v.N+1), Data: make([]byte, 0, size)}
	for i := range v.N {
		if !v.IsNull(i) {
			out.Data = append(out.Data, v.Bytes(i)...)
		}
		out.Off = append(out.Off, int32(len(out.Data)))
	}
	return out, nil
}

const maxInt32 = 1<<31 - 1

// SchemaOfArrow returns the schema of an Arrow record in the language: what a file that carries its own types has. A type
// without a counterpart is an error that names the column.
func SchemaOfArrow(a *arrow.Schema) (*schema.Schema, error) {
	fields, err := fieldsOfArrow(a.Fields())
	if err != nil {
		return nil, err
	}
	return &schema.Schema{Fields: fields}, nil
}

func fieldsOfArrow(in []arrow.Field) ([]schema.Field, error) {
	out := make([]schema.Field, len(in))
	for i, f := range in {
		t, err := typeOfArrow(f.Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", f.Name, err)
		}
		out[i] = schema.Field{Name: f.Name, Type: t, Nullable: f.Nullable}
	}
	return out, nil
}

func typeOfArrow(dt arrow.DataType) (schema.Type, error) {
	kinds := map[arrow.Type]schema.Kind{
		arrow.BOOL: schema.Boolean, arrow.INT8: schema.Int8, arrow.INT16: schema.Int16, arrow.INT32: schema.Int32,
		arrow.INT64: schema.Int64, arrow.UINT8: schema.Uint8, arrow.UINT16: schema.Uint16, arrow.UINT32: schema.Uint32,
		arrow.UINT64: schema.Uint64, arrow.FLOAT32: schema.Float32, arrow.FLOAT64: schema.Float64, arrow.STRING: schema.String,
		arrow.LARGE_STRING: schema.String, arrow.BINARY: schema.Bytes, arrow.LARGE_BINARY: schema.Bytes,
		arrow.FIXED_SIZE_BINARY: schema.Bytes, arrow.DATE32: schema.Date, arrow.DATE64: schema.Date,
	}
	if k, ok := kinds[dt.ID()]; ok {
		return schema.Of(k), nil
	}
	switch t := dt.(type) {
	case *arrow.TimestampType:
		if t.Unit == arrow.Second || t.Unit == arrow.Millisecond {
			return schema.TimestampOf(3), nil
		}
		return schema.TimestampOf(6), nil
	case *arrow.Decimal128Type:
		if t.Scale < 0 || t.Scale > t.Precision || t.Precision > schema.MaxPrecision {
			return schema.Type{}, fmt.Errorf("%s has no counterpart", dt)
		}
		return schema.DecimalOf(int(t.Precision), int(t.Scale)), nil
	case *arrow.DictionaryType:
		return typeOfArrow(t.ValueType)
	case *arrow.MapType:
		key, err := typeOfArrow(t.KeyType())
		if err != nil {
			return schema.Type{}, err
		}
		if key.Nested() {
			return schema.Type{}, fmt.Errorf("a map's key cannot be %s", key)
		}
		elem, err := typeOfArrow(t.ItemType())
		return schema.Type{Kind: schema.Map, Key: &key, Elem: &elem, ElemNullable: t.ItemField().Nullable}, err
	case *arrow.ListType:
		elem, err := typeOfArrow(t.Elem())
		return schema.Type{Kind: schema.Array, Elem: &elem, ElemNullable: t.ElemField().Nullable}, err
	case *arrow.StructType:
		fields, err := fieldsOfArrow(t.Fields())
		return schema.Type{Kind: schema.Row, Fields: fields}, err
	default:
		return schema.Type{}, fmt.Errorf("%s has no counterpart", dt)
	}
}
