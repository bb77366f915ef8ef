package batch

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/schema"
)

// valuesOf returns the selected rows of a batch as Go values, kind, mark and offset among them.
func valuesOf(b *Batch) [][]any {
	out := make([][]any, 0, b.Rows())
	for i := range b.Rows() {
		r := b.Row(i)
		row := []any{b.Kind(r)}
		if b.Marks != nil {
			row = append(row, b.Marks[r])
		}
		if b.Offs != nil {
			row = append(row, b.Offs[r])
		}
		for _, c := range b.Cols {
			row = append(row, c.Value(r))
		}
		out = append(out, row)
	}
	return out
}

// sameShape returns batches of one schema, whose string columns go on with one dictionary now and then.
func sameShape(r *rand.Rand) (s *schema.Schema, all []*Batch) {
	s = &schema.Schema{Fields: append(randomFields(r, 1+r.IntN(4), 2), schema.Field{Name: "text", Type: schema.Of(schema.String), Nullable: true})}
	builders := make([]*Builder, len(s.Fields))
	marks := r.IntN(2) == 0
	for range r.IntN(5) {
		n := []int{0, 1, 63, 64, 65}[r.IntN(5)]
		b := &Batch{Schema: s, N: n, Part: int32(r.IntN(2))}
		for i, f := range s.Fields {
			if builders[i] == nil || r.IntN(3) == 0 {
				builders[i] = NewBuilder(f.Type, n)
			}
			for range n {
				randomValue(r, builders[i], f.Nullable)
			}
			b.Cols = append(b.Cols, builders[i].Finish())
		}
		kinds := r.IntN(2) == 0
		for i := range n {
			if kinds {
				b.Kinds = append(b.Kinds, RowKind(r.IntN(4)))
			}
			if marks {
				b.Marks, b.Offs = append(b.Marks, r.Int64()), append(b.Offs, int64(i))
			}
		}
		if marks && n == 0 {
			b.Marks, b.Offs = []int64{}, []int64{}
		}
		if r.IntN(2) == 0 {
			b.Sel = []int32{}
			for i := range n {
				if r.IntN(3) > 0 {
					b.Sel = append(b.Sel, int32(i))
				}
			}
		}
		all = append(all, b)
	}
	return s, all
}

func TestConcatHasTheRowsInOrder(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 11))
		s, all := sameShape(r)
		want, part := [][]any{}, int32(NoPart)
		for i, b := range all {
			require.NoError(t, b.Check())
			want = append(want, valuesOf(b)...)
			if i == 0 {
				part = b.Part
			} else if b.Part != part {
				part = NoPart
			}
		}
		got := Concat(s, all)
		require.NoError(t, got.Check(), "seed %d", seed)
		require.Nil(t, got.Sel)
		require.Equal(t, len(want), got.N, "seed %d", seed)
		require.Equal(t, part, got.Part, "seed %d", seed)
		require.Equal(t, want, valuesOf(got), "seed %d", seed)
	}
}

func TestConcatKeepsASharedDictionary(t *testing.T) {
	s := &schema.Schema{Fields: []schema.Field{{Name: "event", Type: schema.Of(schema.String)}}}
	c := NewBuilder(s.Fields[0].Type, 4)
	batchOf := func(words ...string) *Batch {
		for _, w := range words {
			c.AppendString(w)
		}
		return &Batch{Schema: s, N: len(words), Cols: []*Vector{c.Finish()}}
	}
	first, second := batchOf("play", "like"), batchOf("skip", "play")
	got := Concat(s, []*Batch{second, first})
	require.NoError(t, got.Check())
	require.Same(t, second.Cols[0].Dict, got.Cols[0].Dict, "the longer stretch")
	require.Equal(t, []int32{3, 1, 1, 2}, got.Cols[0].Codes, "code 0 is the empty string's")

	other := NewBuilder(s.Fields[0].Type, 4)
	other.AppendString("play")
	got = Concat(s, []*Batch{first, {Schema: s, N: 1, Cols: []*Vector{other.Finish()}}})
	require.NoError(t, got.Check())
	require.Nil(t, got.Cols[0].Codes)
	require.Equal(t, "playlikeplay", string(got.Cols[0].Data))
}

func TestGatherPicksRows(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 12))
		b := randomBatch(r)
		all := valuesOf(b.Select(nil))
		var rows []int32
		want := [][]any{}
		for range r.IntN(100) {
			if b.N == 0 {
				break
			}
			i := r.IntN(b.N) // in any order, and more than once
			rows, want = append(rows, int32(i)), append(want, all[i])
		}
		got := b.Gather(rows)
		require.NoError(t, got.Check(), "seed %d", seed)
		require.Equal(t, b.Part, got.Part)
		require.Equal(t, want, valuesOf(got), "seed %d", seed)
		require.Equal(t, valuesOf(b), valuesOf(b.Compact()), "seed %d", seed)
		require.GreaterOrEqual(t, got.Size(), 0)
	}
}

// What is taken back leaves no trace: the same builder without the detours gives the same column.
func TestTruncateTakesBack(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 13))
		typ := randomType(r, 2)
		straight, detour := NewBuilder(typ, 8), NewBuilder(typ, 8)
		for range 1 + r.IntN(3) {
			for range r.IntN(80) {
				seed := r.Uint64()
				randomValue(rand.New(rand.NewPCG(seed, 0)), straight, true)
				randomValue(rand.New(rand.NewPCG(seed, 0)), detour, true)
				if r.IntN(4) == 0 {
					n := detour.Len()
					for range 1 + r.IntN(5) {
						randomValue(r, detour, true)
					}
					if e := detour.Elems(); e != nil && r.IntN(2) == 0 {
						// A list that was begun and not closed; a map's keys are one ahead.
						if k := detour.Keys(); k != nil {
							randomValue(r, k, false)
						} else {
							randomValue(r, e, true)
						}
					}
					detour.Truncate(n)
					require.Equal(t, n, detour.Len())
				}
			}
			want, got := straight.Finish(), detour.Finish()
			require.NoError(t, got.check(), "seed %d: %s", seed, typ)
			require.Equal(t, want.N, got.N)
			for i := range want.N {
				require.Equal(t, want.Value(i), got.Value(i), "seed %d: %s row %d", seed, typ, i)
			}
			require.Zero(t, detour.Len())
		}
	}
}

func TestDictionaryIsLeftForGood(t *testing.T) {
	for name, word := range map[string]func(i int) string{
		"too many": func(i int) string { return fmt.Sprint("word ", i) },
		"too long": func(i int) string { return fmt.Sprintf("%0*d", DictBytes/20, i) },
	} {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder(schema.Of(schema.String), 16)
			b.AppendNull()
			b.AppendString("before")
			early := b.Finish()
			require.NotNil(t, early.Codes)
			require.NoError(t, early.check())

			want := []any{nil, "before"}
			b.AppendNull()
			b.AppendString("before")
			for i := range DictLimit + 10 {
				if name == "too long" && i == 40 {
					break
				}
				b.AppendString(word(i))
				want = append(want, word(i))
			}
			late := b.Finish()
			require.Nil(t, late.Codes)
			require.NoError(t, late.check())
			require.Equal(t, len(want), late.N)
			for i, w := range want {
				require.Equal(t, w, late.Value(i))
			}
			b.AppendString("behind")
			require.Nil(t, b.Finish().Codes, "no way back")
			require.Equal(t, "before", early.Value(1), "what was handed on is untouched")
		})
	}
}

// Rows that are NULL have a code too, whatever an Arrow dictionary says of them.
func TestCodesOfNullRowsAreInRange(t *testing.T) {
	v := &Vector{Type: schema.Of(schema.String), N: 3, Valid: Bitmap{0b010}, Codes: []int32{-1, 0, 77}, Dict: &Dict{ID: new(DictID), Off: []int32{0, 1}, Data: []byte("a")}}
	require.ErrorContains(t, v.check(), "row 0 has code -1 of 1")
	shared := v.Codes
	require.NoError(t, v.settleNullCodes())
	require.NoError(t, v.check())
	require.Equal(t, []int32{0, 0, 0}, v.Codes)
	require.Equal(t, int32(77), shared[2], "the record the codes came from is not changed")

	none := &Vector{Type: schema.Of(schema.String), N: 2, Valid: Bitmap{0}, Codes: []int32{5, 0}, Dict: &Dict{ID: new(DictID), Off: []int32{0}}}
	require.NoError(t, none.settleNullCodes())
	require.NoError(t, none.check(), "a dictionary without entries, every row NULL")

	bad := &Vector{Type: schema.Of(schema.String), N: 1, Codes: []int32{1}, Dict: v.Dict}
	require.ErrorContains(t, bad.settleNullCodes(), "row 0 has code 1 of 1")
}
