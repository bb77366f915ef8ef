package clickhouse

import (
	"fmt"

	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/schema"
)

// writeCast writes CAST and TRY_CAST. TRY_CAST gives NULL where the cast itself fails; a failed argument stays failed.
func writeCast(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	from, to := e.Args[0].Type, e.Type
	if from.Equal(to) {
		return x
	}
	if fallibleCast(from, to) {
		x.value = s.twice(x.value)
	}
	out := s.cast(x.value, from, to)
	if e.Func == "try_cast" && out.fail != "" {
		return pair{fmt.Sprintf("if(%s IS NULL, %s, NULL)", operand(out.fail), out.value), x.fail}
	}
	return pair{out.value, either(x.fail, out.fail)}
}

// fallibleCast reports whether a cast between the types can fail.
func fallibleCast(from, to schema.Type) bool {
	return expr.Fallible(&expr.Expr{Op: expr.OpCall, Func: "cast", Type: to, Args: []*expr.Expr{{Op: expr.OpColumn, Type: from}}})
}

// cast converts a value; fail is that of the cast alone.
func (s *scope) cast(v string, from, to schema.Type) pair {
	switch {
	case from.Kind == schema.JSON && to.Kind == schema.Boolean:
		// JSON has no other words for them.
		s.w.use("mr_trim")
		return s.parseBool(s.twice("mr_trim("+v+")"), false)
	case isText(from) && !isText(to):
		return s.parse("mr_trim("+v+")", to)
	case to.Kind == schema.Boolean:
		return pair{value: "(" + operand(v) + " != 0)"}
	case to.Integer():
		return s.castInteger(v, from, to)
	case to.Float():
		return s.castFloat(v, from, to)
	case to.Kind == schema.Decimal:
		return s.castDecimal(v, from, to)
	case to.Kind == schema.Date: // from a timestamp
		return pair{value: "toInt32(" + s.help("mr_floor", s.twice(s.local(v)), microsPerDay) + ")"}
	case to.Kind == schema.Timestamp && from.Kind == schema.Date:
		t := s.twice(s.instant(fmt.Sprintf("toInt64(%s) * %s", v, microsPerDay)))
		return pair{t, failIf(fmt.Sprintf("%s OR %s", badDay(v), badTime(t)), diag.RowOverflow)}
	case to.Kind == schema.Timestamp:
		return pair{value: s.precision(v, from, to)}
	case isText(to):
		return s.castText(v, from, to)
	}
	return s.refuse(diffFunction, "a cast from %s to %s", from, to)
}

func isText(t schema.Type) bool {
	return t.Kind == schema.String || t.Kind == schema.Bytes || t.Kind == schema.JSON
}

func (s *scope) castInteger(v string, from, to schema.Type) pair {
	name := integerName(to)
	check := func(sql string) string {
		if !fallibleCast(from, to) {
			return ""
		}
		return failIf(outside(sql, to), diag.RowOverflow)
	}
	switch {
	case from.Kind == schema.Boolean, from.Integer():
		return pair{name + "(" + v + ")", check(v)}
	case from.Kind == schema.Decimal:
		w := s.twice(v)
		if from.Scale > 0 {
			w = s.twice(fmt.Sprintf("intDiv(%s, %s)", v, pow10(int(from.Scale))))
		}
		return pair{name + "(" + w + ")", check(w)}
	}
	// A float: cut toward zero. What lies outside is replaced before the conversion, which NaN would break.
	low, high := "-9223372036854775808.", "9223372036854775808."
	if to.Unsigned() {
		low, high = "0.", "18446744073709551616."
	}
	t := s.twice("trunc(" + v + ")")
	bad := s.twice(fmt.Sprintf("NOT (%s >= %s AND %s < %s)", operand(t), low, operand(t), high))
	wide := "toInt64"
	if to.Unsigned() {
		wide = "toUInt64"
	}
	// Under a NULL lies a number of any kind, and the conversion sees it too.
	n := s.twice(fmt.Sprintf("if(%s IS NULL, NULL, %s(if(ifNull(%s, true), 0., assumeNotNull(%s))))", operand(t), wide, bad, t))
	return pair{name + "(" + n + ")", failIf(fmt.Sprintf("%s OR %s", operand(bad), outside(n, to)), diag.RowOverflow)}
}

func (s *scope) castFloat(v string, from, to schema.Type) pair {
	wide := "toFloat64(" + v + ")"
	if from.Kind == schema.Decimal {
		// Up to 15 digits both sides of the quotient are exact; beyond, the text is read, which rounds once.
		if from.Precision <= 15 {
			wide = fmt.Sprintf("(toFloat64(%s) / 1%0*d.)", v, int(from.Scale), 0)
			if from.Scale == 0 {
				wide = "toFloat64(" + v + ")"
			}
		} else {
			wide = "toFloat64OrZero(" + s.decimalText(v, int(from.Scale)) + ")"
		}
	}
	if to.Kind == schema.Float64 {
		return pair{value: wide}
	}
	out := pair{value: "toFloat32(" + wide + ")"}
	if fallibleCast(from, to) {
		wide = s.twice(wide)
		out = pair{"toFloat32(" + wide + ")", failIf(fmt.Sprintf("isInfinite(toFloat32(%s)) AND NOT isInfinite(%s)", wide, wide), diag.RowOverflow)}
	}
	return out
}

func (s *scope) castDecimal(v string, from, to schema.Type) pair {
	p, scale := int(to.Precision), int(to.Scale)
	if from.Float() {
		text := s.twice("toString(" + v + ")")
		d := s.parseDecimal(text, p, scale)
		return pair{d.value, failIf(d.fail, diag.RowOverflow)}
	}
	fs := 0
	if from.Kind == schema.Decimal {
		fs = int(from.Scale)
	}
	if !fallibleCast(from, to) {
		switch {
		case fs == scale:
			return pair{value: "toInt128(" + v + ")"}
		case fs < scale:
			return pair{value: fmt.Sprintf("(toInt128(%s) * %s)", v, narrowPow10(scale-fs))}
		}
	}
	r := s.twice(s.rounded("toInt256("+v+")", fs, scale))
	out := pair{value: "toInt128(" + r + ")"}
	if fallibleCast(from, to) {
		out.fail = failIf(s.tooLong(r, p), diag.RowOverflow)
	}
	return out
}

// narrowPow10 writes 10^k within 128 bits.
func narrowPow10(k int) string {
	if k <= 18 {
		return pow10(k)
	}
	return "toInt128('1" + fmt.Sprintf("%0*d", k, 0) + "')"
}

// castText casts to string, bytes or json.
func (s *scope) castText(v string, from, to schema.Type) pair {
	switch from.Kind {
	case schema.Boolean:
		return pair{value: fmt.Sprintf("if(%s IS NULL, NULL, if(%s, 'true', 'false'))", operand(s.twice(v)), s.twice(v))}
	case schema.Float32, schema.Float64:
		return pair{value: s.help("mr_float_text", "toString("+v+")")}
	case schema.Decimal:
		return pair{value: s.decimalText(v, int(from.Scale))}
	case schema.Date:
		return pair{value: s.help("mr_date_text", s.twice(v))}
	case schema.Timestamp:
		return pair{value: s.timestampText(v, int(from.Precision))}
	case schema.String, schema.JSON, schema.Bytes:
		switch {
		case to.Kind == schema.JSON:
			return pair{v, failIf(fmt.Sprintf("%s IS NOT NULL AND NOT %s", operand(s.twice(v)), s.validJSON(v)), diag.RowCast)}
		case from.Kind == schema.Bytes:
			return pair{v, failIf("NOT isValidUTF8("+v+")", diag.RowCast)}
		}
		return pair{value: v}
	}
	return pair{value: "toString(" + v + ")"}
}

// decimalText writes a decimal with all digits of its scale.
func (s *scope) decimalText(v string, scale int) string {
	if scale == 0 {
		return "toString(" + v + ")"
	}
	return s.help("mr_decimal_text", s.twice(v), fmt.Sprint(scale))
}

// parse reads a trimmed text.
func (s *scope) parse(v string, to schema.Type) pair {
	s.w.use("mr_trim")
	t := s.twice(v)
	switch {
	case to.Kind == schema.Boolean:
		return s.parseBool(t, true)
	case to.Integer():
		n := s.twice(s.help("mr_integer", t))
		if to.Unsigned() {
			// Not even zero has a sign there.
			n = s.twice(fmt.Sprintf("if(startsWith(%s, '-'), NULL, %s)", t, n))
		}
		return pair{name128(to, n), failIf(fmt.Sprintf("%s IS NOT NULL AND (%s IS NULL OR %s)", operand(t), operand(n), outsideWide(n, to)), diag.RowCast)}
	case to.Float():
		f := s.twice(s.help("mr_float", t))
		out := pair{f, failIf(fmt.Sprintf("%s IS NOT NULL AND %s IS NULL", operand(t), operand(f)), diag.RowCast)}
		if to.Kind == schema.Float32 {
			out = pair{"toFloat32(" + f + ")", failIf(fmt.Sprintf("%s IS NOT NULL AND (%s IS NULL OR isInfinite(toFloat32(%s)) AND NOT isInfinite(%s))",
				operand(t), operand(f), f, f), diag.RowCast)}
		}
		return out
	case to.Kind == schema.Decimal:
		d := s.parseDecimal(t, int(to.Precision), int(to.Scale))
		return pair{d.value, failIf(d.fail, diag.RowCast)}
	case to.Kind == schema.Date:
		d := s.twice(s.help("mr_date", t))
		return pair{"toInt32(" + d + ")", failIf(fmt.Sprintf("%s IS NOT NULL AND %s IS NULL", operand(t), operand(d)), diag.RowCast)}
	case to.Kind == schema.Timestamp:
		return s.parseTimestamp(t, to)
	}
	return s.refuse(diffFunction, "a cast from a text to %s", to)
}

// parseBool reads a boolean; wide also takes the short words.
func (s *scope) parseBool(t string, wide bool) pair {
	yes, no := "'true'", "'false'"
	if wide {
		yes, no = "'true', 't', 'y', 'yes', '1'", "'false', 'f', 'n', 'no', '0'"
	}
	l := s.twice("lower(" + t + ")")
	v := fmt.Sprintf("if(%s IS NULL, NULL, %s IN (%s))", operand(t), operand(l), yes)
	return pair{v, failIf(fmt.Sprintf("%s IS NOT NULL AND %s NOT IN (%s, %s)", operand(t), operand(l), yes, no), diag.RowCast)}
}

// outsideWide is outside for a number of 128 bits.
func outsideWide(n string, t schema.Type) string {
	lo, hi := bounds(t)
	if t.Bits() == 64 {
		lo, hi = "toInt128('-9223372036854775808')", "toInt128('9223372036854775807')"
		if t.Unsigned() {
			lo, hi = "0", "toInt128('18446744073709551615')"
		}
	}
	return fmt.Sprintf("%s NOT BETWEEN %s AND %s", operand(n), lo, hi)
}

func name128(t schema.Type, n string) string { return integerName(t) + "(" + n + ")" }
