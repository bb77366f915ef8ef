package search

import (
	"context"
	"fmt"
	"maps"
	"math"
	"sync"
)

// HalfLife is after how many days a view or a query counts half.
const HalfLife = 14

// Forgotten is after how many days it does not count any more.
const Forgotten = 10 * HalfLife

// Use is how much a thing was looked at, and how much it was queried.
type Use struct{ Views, Queries int64 }

// Uses keeps what is counted, by day and by key; see Entry.Key.
type Uses interface {
	// AddUses adds to the counts of today, by the store's clock, and drops what is forgotten.
	AddUses(ctx context.Context, uses map[string]Use) error
	// EachUse gives what was counted: how many days ago, for what, how much.
	EachUse(ctx context.Context, each func(age int, key string, u Use)) error
}

// Counter gathers uses in memory until they are flushed. Its methods may be called from several goroutines.
type Counter struct {
	mu   sync.Mutex
	uses map[string]Use
}

// NewCounter returns a counter at nothing.
func NewCounter() *Counter { return &Counter{uses: map[string]Use{}} }

// mostCounted bounds the memory: beyond it, new keys are not counted until the next flush.
const mostCounted = 100_000

// Viewed counts that somebody looked at a thing.
func (c *Counter) Viewed(key string) { c.add(key, Use{Views: 1}) }

// Queried counts a query over a table.
func (c *Counter) Queried(key string) { c.add(key, Use{Queries: 1}) }

func (c *Counter) add(key string, u Use) {
	c.mu.Lock()
	defer c.mu.Unlock()
	was, known := c.uses[key]
	if known || len(c.uses) < mostCounted {
		c.uses[key] = Use{was.Views + u.Views, was.Queries + u.Queries}
	}
}

// Flush adds what was gathered to the store. What could not be added is kept for the next time.
func (c *Counter) Flush(ctx context.Context, store Uses) error {
	c.mu.Lock()
	uses := c.uses
	c.uses = map[string]Use{}
	c.mu.Unlock()
	if len(uses) == 0 {
		return nil
	}
	if err := store.AddUses(ctx, uses); err != nil {
		for key, u := range uses {
			c.add(key, u)
		}
		return fmt.Errorf("counting uses: %w", err)
	}
	return nil
}

// Weights says how much things are used, for Index.SetUses: queries count one each and views a fifth, less the longer ago they were;
// a model that reads a table counts five. reads gives the number of models by the table's id.
func Weights(ctx context.Context, store Uses, reads map[string]int) (map[string]float64, error) {
	out := map[string]float64{}
	err := store.EachUse(ctx, func(age int, key string, u Use) {
		out[key] += (float64(u.Queries) + float64(u.Views)/5) * math.Exp2(-float64(max(0, age))/HalfLife)
	})
	if err != nil {
		return nil, fmt.Errorf("reading uses: %w", err)
	}
	for table := range maps.Keys(reads) {
		e := Entry{Kind: Table, ID: table}
		out[e.Key()] += 5 * float64(reads[table])
	}
	return out, nil
}
