package e2e

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/components/kafka"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
	"millrace/server/e2e/parts"
)

// numbers reads and writes records that are one decimal number.
type numbers struct{ b *batch.Builder }

func numberSchema() *schema.Schema {
	return &schema.Schema{Fields: []schema.Field{{Name: "n", Type: schema.Of(schema.Int64)}}}
}

func (f *numbers) Decode(record []byte) (int, *component.Reject) {
	n, err := strconv.ParseInt(string(record), 10, 64)
	if err != nil {
		return 0, &component.Reject{Code: diag.RowMalformed}
	}
	f.b.AppendInt(n)
	return 1, nil
}

func (f *numbers) Finish() *batch.Batch {
	v := f.b.Finish()
	return &batch.Batch{Schema: numberSchema(), N: v.N, Cols: []*batch.Vector{v}, Part: batch.NoPart}
}

func (f *numbers) Encode(b *batch.Batch, emit func(int, []byte) error) error {
	for i := range b.Rows() {
		if err := emit(b.Row(i), strconv.AppendInt(nil, b.Cols[0].I64[b.Row(i)], 10)); err != nil {
			return err
		}
	}
	return nil
}

func numberRows(from, n int64) *batch.Batch {
	b := batch.NewBuilder(schema.Of(schema.Int64), int(n))
	for i := from; i < from+n; i++ {
		b.AppendInt(i)
	}
	return (&numbers{b}).Finish()
}

// kafkaRig is a real broker and the components on it.
type kafkaRig struct {
	t      *testing.T
	broker *parts.Kafka
	client *kgo.Client
	reg    *component.Registry
}

func newKafka(t *testing.T) *kafkaRig {
	t.Helper()
	parts.RequireKafka(t)
	broker, err := parts.StartKafka(t.Context(), parts.KafkaOptions{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(broker.Kill)
	text := component.Text{En: "Numbers", Zh: "数字"}
	reg, err := component.NewRegistry(append(kafka.Specs(), component.Spec{Name: "number", Version: 1, Kind: component.KindFormat,
		Title: text, Summary: text, Help: text, Icon: kafka.Specs()[0].Icon, Format: &component.FormatDef{
			NewDecoder: func(component.Params, component.DecodeTarget) (component.Decoder, error) {
				return &numbers{batch.NewBuilder(schema.Of(schema.Int64), 64)}, nil
			},
			NewEncoder: func(component.Params, *schema.Schema) (component.Encoder, error) { return &numbers{}, nil },
		}})...)
	require.NoError(t, err)
	k := &kafkaRig{t: t, broker: broker, reg: reg}
	k.client = k.newClient()
	return k
}

func (k *kafkaRig) newClient(opts ...kgo.Opt) *kgo.Client {
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(k.broker.Addrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchMaxBytes(32 << 20), kgo.MaxBufferedBytes(128 << 20)}, opts...)...)
	require.NoError(k.t, err)
	k.t.Cleanup(cl.Close)
	return cl
}

func (k *kafkaRig) Open(name string) (*component.Connection, error) {
	var list []any
	for _, a := range k.broker.Addrs() {
		list = append(list, a)
	}
	return &component.Connection{Name: name, Component: kafka.Name, Params: component.NewParams(map[string]any{"brokers": list, "sasl": "none", "timeout": 20 * time.Second})}, nil
}

func (k *kafkaRig) topic(name string, partitions int32, configs map[string]*string) {
	k.t.Helper()
	_, err := kadm.NewClient(k.client).CreateTopic(k.t.Context(), partitions, 1, configs, name)
	require.NoError(k.t, err)
}

func (k *kafkaRig) source(bounded bool) component.Source {
	k.t.Helper()
	spec, _ := k.reg.Get(component.KindSource, kafka.Name)
	s, err := spec.Source.Open(k.t.Context(), component.SourceContext{
		Params:      []byte(`{"connection":"events","topic":"t","format":"number","start_from":"earliest","on_lost_offsets":"fail","tombstones":"reject"}`),
		Connections: k, Registry: k.reg, BatchRows: 1024, MaxRecordBytes: 16 << 20, Pipeline: "p", Bounded: bounded,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Target: component.DecodeTarget{Schema: numberSchema(), Checked: []bool{true}}})
	require.NoError(k.t, err)
	k.t.Cleanup(func() { require.NoError(k.t, s.Close()) })
	return s
}

// read reads one partition to the end of a bounded run, or until enough values came.
func (k *kafkaRig) read(s component.Source, p component.Partition, enough int) (values []int64, rejects []component.Reject, next component.Position) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), time.Minute)
	defer cancel()
	r, err := s.Open(ctx, p, "", true)
	require.NoError(k.t, err)
	defer func() { require.NoError(k.t, r.Close()) }()
	for enough < 0 || len(values) < enough {
		c, err := r.Read(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(k.t, err)
		if c.Batch != nil {
			values = append(values, c.Batch.Cols[0].I64...)
		}
		rejects = append(rejects, c.Rejects...)
		next = c.Next
	}
	return values, rejects, next
}

func (k *kafkaRig) visible() []int64 {
	k.t.Helper()
	s := k.source(true)
	list, err := s.Partitions(k.t.Context())
	require.NoError(k.t, err)
	var all []int64
	for _, p := range list {
		v, _, _ := k.read(s, p, -1)
		all = append(all, v...)
	}
	slices.Sort(all)
	return all
}

func (k *kafkaRig) sink() component.TxSink {
	k.t.Helper()
	spec, _ := k.reg.Get(component.KindSink, kafka.Name)
	s, err := spec.Sink.Open(k.t.Context(), component.SinkContext{
		Params: []byte(`{"connection":"events","topic":"t","format":"number","compression":"lz4","create":"if_missing","partitions":4,"replication":1,` +
			`"transaction_timeout":"30s","batch_bytes":"1MiB","buffer_bytes":"16MiB"}`),
		Connections: k, Registry: k.reg, Schema: numberSchema(), Sink: "m/out", Pipeline: "p", Installation: "i", Log: slog.New(slog.DiscardHandler)})
	require.NoError(k.t, err)
	k.t.Cleanup(func() { require.NoError(k.t, s.Close()) })
	return s.(component.TxSink)
}

func (k *kafkaRig) epoch(s component.TxSink, rows *batch.Batch) {
	k.t.Helper()
	require.NoError(k.t, s.Begin(k.t.Context()))
	w, err := s.NewWriter()
	require.NoError(k.t, err)
	require.NoError(k.t, w.Write(k.t.Context(), rows))
	require.NoError(k.t, s.Flush(k.t.Context()))
}

// TestKafkaSink: epochs, aborts, a hanging neighbour, fencing and recovery on a real broker.
func TestKafkaSink(t *testing.T) {
	k := newKafka(t)
	s := k.sink()
	manifest, err := s.Recover(t.Context())
	require.NoError(t, err)
	require.Empty(t, manifest)

	k.epoch(s, numberRows(0, 5000))
	require.Empty(t, k.visible())
	require.NoError(t, s.Commit(t.Context(), "m1"))
	k.epoch(s, numberRows(100_000, 10))
	require.NoError(t, s.Abort(t.Context()))
	require.Len(t, k.visible(), 5000)

	// Another producer's transaction hangs in every partition of the markers' topic.
	hanging := k.newClient(kgo.TransactionalID("hanging"))
	require.NoError(t, hanging.BeginTransaction())
	for p := range int32(8) {
		require.NoError(t, hanging.ProduceSync(t.Context(), &kgo.Record{Topic: kafka.CommitsTopic, Partition: p, Key: []byte("x"), Value: []byte(`{"manifest":"y"}`)}).FirstErr())
	}
	k.epoch(s, numberRows(5000, 10))
	require.NoError(t, s.Commit(t.Context(), "m2"))
	k.epoch(s, numberRows(200_000, 10)) // left open

	young := k.sink()
	manifest, err = young.Recover(t.Context())
	require.NoError(t, err)
	require.Equal(t, "m2", manifest)
	err = s.Commit(t.Context(), "m3")
	require.ErrorContains(t, err, string(kafka.CodeFenced))
	k.epoch(young, numberRows(5010, 1))
	require.NoError(t, young.Commit(t.Context(), "m3"))
	manifest, err = young.Recover(t.Context())
	require.NoError(t, err)
	require.Equal(t, "m3", manifest)

	got := k.visible()
	require.Len(t, got, 5011)
	require.EqualValues(t, 5010, got[5010])
}

// TestKafkaSource: what the end of a partition may look like, an oversized record, and a broker that is killed while it is read.
func TestKafkaSource(t *testing.T) {
	k := newKafka(t)
	large := "33554432"
	k.topic("t", 1, map[string]*string{"max.message.bytes": &large})
	produce := func(cl *kgo.Client, values ...string) {
		t.Helper()
		for _, v := range values {
			require.NoError(t, cl.ProduceSync(t.Context(), &kgo.Record{Topic: "t", Value: []byte(v)}).FirstErr())
		}
	}
	produce(k.client, "1", "broken", strings.Repeat("7", 20<<20), "2")
	other := k.newClient(kgo.TransactionalID("other"))
	for _, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort} {
		require.NoError(t, other.BeginTransaction())
		produce(other, "3")
		require.NoError(t, other.EndTransaction(t.Context(), end))
	}
	// 0-3 records, 4 committed and 5 its control record, 6 aborted and 7 its control record.
	bounded := k.source(true)
	values, rejects, next := k.read(bounded, component.Partition{ID: "t/0"}, -1)
	require.Equal(t, []int64{1, 2, 3}, values)
	require.True(t, strings.HasPrefix(string(next), "8@"), "the next offset, and the topic it is of: %s", next)
	require.Len(t, rejects, 2)
	require.Equal(t, diag.RowTooLarge, rejects[1].Code)
	require.Equal(t, 20<<20, rejects[1].Size)
	require.EqualValues(t, 2, rejects[1].Offset)
	require.NoError(t, bounded.(component.Committer).Commit(t.Context(), map[string]component.Position{"t/0": next}))
	lag, err := kadm.NewClient(k.client).FetchOffsets(t.Context(), "millrace-p")
	require.NoError(t, err)
	o, ok := lag.Lookup("t", 0)
	require.True(t, ok)
	require.EqualValues(t, 8, o.At)

	// A running reader outlives its broker.
	live := k.source(false)
	type result struct{ values []int64 }
	done := make(chan result, 1)
	go func() {
		v, _, _ := k.read(live, component.Partition{ID: "t/0"}, 5)
		done <- result{v}
	}()
	produce(k.client, "4")
	k.broker.Kill()
	require.NoError(t, k.broker.Restart(t.Context()))
	produce(k.client, "5")
	select {
	case r := <-done:
		require.Equal(t, []int64{1, 2, 3, 4, 5}, r.values)
	case <-time.After(50 * time.Second):
		t.Fatal("the reader did not come back after its broker did")
	}
}
