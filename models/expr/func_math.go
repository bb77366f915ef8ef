package expr

import (
	"math"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

func mathFunctions() []*function {
	float := func(name, doc, example string, n int, fn func(a, b float64) float64) *function {
		sig := name + "(x float64) -> float64"
		if n == 2 {
			sig = name + "(x float64, y float64) -> float64"
		}
		f := &function{Function: Function{name, nil, "math", []string{sig}, doc, example}, min: n, max: n}
		f.kernel = rows(putF64, func(a []*batch.Vector, i int) (float64, diag.RowCode) {
			return fn(a[0].F64[i], a[len(a)-1].F64[i]), 0
		})
		f.check = typed(f.id(), floatType, "f")
		return f
	}
	one := func(fn func(float64) float64) func(a, b float64) float64 {
		return func(a, _ float64) float64 { return fn(a) }
	}
	return []*function{
		{Function{"ABS", nil, "math", []string{"ABS(x number) -> the type of x"}, "The absolute value; the least value of a signed type has none and overflows.", "ABS(delay)"},
			1, 1, true, sameNumber("abs"), buildAbs},
		{Function{"SIGN", nil, "math", []string{"SIGN(x number) -> the type of x; int32 for a decimal"}, "-1, 0 or 1; NaN stays NaN.", "SIGN(delay)"},
			1, 1, false, checkSign, buildSign},
		{Function{"ROUND", nil, "math", []string{"ROUND(x number[, digits int32 constant]) -> number"},
			"x rounded half away from zero to digits behind the point (0 by default; negative: before it).", "ROUND(ms_played / 1000.0, 1)"},
			1, 2, true, checkRound, buildRound},
		{Function{"FLOOR", nil, "math", []string{"FLOOR(x number) -> number", "FLOOR(t timestamp TO unit) -> timestamp"},
			"The largest whole number not above x; of a time, the start of its unit in the model's time zone (weeks start on Sunday).", "FLOOR(ts TO HOUR)"},
			1, 2, true, checkFloor("floor"), buildFloor},
		{Function{"CEIL", []string{"CEILING"}, "math", []string{"CEIL(x number) -> number", "CEIL(t timestamp TO unit) -> timestamp"},
			"The least whole number not below x; of a time, the start of the next unit unless it is one itself.", "CEIL(ts TO DAY)"},
			1, 2, true, checkFloor("ceil"), buildFloor},
		float("POWER", "x to the power y.", "POWER(2, 10)", 2, math.Pow),
		float("SQRT", "The square root; NaN of a negative number.", "SQRT(distance)", 1, one(math.Sqrt)),
		float("LN", "The natural logarithm; -Infinity of 0, NaN of a negative number.", "LN(plays + 1)", 1, one(scaledLog(math.Log, math.Ln2))),
		float("LOG10", "The logarithm to base 10.", "LOG10(plays + 1)", 1, one(scaledLog(math.Log10, math.Ln2/math.Ln10))),
		float("EXP", "e to the power x.", "EXP(score)", 1, one(math.Exp)),
		{Function{"MOD", nil, "math", []string{"MOD(x number, y number) -> number"}, "The remainder of x / y with the sign of x; the operator % does the same.", "MOD(user_id, 16)"},
			2, 2, true, func(c *checker, x *sqltext.Call, a []*Expr) *Expr { return c.arith("mod", x.At, a[0], a[1]) }, nil},
		{Function{"GREATEST", nil, "math", []string{"GREATEST(a t, b t, ...) -> t"}, "The largest argument; NULL when one is NULL.", "GREATEST(dep_delay, arr_delay)"},
			1, -1, false, checkExtreme("greatest"), buildExtreme},
		{Function{"LEAST", nil, "math", []string{"LEAST(a t, b t, ...) -> t"}, "The smallest argument; NULL when one is NULL.", "LEAST(dep_delay, arr_delay)"},
			1, -1, false, checkExtreme("least"), buildExtreme},
	}
}

// scaledLog is a logarithm of the standard library that is right for subnormal numbers as well, which math.Log takes for larger ones on
// some processors: they are moved into the normal range by 2^54, whose logarithm is 54 times that of 2.
func scaledLog(log func(float64) float64, ofTwo float64) func(float64) float64 {
	return func(x float64) float64 {
		if x > 0 && x < 0x1p-1022 {
			return log(x*0x1p54) - 54*ofTwo
		}
		return log(x)
	}
}

// number accepts a numeric argument.
func (c *checker) number(e *Expr) *Expr {
	switch {
	case e.Type.Kind == schema.Null:
		return castTo(e, int32Type)
	case e.Type.Numeric():
		return e
	}
	return c.clash(e.Span, "", "a number is wanted here, not %s", e.Type)
}

func sameNumber(id string) func(*checker, *sqltext.Call, []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
		if a[0] = c.number(a[0]); a[0] == nil {
			return nil
		}
		return strict(id, a[0].Type, x.At, a[0])
	}
}

func checkSign(c *checker, x *sqltext.Call, a []*Expr) *Expr {
	if a[0] = c.number(a[0]); a[0] == nil {
		return nil
	}
	t := a[0].Type
	if t.Kind == schema.Decimal {
		t = int32Type
	}
	return strict("sign", t, x.At, a[0])
}

func buildAbs(k *compiler, e *Expr, escape bool) (node, error) {
	switch batch.ClassOf(e.Type) {
	case batch.ClassI64:
		lo, _ := intRange(e.Type)
		return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) {
			v := a[0].I64[i]
			return max(v, -v), codeIf(v == lo, diag.RowOverflow)
		})(k, e, escape)
	case batch.ClassU64:
		return k.compile(e.Args[0], escape)
	case batch.ClassF64:
		return rows(putF64, func(a []*batch.Vector, i int) (float64, diag.RowCode) { return math.Abs(a[0].F64[i]), 0 })(k, e, escape)
	default:
		return rows(putDec, func(a []*batch.Vector, i int) (num, diag.RowCode) { return a[0].Dec[i].Abs(), 0 })(k, e, escape)
	}
}

func buildSign(k *compiler, e *Expr, escape bool) (node, error) {
	switch batch.ClassOf(e.Args[0].Type) {
	case batch.ClassI64:
		return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) { return int64(order(a[0].I64[i], 0)), 0 })(k, e, escape)
	case batch.ClassU64:
		return rows(putU64, func(a []*batch.Vector, i int) (uint64, diag.RowCode) { return min(a[0].U64[i], 1), 0 })(k, e, escape)
	case batch.ClassF64:
		return rows(putF64, func(a []*batch.Vector, i int) (float64, diag.RowCode) {
			f := a[0].F64[i]
			if math.IsNaN(f) {
				return f, 0
			}
			return float64(orderFloat(f, 0)), 0
		})(k, e, escape)
	default:
		return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) { return int64(a[0].Dec[i].Sign()), 0 })(k, e, escape)
	}
}

// roundType is Flink's result type of ROUND on a decimal.
func roundType(t schema.Type, digits int) schema.Type {
	p, s := int(t.Precision), int(t.Scale)
	switch {
	case digits >= s:
		return t
	case digits < 0:
		return schema.DecimalOf(min(schema.MaxPrecision, 1+p-s), 0)
	}
	return schema.DecimalOf(min(schema.MaxPrecision, 1+p-s+digits), digits)
}

func checkRound(c *checker, x *sqltext.Call, a []*Expr) *Expr {
	if a[0] = c.number(a[0]); a[0] == nil {
		return nil
	}
	digits := int64(0)
	if len(a) == 2 {
		v, ok := a[1].Value.(int64)
		if a[1].Op != OpLiteral || !ok {
			c.fail(CodeConstantRequired, a[1].Span, "the digits of ROUND must be a constant integer")
			return nil
		}
		if v < -schema.MaxPrecision || v > schema.MaxPrecision {
			c.fail(CodeArgumentRange, a[1].Span, "the digits of ROUND lie between -%d and %[1]d", schema.MaxPrecision)
			return nil
		}
		digits = v
	}
	n := literalOf(int32Type, digits, x.At)
	t := a[0].Type
	switch {
	case t.Float():
		return strict("round", t, x.At, a[0], n)
	case t.Kind == schema.Decimal:
		return strict("round", roundType(t, int(digits)), x.At, a[0], n)
	case digits >= 0:
		return a[0]
	}
	d := castTo(a[0], intDecimal(t))
	return castTo(strict("round", roundType(d.Type, int(digits)), x.At, d, n), t)
}

func buildRound(k *compiler, e *Expr, escape bool) (node, error) {
	n, _ := e.Args[1].Value.(int64)
	digits, from, to := int(n), e.Args[0].Type, e.Type
	if to.Float() {
		return rows(putF64, func(a []*batch.Vector, i int) (float64, diag.RowCode) {
			return roundFloat(a[0].F64[i], digits, to.Bits()), 0
		})(k, e, escape)
	}
	return rows(putDec, func(a []*batch.Vector, i int) (num, diag.RowCode) {
		v := a[0].Dec[i]
		if digits < int(from.Scale) {
			v = scaleDown(v, int(from.Scale)-digits, false)
		} else {
			return v, 0
		}
		if digits < 0 {
			r, ok := scaleUp(v, -digits)
			return r, codeIf(!ok || !within(r, int(to.Precision)), diag.RowOverflow)
		}
		return v, codeIf(!within(v, int(to.Precision)), diag.RowOverflow)
	})(k, e, escape)
}

// roundFloat rounds the shortest decimal text of f half away from zero, so that 1.005 rounds to 1.01 as it reads.
func roundFloat(f float64, digits, bits int) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) || f == 0 || digits > 20 || math.Abs(f) >= 1e17 && digits >= 0 {
		return f
	}
	var buf [400]byte
	scale := max(digits, 0)
	n, known, fits := parseDecimal(strconv.AppendFloat(buf[:0], f, 'e', -1, bits), schema.MaxPrecision, scale)
	if !known || !fits {
		return f
	}
	if digits < 0 {
		// Rounding a whole number again would round twice: start from the text's own digits. Where 18 of them behind the point leave
		// no room for those before it, the number is so large that its text has no fraction.
		down := -digits
		if fine, _, fits := parseDecimal(strconv.AppendFloat(buf[:0], f, 'e', -1, bits), schema.MaxPrecision, 18); fits {
			n, down = fine, 18-digits
		}
		up, ok := scaleUp(scaleDown(n, down, false), -digits)
		if !ok {
			return f
		}
		n = up
	}
	r, err := strconv.ParseFloat(string(appendDecimal(buf[:0], n, scale)), bits)
	if err != nil {
		return f
	}
	return r
}

func checkFloor(id string) func(*checker, *sqltext.Call, []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
		if len(a) == 2 {
			return c.floorTime(id+"_time", x, a)
		}
		if isTime(a[0].Type) {
			return c.clash(x.At, "Write "+x.Name+"("+SQL(a[0])+" TO DAY).", "%s of a time wants a unit", x.Name)
		}
		if a[0] = c.number(a[0]); a[0] == nil {
			return nil
		}
		t := a[0].Type
		if t.Integer() {
			return a[0]
		}
		if t.Kind == schema.Decimal {
			t = schema.DecimalOf(int(t.Precision), 0)
		}
		return strict(id, t, x.At, a[0])
	}
}

func buildFloor(k *compiler, e *Expr, escape bool) (node, error) {
	up := e.Func == "ceil"
	if e.Type.Float() {
		fn := math.Floor
		if up {
			fn = math.Ceil
		}
		return rows(putF64, func(a []*batch.Vector, i int) (float64, diag.RowCode) { return fn(a[0].F64[i]), 0 })(k, e, escape)
	}
	s, p := int(e.Args[0].Type.Scale), int(e.Type.Precision)
	return rows(putDec, func(a []*batch.Vector, i int) (num, diag.RowCode) {
		v := a[0].Dec[i]
		r := scaleDown(v, s, true)
		if cmp := compareDecimal(v, s, r, 0); up && cmp > 0 {
			r = r.Add(decimal128.FromI64(1))
		} else if !up && cmp < 0 {
			r = r.Sub(decimal128.FromI64(1))
		}
		return r, codeIf(!within(r, p), diag.RowOverflow)
	})(k, e, escape)
}

func checkExtreme(id string) func(*checker, *sqltext.Call, []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
		t, ok := c.unify(a, "the arguments of "+x.Name)
		if !ok {
			return nil
		}
		if !comparableType(t) {
			return c.clash(x.At, "", "values of type %s cannot be compared", t)
		}
		return strict(id, t, x.At, a...)
	}
}

// buildExtreme is GREATEST and LEAST.
func buildExtreme(k *compiler, e *Expr, escape bool) (node, error) {
	cmp, err := comparator(e.Type, e.Type)
	if err != nil {
		return nil, err
	}
	sign := 1
	if e.Func == "least" {
		sign = -1
	}
	best := func(a []*batch.Vector, i int) *batch.Vector {
		b := a[0]
		for _, v := range a[1:] {
			if sign*cmp(v, b, i) > 0 {
				b = v
			}
		}
		return b
	}
	switch batch.ClassOf(e.Type) {
	case batch.ClassBool:
		return rows(putBool, func(a []*batch.Vector, i int) (bool, diag.RowCode) { return best(a, i).Bools[i], 0 })(k, e, escape)
	case batch.ClassI64:
		return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) { return best(a, i).I64[i], 0 })(k, e, escape)
	case batch.ClassU64:
		return rows(putU64, func(a []*batch.Vector, i int) (uint64, diag.RowCode) { return best(a, i).U64[i], 0 })(k, e, escape)
	case batch.ClassF64:
		return rows(putF64, func(a []*batch.Vector, i int) (float64, diag.RowCode) { return best(a, i).F64[i], 0 })(k, e, escape)
	case batch.ClassDec:
		return rows(putDec, func(a []*batch.Vector, i int) (num, diag.RowCode) { return best(a, i).Dec[i], 0 })(k, e, escape)
	}
	return texts(func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
		return append(dst, best(a, i).Bytes(i)...), 0
	})(k, e, escape)
}
