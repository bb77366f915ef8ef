package engine

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/schema"
)

// limited is a staged sink of which only the limits matter; it chunks by the column k modulo keys, or not at all when keys is 0.
type limited struct {
	component.StagedSink
	limits component.ChunkLimits
	keys   int64
}

func (s *limited) Limits() component.ChunkLimits { return s.limits }

func (s *limited) ChunkKey(b *batch.Batch) []uint64 {
	if s.keys == 0 {
		return nil
	}
	out := make([]uint64, b.N)
	for i, k := range b.Cols[0].I64 {
		out[i] = uint64(k % s.keys)
	}
	return out
}

// numbered makes compact batches whose second column counts the rows through.
func numbered(r *rand.Rand) (all []*batch.Batch, total int) {
	s := &schema.Schema{Fields: []schema.Field{{Name: "k", Type: schema.Of(schema.Int64)}, {Name: "i", Type: schema.Of(schema.Int64)},
		{Name: "s", Type: schema.Of(schema.Bytes)}}}
	for range 1 + r.IntN(6) {
		n := 1 + r.IntN(50)
		k, i, text := batch.NewBuilder(s.Fields[0].Type, n), batch.NewBuilder(s.Fields[1].Type, n), batch.NewBuilder(s.Fields[2].Type, n)
		for range n {
			k.AppendInt(r.Int64N(20))
			i.AppendInt(int64(total))
			text.AppendBytes(make([]byte, r.IntN(60)*r.IntN(10)))
			total++
		}
		all = append(all, &batch.Batch{Schema: s, N: n, Part: batch.NoPart, Cols: []*batch.Vector{k.Finish(), i.Finish(), text.Finish()}})
	}
	return all, total
}

// Whatever the limits: every row is in exactly one chunk, no chunk is empty or over a limit, and rows of one key keep their order.
func TestCutKeepsEveryRow(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 9))
		rows, total := numbered(r)
		sink := &limited{limits: component.ChunkLimits{Rows: []int{0, 1, 7, 40}[r.IntN(4)], Bytes: []int{0, 1, 300, 3000}[r.IntN(4)],
			Keys: []int{0, 1, 2, 5}[r.IntN(4)]}, keys: []int64{0, 1, 3, 8, 20}[r.IntN(5)]}
		chunks := (&sinkRun{staged: sink}).cut(rows)

		seen := make([]bool, total)
		last := map[uint64]int64{}
		for ordinal, c := range chunks {
			require.Equal(t, ordinal, c.ordinal, "seed %d", seed)
			require.Positive(t, c.n)
			n, size, keys := int64(0), int64(0), map[uint64]bool{}
			for _, b := range c.rows {
				require.NoError(t, b.Check())
				require.Nil(t, b.Sel)
				n, size = n+int64(b.N), size+int64(b.Size())
				of := sink.ChunkKey(b)
				for i, number := range b.Cols[1].I64 {
					require.False(t, seen[number], "seed %d: row %d is there twice", seed, number)
					seen[number] = true
					key := uint64(0)
					if of != nil {
						key = of[i]
						keys[key] = true
					}
					if of != nil && sink.limits.Keys > 0 {
						before, has := last[key]
						require.True(t, !has || before < number, "seed %d: row %d of key %d overtook row %d", seed, number, key, before)
					} else {
						before, has := last[0]
						require.True(t, !has || before < number, "seed %d: row %d overtook row %d", seed, number, before)
						key = 0
					}
					last[key] = number
				}
			}
			require.Equal(t, n, c.n)
			require.Equal(t, size, c.bytes)
			if l := sink.limits.Rows; l > 0 {
				require.LessOrEqual(t, n, int64(l), "seed %d", seed)
			}
			if l := sink.limits.Bytes; l > 0 && n > 1 {
				require.LessOrEqual(t, size, int64(l), "seed %d", seed)
			}
			if l := sink.limits.Keys; l > 0 {
				require.LessOrEqual(t, len(keys), l, "seed %d", seed)
			}
		}
		for i, s := range seen {
			require.True(t, s, "seed %d: row %d is lost", seed, i)
		}
	}
}

func TestCutForATransactionIsOneChunk(t *testing.T) {
	rows, total := numbered(rand.New(rand.NewPCG(1, 10)))
	chunks := (&sinkRun{}).cut(rows)
	require.Len(t, chunks, 1)
	require.Equal(t, int64(total), chunks[0].n)
	require.Equal(t, rows, chunks[0].rows)
}
