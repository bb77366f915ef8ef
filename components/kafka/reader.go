package kafka

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
)

const (
	// A fetch of 4 MiB is sliced over several chunks and the next one is under way meanwhile, so that a partition holds about
	// twice that.
	fetchBytes = 4 << 20
	// probeAfter is the silence after which a bounded reader asks the broker what lies before the end.
	probeAfter = 500 * time.Millisecond
	// rejectPrefix is how much of an oversized record goes to the dead letters.
	rejectPrefix = 64 << 10
	// retryPause is between attempts after an error that time may mend; the client itself backs off as well.
	retryPause = 250 * time.Millisecond
	// settlePause is between looks at what the client knows; nothing is asked of a broker.
	settlePause = time.Millisecond
)

// reader reads one partition on one goroutine; only Lag may be called from others.
type reader struct {
	src       *source
	partition int32
	ordinal   int32
	client    *kgo.Client
	maker     *rowMaker
	log       *slog.Logger

	// next is the offset to read next; end, when not negative, the offset before which reading ends.
	next, end int64
	// records are what is left of the last fetch.
	records []*kgo.Record
	// quiet is since when a bounded reader has waited for records; zero when it does not.
	quiet time.Time
	// probing is a question to the broker that an epoch's end left unanswered.
	probing *probing

	highWatermark, reached atomic.Int64
}

// connect makes a client that reads from next on.
func (r *reader) connect() error {
	if r.client != nil {
		r.client.Close()
	}
	topic := r.src.params.Topic
	cl, err := r.src.cluster.client(
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {r.partition: kgo.NewOffset().At(r.next)}}),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.KeepControlRecords(),
		kgo.FetchMaxBytes(fetchBytes),
		kgo.FetchMaxPartitionBytes(fetchBytes),
		kgo.BrokerMaxReadBytes(brokerMaxRead(r.src.oc.MaxRecordBytes)),
		kgo.DisableClientMetrics(),
	)
	r.client = cl
	r.reached.Store(r.next)
	return err
}

// Read returns the next chunk: at most BatchRows records of the last fetch, decoded straight from its buffer.
func (r *reader) Read(ctx context.Context) (*component.Chunk, error) {
	var waited time.Duration
	for {
		if r.end >= 0 && r.next >= r.end {
			return nil, io.EOF
		}
		before := r.next
		if len(r.records) > 0 {
			if c := r.take(); c.Records > 0 || r.next > before {
				c.Waited = waited
				return c, nil
			}
			continue
		}
		began := time.Now()
		if err := r.fetch(ctx); err != nil {
			return nil, err
		}
		waited += time.Since(began)
		if r.next > before && len(r.records) == 0 {
			r.reached.Store(r.next)
			return &component.Chunk{Next: r.src.position(r.next), Waited: waited}, nil // offsets without records
		}
	}
}

// take decodes the next records of the fetch.
func (r *reader) take() *component.Chunk {
	limit := max(r.src.oc.BatchRows, 1)
	c := &component.Chunk{}
	offs := make([]int64, 0, min(limit, len(r.records)))
	times := make([]int64, 0, cap(offs))
	taken := 0
	for _, rec := range r.records {
		if len(offs) >= limit || c.Records >= limit {
			break
		}
		taken++
		if rec.Offset < r.next {
			continue // a probe came before the consumer
		}
		if r.end >= 0 && rec.Offset >= r.end {
			// Offsets before the end that hold nothing are passed as well.
			r.next, taken = r.end, len(r.records)
			break
		}
		r.next = rec.Offset + 1
		if rec.Attrs.IsControl() {
			continue
		}
		c.Records++
		c.Bytes += int64(len(rec.Key) + len(rec.Value))
		rows, reject := r.maker.decode(rec)
		if reject != nil {
			reject.Offset = rec.Offset
			c.Rejects = append(c.Rejects, *reject)
			continue
		}
		at := rec.Timestamp.UnixMicro()
		for range rows {
			offs = append(offs, rec.Offset)
			times = append(times, at)
		}
	}
	r.records = r.records[taken:]
	if len(r.records) == 0 {
		r.records = nil // lets the fetch's buffer go
	}
	if len(offs) > 0 {
		c.Batch, c.RecordTimes = r.maker.finish(times), times
		c.Batch.Offs, c.Batch.Part = offs, r.ordinal
	}
	c.Next = r.src.position(r.next)
	r.reached.Store(r.next)
	return c
}

// fetch waits for records. It returns without any when it moved the position some other way, or should be asked again.
func (r *reader) fetch(ctx context.Context) error {
	wait, cancel := ctx, context.CancelFunc(func() {})
	if r.end >= 0 {
		if r.quiet.IsZero() {
			r.quiet = time.Now()
		}
		// The silence may last over several epochs, each with its own ctx.
		left := probeAfter - time.Since(r.quiet)
		if left <= 0 {
			return r.probe(ctx)
		}
		wait, cancel = context.WithTimeout(ctx, left)
	}
	fetches := r.client.PollFetches(wait)
	cancel()
	// What came is taken although ctx may have ended meanwhile: the client does not give it out again.
	var failed error
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		if p.Err != nil {
			failed = p.Err
			return
		}
		if r.end < 0 {
			r.highWatermark.Store(p.HighWatermark)
		}
		r.records = append(r.records, p.Records...)
	})
	switch {
	case len(r.records) > 0:
		r.quiet = time.Time{}
		return nil // an error comes again
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(failed, context.DeadlineExceeded), failed == nil && r.end >= 0:
		return r.probe(ctx)
	case failed != nil:
		return r.recover(ctx, failed)
	}
	return nil
}

// probing is one question to the broker. done is closed when the answer is there; stop gives it up.
type probing struct {
	stop   context.CancelFunc
	done   chan struct{}
	answer fetched
	err    error
}

// probe asks the broker for what lies between next and the end. The question outlives the epoch in which it was asked: where epochs are
// shorter than the way to the broker and back, it would never be answered otherwise.
func (r *reader) probe(ctx context.Context) error {
	p := r.probing
	if p == nil {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.src.cluster.timeout)
		p = &probing{stop: cancel, done: make(chan struct{})}
		r.probing = p
		ask, from := newDirect(r.src.client, r.src.params.Topic, r.partition, true), r.next
		go func() {
			defer close(p.done)
			p.answer, p.err = ask.fetch(limited, from)
		}()
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	r.endProbe()
	if p.err != nil {
		return r.recover(ctx, p.err)
	}
	r.records, r.quiet = p.answer.records, time.Time{}
	if len(p.answer.records) == 0 {
		r.next = max(r.next, min(p.answer.next, r.end))
	}
	return nil
}

// endProbe gives up the question that is open, if there is one.
func (r *reader) endProbe() {
	if r.probing != nil {
		r.probing.stop()
		<-r.probing.done
		r.probing = nil
	}
}

// recover decides what an error means. While the cluster is away it keeps trying; the client logs why.
func (r *reader) recover(ctx context.Context, failed error) error {
	var loss *kgo.ErrDataLoss
	switch {
	case errors.Is(failed, kgo.ErrClientClosed):
		return failed
	case errors.As(failed, &loss):
		return r.src.truncated(r.partition, r.next, loss.ResetTo)
	case errors.Is(failed, kerr.OffsetOutOfRange):
		next, err := r.src.outOfRange(ctx, r.partition, r.next)
		if err != nil {
			return r.passing(ctx, err)
		}
		r.next, r.records = next, nil
		if err := backoff(ctx, retryPause); err != nil {
			return err
		}
		return r.connect()
	case errors.Is(failed, kerr.UnknownTopicOrPartition), errors.Is(failed, kerr.UnknownTopicID):
		// A broker that just started may not know its topics yet: the cluster's own answer decides.
		id, err := r.src.identify(ctx)
		if err == nil {
			err = r.src.same(id)
		}
		if err != nil {
			return r.passing(ctx, err)
		}
		if err := backoff(ctx, retryPause); err != nil {
			return err
		}
		return r.connect()
	}
	return r.passing(ctx, classify(failed, "reading "+r.src.params.Topic))
}

// passing returns a permanent error and waits out any other.
func (r *reader) passing(ctx context.Context, err error) error {
	var permanent *component.PermanentError
	if errors.As(err, &permanent) {
		return err
	}
	r.src.cluster.log.Log(kgo.LogLevelWarn, "reading failed, trying again", "topic", r.src.params.Topic, "partition", r.partition, "err", err)
	return backoff(ctx, retryPause)
}

// Lag returns how many offsets lie between the position and the high watermark (of a bounded run: its end), -1 before the first
// fetch. Control records count.
func (r *reader) Lag() int64 {
	hw := r.highWatermark.Load()
	if hw < 0 {
		return -1
	}
	return max(hw-r.reached.Load(), 0)
}

// Close ends the reader.
func (r *reader) Close() error {
	r.endProbe()
	if r.client != nil {
		r.client.Close()
	}
	return nil
}
