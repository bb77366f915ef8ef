package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Runner runs pipelines; server/worker's does it on the embedded engine.
type Runner interface {
	// Prepare makes a run ready to start. It is called again for each start.
	Prepare(ctx context.Context, a Assignment) (Run, error)
}

// Run is one start of a pipeline.
type Run interface {
	// Run runs until ctx ends, which drains it, until there is nothing left to do, or until it fails for good.
	Run(ctx context.Context) error
	// Abort ends it at once; Run returns cause.
	Abort(cause error)
	// Moment says what it does. It is called at any time from any goroutine.
	Moment() Moment
}

// Moment is what a run does.
type Moment struct {
	// State is Starting, Running, Recovering or Draining; any other leaves it as it was.
	State State
	// Err is what it recovers from, nil otherwise.
	Err error
	// Stats is written as JSON.
	Stats any
}

// Assignment is what is to be run.
type Assignment struct {
	Wish    Wish
	Version *Version
	Lease   Lease
	// Fence is the engine's; see its Options.
	Fence func() error
	// Log writes to the pipeline's log and to the process's.
	Log *slog.Logger
}

// AgentOptions say who a worker is and what it works with.
type AgentOptions struct {
	// Info is who it is; its ID is made anew with each joining.
	Info    WorkerInfo
	Workers Workers
	Work    Work
	Runner  Runner
	Log     *slog.Logger
	// Clock is monotonic and goes on while the machine sleeps; nil is the system's.
	Clock func() time.Duration
}

// How often a worker looks at the board and reports.
const (
	lookEvery   = 500 * time.Millisecond
	reportEvery = time.Second
	// beatAgain is the pause after a heartbeat that was not confirmed.
	beatAgain = 250 * time.Millisecond
	// settle is how long a worker that has joined waits for others before it takes anything.
	settle = time.Second
	// patience is how long a pipeline is left to the worker it was placed on before another takes it.
	patience = 2 * time.Second
	// storeTime bounds one call to the store where nothing else does.
	storeTime = 15 * time.Second
)

// Agent is a worker: it takes pipelines, runs them and says how they are.
type Agent struct{ o AgentOptions }

// NewAgent returns a worker that has not joined.
func NewAgent(o AgentOptions) *Agent {
	if o.Clock == nil {
		o.Clock = bootClock
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Agent{o}
}

// Run works until ctx ends or the worker is asked to leave; then it drains its pipelines and gives them back. A worker that was buried
// ends its runs at once and joins again. The error is nil after a drain.
func (a *Agent) Run(ctx context.Context) error {
	for {
		in, err := a.join(ctx)
		if err != nil {
			return err
		}
		err = in.work(ctx)
		if !errors.Is(err, ErrBuried) {
			return err
		}
		a.o.Log.Warn("this worker was declared dead: it has ended its pipelines and joins anew", "worker", in.info.ID)
	}
}

// join tries until the store takes it.
func (a *Agent) join(ctx context.Context) (*incarnation, error) {
	for {
		info := a.o.Info
		info.ID = NewID()
		began := a.o.Clock()
		err := a.o.Workers.Join(ctx, info)
		if err == nil {
			in := &incarnation{Agent: a, info: info, fence: newFence(a.o.Clock, began), joined: began, keepers: map[string]*keeper{}, left: map[string]int64{},
				seen: map[string]time.Duration{}, reporting: make(chan struct{}, 1)}
			in.lost, in.lose = context.WithCancelCause(context.Background())
			return in, nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("joining the workers: %w", err)
		}
		a.o.Log.Warn("joining the workers, trying again", "err", err)
		if !sleep(ctx, time.Second) {
			return nil, fmt.Errorf("joining the workers: %w", err)
		}
	}
}

// incarnation is a worker under one id: from its joining until it has left or was buried.
type incarnation struct {
	*Agent
	info  WorkerInfo
	fence *fence
	// joined is when, by the agent's clock.
	joined time.Duration
	// lost ends when the worker was buried: nothing it does counts any more.
	lost context.Context
	lose context.CancelCauseFunc
	// offset is what the store's clock is ahead of this machine's, in nanoseconds.
	offset atomic.Int64

	// leaving ends when the worker is to leave: its pipelines drain.
	leaving context.Context
	running sync.WaitGroup

	// The main goroutine's own: the lease epochs that were given back, and since when open pipelines have been.
	left map[string]int64
	seen map[string]time.Duration

	// keepers are changed by the main goroutine alone.
	mu      sync.Mutex
	keepers map[string]*keeper

	// reporting has room for one: who reports, so that reports arrive in order.
	reporting chan struct{}
}

// work works until the worker has left (nil) or was buried (ErrBuried).
func (in *incarnation) work(ctx context.Context) error {
	leaving, leave := context.WithCancel(ctx)
	defer leave()
	in.leaving = leaving
	background, end := context.WithCancel(in.lost)
	var helpers sync.WaitGroup
	helpers.Go(func() { in.beat(background, leave) })
	helpers.Go(func() { in.watch(background) })
	helpers.Go(func() { in.reportAll(background) })
	in.look(leaving)
	// Those that drain still need heartbeats.
	in.running.Wait()
	if in.lost.Err() == nil {
		if err := in.call(func(ctx context.Context) error { return in.o.Workers.Part(ctx, in.info.ID) }); err != nil {
			in.o.Log.Warn("leaving the workers", "err", err)
		}
	}
	end()
	helpers.Wait()
	return context.Cause(in.lost)
}

// call makes a call to the store that must not end with the wish to leave, only with being lost.
func (in *incarnation) call(do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(in.lost, storeTime)
	defer cancel()
	return do(ctx)
}

// now is the store's time, as far as it is known.
func (in *incarnation) now() time.Time { return time.Now().Add(time.Duration(in.offset.Load())).UTC() }

// beat renews the leases.
func (in *incarnation) beat(ctx context.Context, leave func()) {
	pause := BeatEvery
	for sleep(ctx, pause) {
		sent := in.o.Clock()
		// An answer that comes after the lease is over is of no use.
		call, cancel := context.WithTimeout(ctx, LeaseTime)
		beaten, err := in.o.Workers.Beat(call, in.info.ID)
		cancel()
		switch {
		case err == nil:
			in.offset.Store(int64(time.Until(beaten.At)))
			in.fence.confirm(sent)
			if beaten.Leave {
				leave()
			}
			pause = max(0, BeatEvery-(in.o.Clock()-sent))
		case errors.Is(err, ErrBuried):
			in.lose(ErrBuried)
			return
		case ctx.Err() == nil:
			in.o.Log.Warn("the heartbeat was not confirmed", "err", err)
			pause = beatAgain
		}
	}
}

// watch ends what is being applied when the lease may be over. The engine asks the fence before each apply as well: a process that was
// frozen comes there before this goroutine does.
func (in *incarnation) watch(ctx context.Context) {
	for sleep(ctx, max(in.fence.left(), 10*time.Millisecond)) {
		if in.fence.left() > 0 {
			continue
		}
		again := in.fence.again()
		if in.fence.left() > 0 {
			continue
		}
		in.o.Log.Warn("the worker's lease may be over: its pipelines stand still until a heartbeat is confirmed")
		for _, k := range in.all() {
			k.abort(ErrUnconfirmed)
		}
		select {
		case <-ctx.Done():
		case <-again:
		}
	}
}

// look looks at the board and acts on it until the worker is to leave.
func (in *incarnation) look(ctx context.Context) {
	after := int64(-1)
	for {
		if ctx.Err() != nil || in.lost.Err() != nil {
			return
		}
		next, err := in.act(ctx, after)
		switch {
		case errors.Is(err, ErrBuried):
			in.lose(ErrBuried)
			return
		case err != nil && ctx.Err() == nil:
			in.o.Log.Warn("looking for work", "err", err)
		case err == nil:
			after = next
		}
		select {
		case <-in.lost.Done():
			return
		case <-ctx.Done():
			return
		case <-time.After(lookEvery):
		}
	}
}

// act does what a new board asks for. It returns the number of the board it has done with, or -1 to see the same again.
func (in *incarnation) act(ctx context.Context, after int64) (int64, error) {
	call, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	b, err := in.o.Work.Board(call, in.info.ID, after)
	if err != nil || b == nil {
		return after, err
	}
	if b.Expired > 0 && in.fence.trusted() {
		dead, err := in.o.Workers.Bury(call)
		if err != nil {
			return after, err
		}
		if len(dead) > 0 {
			in.o.Log.Warn("workers were lost: their pipelines are taken over", "workers", dead)
			if b, err = in.o.Work.Board(call, in.info.ID, -1); err != nil {
				return after, err
			}
		}
	}
	in.follow(b)
	return in.take(call, b)
}

// follow tells the keepers what is wanted of their pipelines.
func (in *incarnation) follow(b *Board) {
	for id, k := range in.keepers {
		select {
		case <-k.done:
			in.mu.Lock()
			delete(in.keepers, id)
			in.mu.Unlock()
			in.left[id] = k.lease.Epoch
		default:
		}
	}
	held := map[string]bool{}
	for _, w := range b.Mine {
		if w.LeaseEpoch <= in.left[w.ID] {
			continue
		}
		held[w.ID] = true
		if k := in.keepers[w.ID]; k != nil && k.lease.Epoch == w.LeaseEpoch {
			k.tell(w)
		} else if k == nil {
			// The claim's answer got lost on its way.
			in.keep(w, Lease{Pipeline: w.ID, Holder: in.info.ID, Epoch: w.LeaseEpoch}, "")
		}
	}
	for id, k := range in.keepers {
		if !held[id] {
			k.lose()
		}
	}
}

// take claims what is placed on this worker, and what another has left lying.
func (in *incarnation) take(ctx context.Context, b *Board) (int64, error) {
	now := in.o.Clock()
	open := map[string]time.Duration{}
	for _, w := range b.Open {
		open[w.ID] = now
		if since, ok := in.seen[w.ID]; ok {
			open[w.ID] = since
		}
	}
	in.seen = open
	if now-in.joined < settle {
		// Workers that are started together share what there is.
		return -1, nil
	}
	mine := place(b, in.info.ID)
	room := in.info.Capacity - len(in.keepers) - len(mine)
	placed := map[string]bool{}
	for _, w := range mine {
		placed[w.ID] = true
	}
	for _, w := range b.Open {
		if !placed[w.ID] && room > 0 && now-open[w.ID] >= patience {
			mine = append(mine, w)
			room--
		}
	}
	living := map[string]bool{}
	for _, w := range b.Workers {
		living[w.ID] = true
	}
	for _, w := range mine {
		if in.keepers[w.ID] != nil || in.fence.check() != nil {
			continue
		}
		lease, err := in.o.Work.Claim(ctx, in.info.ID, w)
		switch {
		case err == nil:
			lost := ""
			if w.Holder != in.info.ID && !living[w.Holder] {
				lost = w.Holder
			}
			in.keep(w, lease, lost)
		case !errors.Is(err, ErrTaken):
			return -1, err
		}
	}
	if len(b.Open) > 0 {
		return -1, nil
	}
	return b.Seq, nil
}

// keep starts to keep a pipeline.
func (in *incarnation) keep(w Wish, lease Lease, lost string) {
	k := newKeeper(in, w, lease, lost)
	in.mu.Lock()
	in.keepers[w.ID] = k
	in.mu.Unlock()
	in.running.Go(func() {
		defer close(k.done)
		k.keep()
	})
}

// all returns the keepers there are.
func (in *incarnation) all() []*keeper {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Collect(maps.Values(in.keepers))
}

// reportAll reports what has changed, once a second.
func (in *incarnation) reportAll(ctx context.Context) {
	for sleep(ctx, reportEvery) {
		if err := in.report(ctx, in.all()); err != nil && ctx.Err() == nil {
			in.o.Log.Warn("reporting on pipelines", "err", err)
		}
	}
}

// report reports on keepers in one go.
func (in *incarnation) report(ctx context.Context, keepers []*keeper) error {
	select {
	case in.reporting <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-in.reporting }()
	var reports []Report
	var told []*keeper
	for _, k := range keepers {
		if r := k.report(); r != nil {
			reports, told = append(reports, *r), append(told, k)
		}
	}
	if len(reports) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if err := in.o.Work.Observe(ctx, in.info.ID, reports); err != nil {
		for i, k := range told {
			k.unsaid(reports[i])
		}
		return err
	}
	return nil
}

// sleep waits; false is the end of ctx.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return ctx.Err() == nil
	}
}
