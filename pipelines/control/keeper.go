package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

// errNow ends a run that somebody wants stopped at once.
var errNow = errors.New("stopped at once, as was asked for")

// keeper keeps one pipeline of a worker as it is wanted, under one lease.
type keeper struct {
	in    *incarnation
	lease Lease
	lines lines
	log   *slog.Logger
	// done is closed when it has ended, with the lease given back or lost.
	done chan struct{}
	// poke says that the wish has changed, or that the lease was lost.
	poke chan struct{}

	mu   sync.Mutex
	wish Wish
	run  Run // nil between runs
	gone bool
	// observed is what is to be reported, dirty says that it has not been; events wait for the next report.
	observed Observed
	dirty    bool
	events   []Event
}

func newKeeper(in *incarnation, w Wish, lease Lease, lost string) *keeper {
	k := &keeper{in: in, lease: lease, wish: w, done: make(chan struct{}), poke: make(chan struct{}, 1)}
	k.log = slog.New(newHandler(in.o.Log.Handler(), &k.lines, in.now)).With("pipeline", w.Name)
	params := map[string]string{"worker": in.info.ID, "host": in.info.Host, "lease_epoch": strconv.FormatInt(lease.Epoch, 10)}
	cause := w.Desired.Cause
	if lost != "" {
		params["lost"] = lost
		cause = Cause{Kind: ByWorker, Reason: "the worker that ran it was lost"}
	}
	k.events = append(k.events, Event{Pipeline: w.ID, At: in.now(), Kind: EventClaimed, Cause: cause, Params: params})
	return k
}

// tell hands over what is wanted now.
func (k *keeper) tell(w Wish) {
	k.mu.Lock()
	changed := k.wish.Desired.Generation != w.Desired.Generation
	k.wish = w
	k.mu.Unlock()
	if changed {
		k.nudge()
	}
}

// lose ends the keeper whose lease was taken away.
func (k *keeper) lose() {
	k.mu.Lock()
	k.gone = true
	k.mu.Unlock()
	k.abort(ErrFenced)
	k.nudge()
}

func (k *keeper) nudge() {
	select {
	case k.poke <- struct{}{}:
	default:
	}
}

// abort ends the run there is.
func (k *keeper) abort(cause error) {
	k.mu.Lock()
	run := k.run
	k.mu.Unlock()
	if run != nil {
		run.Abort(cause)
	}
}

func (k *keeper) current() (Wish, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.wish, k.gone || k.in.lost.Err() != nil
}

// keep runs the pipeline as it is wanted until it is wanted no more, has failed for good, or the worker leaves or is lost.
func (k *keeper) keep() {
	var tries backoff
	var generation int64
	for {
		w, lost := k.current()
		if w.Desired.Generation != generation {
			// Whoever asked for it has perhaps mended what was wrong.
			tries, generation = backoff{}, w.Desired.Generation
		}
		switch {
		case lost:
			return
		case w.Desired.Want == WantStopped:
			k.finish(w, Stopped, failure{}, w.Desired.Cause)
			return
		case k.in.leaving.Err() != nil:
			k.release(w)
			return
		case k.in.fence.check() != nil:
			k.await()
			continue
		}
		began := k.in.o.Clock()
		err := k.once(w)
		now, lost := k.current()
		switch {
		case lost, errors.Is(err, ErrFenced):
			return
		case errors.Is(err, ErrUnconfirmed):
			continue
		case now.Desired.Generation != w.Desired.Generation, k.in.leaving.Err() != nil:
			if err != nil && !errors.Is(err, errNow) {
				k.log.Error("the pipeline did not drain; the next run goes on from its last epoch", "err", err)
			}
			continue
		case err == nil:
			k.finish(w, Ended, failure{}, Cause{Kind: ByEngine})
			return
		}
		f := failureOf(err)
		k.log.Error("the pipeline failed", "err", err)
		switch {
		case f.permanent:
			k.finish(w, Failed, f, Cause{Kind: ByEngine, Reason: f.reason})
			return
		case k.in.fence.check() != nil:
			// It may have failed because the store cannot be reached, which is no fault of the pipeline.
			continue
		}
		pause, loop := tries.failed(f, k.in.o.Clock()-began)
		if loop {
			k.finish(w, CrashLooping, f, Cause{Kind: ByEngine, Reason: f.reason})
			return
		}
		k.enter(w, Waiting, f, k.in.now().Add(pause), Cause{Kind: ByEngine, Reason: f.reason})
		k.pause(pause)
	}
}

// once starts the pipeline and returns when the run has ended.
func (k *keeper) once(w Wish) error {
	k.enter(w, Starting, failure{}, time.Time{}, w.Desired.Cause)
	ctx, drain := context.WithCancel(k.in.leaving)
	defer drain()
	run, err := k.prepare(ctx, w)
	if err != nil {
		return err
	}
	k.mu.Lock()
	k.run = run
	k.mu.Unlock()
	defer func() {
		k.observe(run)
		k.mu.Lock()
		k.run = nil
		k.mu.Unlock()
	}()
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { k.watch(w, run, drain, ended) })
	err = run.Run(ctx)
	close(ended)
	watching.Wait()
	return err
}

func (k *keeper) prepare(ctx context.Context, w Wish) (Run, error) {
	call, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	version, err := k.in.o.Work.Version(call, w.ID, w.Version)
	if err != nil {
		return nil, fmt.Errorf("reading version %d: %w", w.Version, err)
	}
	return k.in.o.Runner.Prepare(ctx, Assignment{Wish: w, Version: version, Lease: k.lease, Fence: k.fence, Log: k.log})
}

// fence is what the engine asks before it applies: see fence.check. A keeper that has lost its lease knows that sooner.
func (k *keeper) fence() error {
	if _, lost := k.current(); lost {
		return ErrFenced
	}
	return k.in.fence.check()
}

// watch ends the run when something else is wanted.
func (k *keeper) watch(w Wish, run Run, drain func(), ended <-chan struct{}) {
	for {
		now, lost := k.current()
		switch {
		case lost:
			run.Abort(ErrFenced)
		case now.Desired.Generation == w.Desired.Generation:
		case now.Desired.How == Now:
			run.Abort(errNow)
		default:
			drain()
		}
		select {
		case <-ended:
			return
		case <-k.in.lost.Done():
			run.Abort(ErrFenced)
			return
		case <-k.poke:
		}
	}
}

// await waits until a heartbeat was confirmed again, or the lease is lost for good.
func (k *keeper) await() {
	for {
		again := k.in.fence.again()
		if _, lost := k.current(); lost || k.in.leaving.Err() != nil || k.in.fence.check() == nil {
			return
		}
		select {
		case <-k.in.lost.Done():
		case <-k.in.leaving.Done():
		case <-again:
		}
	}
}

// pause waits for the next try, or until something changes.
func (k *keeper) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-k.poke:
	case <-k.in.leaving.Done():
	case <-k.in.lost.Done():
	}
}

// enter records a state.
func (k *keeper) enter(w Wish, s State, f failure, next time.Time, cause Cause) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.enterLocked(w, s, f, next, cause)
}

func (k *keeper) enterLocked(w Wish, s State, f failure, next time.Time, cause Cause) {
	now := k.in.now()
	o := Observed{Pipeline: w.ID, State: s, Generation: w.Desired.Generation, Version: w.Version, Worker: k.in.info.ID, LeaseEpoch: k.lease.Epoch,
		Since: now, Code: f.code, Reason: cut(f.reason), Fix: f.fix, NextTry: next, Stats: k.observed.Stats}
	k.observed, k.dirty = o, true
	k.events = append(k.events, Event{Pipeline: w.ID, At: now, Kind: EventState, State: s, Code: f.code, Cause: cause,
		Params: map[string]string{"worker": k.in.info.ID, "version": strconv.FormatInt(w.Version, 10)}})
}

// observe takes over what the run says of itself.
func (k *keeper) observe(run Run) {
	m := run.Moment()
	stats, err := json.Marshal(m.Stats)
	if err != nil {
		stats = nil // what is not a number has no JSON; the state still counts
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if stats != nil && !bytes.Equal(stats, k.observed.Stats) {
		k.observed.Stats, k.dirty = stats, true
	}
	var f failure
	if m.Err != nil {
		f = failureOf(m.Err)
	}
	switch m.State {
	case Running, Recovering, Draining:
		if m.State != k.observed.State || f.reason != "" && cut(f.reason) != k.observed.Reason {
			cause := Cause{Kind: ByEngine, Reason: f.reason}
			switch {
			case m.State != Draining:
			case k.wish.Desired.Generation != k.observed.Generation:
				cause = k.wish.Desired.Cause
			default:
				cause = Cause{Kind: ByWorker, Reason: "the worker ends"}
			}
			k.enterLocked(k.wishOf(), m.State, f, time.Time{}, cause)
		}
	}
}

// wishOf is the wish with the generation and version that are observed: the run is still that of the wish before.
func (k *keeper) wishOf() Wish {
	w := k.wish
	w.Desired.Generation, w.Version = k.observed.Generation, k.observed.Version
	return w
}

// report returns what has changed since the last report, or nil.
func (k *keeper) report() *Report {
	k.mu.Lock()
	run := k.run
	k.mu.Unlock()
	if run != nil {
		k.observe(run)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	r := &Report{Lease: k.lease, Events: k.events, Logs: k.lines.take()}
	if k.dirty {
		o := k.observed
		r.Observed = &o
	}
	if r.Observed == nil && len(r.Events) == 0 && len(r.Logs) == 0 {
		return nil
	}
	k.dirty, k.events = false, nil
	return r
}

// unsaid takes a report back that did not arrive.
func (k *keeper) unsaid(r Report) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.dirty = k.dirty || r.Observed != nil
	k.events = append(r.Events, k.events...)
	k.lines.putBack(r.Logs)
}

// finish records how the pipeline has ended and gives the lease back.
func (k *keeper) finish(w Wish, s State, f failure, cause Cause) {
	k.enter(w, s, f, time.Time{}, cause)
	k.giveBack()
}

// release gives back a pipeline that is wanted, because the worker leaves.
func (k *keeper) release(w Wish) {
	k.mu.Lock()
	k.enterLocked(w, Starting, failure{}, time.Time{}, Cause{Kind: ByWorker, Reason: "the worker ends"})
	last := &k.events[len(k.events)-1]
	last.Kind, last.State = EventReleased, ""
	k.mu.Unlock()
	k.giveBack()
}

// giveBack reports for the last time, until it gets through or the lease is lost anyway.
func (k *keeper) giveBack() {
	for {
		err := k.lastWord()
		if err == nil {
			return
		}
		k.in.o.Log.Warn("giving a pipeline back", "pipeline", k.wish.Name, "err", err)
		if k.in.leaving.Err() != nil && k.in.fence.check() != nil {
			// Whoever leaves and is not heard is soon declared dead, which comes to the same.
			return
		}
		if _, lost := k.current(); lost || !sleep(k.in.lost, time.Second) {
			return
		}
	}
}

func (k *keeper) lastWord() error {
	select {
	case k.in.reporting <- struct{}{}:
	case <-k.in.lost.Done():
		return context.Cause(k.in.lost)
	}
	defer func() { <-k.in.reporting }()
	r := k.report()
	if r == nil {
		r = &Report{Lease: k.lease}
	}
	r.Release = true
	err := k.in.call(func(ctx context.Context) error { return k.in.o.Work.Observe(ctx, k.in.info.ID, []Report{*r}) })
	if err != nil {
		k.unsaid(*r)
	}
	return err
}
