package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/pipelines/control"
)

// run is one attempt: from opening everything and restoring the last manifest until the job ends or something fails. After a failure
// it is thrown away and the next attempt starts from the last manifest.
type run struct {
	opt *Options
	// ctx is for input and output. It outlives the request to drain, and ends when the attempt does.
	ctx    context.Context
	cancel context.CancelFunc
	zone   *time.Location
	stats  *stats
	slots  chan struct{}

	nodes     []*plan.Node // inputs before consumers
	consumers map[*plan.Node][]*plan.Node
	scans     []*plan.Node
	sources   map[*plan.Node]component.Source
	sinks     map[*plan.Node]*sinkRun

	lanes   []*lane // in the order of their scans, then by ordinal
	barrier *lane
	windows map[*plan.Node]*windowGlobal
	dedupes map[*plan.Node]*dedupeGlobal
	// gatherers are the other operators that work at barriers; gatherTimes has their inputs' columns for lateness.
	gatherers   map[*plan.Node]gatherer
	gatherTimes map[*plan.Node][]int
	scanWM      map[*plan.Node]int64
	// feeding has the scans that each operator's rows come from; spell what the lanes' time has gone into.
	feeding map[*plan.Node][]*plan.Node
	spell   spell
	// watermark is the least over the scans, for people to see.
	watermark int64

	totals control.Totals
	head   *control.Manifest
	files  fileLedger

	stagedBytes atomic.Int64
	// stagedLimit is how much may wait for the barrier; share asks anew for it, and for what state may take.
	stagedLimit atomic.Int64
	share       func(state, staged int64) (stateLimit, stagedLimit int64)
	// carried is what is kept of the last manifest when another version made it, nil when this one did.
	carried    *Carry
	full       atomic.Pointer[context.CancelFunc] // ends the running epoch
	discovered time.Time
}

func permanentf(format string, args ...any) error {
	return &component.PermanentError{Err: fmt.Errorf(format, args...)}
}

func newRun(ctx context.Context, opt *Options, st *stats) (*run, error) {
	zone, err := loadZone(opt.Plan.TimeZone)
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	r := &run{opt: opt, zone: zone, stats: st, slots: make(chan struct{}, opt.Parallelism), consumers: map[*plan.Node][]*plan.Node{},
		sources: map[*plan.Node]component.Source{}, sinks: map[*plan.Node]*sinkRun{}, windows: map[*plan.Node]*windowGlobal{},
		dedupes: map[*plan.Node]*dedupeGlobal{}, gatherers: map[*plan.Node]gatherer{}, gatherTimes: map[*plan.Node][]int{}, scanWM: map[*plan.Node]int64{}, feeding: map[*plan.Node][]*plan.Node{}, watermark: minTime}
	// A request to drain must not cut off the commit that drains.
	r.ctx, r.cancel = context.WithCancel(context.WithoutCancel(ctx))
	r.stagedLimit.Store(opt.StagedBytes)
	opt.Plan.Walk(func(n *plan.Node) {
		r.nodes = append(r.nodes, n)
		for _, in := range n.Inputs {
			r.consumers[in] = append(r.consumers[in], n)
		}
		if _, ok := n.Op.(*plan.Scan); ok {
			r.scans = append(r.scans, n)
			r.scanWM[n] = minTime
		}
		r.feeding[n] = slices.Collect(maps.Keys(scansOf(n)))
	})
	return r, nil
}

// close lets go of everything. It is safe at any point of an attempt.
func (r *run) close() {
	for _, s := range r.sinks {
		if s.tx != nil && s.open {
			ctx, cancel := context.WithTimeout(r.ctx, 5*time.Second)
			if err := s.tx.Abort(ctx); err != nil {
				r.opt.Log.Debug("aborting a transaction", "sink", s.node.ID, "err", err)
			}
			cancel()
		}
	}
	r.cancel()
	var closers []io.Closer
	for _, l := range r.lanes {
		if l.reader != nil {
			closers = append(closers, l.reader)
		}
	}
	for _, s := range r.sources {
		closers = append(closers, s)
	}
	for _, s := range r.sinks {
		closers = append(closers, s.sink)
	}
	for _, c := range closers {
		if err := c.Close(); err != nil {
			r.opt.Log.Debug("closing", "err", err)
		}
	}
	for _, n := range r.nodes {
		if err := r.spillable(n).close(); err != nil {
			r.opt.Log.Warn("closing", "operator", n.ID, "err", err)
		}
	}
}

func (r *run) openSources(ctx context.Context) error {
	for _, n := range r.scans {
		op := n.Op.(*plan.Scan)
		spec, ok := r.opt.Registry.Get(component.KindSource, op.Component)
		if !ok {
			return permanentf("the plan reads with the component %q, which this build does not have", op.Component)
		}
		checked := make([]bool, len(n.Schema.Fields))
		for i, f := range n.Schema.Fields {
			for _, c := range op.Checked {
				checked[i] = checked[i] || c == f.Name
			}
		}
		s, err := spec.Source.Open(ctx, component.SourceContext{
			Params: op.Params, Connections: r.opt.Connections, Registry: r.opt.Registry,
			Target: component.DecodeTarget{Schema: n.Schema, Columns: op.Source.Names(), Checked: checked, BatchRows: r.opt.BatchRows, TimeZone: r.zone,
				MaxRecordBytes: r.opt.MaxRecordBytes},
			BatchRows: r.opt.BatchRows, MaxRecordBytes: r.opt.MaxRecordBytes, Pipeline: r.opt.Pipeline, Bounded: r.opt.Bounded,
			Start: r.opt.Start, Log: r.opt.Log.With("source", n.ID),
		})
		if err != nil {
			return fmt.Errorf("opening source %s: %w", n.ID, err)
		}
		r.sources[n] = s
	}
	return nil
}

// buildBarrier makes the operators that work at barriers, and the lane that carries what they give out.
func (r *run) buildBarrier() error {
	r.barrier = newLane(r, nil, "", 0)
	r.barrier.barrierOut = map[*plan.Node]outputs{}
	for _, n := range r.nodes {
		op, times, err := r.newGatherer(n)
		if err != nil {
			return fmt.Errorf("building %s: %w", n.ID, err)
		}
		if times != nil {
			r.gatherers[n], r.gatherTimes[n] = op, times
		}
	}
	made := map[*plan.Node]consumer{}
	for _, n := range r.nodes {
		switch op := n.Op.(type) {
		case *plan.Window:
			r.windows[n] = &windowGlobal{node: n, op: op, align: newAligner(op, r.zone), emitted: minTime, rows: r.opt.BatchRows}
		case *plan.Dedupe:
			r.dedupes[n] = newDedupeGlobal(r, n, op)
		default:
			if r.gatherers[n] == nil {
				continue
			}
		}
		out, err := r.barrier.build(n, made)
		if err != nil {
			return err
		}
		r.barrier.barrierOut[n] = out
	}
	return nil
}

// addLane opens a partition. state is what the manifest remembers of it, or nil.
func (r *run) addLane(ctx context.Context, scan *plan.Node, p component.Partition, state *control.PartitionState, fresh bool) error {
	l := newLane(r, scan, p.ID, p.Ordinal)
	if state != nil {
		l.ordinal, l.position, l.idle, l.ended = state.Ordinal, component.Position(state.Position), state.Idle, state.Ended
		if state.HasWatermark {
			l.watermark = state.Watermark
		}
		if l.ended && (!r.opt.Bounded || r.head.Finished) {
			// The end was that of a bounded run before: there may be more now.
			l.ended, l.revived = false, true
		}
	} else {
		// A new partition starts at its earliest row and never lowers the watermark.
		l.watermark = r.given(scan)
	}
	var err error
	if l.out, err = l.build(scan, map[*plan.Node]consumer{}); err != nil {
		return err
	}
	if !l.ended {
		if l.reader, err = r.sources[scan].Open(ctx, p, l.position, fresh); err != nil {
			return fmt.Errorf("opening %s, partition %s: %w", scan.ID, p.ID, err)
		}
	}
	r.lanes = append(r.lanes, l)
	return nil
}

// given returns the watermark up to which the operators a scan feeds have given out results.
func (r *run) given(scan *plan.Node) int64 {
	wm := int64(minTime)
	seen := map[*plan.Node]bool{}
	var walk func(n *plan.Node)
	walk = func(n *plan.Node) {
		for _, c := range r.consumers[n] {
			if seen[c] {
				continue
			}
			seen[c] = true
			if w := r.windows[c]; w != nil {
				wm = max(wm, w.emitted)
			} else if d := r.dedupes[c]; d != nil {
				wm = max(wm, d.released)
			} else if g := r.gatherers[c]; g != nil {
				// What lies behind has no event time of its own, or one that follows from this.
				wm = max(wm, g.mark())
				if p, is := g.(passer); is {
					wm = max(wm, p.passed())
				}
			} else {
				walk(c)
			}
		}
	}
	walk(scan)
	return wm
}

// discover opens partitions that are not open yet.
func (r *run) discover(ctx context.Context, known map[string]*control.PartitionState, fresh bool) error {
	r.discovered = r.opt.Now()
	added := false
	for _, scan := range r.scans {
		parts, err := r.sources[scan].Partitions(ctx)
		if err != nil {
			return fmt.Errorf("listing the partitions of %s: %w", scan.ID, err)
		}
		have, next := map[string]bool{}, int32(0)
		for _, l := range r.lanes {
			if l.scan == scan {
				have[l.partition] = true
				next = max(next, l.ordinal+1)
			}
		}
		for _, s := range known {
			if s.Source == scan.ID {
				next = max(next, s.Ordinal+1)
			}
		}
		for _, p := range parts {
			if have[p.ID] {
				continue
			}
			state := known[scan.ID+"\x00"+p.ID]
			if state == nil && p.Ordinal < 0 {
				p.Ordinal = next
				next++
			}
			if err := r.addLane(ctx, scan, p, state, state == nil && (fresh || known != nil && !r.carried.source(scan.ID))); err != nil {
				return err
			}
			added = true
		}
	}
	if added {
		r.orderLanes()
	}
	return nil
}

// allLanes returns the lanes in the order in which they are merged, the barrier lane last.
func (r *run) allLanes() []*lane { return slices.Concat(r.lanes, []*lane{r.barrier}) }

// orderLanes fixes the order in which lanes are merged: by scan, then by ordinal, the barrier lane last.
func (r *run) orderLanes() {
	index := map[*plan.Node]int{}
	for i, s := range r.scans {
		index[s] = i
	}
	sort.SliceStable(r.lanes, func(i, j int) bool {
		a, b := r.lanes[i], r.lanes[j]
		if a.scan != b.scan {
			return index[a.scan] < index[b.scan]
		}
		return a.ordinal < b.ordinal
	})
	all := r.allLanes()
	for n, w := range r.windows {
		w.locals = w.locals[:0]
		for _, l := range all {
			if p := l.windows[n]; p != nil {
				w.locals = append(w.locals, p)
			}
		}
	}
	for n, d := range r.dedupes {
		d.locals = d.locals[:0]
		for _, l := range all {
			if p := l.dedupes[n]; p != nil {
				d.locals = append(d.locals, p)
			}
		}
	}
}

// staged counts bytes that wait for the barrier, and ends the epoch early when they are many (I8).
func (r *run) staged(n int64) {
	if r.stagedBytes.Add(n) >= r.stagedLimit.Load() {
		if end := r.full.Load(); end != nil {
			(*end)()
		}
	}
}

// epoch lets the lanes run until the time is over and the commit before is done, the staged output is full, every lane has ended,
// one has failed, or drain is asked for.
func (r *run) epoch(drain context.Context, committed <-chan struct{}) {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	r.full.Store(&cancel)
	defer r.full.Store(nil)
	var lanes sync.WaitGroup
	done := make(chan struct{})
	var live, waiting []*lane
	held := r.held()
	for _, l := range r.lanes {
		switch {
		case l.ended:
		case held[l.scan]:
			waiting = append(waiting, l)
		default:
			live = append(live, l)
		}
	}
	defer func(began time.Time) {
		for _, l := range waiting {
			l.waited += time.Since(began)
		}
	}(time.Now())
	if len(live) == 0 && !r.finished() {
		// With nothing to read yet, the epoch still takes its time: a partition may appear.
		lanes.Go(func() { <-ctx.Done() })
	}
	for _, l := range live {
		lanes.Go(func() {
			before := r.opt.Now()
			l.runSafely(ctx)
			if l.err != nil {
				cancel()
			}
			l.silence(before, r.opt.Now())
		})
	}
	go func() { lanes.Wait(); close(done) }()
	timer := time.NewTimer(r.opt.Epoch)
	defer timer.Stop()
	due := false
	for {
		select {
		case <-done:
			return
		case <-drain.Done():
			cancel()
			<-done
			return
		case <-timer.C:
			due = true
		case <-committed:
			committed = nil
		}
		// While the commit before is under way the lanes go on: the epoch grows instead of standing still.
		if due && committed == nil {
			cancel()
			<-done
			return
		}
	}
}

// advance moves watermarks on and lets the operators that wait for them give out what is due, inputs before consumers.
func (r *run) advance() error {
	type mark struct {
		at               int64
		active, caughtUp bool
	}
	marks := map[*plan.Node]mark{}
	for _, scan := range r.scans {
		at, active := int64(maxTime), false
		for _, l := range r.lanes {
			if l.scan != scan {
				continue
			}
			if wm, ok := l.effective(); ok {
				at, active = min(at, wm), true
			}
		}
		if active {
			r.scanWM[scan] = max(r.scanWM[scan], at)
		}
		marks[scan] = mark{r.scanWM[scan], active, r.caughtUp(scan)}
	}
	least := int64(maxTime)
	for _, scan := range r.scans {
		least = min(least, r.scanWM[scan])
	}
	r.watermark = least
	for _, n := range r.nodes {
		if len(n.Inputs) == 0 {
			continue
		}
		m := mark{at: maxTime, caughtUp: true}
		for _, in := range n.Inputs {
			i := marks[in]
			if i.active {
				m.at, m.active = min(m.at, i.at), true
			}
			m.caughtUp = m.caughtUp && i.caughtUp
		}
		outer, began := r.barrier.clock.enter(r.barrier.meter(n))
		if w := r.windows[n]; w != nil {
			if m.active {
				if err := w.advance(m.at, r.barrier.emit(n)); err != nil {
					return err
				}
			}
			// Further down the time is the window's start.
			m.at = w.align.firstStart(w.emitted)
		}
		if d := r.dedupes[n]; d != nil {
			if m.active {
				if err := d.advance(m.at, &r.barrier.counts.Duplicates, r.barrier.emit(n)); err != nil {
					return err
				}
			}
			m.at = d.released
		}
		if g := r.gatherers[n]; g != nil {
			in := make([]gathered, len(n.Inputs))
			for port, from := range n.Inputs {
				i := marks[from]
				in[port] = gathered{batches: r.take(n, port), mark: i.at, active: i.active, caughtUp: i.caughtUp}
			}
			if err := g.advance(in, r.barrier.emit(n)); err != nil {
				return fmt.Errorf("at %s: %w", n.ID, err)
			}
			m.at = g.mark()
		}
		r.barrier.clock.leave(outer, began)
		marks[n] = m
	}
	return nil
}

// emit passes what an operator gives out at a barrier to its consumers.
func (l *lane) emit(n *plan.Node) func(*batch.Batch) error {
	return func(b *batch.Batch) error {
		l.moved = true
		return l.barrierOut[n].push(b)
	}
}

func (r *run) stateBytes() int64 {
	var n int64
	for _, w := range r.windows {
		for _, l := range w.locals {
			n += l.bytes()
		}
	}
	for _, d := range r.dedupes {
		n += d.bytes()
	}
	for _, g := range r.gatherers {
		n += g.bytes()
	}
	return n
}

// laneErrors returns what the lanes of the epoch failed with.
func (r *run) laneErrors() error {
	var errs []error
	for _, l := range r.lanes {
		if l.err != nil {
			errs = append(errs, l.err)
		}
	}
	return errors.Join(errs...)
}

// finished reports whether everything was read: in a bounded job, and where every partition there is has an end of its own.
func (r *run) finished() bool {
	if !r.opt.Bounded && len(r.lanes) == 0 {
		return false
	}
	for _, l := range r.lanes {
		if !l.ended {
			return false
		}
	}
	return true
}
