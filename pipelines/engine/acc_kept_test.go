package engine

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/expr"
	"millrace/models/schema"
)

// valuesOf is a multiset of values, as the accumulators under test should see it.
type valuesOf struct {
	values []any
	rows   int
}

// Rows come and are taken back, in any order; groups are cleared and numbered anew; the state goes through full and partial sections.
// The result is that of the rows which are left, also for sums that do not fit on the way.
func TestKeptAccumulators(t *testing.T) {
	rounds := uint64(20)
	if testing.Short() {
		rounds = 5
	}
	for name, c := range accCases() {
		for _, undo := range []bool{false, true} {
			t.Run(strings.Join([]string{name, map[bool]string{true: "undo"}[undo]}, " "), func(t *testing.T) {
				for seed := range rounds {
					r := rand.New(rand.NewPCG(seed, 15))
					testKept(t, r, c, undo, seed%2 == 1)
				}
			})
		}
	}
}

func testKept(t *testing.T, r *rand.Rand, c accCase, undo, wild bool) {
	a, err := newKeptAcc(&c.agg, undo)
	require.NoError(t, err)
	n := 1 + r.IntN(6)
	a.grow(n)
	groups := make([]valuesOf, n)
	saved, written := keptSection(a, all(nil, n), true), n
	sections := [][]byte{saved}
	for range 3 + r.IntN(8) {
		touched := map[int32]bool{}
		var vec *batch.Vector
		rows, of := []int32{}, []int32{}
		count := r.IntN(20)
		vec = randomColumn(r, c.agg.Arg, count, wild)
		for i := range count {
			g := r.IntN(len(groups))
			rows, of = append(rows, int32(i)), append(of, int32(g))
			touched[int32(g)] = true
			groups[g].rows++
			if vec != nil && !vec.IsNull(i) {
				groups[g].values = append(groups[g].values, vec.Value(i))
			}
		}
		add := func() { require.NoError(t, a.update(vec, rows, of)) }
		if undo && r.IntN(2) == 0 && count > 0 {
			// Some of the rows go again, before or after they have come.
			u := a.(undoer)
			k := r.IntN(count)
			back := func() { require.NoError(t, u.undo(vec, rows[:k], of[:k])) }
			if r.IntN(2) == 0 {
				back()
				add()
			} else {
				add()
				back()
			}
			for i, g := range of[:k] {
				groups[g].rows--
				if vec != nil && !vec.IsNull(i) {
					at := slices.IndexFunc(groups[g].values, func(v any) bool { return showAcc(v) == showAcc(vec.Value(i)) })
					groups[g].values = slices.Delete(groups[g].values, at, at+1)
				}
			}
		} else {
			add()
		}
		list := []int32{}
		for g := range touched {
			list = append(list, g)
		}
		slices.Sort(list)
		if undo && r.IntN(6) == 0 {
			// A number of groups go; the others close up.
			keep := []int32{}
			var kept []valuesOf
			for g := range groups {
				if g == 0 || r.IntN(3) > 0 {
					keep, kept = append(keep, int32(g)), append(kept, groups[g])
				} else {
					a.(undoer).clear(g)
				}
			}
			a.(undoer).retain(keep)
			groups, written = kept, len(kept)
			sections = [][]byte{keptSection(a, all(nil, written), true)}
		} else {
			sections = append(sections, keptSection(a, list, false))
		}
		if r.IntN(3) == 0 {
			a = keptRestored(t, &c.agg, undo, written, sections)
			sections = [][]byte{keptSection(a, all(nil, written), true)}
		}
		require.GreaterOrEqual(t, a.bytes(), int64(len(groups)))
	}
	for g, v := range groups {
		out := batch.NewBuilder(c.agg.Type, 1)
		want, err := c.want(v.values, v.rows), a.finish(g, out)
		if want == any(errSumOverflow) {
			require.ErrorIs(t, err, errSumOverflow)
			continue
		}
		require.NoError(t, err, "group %d of %v", g, v.values)
		require.Equal(t, showAcc(want), showAcc(out.Finish().Value(0)), "group %d of %v", g, v.values)
	}
}

// keptSection writes a section as an aggregate does: the groups touched, then the accumulator's part.
func keptSection(a keptAcc, groups []int32, full bool) []byte {
	if full {
		return append([]byte{1}, a.appendState(nil, true)...)
	}
	out := []byte{0, byte(len(groups))}
	for _, g := range groups {
		out = append(out, byte(g))
	}
	out = a.appendTouched(out, groups)
	a.save()
	return out
}

func keptRestored(t *testing.T, agg *expr.Agg, undo bool, n int, sections [][]byte) keptAcc {
	a, err := newKeptAcc(agg, undo)
	require.NoError(t, err)
	for _, s := range sections {
		var rest []byte
		s = append(s[:len(s):len(s)], "behind"...)
		if s[0] == 1 {
			rest, err = a.readState(s[1:], n)
		} else {
			var groups []int32
			for _, g := range s[2 : 2+s[1]] {
				groups = append(groups, int32(g))
			}
			rest, err = a.readTouched(s[2+s[1]:], groups)
		}
		require.NoError(t, err)
		require.Equal(t, "behind", string(rest))
		a.save()
	}
	return a
}

// A sum of floats of any size is the exact one, rounded once; taken back, nothing of them is left.
func TestFloatSumsAreExact(t *testing.T) {
	num := schema.Of(schema.Float64)
	agg := call("sum", num, false, num)
	widest := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 16))
		spread := 1 + r.IntN(2000)
		made, err := newKeptAcc(&agg, true)
		require.NoError(t, err)
		a := made.(*floatSumAcc)
		a.grow(1)
		b, exact := batch.NewBuilder(num, 0), new(big.Rat)
		n := 1 + r.IntN(60)
		for range n {
			bits := uint64(max(1, 1023-spread/2+r.IntN(spread)))
			x := math.Float64frombits(min(bits, 2045)<<52 | r.Uint64()>>12 | uint64(r.IntN(2))<<63)
			b.AppendFloat(x)
			exact.Add(exact, new(big.Rat).SetFloat64(x))
		}
		vec := b.Finish()
		rows, groups := all(nil, n), make([]int32, n)
		require.NoError(t, a.update(vec, rows, groups))
		want, _ := exact.Float64()
		require.Equal(t, want, a.sum(0), "seed %d", seed)
		widest += len(a.rest)

		other, err := newKeptAcc(&agg, true)
		require.NoError(t, err)
		_, err = other.readState(a.appendState(nil, true), 1)
		require.NoError(t, err)
		require.Equal(t, want, other.(*floatSumAcc).sum(0))
		merged := &floatSumAcc{out: num}
		merged.grow(1)
		require.NoError(t, merged.merge(a, []int32{0}))
		require.Equal(t, want, merged.sum(0))

		slices.Reverse(rows)
		require.NoError(t, a.undo(vec, rows[:n-1], groups[:n-1]))
		require.Equal(t, vec.F64[0], a.sum(0))
		require.NoError(t, a.undo(vec, rows[n-1:], groups[:1]))
		require.Zero(t, a.sum(0))
		require.Zero(t, a.n[0])
		require.Empty(t, a.rest)
	}
	require.Positive(t, widest, "sums that do not fit two floats are met")
	require.Less(t, widest, 200)
}

// An intermediate sum may leave the floats where the whole does not.
func TestFloatSumsOverflowOnTheWay(t *testing.T) {
	num := schema.Of(schema.Float64)
	a := &floatSumAcc{out: num}
	a.grow(1)
	b := batch.NewBuilder(num, 4)
	for _, x := range []float64{math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, 1} {
		b.AppendFloat(x)
	}
	vec := b.Finish()
	require.NoError(t, a.update(vec, []int32{0, 1}, []int32{0, 0}))
	require.Equal(t, math.Inf(1), a.sum(0))
	require.NoError(t, a.update(vec, []int32{2, 3}, []int32{0, 0}))
	require.Equal(t, math.MaxFloat64, a.sum(0))
}

func TestKeptAccumulatorsRefuseCutState(t *testing.T) {
	for name, c := range accCases() {
		for _, undo := range []bool{false, true} {
			r := rand.New(rand.NewPCG(1, 17))
			a, err := newKeptAcc(&c.agg, undo)
			require.NoError(t, err)
			a.grow(3)
			groups := []int32{0, 1, 2}
			section := keptSection(a, groups, true)
			require.NoError(t, a.update(randomColumn(r, c.agg.Arg, 6, true), []int32{0, 1, 2, 3, 4, 5}, []int32{0, 1, 2, 0, 1, 2}))
			touched := a.appendTouched(nil, groups)
			for n := range touched {
				back, err := newKeptAcc(&c.agg, undo)
				require.NoError(t, err)
				_, err = back.readState(section[1:], 3)
				require.NoError(t, err)
				_, err = back.readTouched(touched[:n], groups)
				require.Error(t, err, "%s: %d of %d bytes", name, n, len(touched))
			}
		}
	}
}
