package corpus

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/pipelines/optimize"
)

// collector is the component of the sinks that the rows of a case go to.
const collector = "collect"

// outcome is what a plan gave: the changes of each sink in their order, how many rows each operator rejected with which code, and how many
// were late for it.
type outcome struct {
	changes  map[string][]row
	rejected map[rejection]int
}

// rejection is an operator with the code it rejected rows with, "late" for the late ledger.
type rejection struct{ node, code string }

// answer adds the changes of a sink up. A row that is taken back must have been there.
func (o *outcome) answer(t testing.TB, sink string) []row {
	t.Helper()
	var out []row
	for _, c := range o.changes[sink] {
		if c.kind == batch.Insert || c.kind == batch.UpdateAfter {
			out = append(out, c)
			continue
		}
		i := slices.IndexFunc(out, func(r row) bool { return r.text() == c.text() })
		require.GreaterOrEqual(t, i, 0, "%s %s takes back what is not there", c.kind, c.text())
		out = slices.Delete(out, i, i+1)
	}
	return out
}

// taker is a sink that keeps what it is given.
type taker struct {
	name string
	zone *time.Location
	lock *sync.Mutex
	to   *outcome
}

func (s *taker) Promise() component.Promise               { return component.Promise{Why: "It is memory."} }
func (s *taker) Close() error                             { return nil }
func (s *taker) Check(*batch.Batch) []component.RowReject { return nil }
func (s *taker) Limits() component.ChunkLimits            { return component.ChunkLimits{Rows: 1000} }
func (s *taker) ChunkKey(*batch.Batch) []uint64           { return nil }

func (s *taker) Apply(_ context.Context, _ component.ChunkRef, batches []*batch.Batch) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	for _, b := range batches {
		for i := range b.Rows() {
			r := b.Row(i)
			values := make([]any, len(b.Cols))
			for j, col := range b.Cols {
				values[j] = col.Value(r)
			}
			next := newRow(b.Schema.Fields, values, s.zone)
			next.kind = b.Kind(r)
			s.to.changes[s.name] = append(s.to.changes[s.name], next)
		}
	}
	return nil
}

// collectSpec declares the sinks' component.
func collectSpec(to *outcome, zone *time.Location) component.Spec {
	text := component.Text{En: "collect", Zh: "收集"}
	lock := &sync.Mutex{}
	return component.Spec{Name: collector, Version: 1, Kind: component.KindSink, Title: text, Summary: text, Help: text, MinInputs: 1, MaxInputs: 1,
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"/>`,
		Sink: &component.SinkDef{
			Plan: func(*component.Planning, component.Params, *plan.Node) (*plan.Sink, bool) {
				return &plan.Sink{Component: collector, Version: 1}, true
			},
			Accepts: []plan.ChangeMode{plan.Append, plan.Upsert, plan.Retract},
			Open: func(_ context.Context, sc component.SinkContext) (component.Sink, error) {
				return &taker{sc.Sink, zone, lock, to}, nil
			}}}
}

// ledger keeps the files of rejects that were committed, and tells a pace of every commit.
type ledger struct {
	*control.Memory
	files []control.RejectFile
	pace  *pace
}

func (l *ledger) Commit(ctx context.Context, lease control.Lease, m *control.Manifest) error {
	err := l.Memory.Commit(ctx, lease, m)
	if err != nil {
		return err
	}
	if m.Rejects != nil {
		l.files = append(l.files, *m.Rejects)
	}
	if l.pace != nil {
		l.pace.committed(m)
	}
	return nil
}

// how says how a plan is run.
type how struct {
	optimized bool
	batchRows int
	// slowly gives every row an epoch of its own.
	slowly bool
}

// run runs a plan whose sinks are collectors to its end.
func run(t testing.TB, registry *component.Registry, p *plan.Plan, h how) (*outcome, error) {
	t.Helper()
	zone, err := time.LoadLocation(p.TimeZone)
	require.NoError(t, err)
	out := &outcome{changes: map[string][]row{}, rejected: map[rejection]int{}}
	if h.optimized {
		p, _ = optimize.Optimize(p, nil)
	}
	l := &ledger{Memory: control.NewMemory()}
	epoch := time.Hour
	if h.slowly {
		l.pace, epoch = newPace(t, p), time.Millisecond
	}
	specs := []component.Spec{collectSpec(out, zone)}
	for _, s := range registry.All() {
		specs = append(specs, l.pace.slowed(*s))
	}
	own, err := component.NewRegistry(specs...)
	require.NoError(t, err)
	lease, err := l.Acquire(t.Context(), "corpus", "test")
	require.NoError(t, err)
	dir := t.TempDir()
	job, err := engine.New(engine.Options{Plan: p, Fingerprint: plan.Fingerprint(p), Pipeline: "corpus", Installation: "corpus", Registry: own, Manifests: l,
		Lease: lease, Dir: dir, Epoch: epoch, BatchRows: h.batchRows, Parallelism: 2, Retry: time.Nanosecond, Bounded: true})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := job.Run(ctx); err != nil {
		return nil, fmt.Errorf("running the plan: %w", err)
	}
	for _, f := range l.files {
		rejects, err := engine.ReadRejects(dir, f, 1)
		require.NoError(t, err)
		for _, r := range rejects {
			code := string(r.Code)
			if r.Kind == "late" {
				code = "late"
			}
			out.rejected[rejection{r.Node, code}]++
		}
	}
	return out, nil
}
