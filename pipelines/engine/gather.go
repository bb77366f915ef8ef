package engine

import (
	"maps"
	"time"

	"millrace/models/batch"
	"millrace/models/plan"
)

// gatherer is an operator that needs the rows of several lanes, or of several inputs: joins, aggregates without a window, ranks. While the
// lanes run, what reaches it collects on them; at the barrier, when all stand still, it takes everything that has collected. So it
// holds all its state itself, and its answer depends on the rows and on watermarks alone.
type gatherer interface {
	// advance takes the rows that have collected since the last barrier, by input, and gives out what is due. It is called at every barrier,
	// inputs before consumers, also when nothing has collected.
	advance(in []gathered, emit func(*batch.Batch) error) error
	// mark is the watermark behind which no row will be given out any more, in microseconds: of operators without event time minTime.
	// It is kept in the manifest, and setMark restores it.
	mark() int64
	setMark(int64)
	// snapshot puts the sections of the state that changed since the last call: a full one replaces what was written of its shard before,
	// another goes on from it. restore applies them in the same order.
	snapshot(put func(shard string, payload []byte, full bool)) error
	restore(shard string, payload []byte, full bool) error
	bytes() int64
}

// gathered is one input of a gatherer at a barrier.
type gathered struct {
	// batches have the rows in lane order, each lane's in the order in which they came: compact, never empty.
	batches []*batch.Batch
	// mark is the input's watermark; active is false when nothing holds it back or moves it (all partitions idle, or none).
	mark   int64
	active bool
	// caughtUp says that everything that was there to be read has been read; in a bounded run, that the input has ended.
	caughtUp bool
}

// collector holds what one lane brings to one input of a gatherer.
type collector struct {
	node *plan.Node
	port int
	lane *lane
	// time is the event-time column whose late rows go to the ledger; -1 when no row of this input is late.
	time int
	rows []*batch.Batch
}

func (c *collector) push(b *batch.Batch) error {
	if c.time >= 0 && b.Marks != nil {
		b = c.dropLate(b)
	}
	if b.Rows() == 0 {
		return nil
	}
	c.rows = append(c.rows, b.Compact())
	c.lane.moved = true
	return nil
}

// dropLate sends rows behind their own stamps to the ledger: they belong before rows that may have been given out already. A time that is
// NULL meets nothing. Mostly there are none, and the batch stays what it is.
func (c *collector) dropLate(b *batch.Batch) *batch.Batch {
	times := b.Cols[c.time]
	var keep []int32
	dropped := false
	for i := range b.Rows() {
		r := b.Row(i)
		switch t := times.I64[r]; {
		case !times.IsNull(r) && t < b.Marks[r]:
			if !dropped {
				dropped, keep = true, make([]int32, 0, b.Rows())
				for j := range i {
					keep = append(keep, int32(b.Row(j)))
				}
			}
			c.lane.late(c.node, b, r, t, t, true)
		case dropped:
			keep = append(keep, int32(r))
		}
	}
	if !dropped {
		return b
	}
	return b.Select(keep)
}

// portKey names an input of a gatherer.
type portKey struct {
	node *plan.Node
	port int
}

// newGatherer makes the operator of a node, and says for each input which column decides about lateness (-1: none); nil for a
// node that is none.
func (r *run) newGatherer(n *plan.Node) (op gatherer, times []int, err error) {
	switch o := n.Op.(type) {
	case *plan.Join:
		op, err = newJoin(r, n, o)
		return op, []int{o.LeftTime, o.RightTime}, err
	case *plan.IntervalJoin:
		op, err = newIntervalJoin(r, n, o)
		return op, []int{o.LeftTime, o.RightTime}, err
	case *plan.TemporalJoin:
		op, err = newTemporalJoin(r, n, o)
		return op, []int{o.LeftTime, -1}, err
	case *plan.Aggregate:
		op, err = newAggregate(r, n, o)
		return op, []int{-1}, err
	case *plan.Rank:
		op, err = newRank(r, n, o)
		return op, []int{-1}, err
	case *plan.Normalize:
		op, err = newNormalize(r, n)
		return op, []int{-1}, err
	}
	return nil, nil, nil
}

// collect makes the lane's collectors for the inputs of a gatherer that n leads into.
func (l *lane) collect(n, into *plan.Node) outputs {
	var out outputs
	for port, in := range into.Inputs {
		if in != n {
			continue
		}
		k := portKey{into, port}
		c := l.collectors[k]
		if c == nil {
			c = &collector{node: into, port: port, lane: l, time: l.run.gatherTimes[into][port]}
			l.collectors[k] = c
		}
		out = append(out, c)
	}
	return out
}

// take empties the collectors of one input, in lane order.
func (r *run) take(n *plan.Node, port int) []*batch.Batch {
	var out []*batch.Batch
	for _, l := range r.allLanes() {
		if c := l.collectors[portKey{n, port}]; c != nil {
			out = append(out, c.rows...)
			c.rows = nil
		}
	}
	return out
}

// passer is a gatherer that has worked up to a later watermark than its mark, because what it gives out may be earlier than what it takes.
type passer interface {
	passed() int64
}

// quiet is how long a lane has to have read without getting a row to be held for caught up where its source does not know. A Kafka partition
// without a record never says how many there are.
const quiet = 10 * time.Second

// caughtUp reports whether a scan has read what there was to read.
func (r *run) caughtUp(scan *plan.Node) bool {
	for _, l := range r.lanes {
		if l.scan != scan || l.ended {
			continue
		}
		if r.opt.Bounded {
			return false
		}
		if lag := l.reader.Lag(); lag > 0 || lag < 0 && l.silent < quiet {
			return false
		}
	}
	return true
}

// measure notes at the end of an epoch whether the lane has read all that was there when it began. It need not have caught up for that: of a
// busy partition there is always something left to read.
func (l *lane) measure() {
	if l.readThrough || l.ended {
		return
	}
	lag := l.reader.Lag()
	switch {
	case lag < 0:
		l.readThrough = l.silent >= quiet
		return
	case !l.measured:
		l.measured, l.unread = true, lag
	default:
		// Positions may have gaps, so that the lag shrinks by more than was read.
		l.unread = min(l.unread-l.counts.RowsIn, lag)
	}
	l.readThrough = l.unread <= 0
}

// readThrough reports whether all that was there as the run began has been read of the scans that a node's rows come from; in a bounded
// run, all of them.
func (r *run) readThrough(n *plan.Node) bool {
	from := scansOf(n)
	for _, l := range r.lanes {
		if from[l.scan] && !l.ended && (r.opt.Bounded || !l.readThrough) {
			return false
		}
	}
	return true
}

// scansOf returns the scans that a node's rows come from.
func scansOf(n *plan.Node) map[*plan.Node]bool {
	out, seen := map[*plan.Node]bool{}, map[*plan.Node]bool{}
	var walk func(n *plan.Node)
	walk = func(n *plan.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if len(n.Inputs) == 0 {
			out[n] = true
		}
		for _, in := range n.Inputs {
			walk(in)
		}
	}
	walk(n)
	return out
}

// held returns the scans whose lanes have to wait: what they bring goes to the left side of a temporal join whose right side has not been
// read through once. So a dimension is known before its first fact, and facts do not pile up in memory (I8). A scan that the right
// side needs as well is not held, nor are scans that wait for each other: their rows wait in the join.
func (r *run) held() map[*plan.Node]bool {
	awaits := map[*plan.Node]map[*plan.Node]bool{}
	for n, g := range r.gatherers {
		if t, is := g.(*temporalJoin); !is || t.ready {
			continue
		}
		right := scansOf(n.Inputs[1])
		for s := range scansOf(n.Inputs[0]) {
			if right[s] {
				continue
			}
			if awaits[s] == nil {
				awaits[s] = map[*plan.Node]bool{}
			}
			maps.Copy(awaits[s], right)
		}
	}
	out := map[*plan.Node]bool{}
	for s := range awaits {
		seen := map[*plan.Node]bool{}
		var walk func(n *plan.Node)
		walk = func(n *plan.Node) {
			for next := range awaits[n] {
				if !seen[next] {
					seen[next] = true
					walk(next)
				}
			}
		}
		walk(s)
		if !seen[s] {
			out[s] = true
		}
	}
	return out
}
