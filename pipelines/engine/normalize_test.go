package engine

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

func normalizeOf(t testing.TB, rows int, s *schema.Schema, key ...string) *normalizeOp {
	n := nodeOf(t, &plan.Normalize{}, s)
	n.Inputs[0].Mode = plan.Mode{Change: plan.Upsert, Key: key}
	g, err := newNormalize(barrierRun(rows), n)
	require.NoError(t, err)
	return g
}

func TestNormalizeChanges(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "v string", "a int64", "b float64")}
	for _, rows := range []int{1, 3, 1024} {
		g := normalizeOf(t, rows, s, "a", "b")
		for _, e := range []struct{ in, want []string }{
			{[]string{"+I x 1 0", "+I x 2 0", "+I y 1 0"}, []string{"+I x 1 0", "+I x 2 0", "-U x 1 0", "+U y 1 0"}},
			{[]string{"+U y 1 0", "+I y 1 -0", "-U gone 1 0", "+U z 1 0"}, []string{"-U y 1 0", "+U y 1 -0", "-U y 1 -0", "+U z 1 0"}},
			{[]string{"-D NULL 1 0", "-D NULL 1 0", "-D NULL 7 0"}, []string{"-D z 1 0"}},
			{[]string{"+U n NULL NULL", "+U m NULL NULL", "+I x 1 0", "-D x 2 0"}, []string{"+I n NULL NULL", "-U n NULL NULL", "+U m NULL NULL", "+I x 1 0", "-D x 2 0"}},
			{nil, nil},
		} {
			require.Equal(t, e.want, advanceText(t, g, gatheredOf(changesOf(t, s, e.in...))))
		}
	}
}

// What is given out carries the stamp of the change it comes from, and the operator's mark is its input's.
func TestNormalizeMarks(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k int64", "ts timestamp(6)"), EventTime: schema.EventTimeOn("ts")}
	g := normalizeOf(t, 10, s, "k")
	in := changesOf(t, s, "+I 1 50", "+I 1 60")
	in.Marks = []int64{40, 45}
	var out []*batch.Batch
	at := gatheredOf(in)
	at.mark = 48
	require.NoError(t, g.advance([]gathered{at}, func(b *batch.Batch) error { out = append(out, b); return nil }))
	require.Len(t, out, 1)
	require.Equal(t, []int64{40, 45, 45}, out[0].Marks)
	require.EqualValues(t, 48, g.mark())
	require.NoError(t, g.advance([]gathered{{mark: 99}}, nil))
	require.EqualValues(t, 48, g.mark(), "an idle input moves nothing")
}

func TestNormalizeAgainstModel(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k int64", "v int64")}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 31))
		g, saved := normalizeOf(t, 1+r.IntN(5), s, "k"), normalizeOf(t, 4, s, "k")
		last, got := map[int]string{}, multiset{}
		for range 30 {
			var in []*batch.Batch
			for range r.IntN(4) {
				var changes []string
				for range 1 + r.IntN(6) {
					k := r.IntN(8)
					if r.IntN(4) == 0 {
						delete(last, k)
						changes = append(changes, fmt.Sprintf("-D %d NULL", k))
						continue
					}
					last[k] = fmt.Sprintf("%d %d", k, r.IntN(3))
					changes = append(changes, []string{"+I ", "+U "}[r.IntN(2)]+last[k])
				}
				in = append(in, changesOf(t, s, changes...))
			}
			got.apply(t, advanceText(t, g, gatheredOf(in...))...)
			want := multiset{}
			for _, row := range last {
				want[row]++
			}
			require.Equal(t, want, got)
			if passOn(t, g, saved); r.IntN(4) == 0 {
				g, saved = saved, normalizeOf(t, 4, s, "k")
				passOn(t, g, saved)
			}
		}
	}
}

func TestNormalizeRefuses(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k int64")}
	n := nodeOf(t, &plan.Normalize{}, s)
	n.Inputs[0].Mode = plan.Mode{Change: plan.Upsert, Key: []string{"gone"}}
	_, err := newNormalize(barrierRun(1), n)
	require.ErrorContains(t, err, `"gone"`)
	g := normalizeOf(t, 1, s, "k")
	require.ErrorContains(t, g.restore("left", nil, true), "no shard")
	require.Error(t, g.restore("", []byte{'r', 0}, false))
}
