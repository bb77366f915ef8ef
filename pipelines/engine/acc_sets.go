package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/batch"
	"millrace/pipelines/engine/keyed"
)

var (
	errCut         = errors.New("the state is cut short")
	errSumOverflow = errors.New("a sum has overflowed its type")
)

// distinctAcc counts distinct values of fixed width.
type distinctAcc struct {
	set   *keyed.Pairs
	n     []int64
	saved int
}

func (a *distinctAcc) grow(n int)   { a.n = grown(a.n, n) }
func (a *distinctAcc) save()        { a.saved = a.set.Len() }
func (a *distinctAcc) bytes() int64 { return a.set.Bytes() + int64(cap(a.n)*8) }

func (a *distinctAcc) add(g int32, v uint64) {
	if a.set.Add(uint32(g), v) {
		a.n[g]++
	}
}

func (a *distinctAcc) update(v *batch.Vector, rows, groups []int32) error {
	switch {
	case v.I64 != nil:
		for i, g := range groups {
			if r := int(rows[i]); !v.IsNull(r) {
				a.add(g, uint64(v.I64[r]))
			}
		}
	case v.U64 != nil:
		for i, g := range groups {
			if r := int(rows[i]); !v.IsNull(r) {
				a.add(g, v.U64[r])
			}
		}
	case v.F64 != nil:
		for i, g := range groups {
			if r := int(rows[i]); !v.IsNull(r) {
				a.add(g, batch.KeyBits(v.F64[r]))
			}
		}
	case v.Bools != nil:
		for i, g := range groups {
			if r := int(rows[i]); !v.IsNull(r) {
				b := uint64(0)
				if v.Bools[r] {
					b = 1
				}
				a.add(g, b)
			}
		}
	}
	return nil
}

func (a *distinctAcc) merge(from acc, into []int32) error {
	f := from.(*distinctAcc)
	for i := range f.set.Len() {
		g, v := f.set.At(i)
		a.add(into[g], v)
	}
	return nil
}

func (a *distinctAcc) appendState(dst []byte, full bool) []byte {
	if full {
		return a.set.AppendFrom(dst, 0)
	}
	return a.set.AppendFrom(dst, a.saved)
}

func (a *distinctAcc) readState(src []byte, n int) ([]byte, error) {
	a.grow(n)
	from := a.set.Len()
	rest, err := a.set.ReadInto(src, n)
	for i := from; i < a.set.Len(); i++ {
		g, _ := a.set.At(i)
		a.n[g]++
	}
	a.save()
	return rest, err
}

func (a *distinctAcc) finish(g int, out *batch.Builder) error {
	out.AppendInt(a.n[g])
	return nil
}

// distinctBytesAcc counts distinct strings and decimals; a key is the group followed by the value.
type distinctBytesAcc struct {
	set   *keyed.Table
	n     []int64
	saved int
	buf   []byte
}

func (a *distinctBytesAcc) grow(n int)   { a.n = grown(a.n, n) }
func (a *distinctBytesAcc) save()        { a.saved = a.set.Len() }
func (a *distinctBytesAcc) bytes() int64 { return a.set.Bytes() + int64(cap(a.n)*8) }

func (a *distinctBytesAcc) add(g int32, v []byte) error {
	a.buf = append(binary.LittleEndian.AppendUint32(a.buf[:0], uint32(g)), v...)
	_, added, err := a.set.Put(a.buf, batch.HashBytes(a.buf, 0))
	if added {
		a.n[g]++
	}
	return err
}

func (a *distinctBytesAcc) update(v *batch.Vector, rows, groups []int32) error {
	var num [16]byte
	for i, g := range groups {
		r := int(rows[i])
		if v.IsNull(r) {
			continue
		}
		var value []byte
		if v.Dec != nil {
			value = appendDecimal(num[:0], v.Dec[r])
		} else {
			value = v.Bytes(r)
		}
		if err := a.add(g, value); err != nil {
			return err
		}
	}
	return nil
}

func (a *distinctBytesAcc) merge(from acc, into []int32) error {
	f := from.(*distinctBytesAcc)
	for i := range f.set.Len() {
		k := f.set.Key(i)
		if err := a.add(into[binary.LittleEndian.Uint32(k)], k[4:]); err != nil {
			return err
		}
	}
	return nil
}

func (a *distinctBytesAcc) appendState(dst []byte, full bool) []byte {
	if full {
		return a.set.AppendFrom(dst, 0)
	}
	return a.set.AppendFrom(dst, a.saved)
}

func (a *distinctBytesAcc) readState(src []byte, n int) ([]byte, error) {
	a.grow(n)
	from := a.set.Len()
	rest, err := a.set.ReadInto(src)
	if err != nil {
		return nil, err
	}
	for i := from; i < a.set.Len(); i++ {
		k := a.set.Key(i)
		if len(k) < 4 || binary.LittleEndian.Uint32(k) >= uint32(n) {
			return nil, fmt.Errorf("a distinct value belongs to no group")
		}
		a.n[binary.LittleEndian.Uint32(k)]++
	}
	a.save()
	return rest, nil
}

func (a *distinctBytesAcc) finish(g int, out *batch.Builder) error {
	out.AppendInt(a.n[g])
	return nil
}

// extremeAcc keeps the least or the greatest value of each group.
type extremeAcc struct {
	max   bool
	class batch.Class
	has   []bool
	num   []uint64 // bits of bool, int64, uint64 and float64
	dec   []decimal128.Num
	str   [][]byte
	size  int64
}

func (a *extremeAcc) grow(n int) {
	a.has = grown(a.has, n)
	switch a.class {
	case batch.ClassDec:
		a.dec = grown(a.dec, n)
	case batch.ClassStr:
		a.str = grown(a.str, n)
	default:
		a.num = grown(a.num, n)
	}
}
func (a *extremeAcc) save() {}
func (a *extremeAcc) bytes() int64 {
	return int64(cap(a.has)+cap(a.num)*8+cap(a.dec)*16+cap(a.str)*24) + a.size
}

// better reports whether a comparison result c of new against old makes the new value the one to keep.
func (a *extremeAcc) better(c int) bool { return a.max && c > 0 || !a.max && c < 0 }

func (a *extremeAcc) offerNum(g int32, v uint64) {
	if !a.has[g] || a.better(compareNum(a.class, v, a.num[g])) {
		a.has[g], a.num[g] = true, v
	}
}

func (a *extremeAcc) offerDec(g int32, v decimal128.Num) {
	if !a.has[g] || a.better(v.Cmp(a.dec[g])) {
		a.has[g], a.dec[g] = true, v
	}
}

func (a *extremeAcc) offerStr(g int32, v []byte) {
	if !a.has[g] || a.better(bytes.Compare(v, a.str[g])) {
		a.size += int64(len(v) - len(a.str[g]))
		// The bytes belong to a batch: keep a copy.
		a.has[g], a.str[g] = true, append(a.str[g][:0:0], v...)
	}
}

// compareNum orders values by class; NaN equals NaN and comes last, as everywhere in the language.
func compareNum(class batch.Class, x, y uint64) int {
	switch class {
	case batch.ClassI64:
		return compare(int64(x), int64(y))
	case batch.ClassF64:
		fx, fy := math.Float64frombits(x), math.Float64frombits(y)
		switch {
		case fx != fx && fy != fy:
			return 0
		case fx != fx:
			return 1
		case fy != fy:
			return -1
		}
		return compare(fx, fy)
	default:
		return compare(x, y)
	}
}

func compare[T int64 | uint64 | float64](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (a *extremeAcc) update(v *batch.Vector, rows, groups []int32) error {
	for i, g := range groups {
		r := int(rows[i])
		if v.IsNull(r) {
			continue
		}
		switch a.class {
		case batch.ClassI64:
			a.offerNum(g, uint64(v.I64[r]))
		case batch.ClassU64:
			a.offerNum(g, v.U64[r])
		case batch.ClassF64:
			a.offerNum(g, math.Float64bits(v.F64[r]))
		case batch.ClassBool:
			b := uint64(0)
			if v.Bools[r] {
				b = 1
			}
			a.offerNum(g, b)
		case batch.ClassDec:
			a.offerDec(g, v.Dec[r])
		case batch.ClassStr:
			a.offerStr(g, v.Bytes(r))
		}
	}
	return nil
}

func (a *extremeAcc) merge(from acc, into []int32) error {
	f := from.(*extremeAcc)
	for g, has := range f.has {
		if !has {
			continue
		}
		switch a.class {
		case batch.ClassDec:
			a.offerDec(into[g], f.dec[g])
		case batch.ClassStr:
			a.offerStr(into[g], f.str[g])
		default:
			a.offerNum(into[g], f.num[g])
		}
	}
	return nil
}

func (a *extremeAcc) appendState(dst []byte, _ bool) []byte {
	for g := range a.has {
		dst = a.appendGroup(dst, g)
	}
	return dst
}

func (a *extremeAcc) appendGroup(dst []byte, g int) []byte {
	if !a.has[g] {
		return append(dst, 0)
	}
	dst = append(dst, 1)
	switch a.class {
	case batch.ClassDec:
		return appendDecimal(dst, a.dec[g])
	case batch.ClassStr:
		dst = binary.AppendUvarint(dst, uint64(len(a.str[g])))
		return append(dst, a.str[g]...)
	default:
		return binary.LittleEndian.AppendUint64(dst, a.num[g])
	}
}

func (a *extremeAcc) readState(src []byte, n int) (_ []byte, err error) {
	a.has, a.num, a.dec, a.str, a.size = nil, nil, nil, nil, 0
	a.grow(n)
	for g := range n {
		if src, err = a.readGroup(src, g); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func (a *extremeAcc) readGroup(src []byte, g int) ([]byte, error) {
	if len(src) == 0 {
		return nil, errCut
	}
	a.has[g] = src[0] != 0
	src = src[1:]
	if !a.has[g] {
		return src, nil
	}
	switch a.class {
	case batch.ClassDec:
		if len(src) < 16 {
			return nil, errCut
		}
		a.dec[g] = readDecimal(src)
		return src[16:], nil
	case batch.ClassStr:
		l, rest, err := keyed.Uvarint(src)
		if err != nil || l > uint64(len(rest)) {
			return nil, errCut
		}
		a.size += int64(l) - int64(len(a.str[g]))
		a.str[g] = append([]byte{}, rest[:l]...)
		return rest[l:], nil
	default:
		if len(src) < 8 {
			return nil, errCut
		}
		a.num[g] = binary.LittleEndian.Uint64(src)
		return src[8:], nil
	}
}

func (a *extremeAcc) finish(g int, out *batch.Builder) error {
	if !a.has[g] {
		out.AppendNull()
		return nil
	}
	switch a.class {
	case batch.ClassI64:
		out.AppendInt(int64(a.num[g]))
	case batch.ClassU64:
		out.AppendUint(a.num[g])
	case batch.ClassF64:
		out.AppendFloat(math.Float64frombits(a.num[g]))
	case batch.ClassBool:
		out.AppendBool(a.num[g] != 0)
	case batch.ClassDec:
		out.AppendDecimal(a.dec[g])
	case batch.ClassStr:
		out.AppendBytes(a.str[g])
	}
	return nil
}

// grown returns s with length n, new entries zero; it never shrinks and grows by doubling.
func grown[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	if n <= cap(s) {
		return s[:n]
	}
	out := make([]T, n, max(n, 2*cap(s)))
	copy(out, s)
	return out
}

func appendInts(dst []byte, v []int64) []byte {
	for _, x := range v {
		dst = binary.AppendVarint(dst, x)
	}
	return dst
}

func readInts(src []byte, n int) ([]int64, []byte, error) {
	if n > len(src) {
		return nil, nil, errCut
	}
	out := make([]int64, n)
	for i := range out {
		v, l := binary.Varint(src)
		if l <= 0 {
			return nil, nil, errCut
		}
		out[i], src = v, src[l:]
	}
	return out, src, nil
}

func appendDecimal(dst []byte, d decimal128.Num) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, d.LowBits())
	return binary.LittleEndian.AppendUint64(dst, uint64(d.HighBits()))
}

func readDecimal(src []byte) decimal128.Num {
	return decimal128.New(int64(binary.LittleEndian.Uint64(src[8:])), binary.LittleEndian.Uint64(src))
}
