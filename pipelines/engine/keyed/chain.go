package keyed

// Chain decides when the incremental sections of a state have become so many that a full one is cheaper to have. The zero value has
// not begun: its first section is a full one.
type Chain struct {
	started bool
	full    int64
	deltas  int64
	count   int
}

// MaxChain is how many incremental sections a chain has at most; chainSlack is how many bytes more than the full section they may have.
const (
	MaxChain   = 64
	chainSlack = 1 << 20
)

// Started reports whether a full section has been written.
func (c *Chain) Started() bool { return c.started }

// WantsFull reports whether the next section should be a full one.
func (c *Chain) WantsFull() bool { return c.outgrown(0) }

// outgrown reports whether n more bytes of increments would be too many.
func (c *Chain) outgrown(n int) bool { return c.Past(MaxChain, c.full+chainSlack-int64(n)) }

// Past reports whether there is no full section yet, or as many incremental sections as are given behind it, or more bytes in them.
func (c *Chain) Past(sections int, bytes int64) bool {
	return !c.started || c.count >= sections || c.deltas > bytes
}

// Full returns the bytes of the last full section.
func (c *Chain) Full() int64 { return c.full }

// Wrote notes a section of n bytes.
func (c *Chain) Wrote(n int, full bool) {
	if full {
		*c = Chain{started: true, full: int64(n)}
		return
	}
	c.deltas += int64(n)
	c.count++
}
