package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

// keptOperators are the aggregates and ranks whose state is read below.
func keptOperators(t testing.TB) (s *schema.Schema, fresh []func(testing.TB) gatherer) {
	s = &schema.Schema{Fields: fieldsOf(t, "k string", "v int64", "f float64")}
	for _, mode := range []plan.ChangeMode{plan.Append, plan.Retract} {
		a := aggregateNode(t, s, mode, []string{"k"}, aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "v", "sum", "v", ""), aggOf(t, s, "f", "sum", "f", ""),
			aggOf(t, s, "top", "max", "k", ""), aggOf(t, s, "users", "count", "DISTINCT v", ""), aggOf(t, s, "texts", "count", "DISTINCT k", ""))
		r := rankNode(t, s, mode, plan.Rank{Partition: []int{0}, Order: []plan.SortKey{{Column: 2, Desc: true}}, From: 1, To: 2, Number: "n"})
		fresh = append(fresh, func(t testing.TB) gatherer { return newAggregateOf(t, a, 10) }, func(t testing.TB) gatherer { return newRankOf(t, r, 10) })
	}
	return s, fresh
}

// What is restored may hold anything: it gives an error, or an operator that goes on or fails, in memory that follows the bytes.
func FuzzGatherRestore(f *testing.F) {
	s, fresh := keptOperators(f)
	for kind, open := range fresh {
		g := open(f)
		var sections [][]byte
		for _, changes := range [][]string{{"+I a 1 0.5", "+I b 2 1e300", "+I b 2 1e-300", "+I NULL NULL NaN"}, {"+I a 7 -0", "+I c 1 2"}} {
			advanceText(f, g, gatheredOf(changesOf(f, s, changes...)))
			require.NoError(f, g.snapshot(func(_ string, payload []byte, _ bool) { sections = append(sections, payload) }))
		}
		require.Len(f, sections, 2)
		f.Add(uint8(kind), sections[0], sections[1])
	}
	f.Fuzz(func(t *testing.T, kind uint8, full, delta []byte) {
		g := fresh[int(kind)%len(fresh)](t)
		before := heapAllocated()
		err := g.restore("", full, true)
		if err == nil {
			err = g.restore("", delta, false)
		}
		require.Less(t, heapAllocated()-before, uint64(4096*(len(full)+len(delta))+16<<20))
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, g.bytes(), int64(0))
		saved := fresh[int(kind)%len(fresh)](t)
		passOn(t, g, saved)
		in := []gathered{gatheredOf(changesOf(t, s, "+I a 1 0.5", "+I z 2 NULL"))}
		if g.advance(in, func(b *batch.Batch) error { return b.Check() }) == nil {
			passOn(t, saved, fresh[int(kind)%len(fresh)](t))
		}
	})
}
