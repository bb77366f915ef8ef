package configs

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a stretch of time that reads and writes itself as Go does: "250ms", "1s", "1h30m".
type Duration time.Duration

// Std returns d as the standard library's type.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String returns the shortest text that UnmarshalText reads back to d: "1s", "1h30m", "10m".
func (d Duration) String() string {
	s := time.Duration(d).String()
	// The standard library writes "1h30m0s" and "10m0s".
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// MarshalText writes what String returns.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a number with a unit, or several of them. A number without a unit is refused: it means seconds to
// one reader and milliseconds to the next.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration: write a number with a unit, as in 500ms, 1s or 5m", text)
	}
	*d = Duration(v)
	return nil
}

// Size is a number of bytes that reads and writes itself with a unit: "16MiB".
type Size int64

// The binary units.
const (
	Byte Size = 1
	KiB       = 1024 * Byte
	MiB       = 1024 * KiB
	GiB       = 1024 * MiB
	TiB       = 1024 * GiB
)

// unit is a name of a number of bytes.
type unit struct {
	name  string
	bytes Size
}

// units returns every unit that UnmarshalText knows. The binary ones come first, the largest before the smaller, which is
// the order in which String tries them.
func units() []unit {
	return []unit{
		{"TiB", TiB}, {"GiB", GiB}, {"MiB", MiB}, {"KiB", KiB}, {"B", Byte},
		{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"kB", 1e3},
	}
}

// Bytes returns s as a plain number.
func (s Size) Bytes() int64 { return int64(s) }

// String returns s in the largest binary unit that divides it: 16777216 is "16MiB", 1000 is "1000B".
func (s Size) String() string {
	for _, u := range units() {
		if s != 0 && s%u.bytes == 0 {
			return strconv.FormatInt(int64(s/u.bytes), 10) + u.name
		}
	}
	return "0B"
}

// MarshalText writes what String returns.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a whole number with a unit (B, KiB, MiB, GiB, TiB, or the decimal kB, KB, MB, GB, TB); blanks between
// the two are allowed. A number without a unit is refused, as it is for Duration.
func (s *Size) UnmarshalText(text []byte) error {
	number := strings.TrimRight(string(text), "BKMGTikb")
	name := string(text)[len(number):]
	for _, u := range units() {
		if u.name != name {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if err != nil {
			break
		}
		if n > math.MaxInt64/int64(u.bytes) || n < math.MinInt64/int64(u.bytes) {
			return fmt.Errorf("%q does not fit: the largest size is %dB", text, int64(math.MaxInt64))
		}
		*s = Size(n) * u.bytes
		return nil
	}
	return fmt.Errorf("%q is not a size: write a whole number with a unit, as in 512KiB, 16MiB or 2GiB", text)
}
