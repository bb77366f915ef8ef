package batch

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"millrace/models/schema"
)

// FromArrow returns the columns of s, found by name, out of an Arrow record. Memory is shared where the layout is the same: the record
// must not be changed or released afterwards. Integers, dates, timestamps and decimals of other widths and units are
// converted; a value that does not fit is an error, and so is a string that is not UTF-8. Digits of a timestamp finer than a microsecond
// are dropped towards the past.
func FromArrow(rec arrow.RecordBatch, s *schema.Schema) (*Batch, error) {
	if rec.NumRows() > maxInt32 {
		return nil, fmt.Errorf("the Arrow record has %d rows, more than one batch can hold", rec.NumRows())
	}
	b := &Batch{Schema: s, N: int(rec.NumRows()), Part: NoPart, Cols: make([]*Vector, len(s.Fields))}
	for i, f := range s.Fields {
		at := rec.Schema().FieldIndices(f.Name)
		if len(at) != 1 {
			return nil, fmt.Errorf("the Arrow record has %d columns named %q", len(at), f.Name)
		}
		v, err := fromArray(rec.Column(at[0]), f.Type)
		if err != nil {
			return nil, fmt.Errorf("converting column %s from Arrow: %w", f.Name, err)
		}
		b.Cols[i] = v
	}
	if err := b.Check(); err != nil {
		return nil, err
	}
	return b, nil
}

func mismatch(a arrow.Array, t schema.Type) error {
	return fmt.Errorf("%s does not become %s", a.DataType(), t)
}

// fromArray converts one array. Its offset need not be zero.
func fromArray(a arrow.Array, t schema.Type) (*Vector, error) {
	v := &Vector{Type: t, N: a.Len()}
	if err := backed(a); err != nil {
		return nil, err
	}
	if a.NullN() > 0 {
		v.Valid = NewBitmap(v.N, false)
		for i := range v.N {
			if a.IsValid(i) {
				v.Valid.Set(i)
			}
		}
	}
	var err error
	switch ClassOf(t) {
	case ClassBool:
		err = boolsFrom(v, a)
	case ClassI64:
		err = signedFrom(v, a)
	case ClassU64:
		err = unsignedFrom(v, a)
	case ClassF64:
		err = floatsFrom(v, a)
	case ClassDec:
		err = decimalsFrom(v, a)
	case ClassStr:
		err = stringsFrom(v, a)
	case ClassArray, ClassMap:
		err = listsFrom(v, a)
	case ClassRow:
		err = rowsFrom(v, a)
	default:
		err = mismatch(a, t)
	}
	return v, err
}

// backed verifies that an array has memory for as many rows as it claims, before memory is taken for them: in a damaged stream the
// one says nothing about the other. Every layout but a struct's has at least a bit a row in its second buffer.
func backed(a arrow.Array) error {
	d := a.Data()
	bits := func(i int) int {
		if b := d.Buffers(); i < len(b) && b[i] != nil {
			return b[i].Len() * 8
		}
		return 0
	}
	end := d.Offset() + d.Len()
	if d.Offset() < 0 || d.Len() < 0 || end < 0 || a.NullN() > 0 && bits(0) < end {
		return fmt.Errorf("the validity of %d rows is missing", d.Len())
	}
	if _, ok := a.(*array.Struct); !ok && bits(1) < end {
		return fmt.Errorf("the values of %d rows are missing", d.Len())
	}
	return nil
}

func boolsFrom(v *Vector, a arrow.Array) error {
	in, ok := a.(*array.Boolean)
	if !ok {
		return mismatch(a, v.Type)
	}
	v.Bools = make([]bool, v.N)
	for i := range v.Bools {
		v.Bools[i] = in.Value(i)
	}
	return nil
}

func widen[To, From int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64](values []From) []To {
	return narrow[To](values)
}

func signedFrom(v *Vector, a arrow.Array) error {
	switch in := a.(type) {
	case *array.Date32:
		return v.exactly(schema.Date, a, func() { v.I64 = make([]int64, len(in.Date32Values())); each(in.Date32Values(), v.I64) })
	case *array.Date64:
		return v.exactly(schema.Date, a, func() {
			v.I64 = make([]int64, len(in.Date64Values()))
			for i, d := range in.Date64Values() {
				v.I64[i] = floorDiv(int64(d), 86_400_000)
			}
		})
	case *array.Timestamp:
		if v.Type.Kind != schema.Timestamp {
			return mismatch(a, v.Type)
		}
		return timesFrom(v, in)
	}
	if !v.Type.Signed() {
		return mismatch(a, v.Type)
	}
	bits := 64
	switch in := a.(type) {
	case *array.Int64:
		v.I64 = in.Int64Values()
	case *array.Int32:
		v.I64, bits = widen[int64](in.Int32Values()), 32
	case *array.Int16:
		v.I64, bits = widen[int64](in.Int16Values()), 16
	case *array.Int8:
		v.I64, bits = widen[int64](in.Int8Values()), 8
	case *array.Uint8:
		v.I64, bits = widen[int64](in.Uint8Values()), 9
	case *array.Uint16:
		v.I64, bits = widen[int64](in.Uint16Values()), 17
	case *array.Uint32:
		v.I64, bits = widen[int64](in.Uint32Values()), 33
	case *array.Uint64:
		v.I64, bits = widen[int64](in.Uint64Values()), 65
	default:
		return mismatch(a, v.Type)
	}
	if bits <= v.Type.Bits() {
		return nil
	}
	shift := 64 - v.Type.Bits()
	for i, n := range v.I64 {
		if (n<<shift>>shift != n || bits == 65 && n < 0) && !v.IsNull(i) {
			return fmt.Errorf("the value of row %d does not fit %s", i, v.Type)
		}
	}
	return nil
}

func each[From ~int32 | ~int64, To int64](from []From, to []To) {
	for i, f := range from {
		to[i] = To(f)
	}
}

func (v *Vector) exactly(k schema.Kind, a arrow.Array, convert func()) error {
	if v.Type.Kind != k {
		return mismatch(a, v.Type)
	}
	convert()
	return nil
}

func timesFrom(v *Vector, in *array.Timestamp) error {
	unit := in.DataType().(*arrow.TimestampType).Unit
	v.I64 = arrow.Int64Traits.CastFromBytes(arrow.TimestampTraits.CastToBytes(in.TimestampValues()))
	if unit == arrow.Microsecond {
		return nil
	}
	times, shared := int64(1), v.I64
	switch unit {
	case arrow.Second:
		times = 1_000_000
	case arrow.Millisecond:
		times = 1_000
	}
	v.I64 = make([]int64, len(shared))
	for i, n := range shared {
		switch {
		case v.IsNull(i):
		case unit == arrow.Nanosecond:
			v.I64[i] = floorDiv(n, 1000)
		case n > math.MaxInt64/times || n < math.MinInt64/times:
			return fmt.Errorf("the value of row %d does not fit %s", i, v.Type)
		default:
			v.I64[i] = n * times
		}
	}
	return nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func unsignedFrom(v *Vector, a arrow.Array) error {
	bits := 64
	switch in := a.(type) {
	case *array.Uint64:
		v.U64 = in.Uint64Values()
	case *array.Uint32:
		v.U64, bits = widen[uint64](in.Uint32Values()), 32
	case *array.Uint16:
		v.U64, bits = widen[uint64](in.Uint16Values()), 16
	case *array.Uint8:
		v.U64, bits = widen[uint64](in.Uint8Values()), 8
	default:
		signed := &Vector{Type: schema.Of(schema.Int64), N: v.N, Valid: v.Valid}
		if err := signedFrom(signed, a); err != nil {
			return mismatch(a, v.Type)
		}
		// A negative number becomes one that is too large for every type but uint64, and is caught there by its sign.
		v.U64, bits = widen[uint64](signed.I64), 65
	}
	for i, n := range v.U64 {
		if bits > v.Type.Bits() && (n>>(v.Type.Bits()-1)>>1 != 0 || bits == 65 && int64(n) < 0) && !v.IsNull(i) {
			return fmt.Errorf("the value of row %d does not fit %s", i, v.Type)
		}
	}
	return nil
}

func floatsFrom(v *Vector, a arrow.Array) error {
	switch in := a.(type) {
	case *array.Float64:
		if v.Type.Kind != schema.Float64 {
			return mismatch(a, v.Type)
		}
		v.F64 = in.Float64Values()
	case *array.Float32:
		v.F64 = widen[float64](in.Float32Values())
	default:
		return mismatch(a, v.Type)
	}
	return nil
}

func decimalsFrom(v *Vector, a arrow.Array) error {
	in, ok := a.(*array.Decimal128)
	if !ok {
		return mismatch(a, v.Type)
	}
	v.Dec = in.Values()
	from, to := in.DataType().(*arrow.Decimal128Type), v.Type
	if from.Scale == int32(to.Scale) && from.Precision <= int32(to.Precision) {
		return nil
	}
	shared := v.Dec
	v.Dec = append(v.Dec[:0:0], shared...)
	for i, n := range shared {
		if v.IsNull(i) {
			continue
		}
		r, err := n.Rescale(from.Scale, int32(to.Scale))
		if err != nil || !r.FitsInPrecision(int32(to.Precision)) {
			return fmt.Errorf("the value of row %d does not fit %s", i, v.Type)
		}
		v.Dec[i] = r
	}
	return nil
}

func stringsFrom(v *Vector, a arrow.Array) error {
	switch in := a.(type) {
	case *array.Dictionary:
		return dictionaryFrom(v, in)
	case *array.String, *array.Binary:
		if err := v.offsets(a); err != nil {
			return err
		}
		if b := a.Data().Buffers(); len(b) > 2 && b[2] != nil {
			v.Data = b[2].Bytes()
		}
		if err := checkOffsets(v.Off, len(v.Data)); err != nil {
			return err
		}
	case *array.LargeString, *array.LargeBinary, *array.FixedSizeBinary:
		if err := copyStrings(v, a); err != nil {
			return err
		}
	default:
		return mismatch(a, v.Type)
	}
	if v.Type.Kind == schema.Bytes {
		return nil
	}
	for i := range v.N {
		if !v.IsNull(i) && !utf8.Valid(v.Bytes(i)) {
			return fmt.Errorf("the string of row %d is not UTF-8", i)
		}
	}
	return nil
}

// offsets shares the 32-bit offsets of an array.
func (v *Vector) offsets(a arrow.Array) error {
	b, at := a.Data().Buffers(), a.Data().Offset()
	if v.N == 0 {
		v.Off = []int32{0}
		return nil
	}
	if len(b) < 2 || b[1] == nil || b[1].Len()/4 < at+v.N+1 {
		return fmt.Errorf("the offsets of %d rows are missing", v.N)
	}
	v.Off = arrow.Int32Traits.CastFromBytes(b[1].Bytes())[at : at+v.N+1]
	return nil
}

func copyStrings(v *Vector, a arrow.Array) error {
	at := func(i int) []byte { return nil }
	switch in := a.(type) {
	case *array.LargeString:
		at = func(i int) []byte { return []byte(in.Value(i)) }
	case *array.LargeBinary:
		at = in.Value
	case *array.FixedSizeBinary:
		at = in.Value
	}
	v.Off = make([]int32, 1, v.N+1)
	for i := range v.N {
		if !v.IsNull(i) {
			v.Data = append(v.Data, at(i)...)
		}
		if len(v.Data) > maxInt32 {
			return fmt.Errorf("the strings of %d rows are more than one batch can hold", v.N)
		}
		v.Off = append(v.Off, int32(len(v.Data)))
	}
	return nil
}

func dictionaryFrom(v *Vector, in *array.Dictionary) error {
	entries, err := fromArray(in.Dictionary(), v.Type)
	if err != nil {
		return err
	}
	if entries.Codes != nil || entries.Valid != nil {
		return fmt.Errorf("a dictionary with NULL or nested entries")
	}
	v.Dict = &Dict{ID: new(DictID), Off: entries.Off, Data: entries.Data}
	if indices, ok := in.Indices().(*array.Int32); ok {
		v.Codes = indices.Int32Values()
	} else {
		v.Codes = make([]int32, v.N)
		for i := range v.N {
			if !v.IsNull(i) {
				v.Codes[i] = int32(in.GetValueIndex(i))
			}
		}
	}
	if v.Codes == nil {
		v.Codes = []int32{} // it is what tells a dictionary column from a plain one
	}
	return v.settleNullCodes()
}

// settleNullCodes gives NULL rows, for which Arrow promises nothing, a code that is in range.
func (v *Vector) settleNullCodes() error {
	shared := true
	for i, c := range v.Codes {
		if c >= 0 && int(c) < v.Dict.Len() {
			continue
		}
		if !v.IsNull(i) {
			return fmt.Errorf("row %d has code %d of %d", i, c, v.Dict.Len())
		}
		if shared {
			v.Codes, shared = slices.Clone(v.Codes), false
		}
		v.Codes[i] = 0
	}
	if v.N > 0 && v.Dict.Len() == 0 {
		// Every row is NULL.
		v.Dict = &Dict{ID: v.Dict.ID, Off: []int32{0, 0}}
	}
	return nil
}

func listsFrom(v *Vector, a arrow.Array) error {
	if err := v.offsets(a); err != nil {
		return err
	}
	var err error
	switch in := a.(type) {
	case *array.Map:
		if v.Type.Kind != schema.Map {
			return mismatch(a, v.Type)
		}
		if v.Keys, err = fromArray(in.Keys(), *v.Type.Key); err != nil {
			return err
		}
		if v.Keys.Valid != nil {
			return fmt.Errorf("a map has a NULL key")
		}
		v.Elems, err = fromArray(in.Items(), *v.Type.Elem)
	case *array.List:
		if v.Type.Kind != schema.Array {
			return mismatch(a, v.Type)
		}
		v.Elems, err = fromArray(in.ListValues(), *v.Type.Elem)
	default:
		return mismatch(a, v.Type)
	}
	return err
}

func rowsFrom(v *Vector, a arrow.Array) error {
	in, ok := a.(*array.Struct)
	if !ok {
		return mismatch(a, v.Type)
	}
	t := in.DataType().(*arrow.StructType)
	for _, f := range v.Type.Fields {
		at, ok := t.FieldIdx(f.Name)
		if !ok {
			return fmt.Errorf("the Arrow struct has no field %q", f.Name)
		}
		c, err := fromArray(in.Field(at), f.Type)
		if err != nil {
			return fmt.Errorf("field %s: %w", f.Name, err)
		}
		v.Fields = append(v.Fields, c)
	}
	return nil
}
