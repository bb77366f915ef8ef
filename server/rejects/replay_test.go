package rejects

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/assets/audit"
	"millrace/assets/grants"
	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/compile"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/store"
)

// steps counts what a replay does to the world outside it, and stops it for good at one of these steps, as a process stops that is killed or
// frozen there.
type steps struct {
	mu       sync.Mutex
	taken    int
	stopAt   int
	stopped  chan struct{}
	wake     chan struct{}
	wakeOnce sync.Once
}

func stoppingAt(n int) *steps {
	return &steps{stopAt: n, stopped: make(chan struct{}), wake: make(chan struct{})}
}

func (s *steps) step() {
	s.mu.Lock()
	s.taken++
	here := s.taken == s.stopAt
	s.mu.Unlock()
	if here {
		close(s.stopped)
		<-s.wake
	}
}

func (s *steps) thaw() { s.wakeOnce.Do(func() { close(s.wake) }) }

// around takes a step before something and one behind it.
func around(s *steps, do func() error) error {
	s.step()
	err := do()
	s.step()
	return err
}

// mortal is the store as a process sees it that ends at a step.
type mortal struct {
	*store.Store
	steps *steps
}

func (m mortal) BeginReplay(ctx context.Context, pipeline, replay string, ids []string, entry *audit.Entry) error {
	return around(m.steps, func() error { return m.Store.BeginReplay(ctx, pipeline, replay, ids, entry) })
}

func (m mortal) EndReplay(ctx context.Context, replay string, done bool) error {
	return around(m.steps, func() error { return m.Store.EndReplay(ctx, replay, done) })
}

func (m mortal) Acquire(ctx context.Context, pipeline, holder string) (l control.Lease, err error) {
	err = around(m.steps, func() error { l, err = m.Store.Acquire(ctx, pipeline, holder); return err })
	return l, err
}

func (m mortal) Prepare(ctx context.Context, l control.Lease, manifest *control.Manifest) error {
	return around(m.steps, func() error { return m.Store.Prepare(ctx, l, manifest) })
}

func (m mortal) Commit(ctx context.Context, l control.Lease, manifest *control.Manifest) error {
	return around(m.steps, func() error { return m.Store.Commit(ctx, l, manifest) })
}

func (m mortal) SetApplied(ctx context.Context, l control.Lease, sink, manifest string) error {
	return around(m.steps, func() error { return m.Store.SetApplied(ctx, l, sink, manifest) })
}

func (m mortal) Forget(ctx context.Context, pipeline string) error {
	return around(m.steps, func() error { return m.Store.Forget(ctx, pipeline) })
}

// target is a system that keeps what it promises: a chunk whose token it has seen has no effect.
type target struct {
	mu   sync.Mutex
	seen map[string]bool
	rows []int64
}

func (t *target) written() []int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(slices.Values(t.rows))
}

// mouth is one process's sink into the target.
type mouth struct {
	*target
	steps *steps
}

var _ component.StagedSink = mouth{}

func (mouth) Promise() component.Promise {
	return component.Promise{ExactlyOnce: true, Why: "it knows every token"}
}
func (mouth) Close() error                             { return nil }
func (mouth) Check(*batch.Batch) []component.RowReject { return nil }
func (mouth) Limits() component.ChunkLimits            { return component.ChunkLimits{} }
func (mouth) ChunkKey(*batch.Batch) []uint64           { return nil }
func (m mouth) Apply(_ context.Context, c component.ChunkRef, rows []*batch.Batch) error {
	return around(m.steps, func() error {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.seen[c.Token] {
			return nil
		}
		m.seen[c.Token] = true
		for _, b := range rows {
			for i := range b.Rows() {
				m.rows = append(m.rows, b.Cols[0].Value(b.Row(i)).(int64))
			}
		}
		return nil
	})
}

// deadSource has records that no decoder takes.
type deadSource struct{ records int }

func (s deadSource) Partitions(context.Context) ([]component.Partition, error) {
	return []component.Partition{{ID: "plays/0"}}, nil
}

func (s deadSource) Open(_ context.Context, _ component.Partition, from component.Position, _ bool) (component.Reader, error) {
	return &deadReader{left: s.records}, nil
}
func (deadSource) Close() error { return nil }

type deadReader struct{ left int }

func (r *deadReader) Read(context.Context) (*component.Chunk, error) {
	if r.left == 0 {
		return nil, io.EOF
	}
	c := &component.Chunk{Records: r.left, Next: "end"}
	for i := range r.left {
		c.Rejects = append(c.Rejects, component.Reject{Code: diag.RowMissingField, Path: "id", Offset: int64(i), Raw: []byte("{}"), Size: 2})
	}
	r.left = 0
	return c, nil
}
func (r *deadReader) Lag() int64   { return int64(r.left) }
func (r *deadReader) Close() error { return nil }

// with is a registry whose kafka is a source, and whose console is a sink.
func with(t *testing.T, from *component.Registry, source component.Source, sink component.Sink) *component.Registry {
	t.Helper()
	var specs []component.Spec
	for _, s := range from.All() {
		spec := *s
		switch {
		case spec.Kind == component.KindSource && spec.Name == "kafka":
			def := *spec.Source
			def.Open = func(context.Context, component.SourceContext) (component.Source, error) { return source, nil }
			spec.Source = &def
		case spec.Kind == component.KindSink && spec.Name == "console":
			def := *spec.Sink
			def.Open = func(context.Context, component.SinkContext) (component.Sink, error) { return sink, nil }
			spec.Sink = &def
		}
		specs = append(specs, spec)
	}
	registry, err := component.NewRegistry(specs...)
	require.NoError(t, err)
	return registry
}

// deployed is a pipeline with versions of one plan; the newest counts.
type deployed struct{ versions []control.Version }

func (d *deployed) Get(context.Context, string) (*control.Status, error) {
	return &control.Status{Pipeline: control.Pipeline{ID: pipelineID, Name: "a.b.c", Version: d.versions[len(d.versions)-1].Number}}, nil
}

func (d *deployed) Version(_ context.Context, _ string, number int64) (*control.Version, error) {
	for i := range d.versions {
		if d.versions[i].Number == number {
			return &d.versions[i], nil
		}
	}
	return nil, diag.ErrNotFound
}

func (d *deployed) Versions(context.Context, string, int64, int) ([]control.Version, error) {
	return slices.Clone(d.versions), nil
}

const pipelineID = "0af3"

// bench is a pipeline with dead letters in a store of its own.
type bench struct {
	env       compile.Env
	store     *store.Store
	folder    string
	manifest  string
	pipelines *deployed
}

func newBench(t *testing.T, dead int) *bench {
	t.Helper()
	ctx := t.Context()
	env, p := compiled(t, "", "plays -> out")
	env.Policy = policy{}
	text, err := plan.Marshal(p)
	require.NoError(t, err)
	b := &bench{env: env, folder: t.TempDir(), pipelines: &deployed{versions: []control.Version{{Number: 1, Plan: text, Fingerprint: plan.Fingerprint(p)}}}}
	b.store, err = store.Open(ctx, store.Options{Path: filepath.Join(b.folder, "meta.db")})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.store.Close()) })
	lease, err := b.store.Acquire(ctx, pipelineID, "worker")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(b.at(pipelineID), 0o700))
	job, err := engine.New(engine.Options{Plan: p, Fingerprint: plan.Fingerprint(p), Version: 1, Pipeline: pipelineID, Installation: "i",
		Registry: with(t, env.Registry, deadSource{dead}, mouth{&target{seen: map[string]bool{}}, stoppingAt(0)}), Manifests: b.store, Lease: lease,
		Dir: b.at(pipelineID), Epoch: time.Second, BatchRows: 64, Bounded: true})
	require.NoError(t, err)
	require.NoError(t, job.Run(ctx))
	require.NoError(t, b.store.Release(ctx, lease))
	files, err := b.store.RejectFiles(ctx, pipelineID, 0)
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.EqualValues(t, dead, files[0].Dead)
	b.manifest = files[0].Manifest
	return b
}

func (b *bench) at(pipeline string) string { return filepath.Join(b.folder, pipeline) }

// process is one server's service; s ends it at a step.
func (b *bench) process(t *testing.T, holder string, to *target, s *steps) *Service {
	t.Helper()
	return New(Deps{Store: mortal{b.store, s}, Pipelines: b.pipelines, Registry: with(t, b.env.Registry, nil, mouth{to, s}),
		Env: func(context.Context, grants.Principal) (compile.Env, error) { return b.env, nil },
		Connections: func(context.Context) (component.Connections, error) {
			return b.env.Catalog.(component.Connections), nil
		},
		Folder: b.at, Installation: "i", Holder: holder})
}

// mended are two dead letters with their records as they should have been.
func (b *bench) mended(n int) []Chosen {
	var out []Chosen
	for i := 2 * n; i < 2*n+2; i++ {
		out = append(out, Chosen{ID: idOf(b.manifest, i), Raw: fmt.Appendf(nil, `{"id": %d, "ms": 1, "ts": "2026-01-01T00:00:00Z"}`, i)})
	}
	return out
}

// TestReplayThatDied stops a replay at each of its steps, one run a step, and has another server asked for the same. However far the first had
// come, the rows are there once, also when what had stopped was only frozen and goes on afterwards.
func TestReplayThatDied(t *testing.T) {
	const most = 60
	b := newBench(t, 2*most)
	ctx := t.Context()
	for n := range most {
		chosen, want := b.mended(n), []int64{int64(2 * n), int64(2*n + 1)}
		to, s := &target{seen: map[string]bool{}}, stoppingAt(n+1)
		t.Cleanup(s.thaw)
		ended := make(chan error, 1)
		first := b.process(t, "first", to, s)
		go func() {
			_, err := first.Replay(ctx, grants.Principal{}, pipelineID, chosen)
			ended <- err
		}()
		select {
		case err := <-ended:
			require.NoError(t, err)
			require.Equal(t, want, to.written())
			require.Greater(t, n, 10, "a replay takes more steps")
			t.Logf("a replay takes %d steps", n)
			return
		case <-s.stopped:
		case <-time.After(30 * time.Second):
			t.Fatal("the replay neither ends nor stops")
		}
		second := b.process(t, "second", to, stoppingAt(0))
		_, err := second.Replay(ctx, grants.Principal{}, pipelineID, chosen)
		if err != nil {
			// It had been done when it stopped, and only what it kept was left.
			require.ErrorIs(t, err, diag.ErrConflict, "step %d", n+1)
		}
		settled := func(when string) {
			t.Helper()
			require.Equal(t, want, to.written(), "step %d, %s", n+1, when)
			replays, err := b.store.Replays(ctx, pipelineID)
			require.NoError(t, err)
			for _, c := range chosen {
				require.Equal(t, store.ReplayDone, replays[c.ID].State, "step %d, %s", n+1, when)
			}
		}
		settled("by another")
		s.thaw()
		select {
		case <-ended:
		case <-time.After(30 * time.Second):
			t.Fatal("what was frozen does not end")
		}
		settled("awake again")
		_, err = second.Replay(ctx, grants.Principal{}, pipelineID, chosen)
		require.ErrorIs(t, err, diag.ErrConflict, "once")
	}
	t.Fatal("a replay takes more steps than were tried")
}

// TestReplayEndsAsItBegan stops a replay once it has committed, and deploys a version that lets no row through: what is taken up again is the
// version that the replay was begun with.
func TestReplayEndsAsItBegan(t *testing.T) {
	const most = 40
	b := newBench(t, 2*most)
	ctx := t.Context()
	_, none := compiled(t, "  - {id: f, component: filter, params: {where: \"id < 0\"}}\n", "plays -> f -> out")
	text, err := plan.Marshal(none)
	require.NoError(t, err)
	for n := range most {
		chosen, to, s := b.mended(n), &target{seen: map[string]bool{}}, stoppingAt(n+1)
		t.Cleanup(s.thaw)
		ended := make(chan error, 1)
		first := b.process(t, "first", to, s)
		go func() {
			_, err := first.Replay(ctx, grants.Principal{}, pipelineID, chosen)
			ended <- err
		}()
		select {
		case err := <-ended:
			t.Fatalf("it ends before it commits: %v", err)
		case <-s.stopped:
		case <-time.After(30 * time.Second):
			t.Fatal("the replay neither ends nor stops")
		}
		replays, err := b.store.Replays(ctx, pipelineID)
		require.NoError(t, err)
		if claim, ok := replays[chosen[0].ID]; ok {
			head, err := b.store.Head(ctx, claim.Replay)
			require.NoError(t, err)
			if head.Committed != nil {
				b.pipelines.versions = append(b.pipelines.versions, control.Version{Number: 2, Plan: text, Fingerprint: plan.Fingerprint(none)})
				_, err = b.process(t, "second", to, stoppingAt(0)).Replay(ctx, grants.Principal{}, pipelineID, chosen)
				require.NoError(t, err)
				require.Equal(t, []int64{int64(2 * n), int64(2*n + 1)}, to.written())
				return
			}
		}
		s.thaw()
		require.NoError(t, <-ended)
	}
	t.Fatal("it never commits")
}
