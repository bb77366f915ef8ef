package expr

import (
	"bytes"
	"fmt"

	"millrace/models/batch"
	"millrace/models/schema"
)

// relation is a comparison reduced to one of three base tests and a negation: ge is not lt, le is not gt, ne is not eq.
type relation struct {
	base baseTest
	neg  bool
}

type baseTest uint8

const (
	testEq baseTest = iota
	testLt
	testGt
)

var relations = map[string]relation{
	"eq": {testEq, false}, "ne": {testEq, true}, "lt": {testLt, false}, "ge": {testLt, true}, "gt": {testGt, false}, "le": {testGt, true},
}

// flip swaps the sides.
func (r relation) flip() relation {
	switch r.base {
	case testLt:
		r.base = testGt
	case testGt:
		r.base = testLt
	}
	return r
}

// holds turns the outcome of a three-way comparison into the relation's.
func (r relation) holds(cmp int) bool {
	switch r.base {
	case testLt:
		return (cmp < 0) != r.neg
	case testGt:
		return (cmp > 0) != r.neg
	default:
		return (cmp == 0) != r.neg
	}
}

func buildCompare(k *compiler, e *Expr, escape bool) (node, error) {
	rel, ok := relations[e.Func]
	if !ok {
		return nil, fmt.Errorf("%q is not a comparison", e.Func)
	}
	l, r := e.Args[0], e.Args[1]
	if l.Op == OpLiteral && r.Op != OpLiteral {
		l, r, rel = r, l, rel.flip()
	}
	x, err := k.compile(l, false)
	if err != nil {
		return nil, err
	}
	class := batch.ClassOf(l.Type)
	if r.Op == OpLiteral && r.Value != nil {
		switch v := r.Value.(type) {
		case int64:
			if class == batch.ClassI64 {
				return &compareConst[int64]{scratch: scratch{escape: escape}, x: x, c: v, rel: rel, get: func(v *batch.Vector) []int64 { return v.I64 }}, nil
			}
		case uint64:
			if class == batch.ClassU64 {
				return &compareConst[uint64]{scratch: scratch{escape: escape}, x: x, c: v, rel: rel, get: func(v *batch.Vector) []uint64 { return v.U64 }}, nil
			}
		case string:
			return newTextTest(x, rel.textTest([]byte(v)), rel.base == testEq, []byte(v), rel.neg, escape), nil
		case []byte:
			return newTextTest(x, rel.textTest(v), rel.base == testEq, v, rel.neg, escape), nil
		}
	}
	y, err := k.compile(r, false)
	if err != nil {
		return nil, err
	}
	cmp, err := comparator(l.Type, r.Type)
	if err != nil {
		return nil, err
	}
	return &compareNode{scratch: scratch{escape: escape}, x: x, y: y, rel: rel, cmp: cmp}, nil
}

// comparator returns the three-way comparison of two vectors' rows.
func comparator(l, r schema.Type) (func(a, b *batch.Vector, i int) int, error) {
	switch batch.ClassOf(l) {
	case batch.ClassBool:
		return func(a, b *batch.Vector, i int) int { return b2i(a.Bools[i]) - b2i(b.Bools[i]) }, nil
	case batch.ClassI64:
		return func(a, b *batch.Vector, i int) int { return order(a.I64[i], b.I64[i]) }, nil
	case batch.ClassU64:
		return func(a, b *batch.Vector, i int) int { return order(a.U64[i], b.U64[i]) }, nil
	case batch.ClassF64:
		return func(a, b *batch.Vector, i int) int { return orderFloat(a.F64[i], b.F64[i]) }, nil
	case batch.ClassDec:
		sa, sb := int(l.Scale), int(r.Scale)
		return func(a, b *batch.Vector, i int) int { return compareDecimal(a.Dec[i], sa, b.Dec[i], sb) }, nil
	case batch.ClassStr:
		return func(a, b *batch.Vector, i int) int { return bytes.Compare(a.Bytes(i), b.Bytes(i)) }, nil
	}
	return nil, fmt.Errorf("values of type %s cannot be compared", l)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func order[T int64 | uint64](a, b T) int { return b2i(a > b) - b2i(a < b) }

// orderFloat orders floats with NaN equal to itself and behind everything else.
func orderFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b:
		return 0
	}
	return b2i(a != a) - b2i(b != b)
}

// compareNode compares two vectors row by row.
type compareNode struct {
	scratch
	x, y node
	rel  relation
	cmp  func(a, b *batch.Vector, i int) int
}

func (c *compareNode) eval(b *batch.Batch, sel []int32) Result {
	x, y := c.x.eval(b, sel), c.y.eval(b, sel)
	v := c.vector(boolType, b.N)
	errs := c.merge(v, x, y)
	v.Bools = room(&c.bools, b.N, c.escape)
	if x.Vec.I64 != nil && y.Vec.I64 != nil && sel == nil {
		compareInts(v.Bools, x.Vec.I64, y.Vec.I64, c.rel)
		return Result{v, errs}
	}
	for _, i := range c.rows(sel, b.N) {
		v.Bools[i] = !blank(v, errs, int(i)) && c.rel.holds(c.cmp(x.Vec, y.Vec, int(i)))
	}
	return Result{v, errs}
}

func compareInts(out []bool, a, b []int64, rel relation) {
	if rel.base == testGt {
		a, b, rel = b, a, rel.flip()
	}
	a, b = a[:len(out)], b[:len(out)]
	if rel.base == testEq {
		for i := range out {
			out[i] = (a[i] == b[i]) != rel.neg
		}
		return
	}
	for i := range out {
		out[i] = (a[i] < b[i]) != rel.neg
	}
}

// compareConst compares 64-bit integers with a constant.
type compareConst[T int64 | uint64] struct {
	scratch
	x    node
	c    T
	rel  relation
	get  func(*batch.Vector) []T
	pass []int32
	null []int32
	bad  []RowError
}

func (c *compareConst[T]) eval(b *batch.Batch, sel []int32) Result {
	x := c.x.eval(b, sel)
	v := c.vector(boolType, b.N)
	errs := c.merge(v, x)
	v.Bools = room(&c.bools, b.N, c.escape)
	out, in, k, neg := v.Bools, c.get(x.Vec)[:b.N], c.c, c.rel.neg
	// The whole batch is cheaper than the selection: nothing here can fail or branch.
	switch c.rel.base {
	case testEq:
		for i, a := range in {
			out[i] = (a == k) != neg
		}
	case testLt:
		for i, a := range in {
			out[i] = (a < k) != neg
		}
	case testGt:
		for i, a := range in {
			out[i] = (a > k) != neg
		}
	}
	return Result{v, errs}
}

func (c *compareConst[T]) split(b *batch.Batch, sel []int32, wantNull bool) parts {
	x := c.x.eval(b, sel)
	out := room(&c.pass, len(sel)+1, false)
	in, k, neg, n := c.get(x.Vec), c.c, c.rel.neg, 0
	switch c.rel.base {
	case testEq:
		for _, i := range sel {
			out[n] = i
			n += b2i((in[i] == k) != neg)
		}
	case testLt:
		for _, i := range sel {
			out[n] = i
			n += b2i((in[i] < k) != neg)
		}
	case testGt:
		for _, i := range sel {
			out[n] = i
			n += b2i((in[i] > k) != neg)
		}
	}
	return sift(x, sel, out[:n], wantNull, &c.null, &c.bad)
}

// sift takes rows that are NULL or failed in x out of pass, in place, and lists them. pass is a sub-sequence of sel.
func sift(x Result, sel, pass []int32, wantNull bool, null *[]int32, bad *[]RowError) parts {
	if x.Vec.Valid == nil && x.Errs == nil {
		return parts{pass: pass}
	}
	n := 0
	for _, i := range pass {
		pass[n] = i
		n += b2i(!blank(x.Vec, x.Errs, int(i)))
	}
	out := parts{pass: pass[:n]}
	if x.Errs == nil && !wantNull {
		return out
	}
	*null, *bad = (*null)[:0], (*bad)[:0]
	for _, i := range sel {
		switch {
		case x.Errs != nil && x.Errs[i] != 0:
			*bad = append(*bad, RowError{i, x.Errs[i]})
		case wantNull && x.Vec.IsNull(int(i)):
			*null = append(*null, i)
		}
	}
	out.null, out.failed = *null, *bad
	return out
}

// distinctNode is l IS DISTINCT FROM r: a comparison that knows NULL as a value.
type distinctNode struct {
	scratch
	x, y node
	cmp  func(a, b *batch.Vector, i int) int
}

func buildDistinct(k *compiler, e *Expr, escape bool) (node, error) {
	args, err := k.args(e)
	if err != nil {
		return nil, err
	}
	cmp, err := comparator(e.Args[0].Type, e.Args[1].Type)
	if err != nil {
		return nil, err
	}
	return &distinctNode{scratch{escape: escape}, args[0], args[1], cmp}, nil
}

func (d *distinctNode) eval(b *batch.Batch, sel []int32) Result {
	x, y := d.x.eval(b, sel), d.y.eval(b, sel)
	v := d.vector(boolType, b.N)
	errs := d.merge(v, x, y)
	v.Valid = nil
	v.Bools = room(&d.bools, b.N, d.escape)
	for _, i := range d.rows(sel, b.N) {
		if errs != nil && errs[i] != 0 {
			continue
		}
		nx, ny := x.Vec.IsNull(int(i)), y.Vec.IsNull(int(i))
		v.Bools[i] = nx != ny || !nx && d.cmp(x.Vec, y.Vec, int(i)) != 0
	}
	return Result{v, errs}
}
