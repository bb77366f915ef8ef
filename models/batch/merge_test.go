package batch

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/schema"
)

// mergeAll checks what a merger makes of random places of the batches: the rows there, kinds among them, in that order.
func mergeAll(t *testing.T, r *rand.Rand, m *Merger, all []*Batch) *Batch {
	t.Helper()
	var places []Place
	for i, b := range all {
		for row := range b.N {
			for range r.IntN(3) {
				places = append(places, Place{int32(i), int32(row)})
			}
		}
	}
	r.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	m.From(all)
	got := m.Merge(places)
	require.NoError(t, got.Check())
	require.EqualValues(t, NoPart, got.Part)
	require.Len(t, places, got.N)
	for i, p := range places {
		from := all[p.Batch]
		require.Equal(t, from.Kind(int(p.Row)), got.Kind(i))
		for c := range from.Cols {
			require.Equal(t, fmt.Sprintf("%#v", from.Cols[c].Value(int(p.Row))), fmt.Sprintf("%#v", got.Cols[c].Value(i)))
		}
	}
	return got
}

func TestMergeHasTheRowsInOrder(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 12))
		s, all := sameShape(r)
		m := NewMerger(s)
		// What a merger has learnt of dictionaries must hold for other batches too.
		mergeAll(t, r, m, all)
		mergeAll(t, r, m, all[:len(all)/2])
		mergeAll(t, r, m, all)
		m.From(nil)
	}
}

func textsOf(b *Builder, s *schema.Schema, texts ...string) *Batch {
	for _, text := range texts {
		b.AppendString(text)
	}
	return &Batch{Schema: s, N: len(texts), Cols: []*Vector{b.Finish()}}
}

func TestMergeTranslatesDictionaries(t *testing.T) {
	text := schema.Of(schema.String)
	s := &schema.Schema{Fields: []schema.Field{{Name: "platform", Type: text}}}
	a, b := NewBuilder(text, 4), NewBuilder(text, 4)
	m := NewMerger(s)
	r := rand.New(rand.NewPCG(1, 1))
	got := mergeAll(t, r, m, []*Batch{textsOf(a, s, "ios", "web", "ios"), textsOf(b, s, "web", "tv")})
	require.NotNil(t, got.Cols[0].Codes)
	// Empty, ios, web and tv: no text twice, however many dictionaries have it.
	require.Equal(t, 4, got.Cols[0].Dict.Len())

	next := mergeAll(t, r, m, []*Batch{textsOf(b, s, "car", "web")})
	require.Same(t, got.Cols[0].Dict.ID, next.Cols[0].Dict.ID, "the dictionary goes on")
	require.Equal(t, 5, next.Cols[0].Dict.Len())

	// A batch without dictionary makes the others plain, but only beside it.
	plain := &Batch{Schema: s, N: 1, Cols: []*Vector{{Type: text, N: 1, Off: []int32{0, 2}, Data: []byte("tv")}}}
	require.Nil(t, mergeAll(t, r, m, []*Batch{textsOf(a, s, "web"), plain}).Cols[0].Codes)
	require.NotNil(t, mergeAll(t, r, m, []*Batch{textsOf(a, s, "web")}).Cols[0].Codes)

	// Two dictionaries that are too large together.
	var left, right []string
	for i := range DictLimit * 3 / 4 {
		left, right = append(left, fmt.Sprint("l", i)), append(right, fmt.Sprint("r", i))
	}
	large := []*Batch{textsOf(NewBuilder(text, 4), s, left...), textsOf(NewBuilder(text, 4), s, right...)}
	require.NotNil(t, large[1].Cols[0].Codes)
	require.Nil(t, mergeAll(t, r, m, large).Cols[0].Codes)
	require.Nil(t, mergeAll(t, r, m, []*Batch{textsOf(a, s, "web")}).Cols[0].Codes, "for good")
}
