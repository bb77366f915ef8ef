package engine

// chain decides when a shard's incremental sections have become so many that a full one is cheaper to have.
type chain struct {
	started bool
	full    int64
	deltas  int64
	count   int
}

// Bounds of a chain: its length, and its bytes beside those of the full section.
const (
	maxChain      = 64
	chainSlackMiB = 1
)

func (c *chain) wantsFull() bool {
	return !c.started || c.count >= maxChain || c.deltas > c.full+chainSlackMiB<<20
}

func (c *chain) wrote(n int, full bool) {
	if full {
		*c = chain{started: true, full: int64(n)}
		return
	}
	c.deltas += int64(n)
	c.count++
}
