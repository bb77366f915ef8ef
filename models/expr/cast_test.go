package expr

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// castString casts one text by the kernels.
func castString(t testing.TB, text, typ string) (any, diag.RowCode) {
	t.Helper()
	to, err := schema.Parse(typ)
	require.NoError(t, err)
	v, code, err := EvalConst(strict("cast", to, diag.Span{}, literalOf(stringType, text, diag.Span{})), testZone)
	require.NoError(t, err)
	return v, code
}

var castSeeds = []string{"", "0", "-0", "+7", " 12 ", "1.5", "-1.005", "9.995", "99999", "1e5", "1E-3", ".5", "5.", "--1", "0x1f", "1_000", "NaN", "inf",
	"9223372036854775807", "9223372036854775808", "-9223372036854775809", "2024-02-29", "2023-02-29", "0000-01-01", "9999-12-31 23:59:59.999999",
	"2024-03-10 02:30:00", "2024-11-03 01:30:00", "2024-07-01T12:00:00Z", "2024-07-01 12:00:00.1234567+08:00", "2024-07-01 12", "二〇二四"}

// FuzzCasts compares casts from text with strconv, math/big and time.
func FuzzCasts(f *testing.F) {
	for _, s := range castSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		bare := strings.Trim(text, " \t\r\n")
		v, code := castString(t, text, "bigint")
		if want, err := strconv.ParseInt(bare, 10, 64); err == nil {
			require.Equal(t, want, v)
		} else {
			require.Equal(t, diag.RowCast, code)
		}
		v, code = castString(t, text, "tinyint")
		if want, err := strconv.ParseInt(bare, 10, 8); err == nil {
			require.Equal(t, want, v)
		} else {
			require.Equal(t, diag.RowCast, code)
		}
		v, code = castString(t, text, "double")
		if want, err := strconv.ParseFloat(bare, 64); err == nil && !strings.ContainsAny(bare, "xX_pP") {
			require.Equal(t, math.Float64bits(want), math.Float64bits(v.(float64)))
		} else {
			require.Equal(t, diag.RowCast, code)
		}
		checkDecimal(t, text, bare)
		checkTime(t, text, bare)
	})
}

// checkDecimal compares with big.Rat, which reads more than decimals: fractions, other bases, underscores.
func checkDecimal(t *testing.T, text, bare string) {
	v, code := castString(t, text, "decimal(20, 3)")
	plain := bare != "" && strings.Trim(bare, "0123456789.eE+-") == ""
	if i := strings.IndexAny(bare, "eE"); i >= 0 && len(bare)-i > 5 {
		return // big.Rat would write out the power.
	}
	want, ok := new(big.Rat).SetString(bare)
	if !plain || !ok {
		require.Equal(t, diag.RowCast, code, bare)
		return
	}
	neg := want.Sign() < 0
	want.Abs(want).Mul(want, big.NewRat(1000, 1)).Add(want, big.NewRat(1, 2))
	n := new(big.Int).Quo(want.Num(), want.Denom())
	if n.Cmp(bigPow10(20)) >= 0 {
		require.Equal(t, diag.RowCast, code, bare)
		return
	}
	if neg {
		n.Neg(n)
	}
	require.Zero(t, code, bare)
	require.Equal(t, n.String(), v.(num).BigInt().String(), bare)
	// What is written reads back.
	back, code := castString(t, string(appendDecimal(nil, v.(num), 3)), "decimal(20, 3)")
	require.Zero(t, code)
	require.Equal(t, v, back)
}

func checkTime(t *testing.T, text, bare string) {
	v, code := castString(t, text, "date")
	if want, err := time.Parse("2006-01-02", bare); err == nil && want.Year() >= 1 {
		require.Equal(t, want.Unix()/86400-int64(b2i(want.Unix()%86400 < 0)), v)
		require.Equal(t, bare, string(appendDate(nil, v.(int64))))
	} else {
		require.Equal(t, diag.RowCast, code, bare)
	}
	v, code = castString(t, text, "timestamp")
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05Z07:00", "2006-01-02"} {
		want, err := time.ParseInLocation(layout, bare, testZone)
		if err != nil || want.Year() < 2 || want.Year() > 9998 || want.Format(layout) != bare { // time reads 9:00 too
			continue
		}
		if ambiguous(want) {
			continue
		}
		require.Zero(t, code, bare)
		require.Equal(t, want.UnixMicro(), v, bare)
		return
	}
}

// ambiguous reports whether the clocks change near t; time.ParseInLocation promises nothing there.
func ambiguous(t time.Time) bool {
	_, a := t.Add(-25 * time.Hour).Zone()
	_, b := t.Add(25 * time.Hour).Zone()
	return a != b
}

func TestCalendarAgainstTime(t *testing.T) {
	for d := int64(minDays); d <= maxDays; d += 211 {
		want := time.Unix(d*86400, 0).UTC()
		y, m, day := civil(d)
		require.Equal(t, []int64{int64(want.Year()), int64(want.Month()), int64(want.Day())}, []int64{y, m, day})
		require.Equal(t, d, dayNumber(y, m, day))
		require.Equal(t, int64(want.Weekday())+1, weekday(d))
		iy, iw := want.ISOWeek()
		gy, gw := isoWeek(d)
		require.Equal(t, []int64{int64(iy), int64(iw)}, []int64{gy, gw})
	}
}

// TestZones walks through the hours of years of several zones, over every change of the clocks.
func TestZones(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		loc := mustZone(name)
		z := newZone(loc)
		for at := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2025; at = at.Add(187 * time.Minute) {
			_, off := at.In(loc).Zone()
			l := z.local(at.UnixMicro())
			require.Equal(t, at.UnixMicro()+int64(off)*microsPerSecond, l)
			// The wall clock leads back to the first instant that shows it.
			back := z.instant(l)
			require.Equal(t, l, z.local(back))
			require.LessOrEqual(t, back, at.UnixMicro())
			require.Less(t, at.UnixMicro()-back, int64(2*microsPerHour))
		}
	}
	ny := newZone(testZone)
	gap, _ := parseTimestamp([]byte("2024-03-10 02:30:00"), ny)
	require.Equal(t, "2024-03-10 03:30:00.000", string(appendTimestamp(nil, gap, 3, ny)))
}

// TestLikeAgainstBruteForce compares LIKE with a matcher that tries everything.
func TestLikeAgainstBruteForce(t *testing.T) {
	var match func(p, s []rune) bool
	match = func(p, s []rune) bool {
		if len(p) == 0 {
			return len(s) == 0
		}
		if p[0] == '%' {
			return match(p[1:], s) || len(s) > 0 && match(p, s[1:])
		}
		return len(s) > 0 && (p[0] == '_' || p[0] == s[0]) && match(p[1:], s[1:])
	}
	texts, patterns := words("ab中", 4), words("ab%_", 5)
	for _, p := range patterns {
		items, ok := parseLike(p, -1)
		require.True(t, ok)
		for _, s := range texts {
			if want := match([]rune(p), []rune(s)); want != matchLike(items, []byte(s)) {
				t.Fatalf("%q LIKE %q: want %t", s, p, want)
			}
		}
	}
}

// words returns every word over the letters of at most n of them.
func words(letters string, n int) []string {
	out := []string{""}
	for from := 0; n > 0; n-- {
		to := len(out)
		for _, w := range out[from:to] {
			for _, l := range letters {
				out = append(out, w+string(l))
			}
		}
		from = to
	}
	return out
}

// FuzzCheck parses, checks and evaluates arbitrary text: nothing may panic, and a failure is only where Fallible allows it.
func FuzzCheck(f *testing.F) {
	for _, line := range goldenLines(f) {
		left, _, _ := strings.Cut(line, " => ")
		text, _, _ := strings.Cut(left, " ;; ")
		f.Add(text)
	}
	b := buildBatch(f, testSchema, []string{"", "i64=5;i32=7;s=a;t=b;d=1.25;f64=0.5;x=true;ts=2024-07-01T12:00:00Z;day=2024-07-01;arr=[1,2]"})
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		ast, diags := parseQuiet(text)
		if len(diags) > 0 {
			return
		}
		e, diags := Check(ast, testEnv())
		if len(diags) > 0 {
			require.Nil(t, e)
			return
		}
		p, err := Compile(e, testZone)
		require.NoError(t, err)
		r := p.Eval(b)
		require.Equal(t, batch.ClassOf(e.Type), batch.ClassOf(r.Vec.Type))
		for i := range b.N {
			if r.Errs != nil && r.Errs[i] != 0 {
				require.True(t, Fallible(e), text)
				continue
			}
			r.Vec.Value(i)
		}
	})
}
