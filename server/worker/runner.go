package worker

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"millrace/components/component"
	"millrace/configs"
	"millrace/models/diag"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/engine"
)

// Versions are earlier versions of a pipeline.
type Versions interface {
	Version(ctx context.Context, pipeline string, number int64) (*control.Version, error)
}

// Runner runs pipelines on the embedded engine. All share its memory by need.
type Runner struct {
	Registry     *component.Registry
	Connections  component.Connections
	Manifests    control.Manifests
	Versions     Versions
	Installation string
	// Checkpoints is the folder that all workers share.
	Checkpoints string
	Engine      configs.Engine
	Memory      *engine.Memory
}

var _ control.Runner = (*Runner)(nil)

// FloorBytes is the memory that each pipeline is sure of; a worker takes as many pipelines as its budget has floors.
const FloorBytes = 4 << 20

// Folder is a pipeline's part of the checkpoint folder.
func Folder(checkpoints, pipeline string) string {
	// The ids of deployed pipelines need no escape; the names of others do.
	return filepath.Join(checkpoints, url.PathEscape(pipeline))
}

// Prepare reads the plan.
func (r *Runner) Prepare(_ context.Context, a control.Assignment) (control.Run, error) {
	p, err := plan.Unmarshal(a.Version.Plan)
	if err != nil {
		return nil, component.Permanent(control.CodeBadPlan, err, "Deploy the model again.", "the plan of version %d cannot be read", a.Version.Number)
	}
	dir := Folder(r.Checkpoints, a.Wish.ID)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the checkpoint folder: %w", err)
	}
	s := &start{runner: r, a: a, plan: p, dir: dir}
	s.life, s.abort = context.WithCancelCause(context.Background())
	return s, nil
}

// start is one start of a pipeline.
type start struct {
	runner *Runner
	a      control.Assignment
	plan   *plan.Plan
	dir    string
	life   context.Context
	abort  context.CancelCauseFunc

	mu  sync.Mutex
	job *engine.Job // nil before it runs
}

// Abort ends it at once.
func (s *start) Abort(cause error) { s.abort(cause) }

// Run brings what another version has committed to its end, and runs this one.
func (s *start) Run(ctx context.Context) error {
	err := s.run(ctx)
	if s.life.Err() != nil {
		return context.Cause(s.life)
	}
	return err
}

func (s *start) run(ctx context.Context) error {
	bound, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	o := s.options(s.plan, s.a.Version)
	var err error
	if o.Carry, err = s.carry(bound); err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil // nothing was read that could be drained
		}
		return err
	}
	job, err := engine.New(o)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.job = job
	s.mu.Unlock()
	defer context.AfterFunc(s.life, func() { job.Abort(context.Cause(s.life)) })()
	return job.Run(ctx)
}

// options are the engine's for a version: this one or one before.
func (s *start) options(p *plan.Plan, v *control.Version) engine.Options {
	r, set := s.runner, v.Settings
	state := or(set.MemoryBytes, r.Engine.MemoryBudget.Bytes()/2)
	return engine.Options{
		Plan: p, Fingerprint: v.Fingerprint, Version: v.Number, Pipeline: s.a.Wish.ID, Installation: r.Installation,
		Registry: r.Registry, Connections: r.Connections, Manifests: r.Manifests, Lease: s.a.Lease, Fence: s.a.Fence, Dir: s.dir,
		Epoch:     or(time.Duration(set.EpochMS)*time.Millisecond, r.Engine.Epoch.Std()),
		BatchRows: r.Engine.BatchRows, Parallelism: or(set.Parallelism, r.Engine.Parallelism),
		MaxRecordBytes: int(r.Engine.MaxRecordBytes.Bytes()), OnError: engine.Policy(set.OnError),
		StateBytes: state, StagedBytes: r.Engine.MemoryBudget.Bytes() / 8, Memory: r.Memory,
		Start: s.startAt(), Log: s.a.Log,
	}
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// startAt is where a run without a checkpoint begins: where somebody has asked for, or where the version says.
func (s *start) startAt() component.StartAt {
	at := s.a.Wish.Desired.Start
	if at.From == "" || at.From == control.StartCheckpoint {
		at = s.a.Version.Settings.Start
	}
	switch at.From {
	case control.StartEarliest:
		return component.StartAt{Earliest: true}
	case control.StartLatest:
		return component.StartAt{Latest: true}
	case control.StartTime:
		return component.StartAt{Time: at.Time}
	}
	return component.StartAt{}
}

// carry says what is kept of a checkpoint that another version has made, nil where there is none. That version's sinks are brought up to the
// checkpoint first: what it committed is applied as it would have been.
func (s *start) carry(ctx context.Context) (*engine.Carry, error) {
	m, err := s.committed(ctx)
	if err != nil || m == nil || m.Version == s.a.Version.Number {
		return nil, err
	}
	before, err := s.runner.Versions.Version(ctx, s.a.Wish.ID, m.Version)
	if errors.Is(err, diag.ErrNotFound) {
		return nil, component.Permanent(control.CodeNoVersion, err, "Reset the pipeline.", "the last checkpoint is of version %d, which is not there", m.Version)
	}
	if err != nil {
		return nil, err
	}
	old, err := plan.Unmarshal(before.Plan)
	if err != nil {
		return nil, component.Permanent(control.CodeBadPlan, err, "Reset the pipeline.", "the plan of version %d cannot be read", before.Number)
	}
	job, err := engine.New(s.options(old, before))
	if err != nil {
		return nil, err
	}
	if err := job.Settle(ctx); err != nil {
		return nil, fmt.Errorf("ending version %d: %w", before.Number, err)
	}
	// A transaction that had reached its end is known as such only now.
	if m, err = s.committed(ctx); err != nil {
		return nil, err
	}
	impact := control.Compare(old, s.plan)
	for _, part := range append(impact.Sources, impact.State...) {
		if part.Fate == control.Dropped {
			s.a.Log.Warn("the new version leaves something behind", "operator", part.Operator, "kind", part.Kind, "why", part.Why)
		}
	}
	c := &engine.Carry{Manifest: m.ID}
	c.Sources, c.Operators = impact.Keeps()
	return c, nil
}

func (s *start) committed(ctx context.Context) (*control.Manifest, error) {
	head, err := s.runner.Manifests.Head(ctx, s.a.Wish.ID)
	if err != nil {
		return nil, fmt.Errorf("looking up the last checkpoint: %w", err)
	}
	if head.Committed == nil && head.Prepared != nil {
		// The first epoch of all may lie in a transaction.
		return head.Prepared, nil
	}
	return head.Committed, nil
}

// Moment says what it does.
func (s *start) Moment() control.Moment {
	s.mu.Lock()
	job := s.job
	s.mu.Unlock()
	if job == nil {
		return control.Moment{State: control.Starting, Stats: engine.Stats{State: "starting", Lag: -1}}
	}
	st := job.Stats()
	m := control.Moment{Stats: st}
	switch st.State {
	case "starting":
		m.State = control.Starting
	case "running":
		m.State = control.Running
	case "recovering":
		m.State, m.Err = control.Recovering, job.Failure()
	case "draining":
		m.State = control.Draining
	}
	return m
}
