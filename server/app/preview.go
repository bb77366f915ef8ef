package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"time"

	"millrace/components/component"
	"millrace/configs"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/model"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/compile"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/pipelines/optimize"
)

// PreviewOptions say how much to look at.
type PreviewOptions struct {
	// Rows is how many rows to show; the run ends when they are there.
	Rows int
	// Timeout ends the run otherwise; default 10 s.
	Timeout time.Duration
	Start   component.StartAt
	Log     *slog.Logger
}

// Preview is what a node put out.
type Preview struct {
	Schema *schema.Schema
	// Rows are JSON objects, in the order in which they came.
	Rows []json.RawMessage
	// Given is how many rows there are, of each node in the order they were asked for.
	Given []int
	// RowsIn is how many rows were read for them, Rejected how many of them failed.
	RowsIn   int64
	Rejected int64
	// Ended says that the sources were read to their end: there are no more rows. TimedOut says that time ran out first.
	Ended    bool
	TimedOut bool
}

const (
	// previewSink is the component of the sink that is put behind the node; no model can name it, as it is in no public registry.
	previewSink = "preview_memory"
	// previewEpoch bounds how long rows wait for a barrier, and previewStaged how many do, in bytes: a source that gives millions a second
	// would otherwise put a hundred megabytes on the disk for the few that are looked at.
	previewEpoch   = 100 * time.Millisecond
	previewStaged  = 1 << 20
	previewTimeout = 10 * time.Second
)

// Preview runs the part of a model up to a node in memory until there are rows enough. It commits nothing and writes nothing but
// temporary files: offsets, topics and tables stay as they are. The Preview is nil when the diagnostics have an error.
func (w *Workbench) Preview(ctx context.Context, file string, src []byte, node string, conns component.Connections, o PreviewOptions) (*Preview, diag.List, error) {
	fragments, diags := nodesOf(file, src, []string{node}, w.env())
	if fragments == nil {
		return nil, diags, nil
	}
	out, err := w.previewFragments(ctx, fragments, []string{""}, conns, o, nil)
	return out, diags, err
}

// nodesOf compiles the parts of a model up to some nodes. There are none when the list has an error.
func nodesOf(file string, src []byte, nodes []string, env compile.Env) ([]*compile.Fragment, diag.List) {
	doc, diags := model.Parse(file, src)
	if doc == nil || diags.HasErrors() {
		return nil, diags
	}
	fragments, found := compile.CompileNodes(doc, nodes, env)
	for i := range found {
		found[i].File = file
	}
	return fragments, append(diags, found...)
}

// previewFragments runs fragments of one model, which names tell apart, until there are rows enough of each. each takes the rows as they come,
// and is called one at a time; nil keeps them for the Preview.
func (w *Workbench) previewFragments(ctx context.Context, fragments []*compile.Fragment, names []string, conns component.Connections, o PreviewOptions, each func([]Change) error) (*Preview, error) {
	whole := &plan.Plan{Model: fragments[0].Model, TimeZone: fragments[0].TimeZone}
	looks := make([]look, len(fragments))
	for i, f := range fragments {
		one := f.WithSink("preview_"+strconv.Itoa(i), &plan.Sink{Component: previewSink, Version: 1})
		whole.Sinks = append(whole.Sinks, one.Sinks...)
		looks[i] = look{name: names[i], sink: one.Sinks[0].ID}
	}
	p, _ := optimize.Optimize(whole, nil)
	out, err := w.preview(ctx, p, looks, conns, o, each, true)
	var permanent *component.PermanentError
	if errors.As(err, &permanent) && !errors.Is(err, ErrOff) {
		// Bounded, because windows come out at the end. A source without an end refuses that; then time is the bound.
		if open, second := w.preview(ctx, p, looks, conns, o, each, false); second == nil {
			return open, nil
		}
	}
	return out, err
}

// look is a node that is looked at: its name and the operator of the sink behind it.
type look struct{ name, sink string }

func (w *Workbench) preview(ctx context.Context, p *plan.Plan, looks []look, conns component.Connections, o PreviewOptions, each func([]Change) error, bounded bool) (*Preview, error) {
	caller := ctx
	ctx, stop := context.WithTimeout(ctx, or(o.Timeout, previewTimeout))
	defer stop()
	sinks, byOperator := previewSinks(looks, o.Rows, stop, each)
	totals, runErr := w.inMemory(ctx, p, conns, sinks[0], memoryRun{bounded: bounded, batchRows: max(16, min(o.Rows, 1024)), start: o.Start, log: o.Log, sinks: byOperator})
	if err := caller.Err(); err != nil {
		return nil, err // nobody waits for it any more
	}
	out := &Preview{Schema: p.Sinks[0].Schema, RowsIn: totals.RowsIn, Rejected: totals.Rejected}
	for _, sink := range sinks {
		rows, err := sink.taken()
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, rows...)
		out.Given = append(out.Given, sink.given)
	}
	out.TimedOut = errors.Is(ctx.Err(), context.DeadlineExceeded)
	out.Ended = runErr == nil && ctx.Err() == nil
	if runErr != nil && ctx.Err() == nil {
		return nil, runErr
	}
	return out, nil
}

// previewSinks makes a sink for each node that is looked at. stop ends the run, once all have rows enough or one has failed.
func previewSinks(looks []look, rows int, stop func(), each func([]Change) error) ([]*memorySink, map[string]component.StagedSink) {
	var mu sync.Mutex
	waiting := len(looks)
	take := each
	if each != nil {
		take = func(changes []Change) error {
			mu.Lock()
			defer mu.Unlock()
			err := each(changes)
			if err != nil {
				stop()
			}
			return err
		}
	}
	var sinks []*memorySink
	byOperator := map[string]component.StagedSink{}
	for _, l := range looks {
		enough := sync.OnceFunc(func() {
			mu.Lock()
			defer mu.Unlock()
			if waiting--; waiting == 0 {
				stop()
			}
		})
		sink := &memorySink{name: l.name, want: rows, enough: enough, each: take}
		sinks = append(sinks, sink)
		byOperator[l.sink] = sink
	}
	return sinks, byOperator
}

// memoryRun says how a plan is run in memory.
type memoryRun struct {
	bounded   bool
	batchRows int
	start     component.StartAt
	log       *slog.Logger
	// source, which may be nil, opens every source in the place of its component.
	source func(context.Context, component.SourceContext) (component.Source, error)
	// sinks take the place of sinks by their operators' ids, where a plan has several.
	sinks map[string]component.StagedSink
}

// inMemory runs a plan whose sinks have the component previewSink, which sink takes the place of, until it ends or ctx does. It commits
// nothing and writes nothing but temporary files.
func (w *Workbench) inMemory(ctx context.Context, p *plan.Plan, conns component.Connections, sink component.StagedSink, o memoryRun) (_ control.Totals, err error) {
	registry, err := w.previewRegistry(sink, o.sinks)
	if err == nil && o.source != nil {
		registry, err = withSources(registry, o.source)
	}
	if err != nil {
		return control.Totals{}, err
	}
	dir, err := os.MkdirTemp("", "millrace-preview-")
	if err != nil {
		return control.Totals{}, fmt.Errorf("making a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	// A name of its own: no consumer group or client id of a pipeline is touched.
	name := "preview-" + control.NewID()[:12]
	memory := control.NewMemory()
	lease, err := memory.Acquire(ctx, name, "preview")
	if err != nil {
		return control.Totals{}, err
	}
	job, err := engine.New(engine.Options{
		Plan: p, Fingerprint: plan.Fingerprint(p), Pipeline: name, Installation: name, Registry: registry, Connections: conns,
		Manifests: memory, Lease: lease, Dir: dir, Epoch: previewEpoch, StagedBytes: previewStaged, BatchRows: o.batchRows, Bounded: o.bounded, Start: o.start,
		// Somebody waits for the answer.
		Retry: time.Second, Log: o.log,
	})
	if err != nil {
		return control.Totals{}, err
	}
	err = job.Run(ctx)
	return job.Stats().Totals, err
}

// previewRegistry is the registry with the sink added and with sources that acknowledge nothing.
func (w *Workbench) previewRegistry(sink component.StagedSink, others map[string]component.StagedSink) (*component.Registry, error) {
	var specs []component.Spec
	for _, s := range w.Registry.All() {
		spec := *s
		if spec.Kind == component.KindSource && spec.Source.Open != nil {
			def := *spec.Source
			open := def.Open
			def.Open = func(ctx context.Context, oc component.SourceContext) (component.Source, error) {
				source, err := open(ctx, oc)
				if err != nil {
					return nil, err
				}
				return silentSource{source}, nil
			}
			spec.Source = &def
		}
		specs = append(specs, spec)
	}
	return component.NewRegistry(append(specs, memorySpec(sink, others), pinnedSpec())...)
}

// silentSource hides what a source offers beyond reading, component.Committer above all.
type silentSource struct{ component.Source }

// memorySink keeps the first rows it is given, or hands them over.
type memorySink struct {
	// name goes with the rows.
	name   string
	want   int
	enough func()
	// each takes rows as they come, and its error ends the run; nil keeps them.
	each func([]Change) error

	mu     sync.Mutex
	given  int
	rows   []json.RawMessage
	failed error
}

var _ component.StagedSink = (*memorySink)(nil)

// hiddenSpec declares a component that plans of previews have and no model can name.
func hiddenSpec(name string, kind component.Kind, title component.Text) component.Spec {
	return component.Spec{
		Name: name, Version: 1, Kind: kind, Title: title, Summary: title, Help: title,
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4"><circle cx="8" cy="8" r="5"/></svg>`,
	}
}

// memorySpec declares the sink that rows are looked at through.
func memorySpec(sink component.StagedSink, others map[string]component.StagedSink) component.Spec {
	spec := hiddenSpec(previewSink, component.KindSink, component.Text{En: "Preview", Zh: "预览"})
	spec.MinInputs, spec.MaxInputs = 1, 1
	spec.Sink = &component.SinkDef{
		Accepts: []plan.ChangeMode{plan.Append, plan.Upsert, plan.Retract},
		Plan: func(*component.Planning, component.Params, *plan.Node) (*plan.Sink, bool) {
			return &plan.Sink{Component: previewSink, Version: 1}, true
		},
		Open: func(_ context.Context, sc component.SinkContext) (component.Sink, error) {
			if other, ok := others[sc.Sink]; ok {
				return other, nil
			}
			return sink, nil
		},
	}
	return spec
}

// Promise says what this sink is for.
func (s *memorySink) Promise() component.Promise {
	return component.Promise{Why: "rows are looked at, not kept"}
}

// Close does nothing: the rows are taken afterwards.
func (s *memorySink) Close() error { return nil }

// Check takes every row.
func (s *memorySink) Check(*batch.Batch) []component.RowReject { return nil }

// Limits bounds nothing: an epoch of a preview is small.
func (s *memorySink) Limits() component.ChunkLimits { return component.ChunkLimits{} }

// ChunkKey lets all rows share a chunk.
func (s *memorySink) ChunkKey(*batch.Batch) []uint64 { return nil }

// Apply takes rows until there are enough, and then ends the run.
func (s *memorySink) Apply(_ context.Context, _ component.ChunkRef, rows []*batch.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var changes []Change
	for _, b := range rows {
		for i := 0; i < b.Rows() && s.given < s.want; i++ {
			r := b.Row(i)
			row := engine.RowJSON(b, r)
			if s.given++; s.each == nil {
				s.rows = append(s.rows, row)
			} else {
				changes = append(changes, Change{Kind: b.Kind(r), Node: s.name, Row: row})
			}
		}
	}
	if len(changes) > 0 && s.failed == nil {
		s.failed = s.each(changes)
	}
	if s.given >= s.want || s.failed != nil {
		s.enough()
	}
	return nil
}

func (s *memorySink) taken() ([]json.RawMessage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rows, s.failed
}

// PreviewConnections resolves connections for previews outside of an App. The first one of an embedded part takes the data folder, as
// starting the part needs it; Close stops the part and lets go.
func (w *Workbench) PreviewConnections(config configs.Config, log *slog.Logger) *Borrowed {
	return &Borrowed{workbench: w, config: config, log: log}
}

// Borrowed resolves connections, and opens the data folder only when somebody needs it.
type Borrowed struct {
	workbench *Workbench
	config    configs.Config
	log       *slog.Logger

	mu  sync.Mutex
	app *App
}

// Open resolves a connection.
func (b *Borrowed) Open(name string) (*component.Connection, error) {
	if b.workbench.declared[name] || name != BrokerPart && name != OLAPPart {
		return b.workbench.Catalog.Open(name)
	}
	a, err := b.App()
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	return a.connections().Open(name)
}

// App returns the App on the data folder, which is opened by the first who asks.
func (b *Borrowed) App() (*App, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.app == nil {
		a, err := b.workbench.Open(context.Background(), b.config, b.log)
		if err != nil {
			return nil, err
		}
		b.app = a
	}
	return b.app, nil
}

// Close stops what was started.
func (b *Borrowed) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.app == nil {
		return nil
	}
	return b.app.Close()
}
