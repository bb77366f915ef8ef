package batch

import (
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/schema"
)

// Vector is one column of a batch: N values of one type. Which of the slices is used follows from Type (see the package comment);
// the others are nil. The value of a slice at a NULL row is undefined but present;
// a code is in range.
type Vector struct {
	Type schema.Type
	N    int
	// Valid has a bit set for each row that is not NULL; nil means no row is NULL.
	Valid Bitmap

	Bools []bool
	I64   []int64
	U64   []uint64
	F64   []float64
	Dec   []decimal128.Num

	// Off has N+1 offsets into Data (strings) or Elems (arrays, maps).
	Off  []int32
	Data []byte

	// Codes, when not nil, replaces Off and Data: Dict holds the distinct strings and Codes the index of each row's,
	// in range at NULL rows too, so that a dictionary of no entries serves no rows.
	Codes []int32
	Dict  *Dict

	Keys   *Vector
	Elems  *Vector
	Fields []*Vector
}

// Dict is an immutable list of distinct strings. Two dictionaries with the same non-nil ID are stretches of one that grew:
// the shorter is a prefix of the longer, so what was learnt of an entry stays true.
type Dict struct {
	ID   *DictID
	Off  []int32
	Data []byte
}

// DictID is the identity of a growing dictionary; only its address means something.
type DictID struct{ _ byte }

// Len returns the number of entries.
func (d *Dict) Len() int { return len(d.Off) - 1 }

// At returns entry i; the bytes must not be changed.
func (d *Dict) At(i int) []byte { return d.Data[d.Off[i]:d.Off[i+1]] }

// IsNull reports whether row i is NULL.
func (v *Vector) IsNull(i int) bool { return v.Valid != nil && !v.Valid.Get(i) }

// Bytes returns the string, bytes or json value of row i; the bytes must not be changed.
func (v *Vector) Bytes(i int) []byte {
	if v.Codes != nil {
		return v.Dict.At(int(v.Codes[i]))
	}
	return v.Data[v.Off[i]:v.Off[i+1]]
}

// Class is the physical class of a type: which slices of a Vector hold it.
type Class uint8

// The classes.
const (
	ClassNone Class = iota
	ClassBool
	ClassI64
	ClassU64
	ClassF64
	ClassDec
	ClassStr
	ClassArray
	ClassMap
	ClassRow
)

// ClassOf returns the class that holds a type.
func ClassOf(t schema.Type) Class {
	switch t.Kind {
	case schema.Boolean:
		return ClassBool
	case schema.Int8, schema.Int16, schema.Int32, schema.Int64, schema.Date, schema.Timestamp:
		return ClassI64
	case schema.Uint8, schema.Uint16, schema.Uint32, schema.Uint64:
		return ClassU64
	case schema.Float32, schema.Float64:
		return ClassF64
	case schema.Decimal:
		return ClassDec
	case schema.String, schema.Bytes, schema.JSON:
		return ClassStr
	case schema.Array:
		return ClassArray
	case schema.Map:
		return ClassMap
	case schema.Row:
		return ClassRow
	default:
		return ClassNone
	}
}

// Value returns row i as a Go value, for tests, samples and sinks that are not hot: nil, bool, int64, uint64, float64,
// decimal128.Num, string (string and json), []byte, []any (array), [][2]any (map) or []any (row, by position).
func (v *Vector) Value(i int) any {
	if v.IsNull(i) {
		return nil
	}
	switch ClassOf(v.Type) {
	case ClassBool:
		return v.Bools[i]
	case ClassI64:
		return v.I64[i]
	case ClassU64:
		return v.U64[i]
	case ClassF64:
		return v.F64[i]
	case ClassDec:
		return v.Dec[i]
	case ClassStr:
		if v.Type.Kind == schema.Bytes {
			return append([]byte{}, v.Bytes(i)...)
		}
		return string(v.Bytes(i))
	case ClassArray:
		out := make([]any, 0, v.Off[i+1]-v.Off[i])
		for j := v.Off[i]; j < v.Off[i+1]; j++ {
			out = append(out, v.Elems.Value(int(j)))
		}
		return out
	case ClassMap:
		out := make([][2]any, 0, v.Off[i+1]-v.Off[i])
		for j := v.Off[i]; j < v.Off[i+1]; j++ {
			out = append(out, [2]any{v.Keys.Value(int(j)), v.Elems.Value(int(j))})
		}
		return out
	case ClassRow:
		out := make([]any, len(v.Fields))
		for j, f := range v.Fields {
			out[j] = f.Value(i)
		}
		return out
	default:
		return nil
	}
}

// Gather returns the rows named by sel, in that order, as a new vector.
func (v *Vector) Gather(sel []int32) *Vector {
	out := &Vector{Type: v.Type, N: len(sel), Dict: v.Dict}
	if v.Valid != nil {
		out.Valid = NewBitmap(len(sel), false)
		for i, s := range sel {
			if v.Valid.Get(int(s)) {
				out.Valid.Set(i)
			}
		}
	}
	switch ClassOf(v.Type) {
	case ClassBool:
		out.Bools = pick(v.Bools, sel)
	case ClassI64:
		out.I64 = pick(v.I64, sel)
	case ClassU64:
		out.U64 = pick(v.U64, sel)
	case ClassF64:
		out.F64 = pick(v.F64, sel)
	case ClassDec:
		out.Dec = pick(v.Dec, sel)
	case ClassStr:
		if v.Codes != nil {
			out.Codes = pick(v.Codes, sel)
			break
		}
		total := 0
		for _, s := range sel {
			total += int(v.Off[s+1] - v.Off[s])
		}
		out.Off = make([]int32, 1, len(sel)+1)
		out.Data = make([]byte, 0, total)
		for _, s := range sel {
			out.Data = append(out.Data, v.Data[v.Off[s]:v.Off[s+1]]...)
			out.Off = append(out.Off, int32(len(out.Data)))
		}
	case ClassArray, ClassMap:
		out.Off = make([]int32, 1, len(sel)+1)
		var inner []int32
		for _, s := range sel {
			for j := v.Off[s]; j < v.Off[s+1]; j++ {
				inner = append(inner, j)
			}
			out.Off = append(out.Off, int32(len(inner)))
		}
		out.Elems = v.Elems.Gather(inner)
		if v.Keys != nil {
			out.Keys = v.Keys.Gather(inner)
		}
	case ClassRow:
		out.Fields = make([]*Vector, len(v.Fields))
		for i, f := range v.Fields {
			out.Fields[i] = f.Gather(sel)
		}
	}
	return out
}

func pick[T any](from []T, sel []int32) []T {
	out := make([]T, len(sel))
	for i, s := range sel {
		out[i] = from[s]
	}
	return out
}

// Size estimates the memory the vector's values take, in bytes. A dictionary shared with other vectors is not counted.
func (v *Vector) Size() int {
	n := len(v.Valid)*8 + len(v.Bools) + 8*(len(v.I64)+len(v.U64)+len(v.F64)) + 16*len(v.Dec) + 4*(len(v.Off)+len(v.Codes)) + len(v.Data)
	for _, f := range v.Fields {
		n += f.Size()
	}
	if v.Keys != nil {
		n += v.Keys.Size()
	}
	if v.Elems != nil {
		n += v.Elems.Size()
	}
	return n
}
