package csv

import (
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/schema"
)

func schemaOf(t testing.TB, columns ...string) *schema.Schema {
	s := &schema.Schema{}
	for _, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		typ, required := strings.CutSuffix(typ, " not null")
		parsed, err := schema.Parse(typ)
		require.NoError(t, err)
		s.Fields = append(s.Fields, schema.Field{Name: name, Type: parsed, Nullable: !required})
	}
	return s
}

func decoder(t testing.TB, s *schema.Schema, values map[string]any) *Decoder {
	checked := make([]bool, len(s.Fields))
	for i := range checked {
		checked[i] = true
	}
	d, err := NewDecoder(component.NewParams(values), component.DecodeTarget{Schema: s, Checked: checked, BatchRows: 16})
	require.NoError(t, err)
	return d
}

// read runs a whole text through a decoder as a file would, step bytes at a time, and returns rows and rejects.
func read(t testing.TB, d *Decoder, text string, step int) (rows [][]any, rejects []string) {
	data, header := []byte{}, false
	for at := 0; ; {
		record, advance := d.Split(data, at >= len(text))
		if advance == 0 {
			if at >= len(text) {
				break
			}
			n := min(step, len(text)-at)
			data = append(data, text[at:at+n]...)
			at += n
			continue
		}
		if record != nil {
			used := false
			if !header {
				var err error
				used, err = d.Header(record)
				require.NoError(t, err)
				header = true
			}
			if !used {
				if _, reject := d.Decode(record); reject != nil {
					rejects = append(rejects, strings.TrimSpace(reject.Code.String()+" "+reject.Path))
				}
			}
		}
		data = data[advance:]
	}
	return values(t, d.Finish()), rejects
}

func values(t testing.TB, b *batch.Batch) [][]any {
	if b == nil {
		return nil
	}
	require.NoError(t, b.Check())
	out := make([][]any, b.N)
	for i := range out {
		for _, c := range b.Cols {
			out[i] = append(out[i], c.Value(i))
		}
	}
	return out
}

func TestDecode(t *testing.T) {
	text := "\ufeffid,name,\"the \"\"note\"\"\",price,ts\r\n" +
		"1,plain,\"a, b\",1.50,2024-01-02 03:04:05\r\n" +
		"\r\n" +
		"2,\"two\nlines\",\"say \"\"hi\"\"\",,1700000000000\n" +
		"3,\"\",x,2,2024-01-02T03:04:05Z"
	s := schemaOf(t, "price decimal(5,2)", "id int32 not null", "name string", "ts timestamp")
	s.Fields = append(s.Fields, schema.Field{Name: `the "note"`, Type: schema.Of(schema.String), Nullable: true})
	for _, step := range []int{1, 7, 1000} {
		rows, rejects := read(t, decoder(t, s, map[string]any{"header": true}), text, step)
		require.Empty(t, rejects)
		require.Len(t, rows, 3)
		require.Equal(t, []any{int64(1), "plain", int64(1704164645000000), "a, b"}, rows[0][1:])
		require.Equal(t, []any{nil, int64(2), "two\nlines", int64(1700000000000000), `say "hi"`}, rows[1])
		require.Equal(t, "", rows[2][2], "an empty cell in quotes is the empty text")
	}
}

func TestRejects(t *testing.T) {
	s := schemaOf(t, "id int8 not null", "flag boolean", "doc json", "raw bytes")
	for line, want := range map[string]string{
		"1,true,{},": "", "x,true,{},": "row.wrong_type id", "300,true,{},": "row.out_of_range id", ",true,{},": "row.missing_field id",
		"1,2,{},": "row.wrong_type flag", "1,,{,": "row.truncated doc", "1,,{},*": "row.wrong_type raw", "1,true": "row.column_count",
		"1,true,{},,": "row.column_count", `1,t"rue,{},`: "row.malformed", `1,"true"x,{},`: "row.malformed", `1,"true,{},`: "row.truncated",
		"1,\xff,{},": "row.invalid_utf8",
	} {
		d := decoder(t, s, nil)
		_, reject := d.Decode([]byte(line))
		if want == "" {
			require.Nil(t, reject, line)
		} else {
			require.NotNil(t, reject, line)
			require.Equal(t, want, strings.TrimSpace(reject.Code.String()+" "+reject.Path), line)
		}
		_, after := d.Decode([]byte("5,false,1,AA=="))
		require.Nil(t, after)
		rows := values(t, d.Finish())
		require.Equal(t, []any{int64(5), false, "1", []byte{0}}, rows[len(rows)-1])
	}
}

func TestOptions(t *testing.T) {
	d := decoder(t, schemaOf(t, "b int8", "z string"), map[string]any{
		"columns": []any{"a", "b", "c"}, "delimiter": "\t", "null_text": "\\N", "column_count": "lenient", "missing": "null"})
	rows, rejects := read(t, d, "1\t\\N\t3\n1\t2\n1\t2\t3\t4\n1\n", 5)
	require.Empty(t, rejects)
	require.Equal(t, [][]any{{nil, nil}, {int64(2), nil}, {int64(2), nil}, {nil, nil}}, rows)
}

func TestHeaderMustHaveTheColumns(t *testing.T) {
	d := decoder(t, schemaOf(t, "user_id int64"), map[string]any{"header": true})
	_, err := d.Header([]byte("userid,x"))
	require.EqualError(t, err, `reading the CSV header: there is no column "user_id" (there is "userid")`)
	_, err = d.Header([]byte("user_id,x,x"))
	require.ErrorContains(t, err, "twice")
	_, err = NewDecoder(component.NewParams(nil), component.DecodeTarget{Schema: schemaOf(t, "a array<int8>")})
	require.ErrorContains(t, err, "no form in CSV")
	_, err = NewDecoder(component.NewParams(map[string]any{"delimiter": "::"}), component.DecodeTarget{Schema: schemaOf(t, "a int8")})
	require.ErrorContains(t, err, "delimiter")
}

func TestEncodeReadsBack(t *testing.T) {
	s := schemaOf(t, "s string", "d decimal(6,3)", "t timestamp", "b bytes", "f float64", "day date", "u uint8", "ok boolean")
	d := decoder(t, s, nil)
	for _, line := range []string{`"a ""b"", c",1.5,2024-01-02T03:04:05.000006Z,AAE=,0.1,1969-01-01,7,true`, `"",,,,,,,`, "\"x\ny\",-0.001,,,-1e300,,,false"} {
		_, reject := d.Decode([]byte(line))
		require.Nil(t, reject)
	}
	b := d.Finish()
	e, err := NewEncoder(component.NewParams(nil), s)
	require.NoError(t, err)
	require.Empty(t, e.Check(b))
	require.NoError(t, e.Encode(b, func(_ int, record []byte) error {
		_, reject := d.Decode(record)
		require.Nil(t, reject, string(record))
		return nil
	}))
	require.Equal(t, values(t, b), values(t, d.Finish()))
	b.Cols[2].I64[0] = 1 << 62
	require.Len(t, e.Check(b), 1)
	require.Error(t, e.Encode(b, func(int, []byte) error { return nil }))
}

// FuzzDecode compares the cells of lines with encoding/csv, which agrees on every line without a bare carriage return.
func FuzzDecode(f *testing.F) {
	f.Add("a,b\n1,\"x\ny\"\n")
	f.Add("\"a\"\"b\",\n,,\n\"open")
	f.Fuzz(func(t *testing.T, text string) {
		d := decoder(t, schemaOf(t, "c string"), map[string]any{"column_count": "lenient", "null_text": "\x00"})
		rows, rejects := read(t, d, text, 3)
		if len(rejects) > 0 || strings.ContainsAny(text, "\r\x00\ufeff") {
			return
		}
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		for i := 0; ; i++ {
			want, err := r.Read()
			if err == io.EOF {
				require.Len(t, rows, i)
				return
			}
			require.NoError(t, err)
			require.Equal(t, want[0], rows[i][0])
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	d := decoder(b, schemaOf(b, "id int64", "event string", "price float64"), nil)
	line := []byte("123456,play,1.25")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		d.Decode(line)
		if i++; i&4095 == 0 {
			d.Finish()
		}
	}
}
