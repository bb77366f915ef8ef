package design

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/schema"
)

func TestSketch(t *testing.T) {
	for _, n := range []int64{0, 1, 4000, 8000, 20_000, 1_000_000} {
		s := newSketch()
		for i := range 2 * n {
			s.add(batch.HashUint64(uint64(i%n), 0))
		}
		got, exact := s.count()
		require.Equal(t, n < 2*sketchSize, exact, "%d", n)
		if exact {
			require.Equal(t, n, got)
		} else {
			require.InEpsilon(t, n, got, 0.05)
		}
		require.Less(t, len(s.kept), 2*sketchSize)
	}
}

func TestCollector(t *testing.T) {
	s := fields(t, "ts timestamp(3)", "n int32", "u uint64", "d decimal(38, 2)", "day date", "s string", "a array<int64>", "f float64")
	s.EventTime = schema.EventTimeOn("ts")
	cols := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		cols[i] = batch.NewBuilder(f.Type, 5)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	at := func(text string) int64 {
		v, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return v.UnixMicro()
	}
	for i, text := range []string{"2026-10-31T15:59:59Z", "2026-10-31T16:00:00Z", "2026-10-31T16:00:01Z", "2026-10-31T15:00:00Z"} {
		cols[0].AppendInt(at(text))
		cols[1].AppendInt(int64([]int{-5, 7, 7, 2}[i]))
		cols[2].AppendUint(math.MaxUint64 - uint64(i))
		cols[3].AppendDecimal(decimal128.FromI64(int64(i * 100)))
		cols[4].AppendInt(int64(20_000 + i))
		cols[5].AppendString([]string{"a", "bb", "bb", "ccc"}[i])
		cols[6].Elems().AppendInt(1)
		cols[6].CloseList()
		cols[7].AppendFloat([]float64{math.NaN(), math.NaN(), math.Copysign(0, -1), 0}[i])
	}
	for _, c := range cols {
		c.AppendNull()
	}
	b := &batch.Batch{Schema: s, N: 5}
	for _, c := range cols {
		b.Cols = append(b.Cols, c.Finish())
	}
	c := NewCollector(s, zone)
	c.Add(b.Select([]int32{0, 1, 2}))
	c.Add(b.Select([]int32{3, 4}))
	got := c.Stats()
	require.EqualValues(t, 5, got.Rows)
	require.InDelta(t, 5.0/3601, got.RowsPerSecond, 1e-9)
	for _, one := range got.Columns {
		require.EqualValues(t, 1, one.Nulls, one.Name)
		require.True(t, one.Exact)
	}
	ts := got.Column("ts")
	require.Equal(t, map[string]int64{"2026-10-31": 2, "2026-11-01": 2}, ts.Days, "days of the zone")
	require.Equal(t, 2, ts.Months)
	require.InDelta(t, 2.0/3, ts.Ascending, 1e-9)
	require.InDelta(t, 0.5, ts.Even, 1e-9)
	n := got.Column("n")
	require.Equal(t, []any{"-5", "7", int64(3)}, []any{n.Min, n.Max, n.Distinct})
	require.Equal(t, fmt.Sprint(uint64(math.MaxUint64)), got.Column("u").Max)
	require.Equal(t, "300", got.Column("d").Max, "unscaled")
	require.Equal(t, "20003", got.Column("day").Max)
	text := got.Column("s")
	require.Equal(t, []any{int64(3), 2.0, int64(3), 1.0}, []any{text.Distinct, text.MeanBytes, text.MaxBytes, text.Ascending})
	require.EqualValues(t, 1, got.Column("a").Distinct)
	require.EqualValues(t, 2, got.Column("f").Distinct, "NaN is one value, and so are the zeroes")
	require.Nil(t, got.Column("x"))
}

// Days are counted one by one up to a bound, and months beyond it.
func TestCollectorOfManyDays(t *testing.T) {
	s := fields(t, "day date not null")
	v := batch.NewBuilder(s.Fields[0].Type, 0)
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		v.AppendInt(-25567 + r.Int64N(146_096))
	}
	v.AppendInt(-25567)
	v.AppendInt(120529)
	c := NewCollector(s, nil)
	c.Add(&batch.Batch{Schema: s, N: 20_002, Cols: []*batch.Vector{v.Finish()}})
	got := c.Stats().Column("day")
	require.Nil(t, got.Days)
	require.Equal(t, 4800, got.Months)
}
