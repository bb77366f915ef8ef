package json

import (
	stdjson "encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
)

func encodeAll(t *testing.T, b *batch.Batch, values map[string]any) []string {
	t.Helper()
	e, err := NewEncoder(component.NewParams(values), b.Schema)
	require.NoError(t, err)
	require.Empty(t, e.Check(b))
	var out []string
	for range 2 { // the second time from the dictionary's cache
		out = nil
		require.NoError(t, e.Encode(b, func(_ int, record []byte) error {
			require.True(t, stdjson.Valid(record), string(record))
			out = append(out, string(record))
			return nil
		}))
	}
	return out
}

func TestEncodeReadsBack(t *testing.T) {
	s := schemaOf("i int8", "u uint64", "f float64", "g float32", "d decimal(9,3)", "s string", "b bytes", "flag boolean", "day date", "ts timestamp",
		"ms timestamp(3)", "j json", "tags array<string>", "m map<int32, string>", "r row<os string, n row<x float64>>")
	records := []string{
		`{"i":-1,"u":18446744073709551615,"f":1e-7,"g":0.1,"d":-0.005,"s":"a\"\\\n\u0001网🎵 long enough","b":"AAE=","flag":true,"day":"1969-12-31",` +
			`"ts":"2024-01-02T03:04:05.000006Z","ms":"2024-01-02T03:04:05.006Z","j":{"a": [1.0]},"tags":["x",null,"\t"],"m":{"7":"seven","-8":null},"r":{"os":"ios","n":{"x":-0.5}}}`,
		`{}`,
	}
	d := newTestDecoder(t, s, nil)
	for _, r := range records {
		_, reject := d.Decode([]byte(r))
		require.Nil(t, reject)
	}
	b := d.Finish()
	out := encodeAll(t, b, nil)
	require.Equal(t, `{"i":-1,"u":18446744073709551615,"f":1e-07,"g":0.1,"d":-0.005,"s":"a\"\\\n\u0001网🎵 long enough","b":"AAE=","flag":true,"day":"1969-12-31",`+
		`"ts":"2024-01-02T03:04:05.000006Z","ms":"2024-01-02T03:04:05.006Z","j":{"a": [1.0]},"tags":["x",null,"\t"],"m":{"7":"seven","-8":null},"r":{"os":"ios","n":{"x":-0.5}}}`, out[0])
	for _, r := range out {
		// A json column reads null as the JSON value, so the NULL one is left out.
		_, reject := d.Decode([]byte(strings.Replace(r, `"j":null,`, "", 1)))
		require.Nil(t, reject, r)
	}
	again := d.Finish()
	for c := range b.Cols {
		for i := range b.N {
			require.Equal(t, b.Cols[c].Value(i), again.Cols[c].Value(i), s.Fields[c].Name)
		}
	}
	b = b.Select([]int32{1})
	require.Len(t, encodeAll(t, b, nil), 1)
}

func TestTimestampsAsNumbers(t *testing.T) {
	d := newTestDecoder(t, schemaOf("t timestamp"), nil)
	d.Decode([]byte(`{"t":"1969-12-31T23:59:59.9999Z"}`))
	b := d.Finish()
	require.Equal(t, []string{`{"t":-1}`}, encodeAll(t, b, map[string]any{"timestamps": "millis"}))
	require.Equal(t, []string{`{"t":-100}`}, encodeAll(t, b, map[string]any{"timestamps": "micros"}))
	_, err := NewEncoder(component.NewParams(map[string]any{"timestamps": "weeks"}), b.Schema)
	require.Error(t, err)
}

func TestWhatJSONCannotSay(t *testing.T) {
	s := schemaOf("a array<float64>", "t timestamp")
	a, ts := batch.NewBuilder(s.Fields[0].Type, 4), batch.NewBuilder(s.Fields[1].Type, 4)
	for _, f := range []float64{1, math.NaN(), math.Inf(-1), 2} {
		a.Elems().AppendFloat(f)
		a.CloseList()
	}
	for _, m := range []int64{0, 0, 0, math.MaxInt64} {
		ts.AppendInt(m)
	}
	b := &batch.Batch{Schema: s, N: 4, Part: batch.NoPart, Cols: []*batch.Vector{a.Finish(), ts.Finish()}}
	e, err := NewEncoder(component.NewParams(nil), s)
	require.NoError(t, err)
	require.Equal(t, []component.RowReject{
		{Row: 1, Code: diag.RowNotANumber, Path: "a"}, {Row: 2, Code: diag.RowNotANumber, Path: "a"}, {Row: 3, Code: diag.RowOutOfRange, Path: "t"},
	}, e.Check(b))
	n := 0
	require.ErrorContains(t, e.Encode(b, func(int, []byte) error { n++; return nil }), "column a of row 1")
	require.Equal(t, 1, n)
}
