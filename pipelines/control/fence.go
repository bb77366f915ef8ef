package control

import (
	"sync"
	"time"
)

// fence knows by this machine's clock whether a worker's lease still holds. It counts from the moment before a heartbeat was sent, so
// that it never believes longer in the lease than the store does; and by a clock that goes on while the process is frozen and the machine
// asleep, so that whoever wakes finds out before anybody has told.
type fence struct {
	clock func() time.Duration

	mu sync.Mutex
	// confirmed is when the last heartbeat that was confirmed was sent; steady since when one has followed the other in time.
	confirmed, steady time.Duration
	// raised is closed when a heartbeat is confirmed after the lease may have been over.
	raised chan struct{}
}

// holdTime is how long after a heartbeat the worker may still apply.
const holdTime = LeaseTime - ApplyMargin

// newFence begins with a lease taken at the time given; a worker that has just joined has not missed anything.
func newFence(clock func() time.Duration, at time.Duration) *fence {
	return &fence{clock: clock, confirmed: at, steady: at - LeaseTime, raised: make(chan struct{})}
}

// confirm records that the heartbeat sent at the time given was confirmed.
func (f *fence) confirm(sent time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.clock()-f.confirmed >= holdTime {
		f.steady = sent
		close(f.raised)
		f.raised = make(chan struct{})
	}
	f.confirmed = max(f.confirmed, sent)
}

// check fails with ErrUnconfirmed once the lease may be over before an apply that begins now has ended.
func (f *fence) check() error {
	if f.left() <= 0 {
		return ErrUnconfirmed
	}
	return nil
}

// left is how long check will not fail.
func (f *fence) left() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.confirmed + holdTime - f.clock()
}

// trusted reports whether the worker may judge others by the store's clock: where it was itself cut off from the store a moment ago, they
// may have been so too.
func (f *fence) trusted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock()
	return now-f.confirmed < holdTime && now-f.steady >= LeaseTime
}

// again returns a channel that is closed at the next confirmation after the lease may have been over.
func (f *fence) again() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.raised
}
