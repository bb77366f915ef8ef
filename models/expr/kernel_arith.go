package expr

import (
	"fmt"
	"math"
	"math/bits"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

func buildArith(k *compiler, e *Expr, escape bool) (node, error) {
	switch batch.ClassOf(e.Type) {
	case batch.ClassI64:
		lo, hi := intRange(e.Type)
		a := &intArith{lo: lo, hi: int64(hi), op: e.Func}
		return k.pair(e, escape, func(n *pairNode) { n.run = a.run(n) })
	case batch.ClassU64:
		_, hi := intRange(e.Type)
		fn, err := uintArith(e.Func, hi)
		if err != nil {
			return nil, err
		}
		return rows(putU64, fn)(k, e, escape)
	case batch.ClassF64:
		fn, err := floatArith(e.Func, e.Type.Kind == schema.Float32)
		if err != nil {
			return nil, err
		}
		return k.pair(e, escape, func(n *pairNode) { n.run = fn(n) })
	case batch.ClassDec:
		if n, ok, err := k.divByConst(e, escape); ok || err != nil {
			return n, err
		}
		fn, err := decimalArith(e)
		if err != nil {
			return nil, err
		}
		return k.pair(e, escape, func(n *pairNode) { n.run = fn(n) })
	}
	return nil, fmt.Errorf("%s does not work on %s", e.Func, e.Type)
}

// pairNode is a strict operator with two arguments whose loop is written out.
type pairNode struct {
	scratch
	x, y node
	typ  schema.Type
	run  func(x, y, out *batch.Vector, errs []diag.RowCode, sel []int32) []diag.RowCode
}

func (k *compiler) pair(e *Expr, escape bool, set func(*pairNode)) (node, error) {
	args, err := k.args(e)
	if err != nil {
		return nil, err
	}
	n := &pairNode{scratch: scratch{escape: escape}, x: args[0], y: args[1], typ: e.Type}
	set(n)
	return n, nil
}

func (n *pairNode) eval(b *batch.Batch, sel []int32) Result {
	x, y := n.x.eval(b, sel), n.y.eval(b, sel)
	v := n.vector(n.typ, b.N)
	errs := n.merge(v, x, y)
	errs = n.run(x.Vec, y.Vec, v, errs, n.rows(sel, b.N))
	return Result{v, errs}
}

// intArith is arithmetic of signed integers within [lo, hi].
type intArith struct {
	lo, hi int64
	op     string
}

func (a *intArith) run(n *pairNode) func(x, y, out *batch.Vector, errs []diag.RowCode, sel []int32) []diag.RowCode {
	return func(x, y, v *batch.Vector, errs []diag.RowCode, sel []int32) []diag.RowCode {
		v.I64 = room(&n.i64, v.N, n.escape)
		out, xs, ys := v.I64, x.I64, y.I64
		switch a.op {
		case "add":
			for _, i := range sel {
				p, q := xs[i], ys[i]
				r := p + q
				out[i] = r
				if (p^r)&(q^r) < 0 || r < a.lo || r > a.hi {
					errs = n.fail(errs, v, int(i), diag.RowOverflow)
				}
			}
		case "sub":
			for _, i := range sel {
				p, q := xs[i], ys[i]
				r := p - q
				out[i] = r
				if (p^q)&(p^r) < 0 || r < a.lo || r > a.hi {
					errs = n.fail(errs, v, int(i), diag.RowOverflow)
				}
			}
		case "mul":
			for _, i := range sel {
				r, ok := mulInt(xs[i], ys[i])
				out[i] = r
				if !ok || r < a.lo || r > a.hi {
					errs = n.fail(errs, v, int(i), diag.RowOverflow)
				}
			}
		case "div", "mod":
			for _, i := range sel {
				p, q := xs[i], ys[i]
				switch {
				case q == 0:
					errs = n.fail(errs, v, int(i), diag.RowDivisionByZero)
				case a.op == "mod":
					out[i] = 0
					if q != -1 {
						out[i] = p % q
					}
				case q == -1 && p == a.lo:
					errs = n.fail(errs, v, int(i), diag.RowOverflow)
				default:
					out[i] = p / q
				}
			}
		}
		return errs
	}
}

// mulInt multiplies and reports whether the product fits.
func mulInt(a, b int64) (int64, bool) {
	r := a * b
	if int64(int32(a)) == a && int64(int32(b)) == b {
		return r, true
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// Mul64 is unsigned: take the sign extensions of both operands out of the high word.
	h := int64(hi) - (a>>63)&b - (b>>63)&a
	return r, h == int64(lo)>>63
}

func uintArith(op string, largest uint64) (rowFunc[uint64], error) {
	fns := map[string]func(a, b uint64) (uint64, diag.RowCode){
		"add": func(a, b uint64) (uint64, diag.RowCode) {
			r, carry := bits.Add64(a, b, 0)
			return r, codeIf(carry != 0 || r > largest, diag.RowOverflow)
		},
		"sub": func(a, b uint64) (uint64, diag.RowCode) { return a - b, codeIf(b > a, diag.RowOverflow) },
		"mul": func(a, b uint64) (uint64, diag.RowCode) {
			hi, r := bits.Mul64(a, b)
			return r, codeIf(hi != 0 || r > largest, diag.RowOverflow)
		},
		"div": func(a, b uint64) (uint64, diag.RowCode) {
			if b == 0 {
				return 0, diag.RowDivisionByZero
			}
			return a / b, 0
		},
		"mod": func(a, b uint64) (uint64, diag.RowCode) {
			if b == 0 {
				return 0, diag.RowDivisionByZero
			}
			return a % b, 0
		},
	}
	fn, ok := fns[op]
	if !ok {
		return nil, fmt.Errorf("there is no operator %q", op)
	}
	return func(a []*batch.Vector, i int) (uint64, diag.RowCode) { return fn(a[0].U64[i], a[1].U64[i]) }, nil
}

func codeIf(bad bool, code diag.RowCode) diag.RowCode {
	if bad {
		return code
	}
	return 0
}

type pairRun = func(x, y, out *batch.Vector, errs []diag.RowCode, sel []int32) []diag.RowCode

// floatArith is IEEE arithmetic: nothing fails. float32 results are rounded to float32 after each operation.
func floatArith(op string, single bool) (func(n *pairNode) pairRun, error) {
	fns := map[string]func(a, b float64) float64{
		"add": func(a, b float64) float64 { return a + b },
		"sub": func(a, b float64) float64 { return a - b },
		"mul": func(a, b float64) float64 { return a * b },
		"div": func(a, b float64) float64 { return a / b },
		"mod": math.Mod,
	}
	fn, ok := fns[op]
	if !ok {
		return nil, fmt.Errorf("there is no operator %q", op)
	}
	return func(n *pairNode) pairRun {
		return func(x, y, v *batch.Vector, errs []diag.RowCode, sel []int32) []diag.RowCode {
			v.F64 = room(&n.f64, v.N, n.escape)
			for _, i := range sel {
				r := fn(x.F64[i], y.F64[i])
				if single {
					r = float64(float32(r))
				}
				v.F64[i] = r
			}
			return errs
		}
	}, nil
}

func decimalArith(e *Expr) (func(n *pairNode) pairRun, error) {
	l, r := e.Args[0].Type, e.Args[1].Type
	op := &decimalOp{sa: int(l.Scale), sb: int(r.Scale), s: int(e.Type.Scale), p: int(e.Type.Precision), trunc: e.Func == "div_int"}
	divides := false
	var fn func(a, b num) (num, bool)
	switch e.Func {
	case "add":
		fn = func(a, b num) (num, bool) { return op.add(a, b, false) }
	case "sub":
		fn = func(a, b num) (num, bool) { return op.add(a, b, true) }
	case "mul":
		fn = op.mul
	case "div", "div_int":
		fn, divides = op.div, true
	case "mod":
		fn, divides = op.mod, true
	default:
		return nil, fmt.Errorf("there is no operator %q", e.Func)
	}
	return func(n *pairNode) pairRun {
		return func(x, y, v *batch.Vector, errs []diag.RowCode, sel []int32) []diag.RowCode {
			v.Dec = room(&n.dec, v.N, n.escape)
			for _, i := range sel {
				a, b := x.Dec[i], y.Dec[i]
				if blank(v, errs, int(i)) {
					continue
				}
				if divides && b == (num{}) {
					errs = n.fail(errs, v, int(i), diag.RowDivisionByZero)
					continue
				}
				r, ok := fn(a, b)
				v.Dec[i] = r
				if !ok {
					errs = n.fail(errs, v, int(i), diag.RowOverflow)
				}
			}
			return errs
		}
	}, nil
}

// divConst is the division of a decimal, or of an integer read as one, by a constant: x * mul / div with the fraction reduced
// beforehand.
type divConst struct {
	scratch
	x        node
	typ      schema.Type
	ints     bool // x is a column of signed integers, not of decimals
	mul, div uint64
	neg      bool
	slow     *decimalOp
	by       num
}

// divByConst makes a divConst when the divisor is a constant whose reduced fraction fits 64 bits.
func (k *compiler) divByConst(e *Expr, escape bool) (node, bool, error) {
	r := e.Args[1]
	c, ok := r.Value.(num)
	if e.Func != "div" || r.Op != OpLiteral || !ok {
		return nil, false, nil
	}
	by, fits := small(c)
	shift := int(e.Type.Scale) + int(r.Type.Scale) - int(e.Args[0].Type.Scale)
	if !fits || by == 0 || by == math.MinInt64 || shift < 0 || shift > 19 {
		return nil, false, nil
	}
	mul, div := pow64[shift], uint64(max(by, -by))
	g := gcd(mul, div)
	x := e.Args[0]
	d := &divConst{scratch: scratch{escape: escape}, typ: e.Type, mul: mul / g, div: div / g, neg: by < 0, by: c,
		slow: &decimalOp{sa: int(x.Type.Scale), sb: int(r.Type.Scale), s: int(e.Type.Scale), p: int(e.Type.Precision)}}
	if x.Op == OpCall && x.Func == "cast" && batch.ClassOf(x.Args[0].Type) == batch.ClassI64 && x.Args[0].Type.Integer() && x.Type.Equal(intDecimal(x.Args[0].Type)) {
		x, d.ints = x.Args[0], true
	}
	n, err := k.compile(x, false)
	d.x = n
	return d, true, err
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (d *divConst) eval(b *batch.Batch, sel []int32) Result {
	x := d.x.eval(b, sel)
	v := d.vector(d.typ, b.N)
	errs := d.merge(v, x)
	v.Dec = room(&d.dec, b.N, d.escape)
	lim := pow128[d.slow.p]
	limHi, limLo := uint64(lim.HighBits()), lim.LowBits()
	half := d.div - d.div/2 // the least remainder that rounds up
	for _, i := range d.rows(sel, b.N) {
		var mag uint64
		neg := d.neg
		if d.ints {
			a := x.Vec.I64[i]
			mag = uint64((a ^ a>>63) - a>>63)
			neg = neg != (a < 0)
		} else {
			hi, lo, an := magnitude(x.Vec.Dec[i])
			if hi != 0 {
				if blank(v, errs, int(i)) {
					continue
				}
				r, ok := d.slow.div(x.Vec.Dec[i], d.by)
				v.Dec[i] = r
				if !ok {
					errs = d.fail(errs, v, int(i), diag.RowOverflow)
				}
				continue
			}
			mag, neg = lo, neg != an
		}
		hi, lo := bits.Mul64(mag, d.mul)
		if d.div != 1 {
			var r, carry uint64
			hi, lo, r = div64(hi, lo, d.div)
			lo, carry = bits.Add64(lo, uint64(b2i(r >= half)), 0)
			hi += carry
		}
		v.Dec[i] = signed(hi, lo, neg)
		if hi > limHi || hi == limHi && lo >= limLo {
			errs = d.fail(errs, v, int(i), diag.RowOverflow)
		}
	}
	return Result{v, errs}
}

// buildNeg is unary minus.
func buildNeg(k *compiler, e *Expr, escape bool) (node, error) {
	switch batch.ClassOf(e.Type) {
	case batch.ClassI64:
		lo, _ := intRange(e.Type)
		return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) {
			return -a[0].I64[i], codeIf(a[0].I64[i] == lo, diag.RowOverflow)
		})(k, e, escape)
	case batch.ClassF64:
		return rows(putF64, func(a []*batch.Vector, i int) (float64, diag.RowCode) { return -a[0].F64[i], 0 })(k, e, escape)
	default:
		return rows(putDec, func(a []*batch.Vector, i int) (num, diag.RowCode) { return a[0].Dec[i].Negate(), 0 })(k, e, escape)
	}
}
