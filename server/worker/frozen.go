package worker

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"millrace/pipelines/control"
	"millrace/server/store"
)

const (
	// stuckAfter is how long a heartbeat waits for the database before somebody may be holding it who does not go on.
	stuckAfter = 3 * time.Second
	// lookForFrozen is how often that is asked.
	lookForFrozen = 500 * time.Millisecond
)

// beating is the store with an eye on how long a heartbeat has been under way.
type beating struct {
	*store.Store
	began atomic.Int64 // in nanoseconds since 1970; 0 is none
}

// Beat renews the leases.
func (b *beating) Beat(ctx context.Context, id string) (control.Beaten, error) {
	b.began.Store(time.Now().UnixNano())
	defer b.began.Store(0)
	return b.Store.Beat(ctx, id)
}

// thaw ends workers of this machine that were frozen (SIGSTOP, a debugger) while they held SQLite's one write lock, and whose leases are
// over: nobody else could write until they wake, which may be never. The system takes the lock back from a process that has ended. It goes
// no further than that: one that is frozen without the lock is left alone, and finds out when it wakes.
func (b *beating) thaw(ctx context.Context, host string, log *slog.Logger) {
	tick := time.NewTicker(lookForFrozen)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		began := b.began.Load()
		if began == 0 || time.Since(time.Unix(0, began)) < stuckAfter {
			continue
		}
		// Reading does not wait for who writes.
		expired, err := b.ExpiredWorkers(ctx)
		if err != nil {
			continue
		}
		for _, w := range expired {
			if w.Host == host && stopped(w.PID) {
				log.Warn("ending a worker that was frozen while it held the database", "pid", w.PID)
				kill(w.PID)
			}
		}
	}
}
