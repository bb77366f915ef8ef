package convert

import (
	"time"

	"millrace/models/diag"
)

const (
	dayMicros = 24 * 60 * 60 * 1_000_000
	// minMicros and maxMicros bound the instants from the year 0001 to 9999, which four digits of a year can name.
	minMicros = -62135596800 * 1_000_000
	maxMicros = 253402300800*1_000_000 - 1
	minDay    = minMicros / dayMicros
	maxDay    = (maxMicros+1)/dayMicros - 1
)

// Unit is what a number counts when it stands for a timestamp.
type Unit string

// The units.
const (
	Seconds Unit = "seconds"
	Millis  Unit = "millis"
	Micros  Unit = "micros"
)

// digitsPer returns how many decimal digits lie between the unit and a microsecond.
func (u Unit) digits() int {
	switch u {
	case Seconds:
		return 6
	case Millis:
		return 3
	default:
		return 0
	}
}

// Epoch reads a JSON number that counts units since 1970-01-01T00:00:00Z as microseconds at a precision of 3 or 6 digits.
func Epoch(number []byte, u Unit, precision uint8) (int64, diag.RowCode) {
	neg, hi, lo, exact, fits := scaled(number, u.digits())
	if !fits || hi != 0 || lo > 1<<62 {
		return 0, diag.RowOutOfRange
	}
	v := int64(lo)
	if neg {
		v = -v
		if !exact {
			v--
		}
	}
	return instant(v, precision)
}

// EpochInt is Epoch for an integer.
func EpochInt(n int64, u Unit, precision uint8) (int64, diag.RowCode) {
	scale := [...]int64{0: 1, 3: 1_000, 6: 1_000_000}[u.digits()]
	if n > maxMicros/scale || n < minMicros/scale {
		return 0, diag.RowOutOfRange
	}
	return instant(n*scale, precision)
}

func instant(micros int64, precision uint8) (int64, diag.RowCode) {
	if micros < minMicros || micros > maxMicros {
		return 0, diag.RowOutOfRange
	}
	if precision == 3 {
		micros -= floorMod(micros, 1000)
	}
	return micros, diag.RowOK
}

func floorMod(a, b int64) int64 {
	m := a % b
	if m < 0 {
		m += b
	}
	return m
}

// Date reads 2006-01-02 as days since 1970-01-01; ok is false when the text is no date.
func Date(text []byte) (days int64, ok bool) {
	if len(text) != 10 {
		return 0, false
	}
	y, m, d, ok := civil(text)
	return daysOf(y, m, d), ok
}

// civil reads the first ten bytes as a date of the Gregorian calendar.
func civil(t []byte) (y, m, d int, ok bool) {
	if t[4] != '-' || t[7] != '-' {
		return 0, 0, 0, false
	}
	y1, ok1 := two(t)
	y2, ok2 := two(t[2:])
	m, ok3 := two(t[5:])
	d, ok4 := two(t[8:])
	y = y1*100 + y2
	if !ok1 || !ok2 || !ok3 || !ok4 || y < 1 || m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0, 0, 0, false
	}
	return y, m, d, true
}

func two(t []byte) (int, bool) {
	a, b := t[0]-'0', t[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

func monthDays(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}

// daysOf counts the days since 1970-01-01, with years that begin in March so that the leap day comes last.
func daysOf(y, m, d int) int64 {
	if m <= 2 {
		y, m = y-1, m+12
	}
	return int64(365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1 - 719468)
}

// civilOf is the inverse of daysOf for days from 0001-01-01 on.
func civilOf(days int64) (y, m, d int) {
	z := int(days) + 719468
	era := z / 146097
	doe := z % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	y, m, d = yoe+era*400, mp+3, doy-(153*mp+2)/5+1
	if m > 12 {
		y, m = y+1, m-12
	}
	return y, m, d
}

// Timestamp reads an instant as microseconds at a precision of 3 or 6 digits. A text without an offset is read in zone (nil is UTC).
// row.wrong_type says that the text is no timestamp, row.out_of_range that it lies outside the years 0001 to 9999.
func Timestamp(text []byte, zone *time.Location, precision uint8) (int64, diag.RowCode) {
	if len(text) < 19 || text[10]|0x20 != 't' && text[10] != ' ' || text[13] != ':' || text[16] != ':' {
		return 0, diag.RowWrongType
	}
	y, mon, d, ok := civil(text)
	h, ok1 := two(text[11:])
	m, ok2 := two(text[14:])
	s, ok3 := two(text[17:])
	if !ok || !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 59 {
		return 0, diag.RowWrongType
	}
	rest, frac := text[19:], int64(0)
	if len(rest) > 0 && rest[0] == '.' {
		n := digits(rest, 1)
		if n == 1 {
			return 0, diag.RowWrongType
		}
		for i := 1; i <= 6; i++ {
			frac *= 10
			if i < n {
				frac += int64(rest[i] - '0')
			}
		}
		rest = rest[n:]
	}
	offset, zoned, ok := zoneOffset(rest)
	if !ok {
		return 0, diag.RowWrongType
	}
	secs := daysOf(y, mon, d)*86400 + int64(h*3600+m*60+s)
	if !zoned && zone != nil && zone != time.UTC {
		secs = time.Date(y, time.Month(mon), d, h, m, s, 0, zone).Unix()
	}
	return instant((secs-offset)*1_000_000+frac, precision)
}

// zoneOffset reads "", "Z" or "+08:00" as seconds east of UTC.
func zoneOffset(t []byte) (secs int64, zoned, ok bool) {
	switch {
	case len(t) == 0:
		return 0, false, true
	case len(t) == 1:
		return 0, true, t[0]|0x20 == 'z'
	case len(t) != 6 || t[0] != '+' && t[0] != '-' || t[3] != ':':
		return 0, false, false
	}
	h, ok1 := two(t[1:])
	m, ok2 := two(t[4:])
	secs = int64(h*3600 + m*60)
	if t[0] == '-' {
		secs = -secs
	}
	return secs, true, ok1 && ok2 && h < 24 && m < 60
}

// AppendDate writes days since 1970-01-01 as 2006-01-02; ok is false outside the years 0001 to 9999, when nothing is written.
func AppendDate(dst []byte, days int64) (out []byte, ok bool) {
	if days < minDay || days > maxDay {
		return dst, false
	}
	y, m, d := civilOf(days)
	return append(dst, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10)), true
}

// AppendTimestamp writes an instant as RFC 3339 in UTC with 3 or 6 digits of a second; ok is false outside the years 0001 to 9999,
// when nothing is written.
func AppendTimestamp(dst []byte, micros int64, precision uint8) (out []byte, ok bool) {
	in := floorMod(micros, dayMicros)
	dst, ok = AppendDate(dst, (micros-in)/dayMicros)
	if !ok {
		return dst, false
	}
	secs, frac := int(in/1_000_000), int(in%1_000_000)
	h, m, s := secs/3600, secs/60%60, secs%60
	dst = append(dst, 'T', byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10), ':', byte('0'+s/10), byte('0'+s%10), '.')
	width := 100_000
	for i := uint8(0); i < precision; i++ {
		dst = append(dst, byte('0'+frac/width%10))
		width /= 10
	}
	return append(dst, 'Z'), true
}

// HasDate reports whether AppendDate can write the day.
func HasDate(days int64) bool { return days >= minDay && days <= maxDay }

// HasTimestamp reports whether AppendTimestamp can write the instant.
func HasTimestamp(micros int64) bool { return micros >= minMicros && micros <= maxMicros }
