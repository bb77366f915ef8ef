package broker

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Retainer bounds topics by their settings retention.ms and retention.bytes
// (of each partition), and compacted topics by what newer records of the same
// key have made obsolete, as far as they are set on the topic itself. It deletes
// from the front of a partition only, and always leaves its last record.
type Retainer struct {
	client *kgo.Client
	admin  *kadm.Client
	now    func() time.Time
	// compacted is when compacted topics were last looked at.
	compacted time.Time
}

// compactEvery is how often compacted topics are read through. They hold small
// records (a commit marker a second and pipeline), so an hour of them is little.
const compactEvery = time.Hour

type partition struct {
	topic string
	id    int32
}

// NewRetainer returns a Retainer that works through the client, which stays the
// caller's.
func NewRetainer(client *kgo.Client) *Retainer {
	return &Retainer{client: client, admin: kadm.NewClient(client), now: time.Now}
}

// Run applies retention every interval until ctx ends. Failures are logged and
// tried again with the next round.
func (r *Retainer) Run(ctx context.Context, interval time.Duration, log *slog.Logger) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.Apply(ctx); err != nil && ctx.Err() == nil {
			log.Warn("applying retention failed", "error", err)
		}
	}
}

// limits are a topic's bounds; negative means none. compact says that the
// topic keeps the last record of each key.
type limits struct {
	ms, bytes int64
	compact   bool
}

// Apply deletes once what the settings no longer keep.
func (r *Retainer) Apply(ctx context.Context) error {
	bounds, err := r.limits(ctx)
	if err != nil || len(bounds) == 0 {
		return err
	}
	compactDue := r.now().Sub(r.compacted) >= compactEvery
	if compactDue {
		r.compacted = r.now()
	}
	var topics []string
	for topic := range bounds {
		topics = append(topics, topic)
	}
	slices.Sort(topics)

	starts, err := r.admin.ListStartOffsets(ctx, topics...)
	if err != nil {
		return fmt.Errorf("listing start offsets: %w", err)
	}
	// Not past an open transaction.
	ends, err := r.admin.ListCommittedOffsets(ctx, topics...)
	if err != nil {
		return fmt.Errorf("listing end offsets: %w", err)
	}
	sizes, err := r.sizes(ctx)
	if err != nil {
		return err
	}
	cut := kadm.Offsets{}
	for _, topic := range topics {
		byTime, err := r.firstYoungerThan(ctx, topic, bounds[topic].ms)
		if err != nil {
			return err
		}
		if bounds[topic].compact {
			if !compactDue {
				continue
			}
			if byTime, err = r.firstNeeded(ctx, topic, starts[topic], ends[topic]); err != nil {
				return err
			}
		}
		for id, end := range ends[topic] {
			start, ok := starts.Lookup(topic, id)
			if !ok || start.Err != nil || end.Err != nil || end.Offset-start.Offset < 2 {
				continue
			}
			to := start.Offset
			if o, ok := byTime[id]; ok {
				to = max(to, o)
			}
			p := partition{topic, id}
			to = max(to, byBytes(start.Offset, end.Offset, sizes[p], bounds[topic].bytes))
			// A partition that is emptied loses its offsets at the next start.
			to = min(to, end.Offset-1)
			if to > start.Offset {
				cut.Add(kadm.Offset{Topic: topic, Partition: id, At: to, LeaderEpoch: -1})
			}
		}
	}
	if len(cut) == 0 {
		return nil
	}
	deleted, err := r.admin.DeleteRecords(ctx, cut)
	if err != nil {
		return fmt.Errorf("deleting records: %w", err)
	}
	return deleted.Error()
}

// limits returns the bounds of the topics that set any.
func (r *Retainer) limits(ctx context.Context) (map[string]limits, error) {
	topics, err := r.admin.ListTopics(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing topics: %w", err)
	}
	if len(topics) == 0 {
		return nil, nil
	}
	configs, err := r.admin.DescribeTopicConfigs(ctx, topics.Names()...)
	if err != nil {
		return nil, fmt.Errorf("reading topic settings: %w", err)
	}
	bounds := map[string]limits{}
	for _, c := range configs {
		if c.Err != nil {
			continue // deleted in between
		}
		l := limits{ms: -1, bytes: -1}
		for _, kv := range c.Configs {
			if kv.Source != kmsg.ConfigSourceDynamicTopicConfig || kv.Value == nil {
				continue
			}
			if kv.Key == "cleanup.policy" {
				l.compact = *kv.Value == "compact"
				continue
			}
			n, err := strconv.ParseInt(*kv.Value, 10, 64)
			if err != nil {
				continue
			}
			switch kv.Key {
			case "retention.ms":
				l.ms = n
			case "retention.bytes":
				l.bytes = n
			}
		}
		if l.compact {
			// As in Kafka, a topic that is only compacted has no other retention.
			l.ms, l.bytes = -1, -1
		}
		if l.ms >= 0 || l.bytes >= 0 || l.compact {
			bounds[c.Name] = l
		}
	}
	return bounds, nil
}

// firstYoungerThan returns, by partition, the first offset at which a record is
// not older than ms milliseconds; the end when all of them are older.
func (r *Retainer) firstYoungerThan(ctx context.Context, topic string, ms int64) (map[int32]int64, error) {
	if ms < 0 {
		return nil, nil
	}
	listed, err := r.admin.ListOffsetsAfterMilli(ctx, r.now().UnixMilli()-ms, topic)
	if err != nil {
		return nil, fmt.Errorf("listing offsets by time: %w", err)
	}
	offsets := map[int32]int64{}
	for id, o := range listed[topic] {
		if o.Err == nil {
			offsets[id] = o.Offset
		}
	}
	return offsets, nil
}

// firstNeeded returns, by partition, the oldest record that is the last committed
// one of its key: all before it are obsolete. Records without a key are kept.
// A partition that cannot be read to its end is left out.
func (r *Retainer) firstNeeded(ctx context.Context, topic string, starts, ends map[int32]kadm.ListedOffset) (map[int32]int64, error) {
	from, left := map[int32]kgo.Offset{}, map[int32]int64{}
	for id, end := range ends {
		if start, ok := starts[id]; ok && end.Err == nil && start.Err == nil && end.Offset-start.Offset >= 2 {
			from[id], left[id] = kgo.NewOffset().At(start.Offset), end.Offset
		}
	}
	if len(from) == 0 {
		return nil, nil
	}
	// Only committed records make others obsolete; control records show where a partition's end is.
	reader, err := kgo.NewClient(append(r.client.Opts(), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: from}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())...)
	if err != nil {
		return nil, fmt.Errorf("opening a reader on %s: %w", topic, err)
	}
	defer reader.Close()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	last := map[int32]map[string]int64{}
	needed := map[int32]int64{}
	for len(left) > 0 {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err0(); err != nil {
			return nil, fmt.Errorf("reading %s to compact it: %w", topic, err)
		}
		fetches.EachRecord(func(rec *kgo.Record) {
			end, reading := left[rec.Partition]
			if !reading {
				return
			}
			if rec.Offset+1 >= end {
				delete(left, rec.Partition)
			}
			if rec.Offset >= end || rec.Attrs.IsControl() {
				return
			}
			if last[rec.Partition] == nil {
				last[rec.Partition], needed[rec.Partition] = map[string]int64{}, end
			}
			if rec.Key == nil {
				needed[rec.Partition] = min(needed[rec.Partition], rec.Offset)
				return
			}
			last[rec.Partition][string(rec.Key)] = rec.Offset
		})
	}
	for id, keys := range last {
		for _, offset := range keys {
			needed[id] = min(needed[id], offset)
		}
	}
	return needed, nil
}

func (r *Retainer) sizes(ctx context.Context) (map[partition]int64, error) {
	dirs, err := r.admin.DescribeAllLogDirs(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("reading partition sizes: %w", err)
	}
	sizes := map[partition]int64{}
	dirs.Each(func(d kadm.DescribedLogDir) {
		d.Topics.Each(func(p kadm.DescribedLogDirPartition) {
			sizes[partition{p.Topic, p.Partition}] += p.Size
		})
	})
	return sizes, nil
}

// byBytes returns the offset from which about limit bytes are left of size bytes
// in [start, end), taking all records to be of one size.
func byBytes(start, end, size, limit int64) int64 {
	if limit < 0 || size <= limit {
		return start
	}
	share := float64(size-limit) / float64(size)
	return start + int64(share*float64(end-start))
}
