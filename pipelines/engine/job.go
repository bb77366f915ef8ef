package engine

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"millrace/components/component"
	"millrace/models/plan"
	"millrace/pipelines/control"
	"millrace/pipelines/engine/spill"
)

// Job is one pipeline on the embedded engine.
type Job struct {
	opt   Options
	stats stats
	// life ends when the job is aborted, with the cause.
	life  context.Context
	abort context.CancelCauseFunc
	// failure is the last one the job has recovered from.
	failure atomic.Pointer[error]
}

// New returns a job that has not started.
func New(opt Options) (*Job, error) {
	if err := opt.setDefaults(); err != nil {
		return nil, err
	}
	j := &Job{opt: opt}
	j.life, j.abort = context.WithCancelCause(context.Background())
	j.stats.now.State, j.stats.now.Lag = "starting", -1
	return j, nil
}

// Stats returns a moment of the job. It may be called at any time from any goroutine.
func (j *Job) Stats() Stats { return j.stats.snapshot() }

// Abort ends the job at once, without draining: Run returns cause. What was read and not committed is read again by the next run. It may be
// called at any time from any goroutine.
func (j *Job) Abort(cause error) { j.abort(cause) }

// Settle brings the sinks up to the last manifest, as the start of a run does, and does nothing else: afterwards nothing that the job has
// committed waits to be applied.
func (j *Job) Settle(ctx context.Context) error {
	ctx, cancel := j.bound(ctx)
	defer cancel()
	r, err := newRun(ctx, &j.opt, &j.stats)
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.openSinks(ctx); err != nil {
		return err
	}
	head, err := r.opt.Manifests.Head(ctx, r.opt.Pipeline)
	if err != nil {
		return fmt.Errorf("looking up the last manifest: %w", err)
	}
	return r.settle(ctx, &head)
}

// bound returns ctx such that it ends with the job's life too.
func (j *Job) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(j.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// errFinished says that the last manifest ended a bounded run: there is nothing left to do once its output is applied.
var errFinished = errors.New("the bounded run has ended")

// Failure returns what the job recovers from, or has last recovered from; nil where there was nothing.
func (j *Job) Failure() error {
	if err := j.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// drainTime is how long a draining job waits for a sink that does not answer. What is not applied then is applied at the next start.
const drainTime = 30 * time.Second

// Run runs the job until ctx ends, which drains it (I7: what was read is committed before Run returns), until a bounded job is done, or
// until something fails for good. Failures that may pass, such as a lost broker or a full disk, make it start over from the last
// manifest, with growing pauses, for at most Options.Retry without progress.
func (j *Job) Run(ctx context.Context) error {
	ctx, cancel := j.bound(ctx)
	defer cancel()
	defer j.opt.Memory.leave(j)
	pause := 200 * time.Millisecond
	var since time.Time
	lastEpoch := int64(-1)
	for {
		err := j.attempt(ctx)
		if j.life.Err() != nil {
			return j.failed(context.Cause(j.life))
		}
		if err == nil {
			j.stats.update(func(s *Stats) { s.State = "ended" })
			return nil
		}
		j.stats.update(func(s *Stats) { s.failed(j.opt.Now(), err) })
		var permanent *component.PermanentError
		switch {
		case errors.As(err, &permanent), errors.Is(err, control.ErrFenced), errors.Is(err, control.ErrConflict):
			return j.failed(err)
		case ctx.Err() != nil:
			// Asked to end while recovering: the last manifest is where the next start goes on.
			return j.failed(err)
		}
		now := j.opt.Now()
		if epoch := j.Stats().Epoch; epoch != lastEpoch {
			lastEpoch, since, pause = epoch, now, 200*time.Millisecond
		}
		if now.Sub(since) > j.opt.Retry {
			return j.failed(fmt.Errorf("giving up after %s without progress: %w", j.opt.Retry, err))
		}
		j.opt.Log.Warn("recovering from the last epoch", "err", err, "in", pause)
		j.failure.Store(&err)
		j.stats.update(func(s *Stats) { s.State, s.Failure = "recovering", err.Error(); s.Restarts++ })
		select {
		case <-j.life.Done():
			return j.failed(context.Cause(j.life))
		case <-ctx.Done():
			return j.failed(err)
		case <-time.After(pause):
		}
		pause = min(2*pause, 10*time.Second)
	}
}

func (j *Job) failed(err error) error {
	j.stats.update(func(s *Stats) { s.State, s.Failure = "failed", err.Error() })
	return err
}

// attempt runs from the last manifest until the job ends or fails.
func (j *Job) attempt(ctx context.Context) (err error) {
	defer recovered(&err)
	r, err := newRun(ctx, &j.opt, &j.stats)
	if err != nil {
		return err
	}
	defer r.close()
	defer context.AfterFunc(j.life, r.cancel)()
	r.share = func(state, staged int64) (int64, int64) { return j.opt.Memory.share(j, state, staged) }
	if err := r.recover(ctx); errors.Is(err, errFinished) {
		j.opt.Log.Info("the bounded run has ended before and closed its windows: nothing is read again unless it starts afresh")
		j.stats.live.Store(0)
		j.stats.update(func(s *Stats) { s.Lag = 0 })
		return nil
	} else if err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			// Asked to end before anything was read: there is nothing to drain, and the next start goes on from the last manifest.
			return nil
		}
		return err
	}
	r.spell = spell{began: time.Now()}
	j.stats.barrier(r)
	j.stats.update(func(s *Stats) { s.State, s.Failure = "running", "" })
	return r.loop(ctx)
}

// recover finds the last manifest, applies what it staged and a crash left unapplied, and restores lanes and state.
func (r *run) recover(ctx context.Context) error {
	if err := r.openSinks(ctx); err != nil {
		return err
	}
	head, err := r.opt.Manifests.Head(ctx, r.opt.Pipeline)
	if err != nil {
		return fmt.Errorf("looking up the last manifest: %w", err)
	}
	if err := r.settle(ctx, &head); err != nil {
		return err
	}
	r.head = head.Committed
	if m := r.head; m != nil {
		if err := r.takeOver(m); err != nil {
			return err
		}
		r.totals = m.Totals
		r.stats.update(func(s *Stats) { s.Epoch, s.Totals = m.Epoch, m.Totals })
		if m.Finished && r.carried == nil && r.gathers() {
			// The end of a bounded run closed every window: whatever came later would be late.
			if !r.opt.Bounded {
				return permanentf("this pipeline's bounded run has ended and closed all its windows: start afresh to go on without an end")
			}
			return errFinished
		}
	}
	if err := r.openSources(ctx); err != nil {
		return err
	}
	if err := r.buildBarrier(); err != nil {
		return &component.PermanentError{Err: err}
	}
	known := map[string]*control.PartitionState{}
	if r.head != nil {
		for i := range r.head.Sources {
			if s := &r.head.Sources[i]; r.carried.source(s.Source) {
				known[s.Source+"\x00"+s.Partition] = s
			}
		}
	}
	if err := r.openKnown(ctx, known); err != nil {
		return err
	}
	// What an earlier attempt has moved out of memory stands in the checkpoint.
	if err := spill.Sweep(r.opt.Dir); err != nil {
		return err
	}
	if r.head != nil {
		if err := r.restore(r.head); err != nil {
			return err
		}
		for _, l := range r.lanes {
			if l.revived {
				l.watermark = max(l.watermark, r.given(l.scan))
			}
		}
	}
	if err := r.discover(ctx, known, r.head == nil); err != nil {
		return err
	}
	r.orderLanes()
	return r.sweep()
}

// settle decides which manifest is the last, and applies what it staged.
func (r *run) settle(ctx context.Context, head *control.Head) error {
	for _, n := range r.opt.Plan.Sinks {
		s := r.sinks[n]
		marker := ""
		if s.tx != nil {
			// Fencing first: after it no earlier instance can commit, so the marker that is read is final.
			var err error
			if marker, err = s.tx.Recover(ctx); err != nil {
				return fmt.Errorf("recovering %s: %w", n.ID, err)
			}
		}
		if s.direct {
			if p := head.Prepared; p != nil && p.ID == marker {
				if err := r.opt.Manifests.Commit(ctx, r.opt.Lease, p); err != nil {
					return fmt.Errorf("completing epoch %d: %w", p.Epoch, err)
				}
				head.Committed, head.Prepared = p, nil
			}
			if c := head.Committed; c != nil && c.ID != marker && r.carries(c) == nil {
				return permanentf("the target of %s last saw the manifest %q, and this data folder knows %s: they do not belong together", n.ID, marker, c.ID)
			}
			continue
		}
		m := head.Committed
		if m == nil || head.Applied[n.ID] == m.ID || m.ID == marker || r.carries(m) != nil {
			// What another version has committed, that version has applied before this one starts.
			continue
		}
		chunks, err := r.readChunks(m, s)
		if err != nil {
			return &component.PermanentError{Err: err}
		}
		if err := r.apply(ctx, m, chunks, true); err != nil {
			return err
		}
	}
	return nil
}

// openKnown opens the partitions the manifest names, so that their state finds them.
func (r *run) openKnown(ctx context.Context, known map[string]*control.PartitionState) error {
	if r.head == nil {
		return nil
	}
	for i := range r.head.Sources {
		s := &r.head.Sources[i]
		if !r.carried.source(s.Source) {
			continue
		}
		scan := r.scanByID(s.Source)
		if scan == nil {
			return permanentf("the last checkpoint read %s, which the plan does not have", s.Source)
		}
		if err := r.addLane(ctx, scan, component.Partition{ID: s.Partition, Ordinal: s.Ordinal}, known[s.Source+"\x00"+s.Partition], false); err != nil {
			return err
		}
	}
	return nil
}

// gathers reports whether the plan holds an operator that waits for the watermark.
func (r *run) gathers() bool {
	for _, n := range r.nodes {
		switch op := n.Op.(type) {
		case *plan.Window, *plan.Dedupe, *plan.IntervalJoin, *plan.TemporalJoin:
			return true
		case *plan.Join:
			if op.TTL > 0 {
				return true
			}
		}
	}
	return false
}

func (r *run) scanByID(id string) *plan.Node {
	for _, n := range r.scans {
		if n.ID == id {
			return n
		}
	}
	return nil
}

// loop alternates epochs and barriers. The commit of one epoch overlaps the next; a transaction's does not.
func (r *run) loop(ctx context.Context) error {
	committed := make(chan struct{})
	close(committed)
	var commitErr error
	wait := func() error { <-committed; return commitErr }
	defer func() { r.cancelUnless(committed) }()
	var overdue *time.Timer
	defer func() {
		if overdue != nil {
			overdue.Stop()
		}
	}()
	for {
		if d := r.direct(); d != nil && !d.open {
			if err := d.tx.Begin(r.ctx); err != nil {
				return fmt.Errorf("beginning a transaction on %s: %w", d.node.ID, err)
			}
			d.open = true
		}
		r.epoch(ctx, committed)
		stood := time.Now()
		if r.ctx.Err() != nil {
			return errors.Join(r.ctx.Err(), wait())
		}
		draining := ctx.Err() != nil
		if draining {
			r.stats.update(func(s *Stats) { s.State = "draining" })
			if overdue == nil {
				overdue = time.AfterFunc(drainTime, r.cancel)
			}
		}
		if err := r.laneErrors(); err != nil {
			return errors.Join(err, wait())
		}
		if err := wait(); err != nil {
			return err
		}
		r.spell.stand(stood, true)
		stood = time.Now()
		p, finished, err := r.barrierWork(draining)
		if err != nil {
			return err
		}
		r.spell.stand(stood, false)
		if p != nil {
			p.began = stood
			committed = make(chan struct{})
			if r.direct() != nil || finished || draining {
				stood = time.Now()
				commitErr = r.commit(p)
				r.spell.stand(stood, true)
				close(committed)
				if commitErr != nil {
					return commitErr
				}
			} else {
				done := committed
				go func() { commitErr = r.commitSafely(p); close(done) }()
			}
		}
		r.stats.barrier(r)
		if finished || draining {
			return nil
		}
		if r.opt.Now().Sub(r.discovered) >= r.opt.Discover && !r.opt.Bounded {
			if err := r.discover(r.ctx, nil, false); err != nil {
				r.opt.Log.Warn("looking for new partitions", "err", err)
			}
		}
	}
}

// cancelUnless ends the attempt's input and output and waits for a commit still under way, so that nothing of this attempt goes on
// beside the next.
func (r *run) cancelUnless(committed <-chan struct{}) {
	select {
	case <-committed:
		return
	default:
	}
	r.cancel()
	<-committed
}

// barrierWork does what is done while all lanes stand still.
func (r *run) barrierWork(draining bool) (p *pending, finished bool, err error) {
	for _, l := range r.lanes {
		l.checkIdle()
	}
	if err := r.advance(); err != nil {
		return nil, false, &component.PermanentError{Err: err}
	}
	finished = r.finished() && !draining
	if p, err = r.cutEpoch(finished); err != nil {
		return nil, false, err
	}
	n, limit, err := r.relieve()
	if err != nil {
		return nil, false, err
	}
	if n > limit {
		return nil, false, permanentf("the state has reached %d MiB of the %d MiB it may take: shorten windows or the dedupe horizon, or raise the state budget", n>>20, limit>>20)
	}
	return p, finished, nil
}
