package clickhouse

import (
	"fmt"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/schema"
)

var symbols = map[string]string{"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"}

// integerName is the ClickHouse function that makes an integer type of a wider one, wrapping without an error.
func integerName(t schema.Type) string {
	if t.Unsigned() {
		return fmt.Sprintf("toUInt%d", t.Bits())
	}
	return fmt.Sprintf("toInt%d", t.Bits())
}

// bounds writes the range of an integer type.
func bounds(t schema.Type) (lo, hi string) {
	if t.Unsigned() {
		switch t.Bits() {
		case 64:
			return "0", "toUInt64('18446744073709551615')"
		default:
			return "0", integer(1<<t.Bits() - 1)
		}
	}
	return integer(-1 << (t.Bits() - 1)), integer(1<<(t.Bits()-1) - 1)
}

// outside writes that a number does not lie within an integer type.
func outside(sql string, t schema.Type) string {
	lo, hi := bounds(t)
	if t.Bits() == 64 && t.Unsigned() {
		// Compared in 128 bits: ClickHouse has no common type of signed and unsigned 64-bit numbers.
		return fmt.Sprintf("toInt128(%s) NOT BETWEEN 0 AND toInt128('18446744073709551615')", sql)
	}
	return fmt.Sprintf("%s NOT BETWEEN %s AND %s", operand(sql), lo, hi)
}

func writeArith(s *scope, e *expr.Expr) pair {
	switch {
	case e.Type.Float():
		return s.floatArith(e)
	case e.Type.Kind == schema.Decimal:
		return s.decimalArith(e)
	}
	args := s.exprs(e.Args)
	l, r := args[0].value, args[1].value
	if expr.Fallible(e) {
		l, r = s.twice(l), s.twice(r)
	}
	name := integerName(e.Type)
	if e.Func == "div" || e.Func == "mod" {
		// A constant that is not negative is unsigned in ClickHouse, and would make the other side unsigned, too.
		l, r = signed(e.Args[0], l, e.Type), signed(e.Args[1], r, e.Type)
	}
	fail := fails(args)
	lo, _ := bounds(e.Type)
	switch e.Func {
	case "div":
		zero := failIf(isZero(e, l, r), diag.RowDivisionByZero)
		if least, ok := e.Args[0].Value.(int64); e.Type.Signed() && (!ok || integer(least) == lo) {
			zero = fmt.Sprintf("multiIf(%s, %d, %s = %s AND %s = -1, %d, NULL)", isZero(e, l, r), diag.RowDivisionByZero, operand(l), lo, operand(r), diag.RowOverflow)
		}
		return pair{fmt.Sprintf("%s(intDivOrZero(%s, %s))", name, l, r), either(fail, own(e, zero))}
	case "mod":
		return pair{fmt.Sprintf("%s(moduloOrZero(%s, %s))", name, l, r), either(fail, own(e, failIf(isZero(e, l, r), diag.RowDivisionByZero)))}
	}
	plain := fmt.Sprintf("%s %s %s", operand(l), symbols[e.Func], operand(r))
	wide := plain
	if e.Type.Bits() == 64 {
		// A product of two 64-bit numbers fits 128 bits, but for the unsigned ones.
		to := "toInt128"
		if e.Type.Unsigned() {
			to = "toInt256"
		}
		wide = fmt.Sprintf("%s(%s) %s %s", to, l, symbols[e.Func], operand(r))
	}
	over := outside(wide, e.Type)
	if e.Type.Bits() == 64 && e.Type.Unsigned() {
		over = fmt.Sprintf("(%s) NOT BETWEEN 0 AND toInt256('18446744073709551615')", wide)
	}
	return pair{fmt.Sprintf("%s(%s)", name, plain), either(fail, failIf(over, diag.RowOverflow))}
}

// signed gives a constant the type of the operation.
func signed(e *expr.Expr, sql string, t schema.Type) string {
	if e.Op != expr.OpLiteral || e.Value == nil {
		return sql
	}
	return integerName(t) + "(" + sql + ")"
}

// isZero writes that a divisor is zero. NULL divided by zero is NULL and fails nothing.
func isZero(e *expr.Expr, l, r string) string {
	if e.Args[0].Nullable {
		return fmt.Sprintf("%s = 0 AND %s IS NOT NULL", operand(r), operand(l))
	}
	return operand(r) + " = 0"
}

// own drops the check of an operation that is known not to fail.
func own(e *expr.Expr, check string) string {
	c := *e
	c.Args = make([]*expr.Expr, len(e.Args))
	for i, a := range e.Args {
		c.Args[i] = a
		if a.Op != expr.OpLiteral {
			c.Args[i] = &expr.Expr{Op: expr.OpColumn, Type: a.Type}
		}
	}
	if !expr.Fallible(&c) {
		return ""
	}
	return check
}

func (s *scope) floatArith(e *expr.Expr) pair {
	args := s.exprs(e.Args)
	v := fmt.Sprintf("%s %s %s", operand(args[0].value), symbols[e.Func], operand(args[1].value))
	if e.Func == "mod" {
		// C's remainder: infinite divisors leave the dividend.
		v = s.help("mr_fmod", s.twice(args[0].value), s.twice(args[1].value))
	}
	if e.Type.Kind == schema.Float32 {
		return pair{"toFloat32(" + v + ")", fails(args)}
	}
	return pair{"(" + v + ")", fails(args)}
}

// scaled multiplies a decimal's whole number by 10^k in 256 bits.
func scaled(sql string, k int) string {
	if k == 0 {
		return "toInt256(" + sql + ")"
	}
	return fmt.Sprintf("(toInt256(%s) * %s)", sql, pow10(k))
}

// tooLong writes that a whole number has more than p digits.
func (s *scope) tooLong(sql string, p int) string {
	v := s.twice(sql)
	return fmt.Sprintf("(%s >= %s OR %s <= -%s)", operand(v), pow10(p), operand(v), pow10(p))
}

// rounded brings a whole number from one scale to another, HALF_UP.
func (s *scope) rounded(sql string, from, to int) string {
	switch {
	case from == to:
		return sql
	case from < to:
		return fmt.Sprintf("(%s * %s)", operand(sql), pow10(to-from))
	}
	return s.help("mr_half_up", s.twice(sql), pow10(from-to))
}

func (s *scope) decimalArith(e *expr.Expr) pair {
	args := s.exprs(e.Args)
	l, r := args[0].value, args[1].value
	sa, sb, scale, p := int(e.Args[0].Type.Scale), int(e.Args[1].Type.Scale), int(e.Type.Scale), int(e.Type.Precision)
	m := max(sa, sb)
	var v, check string
	zero := ""
	switch e.Func {
	case "add", "sub":
		v = s.rounded(fmt.Sprintf("(%s %s %s)", scaled(l, m-sa), symbols[e.Func], scaled(r, m-sb)), m, scale)
	case "mul":
		v = s.rounded(fmt.Sprintf("(toInt256(%s) * toInt256(%s))", l, r), sa+sb, scale)
	case "mod":
		l, r = s.twice(l), s.twice(r)
		zero = isZero(e, l, r)
		v = s.rounded(fmt.Sprintf("moduloOrZero(%s, %s)", scaled(l, m-sa), scaled(r, m-sb)), m, scale)
	default: // div, div_int
		l, r = s.twice(l), s.twice(r)
		zero = isZero(e, l, r)
		k := scale + sb - sa
		x, y := scaled(l, max(k, 0)), scaled(r, max(-k, 0))
		if k > 38 {
			// Beyond 76 digits the quotient has more than 38 whatever the divisor: it overflows.
			check = s.tooLong(l, 76-k)
		}
		if e.Func == "div_int" {
			v = fmt.Sprintf("intDivOrZero(%s, %s)", x, y)
		} else {
			v = s.help("mr_divide", s.twice(x), s.twice(y))
		}
	}
	v = s.twice(v)
	over := s.tooLong(v, p)
	if check != "" {
		over = check + " OR " + over
	}
	fail := failIf(over, diag.RowOverflow)
	if zero != "" {
		fail = fmt.Sprintf("multiIf(%s, %d, %s, %d, NULL)", zero, diag.RowDivisionByZero, over, diag.RowOverflow)
	}
	return pair{"toInt128(" + v + ")", either(fails(args), own(e, fail))}
}

func writeNeg(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	if !e.Type.Integer() {
		return pair{"(-" + operand(x.value) + ")", x.fail}
	}
	v := s.twice(x.value)
	lo, _ := bounds(e.Type)
	return pair{fmt.Sprintf("%s(-%s)", integerName(e.Type), operand(v)), either(x.fail, failIf(operand(v)+" = "+lo, diag.RowOverflow))}
}

func writeAbs(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	switch {
	case e.Type.Unsigned():
		return x
	case e.Type.Float():
		return pair{"abs(" + x.value + ")", x.fail}
	}
	v := s.twice(x.value)
	out := pair{fmt.Sprintf("if(%s < 0, -%s, %s)", operand(v), operand(v), v), x.fail}
	if e.Type.Integer() {
		lo, _ := bounds(e.Type)
		out.value = integerName(e.Type) + "(" + out.value + ")"
		out.fail = either(x.fail, failIf(operand(v)+" = "+lo, diag.RowOverflow))
	}
	return out
}

func writeSign(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	if !e.Type.Float() {
		if e.Type.Unsigned() {
			return pair{fmt.Sprintf("%s(sign(%s))", integerName(e.Type), x.value), x.fail}
		}
		v := s.twice(x.value)
		return pair{fmt.Sprintf("%s((%s > 0) - (%s < 0))", integerName(e.Type), operand(v), operand(v)), x.fail}
	}
	v := s.twice(x.value)
	name := "toFloat64"
	if e.Type.Kind == schema.Float32 {
		name = "toFloat32"
	}
	return pair{fmt.Sprintf("if(isNaN(%s), %s, %s((%s > 0) - (%s < 0)))", v, v, name, operand(v), operand(v)), x.fail}
}

// writeFloor writes FLOOR and CEIL of a float or a decimal.
func writeFloor(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	if e.Type.Float() {
		return pair{e.Func + "(" + x.value + ")", x.fail}
	}
	d := pow10(int(e.Args[0].Type.Scale))
	v := s.twice("toInt256(" + x.value + ")")
	add := fmt.Sprintf("-(%s %% %s < 0)", operand(v), d)
	if e.Func == "ceil" {
		add = fmt.Sprintf("+(%s %% %s > 0)", operand(v), d)
	}
	r := s.twice(fmt.Sprintf("intDiv(%s, %s) %s", v, d, add))
	return pair{"toInt128(" + r + ")", either(x.fail, failIf(s.tooLong(r, int(e.Type.Precision)), diag.RowOverflow))}
}

func writeRound(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	n, _ := e.Args[1].Value.(int64)
	digits := int(n)
	if e.Type.Float() {
		return pair{s.roundFloat(x.value, digits, e.Type), x.fail}
	}
	from := int(e.Args[0].Type.Scale)
	if digits >= from {
		return x
	}
	v := s.help("mr_half_up", s.twice("toInt256("+x.value+")"), pow10(from-digits))
	if digits < 0 {
		v = fmt.Sprintf("%s * %s", v, pow10(-digits))
	}
	v = s.twice(v)
	return pair{"toInt128(" + v + ")", either(x.fail, failIf(s.tooLong(v, int(e.Type.Precision)), diag.RowOverflow))}
}

// writeExtreme writes GREATEST and LEAST as a chain of comparisons: ClickHouse's own pass over NULL and know no order of NaN.
func writeExtreme(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	best := args[0].value
	for i := range args[1:] {
		best = s.twice(best)
		next := s.twice(args[i+1].value)
		better := s.less(best, next, e.Type, e.Type)
		if e.Func == "least" {
			better = s.less(next, best, e.Type, e.Type)
		}
		// Where one side is NULL the comparison is NULL, and so is the result.
		if e.Nullable {
			best = fmt.Sprintf("multiIf(%s IS NULL, NULL, %s, %s, %s)", operand(s.twice(better)), s.twice(better), next, best)
			continue
		}
		best = fmt.Sprintf("if(%s, %s, %s)", better, next, best)
	}
	return pair{best, fails(args)}
}

// writePower writes POWER. What is too large or too small for a float is decided here: ClickHouse's own answer is arbitrary for exponents
// that are far out.
func writePower(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	x, y := s.twice(args[0].value), s.twice(args[1].value)
	log := s.name(fmt.Sprintf("if(%s = 0 OR isInfinite(%s) OR isInfinite(%s), 0, %s * log(abs(%s)))", operand(x), x, y, operand(y), x))
	// From 2^53 on every float is an even number.
	sign := fmt.Sprintf("if(%s < 0 AND abs(%s) < 9007199254740992 AND %s %% 2 != 0, -1, 1)", operand(x), y, operand(y))
	far := fmt.Sprintf("if(%s < 0 AND trunc(%s) != %s, nan, if(%s < 0, 0., inf) * %s)", operand(x), y, operand(y), log, sign)
	return pair{fmt.Sprintf("if(abs(%s) > 750, %s, pow(%s, %s))", log, far, x, y), fails(args)}
}
