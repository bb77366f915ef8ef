package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
	"millrace/server/store"
)

// RunOptions say how pipelines run. Zero values take the configuration's.
type RunOptions struct {
	// Bounded ends at what is there at the start; Start is where a first run begins.
	Bounded bool
	Start   component.StartAt
	// Fresh forgets what earlier runs have done.
	Fresh       bool
	OnError     engine.Policy
	Epoch       time.Duration
	BatchRows   int
	Parallelism int
	// Share is the number of pipelines that share the memory budget; 0 counts as 1.
	Share int
}

// Pipeline is a model that runs, or is about to.
type Pipeline struct {
	Model *Model
	app   *App
	job   *engine.Job
	lease control.Lease
}

// escape makes a folder's name of a pipeline's, which may hold letters of any script.
func escape(pipeline string) string { return url.PathEscape(pipeline) }

// CheckModels tells of models that cannot run together, or at all.
func CheckModels(models []*Model) diag.List {
	var diags diag.List
	seen := map[string]*Model{}
	for _, m := range models {
		if other := seen[m.Name]; other != nil {
			d := diags.Errorf(CodeSameName, diag.Span{}, "%s and %s are both named %s", other.File, m.File, m.Name)
			d.File, d.Fix = m.File, "Give each model a name of its own."
		}
		seen[m.Name] = m
		if len(m.Plan.Sinks) == 0 {
			d := diags.Errorf(CodeNoSink, diag.Span{}, "%s has no sink: there is nowhere to put its rows", m.Name)
			d.File, d.Fix = m.File, "Add a sink node, or look at its rows with millrace preview."
		}
	}
	return diags
}

// Prepare takes the lease of the model's pipeline and makes its job. The caller runs it, and calls Release afterwards.
func (a *App) Prepare(ctx context.Context, m *Model, o RunOptions) (*Pipeline, error) {
	dir := filepath.Join(a.checkpoints(), escape(m.Name))
	lease, err := a.store.Acquire(ctx, m.Name, fmt.Sprintf("pid %d", os.Getpid()))
	if err != nil {
		return nil, err
	}
	p := &Pipeline{Model: m, app: a, lease: lease}
	if o.Fresh {
		if err := a.forget(ctx, m.Name, dir); err != nil {
			return nil, errors.Join(err, p.Release(ctx))
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("making the checkpoint folder: %w", err), p.Release(ctx))
	}
	c := a.Config.Engine
	budget := c.MemoryBudget.Bytes() / int64(max(1, o.Share))
	p.job, err = engine.New(engine.Options{
		Plan: m.Plan, Fingerprint: m.Fingerprint, Pipeline: m.Name, Installation: a.installation,
		Registry: a.Registry, Connections: a.connections(), Manifests: a.store, Lease: lease, Dir: dir,
		Epoch: or(o.Epoch, c.Epoch.Std()), BatchRows: or(o.BatchRows, c.BatchRows), Parallelism: or(o.Parallelism, c.Parallelism),
		MaxRecordBytes: int(c.MaxRecordBytes.Bytes()), OnError: o.OnError,
		// State may take half of the budget, staged output an eighth; the rest is for batches, readers and what the collector has not
		// taken yet.
		StateBytes: budget / 2, StagedBytes: budget / 8,
		Bounded: o.Bounded, Start: o.Start, Log: a.Log.With("pipeline", m.Name),
	})
	if err != nil {
		return nil, errors.Join(err, p.Release(ctx))
	}
	return p, nil
}

func (a *App) checkpoints() string {
	if dir := a.Config.Engine.CheckpointDir; dir != "" {
		return dir
	}
	return filepath.Join(a.Config.DataDir, "checkpoints")
}

// forget makes a pipeline start from its beginning. Metadata goes first: files that nothing names are swept, names without files are not.
func (a *App) forget(ctx context.Context, pipeline, dir string) error {
	files, err := a.store.RejectFiles(ctx, pipeline, 0)
	if err != nil {
		return err
	}
	if err := a.store.Forget(ctx, pipeline); err != nil {
		return err
	}
	for _, f := range files {
		if err := a.dropRejects(ctx, f); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("removing the checkpoints of %s: %w", pipeline, err)
	}
	return nil
}

func (a *App) dropRejects(ctx context.Context, f store.RejectFile) error {
	path := filepath.Join(a.checkpoints(), escape(f.Pipeline), f.File)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing a reject file: %w", err)
	}
	return a.store.ForgetRejectFile(ctx, f.Manifest)
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Run runs the pipeline until ctx ends, which drains it, until a bounded one is done, or until it fails for good.
func (p *Pipeline) Run(ctx context.Context) error { return p.job.Run(ctx) }

// Stats returns a moment of the pipeline.
func (p *Pipeline) Stats() engine.Stats { return p.job.Stats() }

// Release gives the lease back. It is called even when ctx has ended: that is how most pipelines end.
func (p *Pipeline) Release(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return p.app.store.Release(ctx, p.lease)
}

// Sinks names the sinks of a plan as people know them: by operator id, the component with the table or topic behind.
func Sinks(p *plan.Plan) map[string]string {
	out := map[string]string{}
	for _, n := range p.Sinks {
		op, ok := n.Op.(*plan.Sink)
		if !ok {
			continue
		}
		name := op.Component
		var target struct{ Topic string }
		switch {
		case op.Table != "":
			name += " " + op.Table
		case json.Unmarshal(op.Params, &target) == nil && target.Topic != "":
			name += " " + target.Topic
		}
		out[n.ID] = name
	}
	return out
}
