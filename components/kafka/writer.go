package kafka

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
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

// span is where a row's key and value lie in the slab; a negative key start is "no key", a negative value "no value".
type span struct {
	row, key, value, end int
}

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

// Check lists the rows the format has no form for, and in an upsert topic those without a key.
func (w *writer) Check(b *batch.Batch) []component.RowReject {
	var out []component.RowReject
	if w.sink.upsert {
		if out = w.keyless(b); len(out) > 0 {
			bad := make(map[int32]bool, len(out))
			for _, r := range out {
				bad[r.Row] = true
			}
			b = only(b, func(row int) bool { return !bad[int32(row)] })
		}
	}
	if c, ok := w.encoder.(component.EncodeChecker); ok {
		// Of a row that is no more only the key is written.
		out = append(out, c.Check(live(b))...)
	}
	return out
}

// keyless lists the rows that have a NULL in their key.
func (w *writer) keyless(b *batch.Batch) []component.RowReject {
	var out []component.RowReject
	for i := range b.Rows() {
		row := b.Row(i)
		for at, c := range w.sink.keys {
			if b.Cols[c].IsNull(row) {
				out = append(out, component.RowReject{Row: int32(row), Code: diag.RowSinkRefused, Path: w.sink.params.Key[at]})
				break
			}
		}
	}
	return out
}

// only narrows a batch to the selected rows for which keep is true.
func only(b *batch.Batch, keep func(row int) bool) *batch.Batch {
	sel := make([]int32, 0, b.Rows())
	for i := range b.Rows() {
		if row := b.Row(i); keep(row) {
			sel = append(sel, int32(row))
		}
	}
	return b.Select(sel)
}

// live narrows a batch to the rows that are there after their change.
func live(b *batch.Batch) *batch.Batch {
	if b.Kinds == nil {
		return b
	}
	return only(b, func(row int) bool { return b.Kinds[row] == batch.Insert || b.Kinds[row] == batch.UpdateAfter })
}

// Write hands the selected rows to the client, which sends them in the background; it waits while the client holds
// buffer_bytes. What goes wrong with single records is told here or by Flush. Records still waiting when ctx ends fail the
// transaction. The changes of a retract stream are sent by Flush: what becomes of a key is known when all of the epoch's are there.
func (w *writer) Write(ctx context.Context, b *batch.Batch) error {
	if w.sink.reducer == nil {
		return w.produce(ctx, b)
	}
	if w.sink.tx == nil {
		return w.sink.notOpen()
	}
	w.sink.mu.Lock()
	defer w.sink.mu.Unlock()
	w.sink.held = append(w.sink.held, b.Compact())
	return nil
}

// produceHeld sends what is left of the changes that were held back.
func (s *sink) produceHeld(ctx context.Context) error {
	s.mu.Lock()
	held := s.held
	s.held = nil
	s.mu.Unlock()
	if len(held) == 0 {
		return nil
	}
	left, err := s.reducer.Reduce(held)
	if err != nil {
		return err
	}
	e, err := s.encoder()
	if err != nil {
		return err
	}
	w := &writer{sink: s, encoder: e}
	for _, b := range left {
		if err := w.produce(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// produce encodes the selected rows and hands them to the client.
func (w *writer) produce(ctx context.Context, b *batch.Batch) error {
	if w.sink.tx == nil {
		return w.sink.notOpen()
	}
	if err := w.sink.produced(); err != nil {
		return err
	}
	slab, err := w.encode(make([]byte, 0, w.size), b)
	if err != nil {
		return fmt.Errorf("encoding rows for topic %q: %w", w.sink.params.Topic, err)
	}
	w.size = len(slab) + len(slab)/8

	now := time.Now()
	records := make([]kgo.Record, len(w.spans))
	partitions := w.sink.partitions
	sticky := w.turn % partitions
	if w.sent += int64(len(slab)); w.sent >= w.sink.params.BatchBytes {
		w.turn, w.sent = sticky+1, 0
	}
	for i, s := range w.spans {
		r := &records[i]
		r.Topic, r.Partition, r.Timestamp = w.sink.params.Topic, sticky, now
		keyEnd := s.end
		if s.value >= 0 {
			r.Value, keyEnd = slab[s.value:s.end:s.end], s.value
		}
		if s.key >= 0 {
			r.Key = slab[s.key:keyEnd:keyEnd]
			r.Partition = keyPartition(r.Key, partitions)
		}
		w.sink.tx.Produce(ctx, r, w.sink.promise)
	}
	return ctx.Err()
}

// encode appends keys and values to the slab and notes their places in spans, in the rows' order.
func (w *writer) encode(slab []byte, b *batch.Batch) ([]byte, error) {
	w.spans = w.spans[:0]
	err := w.encoder.Encode(live(b), func(row int, record []byte) error {
		s := span{row: row, key: -1}
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
		w.spans = append(w.spans, s)
		return nil
	})
	if err != nil || b.Kinds == nil {
		return slab, err
	}
	for i := range b.Rows() {
		if row := b.Row(i); b.Kinds[row] == batch.Delete {
			start := len(slab)
			slab, _ = appendKey(slab, b, w.sink.keys, row)
			w.spans = append(w.spans, span{row: row, key: start, value: -1, end: len(slab)})
		}
	}
	slices.SortFunc(w.spans, func(a, b span) int { return cmp.Compare(a.row, b.row) })
	return slab, nil
}
