package expr

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
)

// playBatches makes batches of 4,096 plays whose event column is a dictionary that all batches share.
func playBatches(tb testing.TB, n int) (Env, []*batch.Batch) {
	tb.Helper()
	s := mustSchema("event string not null", "ms_played int64 not null", "page string")
	r := rand.New(rand.NewPCG(1, 1))
	events := []string{"play", "skip", "like", "exposure"}
	ev, ms, page := batch.NewBuilder(s.Fields[0].Type, 4096), batch.NewBuilder(s.Fields[1].Type, 4096), batch.NewBuilder(s.Fields[2].Type, 4096)
	var out []*batch.Batch
	for range n {
		for range 4096 {
			ev.AppendString(events[r.IntN(4)])
			ms.AppendInt(r.Int64N(300000))
			page.AppendString(fmt.Sprintf("/song/%d", r.IntN(1_000_000)))
		}
		out = append(out, &batch.Batch{Schema: s, N: 4096, Cols: []*batch.Vector{ev.Finish(), ms.Finish(), page.Finish()}, Part: batch.NoPart})
	}
	return Env{Schema: s}, out
}

func program(tb testing.TB, text string, env Env) *Program {
	tb.Helper()
	e, diags := Check(parse(tb, text), env)
	require.Empty(tb, diags)
	p, err := Compile(e, nil)
	require.NoError(tb, err)
	return p
}

func perMillion(b *testing.B) {
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/4096*1e6, "s/Mrow")
}

func BenchmarkFilter(b *testing.B) {
	env, batches := playBatches(b, 16)
	for _, text := range []string{"event = 'play' AND ms_played > 30000", "event IN ('play', 'like') OR ms_played > 30000", "page LIKE '%99%'"} {
		b.Run(text, func(b *testing.B) {
			p := program(b, text, env)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				p.Filter(batches[i%len(batches)])
			}
			perMillion(b)
		})
	}
}

func BenchmarkEval(b *testing.B) {
	env, batches := playBatches(b, 16)
	for _, text := range []string{"ms_played / 1000.0", "ms_played + 1", "ms_played / 7.0", "UPPER(event)", "CASE WHEN ms_played > 30000 THEN 'long' ELSE 'short' END"} {
		b.Run(text, func(b *testing.B) {
			p := program(b, text, env)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				p.Eval(batches[i%len(batches)])
			}
			perMillion(b)
		})
	}
}

// TestHotPathsDoNotAllocatePerRow bounds the allocations of a batch of 4,096 rows.
func TestHotPathsDoNotAllocatePerRow(t *testing.T) {
	env, batches := playBatches(t, 2)
	for text, limit := range map[string]float64{
		"event = 'play' AND ms_played > 30000": 6, "ms_played / 1000.0": 4, "ms_played + 1": 4, "UPPER(page)": 8, "page LIKE '%9%'": 6,
	} {
		p := program(t, text, env)
		p.Eval(batches[0])
		require.LessOrEqual(t, testing.AllocsPerRun(20, func() { p.Eval(batches[1]) }), limit, text)
	}
	p := program(t, "event = 'play' AND ms_played > 30000", env)
	p.Filter(batches[0])
	require.LessOrEqual(t, testing.AllocsPerRun(20, func() { p.Filter(batches[1]) }), 2.0)
}

// TestDictionaryGrows: what was learnt of a dictionary is extended, not forgotten, as it grows, and dictionaries are told apart.
func TestDictionaryGrows(t *testing.T) {
	s := mustSchema("e string not null")
	env := Env{Schema: s}
	p, not := program(t, "e = 'b'", env), program(t, "NOT e LIKE 'b%'", env)
	for range maxDicts + 2 {
		b := batch.NewBuilder(s.Fields[0].Type, 4)
		for _, round := range [][]string{{"a", "c"}, {"b", "a", "b"}, {"d", "bb", "b"}} {
			var want, wantNot []int32
			for i, v := range round {
				b.AppendString(v)
				if v == "b" {
					want = append(want, int32(i))
				}
				if v[0] != 'b' {
					wantNot = append(wantNot, int32(i))
				}
			}
			rows := &batch.Batch{Schema: s, N: len(round), Cols: []*batch.Vector{b.Finish()}}
			require.NotNil(t, rows.Cols[0].Codes)
			got, failed := p.Filter(rows)
			require.Empty(t, failed)
			require.ElementsMatch(t, want, got)
			got, _ = not.Filter(rows)
			require.ElementsMatch(t, wantNot, got)
		}
	}
}
