package json

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func schemaOf(columns ...string) *schema.Schema {
	s := &schema.Schema{}
	for _, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		typ, required := strings.CutSuffix(typ, " not null")
		f := wanted(name, typ)
		f.Nullable = !required
		s.Fields = append(s.Fields, f)
	}
	return s
}

func decodeOne(t *testing.T, d *Decoder, record string) []any {
	t.Helper()
	n, reject := d.Decode([]byte(record))
	require.Nil(t, reject, record)
	require.Equal(t, 1, n)
	b := d.Finish()
	require.NoError(t, b.Check())
	out := make([]any, len(b.Cols))
	for i, c := range b.Cols {
		out[i] = c.Value(0)
	}
	return out
}

func TestValues(t *testing.T) {
	micros := func(s string) int64 {
		v, err := time.Parse(time.RFC3339Nano, s)
		require.NoError(t, err)
		return v.UnixMicro()
	}
	for _, c := range []struct {
		typ, json string
		want      any
	}{
		{"int8", "-128", int64(-128)}, {"int64", "9223372036854775807", int64(9223372036854775807)},
		{"int64", "-9223372036854775808", int64(-9223372036854775808)}, {"int32", "1e3", int64(1000)}, {"int32", "1.0", int64(1)},
		{"int32", "120e-1", int64(12)}, {"int32", "-0", int64(0)}, {"int16", "0e99999999999", int64(0)},
		{"uint64", "18446744073709551615", uint64(18446744073709551615)}, {"uint8", "255", uint64(255)}, {"uint8", "-0", uint64(0)},
		{"float64", "0.1", 0.1}, {"float64", "1e22", 1e22}, {"float64", "123456789012345678901234567890", 123456789012345678901234567890.0},
		{"float64", "4.35", 4.35}, {"float64", "5e-324", 5e-324}, {"float32", "0.1", float64(float32(0.1))}, {"float64", "12", 12.0},
		{"boolean", "true", true}, {"boolean", "false", false}, {"boolean", "null", nil},
		{"string", `"plain"`, "plain"}, {"string", `"网易云音乐"`, "网易云音乐"}, {"string", `"a\"\\\/\b\f\n\r\tz"`, "a\"\\/\b\f\n\r\tz"},
		{"string", `"\u7f51\ud83c\udfb5\u0000"`, "网🎵\x00"}, {"string", `""`, ""}, {"string", `"a long ASCII string and then 🎵, more"`, "a long ASCII string and then 🎵, more"},
		{"bytes", `"AAH/"`, []byte{0, 1, 255}}, {"bytes", `""`, []byte{}},
		{"date", `"2024-02-29"`, int64(19782)}, {"date", `"1969-12-31"`, int64(-1)}, {"date", `"0001-01-01"`, int64(-719162)},
		{"timestamp", `"2024-01-02T03:04:05Z"`, micros("2024-01-02T03:04:05Z")},
		{"timestamp", `"2024-01-02T03:04:05.123456789+08:00"`, micros("2024-01-02T03:04:05.123456+08:00")},
		{"timestamp", `"2024-01-02 03:04:05.5"`, micros("2024-01-02T03:04:05.5+08:00")},
		{"timestamp(3)", `"2024-01-02T03:04:05.1239Z"`, micros("2024-01-02T03:04:05.123Z")},
		{"timestamp(3)", `"1969-12-31T23:59:59.9999Z"`, int64(-1000)},
		{"timestamp", `1700000000123`, int64(1700000000123000)}, {"timestamp", `1.7e12`, int64(1700000000000000)},
		{"timestamp", `0.0015`, int64(1)}, {"timestamp", `-0.0015`, int64(-2)},
		{"json", ` {"a" : [1, 1.50]} `, `{"a" : [1, 1.50]}`}, {"json", "null", "null"}, {"json", "1.50", "1.50"}, {"json", `"x"`, `"x"`},
		{"array<int32>", "[1,null, 3]", []any{int64(1), nil, int64(3)}}, {"array<string>", "[]", []any{}}, {"array<string>", "null", nil},
		{"map<string, int64>", `{"a":1,"b":null}`, [][2]any{{"a", int64(1)}, {"b", nil}}},
		{"map<int32, boolean>", `{"1":true,"-2":false}`, [][2]any{{int64(1), true}, {int64(-2), false}}},
		{"row<os string, ver array<int8>>", `{"ver":[1],"x":{"y":[]},"os":"ios"}`, []any{"ios", []any{int64(1)}}},
		{"row<os string, n row<a int8>>", `{"n":{"a":7}}`, []any{nil, []any{int64(7)}}},
		{"array<row<a int8>>", `[{"a":1},{},null,{"a":null,"b":2}]`, []any{[]any{int64(1)}, []any{nil}, nil, []any{nil}}},
	} {
		s := schemaOf("v " + c.typ)
		d, err := NewDecoder(component.NewParams(nil), component.DecodeTarget{
			Schema: s, Checked: []bool{true}, BatchRows: 8, TimeZone: time.FixedZone("", 8*3600)})
		require.NoError(t, err)
		for _, record := range []string{`{"v":%s}`, `{ "x" : [1,{"v":2}] , "v" : %s , "z":"" } `, "{\"\\u0076\":%s,\"w\":null}\n"} {
			record = fmt.Sprintf(record, c.json)
			require.Equal(t, []any{c.want}, decodeOne(t, d, record), "%s: %s", c.typ, record)
		}
	}
}

func TestDecimalsAreExact(t *testing.T) {
	for _, c := range []struct{ typ, json, want string }{
		{"decimal(10, 2)", "1.5", "1.50"}, {"decimal(10, 2)", `"-12.34"`, "-12.34"}, {"decimal(10, 2)", "1.500", "1.50"},
		{"decimal(10, 2)", "1e2", "100.00"}, {"decimal(4, 4)", "0.0001", "0.0001"}, {"decimal(10, 0)", "-7", "-7"},
		{"decimal(38, 0)", strings.Repeat("9", 38), strings.Repeat("9", 38)},
		{"decimal(38, 37)", "-1.2345678901234567890123456789012345678", "-1.2345678901234567890123456789012345678"},
		{"decimal(10, 2)", "-0.5e1", "-5.00"}, {"decimal(10, 2)", "-0.01", "-0.01"},
	} {
		d := newTestDecoder(t, schemaOf("v "+c.typ), nil)
		_, reject := d.Decode([]byte(`{"v":` + c.json + `}`))
		require.Nil(t, reject, c.json)
		b := d.Finish()
		e, err := NewEncoder(component.NewParams(nil), b.Schema)
		require.NoError(t, err)
		require.NoError(t, e.Encode(b, func(_ int, record []byte) error {
			require.Equal(t, `{"v":`+c.want+`}`, string(record))
			return nil
		}))
	}
}

// brokenSchema has a column of every kind of trouble; all are checked but free.
func brokenSchema() *schema.Schema {
	return schemaOf("id int64 not null", "small int8", "u uint16", "f float32", "d decimal(5, 2)", "s string", "b bytes", "flag boolean",
		"day date", "ts timestamp", "tags array<string>", "attrs map<string, int32>", "device row<os string not null, ver int32>", "free int8")
}

// TestBrokenRecords holds each line of testdata/broken.txt (Go's notation where a byte could not stand in a text) against
// the code and path it gives.
func TestBrokenRecords(t *testing.T) {
	text, err := os.ReadFile("testdata/broken.txt")
	require.NoError(t, err)
	var out strings.Builder
	cases := 0
	for line := range strings.Lines(string(text)) {
		record, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t=> ")
		if strings.HasPrefix(record, "#") || record == "" {
			out.WriteString(strings.TrimSuffix(line, "\n") + "\n")
			continue
		}
		raw := strings.NewReplacer("<deep>", strings.Repeat("[", 200), "<empty>", "").Replace(record)
		if strings.HasPrefix(raw, `"`) {
			raw, err = strconv.Unquote(raw)
			require.NoError(t, err, record)
		}
		d := newTestDecoder(t, brokenSchema(), nil)
		d.checked[len(d.checked)-1] = false
		_, reject := d.Decode([]byte(`{"id":1,"device":{"os":"ios"}}`))
		require.Nil(t, reject)
		rows, reject := d.Decode([]byte(raw))
		result := "accepted"
		if reject != nil {
			result = strings.TrimSpace(reject.Code.String() + " " + reject.Path)
			require.Zero(t, rows)
			require.Equal(t, raw, string(reject.Raw))
		}
		_, after := d.Decode([]byte(`{"id":3,"s":"after","tags":["x"],"device":{"os":"web","ver":3}}`))
		require.Nil(t, after)
		b := d.Finish()
		require.NoError(t, b.Check(), record)
		require.Equal(t, 2+rows, b.N)
		require.Equal(t, "after", b.Cols[5].Value(b.N-1), "what comes after a broken record is not touched by it")
		require.Equal(t, []any{"x"}, b.Cols[10].Value(b.N-1))
		fmt.Fprintf(&out, "%s\t=> %s\n", record, result)
		cases++
	}
	if *update {
		require.NoError(t, os.WriteFile("testdata/broken.txt", []byte(out.String()), 0o600))
	}
	require.Equal(t, string(text), out.String())
	require.GreaterOrEqual(t, cases, 40)
}

func TestUncheckedMisfitIsNull(t *testing.T) {
	s := schemaOf("a int8", "tags array<int8>", "m map<string, int8>", "r row<x int8 not null>")
	d, err := NewDecoder(component.NewParams(nil), component.DecodeTarget{Schema: s, BatchRows: 4})
	require.NoError(t, err)
	require.Equal(t, []any{nil, nil, nil, nil}, decodeOne(t, d, `{"a":"x","tags":[1,300],"m":{"k":1,"k":2},"r":{"x":null}}`))
	require.Equal(t, []any{int64(1), []any{int64(2)}, [][2]any{{"k", int64(3)}}, []any{int64(4)}},
		decodeOne(t, d, `{"a":1,"tags":[2],"m":{"k":3},"r":{"x":4}}`))
	_, reject := d.Decode([]byte(`{"a":1,"zz":1,"zz":2}`))
	require.Equal(t, "row.duplicate_key", reject.Code.String(), "the record's own keys are always held apart")
}

func TestMissingReject(t *testing.T) {
	d := newTestDecoder(t, schemaOf("a int8", "b int8"), map[string]any{"missing": "reject"})
	_, reject := d.Decode([]byte(`{"b":1}`))
	require.Equal(t, "row.missing_field a", reject.Code.String()+" "+reject.Path)
	require.Equal(t, []any{nil, int64(1)}, decodeOne(t, d, `{"a":null,"b":1}`))
}

// TestOrderIsOnlyAGuess decodes objects whose keys come in every order, are missing or unknown, in the same decoder.
func TestOrderIsOnlyAGuess(t *testing.T) {
	d := newTestDecoder(t, schemaOf("a int64", "b string", "c_with_a_long_name int64"), nil)
	parts := []string{`"a":1`, `"b":"x"`, `"c_with_a_long_name":3`, `"u1":[1]`, `"u2":{"a":9}`, `"c_with_a_long_nama":4`}
	values := []any{int64(1), "x", int64(3)}
	for i := range 3000 {
		var some []string
		want := []any{nil, nil, nil}
		for j, x := 0, i*7919; j < len(parts); j, x = j+1, x/3 {
			k := (j*(i%5+1) + i) % len(parts)
			if x%3 == 0 || strings.Contains(strings.Join(some, ","), parts[k]) {
				continue
			}
			some = append(some, parts[k])
			if k < 3 {
				want[k] = values[k]
			}
		}
		if i%50 == 0 {
			some = append(some, fmt.Sprintf(`"new%d":0`, i))
		}
		record := "{" + strings.Join(some, ",") + "}"
		require.Equal(t, want, decodeOne(t, d, record), record)
		if len(some) > 0 {
			_, reject := d.Decode([]byte("{" + strings.Join(append(some, some[i%len(some)]), ",") + "}"))
			require.NotNil(t, reject)
			require.Equal(t, "row.duplicate_key", reject.Code.String())
		}
	}
}

func TestManyUnknownKeys(t *testing.T) {
	d := newTestDecoder(t, schemaOf("a int64"), nil)
	for round := range 3 {
		var b strings.Builder
		b.WriteString("{")
		for i := range 2000 {
			fmt.Fprintf(&b, `"k%d_%d":0,`, round, i)
		}
		require.Equal(t, []any{int64(5)}, decodeOne(t, d, b.String()+`"a":5}`))
		_, reject := d.Decode([]byte(b.String() + fmt.Sprintf(`"k%d_1999":1}`, round)))
		require.Equal(t, "row.duplicate_key", reject.Code.String())
	}
	require.LessOrEqual(t, len(d.record.keys), maxKeys)
}

func TestTooLargeIsRejectedByItsPrefix(t *testing.T) {
	d, err := NewDecoder(component.NewParams(nil), component.DecodeTarget{Schema: schemaOf("a string"), MaxRecordBytes: 5000})
	require.NoError(t, err)
	_, reject := d.Decode([]byte(`{"a":"` + strings.Repeat("x", 6000) + `"}`))
	require.Equal(t, "row.too_large", reject.Code.String())
	require.True(t, reject.Truncated)
	require.Equal(t, 6008, reject.Size)
	require.Len(t, reject.Raw, 4096)
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	records := plays(512)
	d := newTestDecoder(t, playSchema(), nil)
	for range 3 {
		for _, r := range records {
			d.Decode(r)
		}
		d.Finish()
	}
	i := 0
	require.Zero(t, testing.AllocsPerRun(400, func() { d.Decode(records[i]); i++ }))
}

// reference says what encoding/json makes of a record, with the rules it does not have: strict UTF-8, no lone surrogates, no
// duplicate keys at the top, a depth limit, one object.
func reference(data []byte) (map[string]json.RawMessage, bool) {
	if !utf8.Valid(data) || loneSurrogate(data) || depth(data) > MaxDepth {
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return nil, false
	}
	out := map[string]json.RawMessage{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, false
		}
		var v json.RawMessage
		if dec.Decode(&v) != nil {
			return nil, false
		}
		if _, twice := out[key.(string)]; twice {
			return nil, false
		}
		out[key.(string)] = v
	}
	if _, err := dec.Token(); err != nil {
		return nil, false
	}
	_, err := dec.Token()
	return out, err == io.EOF && json.Valid(data)
}

// loneSurrogate finds \u escapes that are half of a pair; data need not be JSON.
func loneSurrogate(data []byte) bool {
	for i := 0; i < len(data)-1; i++ {
		if data[i] != '\\' {
			continue
		}
		if data[i+1] != 'u' || i+6 > len(data) {
			i++
			continue
		}
		n, err := strconv.ParseUint(string(data[i+2:i+6]), 16, 16)
		if err != nil || n < 0xd800 || n > 0xdfff {
			i++
			continue
		}
		if n > 0xdbff || i+12 > len(data) || data[i+6] != '\\' || data[i+7] != 'u' {
			return true
		}
		low, err := strconv.ParseUint(string(data[i+8:i+12]), 16, 16)
		if err != nil || low < 0xdc00 || low > 0xdfff {
			return true
		}
		i += 11
	}
	return false
}

func depth(data []byte) int {
	deepest, open, in := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case in && c == '\\':
			i++
		case c == '"':
			in = !in
		case !in && (c == '{' || c == '['):
			open++
			deepest = max(deepest, open)
		case !in && (c == '}' || c == ']'):
			open--
		}
	}
	return deepest
}

func FuzzDecode(f *testing.F) {
	for _, r := range plays(3) {
		f.Add(r)
	}
	text, err := os.ReadFile("testdata/broken.txt")
	require.NoError(f, err)
	for line := range strings.Lines(string(text)) {
		record, _, _ := strings.Cut(line, "\t=> ")
		f.Add([]byte(record))
	}
	f.Add([]byte(`{"s":"\ud83c\udfb5","f":-1.5e-3,"j":[{},[]],"n":12,"x":null}`))
	s := schemaOf("s string", "f float64", "n int64", "j json")
	f.Fuzz(func(t *testing.T, data []byte) {
		// Nothing is checked, so only what is not well-formed is rejected.
		d, err := NewDecoder(component.NewParams(nil), component.DecodeTarget{Schema: s, BatchRows: 2})
		require.NoError(t, err)
		want, ok := reference(data)
		for range 2 { // the second time the order of keys is known
			_, reject := d.Decode(data)
			require.Equal(t, ok, reject == nil, "%q: %+v", data, reject)
		}
		if !ok {
			return
		}
		b := d.Finish()
		require.NoError(t, b.Check())
		for i := range b.N {
			compare(t, b, i, want)
		}
	})
}

func compare(t *testing.T, b *batch.Batch, i int, want map[string]json.RawMessage) {
	var text *string
	if json.Unmarshal(want["s"], &text) == nil && text != nil {
		require.Equal(t, *text, b.Cols[0].Value(i))
	} else {
		require.Nil(t, b.Cols[0].Value(i))
	}
	var number *float64
	if json.Unmarshal(want["f"], &number) == nil && number != nil {
		require.Equal(t, *number, b.Cols[1].Value(i))
	} else {
		require.Nil(t, b.Cols[1].Value(i))
	}
	var whole *int64
	if json.Unmarshal(want["n"], &whole) == nil && whole != nil {
		require.Equal(t, *whole, b.Cols[2].Value(i))
	}
	if raw, there := want["j"]; there {
		require.Equal(t, string(raw), b.Cols[3].Value(i))
	} else {
		require.Nil(t, b.Cols[3].Value(i))
	}
}
