package expr

import (
	"math"
	"time"
)

const (
	microsPerSecond = 1_000_000
	microsPerMinute = 60 * microsPerSecond
	microsPerHour   = 60 * microsPerMinute
	microsPerDay    = 24 * microsPerHour
)

// The instants the language knows: years 0001 to 9999 in UTC.
const (
	minMicros = -62135596800 * microsPerSecond
	maxMicros = 253402300800*microsPerSecond - 1
	minDays   = -719162
	maxDays   = 2932896
)

func validMicros(t int64) bool { return t >= minMicros && t <= maxMicros }
func validDays(d int64) bool   { return d >= minDays && d <= maxDays }

// floorDiv divides rounding down; the remainder is never negative.
func floorDiv(a, b int64) (q, r int64) {
	q, r = a/b, a%b
	if r < 0 {
		q, r = q-1, r+b
	}
	return q, r
}

// civil returns the date of a day number, days since 1970-01-01, in the proleptic Gregorian calendar (Howard Hinnant's
// civil_from_days).
func civil(days int64) (y int64, m, d int64) {
	days += 719468
	era, doe := floorDiv(days, 146097)
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

// dayNumber is the inverse of civil.
func dayNumber(y, m, d int64) int64 {
	if m <= 2 {
		y--
	}
	era, yoe := floorDiv(y, 400)
	mp := m - 3
	if m <= 2 {
		mp = m + 9
	}
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe - 719468
}

func daysIn(y, m int64) int64 {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// addMonths moves a day number by months; the day of the month is clamped to the length of the month reached.
func addMonths(days, months int64) (int64, bool) {
	if months < -120000 || months > 120000 {
		return 0, false
	}
	y, m, d := civil(days)
	y, m = floorDiv(y*12+m-1+months, 12)
	m++
	r := dayNumber(y, m, min(d, daysIn(y, m)))
	return r, validDays(r)
}

// weekday returns 1 for Sunday to 7 for Saturday.
func weekday(days int64) int64 {
	_, r := floorDiv(days+4, 7)
	return r + 1
}

// isoWeek returns the week of ISO 8601 and the year it belongs to.
func isoWeek(days int64) (year, week int64) {
	_, r := floorDiv(days+3, 7) // 0 is Monday
	year, _, _ = civil(days - r + 3)
	return year, (days-r+3-dayNumber(year, 1, 1))/7 + 1
}

// zone converts between instants and wall-clock microseconds. It remembers the stretch of time in which the last offset holds, and so
// belongs to one goroutine.
type zone struct {
	loc      *time.Location
	from, to int64 // the offset holds for from <= t < to
	offset   int64
}

func newZone(loc *time.Location) *zone {
	if loc == nil {
		loc = time.UTC
	}
	return &zone{loc: loc}
}

// local returns the wall-clock microseconds of an instant.
func (z *zone) local(t int64) int64 {
	if t < z.from || t >= z.to {
		z.find(t)
	}
	return t + z.offset
}

func (z *zone) find(t int64) {
	at := time.UnixMicro(t).In(z.loc)
	_, off := at.Zone()
	z.offset = int64(off) * microsPerSecond
	z.from, z.to = math.MinInt64, math.MaxInt64
	start, end := at.ZoneBounds()
	if !start.IsZero() {
		z.from = start.UnixMicro()
	}
	if !end.IsZero() {
		z.to = end.UnixMicro()
	}
}

// instant returns the instant of a wall-clock time. A time that the clocks went over twice is the first of the two; a time they
// skipped is moved forward by the length of the gap: in both cases the offset before the change applies.
func (z *zone) instant(local int64) int64 {
	before := z.local(local-microsPerDay) - (local - microsPerDay)
	after := z.local(local+microsPerDay) - (local + microsPerDay)
	first := local - before
	if before == after || z.local(first) == local {
		return first
	}
	if second := local - after; z.local(second) == local {
		return second
	}
	return first
}
