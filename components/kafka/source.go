package kafka

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
)

// source reads one topic.
type source struct {
	oc      component.SourceContext
	params  scanParams
	cluster *cluster
	client  *kgo.Client
	admin   *kadm.Client
	// topicID is what the topic had when the source was opened; zero where the broker has no such ids.
	topicID [16]byte
	decoder func(component.DecodeTarget) (component.Decoder, error)
	// starts and ends are the first and the last stable offset each partition had when the source was opened; ends bound the reading
	// only of a bounded run.
	starts, ends map[int32]int64
	lost         atomic.Int64
}

var (
	_ component.Source    = (*source)(nil)
	_ component.Committer = (*source)(nil)
)

// openSource reaches the cluster within the connection's timeout and finds the topic.
func openSource(ctx context.Context, oc component.SourceContext) (component.Source, error) {
	s := &source{oc: oc}
	p, err := component.DecodeJSON(sourceSpec().Fields, oc.Params)
	if err != nil {
		return nil, &component.PermanentError{Err: err}
	}
	s.params = scanParamsOf(p)
	format, formatParams, err := formatOf(oc.Registry, p)
	if err != nil {
		return nil, err
	}
	s.decoder = func(t component.DecodeTarget) (component.Decoder, error) {
		return format.Format.NewDecoder(formatParams, t)
	}
	conn, err := oc.Connections.Open(s.params.Connection)
	if err != nil {
		return nil, err
	}
	if s.cluster, err = openCluster(conn, "millrace-"+oc.Pipeline, newLogger(oc.Log)); err != nil {
		return nil, err
	}
	if s.client, err = s.cluster.client(kgo.DisableClientMetrics()); err != nil {
		return nil, err
	}
	s.admin = kadm.NewClient(s.client)
	ctx, cancel := context.WithTimeout(ctx, s.cluster.timeout)
	defer cancel()
	if s.starts, err = s.offsets(s.admin.ListStartOffsets(ctx, s.params.Topic)); err == nil {
		s.ends, err = s.offsets(s.admin.ListCommittedOffsets(ctx, s.params.Topic))
	}
	if err == nil {
		s.topicID, err = s.identify(ctx)
	}
	if err != nil {
		s.client.Close()
		return nil, err
	}
	return s, nil
}

// identify asks for the topic's id: a topic that was deleted and made anew has another one, and its offsets mean other records.
func (s *source) identify(ctx context.Context) ([16]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cluster.timeout)
	defer cancel()
	topic, err := describe(ctx, s.client, s.params.Topic)
	if err != nil {
		return [16]byte{}, classify(err, fmt.Sprintf("looking up topic %q", s.params.Topic))
	}
	return topic.TopicID, nil
}

// same fails when the topic is not the one the source was opened on.
func (s *source) same(id [16]byte) error {
	if id == s.topicID {
		return nil
	}
	return component.Permanent(CodeTopicReplaced, nil, "Its offsets mean other records now: start the pipeline anew.",
		"topic %q was deleted and made anew since this pipeline read it", s.params.Topic)
}

// offsets takes the topic's offsets out of an answer.
func (s *source) offsets(listed kadm.ListedOffsets, err error) (map[int32]int64, error) {
	if err == nil {
		err = listed.Error()
	}
	if err == nil && len(listed[s.params.Topic]) == 0 {
		err = fmt.Errorf("the broker lists no partition of it")
	}
	if err != nil {
		return nil, classify(err, fmt.Sprintf("reading topic %q through connection %q", s.params.Topic, s.params.Connection))
	}
	out := make(map[int32]int64, len(listed[s.params.Topic]))
	for p, o := range listed[s.params.Topic] {
		out[p] = o.Offset
	}
	return out, nil
}

// Partitions lists the partitions the topic has now, or had when a bounded run began.
func (s *source) Partitions(ctx context.Context) ([]component.Partition, error) {
	if s.oc.Bounded {
		return s.numbered(int32(len(s.ends))), nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.cluster.timeout)
	defer cancel()
	topic, err := describe(ctx, s.client, s.params.Topic)
	if err != nil {
		return nil, classify(err, fmt.Sprintf("listing the partitions of topic %q", s.params.Topic))
	}
	if err := s.same(topic.TopicID); err != nil {
		return nil, err
	}
	return s.numbered(int32(len(topic.Partitions))), nil
}

// numbered names n partitions: Kafka numbers them from 0 without gaps and never takes one away.
func (s *source) numbered(n int32) []component.Partition {
	out := make([]component.Partition, n)
	for i := range n {
		out[i] = component.Partition{ID: s.params.Topic + "/" + strconv.Itoa(int(i)), Ordinal: i}
	}
	return out
}

func partitionNumber(id string) (int32, error) {
	n, err := strconv.ParseInt(id[strings.LastIndexByte(id, '/')+1:], 10, 32)
	if err != nil || n < 0 {
		return 0, component.Permanent(CodeBadPosition, err, "", "%q is not the name of a partition", id)
	}
	return int32(n), nil
}

// parsePosition reads "offset" or "offset@topic id in hexadecimal".
func parsePosition(p component.Position) (offset int64, topicID []byte, err error) {
	number, id, named := strings.Cut(string(p), "@")
	offset, err = strconv.ParseInt(number, 10, 64)
	if err == nil && named {
		topicID, err = hex.DecodeString(id)
	}
	if err != nil || offset < 0 || named && len(topicID) != 16 {
		return 0, nil, component.Permanent(CodeBadPosition, err, "The checkpoint was written for another source: start the pipeline anew.", "%q is not a position in a topic", p)
	}
	return offset, topicID, nil
}

// position names an offset together with the topic it is an offset of. Brokers before Kafka 2.8 give topics no id.
func (s *source) position(offset int64) component.Position {
	text := strconv.FormatInt(offset, 10)
	if s.topicID != [16]byte{} {
		text += "@" + hex.EncodeToString(s.topicID[:])
	}
	return component.Position(text)
}

// Open returns a reader of one partition.
func (s *source) Open(ctx context.Context, p component.Partition, from component.Position, fresh bool) (component.Reader, error) {
	number, err := partitionNumber(p.ID)
	if err != nil {
		return nil, err
	}
	r := &reader{src: s, partition: number, ordinal: p.Ordinal, end: -1, log: s.oc.Log}
	r.highWatermark.Store(-1)
	if s.oc.Bounded {
		end, ok := s.ends[number]
		if !ok {
			return nil, component.Permanent(CodeBadPosition, nil, "", "partition %d was not there when the bounded run began", number)
		}
		r.end = end
		r.highWatermark.Store(end)
	}
	if r.next, err = s.start(ctx, number, from, fresh); err != nil {
		return nil, err
	}
	if r.end >= 0 && r.next > r.end {
		return nil, s.truncated(number, r.next, r.end)
	}
	if r.maker, err = s.newRowMaker(); err != nil {
		return nil, err
	}
	if err := r.connect(); err != nil {
		return nil, err
	}
	return r, nil
}

// start decides where reading a partition begins.
func (s *source) start(ctx context.Context, partition int32, from component.Position, fresh bool) (int64, error) {
	if from != "" {
		offset, id, err := parsePosition(from)
		if err == nil && id != nil {
			err = s.same([16]byte(id))
		}
		return offset, err
	}
	known, place, at := s.starts, int64(atStart), s.startAt()
	switch {
	case !fresh:
	case at.Latest:
		// The last stable offset, not the high watermark: what commits from now on is read, also where its records are already there.
		known, place = s.ends, atEnd
	case !at.Time.IsZero():
		known, place = nil, at.Time.UnixMilli()
	}
	if offset, ok := known[partition]; ok {
		return offset, nil
	}
	return s.offset(ctx, partition, place)
}

// offset asks for the offset of a place in a partition.
func (s *source) offset(ctx context.Context, partition int32, place int64) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cluster.timeout)
	defer cancel()
	offset, err := newDirect(s.client, s.params.Topic, partition, true).offset(ctx, place)
	return offset, classify(err, fmt.Sprintf("reading partition %d of topic %q", partition, s.params.Topic))
}

// startAt prefers where the run was told to start over what the source declares.
func (s *source) startAt() component.StartAt {
	if s.oc.Start != (component.StartAt{}) {
		return s.oc.Start
	}
	switch s.params.StartFrom {
	case startLatest:
		return component.StartAt{Latest: true}
	case startTime:
		return component.StartAt{Time: s.params.StartTime}
	}
	return component.StartAt{}
}

// outOfRange is called when the broker does not have the offset to read next. It returns where to go on, or why not.
func (s *source) outOfRange(ctx context.Context, partition int32, next int64) (int64, error) {
	start, err := s.offset(ctx, partition, atStart)
	if err != nil {
		return 0, err
	}
	end, err := s.offset(ctx, partition, atEnd)
	if err != nil {
		return 0, err
	}
	switch {
	case next > end:
		return 0, s.truncated(partition, next, end)
	case next >= start:
		return next, nil
	case s.params.OnLostOffsets != lostEarliest:
		return 0, component.Permanent(CodeOffsetsLost, nil, "Lengthen the topic's retention, then start anew; on_lost_offsets: earliest goes on with what is left and counts the loss.",
			"topic %q no longer has offsets %d to %d of partition %d: retention passed the pipeline", s.params.Topic, next, start-1, partition)
	}
	lost := start - next
	s.lost.Add(lost)
	s.cluster.log.to.Error("kafka: retention passed the pipeline, going on with what is left", "code", CodeOffsetsLost,
		"topic", s.params.Topic, "partition", partition, "from", next, "to", start-1, "lost", lost)
	return start, nil
}

func (s *source) truncated(partition int32, next, end int64) error {
	return component.Permanent(CodeLogTruncated, nil, "The topic was made anew, or the cluster lost acknowledged records: start the pipeline anew.",
		"partition %d of topic %q ends at offset %d, before the position %d", partition, s.params.Topic, end, next)
}

// Lost returns how many offsets were skipped because retention had passed the pipeline, since the source was opened.
func (s *source) Lost() int64 { return s.lost.Load() }

// Commit tells tools that watch consumer groups how far the pipeline is. The group is never read from (I1: the engine calls this
// only with what is durable).
func (s *source) Commit(ctx context.Context, positions map[string]component.Position) error {
	offsets := kadm.Offsets{}
	for id, p := range positions {
		number, err := partitionNumber(id)
		if err != nil {
			return err
		}
		if p == "" {
			continue
		}
		at, _, err := parsePosition(p)
		if err != nil {
			return err
		}
		offsets.AddOffset(s.params.Topic, number, at, -1)
	}
	if len(offsets) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.cluster.timeout)
	defer cancel()
	committed, err := s.admin.CommitOffsets(ctx, group(s.oc.Pipeline), offsets)
	if err == nil {
		err = committed.Error()
	}
	if err != nil {
		return fmt.Errorf("committing offsets to group %q: %w", group(s.oc.Pipeline), err)
	}
	return nil
}

// group is the consumer group under which a pipeline's progress is shown.
func group(pipeline string) string { return "millrace-" + pipeline }

// Close closes the source; its readers are closed on their own.
func (s *source) Close() error {
	s.client.Close()
	return nil
}

// brokerMaxRead bounds one answer of a broker. A batch that is larger than a fetch may be comes whole, however large, and has to be
// read to be rejected: with less room the reader would never get past it.
func brokerMaxRead(maxRecord int) int32 {
	return int32(min(max(256<<20, 4*int64(maxRecord)), math.MaxInt32))
}

// backoff waits a little, or until ctx ends.
func backoff(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
