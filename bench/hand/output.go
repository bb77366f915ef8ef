package hand

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/bench/topics"
)

// output produces to one topic through the client that reads a partition, into the partition of the same number.
type output struct {
	client    *kgo.Client
	topic     string
	partition int32
	failed    atomic.Pointer[error]
}

// newOutput returns a client that reads a partition of one topic and produces to another one.
func newOutput(broker, in, out string, partition int32) (*output, error) {
	client, err := topics.NewReader(broker, in, partition,
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchMaxBytes(1<<20),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.MaxBufferedRecords(1<<17),
	)
	if err != nil {
		return nil, err
	}
	return &output{client: client, topic: out, partition: partition}, nil
}

func (o *output) produce(ctx context.Context, r *kgo.Record) {
	r.Topic, r.Partition = o.topic, o.partition
	o.client.Produce(ctx, r, o.done)
}

func (o *output) done(_ *kgo.Record, err error) {
	if err != nil {
		o.failed.CompareAndSwap(nil, &err)
	}
}

// err returns the first failure of a record produced so far.
func (o *output) err() error {
	if p := o.failed.Load(); p != nil {
		return fmt.Errorf("producing to %s: %w", o.topic, *p)
	}
	return nil
}

// flush waits for the broker to have everything.
func (o *output) flush(ctx context.Context) error {
	if err := o.client.Flush(ctx); err != nil {
		return fmt.Errorf("producing to %s: %w", o.topic, err)
	}
	return o.err()
}
