package grants

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// Living is a deployed pipeline with what it needs.
type Living struct {
	// ID is the pipeline's, Name what people call it.
	ID, Name string
	// Principal is the team it runs as.
	Principal Principal
	Needs     []Need
}

// Pipelines are what a Watch watches over; pipelines/control does it.
type Pipelines interface {
	// Living lists the pipelines that are meant to run, with what their deployed versions need.
	Living(ctx context.Context) ([]Living, error)
	// Stop stops a pipeline at once, for good. It succeeds when the pipeline does not run any more anyway. A pipeline that was started again
	// by somebody in the meantime is stopped as well: starting asked for the same grants.
	Stop(ctx context.Context, id, reason string) error
}

// Watch stops pipelines that live on grants which are gone.
type Watch struct {
	service   *Service
	pipelines Pipelines
	log       *slog.Logger
	// again is how soon what failed is tried again, whatever else happens.
	again time.Duration

	mu sync.Mutex
	// wake has something when a pipeline was deployed or started.
	wake chan struct{}
}

// watchAgain is how soon a Stop that failed is tried again.
const watchAgain = 5 * time.Second

// NewWatch returns a watch over pipelines.
func NewWatch(service *Service, pipelines Pipelines, log *slog.Logger) *Watch {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Watch{service: service, pipelines: pipelines, log: log, again: watchAgain, wake: make(chan struct{}, 1)}
}

// Run decides anew after every change of a policy and every expiry, until ctx ends. It begins with all pipelines: a grant may have gone while
// no server ran.
func (w *Watch) Run(ctx context.Context) error {
	changed, stop := w.service.Changes()
	defer stop()
	var retry <-chan time.Time
	for {
		if err := w.Check(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			w.log.Error("pipelines whose grants are gone could not all be stopped", "error", err)
			retry = time.After(w.again)
		} else {
			retry = nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-w.wake:
		case <-retry:
		}
	}
}

// Deployed asks for a check because a pipeline was deployed or started: between its own check and its start a grant may have gone.
func (w *Watch) Deployed() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Check stops the pipelines that lack something now. It goes on past those that could not be stopped.
func (w *Watch) Check(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	all, err := w.pipelines.Living(ctx)
	if err != nil {
		return fmt.Errorf("listing the pipelines: %w", err)
	}
	var errs []error
	for i := range all {
		p := &all[i]
		lost := p.Needs[:0:0]
		for _, n := range p.Needs {
			if !w.service.May(p.Principal, n.Action, n.Object) {
				lost = append(lost, n)
			}
		}
		if len(lost) == 0 {
			continue
		}
		reason, err := w.reason(ctx, p, lost)
		if err != nil {
			// Who it was is good to know; that it stops does not wait for it.
			w.log.Error("the reason of a lost grant cannot be read", "pipeline", p.Name, "error", err)
		}
		w.log.Warn("stopping a pipeline whose grant is gone", "pipeline", p.Name, "reason", reason)
		if err := w.pipelines.Stop(ctx, p.ID, reason); err != nil {
			errs = append(errs, fmt.Errorf("stopping %s: %w", p.Name, err))
		}
	}
	return errors.Join(errs...)
}

// reason says what a pipeline may no longer do, and since whom.
func (w *Watch) reason(ctx context.Context, p *Living, lost []Need) (string, error) {
	var said []string
	var failed error
	for _, n := range lost {
		text := fmt.Sprintf("%s may not %s %s any more", teamLabel(p.Principal), n.Action, n.Name)
		since, err := w.since(ctx, p.Principal, n)
		if err != nil {
			failed = err
		} else if since != "" {
			text += ": " + since
		}
		said = append(said, text)
	}
	return strings.Join(said, "; "), failed
}

// since says what took an action away: a deny, or the last of the policies that allowed it.
func (w *Watch) since(ctx context.Context, p Principal, n Need) (string, error) {
	s := w.service
	if d := s.Decide(p, n.Action, n.Object); len(d.By) > 0 && !d.Allowed {
		newest := slices.MaxFunc(d.By, func(a, b Policy) int { return a.CreatedAt.Compare(b.CreatedAt) })
		return fmt.Sprintf("%s denied %s on %s", s.nameOf(ctx, newest.CreatedBy), newest.Action, scopeName(newest.Scope, s.named(newest.Scope))), nil
	}
	past, err := s.ended(ctx, p, n.Action, n.Object)
	if err != nil || len(past) == 0 {
		return "", err
	}
	last := past[0]
	on := scopeName(last.Scope, s.named(last.Scope))
	if last.Revoked == nil {
		return fmt.Sprintf("the grant of %s on %s ended at %s", last.Action, on, moment(last.Expires)), nil
	}
	text := fmt.Sprintf("%s took the grant of %s on %s back", last.Revoked.Name, last.Action, on)
	if last.Revoked.Note != "" {
		text += fmt.Sprintf(" (%q)", last.Revoked.Note)
	}
	return text, nil
}

func teamLabel(p Principal) string {
	if p.Name != "" {
		return "the team " + p.Name
	}
	return string(p.Subject)
}

// named is where a scope lies, or what is known of it.
func (s *Service) named(scope Scope) Located {
	at, ok := s.within(scope)
	if !ok {
		at.Name = string(scope)
	}
	return at
}
