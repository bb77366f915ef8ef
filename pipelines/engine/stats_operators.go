package engine

import (
	"math"
	"strings"
	"sync/atomic"
	"time"

	"millrace/models/plan"
)

// OperatorStats is a moment of one operator of the plan.
type OperatorStats struct {
	// Operator is its id, Node the id of the model's node that it comes from.
	Operator string `json:"operator"`
	Node     string `json:"node,omitempty"`
	// RowsIn and RowsOut count since the run began, rows that a recovery has read again included. A scan takes records in, a sink puts out what
	// it accepts.
	RowsIn  int64 `json:"rows_in"`
	RowsOut int64 `json:"rows_out"`
	// Busy is the share, 0 to 1 in steps of 0.01, of the time between the last two barriers in which the operator worked: the mean over its
	// lanes. Blocked is the share in which what lies behind it kept it from working although there was something to do.
	Busy    float64 `json:"busy"`
	Blocked float64 `json:"blocked"`
	// Parallelism is how many goroutines may run it at once.
	Parallelism int `json:"parallelism"`
	// StateBytes and StateRows are what it remembers; rows (keys, or groups of panes) are left out where it does not count them.
	StateBytes int64 `json:"state_bytes,omitempty"`
	StateRows  int64 `json:"state_rows,omitempty"`
	// DiskBytes and DiskRows are what memory has no room for: the bytes it takes on disk, and about how many keys there are.
	DiskBytes int64 `json:"disk_bytes,omitempty"`
	DiskRows  int64 `json:"disk_rows,omitempty"`
}

// modelNode returns the node's part of an operator id, "model id/node id/inline path/slot".
func modelNode(operator string) string {
	_, rest, _ := strings.Cut(operator, "/")
	node, _, _ := strings.Cut(rest, "/")
	return node
}

// spell measures the time between two publications of an attempt. The coordinator owns it.
type spell struct {
	began time.Time
	// stood is how long the lanes stood still at barriers, stalled how much of it they did so for a commit.
	stood, stalled time.Duration
}

// stand adds to the time in which the lanes stood still.
func (s *spell) stand(since time.Time, committing bool) {
	d := time.Since(since)
	s.stood += d
	if committing {
		s.stalled += d
	}
}

// applying adds up the time that a sink's target takes to take an epoch. It is written by the committing goroutine.
type applying struct{ nanos atomic.Int64 }

func (a *applying) since(began time.Time) { a.nanos.Add(int64(time.Since(began))) }

func (a *applying) take() time.Duration { return time.Duration(a.nanos.Swap(0)) }

// leastShare is what is told of at all: below it lies what barriers cost a pipeline that has nothing to do.
const leastShare = 0.02

// share is a part of a whole as it is published. Steps of a hundredth keep an idle pipeline's moments equal: what has not changed is not
// written to the store.
func share(part, whole float64) float64 {
	if whole <= 0 || part < leastShare*whole {
		return 0
	}
	return math.Round(min(part/whole, 1)*100) / 100
}

// spent is what became of the lanes' time in one spell, in seconds. Of lanes and waited the keys are scans: how many lanes each has, and how long
// they have waited for records together.
type spent struct {
	window, stood, stalled float64
	lanes                  map[*plan.Node]int
	waited                 map[*plan.Node]float64
}

// measured reads all meters and starts them anew: the operators in the order of the plan, and the share of the time in which the busiest
// lane, or what stands behind all lanes, had work.
func (r *run) measured() (ops []OperatorStats, busiest float64) {
	t := spent{window: time.Since(r.spell.began).Seconds(), stood: r.spell.stood.Seconds(), stalled: r.spell.stalled.Seconds(),
		lanes: map[*plan.Node]int{}, waited: map[*plan.Node]float64{}}
	r.spell = spell{began: time.Now()}
	for _, l := range r.lanes {
		if !l.ended {
			busiest = max(busiest, share(t.window-l.waited.Seconds(), t.window))
		}
		t.lanes[l.scan]++
		t.waited[l.scan] += l.waited.Seconds()
		l.waited = 0
	}
	for _, n := range r.nodes {
		ops = append(ops, r.measure(n, &t))
	}
	return ops, busiest
}

// measure reads the meters of one operator.
func (r *run) measure(n *plan.Node, t *spent) OperatorStats {
	o := OperatorStats{Operator: n.ID, Node: modelNode(n.ID), Parallelism: 1}
	var lanes, barrier meter
	on := 0
	for _, l := range r.lanes {
		if m := l.meters[n]; m != nil {
			lanes.add(m)
			on++
		}
	}
	if m := r.barrier.meters[n]; m != nil {
		barrier.add(m)
	}
	o.RowsIn, o.RowsOut = lanes.in+barrier.in, lanes.out+barrier.out
	o.StateBytes, o.StateRows = r.stateOf(n)
	o.DiskRows, o.DiskBytes = r.spillable(n).beyond()
	// Scans decode on all their lanes; behind them only so many lanes have room at once.
	room := on
	if _, scan := n.Op.(*plan.Scan); !scan {
		room = min(on, r.opt.Parallelism)
	}
	busy, below := barrier.own.Seconds(), 0.0
	if room > 0 {
		busy += lanes.own.Seconds() / float64(room)
		below = lanes.below.Seconds() / float64(room)
	}
	gathers, sink := r.gatherers[n] != nil, r.sinks[n]
	if room > 0 && !gathers {
		o.Parallelism = room
	}
	var blocked float64
	switch {
	case sink != nil:
		// Nothing lies behind a sink but its target.
		busy += sink.applying.take().Seconds()
	case gathers || on == 0:
		if o.RowsIn+o.RowsOut > 0 {
			blocked = barrier.below.Seconds() + t.stalled
		}
	default:
		// While a lane waits for records, what lies behind it catches up: with a queue in between it would not have been held up.
		blocked = below + t.stood - barrier.own.Seconds() - r.idle(n, t)
	}
	o.Busy = share(busy, t.window)
	o.Blocked = min(share(blocked, t.window), math.Round((1-o.Busy)*100)/100)
	return o
}

// idle is how long the lanes that lead to an operator have waited for records in the mean, in seconds.
func (r *run) idle(n *plan.Node, t *spent) float64 {
	lanes, waited := 0, 0.0
	for _, scan := range r.feeding[n] {
		lanes += t.lanes[scan]
		waited += t.waited[scan]
	}
	if lanes == 0 {
		return 0
	}
	return waited / float64(lanes)
}

// stateOf is what an operator remembers.
func (r *run) stateOf(n *plan.Node) (bytes, rows int64) {
	if w := r.windows[n]; w != nil {
		for _, l := range w.locals {
			bytes += l.bytes()
			for _, p := range l.panes {
				rows += int64(p.groups.Len())
			}
		}
	}
	if d := r.dedupes[n]; d != nil {
		bytes, rows = d.bytes(), int64(d.seen.Len())
	}
	if g := r.gatherers[n]; g != nil {
		bytes = g.bytes()
		if c, counts := g.(counter); counts {
			rows = c.remembered()
		}
	}
	return bytes, rows
}

// counter is a gatherer that knows how many rows it remembers.
type counter interface{ remembered() int64 }

func (g *aggregateOp) remembered() int64 { return int64(g.groups.groups.Len()) }
