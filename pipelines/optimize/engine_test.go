package optimize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	componentjson "millrace/components/json"
	"millrace/components/values"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/pipelines/optimize"
)

// collector is a sink that keeps what is left of the changes.
type collector struct {
	mu    sync.Mutex
	count map[string]int
	seen  map[string]bool
}

func (c *collector) Promise() component.Promise {
	return component.Promise{ExactlyOnce: true, Why: "tokens"}
}
func (c *collector) Close() error                             { return nil }
func (c *collector) Check(*batch.Batch) []component.RowReject { return nil }
func (c *collector) Limits() component.ChunkLimits            { return component.ChunkLimits{} }
func (c *collector) ChunkKey(*batch.Batch) []uint64           { return nil }

func (c *collector) Apply(_ context.Context, ref component.ChunkRef, rows []*batch.Batch) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[ref.Token] {
		return nil
	}
	c.seen[ref.Token] = true
	for _, b := range rows {
		for i := range b.Rows() {
			r := b.Row(i)
			values := make([]any, len(b.Cols))
			for k, v := range b.Cols {
				values[k] = v.Value(r)
			}
			text := fmt.Sprint(values)
			switch b.Kind(r) {
			case batch.UpdateBefore, batch.Delete:
				c.count[text]--
			default:
				c.count[text]++
			}
			if c.count[text] == 0 {
				delete(c.count, text)
			}
		}
	}
	return nil
}

// run gives the rows that are left at the sinks when the engine has read everything.
func run(t *testing.T, p *plan.Plan, batchRows int) []string {
	t.Helper()
	sinks := map[string]*collector{}
	for _, s := range p.Sinks {
		sinks[s.ID] = &collector{count: map[string]int{}, seen: map[string]bool{}}
	}
	text := component.Text{En: "test", Zh: "测试"}
	sink := component.Spec{
		Name: "test", Version: 1, Kind: component.KindSink, Title: text, Summary: text, Help: text, MinInputs: 1, MaxInputs: 1,
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"/>`,
		Sink: &component.SinkDef{
			Plan:    func(*component.Planning, component.Params, *plan.Node) (*plan.Sink, bool) { return nil, false },
			Accepts: []plan.ChangeMode{plan.Append},
			Open: func(_ context.Context, sc component.SinkContext) (component.Sink, error) {
				return sinks[sc.Sink], nil
			},
		},
	}
	r, err := component.NewRegistry(values.Spec(), componentjson.Spec(), sink)
	require.NoError(t, err)
	manifests := control.NewMemory()
	lease, err := manifests.Acquire(t.Context(), "p", "test")
	require.NoError(t, err)
	job, err := engine.New(engine.Options{
		Plan: p, Fingerprint: plan.Fingerprint(p), Pipeline: "p", Installation: "i", Registry: r, Manifests: manifests, Lease: lease, Dir: t.TempDir(),
		Epoch: 2 * time.Millisecond, Retry: time.Second, Bounded: true, BatchRows: batchRows,
	})
	require.NoError(t, err)
	require.NoError(t, job.Run(t.Context()), p.Explain())
	var out []string
	for id, c := range sinks {
		for _, row := range slices.Sorted(maps.Keys(c.count)) {
			require.Positive(t, c.count[row], "%s takes back %s, which it never gave\n%s", id, row, p.Explain())
			for range c.count[row] {
				out = append(out, id+row)
			}
		}
	}
	slices.Sort(out)
	return out
}

// inline makes the scans of a plan read their rows from the plan itself.
func (g *generator) inline(p *plan.Plan) {
	p.Walk(func(n *plan.Node) {
		scan, ok := n.Op.(*plan.Scan)
		if !ok {
			return
		}
		var rows strings.Builder
		for _, r := range g.data[n.ID] {
			record := map[string]any{}
			for i, f := range scan.Source.Fields {
				record[f.Name] = r.values[i]
				switch v := r.values[i].(type) {
				case int64:
					if f.Type.Kind == schema.Timestamp {
						record[f.Name] = time.UnixMicro(v).UTC().Format(time.RFC3339Nano)
					}
				case []any:
					record[f.Name] = append([]any{}, v...) // an empty array, never NULL
				}
			}
			line, err := json.Marshal(record)
			require.NoError(g.t, err)
			rows.Write(append(line, '\n'))
		}
		params := map[string]string{"format": "json", "rows": rows.String()}
		if n.Mode.Change == plan.Upsert {
			params["changelog"] = "upsert"
		}
		text, err := json.Marshal(params)
		require.NoError(g.t, err)
		scan.Component, scan.Params = values.Name, text
	})
}

// TestEngine runs random plans in the engine, with all rules, with none and with one of them, and compares what is left at the sinks with what
// the machine of these tests gives.
func TestEngine(t *testing.T) {
	ops := map[string]int{}
	for seed := range uint64(25) {
		g := generator{builder: builder{t: t}, r: rand.New(rand.NewPCG(seed, 2)), data: map[string][]row{}, streaming: true}
		p := g.random()
		want, _ := outcome(t, p, g.data)
		g.inline(p)
		p.Walk(func(n *plan.Node) { ops[n.Op.Name()]++ })
		rules := optimize.Rules()
		none := map[string]bool{}
		for _, r := range rules {
			none[r.Name] = true
		}
		for _, off := range []map[string]bool{{}, none, only(rules[seed%uint64(len(rules))].Name)} {
			physical, _ := optimize.Optimize(p, off)
			got := run(t, physical, []int{1, 7, 1024}[seed%3])
			require.Equal(t, want, got, "seed %d, off %v\n%s\n=>\n%s", seed, off, p.Explain(), physical.Explain())
		}
	}
	for _, op := range []plan.Op{&plan.Join{}, &plan.IntervalJoin{}, &plan.TemporalJoin{}, &plan.Aggregate{}, &plan.Rank{}, &plan.Normalize{}, &plan.Unnest{}} {
		require.NotZero(t, ops[op.Name()], "no plan has a %s", op.Name())
	}
}
