package sqltext

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// intervalSpec says what a unit of an interval counts: months, or microseconds.
type intervalSpec struct {
	name string
	// size is the unit in months or microseconds, rank its order within a compound (0: stands alone), below the number of
	// these units in the next larger one of a compound.
	size     uint64
	rank     int
	below    uint64
	calendar bool
}

func intervalSpecs() []intervalSpec {
	return []intervalSpec{
		{"YEAR", 12, 1, 0, true},
		{"QUARTER", 3, 0, 0, true},
		{"MONTH", 1, 2, 12, true},
		{"WEEK", 7 * 86400e6, 0, 0, false},
		{"DAY", 86400e6, 3, 0, false},
		{"HOUR", 3600e6, 4, 24, false},
		{"MINUTE", 60e6, 5, 60, false},
		{"SECOND", 1e6, 6, 60, false},
	}
}

func intervalUnits() []string {
	var out []string
	for _, s := range intervalSpecs() {
		out = append(out, s.name)
	}
	return out
}

func intervalUnit(name string) (intervalSpec, bool) {
	for _, s := range intervalSpecs() {
		if s.name == name {
			return s, true
		}
	}
	return intervalSpec{}, false
}

// intervalExample shows how an interval of these units is written.
func intervalExample(from, to string) string {
	if to == "" {
		return fmt.Sprintf("Write INTERVAL '5' %s.", from)
	}
	text := map[string]string{
		"YEAR TO MONTH": "1-6", "DAY TO HOUR": "1 06", "DAY TO MINUTE": "1 06:30", "DAY TO SECOND": "1 06:30:00.5",
		"HOUR TO MINUTE": "6:30", "HOUR TO SECOND": "6:30:00.5", "MINUTE TO SECOND": "30:00.5",
	}[from+" TO "+to]
	if text == "" {
		return "Compounds are YEAR TO MONTH and those from DAY, HOUR or MINUTE down to SECOND."
	}
	return fmt.Sprintf("Write INTERVAL '%s' %s TO %s.", text, from, to)
}

// parseInterval reads the text between an interval's quotes. problem is empty when it is one.
func parseInterval(text, from, to string, negative bool) (out *Interval, problem string) {
	first, _ := intervalUnit(from)
	units := []intervalSpec{first}
	if to != "" {
		last, _ := intervalUnit(to)
		if first.rank == 0 || last.rank <= first.rank || first.calendar != last.calendar {
			return nil, fmt.Sprintf("there is no interval from %s to %s", from, to)
		}
		units = intervalSpecs()
		units = between(units, first.rank, last.rank)
	}
	rest := strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(rest, "-"):
		negative = !negative
		rest = rest[1:]
	case strings.HasPrefix(rest, "+"):
		rest = rest[1:]
	}
	var total uint64
	for i, u := range units {
		if i > 0 {
			if rest == "" || rest[0] != separator(u) {
				return nil, fmt.Sprintf("'%s' is no interval from %s to %s", brief(text), from, to)
			}
			rest = rest[1:]
		}
		n, digits, ok := leadingNumber(rest)
		rest = rest[digits:]
		switch {
		case digits == 0 && to == "":
			return nil, fmt.Sprintf("'%s' is no number of the unit %s", brief(text), from)
		case digits == 0:
			return nil, fmt.Sprintf("'%s' is no interval from %s to %s", brief(text), from, to)
		case ok && i > 0 && n >= u.below:
			return nil, fmt.Sprintf("the %s part of '%s' is not below %d", u.name, brief(text), u.below)
		}
		high, add := bits.Mul64(n, u.size)
		sum, carry := bits.Add64(total, add, 0)
		if !ok || high != 0 || carry != 0 || sum > math.MaxInt64 {
			return nil, fmt.Sprintf("the interval '%s' is too long", brief(text))
		}
		total = sum
	}
	if last := units[len(units)-1]; last.name == "SECOND" && strings.HasPrefix(rest, ".") {
		micros, digits, ok := leadingNumber(rest[1:])
		if digits == 0 || digits > 6 || !ok {
			return nil, fmt.Sprintf("'%s' does not have one to six digits behind the point", brief(text))
		}
		for range 6 - digits {
			micros *= 10
		}
		if total += micros; total > math.MaxInt64 {
			return nil, fmt.Sprintf("the interval '%s' is too long", brief(text))
		}
		rest = rest[1+digits:]
	}
	if rest != "" {
		if to == "" {
			return nil, fmt.Sprintf("'%s' is no number of the unit %s", brief(text), from)
		}
		return nil, fmt.Sprintf("'%s' is no interval from %s to %s", brief(text), from, to)
	}
	amount := int64(total)
	if negative {
		amount = -amount
	}
	if first.calendar {
		return &Interval{Months: amount, Calendar: true}, ""
	}
	return &Interval{Micros: amount}, ""
}

func between(units []intervalSpec, first, last int) []intervalSpec {
	var out []intervalSpec
	for _, u := range units {
		if first <= u.rank && u.rank <= last {
			out = append(out, u)
		}
	}
	return out
}

// separator is the sign before a unit's number within a compound.
func separator(u intervalSpec) byte {
	switch u.name {
	case "MONTH":
		return '-'
	case "HOUR":
		return ' '
	default:
		return ':'
	}
}

// leadingNumber reads the digits at the start of s; ok is false when they are too many for a number.
func leadingNumber(s string) (n uint64, digits int, ok bool) {
	ok = true
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		if n > math.MaxInt64/10 {
			ok = false
		}
		n = n*10 + uint64(s[digits]-'0')
		digits++
	}
	return n, digits, ok
}
