package generator

import (
	"context"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"millrace/components/component"
	"millrace/models/diag"
)

// A paced reader waits for the events of chunkSpan, so that a fast stream does not travel row by row; a slow one is not held back.
const chunkSpan = 20 * time.Millisecond

type source struct {
	oc component.SourceContext
	settings
	events *Events
}

var _ component.Source = (*source)(nil)

func openSource(_ context.Context, oc component.SourceContext) (component.Source, error) {
	set, err := decodeSettings(oc.Params)
	if err != nil {
		return nil, &component.PermanentError{Err: fmt.Errorf("opening the generator: %w", err)}
	}
	if oc.Bounded && set.count == 0 {
		return nil, &component.PermanentError{Err: diag.Diagnostic{Code: CodeEndless, Severity: diag.Error,
			Message: "the run is bounded and the generator's events have no end", Fix: "Give the generator a count."}}
	}
	events, err := New(set.options)
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	return &source{oc: oc, settings: set, events: events}, nil
}

// Partitions lists the partitions: "play_events/0" and so on.
func (s *source) Partitions(context.Context) ([]component.Partition, error) {
	out := make([]component.Partition, s.options.Partitions)
	for i := range out {
		out[i] = component.Partition{ID: s.options.Stream + "/" + strconv.Itoa(i), Ordinal: int32(i)}
	}
	return out, nil
}

// Open returns a reader of one partition. A position is the number of the next event.
func (s *source) Open(_ context.Context, p component.Partition, from component.Position, fresh bool) (component.Reader, error) {
	number, err := strconv.Atoi(strings.TrimPrefix(p.ID, s.options.Stream+"/"))
	if err != nil || number < 0 || number >= s.options.Partitions {
		return nil, badPosition("%q is not one of %d partitions of the stream %s", p.ID, s.options.Partitions, s.options.Stream)
	}
	r := &reader{events: *s.events, partition: number, ordinal: p.Ordinal, paced: s.paced, rows: int64(max(s.oc.BatchRows, 1)), end: s.share(number)}
	r.opened = time.Now()
	switch {
	case from != "":
		next, err := strconv.ParseInt(string(from), 10, 64)
		if err != nil || next < 0 || next > maxCount {
			return nil, badPosition("%q is not the number of an event", from)
		}
		r.first = next
	case fresh && !s.now && !s.oc.Start.Time.IsZero():
		r.first = s.events.since(number, s.oc.Start.Time.UnixMicro())
	}
	r.next.Store(r.first)
	if s.now {
		// The first event is due now; what the others are due follows from it.
		r.events.start += r.opened.UnixMicro() - r.events.Nominal(number, r.first)
	}
	if r.filler, err = newFiller(s.events.stream, s.oc.Target.Schema, int(r.rows)); err != nil {
		return nil, &component.PermanentError{Err: fmt.Errorf("opening the generator: %w", err)}
	}
	return r, nil
}

func badPosition(format string, args ...any) error {
	return &component.PermanentError{Err: diag.Diagnostic{Code: CodeBadPosition, Severity: diag.Error, Message: fmt.Sprintf(format, args...),
		Fix: "The checkpoint was written for other parameters: start the pipeline anew."}}
}

// share returns how many of all events a partition has, or -1 without end.
func (s *source) share(partition int) int64 {
	if s.count == 0 {
		return -1
	}
	n := int64(s.options.Partitions)
	share := s.count / n
	if int64(partition) < s.count%n {
		share++
	}
	return share
}

// Close has nothing to close.
func (s *source) Close() error { return nil }

// reader reads one partition on one goroutine; only Lag may be called from others.
type reader struct {
	events    Events
	partition int
	ordinal   int32
	filler    *filler
	rows      int64
	// end is the number of events, -1 without end.
	end  int64
	next atomic.Int64

	// A paced reader has event first due when it was opened, and all others at their distance from it, however late it came to them:
	// delays do not add up.
	paced  bool
	opened time.Time
	first  int64
}

// Read makes the next events.
func (r *reader) Read(ctx context.Context) (*component.Chunk, error) {
	next, n := r.next.Load(), r.rows
	if r.end >= 0 {
		n = min(n, r.end-next)
	}
	if n <= 0 {
		return nil, io.EOF
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var waited time.Duration
	if r.paced {
		began := time.Now()
		var err error
		if n, err = r.wait(ctx, next, n); err != nil {
			return nil, err
		}
		waited = time.Since(began)
	}
	offs, times := make([]int64, n), make([]int64, n)
	var ev event
	for k := range n {
		offs[k], times[k] = next+k, r.events.Nominal(r.partition, next+k)
		r.events.fill(&ev, r.partition, next+k)
		r.filler.add(&ev)
	}
	next += n
	r.next.Store(next)
	b := r.filler.finish(int(n))
	b.Offs, b.Part = offs, r.ordinal
	return &component.Chunk{Batch: b, RecordTimes: times, Next: component.Position(strconv.FormatInt(next, 10)), Records: int(n), Bytes: int64(b.Size()),
		Waited: waited}, nil
}

// due returns how long after opening event i is due.
func (r *reader) due(i int64) time.Duration {
	n := (i - r.first) * r.events.partitions
	return time.Duration(n/r.events.rate)*time.Second + time.Duration(n%r.events.rate)*time.Second/time.Duration(r.events.rate)
}

// wait waits for a chunk of events from next on and returns how many are due by then, at most n.
func (r *reader) wait(ctx context.Context, next, n int64) (int64, error) {
	perChunk := int64(float64(r.events.rate) / float64(r.events.partitions) * chunkSpan.Seconds())
	least := min(max(perChunk, 1), n)
	if left := r.due(next+least-1) - time.Since(r.opened); left > 0 {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-timer.C:
		}
	}
	return max(r.dueBy(next, n, time.Since(r.opened)), least), nil
}

// dueBy returns how many of the n events from next on are due a time after opening.
func (r *reader) dueBy(next, n int64, elapsed time.Duration) int64 {
	return int64(sort.Search(int(n), func(k int) bool { return r.due(next+int64(k)) > elapsed }))
}

// Lag returns how many events are due and not read yet: of a stream as fast as possible, all that are left, -1 without end.
func (r *reader) Lag() int64 {
	next := r.next.Load()
	left := int64(maxCount)
	if r.end >= 0 {
		left = max(r.end-next, 0)
	}
	switch {
	case r.paced:
		// What a second holds bounds the search.
		elapsed := time.Since(r.opened)
		bound := int64((elapsed.Seconds()+1)*float64(r.events.rate)/float64(r.events.partitions)) + 1
		return r.dueBy(next, min(left, bound), elapsed)
	case r.end >= 0:
		return left
	default:
		return -1
	}
}

// Close has nothing to close.
func (r *reader) Close() error { return nil }
