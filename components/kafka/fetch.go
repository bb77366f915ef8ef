package kafka

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// direct asks a partition's leader for records by plain Fetch requests. Unlike a consumer it says how far the answer reached even
// when no record is in it, which is what finding the end of a log needs. It is for short reads: nothing is fetched ahead.
type direct struct {
	client    *kgo.Client
	topic     string
	partition int32
	isolation kgo.IsolationLevel
	// level is isolation as the protocol writes it.
	level int8

	decompress kgo.Decompressor
}

func newDirect(cl *kgo.Client, topic string, partition int32, committed bool) *direct {
	d := &direct{client: cl, topic: topic, partition: partition, isolation: kgo.ReadUncommitted(), decompress: kgo.DefaultDecompressor()}
	if committed {
		d.isolation, d.level = kgo.ReadCommitted(), 1
	}
	return d
}

// fetched is one answer. next is the offset behind everything the answer covers, records or not.
type fetched struct {
	records []*kgo.Record
	next    int64
}

const (
	directWaitMillis = 250
	directMaxBytes   = 8 << 20
)

// fetch reads from offset. Errors are the broker's; a leader that moved is a retryable one.
func (d *direct) fetch(ctx context.Context, offset int64) (fetched, error) {
	leader, id, err := d.leader(ctx)
	if err != nil {
		return fetched{}, err
	}
	part := kmsg.NewFetchRequestTopicPartition()
	part.Partition, part.FetchOffset, part.PartitionMaxBytes = d.partition, offset, directMaxBytes
	part.CurrentLeaderEpoch, part.LastFetchedEpoch, part.LogStartOffset = -1, -1, -1
	topic := kmsg.NewFetchRequestTopic()
	topic.Topic, topic.TopicID, topic.Partitions = d.topic, id, []kmsg.FetchRequestTopicPartition{part}
	req := kmsg.NewPtrFetchRequest()
	req.ReplicaID, req.MaxWaitMillis, req.MinBytes, req.MaxBytes = -1, directWaitMillis, 1, directMaxBytes
	req.IsolationLevel, req.SessionEpoch = d.level, -1
	req.Topics = []kmsg.FetchRequestTopic{topic}

	kresp, err := d.client.Broker(int(leader)).RetriableRequest(ctx, req)
	if err != nil {
		return fetched{}, err
	}
	resp, ok := kresp.(*kmsg.FetchResponse)
	if !ok || kerr.ErrorForCode(resp.ErrorCode) != nil {
		return fetched{}, fmt.Errorf("fetching %s/%d: %w", d.topic, d.partition, kerr.ErrorForCode(resp.ErrorCode))
	}
	if len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != 1 {
		return fetched{}, fmt.Errorf("fetching %s/%d: the broker's answer is about something else", d.topic, d.partition)
	}
	fp, next := kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{
		KeepControlRecords: true, Offset: offset, IsolationLevel: d.isolation, Topic: d.topic, Partition: d.partition,
	}, &resp.Topics[0].Partitions[0], d.decompress, nil)
	if fp.Err != nil {
		return fetched{}, fmt.Errorf("fetching %s/%d at %d: %w", d.topic, d.partition, offset, fp.Err)
	}
	return fetched{records: fp.Records, next: max(next, offset)}, nil
}

// leader finds the partition's leader and the topic's id, which newer brokers want.
func (d *direct) leader(ctx context.Context) (int32, [16]byte, error) {
	topic, err := describe(ctx, d.client, d.topic)
	if err != nil {
		return 0, [16]byte{}, err
	}
	for _, p := range topic.Partitions {
		if p.Partition == d.partition {
			return p.Leader, topic.TopicID, kerr.ErrorForCode(p.ErrorCode)
		}
	}
	return 0, [16]byte{}, kerr.UnknownTopicOrPartition
}

// describe asks a broker about a topic. Clients answer such questions from memory, which does not know of partitions just added.
func describe(ctx context.Context, cl *kgo.Client, topic string) (*kmsg.MetadataResponseTopic, error) {
	req := kmsg.NewPtrMetadataRequest()
	t := kmsg.NewMetadataRequestTopic()
	t.Topic = &topic
	req.Topics = []kmsg.MetadataRequestTopic{t}
	resp, err := req.RequestWith(ctx, cl)
	if err != nil {
		return nil, err
	}
	if len(resp.Topics) != 1 {
		return nil, fmt.Errorf("describing topic %q: the broker's answer is about something else", topic)
	}
	if err := kerr.ErrorForCode(resp.Topics[0].ErrorCode); err != nil {
		return nil, err
	}
	if len(resp.Topics[0].Partitions) == 0 {
		return nil, kerr.UnknownTopicOrPartition
	}
	return &resp.Topics[0], nil
}

// Places in a log that the protocol has numbers for; others are times in milliseconds.
const (
	atEnd   = -1
	atStart = -2
)

// offset returns the offset of a place: the start, the end (the last stable offset where d reads committed, else the high watermark), or
// the first record of a time and after. It is the end where there is no such record.
func (d *direct) offset(ctx context.Context, place int64) (int64, error) {
	leader, _, err := d.leader(ctx)
	if err != nil {
		return 0, err
	}
	part := kmsg.NewListOffsetsRequestTopicPartition()
	part.Partition, part.Timestamp, part.CurrentLeaderEpoch = d.partition, place, -1
	topic := kmsg.NewListOffsetsRequestTopic()
	topic.Topic, topic.Partitions = d.topic, []kmsg.ListOffsetsRequestTopicPartition{part}
	req := kmsg.NewPtrListOffsetsRequest()
	req.ReplicaID, req.IsolationLevel, req.Topics = -1, d.level, []kmsg.ListOffsetsRequestTopic{topic}
	kresp, err := d.client.Broker(int(leader)).RetriableRequest(ctx, req)
	if err != nil {
		return 0, err
	}
	resp, ok := kresp.(*kmsg.ListOffsetsResponse)
	if !ok || len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != 1 {
		return 0, fmt.Errorf("listing offsets of %s/%d: the broker's answer is about something else", d.topic, d.partition)
	}
	found := resp.Topics[0].Partitions[0]
	if err := kerr.ErrorForCode(found.ErrorCode); err != nil {
		return 0, fmt.Errorf("listing offsets of %s/%d: %w", d.topic, d.partition, err)
	}
	if found.Offset < 0 && place != atEnd {
		return d.offset(ctx, atEnd)
	}
	return found.Offset, nil
}
