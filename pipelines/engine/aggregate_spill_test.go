package engine

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/engine/spill"
)

// spillingAggregate is an aggregate that may use a folder.
func spillingAggregate(t testing.TB, n *plan.Node, rows int) *aggregateOp {
	g := newAggregateOf(t, n, rows)
	g.run.opt.Dir, g.run.opt.StateBytes, g.run.opt.Log = t.TempDir(), 64<<20, slog.New(slog.DiscardHandler)
	t.Cleanup(func() { require.NoError(t, g.keyed.close()) })
	return g
}

// sections is what a checkpoint folder has of an operator, by shard: the last full section and what follows it.
type sections map[string][]savedSection

type savedSection struct {
	payload []byte
	full    bool
}

func (s sections) take(t testing.TB, g gatherer) (bytes int, full int) {
	require.NoError(t, g.snapshot(func(shard string, payload []byte, isFull bool) {
		if bytes += len(payload); isFull {
			s[shard] = nil
			full++
		}
		s[shard] = append(s[shard], savedSection{payload, isFull})
	}))
	return bytes, full
}

func (s sections) restore(t testing.TB, g gatherer) {
	for shard, list := range s {
		for _, one := range list {
			require.NoError(t, g.restore(shard, one.payload, one.full))
		}
	}
}

// What groups are in memory decides nothing: at each barrier an aggregate that keeps all, one that moves much or all out, one that is
// restored again and again, and one that does both give the same changes.
func TestAggregateBeyondMemory(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k string", "v int64", "f float64", "s string")}
	for _, mode := range []plan.ChangeMode{plan.Append, plan.Retract} {
		aggs := []plan.AggColumn{aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "v", "sum", "v", "v <> 5"), aggOf(t, s, "f", "sum", "f", ""), aggOf(t, s, "c", "count", "s", "")}
		if mode == plan.Append {
			aggs = append(aggs, aggOf(t, s, "low", "min", "s", ""), aggOf(t, s, "top", "max", "f", ""), aggOf(t, s, "most", "max", "v", ""))
		}
		n := aggregateNode(t, s, mode, []string{"k"}, aggs...)
		t.Run(mode.String(), func(t *testing.T) {
			random := rand.New(rand.NewPCG(7, uint64(mode)))
			plain, cold, back := spillingAggregate(t, n, 100), spillingAggregate(t, n, 7), spillingAggregate(t, n, 100)
			saved, moved := sections{}, int64(0)
			var there []string
			for step := range 60 {
				var changes []string
				for range random.IntN(200) {
					if mode == plan.Retract && len(there) > 0 && random.IntN(5) > 2 {
						at := random.IntN(len(there))
						changes = append(changes, "-D "+there[at])
						there[at] = there[len(there)-1]
						there = there[:len(there)-1]
						continue
					}
					row := fmt.Sprintf("key%d %d %d.5 s%d", random.IntN(400), random.IntN(9), random.IntN(9), random.IntN(99))
					if random.IntN(20) == 0 {
						row = fmt.Sprintf("NULL NULL %d NULL", step)
					}
					there = append(there, row)
					changes = append(changes, "+I "+row)
				}
				want := advanceText(t, plain, gatheredOf(changesOf(t, s, changes...)))
				require.Equal(t, want, advanceText(t, cold, gatheredOf(changesOf(t, s, changes...))), "step %d", step)
				require.Equal(t, want, advanceText(t, back, gatheredOf(changesOf(t, s, changes...))), "restored, step %d", step)
				before := cold.groups.groups.Len()
				require.NoError(t, cold.keyed.shed(0, 64<<20), "what was not saved must stay")
				if len(cold.changed) > 0 {
					require.Equal(t, before, cold.groups.groups.Len())
				}
				(sections{}).take(t, plain)
				saved.take(t, cold)
				if target := []int64{0, cold.bytes() * 2 / 3, 1 << 40}[random.IntN(3)]; target < 1<<40 {
					require.NoError(t, cold.keyed.shed(target, 64<<20))
					groups, _ := cold.keyed.beyond()
					moved = max(moved, groups)
				}
				back = spillingAggregate(t, n, 100)
				if step%2 == 0 {
					require.NoError(t, back.keyed.shed(0, 64<<20))
				}
				saved.restore(t, back)
				if step%3 == 0 {
					(sections{}).take(t, back)
					require.NoError(t, back.keyed.shed(back.bytes()/2, 64<<20))
				}
			}
			require.Greater(t, moved, int64(100))
		})
	}
}

// A state that memory has no room for is written whole, and read back by one that has as little.
func TestAggregateSavesWhatIsBeyondMemory(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k int64", "v int64")}
	n := aggregateNode(t, s, plan.Append, []string{"k"}, aggOf(t, s, "n", "count", "", ""))
	g := spillingAggregate(t, n, 1000)
	saved := sections{}
	for range 2*shardSections + 2 {
		// Each shard's time comes while nearly all of it is beyond memory.
		var rows []string
		for k := range 3000 {
			if len(saved) == 0 || k%7 == 0 {
				rows = append(rows, fmt.Sprintf("+I %d 1", k))
			}
		}
		advanceText(t, g, gatheredOf(changesOf(t, s, rows...)))
		saved.take(t, g)
		require.NoError(t, g.keyed.shed(0, 64<<20))
		require.Zero(t, g.groups.groups.Len())
	}
	back := spillingAggregate(t, n, 1000)
	saved.restore(t, back)
	require.Equal(t, 3000, back.groups.groups.Len())
	require.Equal(t, []string{"-U 0 66", "+U 0 67", "-U 1 1", "+U 1 2"}, advanceText(t, back, gatheredOf(changesOf(t, s, "+I 0 1", "+I 1 1"))))
}

// Twenty checkpoints after a change of one group in a hundred write, shards in full included, less than a tenth each of what all is.
func TestAggregateCheckpointsCostTheChange(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k int64", "v int64")}
	n := aggregateNode(t, s, plan.Append, []string{"k"}, aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "v", "sum", "v", ""))
	g := newAggregateOf(t, n, 4096)
	random := rand.New(rand.NewPCG(1, 2))
	saved := sections{}
	change := func(keys int, key func(i int) int) (bytes, full int) {
		var rows []string
		for i := range keys {
			rows = append(rows, fmt.Sprintf("+I %d %d", key(i), i))
		}
		advanceText(t, g, gatheredOf(changesOf(t, s, rows...)))
		return saved.take(t, g)
	}
	all, full := change(50_000, func(i int) int { return i })
	require.Equal(t, stateShards, full)
	total, most := 0, 0
	for range 100 {
		bytes, full := change(500, func(int) int { return random.IntN(50_000) })
		require.LessOrEqual(t, full, fullShards)
		total, most = total+bytes, max(most, bytes)
	}
	t.Logf("all %d bytes, a checkpoint %d, at most %d", all, total/100, most)
	require.Less(t, most, all/10)
	require.Less(t, total/100, all/20)
}

func TestAggregateRefusesDamagedShards(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k string", "v int64")}
	for _, mode := range []plan.ChangeMode{plan.Append, plan.Retract} {
		n := aggregateNode(t, s, mode, []string{"k"}, aggOf(t, s, "n", "count", "", ""), aggOf(t, s, "sum", "sum", "v", ""))
		g := newAggregateOf(t, n, 10)
		advanceText(t, g, gatheredOf(changesOf(t, s, "+I a 1", "+I b 2", "+I c 3")))
		saved := sections{}
		saved.take(t, g)
		for shard, list := range saved {
			payload := list[0].payload
			for k := range payload {
				require.Error(t, newAggregateOf(t, n, 10).restore(shard, payload[:k], true), "%d of %d bytes", k, len(payload))
			}
			require.ErrorContains(t, newAggregateOf(t, n, 10).restore(shard, append(payload[:len(payload):len(payload)], 0), true), "follow")
			for _, other := range []string{"k40", "k1", "", "kzz", shardName((shardOf(0) + 1) % stateShards)} {
				if other != shard {
					require.ErrorIs(t, newAggregateOf(t, n, 10).restore(other, payload, true), errGroupState, other)
				}
			}
		}
	}
}

// A folder that cannot be written is told, and nothing is lost: what was to move is still there.
func TestAggregateWithoutAFolder(t *testing.T) {
	s := &schema.Schema{Fields: fieldsOf(t, "k string", "v int64")}
	g := spillingAggregate(t, aggregateNode(t, s, plan.Append, []string{"k"}, aggOf(t, s, "n", "count", "", "")), 10)
	advanceText(t, g, gatheredOf(changesOf(t, s, "+I a 1")))
	(sections{}).take(t, g)
	g.run.opt.Dir += "/none"
	require.ErrorIs(t, g.keyed.shed(0, 64<<20), os.ErrNotExist)
	require.Equal(t, []string{"-U a 1", "+U a 2"}, advanceText(t, g, gatheredOf(changesOf(t, s, "+I a 1"))))
	require.ErrorIs(t, spill.Sweep(g.run.opt.Dir), os.ErrNotExist)
}
