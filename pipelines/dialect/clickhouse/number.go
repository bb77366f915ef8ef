package clickhouse

import (
	"fmt"

	"millrace/models/schema"
)

// The text of a number, in groups: sign, digits before the point, behind it, exponent.
const numberPattern = `'^([+-]?)([0-9]*)(?:\\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$'`

// parseDecimal reads a decimal number HALF_UP at a scale. fail is the condition under which the text is none or has too many digits.
func (s *scope) parseDecimal(text string, p, scale int) pair {
	t := s.twice(text)
	parts := s.name(fmt.Sprintf("extractGroups(ifNull(%s, ''), %s)", t, numberPattern))
	whole, frac := parts+"[2]", parts+"[3]"
	known := s.name(fmt.Sprintf("(length(%s) = 4 AND (%s != '' OR %s != ''))", parts, whole, frac))
	// The value is 0.d1d2d3... * 10^point.
	digits := s.name(fmt.Sprintf("trimLeft(concat(%s, %s), '0')", whole, frac))
	point := fmt.Sprintf("toInt64(length(%s)) - toInt64(length(%s))", digits, frac)
	exponent := s.help("mr_exponent", parts+"[4]")
	keep := s.name(fmt.Sprintf("%s + %s + %d", point, exponent, scale))
	// Up to 38 digits are kept; the next one rounds.
	kept := fmt.Sprintf("greatest(0, least(38, %s))", keep)
	n := s.name(fmt.Sprintf("toInt256(toInt128OrZero(rightPad(substring(%s, 1, %s), %s, '0'))) + if(%s < 0, 0, toInt256(substring(%s, greatest(0, least(64, %s)) + 1, 1) >= '5'))",
		digits, kept, kept, keep, digits, keep))
	tooLong := s.tooLong(n, p)
	v := fmt.Sprintf("if(%s IS NULL, NULL, toInt128(if(%s[1] = '-', -%s, %s)))", operand(t), parts, n, n)
	return pair{v, fmt.Sprintf("%s IS NOT NULL AND (NOT %s OR %s != '' AND (%s > %d OR %s))", operand(t), known, digits, keep, p, tooLong)}
}

// roundFloat rounds the shortest decimal text of a float half away from zero, as it reads.
func (s *scope) roundFloat(value string, digits int, t schema.Type) string {
	v := s.twice(value)
	if digits > 20 {
		return v
	}
	text := s.twice("toString(" + v + ")")
	scale := max(digits, 0)
	keep := fmt.Sprintf("isNaN(%s) OR isInfinite(%s) OR %s = 0", v, v, operand(v))
	if digits >= 0 {
		keep += fmt.Sprintf(" OR abs(%s) >= 1e17", v)
	}
	whole := s.parseDecimal(text, schema.MaxPrecision, scale)
	n := whole
	if digits < 0 {
		// Rounding a whole number again would round twice, so the text is read with a fraction. Where that takes too many digits the
		// number is so large that its text has none.
		fine := s.parseDecimal(text, schema.MaxPrecision, 18)
		n.value = s.twice(fmt.Sprintf("if(%s, %s, %s) * %s", fine.fail, s.help("mr_half_up", s.twice("toInt256("+whole.value+")"), pow10(-digits)),
			s.help("mr_half_up", s.twice("toInt256("+fine.value+")"), pow10(18-digits)), pow10(-digits)))
	}
	keep = s.twice(keep + " OR " + whole.fail)
	name := "toFloat64OrZero"
	if t.Kind == schema.Float32 {
		name = "toFloat32OrZero"
	}
	// The text of the rounded number is read back, which rounds to the nearest float.
	return fmt.Sprintf("if(%s, %s, %s(%s))", keep, v, name, s.decimalText(n.value, scale))
}
