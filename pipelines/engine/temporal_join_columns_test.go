package engine

import (
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
)

// Versions that are held as columns, versions that came since and none at all stand side by side in what is given out.
func TestTemporalJoinHeldVersions(t *testing.T) {
	op := &plan.TemporalJoin{Kind: plan.LeftOuter, Left: []int{0}, Right: []int{0}, LeftTime: 3, RightTime: 3}
	g, err := newTemporalJoin(timedRun(4096), nodeOf(t, op, eventSchema(), eventSchema()), op)
	require.NoError(t, err)
	all := eventBatch([]event{{1, 10, "a", 1}, {2, 20, "b", 2}, {3, 30, "歌曲", 3}, {4, 40, "a", 4}}, 0, minTime)
	slot := func(r int) int32 {
		key, _ := keyOf(nil, columnsAt(all, op.Right), r)
		return g.versions.find(g.versions.rows.Find(key, batch.HashBytes(key, 0)), 100)
	}
	learn := func(from, to int) {
		sel := []int32{}
		for r := from; r < to; r++ {
			sel = append(sel, int32(r))
		}
		require.NoError(t, g.learn(all.Gather(sel)))
	}
	check := func(rows ...int) {
		t.Helper()
		found := make([]int32, len(rows))
		for i, r := range rows {
			if found[i] = none; r >= 0 {
				found[i] = slot(r)
			}
		}
		cols, err := g.values(found)
		require.NoError(t, err)
		for i, r := range rows {
			for c, col := range cols {
				if r < 0 {
					require.True(t, col.IsNull(i))
				} else {
					require.Equal(t, all.Cols[c].Value(r), col.Value(i), "row %d, column %d", i, c)
				}
			}
		}
	}
	held := func() bool { return g.versions.columns.all != nil }

	learn(0, 3)
	check(1, -1)
	require.False(t, held(), "two of three were read")
	check(2, -1, 0)
	require.True(t, held())
	before := g.versions.columns.all
	check(0, 1, 2, -1, 2)
	learn(3, 4)
	check(3, -1, 0, 3, 2)
	require.Same(t, before, g.versions.columns.all, "two of four were read since")
	check(3, 3, 1)
	require.NotSame(t, before, g.versions.columns.all)
	check(0, 1, 2, 3, -1)

	// A slot that is given to another version is read again.
	s := slot(0)
	g.versions.remove(s)
	all.Cols[1].I64[0] = 99
	learn(0, 1)
	require.Equal(t, s, slot(0))
	check(1, 0, -1)
	require.Greater(t, g.bytes(), g.versions.rows.Bytes())
}
