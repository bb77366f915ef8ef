package batch

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/models/schema"
)

// randomType returns a type of the language, nested while depth is left.
func randomType(r *rand.Rand, depth int) schema.Type {
	kinds := []schema.Kind{schema.Boolean, schema.Int8, schema.Int16, schema.Int32, schema.Int64, schema.Uint8, schema.Uint16,
		schema.Uint32, schema.Uint64, schema.Float32, schema.Float64, schema.Decimal, schema.String, schema.Bytes, schema.Date,
		schema.Timestamp, schema.JSON, schema.String}
	if depth > 0 {
		kinds = append(kinds, schema.Array, schema.Map, schema.Row)
	}
	switch k := kinds[r.IntN(len(kinds))]; k {
	case schema.Decimal:
		p := 1 + r.IntN(38)
		return schema.DecimalOf(p, r.IntN(p+1))
	case schema.Timestamp:
		return schema.TimestampOf(3 + 3*r.IntN(2))
	case schema.Array:
		t := schema.ArrayOf(randomType(r, depth-1))
		t.ElemNullable = r.IntN(2) == 0
		return t
	case schema.Map:
		key := randomType(r, 0)
		for key.Kind == schema.JSON {
			key = randomType(r, 0)
		}
		t := schema.MapOf(key, randomType(r, depth-1))
		t.ElemNullable = r.IntN(2) == 0
		return t
	case schema.Row:
		return schema.RowOf(randomFields(r, 1+r.IntN(3), depth-1)...)
	default:
		return schema.Of(k)
	}
}

func randomFields(r *rand.Rand, n, depth int) []schema.Field {
	names := []string{"a", "user id", "歌曲", "b`c", "Z9"}
	out := make([]schema.Field, n)
	for i := range out {
		out[i] = schema.Field{Name: fmt.Sprint(names[r.IntN(len(names))], i), Type: randomType(r, depth), Nullable: r.IntN(3) > 0}
	}
	return out
}

func randomValue(r *rand.Rand, b *Builder, nullable bool) {
	if nullable && r.IntN(4) == 0 {
		b.AppendNull()
		return
	}
	t := b.Type()
	switch ClassOf(t) {
	case ClassBool:
		b.AppendBool(r.IntN(2) == 0)
	case ClassI64:
		bits := t.Bits()
		if t.Kind == schema.Date {
			bits = 20
		} else if bits == 0 {
			bits = 60
		}
		b.AppendInt(int64(r.Uint64()) >> (64 - bits))
	case ClassU64:
		b.AppendUint(r.Uint64() >> (64 - t.Bits()))
	case ClassF64:
		f := math.Ldexp(float64(int32(r.Uint32())>>8), r.IntN(20)-10)
		if r.IntN(20) == 0 {
			f = math.Inf(1)
		}
		b.AppendFloat(f)
	case ClassDec:
		b.AppendDecimal(decimal128.FromI64(int64(r.IntN(10)) - 5))
	case ClassStr:
		words := []string{"", "play", "网易云", `{"a":1}`, "long enough to matter ...", fmt.Sprint(r.IntN(50))}
		b.AppendString(words[r.IntN(len(words))])
	case ClassArray:
		for range r.IntN(4) {
			randomValue(r, b.Elems(), t.ElemNullable)
		}
		b.CloseList()
	case ClassMap:
		for range r.IntN(3) {
			randomValue(r, b.Keys(), false)
			randomValue(r, b.Elems(), t.ElemNullable)
		}
		b.CloseList()
	case ClassRow:
		for i, f := range t.Fields {
			randomValue(r, b.Field(i), f.Nullable)
		}
		b.CloseRow()
	}
}

func randomBatch(r *rand.Rand) *Batch {
	s := &schema.Schema{Fields: randomFields(r, r.IntN(6), 2)}
	if len(s.Fields) > 1 && r.IntN(2) == 0 {
		s.Key = []string{s.Fields[1].Name}
		s.EventTime = schema.EventTimeOn(s.Fields[0].Name)
	}
	n := []int{0, 1, 63, 64, 65, 200}[r.IntN(6)]
	b := &Batch{Schema: s, N: n, Part: int32(r.IntN(4)) - 1}
	for _, f := range s.Fields {
		c := NewBuilder(f.Type, 16)
		for range n {
			randomValue(r, c, f.Nullable)
			if r.IntN(10) == 0 {
				// Part of a record that is taken back.
				randomValue(r, c, f.Nullable)
				c.Truncate(c.Len() - 1)
			}
		}
		b.Cols = append(b.Cols, c.Finish())
	}
	if r.IntN(2) == 0 {
		for range n {
			b.Kinds = append(b.Kinds, RowKind(r.IntN(4)))
			b.Marks = append(b.Marks, r.Int64())
		}
	}
	for i := range n {
		b.Offs = append(b.Offs, int64(i)*3)
	}
	if r.IntN(2) == 0 {
		b.Sel = []int32{}
		for i := range n {
			if r.IntN(3) > 0 {
				b.Sel = append(b.Sel, int32(i))
			}
		}
	}
	return b
}

// requireSame compares the selected rows of want with all rows of got.
func requireSame(t *testing.T, want, got *Batch) {
	t.Helper()
	require.NoError(t, got.Check())
	require.Nil(t, got.Sel)
	require.Equal(t, want.Rows(), got.N)
	require.Len(t, got.Cols, len(want.Cols))
	for c := range want.Cols {
		require.True(t, want.Cols[c].Type.Equal(got.Cols[c].Type), "column %d", c)
		for i := range got.N {
			require.Equal(t, want.Cols[c].Value(want.Row(i)), got.Cols[c].Value(i), "column %d (%s) row %d", c, want.Cols[c].Type, i)
		}
	}
}

func TestStreamCarriesAnyBatch(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		b := randomBatch(r)
		require.NoError(t, b.Check(), "seed %d", seed)
		c := []Compression{Uncompressed, LZ4, Zstd}[seed%3]
		text, err := AppendIPC([]byte{}, b, c)
		require.NoError(t, err, "seed %d", seed)
		twice, err := AppendIPC(text, b.Compact(), c)
		require.NoError(t, err)
		got, err := ReadIPC(twice)
		require.NoError(t, err, "seed %d", seed)
		require.Len(t, got, 2)
		for _, g := range got {
			requireSame(t, b, g)
			require.True(t, b.Schema.Equal(g.Schema), "seed %d", seed)
			require.Equal(t, b.Part, g.Part)
			for i := range g.N {
				require.Equal(t, b.Kind(b.Row(i)), g.Kind(i))
				if b.Marks != nil {
					require.Equal(t, b.Marks[b.Row(i)], g.Marks[i])
				}
				require.Equal(t, b.Offs[b.Row(i)], g.Offs[i])
			}
		}
	}
}

func TestArrowRecordHasTheSameRows(t *testing.T) {
	for seed := range uint64(200) {
		b := randomBatch(rand.New(rand.NewPCG(seed, 2)))
		rec, err := ToArrow(b)
		require.NoError(t, err)
		got, err := FromArrow(rec, b.Schema)
		require.NoError(t, err, "seed %d", seed)
		requireSame(t, b, got)
		// A slice has an offset in every array.
		if n := rec.NumRows(); n > 2 {
			part, err := FromArrow(rec.NewSlice(1, n-1), b.Schema)
			require.NoError(t, err, "seed %d", seed)
			rows := make([]int32, 0, n)
			for i := 1; i < int(n)-1; i++ {
				rows = append(rows, int32(i))
			}
			requireSame(t, b.Compact().Gather(rows), part)
		}
		s, err := SchemaOfArrow(rec.Schema())
		require.NoError(t, err)
		require.Equal(t, b.Schema.Names(), s.Names())
	}
}

func TestSharesMemoryWhereLayoutsMatch(t *testing.T) {
	c := NewBuilder(schema.Of(schema.Int64), 4)
	c.AppendInt(7)
	c.AppendInt(8)
	b := &Batch{Schema: &schema.Schema{Fields: []schema.Field{{Name: "n", Type: schema.Of(schema.Int64)}}}, N: 2, Cols: []*Vector{c.Finish()}}
	rec, err := ToArrow(b)
	require.NoError(t, err)
	got, err := FromArrow(rec, b.Schema)
	require.NoError(t, err)
	require.Same(t, &b.Cols[0].I64[0], &got.Cols[0].I64[0])
}

func TestReadIPCRefusesWhatIsNotAStream(t *testing.T) {
	b := randomBatch(rand.New(rand.NewPCG(5, 5)))
	text, err := AppendIPC(nil, b)
	require.NoError(t, err)
	for n := 1; n < len(text); n += 1 + n/40 {
		_, err := ReadIPC(text[:n])
		require.Error(t, err, "%d of %d bytes", n, len(text))
		damaged := append([]byte{}, text...)
		damaged[n] ^= 0x10
		_, err = ReadIPC(damaged)
		require.Error(t, err, "byte %d was changed", n)
	}
	_, err = ReadIPC([]byte("not a stream at all, but some text"))
	require.Error(t, err)
	none, err := ReadIPC(nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestCheckFindsInconsistency(t *testing.T) {
	field := func(typ schema.Type) *schema.Schema {
		return &schema.Schema{Fields: []schema.Field{{Name: "c", Type: typ}}}
	}
	for name, c := range map[string]struct {
		typ schema.Type
		v   *Vector
	}{
		"short":           {schema.Of(schema.Int64), &Vector{N: 2, I64: []int64{1}}},
		"code":            {schema.Of(schema.String), &Vector{N: 1, Codes: []int32{3}, Dict: &Dict{Off: []int32{0, 0}}}},
		"no dictionary":   {schema.Of(schema.String), &Vector{N: 1, Codes: []int32{0}}},
		"falling offsets": {schema.Of(schema.String), &Vector{N: 2, Off: []int32{0, 2, 1}, Data: []byte("ab")}},
		"no elements":     {schema.ArrayOf(schema.Of(schema.Int64)), &Vector{N: 1, Off: []int32{0, 0}}},
		"missing field":   {schema.RowOf(schema.Field{Name: "x", Type: schema.Of(schema.Int64)}), &Vector{N: 1}},
		"short validity":  {schema.Of(schema.Boolean), &Vector{N: 65, Bools: make([]bool, 65), Valid: Bitmap{0}}},
	} {
		c.v.Type = c.typ
		require.Error(t, (&Batch{Schema: field(c.typ), N: c.v.N, Cols: []*Vector{c.v}}).Check(), name)
	}
	require.Error(t, (&Batch{Schema: &schema.Schema{}, N: 2, Kinds: []RowKind{Insert}}).Check())
}

func FuzzReadIPC(f *testing.F) {
	for seed := range uint64(6) {
		text, err := AppendIPC(nil, randomBatch(rand.New(rand.NewPCG(seed, 3))), Compression(seed%3))
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readIPC(data, 8<<20)
		if err != nil {
			return
		}
		for _, b := range got {
			require.NoError(t, b.Check())
			if b.N > 1000 {
				continue
			}
			for _, c := range b.Cols {
				for i := range b.N {
					c.Value(i)
				}
			}
		}
	})
}

func BenchmarkAppendIPC(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	s := &schema.Schema{Fields: []schema.Field{{Name: "id", Type: schema.Of(schema.Int64)}, {Name: "event", Type: schema.Of(schema.String)}}}
	id, event := NewBuilder(s.Fields[0].Type, 4096), NewBuilder(s.Fields[1].Type, 4096)
	for range 4096 {
		id.AppendInt(r.Int64())
		event.AppendString([]string{"play", "like", "skip"}[r.IntN(3)])
	}
	rows := &Batch{Schema: s, N: 4096, Part: NoPart, Cols: []*Vector{id.Finish(), event.Finish()}}
	b.ReportAllocs()
	var text []byte
	var err error
	for b.Loop() {
		if text, err = AppendIPC(text[:0], rows); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(text)))
}
