package clickhouse

import (
	"fmt"
	"slices"
	"strings"
)

// helper is a function of the query's preamble, a lambda under a name.
type helper struct {
	name, sql string
	// uses names helpers that stand before it.
	uses []string
}

// helpers are in the order in which they stand in a query: each uses only earlier ones. Those of a time zone are made for the plan and follow.
var helpers = []helper{
	{"mr_trim", `x -> trimBoth(x, ' \t\r\n')`, nil},
	// ClickHouse's own remainder is NaN for an infinite divisor.
	{"mr_fmod", `(x, y) -> if(isInfinite(y) AND NOT isInfinite(x) AND NOT isNaN(x), x, x % y)`, nil},
	// Rounds the quotient of a whole number by an even one half away from zero.
	{"mr_half_up", `(x, d) -> intDiv(x + if(x < 0, -intDiv(d, 2), intDiv(d, 2)), d)`, nil},
	// Divides whole numbers of 256 bits, half away from zero; 0 for a division by zero.
	{"mr_divide", `(x, y) -> intDivOrZero(2 * if(x < 0, -x, x) + if(y < 0, -y, y), 2 * if(y < 0, -y, y)) * if((x < 0) = (y < 0), 1, -1)`, nil},
	{"mr_digits", `(x, s) -> leftPad(toString(if(x < 0, -x, x)), greatest(s + 1, toInt64(length(toString(if(x < 0, -x, x))))), '0')`, nil},
	{"mr_decimal_text", `(x, s) -> concat(if(x < 0, '-', ''), substring(mr_digits(x, s), 1, length(mr_digits(x, s)) - s), '.', right(mr_digits(x, s), s))`, []string{"mr_digits"}},
	{"mr_float_text", `x -> multiIf(x = 'nan', 'NaN', x = 'inf', 'Infinity', x = '-inf', '-Infinity', replaceRegexpOne(replaceRegexpOne(x, 'e([0-9])', 'e+\\1'), 'e([+-])([0-9])$', 'e\\10\\2'))`, nil},
	{"mr_integer", `x -> if(match(x, '^[+-]?0*[0-9]{1,36}$'), toInt128OrNull(x), NULL)`, nil},
	{"mr_float", `x -> multiIf(match(x, '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$') AND NOT isInfinite(toFloat64OrNull(x)), toFloat64OrNull(x), ` +
		`match(x, '^(?i)\\+?inf(inity)?$'), inf, match(x, '^(?i)-inf(inity)?$'), -inf, match(x, '^(?i)nan$'), nan, NULL)`, nil},
	{"mr_exponent", `x -> if(match(x, '^[+-]?0*[0-9]{1,9}$'), ifNull(toInt64OrNull(x), 0), if(startsWith(x, '-'), -1000000000, if(x = '', 0, 1000000000)))`, nil},

	// Remainder and quotient rounded down, of signed numbers: beside an unsigned divisor ClickHouse takes the dividend for unsigned.
	{"mr_mod", `(x, d) -> toInt64(positiveModulo(x, toInt64(d)))`, nil},
	{"mr_floor", `(x, d) -> intDiv(x - mr_mod(x, d), toInt64(d))`, []string{"mr_mod"}},
	// The calendar repeats every 400 years of 146097 days: a day is moved into the years 1900 to 2299, which ClickHouse knows.
	{"mr_cycle", `d -> toDate32(toInt32(mr_mod(toInt64(d) + 25567, 146097) - 25567))`, []string{"mr_mod"}},
	{"mr_years", `d -> 400 * mr_floor(toInt64(d) + 25567, 146097)`, []string{"mr_floor"}},
	{"mr_year", `d -> toInt64(toYear(mr_cycle(d))) + mr_years(d)`, []string{"mr_cycle", "mr_years"}},
	{"mr_iso_year", `d -> toInt64(toISOYear(mr_cycle(d))) + mr_years(d)`, []string{"mr_cycle", "mr_years"}},
	{"mr_month", `d -> toInt64(toMonth(mr_cycle(d)))`, []string{"mr_cycle"}},
	{"mr_day", `d -> toInt64(toDayOfMonth(mr_cycle(d)))`, []string{"mr_cycle"}},
	{"mr_leap", `y -> (y % 4 = 0 AND (y % 100 != 0 OR y % 400 = 0))`, nil},
	{"mr_month_days", `(y, m) -> multiIf(m IN (4, 6, 9, 11), 30, m = 2, if(mr_leap(y), 29, 28), 31)`, []string{"mr_leap"}},
	// The day number of a date in the proleptic Gregorian calendar, counted in years that begin in March.
	{"mr_day_number_march", `(y, m, d) -> 365 * y + intDiv(y, 4) - intDiv(y, 100) + intDiv(y, 400) + intDiv(153 * m + 2, 5) + d - 1 - 719468 - 14609700`, nil},
	{"mr_day_number", `(y, m, d) -> mr_day_number_march(toInt64(y) + 40000 - (m <= 2), (toInt64(m) + 9) % 12, toInt64(d))`, []string{"mr_day_number_march"}},
	{"mr_date_text", `d -> concat(leftPad(toString(mr_year(d)), 4, '0'), '-', leftPad(toString(mr_month(d)), 2, '0'), '-', leftPad(toString(mr_day(d)), 2, '0'))`,
		[]string{"mr_year", "mr_month", "mr_day"}},
	{"mr_date_of", `(y, m, d) -> if(y >= 1 AND m BETWEEN 1 AND 12 AND d >= 1 AND d <= mr_month_days(y, m), mr_day_number(y, m, d), NULL)`,
		[]string{"mr_month_days", "mr_day_number"}},
	{"mr_number", `x -> toInt64OrZero(x)`, nil},
	{"mr_date", `x -> if(match(x, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'), mr_date_of(mr_number(substring(x, 1, 4)), mr_number(substring(x, 6, 2)), mr_number(substring(x, 9, 2))), NULL)`,
		[]string{"mr_date_of", "mr_number"}},
	// A day moved by months; the day of the month is clamped.
	{"mr_shift_month", `(y, m, d) -> mr_day_number(y, m, least(d, toInt64(mr_month_days(y, m))))`, []string{"mr_day_number", "mr_month_days"}},

	{"mr_json_tokens", `x -> extractAll(ifNull(x, ''), '(?s)(?:"(?:[^"\\\\]|\\\\.)*"|[{}\\[\\]:,]|[^ \\t\\r\\n{}\\[\\]:,"]+)[ \\t\\r\\n]*')`, nil},
	{"mr_json_ltrim", `x -> trimLeft(x, ' \t\r\n')`, nil},
	{"mr_json_trim", `x -> trimBoth(x, ' \t\r\n')`, nil},
	{"mr_json_depth", `t -> arrayCumSum(arrayMap(x -> multiIf(x IN ('{', '['), 1, x IN ('}', ']'), -1, 0), t))`, nil},
	{"mr_json_shape", `t -> arrayStringConcat(arrayMap(x -> multiIf(match(x, '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$'), '0', ` +
		`match(x, '^"([^"\\\\\\x00-\\x1f]|\\\\(["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"$'), '""', x), t), ' ')`, nil},
	{"mr_json_unpair", `x -> arrayStringConcat(arrayMap(c -> if(match(c, '^\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}$'), '\xef\xbf\xbd', c), ` +
		`extractAll(x, '(?s)\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\\\u[0-9a-fA-F]{4}|\\\\.|[^\\\\]+')))`, nil},
	{"mr_json_text", `x -> if(position(x, '\\') = 0, substring(x, 2, length(x) - 2), JSONExtractString(concat('[', mr_json_unpair(x), ']'), 1))`, []string{"mr_json_unpair"}},
	{"mr_json_end", `(d, at) -> arrayFirstIndex((x, i) -> i >= at AND x = 1, d, arrayEnumerate(d))`, nil},
	{"mr_json_slice", `(t, d, at) -> trimRight(arrayStringConcat(arraySlice(t, at, toInt64(mr_json_end(d, at)) - at + 1)), ' \t\r\n')`, []string{"mr_json_end"}},
}

var helperByName = func() map[string]helper {
	m := map[string]helper{}
	for _, h := range helpers {
		m[h.name] = h
	}
	return m
}()

// use notes that a query needs a helper and those it uses.
func (w *writer) use(name string) {
	if w.used[name] {
		return
	}
	w.used[name] = true
	for _, u := range helperByName[name].uses {
		w.use(u)
	}
}

// preamble writes the helpers in use, each an element of WITH.
func (w *writer) preamble() []string {
	var out []string
	zone := w.zoneHelpers()
	for _, h := range append(slices.Clone(helpers), zone...) {
		if !w.used[h.name] {
			continue
		}
		sql := h.sql
		if strings.Contains(sql, "->") {
			sql = "(" + sql + ")"
		}
		out = append(out, fmt.Sprintf("%s AS %s", sql, h.name))
	}
	return out
}
