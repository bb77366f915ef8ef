package auth

import (
	"context"
	"sync"
	"time"
)

const (
	// keepFor is how long a ticket counts without being read again, which notes that it is used.
	keepFor = 10 * time.Second
	// maxTickets bounds what is kept.
	maxTickets = 10_000
)

// cache keeps what the store says of sessions and tokens, as long as the identity version stays the same.
type cache struct {
	version func(context.Context) (int64, error)
	now     func() time.Time

	// checking is held by whoever asks for the version, so that one asks for all. It is taken before mu.
	checking sync.Mutex
	mu       sync.Mutex
	// seen is the version that tickets are of, checked when it was last asked for; zero is to ask again.
	seen    int64
	checked time.Time
	// expired counts calls of expire: an answer to a question asked before the last one is not new enough.
	expired int
	// generation counts how often tickets was emptied: what was read before belongs to what was thrown away.
	generation int64
	tickets    map[string]kept
}

type kept struct {
	principal Principal
	until     time.Time
}

func newCache(version func(context.Context) (int64, error)) *cache {
	return &cache{version: version, now: time.Now, seen: -1, tickets: map[string]kept{}}
}

// expire makes the next get ask for the version: this process has changed something.
func (c *cache) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checked = time.Time{}
	c.expired++
}

// get returns the principal of a key, which load reads where it is not kept.
func (c *cache) get(ctx context.Context, key string, load func(context.Context) (Ticket, error)) (Principal, error) {
	if err := c.refresh(ctx); err != nil {
		return Principal{}, err
	}
	c.mu.Lock()
	found, ok := c.tickets[key]
	generation := c.generation
	c.mu.Unlock()
	if ok && c.now().Before(found.until) {
		return found.principal, nil
	}
	asked := c.now()
	t, err := load(ctx)
	if err != nil {
		return Principal{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation == generation {
		if len(c.tickets) >= maxTickets {
			clear(c.tickets)
		}
		c.tickets[key] = kept{t.Principal, asked.Add(min(t.Left, keepFor))}
	}
	return t.Principal, nil
}

// refresh asks for the version where it was not asked for lately, and forgets what is of another.
func (c *cache) refresh(ctx context.Context) error {
	if c.fresh() {
		return nil
	}
	c.checking.Lock()
	defer c.checking.Unlock()
	if c.fresh() { // somebody else has asked meanwhile
		return nil
	}
	c.mu.Lock()
	expired := c.expired
	c.mu.Unlock()
	// The time before the answer: what changes while it is under way is found at the next time.
	asked := c.now()
	version, err := c.version(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.expired == expired {
		c.checked = asked
	}
	if version != c.seen {
		c.seen = version
		c.generation++
		clear(c.tickets)
	}
	return nil
}

func (c *cache) fresh() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.checked.IsZero() && c.now().Sub(c.checked) < freshFor
}
