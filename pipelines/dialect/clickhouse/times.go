package clickhouse

import (
	"fmt"
	"math"
	"strings"

	"millrace/components/clickhouse/chsql"
	"millrace/models/diag"
	"millrace/models/expr"
	"millrace/models/schema"
)

// badDay and badTime write that a day or an instant lies outside the years 1 to 9999.
func badDay(v string) string { return operand(v) + " NOT BETWEEN -719162 AND 2932896" }
func badTime(v string) string {
	return fmt.Sprintf("%s NOT BETWEEN toInt64('%d') AND toInt64('%d')", operand(v), minMicros, maxMicros)
}

var fixedUnits = map[string]int64{
	"MICROSECOND": 1, "MILLISECOND": 1000, "SECOND": second, "MINUTE": 60 * second, "HOUR": 3600 * second, "DAY": day, "WEEK": 7 * day,
}

var monthUnits = map[string]int64{"MONTH": 1, "QUARTER": 3, "YEAR": 12}

// wall writes the wall-clock microseconds of a date or a timestamp.
func (s *scope) wall(v string, t schema.Type) string {
	if t.Kind == schema.Date {
		return fmt.Sprintf("(toInt64(%s) * %s)", v, microsPerDay)
	}
	return s.local(v)
}

// dayOf writes the day number of a date or a timestamp, and rest the microseconds since its midnight.
func (s *scope) dayOf(v string, t schema.Type) string {
	if t.Kind == schema.Date {
		return s.twice("toInt64(" + v + ")")
	}
	return s.twice(s.help("mr_floor", s.twice(s.local(v)), microsPerDay))
}

func (s *scope) rest(v string, t schema.Type) string {
	if t.Kind == schema.Date {
		return s.twice("toInt64(" + v + ") * 0")
	}
	return s.twice(fmt.Sprintf("mr_mod(%s, %s)", s.local(v), microsPerDay))
}

// precision cuts an instant to a timestamp's precision.
func (s *scope) precision(v string, from, to schema.Type) string {
	if to.Precision == 3 && from.Precision != 3 {
		v = s.twice(v)
		return fmt.Sprintf("(%s - mr_mod(%s, 1000))", operand(v), v)
	}
	return v
}

func writeExtract(s *scope, e *expr.Expr) pair {
	unit, _ := e.Args[0].Value.(string)
	x := s.expr(e.Args[1])
	t := e.Args[1].Type
	v := s.twice(x.value)
	of := func(name string) pair { return pair{s.help(name, s.dayOf(v, t)), x.fail} }
	clock := func(div int64, mod int64) pair {
		out := s.rest(v, t)
		if div > 1 {
			out = fmt.Sprintf("intDiv(%s, %d)", out, div)
		}
		if mod > 0 {
			out = fmt.Sprintf("%s %% %d", out, mod)
		}
		return pair{"toInt64(" + out + ")", x.fail}
	}
	switch unit {
	case "YEAR":
		return of("mr_year")
	case "ISOYEAR":
		return of("mr_iso_year")
	case "MONTH":
		return of("mr_month")
	case "DAY":
		return of("mr_day")
	case "QUARTER":
		return pair{fmt.Sprintf("intDiv(%s + 2, 3)", of("mr_month").value), x.fail}
	case "WEEK":
		return pair{fmt.Sprintf("toInt64(toISOWeek(%s))", of("mr_cycle").value), x.fail}
	case "DOY":
		// toDayOfYear takes the last day that ClickHouse knows, 2299-12-31, for the 364th.
		d := s.dayOf(v, t)
		first := s.help("mr_day_number", s.twice(s.help("mr_year", d)), "1", "1")
		return pair{fmt.Sprintf("(toInt64(%s) - %s + 1)", d, first), x.fail}
	case "DOW":
		return pair{fmt.Sprintf("toInt64(toDayOfWeek(%s) %% 7 + 1)", of("mr_cycle").value), x.fail}
	case "ISODOW":
		return pair{fmt.Sprintf("toInt64(toDayOfWeek(%s))", of("mr_cycle").value), x.fail}
	case "HOUR":
		return clock(3600*second, 0)
	case "MINUTE":
		return clock(60*second, 60)
	case "SECOND":
		return clock(second, 60)
	case "MILLISECOND":
		return clock(1000, 60_000)
	case "MICROSECOND":
		return clock(1, 60*second)
	}
	if t.Kind == schema.Date { // EPOCH
		v = s.twice(s.instant(s.wall(v, t)))
	}
	return pair{s.help("mr_floor", v, "1000000"), x.fail}
}

// writeFloorTime writes FLOOR and CEIL of a time to a unit.
func writeFloorTime(s *scope, e *expr.Expr) pair {
	unit, _ := e.Args[0].Value.(string)
	x := s.expr(e.Args[1])
	t := e.Args[1].Type
	v := s.twice(x.value)
	l := s.twice(s.wall(v, t))
	var start, next string
	switch size := fixedUnits[unit]; {
	case unit == "WEEK":
		d := s.dayOf(v, t)
		start = s.twice(fmt.Sprintf("(%s - toDayOfWeek(%s) %% 7) * %s", operand(d), s.help("mr_cycle", d), microsPerDay))
		next = fmt.Sprintf("%s + 7 * %s", start, microsPerDay)
	case size > 0:
		start = s.twice(fmt.Sprintf("%s - mr_mod(%s, %d)", operand(l), l, size))
		next = fmt.Sprintf("%s + %d", operand(start), size)
	default:
		d := s.dayOf(v, t)
		n := monthUnits[unit]
		year, month := s.twice(s.help("mr_year", d)), s.twice(s.help("mr_month", d))
		first := s.twice(fmt.Sprintf("intDiv(%s - 1, %d) * %d + 1", operand(month), n, n))
		if n == 12 {
			first = "1"
		}
		start = s.twice(fmt.Sprintf("%s * %s", s.help("mr_day_number", year, first, "1"), microsPerDay))
		after := s.twice(fmt.Sprintf("%s + %d", operand(first), n))
		next = fmt.Sprintf("%s * %s", s.help("mr_day_number", fmt.Sprintf("%s + (%s > 12)", year, after), fmt.Sprintf("if(%s > 12, %s - 12, %s)", after, after, after), "1"), microsPerDay)
	}
	if e.Func == "ceil_time" {
		start = s.twice(fmt.Sprintf("if(%s = %s, %s, %s)", operand(start), operand(l), start, next))
	}
	var r string
	short := fixedUnits[unit] > 0 && fixedUnits[unit] <= 3600*second
	switch {
	case e.Type.Kind == schema.Date:
		r = s.twice(s.help("mr_floor", start, microsPerDay))
		return pair{"toInt32(" + r + ")", either(x.fail, failIf(badDay(r), diag.RowOverflow))}
	case short:
		// Within the hour the offset stays.
		r = fmt.Sprintf("%s + %s - %s", operand(v), operand(start), operand(l))
	default:
		r = s.instant(start)
	}
	r = s.twice(r)
	return pair{r, either(x.fail, failIf(badTime(r), diag.RowOverflow))}
}

// writeShift moves a date or a timestamp by days, months or microseconds.
func writeShift(s *scope, e *expr.Expr) pair {
	args := s.exprs(e.Args)
	v, n := s.twice(args[0].value), s.twice(args[1].value)
	t := e.Type
	var r, bad string
	if e.Func == "add_months" {
		d := s.dayOf(v, t)
		months := fmt.Sprintf("greatest(-120000, least(%s, 120000))", n)
		total := s.twice(fmt.Sprintf("%s * 12 + %s - 1 + %s", s.help("mr_year", d), s.help("mr_month", d), months))
		moved := s.twice(s.help("mr_shift_month", s.help("mr_floor", total, "12"), fmt.Sprintf("mr_mod(%s, 12) + 1", total), s.help("mr_day", d)))
		bad = fmt.Sprintf("%s NOT BETWEEN -120000 AND 120000 AND %s IS NOT NULL OR %s", operand(n), operand(v), badDay(moved))
		if t.Kind == schema.Date {
			return pair{"toInt32(" + moved + ")", either(fails(args), failIf(bad, diag.RowOverflow))}
		}
		r = s.instant(fmt.Sprintf("%s * %s + %s", operand(moved), microsPerDay, s.rest(v, t)))
	} else {
		limit := maxMicros - minMicros
		bad = fmt.Sprintf("%s NOT BETWEEN -%d AND %d AND %s IS NOT NULL", operand(n), limit, limit, operand(v))
		r = fmt.Sprintf("toInt64(%s) + %s", v, operand(n))
	}
	if t.Kind == schema.Date {
		r = s.twice(r)
		return pair{"toInt32(" + r + ")", either(fails(args), failIf(bad+" OR "+badDay(r), diag.RowOverflow))}
	}
	r = s.twice(r)
	return pair{s.precision(r, schema.Of(schema.Timestamp), t), either(fails(args), failIf(bad+" OR "+badTime(r), diag.RowOverflow))}
}

func writeDiff(s *scope, e *expr.Expr) pair {
	unit, _ := e.Args[0].Value.(string)
	t := e.Args[1].Type
	args := s.exprs(e.Args[1:])
	from, to := s.twice(args[0].value), s.twice(args[1].value)
	if size := fixedUnits[unit]; size > 0 {
		d := fmt.Sprintf("(toInt64(%s) - toInt64(%s))", to, from)
		if t.Kind == schema.Date {
			d = fmt.Sprintf("(%s * %s)", d, microsPerDay)
		}
		if size == 1 {
			return pair{d, fails(args)}
		}
		return pair{fmt.Sprintf("intDiv(%s, %d)", d, size), fails(args)}
	}
	count := func(a, b string) string {
		da, db, ra, rb := s.dayOf(a, t), s.dayOf(b, t), s.rest(a, t), s.rest(b, t)
		whole := fmt.Sprintf("(%s - %s) * 12 + %s - %s", s.help("mr_year", db), s.help("mr_year", da), s.help("mr_month", db), s.help("mr_month", da))
		less := fmt.Sprintf("(%s < %s OR %s = %s AND %s < %s)", s.help("mr_day", db), s.help("mr_day", da), s.help("mr_day", db), s.help("mr_day", da), operand(rb), operand(ra))
		return fmt.Sprintf("greatest(0, %s - %s)", whole, less)
	}
	// Times are compared on the wall clock, as the months are counted.
	later := fmt.Sprintf("%s > %s", s.twice(s.wall(from, t)), s.twice(s.wall(to, t)))
	v := fmt.Sprintf("if(%s, -%s, %s)", later, count(to, from), count(from, to))
	if n := monthUnits[unit]; n > 1 {
		v = fmt.Sprintf("intDiv(%s, %d)", v, n)
	}
	if e.Nullable {
		v = fmt.Sprintf("if(%s IS NULL OR %s IS NULL, NULL, %s)", operand(from), operand(to), v)
	}
	return pair{v, fails(args)}
}

func writeFromEpoch(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	p, _ := e.Args[1].Value.(int64)
	unit := map[int64]int64{0: second, 3: 1000, 6: 1}[p]
	v := s.twice(x.value)
	bad := fmt.Sprintf("%s NOT BETWEEN %s AND %s", operand(v), integer(int64(math.Ceil(float64(minMicros)/float64(unit)))), integer(maxMicros/unit))
	if unit == 1 {
		return pair{v, either(x.fail, failIf(bad, diag.RowOverflow))}
	}
	return pair{fmt.Sprintf("(toInt64(%s) * %d)", v, unit), either(x.fail, failIf(bad, diag.RowOverflow))}
}

// timestampText writes a timestamp on the wall clock of the zone.
func (s *scope) timestampText(v string, precision int) string {
	ts := schema.Of(schema.Timestamp)
	v = s.twice(v)
	items := []formatItem{{'y', 4, ""}, {text: "-"}, {'M', 2, ""}, {text: "-"}, {'d', 2, ""}, {text: " "}, {'H', 2, ""}, {text: ":"}, {'m', 2, ""},
		{text: ":"}, {'s', 2, ""}, {text: "."}, {'S', precision, ""}}
	return s.formatted(v, ts, items)
}

// formatItem is one element of a date pattern: a letter and its width, or text.
type formatItem struct {
	letter byte
	width  int
	text   string
}

// parseFormat reads a pattern that models/expr has found to be good.
func parseFormat(p string) []formatItem {
	var items []formatItem
	for i := 0; i < len(p); {
		c := p[i]
		switch {
		case c == '\'':
			var text strings.Builder
			j := i + 1
			for ; j < len(p); j++ {
				if p[j] == '\'' {
					if j+1 >= len(p) || p[j+1] != '\'' {
						break
					}
					j++
				}
				text.WriteByte(p[j])
			}
			if j == i+1 {
				text.WriteByte('\'')
			}
			items = append(items, formatItem{text: text.String()})
			i = j + 1
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			n := 1
			for i+n < len(p) && p[i+n] == c {
				n++
			}
			items = append(items, formatItem{letter: c, width: n})
			i += n
		default:
			items = append(items, formatItem{text: p[i : i+1]})
			i++
		}
	}
	return items
}

const (
	monthNames = `['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']`
	dayNames   = `['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']`
)

// formatted writes a time by a pattern.
func (s *scope) formatted(v string, t schema.Type, items []formatItem) string {
	d, rest := s.dayOf(v, t), ""
	clock := func(div, mod int64) string {
		if rest == "" {
			rest = s.rest(v, t)
		}
		return fmt.Sprintf("intDiv(%s, %d) %% %d", rest, div, mod)
	}
	pad := func(sql string, width int) string {
		// A number longer than its field is written whole.
		n := s.twice("toString(" + sql + ")")
		if width == 1 {
			return n
		}
		return fmt.Sprintf("leftPad(%s, greatest(%d, toInt64(length(%s))), '0')", n, width, n)
	}
	var parts []string
	text := ""
	shortYear := false
	flush := func() {
		if text != "" {
			parts = append(parts, chsql.Text(text))
			text = ""
		}
	}
	for _, it := range items {
		if it.letter == 0 {
			text += it.text
			continue
		}
		flush()
		var p string
		switch it.letter {
		case 'y':
			y := s.help("mr_year", d)
			if shortYear = shortYear || it.width == 2; shortYear {
				y += " % 100"
			}
			p = pad(y, it.width)
		case 'M':
			m := s.help("mr_month", d)
			switch it.width {
			case 3:
				p = fmt.Sprintf("substring(%s[%s], 1, 3)", monthNames, m)
			case 4:
				p = fmt.Sprintf("%s[%s]", monthNames, m)
			default:
				p = pad(m, it.width)
			}
		case 'd':
			p = pad(s.help("mr_day", d), it.width)
		case 'E':
			name := fmt.Sprintf("%s[toDayOfWeek(%s)]", dayNames, s.help("mr_cycle", d))
			if p = name; it.width != 4 {
				p = "substring(" + name + ", 1, 3)"
			}
		case 'a':
			p = fmt.Sprintf("if(%s >= 12, 'PM', 'AM')", clock(3600*second, 24))
		case 'H':
			p = pad(clock(3600*second, 24), it.width)
		case 'h':
			p = pad(fmt.Sprintf("(%s + 11) %% 12 + 1", clock(3600*second, 24)), it.width)
		case 'm':
			p = pad(clock(60*second, 60), it.width)
		case 's':
			p = pad(clock(second, 60), it.width)
		case 'S':
			div, mod := int64(1), int64(1)
			for range 6 - it.width {
				div *= 10
			}
			for range it.width {
				mod *= 10
			}
			p = pad(clock(div, mod), it.width)
		}
		parts = append(parts, p)
	}
	flush()
	out := "concat(" + strings.Join(append(parts, "''"), ", ") + ")"
	return fmt.Sprintf("if(%s IS NULL, NULL, %s)", operand(v), out)
}

func writeDateFormat(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	p, _ := constant(e.Args[1])
	return pair{s.formatted(s.twice(x.value), e.Args[0].Type, parseFormat(p)), x.fail}
}

// writeToTime writes TO_TIMESTAMP and TO_DATE with a pattern: the pattern becomes a regular expression whose groups are the fields.
func writeToTime(s *scope, e *expr.Expr) pair {
	x := s.expr(e.Args[0])
	p, _ := constant(e.Args[1])
	items := parseFormat(p)
	re, groups := timePattern(items)
	t := s.twice(x.value)
	found := s.name(fmt.Sprintf("extractGroups(ifNull(%s, ''), %s)", t, chsql.Text(re)))
	s.w.use("mr_number")
	field := func(letter byte, none string) string {
		at := groups[letter]
		if at == 0 {
			return none
		}
		return fmt.Sprintf("mr_number(%s[%d])", found, at)
	}
	y, m, d := field('y', "1970"), field('M', "1"), field('d', "1")
	h, mi, sec := field('H', "0"), field('m', "0"), field('s', "0")
	days := s.twice(s.help("mr_date_of", y, m, d))
	us := fmt.Sprintf("%s * 3600000000 + %s * 60000000 + %s * 1000000", h, mi, sec)
	if at := groups['S']; at > 0 {
		us += fmt.Sprintf(" + mr_number(rightPad(%s[%d], 6, '0'))", found, at)
	}
	bad := fmt.Sprintf("empty(%s) OR %s IS NULL OR %s > 23 OR %s > 59 OR %s > 59", found, operand(days), h, mi, sec)
	bad = fmt.Sprintf("%s IS NOT NULL AND (%s)", operand(t), bad)
	if e.Type.Kind == schema.Date {
		return pair{fmt.Sprintf("if(%s IS NULL, NULL, toInt32(%s))", operand(t), days), either(x.fail, failIf(bad, diag.RowCast))}
	}
	r := s.twice(s.instant(fmt.Sprintf("%s * %s + %s", operand(days), microsPerDay, us)))
	return pair{fmt.Sprintf("if(%s IS NULL, NULL, %s)", operand(t), r), either(x.fail, failIf(bad+fmt.Sprintf(" OR %s", badTime(r)), diag.RowCast))}
}

// timePattern returns the expression that reads a pattern, and the group of each letter.
func timePattern(items []formatItem) (re string, groups map[byte]int) {
	groups = map[byte]int{}
	var b strings.Builder
	b.WriteString("^")
	n := 0
	for i, it := range items {
		if it.letter == 0 {
			b.WriteString(quoteMeta(it.text))
			continue
		}
		n++
		groups[it.letter] = n
		switch {
		case it.width == 1 && it.letter != 'S' && (i+1 == len(items) || items[i+1].letter == 0):
			// One letter takes a second digit where there is one.
			b.WriteString("([0-9]{1,2})")
		default:
			fmt.Fprintf(&b, "([0-9]{%d})", it.width)
		}
	}
	b.WriteString("$")
	return b.String(), groups
}

// The text of a timestamp, in groups: date, hour, minute, second, fraction, zone, its sign, hours and minutes.
const timestampPattern = `'^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]+))?)?(Z|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?$'`

func (s *scope) parseTimestamp(t string, to schema.Type) pair {
	s.w.use("mr_number")
	f := s.name(fmt.Sprintf("extractGroups(ifNull(%s, ''), %s)", t, timestampPattern))
	at := func(i int) string { return fmt.Sprintf("mr_number(%s[%d])", f, i) }
	days := s.twice(s.help("mr_date", f+"[1]"))
	local := s.twice(fmt.Sprintf("%s * %s + %s * 3600000000 + %s * 60000000 + %s * 1000000 + mr_number(substring(rightPad(%s[5], 6, '0'), 1, 6))",
		operand(days), microsPerDay, at(2), at(3), at(4), f))
	offset := fmt.Sprintf("if(%s[7] = '-', -1, 1) * (%s * 3600000000 + %s * 60000000)", f, at(8), at(9))
	r := s.twice(fmt.Sprintf("if(%s[6] = '', %s, %s - %s)", f, s.instant(local), operand(local), offset))
	bad := failIf(fmt.Sprintf("%s IS NOT NULL AND (empty(%s) OR %s IS NULL OR %s > 23 OR %s > 59 OR %s > 59 OR %s > 18 OR %s > 59 OR %s)",
		operand(t), f, operand(days), at(2), at(3), at(4), at(8), at(9), badTime(r)), diag.RowCast)
	v := fmt.Sprintf("if(%s IS NULL, NULL, %s)", operand(t), s.precision(r, schema.Of(schema.Timestamp), to))
	return pair{v, bad}
}
