package batch

import (
	"encoding/binary"
	"math"
)

// The bytes of values as keys and rows in state have them. They are kept in checkpoints, so a change of them is a change of the state's
// format, like one of HashBytes.

// Floats says when two floats give the same bytes.
type Floats uint8

// The ways to write floats.
const (
	// FloatsByValue: -0 is 0, and NaN is NaN whatever its bits; for keys.
	FloatsByValue Floats = iota
	// FloatsByBits: every bit counts, so that a value is found again as it was; for rows.
	FloatsByBits
)

func (f Floats) bits(v float64) uint64 {
	if f == FloatsByBits {
		return math.Float64bits(v)
	}
	return KeyBits(v)
}

// KeyBits returns the bits of a float as keys have them: equal just when the values are, NaN being one value.
func KeyBits(v float64) uint64 {
	switch {
	case v != v:
		return math.Float64bits(math.NaN())
	case v == 0:
		return 0
	}
	return math.Float64bits(v)
}

// AppendKey appends the value of physical row r to a key so that two keys are equal just when their values are, NULL being a value
// of its own, and so that no two lists of values give the same bytes.
func AppendKey(dst []byte, v *Vector, r int) []byte { return appendNullable(dst, v, r, FloatsByValue) }

func appendNullable(dst []byte, v *Vector, r int, f Floats) []byte {
	if v.IsNull(r) {
		return append(dst, 0)
	}
	return AppendValue(append(dst, 1), v, r, f)
}

// AppendValue appends the value of physical row r, which is not NULL: numbers in little-endian order, strings with their length in front,
// arrays and maps with their number of entries, and what lies within a value as AppendKey writes it.
func AppendValue(dst []byte, v *Vector, r int, f Floats) []byte {
	switch ClassOf(v.Type) {
	case ClassBool:
		if v.Bools[r] {
			return append(dst, 1)
		}
		return append(dst, 0)
	case ClassI64:
		return binary.LittleEndian.AppendUint64(dst, uint64(v.I64[r]))
	case ClassU64:
		return binary.LittleEndian.AppendUint64(dst, v.U64[r])
	case ClassF64:
		return binary.LittleEndian.AppendUint64(dst, f.bits(v.F64[r]))
	case ClassDec:
		dst = binary.LittleEndian.AppendUint64(dst, v.Dec[r].LowBits())
		return binary.LittleEndian.AppendUint64(dst, uint64(v.Dec[r].HighBits()))
	case ClassStr:
		b := v.Bytes(r)
		dst = binary.AppendUvarint(dst, uint64(len(b)))
		return append(dst, b...)
	case ClassArray, ClassMap:
		dst = binary.AppendUvarint(dst, uint64(v.Off[r+1]-v.Off[r]))
		for j := v.Off[r]; j < v.Off[r+1]; j++ {
			if v.Keys != nil {
				dst = appendNullable(dst, v.Keys, int(j), f)
			}
			dst = appendNullable(dst, v.Elems, int(j), f)
		}
		return dst
	case ClassRow:
		for _, c := range v.Fields {
			dst = appendNullable(dst, c, r, f)
		}
	}
	return dst
}
