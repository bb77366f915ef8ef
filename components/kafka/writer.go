package kafka

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/models/batch"
)

// writer writes the rows of one task. Keys and values of a batch lie in one slab, records in another.
type writer struct {
	sink    *sink
	encoder component.Encoder
	// turn picks the partition of rows without key, and sent is how much it was given: it changes when a batch is full, so that batches
	// on the wire are large however small the engine's are.
	turn int32
	sent int64
	// size is how large the last slab was.
	size  int
	spans []span
}

// span is where a row's key and value lie in the slab; a negative key start is "no key".
type span struct{ key, value, end int }

var (
	_ component.TxWriter   = (*writer)(nil)
	_ component.RowChecker = (*writer)(nil)
)

// NewWriter returns a writer for one task.
func (s *sink) NewWriter() (component.TxWriter, error) {
	e, err := s.encoder()
	if err != nil {
		return nil, err
	}
	return &writer{sink: s, encoder: e, turn: atomic.AddInt32(&s.writers, 1) - 1}, nil
}

// Check lists the rows the format has no form for.
func (w *writer) Check(b *batch.Batch) []component.RowReject {
	if c, ok := w.encoder.(component.EncodeChecker); ok {
		return c.Check(b)
	}
	return nil
}

// Write encodes the selected rows and hands them to the client, which sends them in the background; it waits while the client holds
// buffer_bytes. What goes wrong with single records is told here or by Flush. Records still waiting when ctx ends fail the
// transaction.
func (w *writer) Write(ctx context.Context, b *batch.Batch) error {
	if w.sink.tx == nil {
		return w.sink.notOpen()
	}
	if err := w.sink.produced(); err != nil {
		return err
	}
	slab, spans := make([]byte, 0, w.size), w.spans[:0]
	err := w.encoder.Encode(b, func(row int, record []byte) error {
		s := span{key: -1}
		if len(w.sink.keys) > 0 {
			start := len(slab)
			var ok bool
			if slab, ok = appendKey(slab, b, w.sink.keys, row); ok {
				s.key = start
			}
		}
		s.value = len(slab)
		slab = append(slab, record...)
		s.end = len(slab)
		spans = append(spans, s)
		return nil
	})
	w.spans = spans
	if err != nil {
		return fmt.Errorf("encoding rows for topic %q: %w", w.sink.params.Topic, err)
	}
	w.size = len(slab) + len(slab)/8

	now := time.Now()
	records := make([]kgo.Record, len(spans))
	partitions := w.sink.partitions
	sticky := w.turn % partitions
	if w.sent += int64(len(slab)); w.sent >= w.sink.params.BatchBytes {
		w.turn, w.sent = sticky+1, 0
	}
	for i, s := range spans {
		r := &records[i]
		r.Topic, r.Partition, r.Timestamp, r.Value = w.sink.params.Topic, sticky, now, slab[s.value:s.end:s.end]
		if s.key >= 0 {
			r.Key = slab[s.key:s.value:s.value]
			r.Partition = keyPartition(r.Key, partitions)
		}
		w.sink.tx.Produce(ctx, r, w.sink.promise)
	}
	return ctx.Err()
}
