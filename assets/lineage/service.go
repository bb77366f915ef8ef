package lineage

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Store keeps the edges.
type Store interface {
	// LineageVersion is the number of the newest change.
	LineageVersion(ctx context.Context) (int64, error)
	// LineageSince returns the owners that changed after a number, as they are now, with the number they are of.
	LineageSince(ctx context.Context, after int64) ([]Entry, int64, error)
}

// Service keeps a graph up with the store.
type Service struct {
	store Store
	log   *slog.Logger
	graph atomic.Pointer[Graph]
	// catching is held while the graph is brought up to date; at is how far it is.
	catching sync.Mutex
	at       int64
	wake     chan struct{}
}

// New returns a service with an empty graph. Update or Run fill it.
func New(store Store, log *slog.Logger) *Service {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Service{store: store, log: log, wake: make(chan struct{}, 1)}
	s.graph.Store(NewGraph(nil))
	return s
}

// Graph returns the newest graph.
func (s *Service) Graph() *Graph { return s.graph.Load() }

// Update brings the graph up to date with the store.
func (s *Service) Update(ctx context.Context) error {
	s.catching.Lock()
	defer s.catching.Unlock()
	version, err := s.store.LineageVersion(ctx)
	if err != nil {
		return fmt.Errorf("following lineage: %w", err)
	}
	switch {
	case version == s.at:
		return nil
	case version < s.at:
		// The store is of an earlier time than this graph, from a backup: nothing of it holds.
		s.graph.Store(NewGraph(nil))
		s.at = 0
	}
	changed, at, err := s.store.LineageSince(ctx, s.at)
	if err != nil {
		return fmt.Errorf("following lineage: %w", err)
	}
	s.graph.Store(s.graph.Load().With(changed))
	s.at = at
	return nil
}

// Notify has Run look at once, for changes this server made itself.
func (s *Service) Notify() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run follows the store until the context ends, looking every interval and when notified.
func (s *Service) Run(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := s.Update(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("following lineage", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.wake:
		}
	}
}
