package expr

import (
	"bytes"

	"millrace/models/schema"
)

// digits reads exactly n digits at t[*i:].
func digits(t []byte, i *int, n int) (v int64, ok bool) {
	if *i+n > len(t) {
		return 0, false
	}
	for _, c := range t[*i : *i+n] {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int64(c-'0')
	}
	*i += n
	return v, true
}

func expectByte(t []byte, i *int, c byte) bool {
	if *i < len(t) && t[*i] == c {
		*i++
		return true
	}
	return false
}

// datePart reads 2024-12-31.
func datePart(t []byte, i *int) (days int64, ok bool) {
	y, ok1 := digits(t, i, 4)
	sep1 := expectByte(t, i, '-')
	m, ok2 := digits(t, i, 2)
	sep2 := expectByte(t, i, '-')
	d, ok3 := digits(t, i, 2)
	if !ok1 || !sep1 || !ok2 || !sep2 || !ok3 || y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return dayNumber(y, m, d), true
}

// parseDate reads a date, 2024-12-31, and returns its day number. Spaces around it are ignored.
func parseDate(t []byte) (days int64, ok bool) {
	t = bytes.Trim(t, " \t\r\n")
	i := 0
	days, ok = datePart(t, &i)
	return days, ok && i == len(t)
}

// parseTimestamp reads 2024-12-31, 2024-12-31 23:59, 2024-12-31 23:59:59.123456 (a T may stand for the space) with an optional zone Z,
// +08:00 or +0800; without one it is a wall-clock time of z. Digits beyond the microsecond are cut. The result is in microseconds.
func parseTimestamp(t []byte, z *zone) (micros int64, ok bool) {
	t = bytes.Trim(t, " \t\r\n")
	i := 0
	days, ok := datePart(t, &i)
	if !ok {
		return 0, false
	}
	micros = days * microsPerDay
	if i == len(t) {
		return inRange(z.instant(micros))
	}
	if !expectByte(t, &i, ' ') && !expectByte(t, &i, 'T') {
		return 0, false
	}
	h, ok1 := digits(t, &i, 2)
	colon := expectByte(t, &i, ':')
	m, ok2 := digits(t, &i, 2)
	if !ok1 || !colon || !ok2 || h > 23 || m > 59 {
		return 0, false
	}
	micros += h*microsPerHour + m*microsPerMinute
	if expectByte(t, &i, ':') {
		s, ok := digits(t, &i, 2)
		if !ok || s > 59 {
			return 0, false
		}
		micros += s * microsPerSecond
		if expectByte(t, &i, '.') {
			start, unit := i, int64(microsPerSecond/10)
			for ; i < len(t) && t[i] >= '0' && t[i] <= '9'; i++ {
				micros += int64(t[i]-'0') * unit
				unit /= 10
			}
			if i == start {
				return 0, false
			}
		}
	}
	if i == len(t) {
		return inRange(z.instant(micros))
	}
	off, ok := offsetPart(t, &i)
	if !ok || i != len(t) {
		return 0, false
	}
	return inRange(micros - off)
}

func inRange(t int64) (int64, bool) { return t, validMicros(t) }

// offsetPart reads Z, +08:00, +0800 or +08.
func offsetPart(t []byte, i *int) (micros int64, ok bool) {
	if expectByte(t, i, 'Z') {
		return 0, true
	}
	sign := int64(1)
	if expectByte(t, i, '-') {
		sign = -1
	} else if !expectByte(t, i, '+') {
		return 0, false
	}
	h, ok := digits(t, i, 2)
	if !ok || h > 18 {
		return 0, false
	}
	var m int64
	if *i < len(t) {
		expectByte(t, i, ':')
		if m, ok = digits(t, i, 2); !ok || m > 59 {
			return 0, false
		}
	}
	return sign * (h*microsPerHour + m*microsPerMinute), true
}

// truncTimestamp cuts an instant to the precision of a timestamp type.
func truncTimestamp(t int64, typ schema.Type) int64 {
	if typ.Kind == schema.Timestamp && typ.Precision == 3 {
		_, r := floorDiv(t, 1000)
		return t - r
	}
	return t
}

func appendPadded(dst []byte, v int64, width int) []byte {
	var buf [20]byte
	i := len(buf)
	for v > 0 || len(buf)-i < width {
		i--
		buf[i] = byte('0' + v%10)
		v /= 10
	}
	return append(dst, buf[i:]...)
}

// appendDate writes 2024-12-31.
func appendDate(dst []byte, days int64) []byte {
	y, m, d := civil(days)
	dst = append(appendPadded(dst, y, 4), '-')
	dst = append(appendPadded(dst, m, 2), '-')
	return appendPadded(dst, d, 2)
}

// appendTimestamp writes the wall-clock time 2024-12-31 23:59:59.123456 with as many fraction digits as the precision says.
func appendTimestamp(dst []byte, t int64, precision int, z *zone) []byte {
	days, us := floorDiv(z.local(t), microsPerDay)
	dst = append(appendDate(dst, days), ' ')
	dst = append(appendPadded(dst, us/microsPerHour, 2), ':')
	dst = append(appendPadded(dst, us/microsPerMinute%60, 2), ':')
	dst = append(appendPadded(dst, us/microsPerSecond%60, 2), '.')
	if frac := us % microsPerSecond; precision == 3 {
		return appendPadded(dst, frac/1000, 3)
	} else {
		return appendPadded(dst, frac, 6)
	}
}
