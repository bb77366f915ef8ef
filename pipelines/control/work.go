package control

import (
	"context"
	"errors"
	"time"
)

// Lease times. A worker renews all its leases with one heartbeat. It stops applying ApplyMargin before its lease is over by its own clock,
// which is what an apply that is under way may take to end once it is told to; others take its pipelines over when the lease is over by
// the store's clock, and not before they have buried it.
const (
	LeaseTime   = 6 * time.Second
	BeatEvery   = 1500 * time.Millisecond
	ApplyMargin = 1500 * time.Millisecond
)

var (
	// ErrBuried is a worker that was declared dead: its leases belong to others. It ends all runs at once and joins anew.
	ErrBuried = errors.New("this worker was declared dead")
	// ErrTaken is a pipeline that somebody else has taken, or that is no longer wanted as it was.
	ErrTaken = errors.New("another worker was first")
	// ErrUnconfirmed is a worker that could not renew its lease in time, as far as it knows: until it has, it applies nothing.
	ErrUnconfirmed = errors.New("the worker's lease may be over: its heartbeat was not confirmed in time")
	// ErrHeld is a pipeline that a live worker runs.
	ErrHeld = errors.New("a worker runs this pipeline")
)

// Workers is who there is to do the work.
type Workers interface {
	// Join makes a worker known, with a lease of LeaseTime.
	Join(ctx context.Context, w WorkerInfo) error
	// Beat renews all leases of a worker. It fails with ErrBuried.
	Beat(ctx context.Context, worker string) (Beaten, error)
	// Part takes a worker that has given all its pipelines back off the list.
	Part(ctx context.Context, worker string) error
	// Bury declares all workers dead whose leases are over by the store's clock, and returns their ids. It is what lets others take their
	// pipelines; a worker that was buried never gets its leases back, however soon it wakes.
	Bury(ctx context.Context) ([]string, error)
}

// Beaten answers a heartbeat: At is the store's time, Leave says that the worker was asked to end.
type Beaten struct {
	At    time.Time
	Leave bool
}

// Work is what there is to do.
type Work interface {
	// Board returns what a worker has to know, nil when nothing of it has changed since the board of the sequence number given and no
	// worker's lease is over.
	Board(ctx context.Context, worker string, after int64) (*Board, error)
	// Claim takes a pipeline for a worker, with a new lease. It fails with ErrTaken and with ErrBuried.
	Claim(ctx context.Context, worker string, w Wish) (Lease, error)
	// Observe records what a worker saw, all in one transaction. A report under a lease that is not the newest is left out.
	Observe(ctx context.Context, worker string, reports []Report) error
	// Version returns a version of a pipeline.
	Version(ctx context.Context, pipeline string, number int64) (*Version, error)
}

// Board is what a worker acts on.
type Board struct {
	Seq int64
	// Workers are those that live, by id.
	Workers []WorkerInfo
	// Mine are the pipelines whose leases the worker has, Open those that are wanted and that nobody who lives has; both by id.
	Mine, Open []Wish
	// Expired is how many workers can be buried.
	Expired int
}

// Wish is a pipeline with what is wanted of it and who has it.
type Wish struct {
	ID, Name, Team string
	Version        int64
	Desired        Desired
	// LeaseEpoch and Holder are the last lease's; a holder that is not among the living was lost.
	LeaseEpoch int64
	Holder     string
}

// Report is what a worker saw of a pipeline. What it does not say stays as it was.
type Report struct {
	Lease Lease
	// Observed is nil when nothing of it has changed.
	Observed *Observed
	Events   []Event
	Logs     []LogLine
	// Release gives the lease back with the report.
	Release bool
}
