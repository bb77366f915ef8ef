package topics

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Recreate makes an empty topic, in place of the one that has its name.
func Recreate(ctx context.Context, broker, topic string, partitions int32) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	if err != nil {
		return fmt.Errorf("connecting to %s: %w", broker, err)
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	if _, err := admin.DeleteTopic(ctx, topic); err != nil && !errors.Is(err, kerr.UnknownTopicOrPartition) {
		return fmt.Errorf("deleting topic %s: %w", topic, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		made, err := admin.CreateTopic(ctx, partitions, 1, nil, topic)
		if err == nil {
			return await(ctx, admin, tick.C, made, partitions)
		}
		if !errors.Is(err, kerr.TopicAlreadyExists) { // the deletion is still spreading
			return fmt.Errorf("creating topic %s: %w", topic, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("creating topic %s: %w", topic, err)
		case <-tick.C:
		}
	}
}

// await waits until the broker serves every partition of a topic that was just made: that it was made does not say so yet.
func await(ctx context.Context, admin *kadm.Client, tick <-chan time.Time, made kadm.CreateTopicResponse, partitions int32) error {
	for {
		found, err := admin.ListTopics(ctx, made.Topic)
		if err != nil {
			return fmt.Errorf("waiting for topic %s: %w", made.Topic, err)
		}
		served := int32(0)
		if t := found[made.Topic]; t.ID == made.ID {
			for _, p := range t.Partitions {
				if p.Err == nil && p.Leader >= 0 {
					served++
				}
			}
		}
		if served == partitions {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for topic %s, of which %d of %d partitions are served: %w", made.Topic, served, partitions, ctx.Err())
		case <-tick:
		}
	}
}

// Ends returns the last stable offset of each partition: where a read_committed reader would come to now.
func Ends(ctx context.Context, broker, topic string) (map[int32]int64, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", broker, err)
	}
	defer client.Close()
	listed, err := kadm.NewClient(client).ListCommittedOffsets(ctx, topic)
	if err == nil {
		err = listed.Error()
	}
	if err != nil {
		return nil, fmt.Errorf("listing the end offsets of %s: %w", topic, err)
	}
	ends := map[int32]int64{}
	listed.Each(func(o kadm.ListedOffset) { ends[o.Partition] = o.Offset })
	if len(ends) == 0 {
		return nil, fmt.Errorf("listing the end offsets of %s: there is no such topic", topic)
	}
	return ends, nil
}

// Settle waits until no transaction is open in the topic. That a producer has committed its last one does not say so yet: the
// coordinator has decided then, and tells the partitions afterwards.
func Settle(ctx context.Context, broker, topic string) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	if err != nil {
		return fmt.Errorf("connecting to %s: %w", broker, err)
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		// In this order: what is written between the two only lengthens the wait.
		stable, err := admin.ListCommittedOffsets(ctx, topic)
		if err == nil {
			err = stable.Error()
		}
		if err != nil {
			return fmt.Errorf("waiting for the transactions of %s: %w", topic, err)
		}
		ends, err := admin.ListEndOffsets(ctx, topic)
		if err == nil {
			err = ends.Error()
		}
		if err != nil {
			return fmt.Errorf("waiting for the transactions of %s: %w", topic, err)
		}
		open := 0
		ends.Each(func(end kadm.ListedOffset) {
			if at, ok := stable.Lookup(topic, end.Partition); !ok || at.Offset < end.Offset {
				open++
			}
		})
		if open == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the transactions of %s, open in %d partitions: %w", topic, open, ctx.Err())
		case <-tick.C:
		}
	}
}

// NewReader returns a client that reads the committed records of one partition from its start. More options may make it a
// producer too.
func NewReader(broker, topic string, partition int32, more ...kgo.Opt) (*kgo.Client, error) {
	opts := append([]kgo.Opt{
		kgo.SeedBrokers(broker),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {partition: kgo.NewOffset().AtStart()}}),
		// A transaction's marker may be the last record before the end.
		kgo.KeepControlRecords(),
		kgo.FetchMaxPartitionBytes(4 << 20),
	}, more...)
	client, err := kgo.NewClient(opts...)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", broker, err)
	}
	return client, nil
}

// Read hands the records that the client fetches to handle, batch by batch, until the offset end. Control records are among them.
func Read(ctx context.Context, client *kgo.Client, end int64, handle func([]*kgo.Record) error) error {
	for next := int64(0); next < end; {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		var failed error
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			records := p.Records
			for len(records) > 0 && records[len(records)-1].Offset >= end {
				records = records[:len(records)-1]
			}
			if len(p.Records) > 0 {
				next = p.Records[len(p.Records)-1].Offset + 1
			}
			if failed == nil && len(records) > 0 {
				failed = handle(records)
			}
		})
		if failed != nil {
			return failed
		}
	}
	return nil
}

// EachPartition runs work for every partition of the topic at once and returns their errors joined. The first failure cancels
// the others.
func EachPartition(ctx context.Context, broker, topic string, work func(ctx context.Context, partition int32, end int64) error) error {
	ends, err := Ends(ctx, broker, topic)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
	)
	for partition, end := range ends {
		wg.Go(func() {
			if err := work(ctx, partition, end); err != nil {
				cancel()
				mu.Lock()
				errs = append(errs, fmt.Errorf("partition %d of %s: %w", partition, topic, err))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
