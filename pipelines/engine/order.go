package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/batch"
	"millrace/models/schema"
)

// ordering writes chosen columns of rows as bytes whose order (bytes.Compare) is that of the rows, and reads them back. So a row that is
// kept in order needs no other form.
//
// A value is a byte that says whether it is NULL, and where it is not, its bytes: integers with the sign turned round, most significant
// byte first; floats likewise with NaN last and -0 as 0; strings with 0 written as 0 255 and ended by 0 0, so that a beginning comes
// before what it begins; of arrays and maps each element behind a 1 and a 0 at the end, of rows the fields. Inside them NULL comes last.
// A descending value has all its bits turned round.
//
// That -0 equals 0 loses a sign. Where there are floats, the numbers of those that were -0, in order, and how many they are follow at the
// end: 4 bytes each.
type ordering struct {
	cols   []orderColumn
	floats bool
	// zeros numbers the floats of a row that are -0, and at is the number of the next.
	zeros []uint32
	at    uint32
}

// orderColumn is a column in an ordering.
type orderColumn struct {
	column     int
	desc       bool
	nullsFirst bool
}

// errOrdering marks bytes that no ordering has written.
var errOrdering = errors.New("the bytes of an ordered row are damaged")

// newOrdering fails for a column of a type that has no values.
func newOrdering(s *schema.Schema, cols []orderColumn) (*ordering, error) {
	o := &ordering{cols: cols}
	for _, c := range cols {
		f := s.Fields[c.column]
		if batch.ClassOf(f.Type) == batch.ClassNone {
			return nil, fmt.Errorf("rows cannot be ordered by %s: it is %s", f.Name, f.Type)
		}
		o.floats = o.floats || holdsFloats(f.Type)
	}
	return o, nil
}

func holdsFloats(t schema.Type) bool {
	for _, f := range t.Fields {
		if holdsFloats(f.Type) {
			return true
		}
	}
	return t.Float() || t.Key != nil && holdsFloats(*t.Key) || t.Elem != nil && holdsFloats(*t.Elem)
}

// The bytes before a value; where NULLs come last they are one more.
const (
	nullFirst = iota
	notNull
	nullLast
)

// appendRow appends the bytes of physical row r of the columns of a batch.
func (o *ordering) appendRow(dst []byte, cols []*batch.Vector, r int) []byte {
	o.at, o.zeros = 0, o.zeros[:0]
	for _, c := range o.cols {
		v := cols[c.column]
		if v.IsNull(r) {
			if c.nullsFirst {
				dst = append(dst, nullFirst)
			} else {
				dst = append(dst, nullLast)
			}
			continue
		}
		dst = append(dst, notNull)
		from := len(dst)
		dst = o.appendValue(dst, v, r)
		if c.desc {
			for i := from; i < len(dst); i++ {
				dst[i] = ^dst[i]
			}
		}
	}
	if o.floats {
		for _, z := range o.zeros {
			dst = binary.BigEndian.AppendUint32(dst, z)
		}
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(o.zeros)))
	}
	return dst
}

func (o *ordering) appendNested(dst []byte, v *batch.Vector, r int) []byte {
	if v.IsNull(r) {
		return append(dst, nullLast)
	}
	return o.appendValue(append(dst, notNull), v, r)
}

const signBit = 1 << 63

func (o *ordering) appendValue(dst []byte, v *batch.Vector, r int) []byte {
	switch batch.ClassOf(v.Type) {
	case batch.ClassBool:
		if v.Bools[r] {
			return append(dst, 1)
		}
		return append(dst, 0)
	case batch.ClassI64:
		return binary.BigEndian.AppendUint64(dst, uint64(v.I64[r])^signBit)
	case batch.ClassU64:
		return binary.BigEndian.AppendUint64(dst, v.U64[r])
	case batch.ClassF64:
		if f := v.F64[r]; f == 0 && math.Signbit(f) {
			o.zeros = append(o.zeros, o.at)
		}
		o.at++
		return binary.BigEndian.AppendUint64(dst, orderedBits(v.F64[r]))
	case batch.ClassDec:
		dst = binary.BigEndian.AppendUint64(dst, uint64(v.Dec[r].HighBits())^signBit)
		return binary.BigEndian.AppendUint64(dst, v.Dec[r].LowBits())
	case batch.ClassStr:
		return appendOrderedBytes(dst, v.Bytes(r))
	case batch.ClassArray, batch.ClassMap:
		for j := v.Off[r]; j < v.Off[r+1]; j++ {
			dst = append(dst, 1)
			if v.Keys != nil {
				dst = o.appendNested(dst, v.Keys, int(j))
			}
			dst = o.appendNested(dst, v.Elems, int(j))
		}
		return append(dst, 0)
	default:
		for _, f := range v.Fields {
			dst = o.appendNested(dst, f, r)
		}
		return dst
	}
}

// orderedBits maps floats to numbers of the same order.
func orderedBits(f float64) uint64 {
	b := batch.KeyBits(f)
	if b&signBit != 0 {
		return ^b
	}
	return b | signBit
}

func appendOrderedBytes(dst, p []byte) []byte {
	for {
		i := bytes.IndexByte(p, 0)
		if i < 0 {
			break
		}
		dst = append(append(dst, p[:i+1]...), 0xff)
		p = p[i+1:]
	}
	return append(append(dst, p...), 0, 0)
}

// readRow appends the values of a row to the builders of its columns, which are found by their position in the schema, and refuses bytes
// that follow.
func (o *ordering) readRow(row []byte, cols []*batch.Builder) error {
	o.at, o.zeros = 0, o.zeros[:0]
	if o.floats {
		var err error
		if row, err = o.readZeros(row); err != nil {
			return err
		}
	}
	for _, c := range o.cols {
		if len(row) == 0 {
			return errOrdering
		}
		mark := row[0]
		row = row[1:]
		if mark != notNull {
			cols[c.column].AppendNull()
			continue
		}
		flip := byte(0)
		if c.desc {
			flip = 0xff
		}
		var err error
		if row, err = o.readValue(row, flip, cols[c.column]); err != nil {
			return err
		}
	}
	if len(row) != 0 {
		return errOrdering
	}
	return nil
}

// readZeros reads what stands at the end of a row and returns what comes before.
func (o *ordering) readZeros(row []byte) ([]byte, error) {
	if len(row) < 4 {
		return nil, errOrdering
	}
	end := len(row) - 4
	n := int64(binary.BigEndian.Uint32(row[end:]))
	if 4*n > int64(end) {
		return nil, errOrdering
	}
	from := end - int(4*n)
	for i := from; i < end; i += 4 {
		o.zeros = append(o.zeros, binary.BigEndian.Uint32(row[i:]))
	}
	return row[:from], nil
}

func (o *ordering) readNested(row []byte, flip byte, b *batch.Builder) ([]byte, error) {
	if len(row) == 0 {
		return nil, errOrdering
	}
	if row[0]^flip != notNull {
		b.AppendNull()
		return row[1:], nil
	}
	return o.readValue(row[1:], flip, b)
}

// readValue reads a value whose bits are turned round where flip's are set.
func (o *ordering) readValue(row []byte, flip byte, b *batch.Builder) ([]byte, error) {
	class := batch.ClassOf(b.Type())
	width := 8
	switch class {
	case batch.ClassStr:
		return readOrderedBytes(row, flip, b)
	case batch.ClassArray, batch.ClassMap, batch.ClassRow:
		return o.readNestedValue(row, flip, b)
	case batch.ClassBool:
		width = 1
	case batch.ClassDec:
		width = 16
	}
	if len(row) < width {
		return nil, errOrdering
	}
	wide := uint64(flip) * 0x0101010101010101
	switch class {
	case batch.ClassBool:
		b.AppendBool(row[0]^flip != 0)
	case batch.ClassI64:
		b.AppendInt(int64(binary.BigEndian.Uint64(row) ^ wide ^ signBit))
	case batch.ClassU64:
		b.AppendUint(binary.BigEndian.Uint64(row) ^ wide)
	case batch.ClassF64:
		b.AppendFloat(o.readFloat(binary.BigEndian.Uint64(row) ^ wide))
	case batch.ClassDec:
		high, low := binary.BigEndian.Uint64(row)^wide^signBit, binary.BigEndian.Uint64(row[8:])^wide
		b.AppendDecimal(decimal128.New(int64(high), low))
	default:
		return nil, errOrdering
	}
	return row[width:], nil
}

// readFloat is the inverse of orderedBits, but that -0 is found again.
func (o *ordering) readFloat(bits uint64) float64 {
	at := o.at
	o.at++
	if len(o.zeros) > 0 && o.zeros[0] == at {
		o.zeros = o.zeros[1:]
		return math.Copysign(0, -1)
	}
	if bits&signBit != 0 {
		return math.Float64frombits(bits &^ signBit)
	}
	return math.Float64frombits(^bits)
}

func readOrderedBytes(row []byte, flip byte, b *batch.Builder) ([]byte, error) {
	var text []byte
	for {
		i := bytes.IndexByte(row, flip)
		if i < 0 || i+1 == len(row) {
			return nil, errOrdering
		}
		end := row[i+1]^flip == 0
		if end && text == nil && flip == 0 {
			// The usual case: a text without a zero is there as it is.
			b.AppendBytes(row[:i])
			return row[i+2:], nil
		}
		if !end {
			i++ // the zero belongs to the text
		}
		for _, c := range row[:i] {
			text = append(text, c^flip)
		}
		if end {
			b.AppendBytes(text)
			return row[i+2:], nil
		}
		row = row[i+1:]
	}
}

func (o *ordering) readNestedValue(row []byte, flip byte, b *batch.Builder) ([]byte, error) {
	var err error
	if fields := b.Type().Fields; batch.ClassOf(b.Type()) == batch.ClassRow {
		for i := range fields {
			if row, err = o.readNested(row, flip, b.Field(i)); err != nil {
				return nil, err
			}
		}
		b.CloseRow()
		return row, nil
	}
	for {
		if len(row) == 0 {
			return nil, errOrdering
		}
		more := row[0]^flip != 0
		if row = row[1:]; !more {
			b.CloseList()
			return row, nil
		}
		if b.Keys() != nil {
			if row, err = o.readNested(row, flip, b.Keys()); err != nil {
				return nil, err
			}
		}
		if row, err = o.readNested(row, flip, b.Elems()); err != nil {
			return nil, err
		}
	}
}
