package changelog

import (
	"encoding/binary"
	"math"

	"millrace/models/batch"
)

// appendColumns appends the columns named of a row such that equal values, and only they, give equal bytes: -0 is 0, and NaN is NaN.
func appendColumns(dst []byte, b *batch.Batch, columns []int, row int) []byte {
	for _, c := range columns {
		dst = appendValue(dst, b.Cols[c], row)
	}
	return dst
}

// appendRow is appendColumns for all columns.
func appendRow(dst []byte, b *batch.Batch, row int) []byte {
	for _, c := range b.Cols {
		dst = appendValue(dst, c, row)
	}
	return dst
}

// appendValue appends a value: 0 for NULL, else 1 and the value, of a fixed length or with its length in front.
func appendValue(dst []byte, v *batch.Vector, i int) []byte {
	if v.IsNull(i) {
		return append(dst, 0)
	}
	dst = append(dst, 1)
	le := binary.LittleEndian
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		if v.Bools[i] {
			return append(dst, 1)
		}
		return append(dst, 0)
	case batch.ClassI64:
		return le.AppendUint64(dst, uint64(v.I64[i]))
	case batch.ClassU64:
		return le.AppendUint64(dst, v.U64[i])
	case batch.ClassF64:
		f := v.F64[i]
		switch {
		case f == 0:
			f = 0
		case math.IsNaN(f):
			f = math.NaN()
		}
		return le.AppendUint64(dst, math.Float64bits(f))
	case batch.ClassDec:
		return le.AppendUint64(le.AppendUint64(dst, v.Dec[i].LowBits()), uint64(v.Dec[i].HighBits()))
	case batch.ClassStr:
		s := v.Bytes(i)
		return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	case batch.ClassArray, batch.ClassMap:
		dst = binary.AppendUvarint(dst, uint64(v.Off[i+1]-v.Off[i]))
		for j := int(v.Off[i]); j < int(v.Off[i+1]); j++ {
			if v.Keys != nil {
				dst = appendValue(dst, v.Keys, j)
			}
			dst = appendValue(dst, v.Elems, j)
		}
		return dst
	case batch.ClassRow:
		for _, f := range v.Fields {
			dst = appendValue(dst, f, i)
		}
	}
	return dst
}
