package clickhouse

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	second       = int64(1_000_000)
	day          = 86400 * second
	microsPerDay = "86400000000"
	minMicros    = -62135596800 * second
	maxMicros    = 253402300800*second - 1
)

// ClickHouse knows a zone's rules for the years 1900 to 2299 and in quarters of an hour only. The offsets are therefore written into the
// query as a table, from the same source from which the engine takes them. Rules that go on for ever repeat with the calendar, every
// 400 years: the table ends in lastYear, and later times are looked up 400 years earlier.
const (
	lastYear = 2500
	cycle    = 146097 * day
)

// offsets is a step function of time: from starts[i] on it is values[i], in microseconds.
type offsets struct {
	starts, values []int64
	// endless says that the steps go on beyond the table.
	endless bool
}

// changes lists the instants at which the zone's offset changes, up to lastYear.
func changes(z *time.Location) (at []int64, endless bool) {
	end := time.Date(lastYear+2, 1, 1, 0, 0, 0, 0, time.UTC)
	for t := time.UnixMicro(minMicros - 400*day); ; {
		_, next := t.In(z).ZoneBounds()
		if next.IsZero() {
			return at, false
		}
		if next.After(end) {
			return at, true
		}
		if !next.After(t) {
			// Where rules take over from the table a stretch may end before it begins.
			t = t.Add(24 * time.Hour)
			continue
		}
		at, t = append(at, next.UnixMicro()), next
	}
}

func offsetAt(z *time.Location, t int64) int64 {
	_, off := time.UnixMicro(t).In(z).Zone()
	return int64(off) * second
}

// byInstant is the offset that holds at an instant.
func byInstant(z *time.Location) offsets {
	return table(z, func(t int64) int64 { return offsetAt(z, t) }, func(t int64) []int64 { return []int64{t} })
}

// byClock is the offset by which a wall-clock time is taken for an instant: of two the first, and in a gap the one before it, as
// expressions do it.
func byClock(z *time.Location) offsets {
	return table(z, func(local int64) int64 {
		before, after := offsetAt(z, local-day), offsetAt(z, local+day)
		if before == after || offsetAt(z, local-before) == before || offsetAt(z, local-after) != after {
			return before
		}
		return after
	}, around(z))
}

// byWindow is byClock as windows do it: time.Date's rule.
func byWindow(z *time.Location) offsets {
	return table(z, func(local int64) int64 {
		u := time.UnixMicro(local).UTC()
		return local - time.Date(u.Year(), u.Month(), u.Day(), u.Hour(), u.Minute(), u.Second(), u.Nanosecond(), z).UnixMicro()
	}, around(z))
}

// around lists the wall-clock times near a change at which its effect may begin.
func around(z *time.Location) func(t int64) []int64 {
	return func(t int64) []int64 {
		a, b := offsetAt(z, t-1), offsetAt(z, t)
		out := []int64{t, t + a, t + b}
		for _, d := range []int64{-day, day} {
			out = append(out, t+a+d, t+b+d, t+d)
		}
		return out
	}
}

// table samples a step function at the points at which it may change.
func table(z *time.Location, f func(int64) int64, points func(int64) []int64) offsets {
	at, endless := changes(z)
	first := minMicros - 400*day
	out := offsets{starts: []int64{first}, values: []int64{f(first)}, endless: endless}
	var all []int64
	for _, t := range at {
		all = append(all, points(t)...)
	}
	slices.Sort(all)
	for _, t := range slices.Compact(all) {
		if v := f(t); v != out.values[len(out.values)-1] {
			out.starts, out.values = append(out.starts, t), append(out.values, v)
		}
	}
	return out
}

// zoneTables names the three tables of a zone.
var zoneTables = []struct {
	name string
	make func(*time.Location) offsets
}{{"mr_offset", byInstant}, {"mr_clock_offset", byClock}, {"mr_window_offset", byWindow}}

// zoneHelpers writes the tables of the plan's zone and what is written once a query.
func (w *writer) zoneHelpers() []helper {
	var out []helper
	for _, t := range zoneTables {
		if !w.used[t.name] {
			continue
		}
		o := t.make(w.zone)
		if len(o.starts) == 1 {
			out = append(out, helper{name: t.name, sql: fmt.Sprintf("t -> %d", o.values[0])})
			continue
		}
		w.used[t.name+"_starts"], w.used[t.name+"_values"] = true, true
		at := "t"
		if o.endless {
			w.use("mr_mod")
			end := time.Date(lastYear, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
			at = fmt.Sprintf("if(t < %d, t, %d + mr_mod(t - %d, %d))", end, end-cycle, end, cycle)
		}
		out = append(out,
			helper{name: t.name + "_starts", sql: numbers(o.starts)},
			helper{name: t.name + "_values", sql: numbers(o.values)},
			helper{name: t.name, sql: fmt.Sprintf("t -> transform(roundDown(%s, %s_starts), %s_starts, %s_values, toInt64(0))", at, t.name, t.name, t.name)})
	}
	return append(out, w.caseTables()...)
}

func numbers(list []int64) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = fmt.Sprint(v)
	}
	// One literal: an array of a thousand expressions would be resolved anew at each use.
	return "CAST('[" + strings.Join(out, ", ") + "]', 'Array(Int64)')"
}

// utc reports whether the zone's offset is always zero.
func utc(z *time.Location) bool {
	at, _ := changes(z)
	return len(at) == 0 && offsetAt(z, 0) == 0
}

// local writes the wall-clock microseconds of an instant.
func (s *scope) local(t string) string {
	if s.w.utc {
		return t
	}
	t = s.twice(t)
	return fmt.Sprintf("(%s + %s)", operand(t), s.help("mr_offset", t))
}

// instant writes the instant of wall-clock microseconds.
func (s *scope) instant(local string) string {
	if s.w.utc {
		return local
	}
	local = s.twice(local)
	return fmt.Sprintf("(%s - %s)", operand(local), s.help("mr_clock_offset", local))
}
