package engine

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// acc accumulates one aggregate for all groups of a pane, columnar: entry g belongs to group g. What it holds after any number of
// updates and merges depends only on the rows of each lane in their order and on the order in which lanes are merged, never on
// batching: that is what makes answers reproducible.
type acc interface {
	// grow makes room for groups up to n.
	grow(n int)
	// update adds the rows listed; groups[i] is the group of physical row rows[i]. v is nil for COUNT(*).
	update(v *batch.Vector, rows, groups []int32) error
	// merge adds the groups of from, whose group g is group into[g] here.
	merge(from acc, into []int32) error
	// appendState writes what changed since save was last called, or everything when full; save marks it as written.
	appendState(dst []byte, full bool) []byte
	save()
	// readState applies what appendState wrote for a pane of n groups and returns what follows it.
	readState(src []byte, n int) ([]byte, error)
	// finish appends the result of group g.
	finish(g int, out *batch.Builder) error
	bytes() int64
}

// newAcc returns the accumulator of an aggregate call.
func newAcc(a *expr.Agg) (acc, error) {
	if a.Func == "count" {
		switch {
		case !a.Distinct:
			return &countAcc{}, nil
		case batch.ClassOf(a.Arg.Type) == batch.ClassStr || batch.ClassOf(a.Arg.Type) == batch.ClassDec:
			return &distinctBytesAcc{set: keyed.NewTable()}, nil
		case batch.ClassOf(a.Arg.Type) >= batch.ClassBool && batch.ClassOf(a.Arg.Type) <= batch.ClassF64:
			return &distinctAcc{set: keyed.NewPairs()}, nil
		}
		return nil, fmt.Errorf("count(DISTINCT) cannot count values of type %s", a.Arg.Type)
	}
	if a.Distinct && a.Func != "min" && a.Func != "max" {
		return nil, fmt.Errorf("%s(DISTINCT) is not among the engine's aggregates", a.Func)
	}
	class := batch.ClassOf(a.Arg.Type)
	switch a.Func {
	case "sum", "avg":
		switch class {
		case batch.ClassI64, batch.ClassU64:
			return &sumIntAcc{avg: a.Func == "avg", out: a.Type}, nil
		case batch.ClassF64:
			return &sumFloatAcc{avg: a.Func == "avg", out: a.Type}, nil
		case batch.ClassDec:
			return &sumDecAcc{avg: a.Func == "avg", in: a.Arg.Type, out: a.Type}, nil
		}
	case "min", "max":
		switch class {
		case batch.ClassBool, batch.ClassI64, batch.ClassU64, batch.ClassF64, batch.ClassDec, batch.ClassStr:
			return &extremeAcc{max: a.Func == "max", class: class}, nil
		}
	}
	return nil, fmt.Errorf("the engine has no aggregate %s over %s", a.Func, a.Arg.Type)
}

// countAcc counts rows, or values that are not NULL.
type countAcc struct{ n []int64 }

func (a *countAcc) grow(n int)   { a.n = grown(a.n, n) }
func (a *countAcc) save()        {}
func (a *countAcc) bytes() int64 { return int64(cap(a.n) * 8) }

func (a *countAcc) update(v *batch.Vector, rows, groups []int32) error {
	if v == nil || v.Valid == nil {
		for _, g := range groups {
			a.n[g]++
		}
		return nil
	}
	for i, g := range groups {
		if v.Valid.Get(int(rows[i])) {
			a.n[g]++
		}
	}
	return nil
}

func (a *countAcc) merge(from acc, into []int32) error {
	for g, n := range from.(*countAcc).n {
		a.n[into[g]] += n
	}
	return nil
}

func (a *countAcc) appendState(dst []byte, _ bool) []byte { return appendInts(dst, a.n) }

func (a *countAcc) readState(src []byte, n int) (rest []byte, err error) {
	a.n, rest, err = readInts(src, n)
	return rest, err
}

func (a *countAcc) finish(g int, out *batch.Builder) error {
	out.AppendInt(a.n[g])
	return nil
}

// sumIntAcc sums integers in 128 bits, so that no order of addition can overflow on the way; the result is checked at the end.
type sumIntAcc struct {
	avg bool
	out schema.Type
	lo  []uint64
	hi  []int64
	n   []int64
}

func (a *sumIntAcc) grow(n int) {
	a.lo, a.hi, a.n = grown(a.lo, n), grown(a.hi, n), grown(a.n, n)
}
func (a *sumIntAcc) save()        {}
func (a *sumIntAcc) bytes() int64 { return int64(cap(a.lo)*8 + cap(a.hi)*8 + cap(a.n)*8) }

func (a *sumIntAcc) add(g int32, lo uint64, hi int64) {
	var c uint64
	a.lo[g], c = bits.Add64(a.lo[g], lo, 0)
	a.hi[g] += hi + int64(c)
}

func (a *sumIntAcc) update(v *batch.Vector, rows, groups []int32) error {
	signed := v.I64 != nil
	for i, g := range groups {
		r := rows[i]
		if v.IsNull(int(r)) {
			continue
		}
		if signed {
			a.add(g, uint64(v.I64[r]), v.I64[r]>>63)
		} else {
			a.add(g, v.U64[r], 0)
		}
		a.n[g]++
	}
	return nil
}

func (a *sumIntAcc) merge(from acc, into []int32) error {
	f := from.(*sumIntAcc)
	for g := range f.n {
		a.add(into[g], f.lo[g], f.hi[g])
		a.n[into[g]] += f.n[g]
	}
	return nil
}

func (a *sumIntAcc) appendState(dst []byte, _ bool) []byte {
	for _, lo := range a.lo {
		dst = binary.LittleEndian.AppendUint64(dst, lo)
	}
	return appendInts(appendInts(dst, a.hi), a.n)
}

func (a *sumIntAcc) readState(src []byte, n int) ([]byte, error) {
	if len(src) < 8*n {
		return nil, errCut
	}
	a.lo = make([]uint64, n)
	for i := range a.lo {
		a.lo[i] = binary.LittleEndian.Uint64(src[8*i:])
	}
	var err error
	if a.hi, src, err = readInts(src[8*n:], n); err != nil {
		return nil, err
	}
	a.n, src, err = readInts(src, n)
	return src, err
}

func (a *sumIntAcc) finish(g int, out *batch.Builder) error {
	if a.n[g] == 0 {
		out.AppendNull()
		return nil
	}
	if sum := int64(a.lo[g]); a.hi[g] == sum>>63 && batch.ClassOf(a.out) == batch.ClassI64 {
		if a.avg {
			sum /= a.n[g]
		}
		out.AppendInt(sum)
		return nil
	}
	v := new(big.Int).Lsh(big.NewInt(a.hi[g]), 64)
	v.Add(v, new(big.Int).SetUint64(a.lo[g]))
	if a.avg {
		// int/int truncates toward zero.
		v.Quo(v, big.NewInt(a.n[g]))
	}
	switch batch.ClassOf(a.out) {
	case batch.ClassI64:
		if !v.IsInt64() {
			return errSumOverflow
		}
		out.AppendInt(v.Int64())
	case batch.ClassU64:
		if !v.IsUint64() {
			return errSumOverflow
		}
		out.AppendUint(v.Uint64())
	case batch.ClassDec:
		if v.BitLen() > 127 {
			return errSumOverflow // FromBigInt panics
		}
		d := decimal128.FromBigInt(v)
		if !d.FitsInPrecision(int32(a.out.Precision)) {
			return errSumOverflow
		}
		out.AppendDecimal(d)
	default:
		return fmt.Errorf("a sum of integers cannot be %s", a.out)
	}
	return nil
}

// sumFloatAcc sums floats in the order of the rows.
type sumFloatAcc struct {
	avg bool
	out schema.Type
	s   []float64
	n   []int64
}

func (a *sumFloatAcc) grow(n int)   { a.s, a.n = grown(a.s, n), grown(a.n, n) }
func (a *sumFloatAcc) save()        {}
func (a *sumFloatAcc) bytes() int64 { return int64(cap(a.s)*8 + cap(a.n)*8) }

func (a *sumFloatAcc) update(v *batch.Vector, rows, groups []int32) error {
	for i, g := range groups {
		if r := int(rows[i]); !v.IsNull(r) {
			a.s[g] += v.F64[r]
			a.n[g]++
		}
	}
	return nil
}

func (a *sumFloatAcc) merge(from acc, into []int32) error {
	f := from.(*sumFloatAcc)
	for g := range f.n {
		if f.n[g] > 0 {
			a.s[into[g]] += f.s[g]
			a.n[into[g]] += f.n[g]
		}
	}
	return nil
}

func (a *sumFloatAcc) appendState(dst []byte, _ bool) []byte {
	for _, s := range a.s {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(s))
	}
	return appendInts(dst, a.n)
}

func (a *sumFloatAcc) readState(src []byte, n int) (rest []byte, err error) {
	if len(src) < 8*n {
		return nil, errCut
	}
	a.s = make([]float64, n)
	for i := range a.s {
		a.s[i] = math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:]))
	}
	a.n, rest, err = readInts(src[8*n:], n)
	return rest, err
}

func (a *sumFloatAcc) finish(g int, out *batch.Builder) error {
	if a.n[g] == 0 {
		out.AppendNull()
		return nil
	}
	s := a.s[g]
	if a.avg {
		s /= float64(a.n[g])
	}
	if a.out.Kind == schema.Float32 {
		s = float64(float32(s))
	}
	out.AppendFloat(s)
	return nil
}

// sumDecAcc sums decimals of one scale in 192 bits: 128 hold little more than one value of 38 digits, and then the order of the rows
// and lanes would decide whether a sum that fits overflows on the way.
type sumDecAcc struct {
	avg     bool
	in, out schema.Type
	lo, mid []uint64
	hi      []int64
	n       []int64
}

func (a *sumDecAcc) grow(n int) {
	a.lo, a.mid, a.hi, a.n = grown(a.lo, n), grown(a.mid, n), grown(a.hi, n), grown(a.n, n)
}
func (a *sumDecAcc) save() {}
func (a *sumDecAcc) bytes() int64 {
	return int64(cap(a.lo)*8 + cap(a.mid)*8 + cap(a.hi)*8 + cap(a.n)*8)
}

func (a *sumDecAcc) add(g int32, lo, mid uint64, hi int64) {
	var c uint64
	a.lo[g], c = bits.Add64(a.lo[g], lo, 0)
	a.mid[g], c = bits.Add64(a.mid[g], mid, c)
	a.hi[g] += hi + int64(c)
}

func (a *sumDecAcc) update(v *batch.Vector, rows, groups []int32) error {
	for i, g := range groups {
		if r := int(rows[i]); !v.IsNull(r) {
			high := v.Dec[r].HighBits()
			a.add(g, v.Dec[r].LowBits(), uint64(high), high>>63)
			a.n[g]++
		}
	}
	return nil
}

func (a *sumDecAcc) merge(from acc, into []int32) error {
	f := from.(*sumDecAcc)
	for g := range f.n {
		a.add(into[g], f.lo[g], f.mid[g], f.hi[g])
		a.n[into[g]] += f.n[g]
	}
	return nil
}

func (a *sumDecAcc) appendState(dst []byte, _ bool) []byte {
	for g, lo := range a.lo {
		dst = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(dst, lo), a.mid[g])
	}
	return appendInts(appendInts(dst, a.hi), a.n)
}

func (a *sumDecAcc) readState(src []byte, n int) ([]byte, error) {
	if len(src) < 16*n {
		return nil, errCut
	}
	a.lo, a.mid = make([]uint64, n), make([]uint64, n)
	for g := range n {
		a.lo[g], a.mid[g] = binary.LittleEndian.Uint64(src[16*g:]), binary.LittleEndian.Uint64(src[16*g+8:])
	}
	var err error
	if a.hi, src, err = readInts(src[16*n:], n); err != nil {
		return nil, err
	}
	a.n, src, err = readInts(src, n)
	return src, err
}

func (a *sumDecAcc) finish(g int, out *batch.Builder) error {
	if a.n[g] == 0 {
		out.AppendNull()
		return nil
	}
	if d := decimal128.New(int64(a.mid[g]), a.lo[g]); !a.avg && a.out.Scale == a.in.Scale && a.hi[g] == d.HighBits()>>63 {
		if !d.FitsInPrecision(int32(a.out.Precision)) {
			return errSumOverflow
		}
		out.AppendDecimal(d)
		return nil
	}
	v := new(big.Int).Lsh(big.NewInt(a.hi[g]), 64)
	v.Lsh(v.Add(v, new(big.Int).SetUint64(a.mid[g])), 64)
	v.Add(v, new(big.Int).SetUint64(a.lo[g]))
	shift := int64(a.out.Scale) - int64(a.in.Scale)
	if shift < 0 {
		return fmt.Errorf("an aggregate over %s cannot be %s", a.in, a.out)
	}
	v.Mul(v, new(big.Int).Exp(big.NewInt(10), big.NewInt(shift), nil))
	if a.avg {
		v = divHalfUp(v, big.NewInt(a.n[g]))
	}
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(a.out.Precision)), nil)
	if v.CmpAbs(limit) >= 0 {
		return errSumOverflow
	}
	out.AppendDecimal(decimal128.FromBigInt(v))
	return nil
}

// divHalfUp returns a/b rounded half away from zero, for b > 0.
func divHalfUp(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Lsh(r, 1).CmpAbs(b) >= 0 {
		q.Add(q, big.NewInt(int64(a.Sign())))
	}
	return q
}
