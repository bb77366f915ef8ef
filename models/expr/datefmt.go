package expr

import (
	"fmt"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/models/sqltext"
)

// fmtItem is one element of a date pattern: a letter repeated width times, or literal text.
type fmtItem struct {
	letter byte
	width  int
	text   string
}

// parsePattern reads a pattern in the letters of Java's SimpleDateFormat, as Flink takes them: y M d E a H h m s S; other letters
// are refused, other characters and 'quoted text' stand for themselves, and two single quotes for one.
func parsePattern(p string) ([]fmtItem, error) {
	var items []fmtItem
	for i := 0; i < len(p); {
		c := p[i]
		switch {
		case c == '\'':
			j := i + 1
			text := ""
			for ; j < len(p); j++ {
				if p[j] == '\'' {
					if j+1 < len(p) && p[j+1] == '\'' {
						j++
					} else {
						break
					}
				}
				text += string(p[j])
			}
			if j == len(p) {
				return nil, fmt.Errorf("a quote is not closed")
			}
			if j == i+1 {
				text = "'"
			}
			items = append(items, fmtItem{text: text})
			i = j + 1
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			n := 1
			for i+n < len(p) && p[i+n] == c {
				n++
			}
			if !allowedWidth(c, n) {
				return nil, fmt.Errorf("%q is not supported", p[i:i+n])
			}
			items = append(items, fmtItem{letter: c, width: n})
			i += n
		default:
			items = append(items, fmtItem{text: p[i : i+1]})
			i++
		}
	}
	return items, nil
}

func allowedWidth(c byte, n int) bool {
	switch c {
	case 'y':
		return n == 2 || n == 4
	case 'M', 'd', 'H', 'h', 'm', 's':
		return n <= 2 || c == 'M' && n <= 4
	case 'S':
		return n <= 6
	case 'E':
		return n <= 4
	case 'a':
		return n == 1
	}
	return false
}

var (
	monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
)

// appendPattern writes a wall-clock time.
func appendPattern(dst []byte, items []fmtItem, local int64) []byte {
	days, us := floorDiv(local, microsPerDay)
	y, m, d := civil(days)
	h := us / microsPerHour
	for _, it := range items {
		switch it.letter {
		case 0:
			dst = append(dst, it.text...)
		case 'y':
			if it.width == 2 {
				y %= 100
			}
			dst = appendPadded(dst, y, it.width)
		case 'M':
			switch it.width {
			case 3:
				dst = append(dst, monthNames[m-1][:3]...)
			case 4:
				dst = append(dst, monthNames[m-1]...)
			default:
				dst = appendPadded(dst, m, it.width)
			}
		case 'd':
			dst = appendPadded(dst, d, it.width)
		case 'E':
			if name := dayNames[weekday(days)-1]; it.width == 4 {
				dst = append(dst, name...)
			} else {
				dst = append(dst, name[:3]...)
			}
		case 'a':
			dst = append(dst, []string{"AM", "PM"}[b2i(h >= 12)]...)
		case 'H':
			dst = appendPadded(dst, h, it.width)
		case 'h':
			dst = appendPadded(dst, (h+11)%12+1, it.width)
		case 'm':
			dst = appendPadded(dst, us/microsPerMinute%60, it.width)
		case 's':
			dst = appendPadded(dst, us/microsPerSecond%60, it.width)
		case 'S':
			frac := us % microsPerSecond
			for i := it.width; i < 6; i++ {
				frac /= 10
			}
			dst = appendPadded(dst, frac, it.width)
		}
	}
	return dst
}

// readable reports whether a pattern can be read back: names and half days can only be written.
func readable(items []fmtItem) bool {
	for _, it := range items {
		if it.letter == 'E' || it.letter == 'a' || it.letter == 'h' || it.letter == 'M' && it.width > 2 || it.letter == 'y' && it.width != 4 {
			return false
		}
	}
	return true
}

// parsePatterned reads a wall-clock time written by a pattern; parts that the pattern lacks are those of 1970-01-01 00:00:00.
func parsePatterned(t []byte, items []fmtItem) (local int64, ok bool) {
	y, m, d := int64(1970), int64(1), int64(1)
	var us int64
	i := 0
	for n, it := range items {
		if it.letter == 0 {
			if i+len(it.text) > len(t) || string(t[i:i+len(it.text)]) != it.text {
				return 0, false
			}
			i += len(it.text)
			continue
		}
		width := it.width
		// A one-letter field takes one or two digits, unless another field follows directly.
		if width == 1 && it.letter != 'S' && (n+1 == len(items) || items[n+1].letter == 0) && i+1 < len(t) && t[i+1] >= '0' && t[i+1] <= '9' {
			width = 2
		}
		v, ok := digits(t, &i, width)
		if !ok {
			return 0, false
		}
		limit := int64(9999)
		switch it.letter {
		case 'y':
			y = v
		case 'M':
			m, limit = v, 12
		case 'd':
			d, limit = v, 31
		case 'H':
			us, limit = us+v*microsPerHour, 23
		case 'm':
			us, limit = us+v*microsPerMinute, 59
		case 's':
			us, limit = us+v*microsPerSecond, 59
		case 'S':
			limit = microsPerSecond
			for range 6 - width {
				v *= 10
			}
			us += v
		}
		if v > limit {
			return 0, false
		}
	}
	if i != len(t) || y < 1 || m < 1 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return dayNumber(y, m, d)*microsPerDay + us, true
}

// pattern checks a constant pattern argument.
func (c *checker) pattern(e *Expr, read bool) bool {
	text, ok := c.constString(e, "the pattern")
	if !ok {
		return false
	}
	items, err := parsePattern(text)
	if err == nil && read && !readable(items) {
		err = fmt.Errorf("it is made of yyyy MM dd HH mm ss S only where a text is read")
	}
	if err != nil {
		c.fail(CodeInvalidPattern, e.Span, "the pattern %q is not understood: %s", text, err)
		return false
	}
	return true
}

func checkFormat(id string, t schema.Type, kinds string) func(*checker, *sqltext.Call, []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
		if !c.convert(a, kinds) || !c.pattern(a[1], false) {
			return nil
		}
		return strict(id, t, x.At, a...)
	}
}

func buildDateFormat(k *compiler, e *Expr, escape bool) (node, error) {
	text, _ := e.Args[1].Value.(string)
	items, err := parsePattern(text)
	if err != nil {
		return nil, err
	}
	local := wallClock(e.Args[0].Type, newZone(k.zone))
	return texts(func(dst []byte, a []*batch.Vector, i int) ([]byte, diag.RowCode) {
		return appendPattern(dst, items, local(a[0], i)), 0
	})(k, e, escape)
}

func checkToTime(id string, t schema.Type) func(*checker, *sqltext.Call, []*Expr) *Expr {
	return func(c *checker, x *sqltext.Call, a []*Expr) *Expr {
		if !c.convert(a, "s") {
			return nil
		}
		if len(a) == 1 {
			return call("cast", t, a[0].Nullable, x.At, a[0])
		}
		if !c.pattern(a[1], true) {
			return nil
		}
		return strict(id, t, x.At, a...)
	}
}

// buildToTimestamp is TO_TIMESTAMP and TO_DATE with a pattern.
func buildToTimestamp(k *compiler, e *Expr, escape bool) (node, error) {
	text, _ := e.Args[1].Value.(string)
	items, err := parsePattern(text)
	if err != nil {
		return nil, err
	}
	z, isDate := newZone(k.zone), e.Type.Kind == schema.Date
	return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) {
		l, ok := parsePatterned(a[0].Bytes(i), items)
		if !ok {
			return 0, diag.RowCast
		}
		if isDate {
			d, _ := floorDiv(l, microsPerDay)
			return d, 0
		}
		t := z.instant(l)
		return t, codeIf(!validMicros(t), diag.RowCast)
	})(k, e, escape)
}

func checkFromEpoch(c *checker, x *sqltext.Call, a []*Expr) *Expr {
	if !c.convert(a, "i") {
		return nil
	}
	p, ok := a[1].Value.(int64)
	if a[1].Op != OpLiteral || !ok {
		c.fail(CodeConstantRequired, a[1].Span, "the precision must be a constant")
		return nil
	}
	t := schema.TimestampOf(3)
	switch p {
	case 0, 3:
	case 6:
		t = timeType
	default:
		c.fail(CodeArgumentRange, a[1].Span, "the precision is 0, 3 or 6, not %d", p)
		return nil
	}
	return strict("to_timestamp_ltz", t, x.At, a...)
}

func buildFromEpoch(k *compiler, e *Expr, escape bool) (node, error) {
	p, _ := e.Args[1].Value.(int64)
	unit := map[int64]int64{0: microsPerSecond, 3: 1000, 6: 1}[p]
	return rows(putI64, func(a []*batch.Vector, i int) (int64, diag.RowCode) {
		v, ok := mulInt(a[0].I64[i], unit)
		return v, codeIf(!ok || !validMicros(v), diag.RowOverflow)
	})(k, e, escape)
}
