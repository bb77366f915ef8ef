package search

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// Source is where things that can be found are kept.
type Source interface {
	// Version is the number of the newest change.
	Version(ctx context.Context) (int64, error)
	// Since returns what has changed after a number, 0 being everything that is there, and the number it leads up to.
	Since(ctx context.Context, after int64) ([]Change, int64, error)
}

// Follower keeps an index up with its sources.
type Follower struct {
	index   *Index
	sources map[string]Source
	// Teams gives the names of teams by their ids, for entries without an owner's name; nil gives none. Weights gives how much things
	// are used, see Weights; nil is not at all. Both are set before the follower runs.
	Teams   func(ctx context.Context) (map[string]string, error)
	Weights func(ctx context.Context) (map[string]float64, error)

	log  *slog.Logger
	wake chan struct{}
	// updating is held during an update; weighed is when weights were last taken.
	updating sync.Mutex
	weighed  time.Time
}

// NewFollower returns a follower of sources, which go by names that stay the same.
func NewFollower(index *Index, sources map[string]Source, log *slog.Logger) *Follower {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Follower{index: index, sources: sources, log: log, wake: make(chan struct{}, 1)}
}

const (
	// chunk is how many changes go into the index at once, lookEvery how often searches see a part of many.
	chunk     = 1000
	lookEvery = 2 * time.Second
	// mergeFrom is from how many changes at once the index is made one piece.
	mergeFrom = 20_000
	// weighEvery is how often weights are taken anew.
	weighEvery = 5 * time.Minute
)

// Update brings the index up to date. An index that is damaged, or ahead of a source, whose store is then an older one, is made anew.
func (f *Follower) Update(ctx context.Context) error {
	f.updating.Lock()
	defer f.updating.Unlock()
	if f.index.damaged.Load() {
		f.log.Warn("the search index is damaged and made anew")
		if err := f.index.Reset(); err != nil {
			return err
		}
	}
	names := slices.Sorted(maps.Keys(f.sources))
	changed := 0
	for _, name := range names {
		n, err := f.follow(ctx, name)
		changed += n
		if err != nil {
			return err
		}
	}
	if f.Weights != nil && (time.Since(f.weighed) > weighEvery || f.weighed.IsZero()) {
		weights, err := f.Weights(ctx)
		if err != nil {
			return err
		}
		f.index.SetUses(weights)
		f.weighed = time.Now()
	}
	f.index.complete.Store(true)
	if changed >= mergeFrom {
		return f.index.Merge(ctx)
	}
	return nil
}

// follow takes in what has changed in a source, and returns how much that was.
func (f *Follower) follow(ctx context.Context, name string) (int, error) {
	source := f.sources[name]
	version, err := source.Version(ctx)
	if err != nil {
		return 0, fmt.Errorf("following %s: %w", name, err)
	}
	at, err := f.index.Position(name)
	if err != nil {
		return 0, err
	}
	switch {
	case at == version:
		return 0, nil
	case at > version:
		f.log.Info("the search index is ahead of its source, and made anew", "source", name)
		if err := f.index.Reset(); err != nil {
			return 0, err
		}
		// The other sources are followed from the beginning at the next update.
		f.Notify()
		at = 0
	}
	changes, to, err := source.Since(ctx, at)
	if err != nil {
		return 0, fmt.Errorf("following %s: %w", name, err)
	}
	if err := f.name(ctx, changes); err != nil {
		return 0, err
	}
	seen := time.Now()
	for first := 0; first < len(changes); first += chunk {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		// The position moves with the last of them: whoever is interrupted takes them all in again.
		if err := f.index.Apply(name, at, changes[first:min(first+chunk, len(changes))]); err != nil {
			return 0, err
		}
		if time.Since(seen) > lookEvery {
			if err := f.index.Refresh(); err != nil {
				return 0, err
			}
			seen = time.Now()
		}
	}
	if err := f.index.Apply(name, to, nil); err != nil {
		return 0, err
	}
	return len(changes), f.index.Refresh()
}

// name fills in what teams are called.
func (f *Follower) name(ctx context.Context, changes []Change) error {
	if f.Teams == nil || len(changes) == 0 {
		return nil
	}
	teams, err := f.Teams(ctx)
	if err != nil {
		return fmt.Errorf("reading the teams' names: %w", err)
	}
	for i := range changes {
		if c := &changes[i]; c.Owner == "" {
			c.Owner = teams[c.Team]
		}
	}
	return nil
}

// Notify has Run look at once, for changes this server made itself.
func (f *Follower) Notify() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Run follows the sources until the context ends, looking every interval and when notified.
func (f *Follower) Run(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := f.Update(ctx); err != nil && ctx.Err() == nil {
			f.log.Warn("following for the search", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-f.wake:
		}
	}
}
