package control

import (
	"context"
	"time"

	"millrace/models/diag"
)

// Status is a pipeline with what is known of it.
type Status struct {
	Pipeline
	Fingerprint string `json:"fingerprint"`
	// State is what it does, from what is wanted, what was observed and who lives; Code, Reason and Fix say why.
	State  State     `json:"state"`
	Code   diag.Code `json:"code,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Fix    string    `json:"fix,omitempty"`
	// Since is when it entered the state, ConfirmedAt when a worker last vouched for it; zero where none ever has.
	Since       time.Time `json:"since"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	// Observed is what a worker last said, be it long ago.
	Observed Observed `json:"observed"`
	// Worker is who has it now, nil where nobody who lives has.
	Worker *Holder `json:"worker,omitempty"`
	// Checkpoint is where the next run goes on, nil before the first commit.
	Checkpoint *Checkpoint `json:"checkpoint,omitempty"`
}

// Holder is the worker that has a pipeline.
type Holder struct {
	ID         string    `json:"id"`
	Host       string    `json:"host"`
	LeaseEpoch int64     `json:"lease_epoch"`
	BeatAt     time.Time `json:"beat_at"`
}

// Checkpoint is the last committed epoch.
type Checkpoint struct {
	Epoch       int64     `json:"epoch"`
	Manifest    string    `json:"manifest"`
	Plan        string    `json:"plan"`
	CommittedAt time.Time `json:"committed_at"`
	Totals      Totals    `json:"totals"`
}

// Resolve says what the pipeline does, given how many workers live. The store fills everything else: Worker with the one that has it and
// lives.
func (s *Status) Resolve(living int) {
	o := &s.Observed
	s.ConfirmedAt = o.ConfirmedAt
	current := s.Worker != nil && o.LeaseEpoch == s.Worker.LeaseEpoch
	if current && s.Worker.BeatAt.After(s.ConfirmedAt) {
		// A worker says what has changed; its heartbeat vouches for the rest.
		s.ConfirmedAt = s.Worker.BeatAt
	}
	is := func(state State, since time.Time) { s.State, s.Since = state, since }
	asObserved := func() {
		is(o.State, o.Since)
		s.Code, s.Reason, s.Fix = o.Code, o.Reason, o.Fix
	}
	wish := s.Desired
	halted := o.State.Final() && o.Generation == wish.Generation
	switch {
	case wish.Want == WantStopped && s.Worker != nil:
		is(Draining, wish.At)
		s.Reason = wish.unasked()
	case wish.Want == WantStopped:
		is(Stopped, wish.At)
		s.Reason = wish.unasked()
		if o.State == Stopped && o.Generation == wish.Generation {
			s.Since = o.Since
		}
	case current, halted:
		asObserved()
	case s.Worker != nil:
		is(Starting, wish.At)
	case living == 0:
		is(Blocked, wish.At)
		s.Code, s.Reason, s.Fix = CodeNoWorker, "no worker is running", "Start the server with workers.count of 1 or more, or join a worker with millrace worker --join."
	default:
		is(Starting, wish.At)
		s.Reason = "waiting for a worker to take it"
	}
}

// unasked is why a pipeline was stopped that no person has stopped: who looks at it has to be told.
func (d *Desired) unasked() string {
	if d.Cause.Kind == ByPerson {
		return ""
	}
	return d.Cause.Reason
}

// Query says which pipelines to list.
type Query struct {
	// Teams are those whose pipelines are wanted, nil for all.
	Teams []string
	// Text is a part of the name, in any case.
	Text string
	// Want and Document narrow further where they are set.
	Want     Want
	Document string
	// After is the name behind which the page begins; names are ordered by their bytes.
	After string
	Limit int
}

// Deployments reads what was deployed.
type Deployments interface {
	// Status and ByName return one pipeline; diag.ErrNotFound where there is none.
	Status(ctx context.Context, id string) (*Status, error)
	ByName(ctx context.Context, name string) (*Status, error)
	// List returns a page by name.
	List(ctx context.Context, q Query) ([]Status, error)
	// Version returns a version with its plan and text; diag.ErrNotFound where there is none.
	Version(ctx context.Context, pipeline string, number int64) (*Version, error)
	// Versions lists versions without plans and texts, the newest first, below a number where before is not 0.
	Versions(ctx context.Context, pipeline string, before int64, limit int) ([]Version, error)
}

// History reads what has happened.
type History interface {
	// Events returns a pipeline's events, the newest first, below a sequence number where before is not 0.
	Events(ctx context.Context, pipeline string, before int64, limit int) ([]Event, error)
	// Logs returns a pipeline's last lines behind a number, oldest first.
	Logs(ctx context.Context, pipeline string, after int64, limit int) ([]LogLine, error)
	// News returns what has changed behind a sequence number: statuses and events in the order of their numbers, and where to go on.
	News(ctx context.Context, after int64) (*News, error)
}

// News is what has changed.
type News struct {
	Seq      int64
	Statuses []Status
	Events   []Event
}

// Change is one change of a pipeline, carried out whole or not at all, with its event and its line in the audit log.
type Change struct {
	// Pipeline is as it is to be; its Revision is that of the row it was made from, 0 for a new one. The store sets the new revision and the
	// times.
	Pipeline Pipeline
	// Action is the audit log's: "pipeline.start".
	Action string
	// Version is a new version, nil for none.
	Version *Version
	Event   Event
	// Idle requires that nobody who lives has the pipeline. Forget forgets checkpoints and dead letters, Delete everything.
	Idle, Forget, Delete bool
}

// Changes writes.
type Changes interface {
	// Change fails with CodeChanged where the revision is no longer the newest, with CodeNameTaken and with CodeNotStopped.
	Change(ctx context.Context, c *Change) error
}
