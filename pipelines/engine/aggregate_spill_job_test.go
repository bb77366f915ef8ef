package engine

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/models/plan"
	"millrace/models/schema"
)

// A job whose keys take more than the memory it may use ends with the right answer, through failures of its source, after each of which it
// begins anew with an empty folder.
func TestJobBeyondMemory(t *testing.T) {
	const keys, perKey = 30_000, 3
	parts := make([][]event, 3)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for round := range perKey {
		for k := range keys {
			i := (k*7919 + round) % keys
			p := i % len(parts)
			parts[p] = append(parts[p], event{ts: at.UnixMicro(), key: int64(i), val: int64(round), text: "s"})
		}
	}
	for _, failReads := range []int{0, 61} {
		t.Run(fmt.Sprint(failReads), func(t *testing.T) {
			f := newFixture(t, &scripted{parts: parts, failEvery: failReads, perEpoch: 8}, "m/out")
			f.opt.BatchRows, f.opt.Epoch, f.opt.Parallelism, f.opt.StateBytes = 512, 5*time.Millisecond, 2, 2<<20
			scan := scanNode()
			op := &plan.Aggregate{Keys: []plan.Column{{Name: "k", Expr: col(scan.Schema, "k")}}, Aggs: []plan.AggColumn{aggOf(t, scan.Schema, "n", "count", "", ""), aggOf(t, scan.Schema, "total", "sum", "v", "")}}
			n := &plan.Node{ID: "m/keys", Op: op, Inputs: []*plan.Node{scan}, Mode: plan.Mode{Change: plan.Retract}}
			var err error
			n.Schema, err = plan.SchemaOf(op, []*schema.Schema{scan.Schema})
			require.NoError(t, err)
			st := runJob(t, f, &plan.Plan{Model: "m", Sinks: []*plan.Node{sinkNode("m/out", "staged", n)}})
			require.Equal(t, failReads > 0, st.Restarts > 0)
			require.Greater(t, st.Operators[1].DiskRows, int64(keys/2))
			require.LessOrEqual(t, st.StateBytes, f.opt.StateBytes)
			require.Positive(t, st.DiskBytes)
			got := multiset{}
			got.apply(t, f.out["m/out"].changes()...)
			require.Len(t, got, keys)
			for k := range keys {
				require.Equal(t, 1, got[fmt.Sprintf(`{"k":%d,"n":3,"total":3}`, k)])
			}
		})
	}
}
