package json

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/schema"
)

// plays returns n play events of about 250 bytes with 12 fields, the shape of the product's benchmark.
func plays(n int) [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 8, 100_000)
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, `{"user_id":%d,"song_id":%d,"event":%q,"ms_played":%d,"platform":%q,"exp_group":%q,"ts":%d,"page":%q,`+
			`"device":{"os":%q,"ver":"%d.%d.%d"},"net":%q,"lang":"zh-CN","session":"%016x%08x"}`,
			zipf.Uint64(), 100000+r.IntN(900000), pickOne(r, "play", "like", "skip", "share"), r.IntN(300000),
			pickOne(r, "ios", "android", "web", "pc"), pickOne(r, "control", "treat_a", "treat_b"), 1700000000000+int64(i)*7,
			pickOne(r, "playlist/daily", "search/result", "album/detail", "radio/personal"), pickOne(r, "iOS", "Android"),
			8+r.IntN(9), r.IntN(10), r.IntN(10), pickOne(r, "wifi", "4g", "5g"), r.Uint64(), r.Uint32())
	}
	return out
}

func pickOne(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func wanted(name, typ string) schema.Field {
	t, err := schema.Parse(typ)
	if err != nil {
		panic(err)
	}
	return schema.Field{Name: name, Type: t, Nullable: true}
}

func playSchema() *schema.Schema {
	return &schema.Schema{Fields: []schema.Field{
		wanted("user_id", "int64"), wanted("song_id", "int64"), wanted("event", "string"),
		wanted("ms_played", "int64"), wanted("ts", "timestamp(3)"),
	}}
}

func newTestDecoder(tb testing.TB, s *schema.Schema, values map[string]any) *Decoder {
	checked := make([]bool, len(s.Fields))
	for i := range checked {
		checked[i] = true
	}
	d, err := NewDecoder(component.NewParams(values), component.DecodeTarget{Schema: s, Checked: checked, BatchRows: 4096})
	require.NoError(tb, err)
	return d
}

func BenchmarkDecode(b *testing.B) {
	records := plays(8192)
	size := 0
	for _, r := range records {
		size += len(r)
	}
	for _, c := range []struct {
		name   string
		schema *schema.Schema
	}{
		{"5of12", playSchema()},
		{"none", &schema.Schema{}},
		{"all", &schema.Schema{Fields: append(playSchema().Fields, wanted("platform", "string"), wanted("exp_group", "string"),
			wanted("page", "string"), wanted("device", "row<os string, ver string>"), wanted("net", "string"), wanted("lang", "string"),
			wanted("session", "string"))}},
	} {
		b.Run(c.name, func(b *testing.B) {
			d := newTestDecoder(b, c.schema, nil)
			b.SetBytes(int64(size / len(records)))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if _, reject := d.Decode(records[i&8191]); reject != nil {
					b.Fatal(reject)
				}
				if i++; i&4095 == 0 {
					d.Finish()
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	d := newTestDecoder(b, playSchema(), nil)
	for _, r := range plays(4096) {
		d.Decode(r)
	}
	rows := d.Finish()
	e, err := NewEncoder(component.NewParams(nil), rows.Schema)
	require.NoError(b, err)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		require.NoError(b, e.Encode(rows, func(_ int, record []byte) error { n += len(record); return nil }))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows.N), "ns/row")
}
