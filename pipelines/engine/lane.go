package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/plan"
	"millrace/models/schema"
	"millrace/pipelines/control"
)

// lane is one partition's way through the plan, from its reader up to the first operator that needs other partitions' rows, or to
// the sinks. Within an epoch it runs on one goroutine and touches nothing of another lane's; between epochs it stands still
// and the coordinator may look into it. The barrier lane (source "") has no reader: what operators give out at a barrier runs on it.
type lane struct {
	run       *run
	scan      *plan.Node
	source    string // operator id of the scan
	partition string
	ordinal   int32

	reader   component.Reader
	position component.Position
	out      outputs

	windows map[*plan.Node]*windowLocal
	dedupes map[*plan.Node]*dedupeLocal
	staged  map[*plan.Node]*stagedOut
	// collectors hold what waits for the barrier, by the input it leads to.
	collectors map[portKey]*collector
	// barrierOut has, on the barrier lane, the consumers of each operator that gives rows out at barriers.
	barrierOut map[*plan.Node]outputs

	// The watermark of this partition: the largest event time seen that was not from the future, less the allowed disorder.
	timeCol   int
	eventTime *schema.EventTime
	watermark int64 // minTime before the first row
	idle      bool
	ended     bool
	revived   bool // had ended in a bounded run, and reads on
	// silent is how long the lane has been reading without getting a row; sawRows says that one came in the running epoch. Time in
	// which the lane did not read (a slow commit, a full sink) does not count as silence.
	silent  time.Duration
	sawRows bool
	// readThrough says that all was read that was there when the lane began; measured and unread, how much of it is left; see measure.
	readThrough, measured bool
	unread                int64

	// clock and meters tell what each operator does, waited how long the lane has waited for records; since they were last read.
	clock  clock
	meters map[*plan.Node]*meter
	waited time.Duration

	// counts and rejects collect since the last barrier.
	counts  control.Totals
	rejects []Reject
	moved   bool
	err     error
}

func newLane(r *run, scan *plan.Node, partition string, ordinal int32) *lane {
	l := &lane{run: r, scan: scan, partition: partition, ordinal: ordinal, timeCol: -1, watermark: minTime,
		windows: map[*plan.Node]*windowLocal{}, dedupes: map[*plan.Node]*dedupeLocal{}, staged: map[*plan.Node]*stagedOut{},
		collectors: map[portKey]*collector{}, clock: newClock(), meters: map[*plan.Node]*meter{}}
	if scan != nil {
		l.source = scan.ID
		if l.timeCol = scan.Schema.TimeIndex(); l.timeCol >= 0 {
			l.eventTime = scan.Schema.EventTime
		}
	}
	return l
}

// shard names the lane's state.
func (l *lane) shard() string { return l.source + "\x00" + l.partition }

// runEpoch reads and processes until ctx ends, the partition ends, or something fails.
func (l *lane) runEpoch(ctx context.Context) {
	defer l.clock.leave(l.clock.enter(l.meter(l.scan)))
	for !l.ended && l.err == nil && ctx.Err() == nil {
		began := l.clock.turn()
		chunk, err := l.reader.Read(ctx)
		if err == nil {
			l.wait(chunk.Waited)
		} else {
			l.wait(l.clock.turn() - began)
		}
		switch {
		case err == nil:
			l.err = l.process(chunk)
		case errors.Is(err, io.EOF):
			l.ended, l.moved = true, true
		case ctx.Err() != nil:
			return
		default:
			l.err = fmt.Errorf("reading %s, partition %s: %w", l.source, l.partition, err)
		}
	}
}

// process takes one chunk through the lane.
func (l *lane) process(c *component.Chunk) error {
	l.takeSlot()
	defer func() { <-l.run.slots }()
	if c.Records > 0 || c.Next != l.position {
		// I2: positions only grow; the reader guarantees it, the manifest carries it.
		l.position, l.moved = c.Next, true
	}
	l.counts.RowsIn += int64(c.Records)
	l.counts.BytesIn += c.Bytes
	l.meter(l.scan).in += int64(c.Records)
	for _, r := range c.Rejects {
		if err := l.rejectRecord(l.scan, r); err != nil {
			return err
		}
	}
	if c.Batch == nil || c.Batch.N == 0 {
		return nil
	}
	l.sawRows = true
	if l.idle {
		l.wake()
	}
	b := *c.Batch
	b.Part = l.ordinal
	if l.timeCol >= 0 {
		var err error
		if b, err = l.stamp(b, c.RecordTimes); err != nil {
			return err
		}
	}
	l.run.stats.rows(l, int64(c.Records))
	return l.out.push(&b)
}

// takeSlot waits until the lane may work. Whatever has the slots keeps it from handing on what it has read.
func (l *lane) takeSlot() {
	select {
	case l.run.slots <- struct{}{}:
		return
	default:
	}
	began := l.clock.turn()
	l.run.slots <- struct{}{}
	d := l.clock.turn() - began
	m := l.meter(l.scan)
	m.own, m.below = m.own-d, m.below+d
}

// wait says that of the scan's own time so much was spent waiting for records.
func (l *lane) wait(d time.Duration) {
	l.meter(l.scan).own -= d
	l.waited += d
}

// meter returns the meter of a node's operator on this lane.
func (l *lane) meter(n *plan.Node) *meter {
	m := l.meters[n]
	if m == nil {
		m = &meter{}
		l.meters[n] = m
	}
	return m
}

// edgeTo leads to an operator of this lane.
func (l *lane) edgeTo(n *plan.Node, op consumer) *edge {
	return &edge{clock: &l.clock, to: l.meter(n), next: op}
}

// wake makes an idle partition count again. What it missed is missed: its watermark starts at the watermark of the whole, so that
// rows for windows that were closed meanwhile are late by their stamp.
func (l *lane) wake() {
	l.idle = false
	l.watermark = max(l.watermark, l.run.given(l.scan))
}

// stamp gives each row the watermark the partition had before it, and moves the watermark on. Rows without an event time are rejected.
func (l *lane) stamp(b batch.Batch, recordTimes []int64) (batch.Batch, error) {
	times := b.Cols[l.timeCol]
	marks := make([]int64, b.N)
	disorder, future := l.eventTime.OutOfOrder.Micros(), l.eventTime.MaxFuture.Micros()
	var failed failures
	wm := l.watermark
	for i := range b.N {
		marks[i] = wm
		if times.IsNull(i) {
			failed.rows = append(failed.rows, rowFailure{int32(i), codeNoEventTime, l.eventTime.Column})
			continue
		}
		t := times.I64[i]
		if recordTimes != nil && t > recordTimes[i]+future {
			// A time from the future is kept and counted, but must not close windows for everybody else.
			l.counts.Future++
			continue
		}
		if t-disorder > wm {
			wm = t - disorder
		}
	}
	l.watermark = wm
	b.Marks = marks
	if len(failed.rows) > 0 {
		kept, err := l.rejectRows(l.scan, &b, &failed)
		if err != nil {
			return b, err
		}
		return *kept, nil
	}
	return b, nil
}

// silence counts an epoch in which the lane was reading from one time to another.
func (l *lane) silence(from, to time.Time) {
	if l.sawRows {
		l.silent, l.sawRows = 0, false
	} else {
		l.silent += to.Sub(from)
	}
	l.measure()
}

// checkIdle decides at a barrier whether the partition still holds the watermark back. In a bounded job all do until they end.
func (l *lane) checkIdle() {
	if l.eventTime == nil || l.idle || l.ended || l.run.opt.Bounded {
		return
	}
	if idle := time.Duration(l.eventTime.Idle); idle > 0 && l.silent >= idle {
		l.idle, l.moved = true, true
	}
}

// effective returns the watermark the lane contributes, and false when it does not hold the whole back.
func (l *lane) effective() (int64, bool) {
	switch {
	case l.ended:
		return maxTime, true
	case l.idle:
		return 0, false
	}
	return l.watermark, true
}

// state returns what the manifest remembers of the partition.
func (l *lane) state() control.PartitionState {
	s := control.PartitionState{Source: l.source, Partition: l.partition, Ordinal: l.ordinal, Position: string(l.position), Idle: l.idle, Ended: l.ended}
	if l.watermark != minTime {
		s.Watermark, s.HasWatermark = l.watermark, true
	}
	return s
}
