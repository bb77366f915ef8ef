package events

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"
)

// slab is how many bytes of events are allocated at once.
const slab = 1 << 20

// Produce writes n events to a topic, one after the other into its partitions in turn, and returns how many bytes they have.
func Produce(ctx context.Context, broker, topic string, n int64, seed uint64) (int64, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.DefaultProduceTopic(topic),
		kgo.RecordPartitioner(kgo.RoundRobinPartitioner()),
		kgo.ProducerBatchMaxBytes(1<<20), kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.MaxBufferedRecords(1<<16))
	if err != nil {
		return 0, fmt.Errorf("connecting to %s: %w", broker, err)
	}
	defer client.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed atomic.Pointer[error]
	done := func(_ *kgo.Record, err error) {
		if err != nil && failed.CompareAndSwap(nil, &err) {
			cancel()
		}
	}
	var e Event
	var total int64
	buf := make([]byte, 0, slab)
	for s := NewStream(n, seed); s.Next(&e) && failed.Load() == nil; {
		if cap(buf)-len(buf) < 1<<10 {
			buf = make([]byte, 0, slab)
		}
		from := len(buf)
		buf = e.AppendJSON(buf)
		total += int64(len(buf) - from)
		client.Produce(ctx, &kgo.Record{Value: buf[from:len(buf):len(buf)]}, done)
	}
	err = client.Flush(ctx)
	if p := failed.Load(); p != nil {
		err = *p
	}
	if err != nil {
		return 0, fmt.Errorf("producing events to %s: %w", topic, err)
	}
	return total, nil
}
