package engine

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"

	"millrace/models/batch"
	"millrace/models/schema"
	"millrace/pipelines/engine/keyed"
)

// floatSumAcc sums floats exactly and rounds once, when the result is asked for. So the order of the rows does not matter, and what is taken
// back leaves no trace: the answer is the same as if it had never come.
//
// Two floats, hi and lo with |lo| at most half a unit in hi's last place, hold the sum of nearly all columns there are: numbers of
// like size, 106 bits in all. (The error-free addition is Knuth's, The Art of Computer Programming 2, section 4.2.2.) A group whose sum
// does not fit goes on as one wide integer, in units of the least float there is.
type floatSumAcc struct {
	avg    bool
	out    schema.Type
	hi, lo []float64
	n      []int64
	rest   map[int32]*floatRest
}

// floatRest is what few groups have.
type floatRest struct {
	// wide, when not nil, is the sum, and hi and lo are 0.
	wide *big.Int
	// Values that are no numbers are counted, so that they can go again.
	nan, plus, minus int64
}

const (
	// floatUnit is the exponent of the least positive float.
	floatUnit = -1074
	// floatLarge bounds sums in two floats: above it an addition on the way might overflow.
	floatLarge = 0x1p1000
	// restBytes is about what a group's rest takes.
	restBytes = 400
)

func (a *floatSumAcc) grow(n int) {
	a.hi, a.lo, a.n = grown(a.hi, n), grown(a.lo, n), grown(a.n, n)
}
func (a *floatSumAcc) save() {}
func (a *floatSumAcc) bytes() int64 {
	return int64(cap(a.hi)*8+cap(a.lo)*8+cap(a.n)*8) + int64(len(a.rest)*restBytes)
}

func (a *floatSumAcc) update(v *batch.Vector, rows, groups []int32) error {
	for i, g := range groups {
		if r := int(rows[i]); !v.IsNull(r) {
			a.add(g, v.F64[r], 1)
			a.n[g]++
		}
	}
	return nil
}

func (a *floatSumAcc) undo(v *batch.Vector, rows, groups []int32) error {
	for i, g := range groups {
		if r := int(rows[i]); !v.IsNull(r) {
			a.add(g, v.F64[r], -1)
			a.n[g]--
		}
	}
	return nil
}

// isFinite reports whether a float is a number.
func isFinite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// twoSum returns the rounded sum and what the rounding lost.
func twoSum(a, b float64) (sum, lost float64) {
	sum = a + b
	of := sum - a
	return sum, (a - (sum - of)) + (b - of)
}

// add adds a value so many times, once or minus once.
func (a *floatSumAcc) add(g int32, x float64, by int64) {
	if !isFinite(x) {
		a.count(g, x, by)
		return
	}
	if by < 0 {
		x = -x
	}
	if len(a.rest) > 0 {
		if r := a.rest[g]; r != nil && r.wide != nil {
			if r.wide.Add(r.wide, wideOf(x)); r.wide.Sign() == 0 {
				r.wide = nil
				a.settle(g)
			}
			return
		}
	}
	sum, lost := twoSum(a.hi[g], x)
	low, none := twoSum(a.lo[g], lost)
	if none == 0 && math.Abs(sum) < floatLarge {
		a.hi[g], a.lo[g] = twoSum(sum, low)
		return
	}
	a.widen(g, wideOf(x))
}

// count counts a value that is no number.
func (a *floatSumAcc) count(g int32, x float64, by int64) {
	r := a.more(g)
	switch {
	case math.IsNaN(x):
		r.nan += by
	case x > 0:
		r.plus += by
	default:
		r.minus += by
	}
	a.settle(g)
}

func (a *floatSumAcc) more(g int32) *floatRest {
	r := a.rest[g]
	if r == nil {
		if a.rest == nil {
			a.rest = map[int32]*floatRest{}
		}
		r = &floatRest{}
		a.rest[g] = r
	}
	return r
}

// settle forgets a rest that holds nothing.
func (a *floatSumAcc) settle(g int32) {
	if r := a.rest[g]; r != nil && *r == (floatRest{}) {
		delete(a.rest, g)
	}
}

// widen adds to a group's sum what two floats cannot hold.
func (a *floatSumAcc) widen(g int32, by *big.Int) {
	r := a.more(g)
	if r.wide == nil {
		r.wide = new(big.Int)
	}
	r.wide.Add(r.wide, wideOf(a.hi[g]))
	r.wide.Add(r.wide, wideOf(a.lo[g]))
	r.wide.Add(r.wide, by)
	a.hi[g], a.lo[g] = 0, 0
}

// wideOf returns a number in units of the least float.
func wideOf(x float64) *big.Int {
	bits := math.Float64bits(x)
	fraction, exponent := int64(bits&(1<<52-1)), uint(bits>>52&0x7ff)
	if exponent > 0 {
		fraction, exponent = fraction|1<<52, exponent-1
	}
	if x < 0 {
		fraction = -fraction
	}
	v := big.NewInt(fraction)
	return v.Lsh(v, exponent)
}

func (a *floatSumAcc) clear(g int) {
	a.hi[g], a.lo[g], a.n[g] = 0, 0, 0
	delete(a.rest, int32(g))
}

func (a *floatSumAcc) retain(groups []int32) {
	a.hi, a.lo, a.n = listed(a.hi, groups), listed(a.lo, groups), listed(a.n, groups)
	rest := map[int32]*floatRest{}
	for to, from := range groups {
		if r := a.rest[from]; r != nil {
			rest[int32(to)] = r
		}
	}
	a.rest = rest
}

func (a *floatSumAcc) merge(from acc, into []int32) error {
	f := from.(*floatSumAcc)
	for g := range f.n {
		to := into[g]
		a.n[to] += f.n[g]
		a.add(to, f.hi[g], 1)
		a.add(to, f.lo[g], 1)
		r := f.rest[int32(g)]
		if r == nil {
			continue
		}
		m := a.more(to)
		m.nan, m.plus, m.minus = m.nan+r.nan, m.plus+r.plus, m.minus+r.minus
		if r.wide != nil {
			a.widen(to, r.wide)
		}
		a.settle(to)
	}
	return nil
}

// The state of a group is a byte that says whether it has a rest, the two floats and the count; of a rest the counts, sign and length and
// bytes of the wide sum.
func (a *floatSumAcc) appendGroup(dst []byte, g int32) []byte {
	r := a.rest[g]
	switch {
	case r == nil:
		dst = append(dst, 0)
	case r.wide == nil:
		dst = append(dst, 1)
	case r.wide.Sign() < 0:
		dst = append(dst, 3)
	default:
		dst = append(dst, 2)
	}
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(a.hi[g]))
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(a.lo[g]))
	dst = binary.AppendVarint(dst, a.n[g])
	if r == nil {
		return dst
	}
	dst = appendInts(dst, []int64{r.nan, r.plus, r.minus})
	if r.wide == nil {
		return dst
	}
	wide := r.wide.Bytes()
	return append(binary.AppendUvarint(dst, uint64(len(wide))), wide...)
}

func (a *floatSumAcc) readGroup(src []byte, g int32) (_ []byte, err error) {
	if len(src) < 17 {
		return nil, errCut
	}
	form := src[0]
	a.hi[g] = math.Float64frombits(binary.LittleEndian.Uint64(src[1:]))
	a.lo[g] = math.Float64frombits(binary.LittleEndian.Uint64(src[9:]))
	if !isFinite(a.hi[g]) || !isFinite(a.lo[g]) || form > 3 {
		return nil, fmt.Errorf("a sum in the state is no number")
	}
	if a.n[g], src, err = readVarint(src[17:]); err != nil {
		return nil, err
	}
	delete(a.rest, g)
	if form == 0 {
		return src, nil
	}
	r := a.more(g)
	for _, n := range []*int64{&r.nan, &r.plus, &r.minus} {
		if *n, src, err = readVarint(src); err != nil {
			return nil, err
		}
	}
	if form == 1 {
		return src, nil
	}
	l, src, err := keyed.Uvarint(src)
	if err != nil || l > uint64(len(src)) {
		return nil, errCut
	}
	r.wide = new(big.Int).SetBytes(src[:l])
	if form == 3 {
		r.wide.Neg(r.wide)
	}
	return src[l:], nil
}

func (a *floatSumAcc) appendState(dst []byte, _ bool) []byte {
	for g := range a.n {
		dst = a.appendGroup(dst, int32(g))
	}
	return dst
}

func (a *floatSumAcc) readState(src []byte, n int) (_ []byte, err error) {
	// A group takes 18 bytes at least.
	if len(src) < 18*n {
		return nil, errCut
	}
	a.hi, a.lo, a.n, a.rest = make([]float64, n), make([]float64, n), make([]int64, n), nil
	for g := range n {
		if src, err = a.readGroup(src, int32(g)); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func (a *floatSumAcc) appendTouched(dst []byte, groups []int32) []byte {
	for _, g := range groups {
		dst = a.appendGroup(dst, g)
	}
	return dst
}

func (a *floatSumAcc) readTouched(src []byte, groups []int32) (_ []byte, err error) {
	for _, g := range groups {
		if src, err = a.readGroup(src, g); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func (a *floatSumAcc) finish(g int, out *batch.Builder) error {
	if a.n[g] == 0 {
		out.AppendNull()
		return nil
	}
	s := a.sum(int32(g))
	if a.avg {
		s /= float64(a.n[g])
	}
	if a.out.Kind == schema.Float32 {
		s = float64(float32(s))
	}
	out.AppendFloat(s)
	return nil
}

// sum returns a group's sum, rounded to the nearest float.
func (a *floatSumAcc) sum(g int32) float64 {
	r := a.rest[g]
	switch {
	case r == nil:
		return a.hi[g]
	case r.nan > 0 || r.plus > 0 && r.minus > 0:
		return math.NaN()
	case r.plus > 0:
		return math.Inf(1)
	case r.minus > 0:
		return math.Inf(-1)
	case r.wide == nil:
		return a.hi[g]
	}
	f := new(big.Float).SetInt(r.wide)
	s, _ := f.SetMantExp(f, floatUnit).Float64()
	return s
}
