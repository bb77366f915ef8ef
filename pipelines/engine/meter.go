package engine

import (
	"time"

	"millrace/models/batch"
)

// meter is what one operator does on one lane, since it was last read. It belongs to the lane: its goroutine's during an epoch, the
// coordinator's between epochs.
type meter struct {
	// in and out count rows.
	in, out int64
	// own is the time the operator had the lane for itself, below the time in which the operators behind it had the lane instead, as a full
	// channel between the two would have kept it waiting.
	own, below time.Duration
}

// add takes over what another has counted, and starts it anew.
func (m *meter) add(of *meter) {
	m.in, m.out, m.own, m.below = m.in+of.in, m.out+of.out, m.own+of.own, m.below+of.below
	*of = meter{}
}

// clock divides a lane's time among its operators, which call each other on one goroutine. It is read when a batch enters an operator and
// when it leaves, never for a row.
type clock struct {
	base time.Time
	last time.Duration
	// at has the lane now; nil between epochs.
	at *meter
}

func newClock() clock { return clock{base: time.Now()} }

// turn gives the time since the last turn to the operator that has the lane, and returns the time.
func (c *clock) turn() time.Duration {
	now := time.Since(c.base)
	if c.at != nil {
		c.at.own += now - c.last
	}
	c.last = now
	return now
}

// enter hands the lane to an operator; leave takes what enter has returned, and hands it back.
func (c *clock) enter(m *meter) (outer *meter, began time.Duration) {
	began = c.turn()
	outer, c.at = c.at, m
	return outer, began
}

func (c *clock) leave(outer *meter, began time.Duration) {
	now := c.turn()
	if c.at = outer; outer != nil {
		outer.below += now - began
	}
}

// edge leads batches from one operator of a lane to another, and counts them.
type edge struct {
	clock *clock
	// from counts what its operator puts out; nil where another of its edges, with the same rows, does.
	from, to *meter
	next     consumer
}

func (e *edge) push(b *batch.Batch) error {
	n := int64(b.Rows())
	if e.from != nil {
		e.from.out += n
	}
	e.to.in += n
	outer, began := e.clock.enter(e.to)
	err := e.next.push(b)
	e.clock.leave(outer, began)
	return err
}
