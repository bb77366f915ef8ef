package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"millrace/pipelines/control"
	"millrace/pipelines/engine"
)

// Supervisor runs several pipelines. Each starts, fails and recovers by itself: one that fails does not touch the others.
type Supervisor struct {
	app     *App
	options RunOptions
	runs    []*supervised
	wg      sync.WaitGroup
}

// PipelineStatus is a moment of a supervised pipeline.
type PipelineStatus struct {
	Name string `json:"name"`
	// Team is the id of the team it belongs to; "" where there are none.
	Team        string `json:"team,omitempty"`
	Fingerprint string `json:"fingerprint"`
	// Sinks has, by operator id, the component and table behind it.
	Sinks map[string]string `json:"sinks"`
	// State is the engine's, or "failed" while the pipeline waits for its next start or for a person.
	State string `json:"state"`
	// Since is when it entered the state.
	Since time.Time `json:"since"`
	// Reason says why it failed. NextTry is when it is started again; zero when trying again would not help.
	Reason  string    `json:"reason,omitempty"`
	NextTry time.Time `json:"next_try,omitzero"`
	// Starts counts how often the job was started.
	Starts int          `json:"starts"`
	Stats  engine.Stats `json:"stats"`
	// RowsPerSecond is how many rows were read a second, over the last few seconds.
	RowsPerSecond float64 `json:"rows_per_second"`
	// History is the rate of the last minutes, oldest first, one value a second; a sparkline.
	History []float64 `json:"history"`
}

type supervised struct {
	model *Model

	mu      sync.Mutex
	running *Pipeline
	status  PipelineStatus
	rate    Meter
}

// Pauses between starts of a pipeline that failed for good, in the engine's eyes. It has retried by itself for long by then.
const (
	firstPause = 5 * time.Second
	maxPause   = 5 * time.Minute
)

// Supervise starts the pipelines of models. They run until ctx ends, which drains them; Wait returns when all have.
func (a *App) Supervise(ctx context.Context, models []*Model, o RunOptions) *Supervisor {
	o.Share = len(models)
	s := &Supervisor{app: a, options: o}
	now := time.Now()
	for _, m := range models {
		s.runs = append(s.runs, &supervised{model: m, status: PipelineStatus{
			Name: m.Name, Fingerprint: m.Fingerprint, Sinks: Sinks(m.Plan), State: "starting", Since: now, Stats: engine.Stats{State: "starting", Lag: -1},
		}})
	}
	s.wg.Go(func() { s.start(ctx) })
	s.wg.Go(func() { s.sample(ctx) })
	return s
}

// start starts the pipelines in the order of their models, each when the one in front runs or has failed: a model may read what one in
// front of it makes.
func (s *Supervisor) start(ctx context.Context) {
	for _, r := range s.runs {
		s.wg.Go(func() { s.keep(ctx, r) })
		AwaitStart(ctx, func() string { return r.snapshot().State })
	}
}

// startPatience bounds how long a pipeline that does not get going holds up those behind it.
const startPatience = 20 * time.Second

// AwaitStart waits until a pipeline has left the state "starting", for a while.
func AwaitStart(ctx context.Context, state func() string) {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for ctx.Err() == nil && state() == "starting" {
		wait(ctx, 20*time.Millisecond)
	}
}

// Wait returns when every pipeline has ended.
func (s *Supervisor) Wait() { s.wg.Wait() }

// keep runs one pipeline and starts it again when it fails, with growing pauses.
func (s *Supervisor) keep(ctx context.Context, r *supervised) {
	log := s.app.Log.With("pipeline", r.model.Name)
	pause := firstPause
	for ctx.Err() == nil {
		began := time.Now()
		err := s.run(ctx, r)
		if ctx.Err() != nil {
			r.enter("stopped", err, time.Time{})
			if err != nil {
				log.Error("the pipeline did not drain; the next start goes on from its last epoch", "err", err)
			}
			return
		}
		if err == nil {
			r.enter("ended", nil, time.Time{})
			return
		}
		if hopeless(err) {
			log.Error("the pipeline failed", "err", err)
			r.enter("failed", err, time.Time{})
			<-ctx.Done()
			return
		}
		if time.Since(began) > maxPause {
			pause = firstPause
		}
		log.Error("the pipeline failed and will be started again", "err", err, "in", pause)
		r.enter("failed", err, time.Now().Add(pause))
		wait(ctx, pause)
		pause = min(2*pause, maxPause)
	}
}

// hopeless reports whether starting again cannot help. What the engine calls permanent may be mended from outside, such as a table that
// was altered or a topic that was missing.
func hopeless(err error) bool { return errors.Is(err, ErrOff) || errors.Is(err, control.ErrFenced) }

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func (s *Supervisor) run(ctx context.Context, r *supervised) (err error) {
	p, err := s.app.Prepare(ctx, r.model, s.options)
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.running = p
	r.status.Starts++
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.status.Stats, r.running = p.Stats(), nil
		r.mu.Unlock()
		err = errors.Join(err, p.Release(ctx))
	}()
	return p.Run(ctx)
}

func (r *supervised) enter(state string, err error, next time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.State, r.status.Since, r.status.NextTry, r.status.Reason = state, time.Now(), next, ""
	if err != nil {
		r.status.Reason = err.Error()
	}
}

// snapshot returns a moment of the pipeline.
func (r *supervised) snapshot() PipelineStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refresh(time.Now())
	out := r.status
	out.RowsPerSecond, out.History = r.rate.Rate(), r.rate.History()
	return out
}

// refresh takes over what the engine says; the caller holds the mutex.
func (r *supervised) refresh(now time.Time) {
	if r.running == nil {
		return
	}
	r.status.Stats = r.running.Stats()
	if state := r.status.Stats.State; state != r.status.State {
		r.status.State, r.status.Since, r.status.NextTry = state, now, time.Time{}
	}
	r.status.Reason = r.status.Stats.Failure
}

// Status returns a moment of every pipeline, in the order of their models.
func (s *Supervisor) Status() []PipelineStatus {
	out := make([]PipelineStatus, len(s.runs))
	for i, r := range s.runs {
		out[i] = r.snapshot()
	}
	return out
}

// sweepEvery is how often rejects past their retention are removed.
const sweepEvery = 10 * time.Minute

// sample keeps the rates, and retention, until ctx ends.
func (s *Supervisor) sample(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var swept time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			for _, r := range s.runs {
				r.mu.Lock()
				r.refresh(now)
				// While it starts, the count leaps from nothing to what earlier runs have read.
				if r.status.State != "starting" {
					r.rate.Add(now, r.status.Stats.Totals.RowsIn)
				}
				r.mu.Unlock()
			}
			if now.Sub(swept) >= sweepEvery {
				swept = now
				if err := s.app.sweepRejects(ctx, now); err != nil && ctx.Err() == nil {
					s.app.Log.Warn("removing old rejects", slog.Any("err", err))
				}
			}
		}
	}
}
