package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
)

// testAggregateJob is a keyed aggregate of the events and an aggregate of what it gives out: how many keys have each count.
func testAggregateJob(t *testing.T) (top, totals *plan.Node) {
	scan := scanNode()
	op := &plan.Aggregate{Keys: []plan.Column{{Name: "s", Expr: col(scan.Schema, "s")}, {Name: "k", Expr: col(scan.Schema, "k")}},
		Aggs: []plan.AggColumn{aggOf(t, scan.Schema, "n", "count", "", ""), aggOf(t, scan.Schema, "total", "sum", "v", "")}}
	inner := &plan.Node{ID: "m/inner", Op: op, Inputs: []*plan.Node{scan}, Mode: plan.Mode{Change: plan.Retract}}
	var err error
	inner.Schema, err = plan.SchemaOf(op, []*schema.Schema{scan.Schema})
	require.NoError(t, err)
	outer := &plan.Aggregate{Keys: []plan.Column{{Name: "n", Expr: col(inner.Schema, "n")}},
		Aggs: []plan.AggColumn{aggOf(t, inner.Schema, "keys", "count", "", ""), aggOf(t, inner.Schema, "top", "max", "total", "")}}
	totals = &plan.Node{ID: "m/outer", Op: outer, Inputs: []*plan.Node{inner}, Mode: plan.Mode{Change: plan.Retract}}
	totals.Schema, err = plan.SchemaOf(outer, []*schema.Schema{inner.Schema})
	require.NoError(t, err)
	return inner, totals
}

func TestAggregateWhateverTheSettings(t *testing.T) {
	parts := randomEvents(31, 3, 400, 2*time.Second)
	type key struct {
		s string
		k int64
	}
	counts, sums := map[key]int64{}, map[key]int64{}
	for _, p := range parts {
		for _, e := range p {
			counts[key{e.text, e.key}]++
			sums[key{e.text, e.key}] += e.val
		}
	}
	inner, by, tops := multiset{}, map[int64]int64{}, map[int64]int64{}
	for k, n := range counts {
		inner[fmt.Sprintf(`{"s":"%s","k":%d,"n":%d,"total":%d}`, k.s, k.k, n, sums[k])]++
		by[n]++
		tops[n] = max(tops[n], sums[k])
	}
	outer := multiset{}
	for n, keys := range by {
		outer[fmt.Sprintf(`{"n":%d,"keys":%d,"top":%d}`, n, keys, tops[n])]++
	}
	for _, c := range []struct{ rows, parallelism, failReads, failSink int }{{1024, 4, 0, 0}, {1, 1, 0, 0}, {7, 3, 41, 23}, {16, 2, 29, 0}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, &scripted{parts: parts, failEvery: c.failReads, perEpoch: 4}, "m/groups", "m/counts")
				f.out["m/groups"].failEvery = c.failSink
				f.opt.BatchRows, f.opt.Parallelism = c.rows, c.parallelism
				a, b := testAggregateJob(t)
				st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/groups", "staged", a), sinkNode("m/counts", "tx", b)}})
				require.Equal(t, c.failReads+c.failSink > 0, st.Restarts > 0, "failures must have been met")
				for sink, want := range map[string]multiset{"m/groups": inner, "m/counts": outer} {
					got := multiset{}
					got.apply(t, f.out[sink].changes()...)
					require.Equal(t, want, got)
				}
			})
		})
	}
}

// benchmarkBarriers gives an operator the same batches over and over, so many rows a barrier, and reports the time a row takes.
func benchmarkBarriers(b *testing.B, g gatherer, batches []*batch.Batch, perBarrier int) {
	b.Helper()
	b.ReportAllocs()
	at, rows, out := 0, 0, 0
	for rows < b.N {
		in := gathered{}
		for n := 0; n < perBarrier && rows+n < b.N; n += in.batches[len(in.batches)-1].N {
			in.batches = append(in.batches, batches[at%len(batches)])
			at++
		}
		for _, batch := range in.batches {
			rows += batch.N
		}
		require.NoError(b, g.advance([]gathered{in}, func(o *batch.Batch) error { out += o.N; return nil }))
		require.NoError(b, g.snapshot(func(string, []byte, bool) {}))
	}
	b.ReportMetric(float64(out)/float64(rows), "out/row")
	b.ReportMetric(float64(g.bytes())/(1<<20), "MiB")
}

// benchRows makes batches of (k int64 below keys, v int64, f float64, s one of few strings).
func benchRows(b *testing.B, n, keys int) (s *schema.Schema, out []*batch.Batch) {
	s = &schema.Schema{Fields: fieldsOf(b, "k int64", "v int64", "f float64", "s string")}
	r := rand.New(rand.NewPCG(1, 21))
	cols := make([]*batch.Builder, len(s.Fields))
	for i, f := range s.Fields {
		cols[i] = batch.NewBuilder(f.Type, 4096)
	}
	for range n / 4096 {
		for range 4096 {
			cols[0].AppendInt(r.Int64N(int64(keys)))
			cols[1].AppendInt(r.Int64N(1000))
			cols[2].AppendFloat(float64(r.IntN(100000)) / 100)
			cols[3].AppendString([]string{"click", "view", "play", "like", "share"}[r.IntN(5)])
		}
		c := &batch.Batch{Schema: s, N: 4096, Part: batch.NoPart}
		for _, col := range cols {
			c.Cols = append(c.Cols, col.Finish())
		}
		out = append(out, c)
	}
	return s, out
}

func BenchmarkAggregate(b *testing.B) {
	for _, c := range []struct {
		name, key string
		keys      int
		aggs      []string
	}{
		{"count sum, 1M keys", "k", 1_000_000, []string{"count", "sum v"}},
		{"count sum max avg float, 1M keys", "k", 1_000_000, []string{"count", "sum v", "max v", "sum f"}},
		{"count sum, 5 strings", "s", 1000, []string{"count", "sum v"}},
		{"float sum, 5 strings", "s", 1000, []string{"sum f"}},
		{"distinct, 5 strings", "s", 100_000, []string{"count DISTINCT k"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, batches := benchRows(b, 2<<20, c.keys)
			var aggs []plan.AggColumn
			for i, a := range c.aggs {
				fn, arg, _ := strings.Cut(a, " ")
				aggs = append(aggs, aggOf(b, s, fmt.Sprint("a", i), fn, arg, ""))
			}
			g := newAggregateOf(b, aggregateNode(b, s, plan.Append, []string{c.key}, aggs...), 4096)
			b.ResetTimer()
			benchmarkBarriers(b, g, batches, 400_000)
		})
	}
}

// Every row comes, and is taken back 100,000 rows later.
func BenchmarkAggregateRetract(b *testing.B) {
	s, batches := benchRows(b, 1<<20, 100_000)
	const lag = 24
	var both []*batch.Batch
	for i, c := range batches {
		both = append(both, c)
		if i >= lag {
			back := *batches[i-lag]
			back.Kinds = slices.Repeat([]batch.RowKind{batch.Delete}, back.N)
			both = append(both, &back)
		}
	}
	g := newAggregateOf(b, aggregateNode(b, s, plan.Retract, []string{"k"}, aggOf(b, s, "n", "count", "", ""), aggOf(b, s, "v", "sum", "v", ""),
		aggOf(b, s, "top", "max", "v", "")), 4096)
	b.ResetTimer()
	benchmarkBarriers(b, g, both, 400_000)
}
