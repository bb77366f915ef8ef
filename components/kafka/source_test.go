package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"millrace/components/component"
	"millrace/models/diag"
)

func TestBoundedReadSlicesAFetch(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	var values []string
	for i := range 11 {
		values = append(values, fmt.Sprint(i))
	}
	g.produce("t", 0, values...)
	s := g.source(scanJSON, bounded)
	g.produce("t", 0, "99") // behind the end of the bounded run

	r := g.reader(s, 0, "", true)
	require.EqualValues(t, 11, r.Lag())
	got := g.drain(r, nil)
	require.Equal(t, []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, got.values)
	require.Equal(t, got.values, got.offsets)
	require.Equal(t, 4, got.largest)
	require.Equal(t, component.Position("11"), got.next)
	require.Zero(t, r.Lag())
	_, err := r.Read(g.ctx())
	require.ErrorIs(t, err, io.EOF)

	again := g.drain(g.reader(s, 0, "7", false), nil)
	require.Equal(t, []int64{7, 8, 9, 10}, again.values, "a position is the next offset")
}

// TestEndsWithoutData: the last offsets of a partition are control records or hold aborted records.
func TestEndsWithoutData(t *testing.T) {
	tests := []struct {
		name   string
		fill   func(*rig)
		values []int64
		end    component.Position
	}{
		{"committed", func(g *rig) { g.transaction("t", 0, kgo.TryCommit, "1", "2") }, []int64{1, 2}, "3"},
		{"aborted", func(g *rig) { g.produce("t", 0, "1"); g.transaction("t", 0, kgo.TryAbort, "2", "3") }, []int64{1}, "4"},
		{"only aborted", func(g *rig) { g.transaction("t", 0, kgo.TryAbort, "1") }, nil, "2"},
		{"mixed", func(g *rig) {
			g.transaction("t", 0, kgo.TryAbort, "1")
			g.transaction("t", 0, kgo.TryCommit, "2")
			g.produce("t", 0, "3")
			g.transaction("t", 0, kgo.TryAbort, "4")
		}, []int64{2, 3}, "7"},
		{"empty", func(*rig) {}, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newRig(t)
			g.topic("t", 1)
			tt.fill(g)
			got := g.drain(g.reader(g.source(scanJSON, bounded), 0, "", true), nil)
			require.Equal(t, tt.values, got.values)
			require.Equal(t, tt.end, got.next)
		})
	}
}

// TestOpenTransactionIsNotWaitedFor: a bounded run ends at what could be read when it began.
func TestOpenTransactionIsNotWaitedFor(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	g.produce("t", 0, "1")
	open := g.newClient(kgo.TransactionalID("hanging"))
	require.NoError(t, open.BeginTransaction())
	require.NoError(t, open.ProduceSync(g.ctx(), &kgo.Record{Topic: "t", Value: []byte("2")}).FirstErr())
	g.produce("t", 0, "3")

	got := g.drain(g.reader(g.source(scanJSON, bounded), 0, "", true), nil)
	require.Equal(t, []int64{1}, got.values)
	require.Equal(t, component.Position("1"), got.next)

	// What commits later is read from there, whole.
	require.NoError(t, open.EndTransaction(g.ctx(), kgo.TryCommit))
	got = g.drain(g.reader(g.source(scanJSON, bounded), 0, got.next, false), nil)
	require.Equal(t, []int64{2, 3}, got.values)
}

// TestCompactedTail: the broker has no record at all below the end, as when compaction removed the last ones. The consumer is never
// told of such a stretch; the reader has to ask.
func TestCompactedTail(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	g.transaction("t", 0, kgo.TryAbort, "1", "2")
	s := g.source(scanJSON, bounded)
	r := g.reader(s, 0, "", true).(*reader)
	// The consumer is made to see nothing for ever, so that only the probe can move the position.
	r.client.PauseFetchTopics("t")
	got := g.drain(r, nil)
	require.Empty(t, got.values)
	require.Equal(t, component.Position("3"), got.next)
}

func TestRejects(t *testing.T) {
	g := newRig(t, kfake.BrokerConfigs(map[string]string{"message.max.bytes": "33554432", "replica.fetch.max.bytes": "33554432"}))
	g.topic("t", 1, "max.message.bytes", "33554432")
	g.produce("t", 0, "1", "broken")
	large := strings.Repeat("7", 20<<20)
	g.produce("t", 0, large)
	require.NoError(t, g.client.ProduceSync(g.ctx(), &kgo.Record{Topic: "t", Value: nil}).FirstErr())
	g.produce("t", 0, "many:3", "2")

	got := g.drain(g.reader(g.source(scanJSON, bounded), 0, "", true), nil)
	require.Equal(t, []int64{1, 0, 1, 2, 2}, got.values)
	require.Equal(t, []int64{0, 4, 4, 4, 5}, got.offsets)
	require.Equal(t, 6, got.records)
	require.Len(t, got.rejects, 3)

	require.Equal(t, component.Reject{Code: diag.RowMalformed, Path: "n", Offset: 1, Raw: []byte("broken"), Size: 6}, got.rejects[0])
	tooLarge := got.rejects[1]
	require.Equal(t, diag.RowTooLarge, tooLarge.Code)
	require.EqualValues(t, 2, tooLarge.Offset)
	require.Equal(t, 20<<20, tooLarge.Size)
	require.True(t, tooLarge.Truncated)
	require.Equal(t, large[:rejectPrefix], string(tooLarge.Raw))
	require.Equal(t, component.Reject{Code: diag.RowMalformed, Offset: 3}, got.rejects[2])

	skipping := strings.Replace(scanJSON, `"tombstones":"reject"`, `"tombstones":"skip"`, 1)
	got = g.drain(g.reader(g.source(skipping, bounded), 0, "3", false), nil)
	require.Empty(t, got.rejects)
	require.Equal(t, 3, got.records, "skipped records are counted as read")
}

func TestStart(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	at := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	for i := range 4 {
		require.NoError(t, g.client.ProduceSync(g.ctx(), &kgo.Record{Topic: "t", Value: []byte(fmt.Sprint(i)), Timestamp: at.Add(time.Duration(i) * time.Minute)}).FirstErr())
	}
	second := at.Add(90 * time.Second)
	param := func(s string) string { return strings.Replace(scanJSON, `"start_from":"earliest"`, s, 1) }
	tests := []struct {
		name   string
		params string
		start  component.StartAt
		fresh  bool
		want   []int64
	}{
		{"earliest", scanJSON, component.StartAt{}, true, []int64{0, 1, 2, 3}},
		{"latest by parameter", param(`"start_from":"latest"`), component.StartAt{}, true, nil},
		{"time by parameter", param(`"start_from":"time","start_time":"` + second.UTC().Format(time.RFC3339Nano) + `"`), component.StartAt{}, true, []int64{2, 3}},
		{"the run's time wins", param(`"start_from":"latest"`), component.StartAt{Time: second}, true, []int64{2, 3}},
		{"the run's latest wins", scanJSON, component.StartAt{Latest: true}, true, nil},
		{"a new partition is read whole", scanJSON, component.StartAt{Latest: true}, false, []int64{0, 1, 2, 3}},
		{"later than everything", scanJSON, component.StartAt{Time: time.Now().Add(time.Hour)}, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := g.source(tt.params, bounded, func(oc *component.SourceContext) { oc.Start = tt.start })
			require.Equal(t, tt.want, g.drain(g.reader(s, 0, "", tt.fresh), nil).values)
		})
	}
}

func TestPartitionsGrow(t *testing.T) {
	g := newRig(t)
	g.topic("t", 2)
	live, fixed := g.source(scanJSON), g.source(scanJSON, bounded)
	_, err := g.admin.UpdatePartitions(g.ctx(), 3, "t")
	require.NoError(t, err)

	parts, err := live.Partitions(g.ctx())
	require.NoError(t, err)
	require.Equal(t, []component.Partition{{ID: "t/0", Ordinal: 0}, {ID: "t/1", Ordinal: 1}, {ID: "t/2", Ordinal: 2}}, parts)
	parts, err = fixed.Partitions(g.ctx())
	require.NoError(t, err)
	require.Len(t, parts, 2)

	g.client.ForceMetadataRefresh()
	require.Eventually(t, func() bool {
		return g.client.ProduceSync(g.ctx(), &kgo.Record{Topic: "t", Partition: 2, Value: []byte("5")}).FirstErr() == nil
	}, 10*time.Second, 50*time.Millisecond)
	got := g.drain(g.reader(live, 2, "", false), func(s *seen) bool { return len(s.values) == 1 })
	require.Equal(t, []int64{5}, got.values)
}

func TestLostOffsets(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	g.produce("t", 0, "0", "1", "2", "3")
	var until = map[string]map[int32]int64{"t": {0: 2}}
	req := kmsg.NewPtrDeleteRecordsRequest()
	for topic, parts := range until {
		dt := kmsg.NewDeleteRecordsRequestTopic()
		dt.Topic = topic
		for p, at := range parts {
			dp := kmsg.NewDeleteRecordsRequestTopicPartition()
			dp.Partition, dp.Offset = p, at
			dt.Partitions = append(dt.Partitions, dp)
		}
		req.Topics = append(req.Topics, dt)
	}
	for _, shard := range g.client.RequestSharded(g.ctx(), req) {
		require.NoError(t, shard.Err)
	}

	r := g.reader(g.source(scanJSON, bounded), 0, "1", false)
	_, err := r.Read(g.ctx())
	var permanent *component.PermanentError
	require.ErrorAs(t, err, &permanent)
	require.ErrorContains(t, err, string(CodeOffsetsLost))
	require.ErrorContains(t, err, "offsets 1 to 1")

	lenient := g.source(strings.Replace(scanJSON, `"on_lost_offsets":"fail"`, `"on_lost_offsets":"earliest"`, 1), bounded)
	require.Equal(t, []int64{2, 3}, g.drain(g.reader(lenient, 0, "1", false), nil).values)
	require.EqualValues(t, 1, lenient.Lost())

	// A position behind the end is never mended by going back (I2).
	_, err = lenient.Open(g.ctx(), component.Partition{ID: "t/0"}, "9", false)
	require.ErrorContains(t, err, string(CodeLogTruncated))
	unbounded := g.source(strings.Replace(scanJSON, `"on_lost_offsets":"fail"`, `"on_lost_offsets":"earliest"`, 1))
	_, err = g.reader(unbounded, 0, "9", false).Read(g.ctx())
	require.ErrorContains(t, err, string(CodeLogTruncated))
}

func TestMissingTopic(t *testing.T) {
	g := newRig(t)
	_, err := openSource(g.ctx(), g.sourceContext(scanJSON))
	require.ErrorContains(t, err, string(CodeTopicMissing))
	var permanent *component.PermanentError
	require.ErrorAs(t, err, &permanent)
}

func TestBrokerAwayAtOpen(t *testing.T) {
	g := newRig(t)
	oc := g.sourceContext(scanJSON)
	oc.Connections = resolver(func(string) (*component.Connection, error) {
		return &component.Connection{Name: "events", Params: component.NewParams(map[string]any{"brokers": []any{"127.0.0.1:1"}, "timeout": 200 * time.Millisecond})}, nil
	})
	_, err := openSource(g.ctx(), oc)
	require.ErrorContains(t, err, string(CodeUnreachable))
}

type resolver func(string) (*component.Connection, error)

func (r resolver) Open(name string) (*component.Connection, error) { return r(name) }

// TestErrorsThatPass: the reader goes on by itself after the broker failed for a while.
func TestErrorsThatPass(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	g.produce("t", 0, "1")
	failures := 0
	g.cluster.ControlKey(int16(kmsg.Fetch), func(req kmsg.Request) (kmsg.Response, error, bool) {
		if failures++; failures > 3 {
			return nil, nil, false
		}
		g.cluster.KeepControl()
		f := req.(*kmsg.FetchRequest)
		resp := f.ResponseKind().(*kmsg.FetchResponse)
		resp.ErrorCode = kerr.NotLeaderForPartition.Code
		return resp, nil, true
	})
	r := g.reader(g.source(scanJSON), 0, "", true)
	got := g.drain(r, func(s *seen) bool { return len(s.values) == 1 })
	require.Equal(t, []int64{1}, got.values)
	require.Greater(t, failures, 3)
}

func TestReadStopsWithItsContext(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	r := g.reader(g.source(scanJSON), 0, "", true)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := r.Read(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.EqualValues(t, -1, r.Lag())
}

func TestCommit(t *testing.T) {
	g := newRig(t)
	g.topic("t", 2)
	s := g.source(scanJSON)
	require.NoError(t, s.Commit(g.ctx(), map[string]component.Position{"t/0": "7", "t/1": ""}))
	offsets, err := g.admin.FetchOffsets(g.ctx(), "millrace-p")
	require.NoError(t, err)
	o, ok := offsets.Lookup("t", 0)
	require.True(t, ok)
	require.EqualValues(t, 7, o.At)
	_, ok = offsets.Lookup("t", 1)
	require.False(t, ok)
	require.Error(t, s.Commit(g.ctx(), map[string]component.Position{"t/0": "x"}))
}

// TestEpochsCutIntoFetches: a context that ends while a fetch arrives loses nothing of it, however short epochs are.
func TestEpochsCutIntoFetches(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	const records = 20_000
	var want []int64
	values := make([]string, 0, 1000)
	for i := range records {
		want = append(want, int64(i))
		if values = append(values, fmt.Sprint(i)); len(values) == cap(values) {
			g.produce("t", 0, values...)
			values = values[:0]
		}
	}
	for _, epoch := range []time.Duration{200 * time.Microsecond, time.Millisecond, 3 * time.Millisecond} {
		r := g.reader(g.source(scanJSON, bounded), 0, "", true)
		var got []int64
		for done := false; !done; {
			ctx, cancel := context.WithTimeout(g.ctx(), epoch)
			for {
				c, err := r.Read(ctx)
				if done = errors.Is(err, io.EOF); err != nil {
					break
				}
				if c.Batch != nil {
					got = append(got, c.Batch.Offs...)
				}
			}
			cancel()
			require.NoError(t, g.ctx().Err())
		}
		require.Equal(t, want, got)
	}
}

// TestTopicMadeAnew: offsets of a topic that was deleted mean nothing in the one that took its name, even where it has as many.
func TestTopicMadeAnew(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	g.produce("t", 0, "1", "2")
	running := g.reader(g.source(scanJSON), 0, "", true)
	c, err := running.Read(g.ctx())
	require.NoError(t, err)

	_, err = kadm.NewClient(g.newClient()).DeleteTopic(g.ctx(), "t")
	require.NoError(t, err)
	g.topic("t", 1)
	// A client of its own: the other still holds the id of the topic that is gone.
	fresh := g.newClient(kgo.DefaultProduceTopic("t"))
	for _, v := range []string{"3", "4", "5"} {
		require.NoError(t, fresh.ProduceSync(g.ctx(), kgo.StringRecord(v)).FirstErr())
	}
	_, err = g.source(scanJSON).Open(g.ctx(), component.Partition{ID: "t/0"}, c.Next, false)
	require.ErrorContains(t, err, string(CodeTopicReplaced))
	_, err = running.Read(g.ctx())
	require.ErrorContains(t, err, string(CodeTopicReplaced), "a reader that is running notices as well")
}
