package engine

import (
	"context"
	"fmt"
	"runtime/debug"

	"millrace/components/component"
)

// fenced asks whether the lease still holds, as far as this process can tell: an epoch is committed, and its output applied, only while
// the lease still has longer to run than that may take. A process that was frozen meanwhile finds out here, before it does anything.
func (r *run) fenced() error {
	if r.opt.Fence == nil {
		return nil
	}
	return r.opt.Fence()
}

// recovered makes an error of a panic, deferred: a pipeline whose expression or component panics fails by itself, and those beside it in
// the process go on. It fails for good, because the same row would make it panic again.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = &component.PermanentError{Err: fmt.Errorf("panic: %v\n%s", p, debug.Stack())}
	}
}

// runSafely is runEpoch on a goroutine of its own.
func (l *lane) runSafely(ctx context.Context) {
	defer recovered(&l.err)
	l.runEpoch(ctx)
}

// commitSafely is commit on a goroutine of its own.
func (r *run) commitSafely(p *pending) (err error) {
	defer recovered(&err)
	return r.commit(p)
}
