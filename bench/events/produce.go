package events

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"
)

// slab is how many bytes of events are allocated at once.
const slab = 1 << 20

// Produce writes a stream's events to a topic, one after the other into its partitions in turn, and returns how many bytes they
// have.
func Produce(ctx context.Context, broker, topic string, s *Stream) (int64, error) {
	var e Event
	return produce(ctx, broker, topic, kgo.RoundRobinPartitioner(), func(b []byte) ([]byte, int, bool) {
		if !s.Next(&e) {
			return b, 0, false
		}
		return e.AppendJSON(b), 0, true
	})
}

// ProduceVersions writes the versions of the users to a topic, keyed by the user, and returns how many bytes their values have.
func ProduceVersions(ctx context.Context, broker, topic string) (int64, error) {
	versions := Versions()
	return produce(ctx, broker, topic, kgo.StickyKeyPartitioner(nil), func(b []byte) ([]byte, int, bool) {
		if len(versions) == 0 {
			return b, 0, false
		}
		v := versions[0]
		versions = versions[1:]
		from := len(b)
		b = strconv.AppendInt(b, v.UserID, 10)
		key := len(b) - from
		return v.AppendJSON(b), key, true
	})
}

// produce writes records to a topic. next appends a record, its key first, to the bytes it is given, and returns how long the key is
// and whether there was a record; a record without a key has a key of no bytes.
func produce(ctx context.Context, broker, topic string, partitioner kgo.Partitioner, next func([]byte) ([]byte, int, bool)) (int64, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.DefaultProduceTopic(topic),
		kgo.RecordPartitioner(partitioner),
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
	var total int64
	buf := make([]byte, 0, slab)
	for failed.Load() == nil {
		if cap(buf)-len(buf) < 1<<10 {
			buf = make([]byte, 0, slab)
		}
		from := len(buf)
		var key int
		var ok bool
		if buf, key, ok = next(buf); !ok {
			break
		}
		r := &kgo.Record{Value: buf[from+key : len(buf) : len(buf)]}
		if key > 0 {
			r.Key = buf[from : from+key : from+key]
		}
		total += int64(len(r.Value))
		client.Produce(ctx, r, done)
	}
	err = client.Flush(ctx)
	if p := failed.Load(); p != nil {
		err = *p
	}
	if err != nil {
		return 0, fmt.Errorf("producing to %s: %w", topic, err)
	}
	return total, nil
}
