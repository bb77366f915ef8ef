package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/schema"
)

const writeJSON = `{"connection":"events","topic":"t","format":"number","compression":"none","create":"never","transaction_timeout":"60s","batch_bytes":"1MiB","buffer_bytes":"64MiB"}`

func (g *rig) sinkContext(params string) component.SinkContext {
	return component.SinkContext{Params: []byte(params), Connections: g, Registry: g.reg, Schema: numbers(), Sink: "m/out//sink",
		Pipeline: "p", Installation: "i", Log: slog.New(slog.DiscardHandler)}
}

func (g *rig) sink(params string) *sink {
	g.t.Helper()
	s, err := openSink(g.ctx(), g.sinkContext(params))
	require.NoError(g.t, err)
	g.t.Cleanup(func() { require.NoError(g.t, s.Close()) })
	require.True(g.t, s.Promise().ExactlyOnce)
	return s.(*sink)
}

func numbersBatch(n ...int64) *batch.Batch {
	b := batch.NewBuilder(schema.Of(schema.Int64), len(n))
	for _, v := range n {
		b.AppendInt(v)
	}
	return &batch.Batch{Schema: numbers(), N: len(n), Cols: []*batch.Vector{b.Finish()}, Part: batch.NoPart}
}

func (g *rig) write(s *sink, n ...int64) {
	g.t.Helper()
	w, err := s.NewWriter()
	require.NoError(g.t, err)
	require.NoError(g.t, w.Write(g.ctx(), numbersBatch(n...)))
}

func (g *rig) recover(s *sink) string {
	g.t.Helper()
	m, err := s.Recover(g.ctx())
	require.NoError(g.t, err)
	return m
}

// visible is what a read_committed reader sees in all partitions of the topic.
func (g *rig) visible() []int64 {
	g.t.Helper()
	s := g.source(scanJSON, bounded)
	var out []int64
	for p := range s.ends {
		out = append(out, g.drain(g.reader(s, p, "", true), nil).values...)
	}
	return sorted(out)
}

func TestTransactions(t *testing.T) {
	g := newRig(t)
	g.topic("t", 3)
	s := g.sink(writeJSON)
	require.Empty(t, g.recover(s))

	require.NoError(t, s.Begin(g.ctx()))
	g.write(s, 1, 2)
	g.write(s, 3)
	require.NoError(t, s.Flush(g.ctx()))
	require.Empty(t, g.visible(), "rows show only when their epoch commits")
	require.NoError(t, s.Commit(g.ctx(), "m1"))
	require.Equal(t, []int64{1, 2, 3}, g.visible())

	require.NoError(t, s.Begin(g.ctx()))
	g.write(s, 4)
	require.NoError(t, s.Flush(g.ctx()))
	require.NoError(t, s.Abort(g.ctx()))

	require.NoError(t, s.Begin(g.ctx()))
	g.write(s, 5)
	require.NoError(t, s.Commit(g.ctx(), "m2"))
	require.Equal(t, []int64{1, 2, 3, 5}, g.visible())

	// An epoch without rows still moves the marker: a transaction of nothing else is committed too.
	require.NoError(t, s.Begin(g.ctx()))
	require.NoError(t, s.Commit(g.ctx(), "m3"))
	require.Equal(t, "m3", g.recover(g.sink(writeJSON)))
}

func TestRecoverFences(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	old := g.sink(writeJSON)
	g.recover(old)
	require.NoError(t, old.Begin(g.ctx()))
	g.write(old, 1)
	require.NoError(t, old.Commit(g.ctx(), "m1"))
	require.NoError(t, old.Begin(g.ctx()))
	g.write(old, 2)
	require.NoError(t, old.Flush(g.ctx()))

	young := g.sink(writeJSON)
	require.Equal(t, "m1", g.recover(young))
	err := old.Commit(g.ctx(), "m2")
	require.ErrorContains(t, err, string(CodeFenced))
	// The fenced instance never comes back to fence the other.
	require.ErrorContains(t, old.Begin(g.ctx()), string(CodeFenced))
	_, err = old.Recover(g.ctx())
	require.ErrorContains(t, err, string(CodeFenced))

	require.NoError(t, young.Begin(g.ctx()))
	g.write(young, 3)
	require.NoError(t, young.Commit(g.ctx(), "m2"))
	require.Equal(t, []int64{1, 3}, g.visible())
}

// TestMarkerBehindForeignTransaction: another pipeline's transaction hangs in the markers' partition. Ours behind it has to be found, at
// once.
func TestMarkerBehindForeignTransaction(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	s := g.sink(writeJSON)
	g.recover(s)
	hanging := g.newClient(kgo.TransactionalID("hanging"))
	require.NoError(t, hanging.BeginTransaction())
	require.NoError(t, hanging.ProduceSync(g.ctx(), &kgo.Record{Topic: CommitsTopic, Partition: markerPartition(s.id), Key: []byte(s.id),
		Value: []byte(`{"manifest":"never committed"}`)}).FirstErr())
	require.NoError(t, s.Begin(g.ctx()))
	require.NoError(t, s.Commit(g.ctx(), "m1"))
	// An aborted one of our own follows.
	require.NoError(t, s.Begin(g.ctx()))
	record, err := markerRecord(s.id, "p", "s", "m2")
	require.NoError(t, err)
	require.NoError(t, s.tx.ProduceSync(g.ctx(), record).FirstErr())
	require.NoError(t, s.Abort(g.ctx()))

	begin := time.Now()
	require.Equal(t, "m1", g.recover(g.sink(writeJSON)))
	require.Less(t, time.Since(begin), 5*time.Second)
}

func TestMarkersAreApart(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	ids := map[string]*sink{}
	for _, pipeline := range []string{"a", "b", "a/b", "日志", strings.Repeat("x", 300), strings.Repeat("x", 300) + "y"} {
		oc := g.sinkContext(writeJSON)
		oc.Pipeline = pipeline
		opened, err := openSink(g.ctx(), oc)
		require.NoError(t, err)
		s := opened.(*sink)
		defer s.Close()
		require.LessOrEqual(t, len(s.id), 249)
		require.NotContains(t, ids, s.id)
		ids[s.id] = s
		require.Empty(t, g.recover(s))
		require.NoError(t, s.Begin(g.ctx()))
		require.NoError(t, s.Commit(g.ctx(), "of "+s.id))
	}
	for id, s := range ids {
		require.Equal(t, "of "+id, g.recover(s))
	}
}

// TestFirstTransactionOfClients: every instance is a new client, and its first transaction writes to topics that the client is new to. What
// it was told to be committed is. (kgo v1.22.2 sent one in forty as an abort, and told no error.)
func TestFirstTransactionOfClients(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	var before string
	var want []int64
	for i := range int64(60) {
		s := g.sink(writeJSON)
		require.Equal(t, before, g.recover(s))
		require.NoError(t, s.Begin(g.ctx()))
		if i%3 == 1 { // an abort of the first transaction is one, too
			g.write(s, -i)
			require.NoError(t, s.Flush(g.ctx()))
			require.NoError(t, s.Abort(g.ctx()))
			require.NoError(t, s.Begin(g.ctx()))
		}
		if i%2 == 0 {
			g.write(s, i)
			want = append(want, i)
		}
		before = fmt.Sprintf("m%d", i)
		require.NoError(t, s.Commit(g.ctx(), before))
	}
	require.ElementsMatch(t, want, g.visible())
}

// TestCommitUnknown: no answer to the end of the transaction comes back. Recovering tells which way it went.
func TestCommitUnknown(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	s := g.sink(writeJSON)
	g.recover(s)
	require.NoError(t, s.Begin(g.ctx()))
	g.write(s, 1)
	require.NoError(t, s.Flush(g.ctx()))

	cut := atomic.Bool{}
	cut.Store(true)
	g.cluster.ControlKey(int16(kmsg.EndTxn), func(kmsg.Request) (kmsg.Response, error, bool) {
		g.cluster.KeepControl()
		return nil, errors.New("connection cut"), cut.Load()
	})
	ctx, cancel := context.WithTimeout(g.ctx(), 300*time.Millisecond)
	defer cancel()
	err := s.Commit(ctx, "m1")
	var unknown *CommitUnknown
	require.ErrorAs(t, err, &unknown)
	require.True(t, unknown.Unknown())
	var permanent *component.PermanentError
	require.NotErrorAs(t, err, &permanent)

	// It was not carried out here, and cannot be any more once recovery fenced it.
	cut.Store(false)
	require.Empty(t, g.recover(s))
	require.Empty(t, g.visible())
	require.NoError(t, s.Begin(g.ctx()))
	g.write(s, 1)
	require.NoError(t, s.Commit(g.ctx(), "m1"))
	require.Equal(t, "m1", g.recover(s))
	require.Equal(t, []int64{1}, g.visible())
}

func TestRecordTooLarge(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	s := g.sink(writeJSON)
	g.recover(s)
	require.NoError(t, s.Begin(g.ctx()))
	s.tx.Produce(g.ctx(), &kgo.Record{Topic: "t", Value: make([]byte, 2<<20)}, s.promise)
	err := s.Commit(g.ctx(), "m1")
	require.ErrorContains(t, err, string(CodeRecordTooLarge))
	require.NoError(t, s.Abort(g.ctx()))
	require.Empty(t, g.recover(s))
	require.Empty(t, g.visible())
}

func TestTopicOfTheSink(t *testing.T) {
	g := newRig(t)
	_, err := openSink(g.ctx(), g.sinkContext(writeJSON))
	require.ErrorContains(t, err, string(CodeTopicMissing))

	create := strings.Replace(writeJSON, `"create":"never"`, `"create":"if_missing","partitions":5,"replication":1`, 1)
	s := g.sink(create)
	g.recover(s)
	require.EqualValues(t, 5, s.partitions)
	require.NoError(t, s.Begin(g.ctx()))
	g.write(s, 1)
	g.write(s, 2)
	require.NoError(t, s.Commit(g.ctx(), "m1"))
	require.Equal(t, []int64{1, 2}, g.visible())

	// A marker topic that deletes would forget idle pipelines.
	_, err = g.admin.DeleteTopics(g.ctx(), CommitsTopic)
	require.NoError(t, err)
	g.topic(CommitsTopic, 8, "cleanup.policy", "delete")
	_, err = openSink(g.ctx(), g.sinkContext(writeJSON))
	require.ErrorContains(t, err, "cleanup.policy")
}

func TestWithoutRecover(t *testing.T) {
	g := newRig(t)
	g.topic("t", 1)
	s := g.sink(writeJSON)
	require.Error(t, s.Begin(g.ctx()))
	require.Error(t, s.Flush(g.ctx()))
	w, err := s.NewWriter()
	require.NoError(t, err)
	require.Error(t, w.Write(g.ctx(), numbersBatch(1)))
}

func TestClassify(t *testing.T) {
	require.NoError(t, classify(nil, "x"))
	require.ErrorContains(t, classify(kerr.TopicAuthorizationFailed, "x"), string(CodeNotAuthorized))
	require.True(t, fenced(kerr.ProducerFenced))
	require.True(t, fenced(kerr.InvalidProducerEpoch))
	require.False(t, fenced(kerr.NotCoordinator))
}
