package expr

import (
	"sort"
	"strings"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// fixedUnits are the units of a fixed length, in microseconds; monthUnits those counted in months.
var (
	fixedUnits = map[string]int64{
		"MICROSECOND": 1, "MILLISECOND": 1000, "SECOND": microsPerSecond, "MINUTE": microsPerMinute, "HOUR": microsPerHour,
		"DAY": microsPerDay, "WEEK": 7 * microsPerDay,
	}
	monthUnits = map[string]int64{"MONTH": 1, "QUARTER": 3, "YEAR": 12}
)

var shiftUnits = []string{"MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}

// parts of EXTRACT, from the day number and the microseconds of the day; instant is the time itself.
var extractors = map[string]func(days, us, instant int64) int64{
	"YEAR":        func(d, _, _ int64) int64 { y, _, _ := civil(d); return y },
	"QUARTER":     func(d, _, _ int64) int64 { _, m, _ := civil(d); return (m + 2) / 3 },
	"MONTH":       func(d, _, _ int64) int64 { _, m, _ := civil(d); return m },
	"WEEK":        func(d, _, _ int64) int64 { _, w := isoWeek(d); return w },
	"DAY":         func(d, _, _ int64) int64 { _, _, n := civil(d); return n },
	"DOW":         func(d, _, _ int64) int64 { return weekday(d) },
	"ISODOW":      func(d, _, _ int64) int64 { return (weekday(d)+5)%7 + 1 },
	"ISOYEAR":     func(d, _, _ int64) int64 { y, _ := isoWeek(d); return y },
	"DOY":         func(d, _, _ int64) int64 { y, _, _ := civil(d); return d - dayNumber(y, 1, 1) + 1 },
	"HOUR":        func(_, us, _ int64) int64 { return us / microsPerHour },
	"MINUTE":      func(_, us, _ int64) int64 { return us / microsPerMinute % 60 },
	"SECOND":      func(_, us, _ int64) int64 { return us / microsPerSecond % 60 },
	"MILLISECOND": func(_, us, _ int64) int64 { return us % microsPerMinute / 1000 },
	"MICROSECOND": func(_, us, _ int64) int64 { return us % microsPerMinute },
	"EPOCH":       func(_, _, t int64) int64 { s, _ := floorDiv(t, microsPerSecond); return s },
}

func timeFunctions() []*function {
	part := func(name, unit, doc string, aliases ...string) *function {
		return &function{Function: Function{name, aliases, "time", []string{name + "(t timestamp or date) -> int64"}, doc, name + "(ts)"}, min: 1, max: 1,
			check: func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
				return c.extract(x, unit, a[0])
			}}
	}
	return []*function{
		{Function{"EXTRACT", nil, "time", []string{"EXTRACT(unit FROM t timestamp or date) -> int64"},
			"One part of a time in the model's time zone: YEAR, QUARTER, MONTH, WEEK and ISOYEAR (ISO 8601), DAY, DOW (Sunday is 1), ISODOW (Monday is 1), DOY, HOUR, MINUTE, SECOND, MILLISECOND and MICROSECOND (of the minute), EPOCH (seconds).", "EXTRACT(HOUR FROM ts)"},
			2, 2, false, func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
				unit, ok := c.constString(a[0], "the unit")
				if !ok {
					return nil
				}
				return c.extract(x, strings.ToUpper(unit), a[1])
			}, nil},
		part("YEAR", "YEAR", "The year."), part("QUARTER", "QUARTER", "The quarter, 1 to 4."), part("MONTH", "MONTH", "The month, 1 to 12."),
		part("WEEK", "WEEK", "The week of ISO 8601, 1 to 53."), part("DAYOFMONTH", "DAY", "The day of the month."),
		part("DAYOFYEAR", "DOY", "The day of the year."), part("DAYOFWEEK", "DOW", "The day of the week; Sunday is 1."),
		part("HOUR", "HOUR", "The hour, 0 to 23."), part("MINUTE", "MINUTE", "The minute."), part("SECOND", "SECOND", "The second, without its fraction."),
		{Function{"DATE_FORMAT", nil, "time", []string{"DATE_FORMAT(t timestamp or date, pattern constant) -> string"},
			"The time in the model's time zone, written by a pattern of y M d E a H h m s S and quoted text.", "DATE_FORMAT(ts, 'yyyy-MM-dd HH:mm')"},
			2, 2, false, checkFormat("date_format", stringType, "ts"), buildDateFormat},
		{Function{"FROM_UNIXTIME", nil, "time", []string{"FROM_UNIXTIME(seconds int64) -> string"},
			"Seconds since 1970 as 'yyyy-MM-dd HH:mm:ss' in the model's time zone.", "FROM_UNIXTIME(1700000000)"},
			1, 1, true, func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
				if !c.convert(a, "i") {
					return nil
				}
				t := strict("to_timestamp_ltz", schema.TimestampOf(3), x.At, a[0], literalOf(int32Type, int64(0), x.At))
				return strict("date_format", stringType, x.At, t, literalOf(stringType, "yyyy-MM-dd HH:mm:ss", x.At))
			}, nil},
		{Function{"TO_TIMESTAMP_LTZ", nil, "time", []string{"TO_TIMESTAMP_LTZ(n int64, precision constant) -> timestamp"},
			"The instant n seconds (precision 0), milliseconds (3) or microseconds (6) after 1970 began in UTC.", "TO_TIMESTAMP_LTZ(ts_ms, 3)"},
			2, 2, true, checkFromEpoch, buildFromEpoch},
		{Function{"TO_TIMESTAMP", nil, "time", []string{"TO_TIMESTAMP(s string[, pattern constant]) -> timestamp"},
			"The instant a text stands for, read in the model's time zone; an error for any other text (Flink gives NULL; so does TRY_CAST).", "TO_TIMESTAMP(created, 'yyyy/MM/dd HH:mm')"},
			1, 2, true, checkToTime("to_timestamp", timeType), buildToTimestamp},
		{Function{"TO_DATE", nil, "time", []string{"TO_DATE(s string[, pattern constant]) -> date"},
			"The date a text stands for; an error for any other text.", "TO_DATE(day, 'yyyyMMdd')"},
			1, 2, true, checkToTime("to_date", dateType), buildToTimestamp},
		{Function{"UNIX_TIMESTAMP", nil, "time", []string{"UNIX_TIMESTAMP(t timestamp or date) -> int64"},
			"Whole seconds since 1970 began in UTC, rounded down.", "UNIX_TIMESTAMP(ts)"},
			1, 1, false, func(c *checker, x *sqltext.Call, a []*Expr) *Expr { return c.extract(x, "EPOCH", a[0]) }, nil},
		{Function{"TIMESTAMPDIFF", nil, "time", []string{"TIMESTAMPDIFF(unit, from timestamp, to timestamp) -> int64"},
			"How many whole units lie between two times, negative when to is earlier; months are counted on the calendar.", "TIMESTAMPDIFF(SECOND, started, ended)"},
			3, 3, false, checkDiff, buildDiff},
		{Function{"TIMESTAMPADD", nil, "time", []string{"TIMESTAMPADD(unit, n int64, t timestamp or date) -> the type of t"},
			"t moved by n units. Months keep the day of the month where it exists, else take the last one.", "TIMESTAMPADD(MINUTE, 5, ts)"},
			3, 3, true, checkAdd, nil},
	}
}

// unit reads a unit argument; nil map values mean it is not among the known.
func (c *checker) unit(e *Expr, known []string) (string, bool) {
	text, ok := c.constString(e, "the unit")
	if !ok {
		return "", false
	}
	text = strings.ToUpper(text)
	for _, k := range known {
		if k == text {
			return text, true
		}
	}
	d := c.fail(CodeUnknownUnit, e.Span, "%s is not a unit here", text)
	if near := diag.Nearest(text, known); near != "" {
		d.Fix = "Did you mean " + near + "?"
	} else {
		d.Fix = "It takes " + strings.Join(known, ", ") + "."
	}
	return "", false
}

func (c *checker) extract(x *sqltext.Call, unit string, t *Expr) *Expr {
	known := make([]string, 0, len(extractors))
	for u := range extractors {
		known = append(known, u)
	}
	sort.Strings(known)
	u, ok := c.unit(literalOf(stringType, unit, x.At), known)
	if t = c.argument(t, 't'); t == nil || !ok {
		return nil
	}
	return strict("extract", int64Type, x.At, literalOf(stringType, u, x.At), t)
}

// wallClock returns the wall-clock microseconds of row i of a date or a timestamp.
func wallClock(t schema.Type, z *zone) func(v *batch.Vector, i int) int64 {
	if t.Kind == schema.Date {
		return func(v *batch.Vector, i int) int64 { return v.I64[i] * microsPerDay }
	}
	return func(v *batch.Vector, i int) int64 { return z.local(v.I64[i]) }
}

func buildExtract(k *compiler, e *Expr, escape bool) (node, error) {
	unit, _ := e.Args[0].Value.(string)
	part, z := extractors[unit], newZone(k.zone)
	local, isDate := wallClock(e.Args[1].Type, z), e.Args[1].Type.Kind == schema.Date
	return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) {
		l := local(a[1], i)
		days, us := floorDiv(l, microsPerDay)
		instant := a[1].I64[i]
		if isDate {
			instant = z.instant(l)
		}
		return part(days, us, instant), 0
	})(k, e, escape)
}

var floorUnits = []string{"MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}

func (c *checker) floorTime(id string, x *sqltext.Call, a []*Expr) *Expr {
	unit, ok := c.unit(a[1], floorUnits)
	t := c.argument(a[0], 't')
	if t == nil || !ok {
		return nil
	}
	return strict(id, t.Type, x.At, literalOf(stringType, unit, a[1].Span), t)
}

// floorLocal returns the start of the unit a wall-clock time lies in, and the start of the next.
func floorLocal(l int64, unit string) (start, next int64) {
	days, _ := floorDiv(l, microsPerDay)
	switch unit {
	case "WEEK":
		days -= weekday(days) - 1
		return days * microsPerDay, (days + 7) * microsPerDay
	case "MONTH", "QUARTER", "YEAR":
		y, m, _ := civil(days)
		n := monthUnits[unit]
		m = (m-1)/n*n + 1
		ny, nm := floorDiv(y*12+m-1+n, 12)
		return dayNumber(y, m, 1) * microsPerDay, dayNumber(ny, nm+1, 1) * microsPerDay
	}
	size := fixedUnits[unit]
	_, r := floorDiv(l, size)
	return l - r, l - r + size
}

func buildFloorTime(k *compiler, e *Expr, escape bool) (node, error) {
	unit, _ := e.Args[0].Value.(string)
	z, up, isDate := newZone(k.zone), e.Func == "ceil_time", e.Type.Kind == schema.Date
	short := fixedUnits[unit] > 0 && fixedUnits[unit] <= microsPerHour
	local := wallClock(e.Args[1].Type, z)
	return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) {
		l := local(a[1], i)
		start, next := floorLocal(l, unit)
		if up && start != l {
			start = next
		}
		var r int64
		switch {
		case isDate:
			r, _ = floorDiv(start, microsPerDay)
			return r, codeIf(!validDays(r), diag.RowOverflow)
		case short:
			// Within the hour the offset stays: the second 01:30 of an autumn night floors to the second 01:00.
			r = a[1].I64[i] + start - l
		default:
			r = z.instant(start)
		}
		return r, codeIf(!validMicros(r), diag.RowOverflow)
	})(k, e, escape)
}

// buildShift is date or timestamp plus a number of days, months or microseconds.
func buildShift(k *compiler, e *Expr, escape bool) (node, error) {
	z, isDate := newZone(k.zone), e.Type.Kind == schema.Date
	return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) {
		t, n := a[0].I64[i], a[1].I64[i]
		switch {
		case e.Func == "add_months" && isDate:
			r, ok := addMonths(t, n)
			return r, codeIf(!ok, diag.RowOverflow)
		case e.Func == "add_months":
			days, us := floorDiv(z.local(t), microsPerDay)
			r, ok := addMonths(days, n)
			if !ok {
				return 0, diag.RowOverflow
			}
			t = z.instant(r*microsPerDay + us)
		case n > maxMicros-minMicros || n < minMicros-maxMicros:
			return 0, diag.RowOverflow
		default:
			t += n
		}
		if isDate {
			return t, codeIf(!validDays(t), diag.RowOverflow)
		}
		return truncTimestamp(t, e.Type), codeIf(!validMicros(t), diag.RowOverflow)
	})(k, e, escape)
}

func checkAdd(c *checker, x *sqltext.Call, a []*Expr) *Expr {
	unit, ok := c.unit(a[0], shiftUnits)
	n, t := c.argument(a[1], 'i'), c.argument(a[2], 't')
	if !ok || n == nil || t == nil {
		return nil
	}
	times := func(k int64) *Expr {
		if k == 1 {
			return n
		}
		if v, ok := n.Value.(int64); ok && n.Op == OpLiteral {
			if r, fits := mulInt(v, k); fits {
				return literalOf(int64Type, r, n.Span)
			}
		}
		return strict("mul", int64Type, x.At, n, literalOf(int64Type, k, x.At))
	}
	if m, ok := monthUnits[unit]; ok {
		return strict("add_months", t.Type, x.At, t, times(m))
	}
	size := fixedUnits[unit]
	if t.Type.Kind == schema.Date {
		if size%microsPerDay == 0 {
			return strict("add_days", t.Type, x.At, t, times(size/microsPerDay))
		}
		t = castTo(t, timeType)
	}
	return strict("add_micros", t.Type, x.At, t, times(size))
}

func checkDiff(c *checker, x *sqltext.Call, a []*Expr) *Expr {
	unit, ok := c.unit(a[0], shiftUnits)
	from, to := c.argument(a[1], 't'), c.argument(a[2], 't')
	if !ok || from == nil || to == nil {
		return nil
	}
	if from.Type.Kind != to.Type.Kind {
		from, to = castTo(from, timeType), castTo(to, timeType)
	}
	return strict("timestampdiff", int64Type, x.At, literalOf(stringType, unit, x.At), from, to)
}

func buildDiff(k *compiler, e *Expr, escape bool) (node, error) {
	unit, _ := e.Args[0].Value.(string)
	z, size, months := newZone(k.zone), fixedUnits[unit], monthUnits[unit]
	scale := int64(1)
	if e.Args[1].Type.Kind == schema.Date {
		scale = microsPerDay
	}
	local := wallClock(e.Args[1].Type, z)
	return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) {
		if size > 0 {
			return (a[2].I64[i] - a[1].I64[i]) * scale / size, 0
		}
		return monthsBetween(local(a[1], i), local(a[2], i)) / months, 0
	})(k, e, escape)
}

// monthsBetween counts the whole months from one wall-clock time to another: as many as can be added without passing it.
func monthsBetween(from, to int64) int64 {
	if from > to {
		return -monthsBetween(to, from)
	}
	d1, us1 := floorDiv(from, microsPerDay)
	d2, us2 := floorDiv(to, microsPerDay)
	y1, m1, n1 := civil(d1)
	y2, m2, n2 := civil(d2)
	n := (y2-y1)*12 + m2 - m1
	if n2 < n1 || n2 == n1 && us2 < us1 {
		n--
	}
	return max(n, 0)
}
