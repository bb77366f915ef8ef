package control_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"millrace/pipelines/control"
	"millrace/pipelines/control/controltest"
)

// pass lets virtual time pass.
func pass(d time.Duration) { <-time.After(d) }

// target is what all runs write to. It notices when an older lease writes behind a younger one.
type target struct {
	t  *testing.T
	mu sync.Mutex
	// last is the lease epoch that wrote last, applied how many epochs were, by pipeline.
	last    map[string]int64
	applied map[string]int
	wrong   []string
	// behave says how a pipeline's runs end, by its name; nil is that they do not.
	behave map[string]func(start int) error
	starts map[string]int
}

func newTarget(t *testing.T) *target {
	return &target{t: t, last: map[string]int64{}, applied: map[string]int{}, behave: map[string]func(int) error{}, starts: map[string]int{}}
}

// appliedOf is how many epochs of a pipeline were applied, startsOf how often one of a name was started.
func (g *target) appliedOf(pipeline string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.applied[pipeline]
}

func (g *target) startsOf(name string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.starts[name]
}

// ends is how the runs of a name end.
func (g *target) ends(name string) func(start int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.behave[name]
}

// ending sets it.
func (g *target) ending(name string, end func(start int) error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.behave[name] = end
}

func (g *target) land(pipeline string, epoch int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if epoch < g.last[pipeline] {
		g.wrong = append(g.wrong, fmt.Sprintf("%s: lease %d wrote behind lease %d", pipeline, epoch, g.last[pipeline]))
	}
	g.last[pipeline] = max(epoch, g.last[pipeline])
	g.applied[pipeline]++
}

// machine is a worker's: what stands between it and the store, and the runner.
type machine struct {
	*controltest.Memory
	target *target
	name   string

	mu    sync.Mutex
	cut   bool
	moved chan struct{}
}

// link cuts the machine off from the store or connects it again.
func (m *machine) link(cut bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cut = cut
	close(m.moved)
	m.moved = make(chan struct{})
}

var errCut = errors.New("the store cannot be reached")

// reach waits while the machine is cut off, or fails after a while, as a database driver would.
func (m *machine) reach(ctx context.Context) error {
	deadline := time.After(2 * time.Second)
	for {
		m.mu.Lock()
		cut, moved := m.cut, m.moved
		m.mu.Unlock()
		if !cut {
			return nil
		}
		select {
		case <-moved:
		case <-deadline:
			return errCut
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m *machine) Join(ctx context.Context, w control.WorkerInfo) error {
	if err := m.reach(ctx); err != nil {
		return err
	}
	return m.Memory.Join(ctx, w)
}

func (m *machine) Beat(ctx context.Context, id string) (control.Beaten, error) {
	if err := m.reach(ctx); err != nil {
		return control.Beaten{}, err
	}
	return m.Memory.Beat(ctx, id)
}

func (m *machine) Bury(ctx context.Context) ([]string, error) {
	if err := m.reach(ctx); err != nil {
		return nil, err
	}
	return m.Memory.Bury(ctx)
}

func (m *machine) Board(ctx context.Context, id string, after int64) (*control.Board, error) {
	if err := m.reach(ctx); err != nil {
		return nil, err
	}
	return m.Memory.Board(ctx, id, after)
}

func (m *machine) Claim(ctx context.Context, id string, w control.Wish) (control.Lease, error) {
	if err := m.reach(ctx); err != nil {
		return control.Lease{}, err
	}
	return m.Memory.Claim(ctx, id, w)
}

func (m *machine) Observe(ctx context.Context, id string, reports []control.Report) error {
	if err := m.reach(ctx); err != nil {
		return err
	}
	return m.Memory.Observe(ctx, id, reports)
}

func (m *machine) Commit(ctx context.Context, l control.Lease, mf *control.Manifest) error {
	if err := m.reach(ctx); err != nil {
		return err
	}
	return m.Memory.Commit(ctx, l, mf)
}

// Prepare makes a run that commits and applies an epoch a second, as the engine does.
func (m *machine) Prepare(_ context.Context, a control.Assignment) (control.Run, error) {
	m.target.mu.Lock()
	defer m.target.mu.Unlock()
	m.target.starts[a.Wish.Name]++
	return &run{m: m, a: a, start: m.target.starts[a.Wish.Name], state: control.Starting, aborted: make(chan struct{})}, nil
}

type run struct {
	m     *machine
	a     control.Assignment
	start int

	mu      sync.Mutex
	state   control.State
	epoch   int64
	once    sync.Once
	aborted chan struct{}
	cause   error
}

func (r *run) Abort(cause error) { r.once.Do(func() { r.cause = cause; close(r.aborted) }) }

func (r *run) Moment() control.Moment {
	r.mu.Lock()
	defer r.mu.Unlock()
	return control.Moment{State: r.state, Stats: map[string]int64{"epoch": r.epoch}}
}

func (r *run) enter(s control.State, epoch int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state, r.epoch = s, epoch
}

func (r *run) Run(ctx context.Context) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go func() {
		select {
		case <-r.aborted:
			cancel()
		case <-work.Done():
		}
	}()
	head, err := r.m.Head(work, r.a.Wish.ID)
	if err != nil {
		return err
	}
	last := head.Committed
	for {
		r.enter(control.Running, 0)
		draining := false
		select {
		case <-r.aborted:
			return r.cause
		case <-ctx.Done():
			draining = true
			r.enter(control.Draining, 0)
		case <-time.After(time.Second):
		}
		if end := r.m.target.ends(r.a.Wish.Name); end != nil {
			if err := end(r.start); err != nil {
				return err
			}
		}
		if err := r.a.Fence(); err != nil {
			return r.ended(err)
		}
		next := controltest.Next(r.a.Wish.ID, last)
		if err := r.m.Commit(work, r.a.Lease, next); err != nil {
			return r.ended(err)
		}
		last = next
		if err := r.a.Fence(); err != nil {
			return r.ended(err)
		}
		// An apply that began takes as long as it may, whatever it is told.
		pass(time.Duration(rand.Int64N(int64(control.ApplyMargin))))
		r.m.target.land(r.a.Wish.ID, r.a.Lease.Epoch)
		if draining {
			return r.ended(nil)
		}
	}
}

func (r *run) ended(err error) error {
	select {
	case <-r.aborted:
		return r.cause
	default:
		return err
	}
}

// world is a store with workers.
type world struct {
	t      *testing.T
	store  *controltest.Memory
	target *target
	serve  *control.Service
	began  time.Time
	all    sync.WaitGroup
	ctx    context.Context
	end    context.CancelFunc
}

// within runs a test in a bubble of virtual time.
func within(t *testing.T, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store := controltest.NewMemory()
		w := &world{t: t, store: store, target: newTarget(t), serve: controltest.Serve(store), began: time.Now()}
		w.ctx, w.end = context.WithCancel(context.Background())
		// Also when the test fails: workers left behind would hide why.
		defer func() {
			w.end()
			w.all.Wait()
		}()
		test(w)
		require.Empty(t, w.target.wrong)
	})
}

// work starts a worker; what it returns ends it.
func (w *world) work(name string, capacity int) (*machine, context.CancelFunc) {
	m := &machine{Memory: w.store, target: w.target, name: name, moved: make(chan struct{})}
	agent := control.NewAgent(control.AgentOptions{Info: control.WorkerInfo{Host: name, PID: 1, Capacity: capacity}, Workers: m, Work: m, Runner: m,
		Log: w.log(name), Clock: func() time.Duration { return time.Since(w.began) }})
	ctx, stop := context.WithCancel(w.ctx)
	w.all.Go(func() {
		if err := agent.Run(ctx); err != nil && w.ctx.Err() == nil && ctx.Err() == nil {
			w.t.Errorf("the worker %s ended: %v", name, err)
		}
	})
	return m, stop
}

// log is silent unless MILLRACE_TRACE is set.
func (w *world) log(name string) *slog.Logger {
	if os.Getenv("MILLRACE_TRACE") == "" {
		return nil
	}
	return slog.New(slog.NewTextHandler(os.Stderr, nil)).With("on", name)
}

func (w *world) deploy(name string) string {
	st, _, err := w.serve.Deploy(w.t.Context(), control.Deploy{Name: name, Team: "t", Plan: controltest.Plan(name, "plays"), Run: true})
	require.NoError(w.t, err)
	return st.ID
}

func (w *world) status(id string) *control.Status {
	st, err := w.serve.Get(w.t.Context(), id)
	require.NoError(w.t, err)
	return st
}

// until waits for a condition and returns how long it took.
func (w *world) until(limit time.Duration, what string, is func() bool) time.Duration {
	w.t.Helper()
	began := time.Now()
	for !is() {
		require.Less(w.t, time.Since(began), limit, what)
		pass(50 * time.Millisecond)
	}
	return time.Since(began)
}

func (w *world) enters(id string, s control.State, limit time.Duration) time.Duration {
	w.t.Helper()
	return w.until(limit, "it becomes "+string(s), func() bool { return w.status(id).State == s })
}
