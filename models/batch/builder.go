package batch

import (
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/schema"
)

// Builder collects the values of one column. The typed Append methods do not check the column's type: the decoder that calls
// them was chosen by it. After Finish the builder is empty and may be used for the next batch.
type Builder struct {
	typ   schema.Type
	n     int
	nulls bool
	valid Bitmap

	bools []bool
	i64   []int64
	u64   []uint64
	f64   []float64
	dec   []decimal128.Num

	off  []int32
	data []byte

	// dict is not nil while strings are collected as dictionary codes; see DictLimit.
	dict  *dictBuilder
	codes []int32

	keys, elems *Builder
	fields      []*Builder
	capacity    int
}

// DictLimit is the number of distinct strings and DictBytes their total size up to which a column is kept as a dictionary that
// goes on from batch to batch. A column that passes either turns to plain strings for good.
const (
	DictLimit = 4096
	DictBytes = 256 << 10
)

// NewBuilder returns a builder for a column of type t that expects about capacity rows a batch.
func NewBuilder(t schema.Type, capacity int) *Builder {
	b := &Builder{typ: t, capacity: capacity}
	switch ClassOf(t) {
	case ClassStr:
		if t.Kind == schema.String {
			b.dict = newDictBuilder()
		}
	case ClassArray:
		b.elems = NewBuilder(*t.Elem, capacity)
	case ClassMap:
		b.keys, b.elems = NewBuilder(*t.Key, capacity), NewBuilder(*t.Elem, capacity)
	case ClassRow:
		for _, f := range t.Fields {
			b.fields = append(b.fields, NewBuilder(f.Type, capacity))
		}
	}
	b.reset()
	return b
}

func (b *Builder) reset() {
	b.n, b.nulls, b.valid = 0, false, nil
	c := b.capacity
	switch ClassOf(b.typ) {
	case ClassBool:
		b.bools = make([]bool, 0, c)
	case ClassI64:
		b.i64 = make([]int64, 0, c)
	case ClassU64:
		b.u64 = make([]uint64, 0, c)
	case ClassF64:
		b.f64 = make([]float64, 0, c)
	case ClassDec:
		b.dec = make([]decimal128.Num, 0, c)
	case ClassStr:
		if b.dict != nil {
			b.codes = make([]int32, 0, c)
			break
		}
		// The next batch is expected to be as large as the last.
		b.off, b.data = append(make([]int32, 0, c+1), 0), make([]byte, 0, len(b.data)+len(b.data)/8)
	case ClassArray, ClassMap:
		b.off = append(make([]int32, 0, c+1), 0)
	}
}

// Type returns the column's type.
func (b *Builder) Type() schema.Type { return b.typ }

// Len returns the number of values so far.
func (b *Builder) Len() int { return b.n }

// next counts one more value. It is small enough to be inlined: most columns hold no NULL.
func (b *Builder) next(valid bool) {
	if b.nulls || !valid {
		b.nextValid(valid)
	}
	b.n++
}

func (b *Builder) nextValid(valid bool) {
	if !b.nulls {
		b.nulls = true
		b.valid = NewBitmap(max(b.capacity, b.n+1), true)
	}
	for len(b.valid)*64 <= b.n {
		b.valid = append(b.valid, ^uint64(0))
	}
	if !valid {
		b.valid.Clear(b.n)
	}
}

// AppendNull adds a NULL.
func (b *Builder) AppendNull() {
	b.next(false)
	switch ClassOf(b.typ) {
	case ClassBool:
		b.bools = append(b.bools, false)
	case ClassI64:
		b.i64 = append(b.i64, 0)
	case ClassU64:
		b.u64 = append(b.u64, 0)
	case ClassF64:
		b.f64 = append(b.f64, 0)
	case ClassDec:
		b.dec = append(b.dec, decimal128.Num{})
	case ClassStr:
		if b.dict != nil {
			b.codes = append(b.codes, 0)
			break
		}
		b.off = append(b.off, int32(len(b.data)))
	case ClassArray, ClassMap:
		b.off = append(b.off, int32(b.elems.n))
	case ClassRow:
		for _, f := range b.fields {
			f.AppendNull()
		}
	}
}

// AppendBool adds a boolean.
func (b *Builder) AppendBool(v bool) { b.next(true); b.bools = append(b.bools, v) }

// AppendInt adds a signed integer, a date (days) or a timestamp (microseconds).
func (b *Builder) AppendInt(v int64) { b.next(true); b.i64 = append(b.i64, v) }

// AppendUint adds an unsigned integer.
func (b *Builder) AppendUint(v uint64) { b.next(true); b.u64 = append(b.u64, v) }

// AppendFloat adds a float.
func (b *Builder) AppendFloat(v float64) { b.next(true); b.f64 = append(b.f64, v) }

// AppendDecimal adds a decimal already scaled to the column's scale.
func (b *Builder) AppendDecimal(v decimal128.Num) { b.next(true); b.dec = append(b.dec, v) }

// AppendBytes adds a string, bytes or json value; the bytes are copied.
func (b *Builder) AppendBytes(v []byte) {
	b.next(true)
	if b.dict != nil {
		if c, ok := b.dict.code(v); ok {
			b.codes = append(b.codes, c)
			return
		}
		b.leaveDict()
	}
	b.data = append(b.data, v...)
	b.off = append(b.off, int32(len(b.data)))
}

// AppendString adds a string.
func (b *Builder) AppendString(v string) {
	b.next(true)
	if b.dict != nil {
		if c, ok := b.dict.code([]byte(v)); ok {
			b.codes = append(b.codes, c)
			return
		}
		b.leaveDict()
	}
	b.data = append(b.data, v...)
	b.off = append(b.off, int32(len(b.data)))
}

// leaveDict turns what was collected as codes into plain strings, for the rest of the builder's life.
func (b *Builder) leaveDict() {
	d := b.dict.view()
	b.dict = nil
	b.off = append(make([]int32, 0, b.capacity+1), 0)
	for i, c := range b.codes {
		if !b.nulls || b.valid.Get(i) {
			b.data = append(b.data, d.At(int(c))...)
		}
		b.off = append(b.off, int32(len(b.data)))
	}
	b.codes = nil
}

// Elems returns the builder of an array's elements or a map's values; append the elements first, then CloseList.
func (b *Builder) Elems() *Builder { return b.elems }

// Keys returns the builder of a map's keys.
func (b *Builder) Keys() *Builder { return b.keys }

// Field returns the builder of a row's i-th field; append one value to each, then CloseRow.
func (b *Builder) Field(i int) *Builder { return b.fields[i] }

// CloseList adds the array or map whose elements were appended since the last one.
func (b *Builder) CloseList() { b.next(true); b.off = append(b.off, int32(b.elems.n)) }

// CloseRow adds the row whose fields were appended.
func (b *Builder) CloseRow() { b.next(true) }

// Truncate drops the values from the n-th on, as when the rest of a record turns out to be broken. For an array or a map the
// elements appended since the last close are dropped too.
func (b *Builder) Truncate(n int) {
	if n < b.n && b.nulls {
		for i := n; i < b.n; i++ {
			b.valid.Set(i)
		}
	}
	b.n = min(b.n, n)
	switch ClassOf(b.typ) {
	case ClassBool:
		b.bools = b.bools[:b.n]
	case ClassI64:
		b.i64 = b.i64[:b.n]
	case ClassU64:
		b.u64 = b.u64[:b.n]
	case ClassF64:
		b.f64 = b.f64[:b.n]
	case ClassDec:
		b.dec = b.dec[:b.n]
	case ClassStr:
		if b.dict != nil {
			b.codes = b.codes[:b.n]
			break
		}
		b.off = b.off[:b.n+1]
		b.data = b.data[:b.off[b.n]]
	case ClassArray, ClassMap:
		b.off = b.off[:b.n+1]
		b.elems.Truncate(int(b.off[b.n]))
		if b.keys != nil {
			b.keys.Truncate(int(b.off[b.n]))
		}
	case ClassRow:
		for _, f := range b.fields {
			f.Truncate(b.n)
		}
	}
}

// Finish hands the collected values over as a vector and empties the builder.
func (b *Builder) Finish() *Vector {
	v := &Vector{Type: b.typ, N: b.n, Bools: b.bools, I64: b.i64, U64: b.u64, F64: b.f64, Dec: b.dec}
	if b.nulls {
		v.Valid = b.valid
	}
	switch ClassOf(b.typ) {
	case ClassStr:
		if b.dict != nil {
			v.Codes, v.Dict = b.codes, b.dict.view()
		} else {
			v.Off, v.Data = b.off, b.data
		}
	case ClassArray, ClassMap:
		v.Off, v.Elems = b.off, b.elems.Finish()
		if b.keys != nil {
			v.Keys = b.keys.Finish()
		}
	case ClassRow:
		for _, f := range b.fields {
			v.Fields = append(v.Fields, f.Finish())
		}
	}
	b.reset()
	return v
}

// dictBuilder is an append-only dictionary with an open-addressing index.
type dictBuilder struct {
	id    *DictID
	off   []int32
	data  []byte
	index []int32 // code+1, 0 is free; a power of two in length
	last  *Dict
	// recent is the code given out last: columns that repeat often repeat at once.
	recent int32
}

func newDictBuilder() *dictBuilder {
	// Entry 0 is the empty string, so that the code of a NULL row is always in range.
	return &dictBuilder{id: new(DictID), off: []int32{0, 0}, index: insertCode(make([]int32, 64), hashBytes(nil), 0)}
}

func insertCode(index []int32, h uint64, code int32) []int32 {
	mask := uint64(len(index) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if index[i] == 0 {
			index[i] = code + 1
			return index
		}
	}
}

// code returns the code of v, adding it when new; ok is false when the dictionary has grown past its limits.
func (d *dictBuilder) code(v []byte) (code int32, ok bool) {
	if r := d.recent; string(d.data[d.off[r]:d.off[r+1]]) == string(v) {
		return r, true
	}
	h, mask := hashBytes(v), uint64(len(d.index)-1)
	for i := h & mask; ; i = (i + 1) & mask {
		c := d.index[i] - 1
		if c < 0 {
			break
		}
		if string(d.data[d.off[c]:d.off[c+1]]) == string(v) {
			d.recent = c
			return c, true
		}
	}
	n := len(d.off) - 1
	if n >= DictLimit || len(d.data)+len(v) > DictBytes {
		return 0, false
	}
	d.data = append(d.data, v...)
	d.off = append(d.off, int32(len(d.data)))
	if 2*(n+1) > len(d.index) {
		grown := make([]int32, 2*len(d.index))
		for c := range n {
			insertCode(grown, hashBytes(d.data[d.off[c]:d.off[c+1]]), int32(c))
		}
		d.index = grown
	}
	insertCode(d.index, h, int32(n))
	d.recent = int32(n)
	return int32(n), true
}

// view returns the dictionary as it is now. Later entries are appended behind what the view can see, so it may be read by
// another goroutine while the builder goes on.
func (d *dictBuilder) view() *Dict {
	if d.last == nil || len(d.last.Off) != len(d.off) {
		d.last = &Dict{ID: d.id, Off: d.off[:len(d.off):len(d.off)], Data: d.data[:len(d.data):len(d.data)]}
	}
	return d.last
}
