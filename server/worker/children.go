package worker

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"millrace/pipelines/control"
)

// Registry is what a server needs to know of its workers.
type Registry interface {
	LiveWorkers(ctx context.Context) ([]control.WorkerInfo, error)
	// BuryProcess declares a worker dead whose process has ended.
	BuryProcess(ctx context.Context, home, host string, pid int) error
	// AskToLeave asks a worker to drain and end, or all of a home where worker is empty.
	AskToLeave(ctx context.Context, home, worker string) error
}

// ChildrenOptions say what a server starts.
type ChildrenOptions struct {
	// Count is how many workers there are to be, those that a server before has left behind included.
	Count int
	// Home names the server: HomeOf its data folder.
	Home string
	// Program is run with Args; empty is this program. Its logs go to Logs.
	Program string
	Args    []string
	Logs    string
	// Version is the server's own: workers of another are replaced, one after the other.
	Version  string
	Registry Registry
	Log      *slog.Logger
}

// HomeOf names the server of a data folder: the folder on this machine.
func HomeOf(dataDir string) (string, error) {
	host, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("asking for this machine's name: %w", err)
	}
	dir, err := filepath.Abs(dataDir)
	if err != nil {
		return "", fmt.Errorf("finding the data folder: %w", err)
	}
	return host + ":" + dir, nil
}

// Children are the workers of a server. They outlive a server that is killed: Start adopts those that are there.
type Children struct {
	o    ChildrenOptions
	host string

	mu    sync.Mutex
	own   map[int]*child
	slots map[int]bool
	done  sync.WaitGroup
}

// child is a process that this server has started.
type child struct {
	slot    int
	started time.Time
	exited  chan struct{}
}

const (
	// countEvery is how often workers are counted.
	countEvery = time.Second
	// againAfter and againAtMost bound the pause before a worker that has ended is started again.
	againAfter  = 500 * time.Millisecond
	againAtMost = 30 * time.Second
	// steady is how long a worker runs before the next pause is a short one again.
	steady = time.Minute
	// leaveTime is how long workers may drain when the server stops.
	leaveTime = 45 * time.Second
)

// NewChildren returns children that have not been started.
func NewChildren(o ChildrenOptions) (*Children, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("asking for this machine's name: %w", err)
	}
	if o.Program == "" {
		if o.Program, err = os.Executable(); err != nil {
			return nil, fmt.Errorf("finding this program: %w", err)
		}
	}
	return &Children{o: o, host: host, own: map[int]*child{}, slots: map[int]bool{}}, nil
}

// Run keeps the workers until ctx ends; then it asks them to leave, and returns when they have drained.
func (c *Children) Run(ctx context.Context) {
	pause := againAfter
	var last time.Time
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	for {
		if missing, err := c.missing(ctx); err != nil {
			if ctx.Err() == nil {
				c.o.Log.Warn("counting workers", "err", err)
			}
		} else if missing > 0 && time.Since(last) >= pause {
			if time.Since(last) > steady {
				pause = againAfter
			} else {
				pause = min(2*pause, againAtMost)
			}
			for range missing {
				if err := c.start(); err != nil {
					c.o.Log.Error("starting a worker", "err", err)
				}
			}
			last = time.Now()
		}
		select {
		case <-ctx.Done():
			c.stop()
			return
		case <-tick.C:
		}
	}
}

// missing says how many workers are to be started, and asks those to leave that are too many or of another version.
func (c *Children) missing(ctx context.Context) (int, error) {
	live, err := c.o.Registry.LiveWorkers(ctx)
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	processes := map[int]bool{}
	for pid := range c.own {
		processes[pid] = true
	}
	c.mu.Unlock()
	leaving := 0
	var stay []control.WorkerInfo
	for _, w := range live {
		if w.Home != c.o.Home {
			continue
		}
		processes[w.PID] = true
		if w.Leaving {
			leaving++
		} else {
			stay = append(stay, w)
		}
	}
	there := len(processes) - leaving
	for _, w := range stay {
		other := w.Version != c.o.Version
		if leaving > 0 || !other && there <= c.o.Count {
			continue
		}
		c.o.Log.Info("asking a worker to leave", "worker", w.ID, "pid", w.PID, "version", w.Version)
		if err := c.o.Registry.AskToLeave(ctx, c.o.Home, w.ID); err != nil {
			return 0, err
		}
		leaving++
		there--
	}
	return c.o.Count - there, nil
}

// start starts one worker.
func (c *Children) start() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	slot := 1
	for c.slots[slot] {
		slot++
	}
	if err := os.MkdirAll(c.o.Logs, 0o700); err != nil {
		return fmt.Errorf("making the folder of logs: %w", err)
	}
	cmd := exec.Command(c.o.Program, append(append([]string{}, c.o.Args...), "--home", c.o.Home, "--log-file", filepath.Join(c.o.Logs, fmt.Sprintf("worker-%d.log", slot)))...)
	// A session of its own: what ends the server's terminal, or the server, does not end the worker.
	cmd.SysProcAttr = ownSession()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", c.o.Program, err)
	}
	one := &child{slot: slot, started: time.Now(), exited: make(chan struct{})}
	pid := cmd.Process.Pid
	c.own[pid], c.slots[slot] = one, true
	c.o.Log.Info("a worker was started", "pid", pid)
	c.done.Go(func() {
		err := cmd.Wait()
		close(one.exited)
		c.ended(pid, one, err)
	})
	return nil
}

// ended tells the others at once that a worker's process has ended: they need not wait until its lease is over.
func (c *Children) ended(pid int, one *child, err error) {
	c.o.Log.Info("a worker has ended", "pid", pid, "after", time.Since(one.started).Round(time.Millisecond), "err", err)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := c.o.Registry.BuryProcess(ctx, c.o.Home, c.host, pid); err != nil {
		c.o.Log.Warn("declaring a worker dead", "pid", pid, "err", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.own, pid)
	delete(c.slots, one.slot)
}

// stop asks all workers of the home to leave and waits until they have, within bounds.
func (c *Children) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), leaveTime)
	defer cancel()
	if err := c.o.Registry.AskToLeave(ctx, c.o.Home, ""); err != nil {
		c.o.Log.Warn("asking the workers to leave", "err", err)
	}
	c.signal(os.Interrupt)
	for ctx.Err() == nil && c.there(ctx) {
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
	if ctx.Err() != nil {
		c.o.Log.Warn("workers did not drain in time; the next start goes on from their last epochs")
		c.signal(os.Kill)
	}
	c.done.Wait()
}

// there reports whether workers of the home are left.
func (c *Children) there(ctx context.Context) bool {
	c.mu.Lock()
	own := len(c.own)
	c.mu.Unlock()
	if own > 0 {
		return true
	}
	live, err := c.o.Registry.LiveWorkers(ctx)
	if err != nil {
		return false
	}
	for _, w := range live {
		if w.Home == c.o.Home {
			return true
		}
	}
	return false
}

// signal sends a signal to the processes that this server has started.
func (c *Children) signal(s os.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for pid := range c.own {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Signal(s)
		}
	}
}
