package convert

import (
	"math/big"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/diag"
	"millrace/models/schema"
)

func TestSplitLine(t *testing.T) {
	for _, c := range []struct {
		data    string
		eof     bool
		line    string
		advance int
	}{
		{"a\nb", false, "a", 2}, {"a\r\nb", false, "a", 3}, {"\n", false, "", 1}, {"ab", false, "", 0}, {"ab", true, "ab", 2},
		{"ab\r", true, "ab", 3}, {"", true, "", 0},
	} {
		line, advance := SplitLine([]byte(c.data), c.eof)
		require.Equal(t, c.line, string(line), "%q", c.data)
		require.Equal(t, c.advance, advance, "%q", c.data)
	}
}

func TestTimesOfWholeRange(t *testing.T) {
	for days := int64(minDay); days <= maxDay; days += 17 {
		text, ok := AppendDate(nil, days)
		require.True(t, ok)
		require.Equal(t, time.Unix(days*86400, 0).UTC().Format(time.DateOnly), string(text))
		back, ok := Date(text)
		require.True(t, ok)
		require.Equal(t, days, back)
	}
	for _, micros := range []int64{minMicros, -1, 0, 1, 1700000000123456, maxMicros} {
		text, ok := AppendTimestamp(nil, micros, 6)
		require.True(t, ok)
		require.Equal(t, time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000Z"), string(text))
		back, code := Timestamp(text, nil, 6)
		require.Equal(t, diag.RowOK, code)
		require.Equal(t, micros, back)
	}
	_, ok := AppendTimestamp(nil, maxMicros+1, 6)
	require.False(t, ok)
	_, ok = AppendDate(nil, minDay-1)
	require.False(t, ok)
}

func TestZonelessTimesAreReadInTheZone(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	v, code := Timestamp([]byte("2024-07-01 08:00:00"), zone, 6)
	require.Equal(t, diag.RowOK, code)
	require.Equal(t, time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC).UnixMicro(), v)
}

func TestEpochUnits(t *testing.T) {
	for _, c := range []struct {
		text string
		unit Unit
		want int64
	}{
		{"1700000000", Seconds, 1700000000000000}, {"1700000000.1234567", Seconds, 1700000000123456}, {"1700000000123", Millis, 1700000000123000},
		{"1700000000123456", Micros, 1700000000123456}, {"-1", Seconds, -1000000},
	} {
		got, code := Epoch([]byte(c.text), c.unit, 6)
		require.Equal(t, diag.RowOK, code)
		require.Equal(t, c.want, got, c.text)
		if n, err := strconv.ParseInt(c.text, 10, 64); err == nil {
			got, code = EpochInt(n, c.unit, 6)
			require.Equal(t, diag.RowOK, code)
			require.Equal(t, c.want, got, c.text)
		}
	}
	for _, unit := range []Unit{Seconds, Millis, Micros} {
		_, code := EpochInt(1<<62, unit, 6)
		require.Equal(t, diag.RowOutOfRange, code)
		_, code = Epoch([]byte("9223372036854775807"), unit, 6)
		require.Equal(t, diag.RowOutOfRange, code)
	}
}

// FuzzNumber compares every conversion with exact rational arithmetic.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-0", "1e3", "1.0", "-128", "1.5", "9223372036854775808", "18446744073709551615", "12.345e-2", "0.1e1", "1e-400",
		"99999999999999999999999999999999999999", "-9223372036854775808", "4.35", "1e22", "9007199254740993"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number := []byte(text)
		if !IsNumber(number) || len(text) > 60 {
			return
		}
		if end, exp := mantissa(number); end < 0 || exp > 500 || exp < -500 {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok)
		for _, k := range []schema.Kind{schema.Int8, schema.Int32, schema.Int64} {
			got, code := Int(number, schema.Of(k))
			bits := uint(schema.Of(k).Bits())
			low := new(big.Int).Neg(new(big.Int).Lsh(big.NewInt(1), bits-1))
			checkInt(t, text, want, low, new(big.Int).Not(low), big.NewInt(got), code)
		}
		got, code := Uint(number, schema.Of(schema.Uint64))
		checkInt(t, text, want, new(big.Int), new(big.Int).SetUint64(1<<64-1), new(big.Int).SetUint64(got), code)

		dec, code := Decimal(number, schema.DecimalOf(20, 4))
		scaled := new(big.Rat).Mul(want, big.NewRat(10000, 1))
		limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(20), nil)
		if scaled.IsInt() && scaled.Num().CmpAbs(limit) < 0 {
			require.Equal(t, diag.RowOK, code, text)
			require.Equal(t, scaled.Num().String(), dec.BigInt().String(), text)
			back, _ := new(big.Rat).SetString(string(AppendDecimal(nil, dec, 4)))
			require.Zero(t, back.Cmp(want), text)
		} else {
			require.Equal(t, diag.RowOutOfRange, code, text)
		}
		for _, k := range []schema.Kind{schema.Float32, schema.Float64} {
			got, code := Float(number, schema.Of(k))
			f, err := strconv.ParseFloat(text, schema.Of(k).Bits())
			require.Equal(t, err == nil, code == diag.RowOK, text)
			if err == nil {
				require.Equal(t, f, got, text)
			}
		}
	})
}

func checkInt(t *testing.T, text string, want *big.Rat, low, high, got *big.Int, code diag.RowCode) {
	t.Helper()
	switch {
	case !want.IsInt():
		require.Equal(t, diag.RowWrongType, code, text)
	case want.Num().Cmp(low) < 0 || want.Num().Cmp(high) > 0:
		require.Equal(t, diag.RowOutOfRange, code, text)
	default:
		require.Equal(t, diag.RowOK, code, text)
		require.Equal(t, want.Num().String(), got.String(), text)
	}
}
