package rig

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/server/e2e/parts"
	"millrace/server/embedded/broker"
)

// Kafka is a client of a broker, for tests.
type Kafka struct {
	Addrs  []string
	Client *kgo.Client // with a manual partitioner: a record goes to the partition it names
	Admin  *kadm.Client
	t      testing.TB
}

// RealKafka starts an Apache Kafka of the test's own and connects to it; the test is skipped, or fails, as with parts.RequireKafka.
func RealKafka(t testing.TB) (*Kafka, *parts.Kafka) {
	t.Helper()
	parts.RequireKafka(t)
	k, err := parts.StartKafka(t.Context(), parts.KafkaOptions{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(k.Kill)
	return DialKafka(t, k.Addrs()...), k
}

// EmbeddedKafka starts the product's embedded broker in this process and connects to it.
func EmbeddedKafka(t testing.TB) *Kafka {
	t.Helper()
	b, err := broker.Start(t.Context(), broker.Options{DataDir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return DialKafka(t, b.Addrs()...)
}

// DialKafka connects to a broker that runs.
func DialKafka(t testing.TB, addrs ...string) *Kafka {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(addrs...), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchMaxBytes(24<<20))
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return &Kafka{Addrs: addrs, Client: client, Admin: kadm.NewClient(client), t: t}
}

// CreateTopic makes a topic that keeps its records.
func (k *Kafka) CreateTopic(name string, partitions int) {
	k.t.Helper()
	k.createTopic(name, partitions, "retention.ms", "-1")
}

// CreateCompactedTopic makes a topic that keeps the last record of each key.
func (k *Kafka) CreateCompactedTopic(name string, partitions int) {
	k.t.Helper()
	k.createTopic(name, partitions, "cleanup.policy", "compact")
}

// createTopic makes a topic and waits until the broker knows it: the controller answers before it has told the brokers.
func (k *Kafka) createTopic(name string, partitions int, key, value string) {
	k.t.Helper()
	_, err := k.Admin.CreateTopic(k.t.Context(), int32(partitions), 1, map[string]*string{key: &value}, name)
	require.NoError(k.t, err)
	require.Eventually(k.t, func() bool {
		topics, err := k.Admin.ListTopics(k.t.Context(), name)
		if err != nil || topics[name].Err != nil || len(topics[name].Partitions) != partitions {
			return false
		}
		for _, p := range topics[name].Partitions {
			if p.Err != nil || p.Leader < 0 {
				return false
			}
		}
		return true
	}, time.Minute, 10*time.Millisecond, "the topic %s does not become known", name)
}

// Produce writes records, each to the partition it names, in order, and returns when all are acknowledged.
func (k *Kafka) Produce(records ...*kgo.Record) {
	k.t.Helper()
	require.NoError(k.t, k.Client.ProduceSync(k.t.Context(), records...).FirstErr())
}

// ReadCommitted returns all records of a topic's committed transactions up to the topic's present end, partition by partition in
// the order of offsets.
func (k *Kafka) ReadCommitted(topic string) []*kgo.Record {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), time.Minute)
	defer cancel()
	ends, err := k.Admin.ListCommittedOffsets(ctx, topic)
	require.NoError(k.t, err)
	require.NoError(k.t, ends.Error())
	parts := len(ends[topic])
	start, left := map[int32]kgo.Offset{}, 0
	ends.Each(func(o kadm.ListedOffset) {
		start[o.Partition] = kgo.NewOffset().AtStart()
		if o.Offset > 0 {
			left++
		}
	})
	client, err := kgo.NewClient(kgo.SeedBrokers(k.Addrs...), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords(),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: start}))
	require.NoError(k.t, err)
	defer client.Close()
	byPartition, done := make([][]*kgo.Record, parts), make([]bool, parts)
	for left > 0 {
		fetches := client.PollFetches(ctx)
		require.NoError(k.t, fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) {
			end, _ := ends.Lookup(topic, r.Partition)
			if r.Offset >= end.Offset {
				return
			}
			if !r.Attrs.IsControl() {
				byPartition[r.Partition] = append(byPartition[r.Partition], r)
			}
			if r.Offset == end.Offset-1 && !done[r.Partition] {
				done[r.Partition] = true
				left--
			}
		})
	}
	var out []*kgo.Record
	for _, p := range byPartition {
		out = append(out, p...)
	}
	return out
}
