package kafka

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/schema"
)

// TestMurmur2 has the values of the tests of Kafka's own client (org.apache.kafka.common.utils.UtilsTest).
func TestMurmur2(t *testing.T) {
	for text, want := range map[string]int32{
		"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536, "a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971, "abc": 479470107,
	} {
		require.Equal(t, want, int32(murmur2([]byte(text))), text)
	}
	require.EqualValues(t, 0, keyPartition([]byte("anything"), 1))
}

func TestKeys(t *testing.T) {
	i := batch.NewBuilder(schema.Of(schema.Int64), 2)
	i.AppendInt(-5)
	i.AppendNull()
	s := batch.NewBuilder(schema.Of(schema.String), 2)
	s.AppendString(`a"b`)
	s.AppendString("")
	d := batch.NewBuilder(schema.DecimalOf(10, 2), 2)
	d.AppendDecimal(decimal128.FromI64(-105))
	d.AppendDecimal(decimal128.FromI64(7))
	ts := batch.NewBuilder(schema.TimestampOf(3), 2)
	ts.AppendInt(1_700_000_000_123_000)
	ts.AppendInt(0)
	day := batch.NewBuilder(schema.Of(schema.Date), 2)
	day.AppendInt(-1)
	day.AppendInt(0)
	raw := batch.NewBuilder(schema.Of(schema.Bytes), 2)
	raw.AppendBytes([]byte{0, 255})
	raw.AppendBytes(nil)
	truth := batch.NewBuilder(schema.Of(schema.Boolean), 2)
	truth.AppendBool(true)
	truth.AppendBool(false)
	b := &batch.Batch{N: 2, Cols: []*batch.Vector{i.Finish(), s.Finish(), d.Finish(), ts.Finish(), day.Finish(), raw.Finish(), truth.Finish()}}

	tests := []struct {
		columns []int
		row     int
		want    string
		ok      bool
	}{
		{[]int{0}, 0, "-5", true},
		{[]int{0}, 1, "", false},
		{[]int{1}, 0, `a"b`, true},
		{[]int{1}, 1, "", true},
		{[]int{2}, 0, "-1.05", true},
		{[]int{3}, 0, "2023-11-14T22:13:20.123Z", true},
		{[]int{4}, 0, "1969-12-31", true},
		{[]int{5}, 0, "\x00\xff", true},
		{[]int{6}, 0, "true", true},
		{[]int{0, 1, 2, 3, 4, 5, 6}, 0, `[-5,"a\"b","-1.05","2023-11-14T22:13:20.123Z","1969-12-31","AP8=",true]`, true},
		{[]int{0, 1}, 1, `[null,""]`, true},
	}
	for _, tt := range tests {
		got, ok := appendKey([]byte("before"), b, tt.columns, tt.row)
		require.Equal(t, tt.ok, ok)
		require.Equal(t, "before"+tt.want, string(got))
	}
}
