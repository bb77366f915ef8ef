package infer

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/schema"
)

func samples(lines ...string) [][]byte {
	out := make([][]byte, len(lines))
	for i, l := range lines {
		out[i] = []byte(l)
	}
	return out
}

// columns writes a schema as text.
func columns(s *schema.Schema) string { return schema.RowOf(s.Fields...).String() }

func TestInferJSON(t *testing.T) {
	for _, c := range []struct {
		name    string
		samples [][]byte
		want    string
		time    string
	}{
		{"numbers", samples(`{"i":1,"u":18446744073709551615,"d":1.25,"f":1e300,"m":1}`, `{"i":-5,"u":1,"d":3,"f":2,"m":2.5}`),
			"row<i int64, u uint64, d decimal(18, 2), f float64, m decimal(18, 1)>", ""},
		{"times", samples(`{"ts":1700000000000,"n":1700000000000,"created_at":"2024-01-02T03:04:05Z","day":"2024-01-02"}`),
			"row<ts timestamp(3), n int64, created_at timestamp, day date>", "ts"},
		{"small numbers are no times", samples(`{"ts":17}`), "row<ts int64>", ""},
		{"nested", samples(`{"device":{"os":"ios"},"tags":["a"],"x":[]}`, `{"device":{"ver":1},"tags":[],"x":[{"a":1}]}`),
			"row<device row<os string, ver int64>, tags array<string>, x array<row<a int64>>>", ""},
		{"mixed", samples(`{"a":1,"b":null,"c":[1,"x"],"e":{}}`, `{"a":"x","b":null}`), "row<a json, b json, c array<json>, e json>", ""},
		{"booleans", samples(`{"a":true}`, `{"b":false}`), "row<a boolean, b boolean>", ""},
		{"broken ones are left out", samples(`{"a":1}`, `{"a":`, `[]`), "row<a int64>", ""},
	} {
		s, notes, err := Infer(c.samples, "json")
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, columns(s), c.name)
		require.NotEmpty(t, notes)
		if c.time == "" {
			require.Nil(t, s.EventTime, c.name)
		} else {
			require.Equal(t, c.time, s.EventTime.Column, c.name)
		}
	}
}

func TestNeverNullNeedsManySamples(t *testing.T) {
	var in [][]byte
	for i := range MinSamples {
		line := fmt.Sprintf(`{"id":%d,"sometimes":1,"null":1}`, i)
		if i == 50 {
			line = fmt.Sprintf(`{"id":%d,"null":null}`, i)
		}
		in = append(in, []byte(line))
	}
	s, _, err := Infer(in, "json")
	require.NoError(t, err)
	require.Equal(t, "row<id int64 not null, sometimes int64, null int64>", columns(s))
	s, _, err = Infer(in[:99], "json")
	require.NoError(t, err)
	require.True(t, s.Fields[0].Nullable)
}

func TestInferCSV(t *testing.T) {
	s, notes, err := Infer(samples("id,price,ok,when,name,empty\n", `1,2.50,true,2024-01-02 03:04:05,"a,b",`, "2,3,false,2024-01-02T00:00:00Z,7,", "3,4"), "csv")
	require.NoError(t, err)
	require.Equal(t, "row<id int64, price decimal(18, 2), ok boolean, when timestamp, name string, empty string>", columns(s))
	require.Equal(t, "when", s.EventTime.Column)
	require.Contains(t, notes[0], "1 of 3 samples are broken")
}

func TestNothingToInfer(t *testing.T) {
	for format, in := range map[string][][]byte{"json": samples("[1]"), "csv": nil, "xml": samples("<a/>")} {
		_, _, err := Infer(in, format)
		require.Error(t, err, format)
	}
	_, _, err := Infer(samples("a,,b"), "csv")
	require.ErrorContains(t, err, "cell 2")
}
