package grants

import (
	"container/heap"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// pollEvery is how often the store is asked for its version. With what a poll and a change of the index take it stays well below the second
// within which a revocation is in force everywhere.
const pollEvery = 250 * time.Millisecond

// Tables knows where tables lie; the hub does.
type Tables interface {
	// Locate returns a table by its id.
	Locate(id string) (Located, bool)
}

// Located is a table as grants need to know it.
type Located struct {
	Object
	// Name is its full name, Team the id of the team that owns it ("" where nobody does).
	Name, Team string
}

// People knows the names of subjects and who is in which group; the accounts do.
type People interface {
	// Name is what people call a subject; "" where there is none of the id.
	Name(ctx context.Context, s Subject) (string, error)
	// Users lists the users with their groups and names.
	Users(ctx context.Context) ([]Principal, error)
}

// Deps is what a Service is made of.
type Deps struct {
	Store Store
	// Tables and People may be nil: explanations then have ids for names, and nobody may grant on a single table.
	Tables Tables
	People People
	Log    *slog.Logger
	// Now is this machine's clock, time.Now when nil; the store's is told from it.
	Now func() time.Time
	// Poll is how often Run looks for changes; 0 is 250 ms.
	Poll time.Duration
}

// Service decides by the policies of a store. Its methods may be called from any number of goroutines.
type Service struct {
	Deps
	current atomic.Pointer[state]
	// ahead is by how many nanoseconds the store's clock is ahead of this machine's.
	ahead atomic.Int64
	// confirmed is when the store last told its version, by this machine's clock in nanoseconds.
	confirmed atomic.Int64

	// editing is held by whoever changes policies here, so that those of one server do not get in each other's way at the store.
	editing sync.Mutex

	mu       sync.Mutex // after editing
	expiries expiries
	waiting  []chan struct{}
}

// state is an index with the version it was made of.
type state struct {
	index   *Index
	version int64
}

// New loads the policies. Decisions stay as they are until Run, or a change made here, takes up what has changed.
func New(ctx context.Context, d Deps) (*Service, error) {
	s := &Service{Deps: d}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Poll == 0 {
		s.Poll = pollEvery
	}
	s.current.Store(&state{index: NewIndex(nil), version: -1})
	if err := s.Refresh(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Run keeps the service up to date until ctx ends. A store that does not answer is asked again; what was known goes on to hold.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := s.Refresh(ctx)
		switch {
		case err != nil && ctx.Err() == nil && !failing:
			s.Log.Error("the policies cannot be refreshed; decisions are those of the last version", "error", err)
		case err == nil && failing:
			s.Log.Info("the policies are refreshed again")
		}
		failing = err != nil
		s.expire()
	}
}

// Refresh takes up what has changed in the store. Decisions that begin after it returned know of every change that was made before it was
// called.
func (s *Service) Refresh(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	version, now, err := s.Store.Version(ctx)
	if err != nil {
		return fmt.Errorf("reading the version of the policies: %w", err)
	}
	local := s.Now()
	s.ahead.Store(int64(now.Sub(local)))
	s.confirmed.Store(local.UnixNano())
	st := s.current.Load()
	if version == st.version {
		return nil
	}
	since := max(st.version, 0)
	if version < st.version {
		// A store that was put back from a backup counts from there: what is known is of a future that did not happen.
		since = 0
	}
	changes, upTo, err := s.Store.Since(ctx, since)
	if err != nil {
		return fmt.Errorf("reading the changes of the policies: %w", err)
	}
	changes = slices.DeleteFunc(changes, func(c Change) bool {
		err := c.Validate()
		if err != nil {
			s.Log.Error("a policy of the store says nothing that is understood", "policy", c.ID, "error", err)
		}
		return err != nil
	})
	next := &state{version: upTo}
	if since == 0 {
		policies := make([]Policy, 0, len(changes))
		for i := range changes {
			if changes[i].Revoked == nil {
				policies = append(policies, changes[i].Policy)
			}
		}
		next.index = NewIndex(policies)
		s.expiries = nil
	} else {
		next.index = st.index.With(changes)
	}
	s.current.Store(next)
	for i := range changes {
		if e := changes[i].Expires; changes[i].Revoked == nil && e.After(now) {
			heap.Push(&s.expiries, e)
		}
	}
	s.signal()
	return nil
}

// expire tells of policies that have expired since it last did.
func (s *Service) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ended := s.Time(), false
	for len(s.expiries) > 0 && !now.Before(s.expiries[0]) {
		heap.Pop(&s.expiries)
		ended = true
	}
	if ended {
		s.signal()
	}
}

// signal wakes whoever waits for changes; mu is held.
func (s *Service) signal() {
	for _, w := range s.waiting {
		select {
		case w <- struct{}{}:
		default: // it has not taken the last one yet, and will see this change with it
		}
	}
}

// Changes returns a channel that has something whenever decisions may have changed since it was last read: a policy was added or taken back,
// here or on another server, or has expired. What is read from it says nothing more. stop gives the channel up.
func (s *Service) Changes() (changed <-chan struct{}, stop func()) {
	w := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, w)
	return w, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waiting = slices.DeleteFunc(s.waiting, func(other chan struct{}) bool { return other == w })
	}
}

// Version returns the version of the policies that decisions are made by. It grows with every change; expiry does not move it.
func (s *Service) Version() int64 { return s.current.Load().version }

// Confirmed returns when the store last confirmed that version, by this machine's clock.
func (s *Service) Confirmed() time.Time { return time.Unix(0, s.confirmed.Load()) }

// Time returns the time by the store's clock.
func (s *Service) Time() time.Time { return s.Now().Add(time.Duration(s.ahead.Load())) }

// Index returns the index of the moment.
func (s *Service) Index() *Index { return s.current.Load().index }

// May reports whether a principal may do something now. It allocates nothing.
func (s *Service) May(p Principal, a Action, o Object) bool { return s.Index().May(p, a, o, s.Time()) }

// Decide is May with the policies that decided.
func (s *Service) Decide(p Principal, a Action, o Object) Decision {
	return s.Index().Decide(p, a, o, s.Time())
}

// Allowed answers for each of many objects whether a principal may.
func (s *Service) Allowed(p Principal, a Action, objects []Object) []bool {
	return s.Index().Allowed(p, a, objects, s.Time())
}

// expiries is a heap of the times at which policies expire.
type expiries []time.Time

var _ heap.Interface = (*expiries)(nil)

func (e expiries) Len() int           { return len(e) }
func (e expiries) Less(i, j int) bool { return e[i].Before(e[j]) }
func (e expiries) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *expiries) Push(x any)        { *e = append(*e, x.(time.Time)) } //nolint:forcetypeassert // this file alone pushes
func (e *expiries) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	*e = (*e)[:last]
	return x
}
