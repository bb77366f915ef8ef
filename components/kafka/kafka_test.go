package kafka

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/diag"
	"millrace/models/schema"
)

// numbers is the schema of the tests' records: one number as decimal text.
func numbers() *schema.Schema {
	return &schema.Schema{Fields: []schema.Field{{Name: "n", Type: schema.Of(schema.Int64)}}}
}

// numberFormat reads and writes such records; "many:3" stands for three rows.
type numberFormat struct{ b *batch.Builder }

func (f *numberFormat) Decode(record []byte) (int, *component.Reject) {
	if rest, ok := cutPrefix(string(record), "many:"); ok {
		k, _ := strconv.Atoi(rest)
		for i := range k {
			f.b.AppendInt(int64(i))
		}
		return k, nil
	}
	n, err := strconv.ParseInt(string(record), 10, 64)
	if err != nil {
		return 0, &component.Reject{Code: diag.RowMalformed, Path: "n"}
	}
	f.b.AppendInt(n)
	return 1, nil
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return s, false
}

func (f *numberFormat) Finish() *batch.Batch {
	v := f.b.Finish()
	return &batch.Batch{Schema: numbers(), N: v.N, Cols: []*batch.Vector{v}, Part: batch.NoPart}
}

func (f *numberFormat) Encode(b *batch.Batch, emit func(int, []byte) error) error {
	for i := range b.Rows() {
		r := b.Row(i)
		if err := emit(r, strconv.AppendInt(nil, b.Cols[0].I64[r], 10)); err != nil {
			return err
		}
	}
	return nil
}

func registry(t *testing.T) *component.Registry {
	t.Helper()
	both := component.Text{En: "x", Zh: "x"}
	r, err := component.NewRegistry(append(Specs(), component.Spec{
		Name: "number", Version: 1, Kind: component.KindFormat, Title: both, Summary: both, Help: both, Icon: icon,
		Format: &component.FormatDef{
			NewDecoder: func(component.Params, component.DecodeTarget) (component.Decoder, error) {
				return &numberFormat{batch.NewBuilder(schema.Of(schema.Int64), 8)}, nil
			},
			NewEncoder: func(component.Params, *schema.Schema) (component.Encoder, error) { return &numberFormat{}, nil },
		},
	})...)
	require.NoError(t, err)
	return r
}

// rig is a broker in this process with what the tests do to it.
type rig struct {
	t       *testing.T
	cluster *kfake.Cluster
	client  *kgo.Client
	admin   *kadm.Client
	reg     *component.Registry
}

func newRig(t *testing.T, opts ...kfake.Opt) *rig {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	g := &rig{t: t, cluster: c, reg: registry(t)}
	g.client = g.newClient()
	g.admin = kadm.NewClient(g.client)
	return g
}

func (g *rig) newClient(opts ...kgo.Opt) *kgo.Client {
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(g.cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchMaxBytes(32 << 20), kgo.MaxBufferedBytes(256 << 20)}, opts...)...)
	require.NoError(g.t, err)
	g.t.Cleanup(cl.Close)
	return cl
}

func (g *rig) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	g.t.Cleanup(cancel)
	return ctx
}

func (g *rig) topic(name string, partitions int32, configs ...string) {
	g.t.Helper()
	m := map[string]*string{}
	for i := 0; i+1 < len(configs); i += 2 {
		m[configs[i]] = &configs[i+1]
	}
	_, err := g.admin.CreateTopic(g.ctx(), partitions, 1, m, name)
	require.NoError(g.t, err)
}

func (g *rig) produce(topic string, partition int32, values ...string) {
	g.t.Helper()
	for _, v := range values {
		require.NoError(g.t, g.client.ProduceSync(g.ctx(), &kgo.Record{Topic: topic, Partition: partition, Value: []byte(v)}).FirstErr())
	}
}

// transaction produces values in a transaction of its own and ends it.
func (g *rig) transaction(topic string, partition int32, end kgo.TransactionEndTry, values ...string) {
	g.t.Helper()
	cl := g.newClient(kgo.TransactionalID("other-" + strconv.FormatInt(time.Now().UnixNano(), 36)))
	require.NoError(g.t, cl.BeginTransaction())
	for _, v := range values {
		require.NoError(g.t, cl.ProduceSync(g.ctx(), &kgo.Record{Topic: topic, Partition: partition, Value: []byte(v)}).FirstErr())
	}
	require.NoError(g.t, cl.EndTransaction(g.ctx(), end))
}

// Open makes the rig the resolver of the one connection "events".
func (g *rig) Open(name string) (*component.Connection, error) {
	if name != "events" {
		return nil, errors.New("no such connection")
	}
	var list []any
	for _, a := range g.cluster.ListenAddrs() {
		list = append(list, a)
	}
	return &component.Connection{Name: name, Component: Name,
		Params: component.NewParams(map[string]any{"brokers": list, "sasl": "none", "tls": false, "timeout": 10 * time.Second})}, nil
}

func (g *rig) sourceContext(params string) component.SourceContext {
	return component.SourceContext{Params: []byte(params), Connections: g, Registry: g.reg, BatchRows: 4, MaxRecordBytes: 1 << 20,
		Pipeline: "p", Log: slog.New(slog.DiscardHandler), Target: component.DecodeTarget{Schema: numbers(), Checked: []bool{true}}}
}

const scanJSON = `{"connection":"events","topic":"t","format":"number","start_from":"earliest","on_lost_offsets":"fail","tombstones":"reject"}`

func (g *rig) source(params string, change ...func(*component.SourceContext)) *source {
	g.t.Helper()
	oc := g.sourceContext(params)
	for _, c := range change {
		c(&oc)
	}
	s, err := openSource(g.ctx(), oc)
	require.NoError(g.t, err)
	g.t.Cleanup(func() { require.NoError(g.t, s.Close()) })
	return s.(*source)
}

func bounded(oc *component.SourceContext) { oc.Bounded = true }

func (g *rig) reader(s *source, partition int32, from component.Position, fresh bool) component.Reader {
	g.t.Helper()
	r, err := s.Open(g.ctx(), s.numbered(partition + 1)[partition], from, fresh)
	require.NoError(g.t, err)
	g.t.Cleanup(func() { require.NoError(g.t, r.Close()) })
	return r
}

// seen is all a reader gave.
type seen struct {
	values, offsets []int64
	rejects         []component.Reject
	records         int
	next            component.Position
	largest         int
}

// drain reads to the end of a bounded partition, or until stop.
func (g *rig) drain(r component.Reader, stop func(*seen) bool) *seen {
	g.t.Helper()
	out, ctx := &seen{}, g.ctx()
	for stop == nil || !stop(out) {
		c, err := r.Read(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(g.t, err)
		out.records += c.Records
		out.rejects = append(out.rejects, c.Rejects...)
		offset, _, err := parsePosition(c.Next)
		require.NoError(g.t, err)
		out.next = component.Position(strconv.FormatInt(offset, 10))
		if c.Batch != nil {
			require.NoError(g.t, c.Batch.Check())
			require.Len(g.t, c.RecordTimes, c.Batch.N)
			out.values = append(out.values, c.Batch.Cols[0].I64...)
			out.offsets = append(out.offsets, c.Batch.Offs...)
			out.largest = max(out.largest, c.Batch.N)
		}
	}
	return out
}

func sorted(v []int64) []int64 { return slices.Sorted(slices.Values(v)) }

func TestSpecsAreWellFormed(t *testing.T) { registry(t) }

func TestCheckSaysWhatIsWrong(t *testing.T) {
	g := newRig(t)
	conn, err := g.Open("events")
	require.NoError(t, err)
	require.NoError(t, check(g.ctx(), conn))

	closed := kfake.MustCluster(kfake.NumBrokers(1))
	gone := closed.ListenAddrs()[0]
	closed.Close()
	err = check(g.ctx(), to(gone, map[string]any{"timeout": 300 * time.Millisecond}))
	require.ErrorContains(t, err, string(CodeUnreachable))

	secured := kfake.MustCluster(kfake.NumBrokers(1), kfake.EnableSASL(), kfake.Superuser("PLAIN", "admin", "right"))
	defer secured.Close()
	login := func(password string) error {
		return check(g.ctx(), to(secured.ListenAddrs()[0], map[string]any{"sasl": "plain", "username": "admin", "password": password}))
	}
	require.NoError(t, login("right"))
	err = login("wrong")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "wrong")
	require.ErrorContains(t, classify(kerr.SaslAuthenticationFailed, "reaching a"), string(CodeAuthentication))
}

func TestBrokers(t *testing.T) {
	got, err := brokers([]string{" a:1 ", "b", "[::1]:3", "::1", ""})
	require.NoError(t, err)
	require.Equal(t, []string{"a:1", "b:9092", "[::1]:3", "[::1]:9092"}, got)
	_, err = brokers([]string{" "})
	require.Error(t, err)
}
