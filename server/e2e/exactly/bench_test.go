package exactly

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"millrace/server/e2e/parts"
	"millrace/server/e2e/rig"
	"millrace/server/embedded/olap"
)

// patience bounds every wait of a test that has no better bound. It is generous: the machine may be busy.
const patience = 2 * time.Minute

// bench is a test's own place: a folder, topics, a database, models and a catalog.
type bench struct {
	*rig.Workspace
	*rig.Kafka
	t      *testing.T
	db     *rig.Database // nil when the test has none
	tables strings.Builder
	prefix string // of topics
}

// newBench makes a test's place on the shared broker.
func newBench(t *testing.T) *bench {
	t.Helper()
	parts.RequireKafka(t)
	broker, err := shared.start()
	require.NoError(t, err)
	return benchOn(t, broker)
}

// benchOn makes a test's place on a broker of its own.
func benchOn(t *testing.T, broker *parts.Kafka) *bench {
	t.Helper()
	name := strings.ToLower(strings.NewReplacer("/", "_", " ", "_").Replace(t.Name()))
	return &bench{Workspace: rig.NewWorkspace(t), Kafka: rig.DialKafka(t, broker.Addrs()...), t: t, prefix: name + "_"}
}

// warehouse gives the test a database on the shared ClickHouse.
func (b *bench) warehouse() {
	b.t.Helper()
	b.db = rig.ClickHouse(b.t)
	b.UseClickHouse(b.db)
}

// ownWarehouse starts a ClickHouse for this test alone: one that it kills, or whose clients it kills, for the library ends itself now and
// then when a client's connection breaks off. It comes back by itself.
func (b *bench) ownWarehouse() *olap.Server {
	b.t.Helper()
	server, err := olap.Start(b.t.Context(), olap.Options{
		Library: parts.RequireChDB(b.t), DataDir: filepath.Join(b.Dir, "olap"), MaxMemoryBytes: 1 << 30, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(b.t, err)
	b.t.Cleanup(func() {
		b.t.Logf("ClickHouse was started again %d times", server.State().Restarts)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(b.t, server.Close(ctx))
	})
	b.db = rig.ClickHouseOn(b.t, server)
	b.UseClickHouse(b.db)
	return server
}

// topic makes a topic of the test's own and returns its full name.
func (b *bench) topic(name string) string {
	b.t.Helper()
	full := b.prefix + name
	b.CreateTopic(full, partitions)
	return full
}

// declare adds the table of events on a topic to the catalog. more are further settings of its event time.
func (b *bench) declare(table, topic, more string) {
	fmt.Fprintf(&b.tables, `  %s:
    columns:
      - {name: id, type: int64}
      - {name: copy, type: int64}
      - {name: user, type: int64}
      - {name: event, type: string}
      - {name: platform, type: string}
      - {name: ms, type: int64}
      - {name: ts, type: timestamp(3)}
      - {name: device, type: "row<os string, ver string>"}
    event_time: {column: ts, out_of_order: %s%s}
    source: {component: kafka, params: {connection: queue, topic: %s}}
`, table, allowed, more, topic)
	b.Catalog(rig.Connections(b.Kafka, b.db) + "tables:\n" + b.tables.String())
}

// events makes a topic of events and declares it as ods.t.events.
func (b *bench) events() string {
	b.t.Helper()
	topic := b.topic("events")
	b.declare("ods.t.events", topic, "")
	return topic
}

// model writes a model from its nodes and edges and returns its file.
func (b *bench) model(name, edges string, nodes ...string) string {
	b.t.Helper()
	return b.File(name+".yaml", fmt.Sprintf("format: 1\nkind: view\nname: %s\ntime_zone: Asia/Shanghai\nnodes:\n%s\nedges: [%s]\n",
		pipelineOf(name), strings.Join(nodes, "\n"), edges))
}

// pipelineOf is the name of a model's pipeline.
func pipelineOf(model string) string { return "ads.t." + model }

// The nodes that models are made of.
const (
	readEvents = `  - {id: events, component: table, params: {table: ods.t.events}}`

	byMinute = `  - id: minute
    component: window
    params:
      size: 1m
      group_by: [platform]
      aggregates: [count(*) AS plays, sum(ms) AS ms, count(DISTINCT user) AS users]`

	longPlays = `  - {id: long, component: filter, params: {where: "event = 'play' AND ms > 30000"}}
  - {id: shape, component: compute, params: {columns: [id, user, platform, ts, {name: share, expr: "1000000 / (ms % 50)"}]}}`

	once = `  - {id: once, component: dedupe, params: {key: [id], within: 1h}}`
)

func toTable(table, orderBy string) string {
	return fmt.Sprintf("  - {id: stored, component: clickhouse, params: {connection: olap, table: ads.t.%s, physical: %s, create: if_missing, order_by: [%s]}}", table, table, orderBy)
}

func toTopic(topic, more string) string {
	return fmt.Sprintf("  - {id: sent, component: kafka, params: {connection: queue, topic: %s, create: if_missing, partitions: 4, format_params: {timestamps: millis}%s}}", topic, more)
}

// ask asks the database, as often as it takes while its server is away. $db stands for the database's name.
func (b *bench) ask(sql string) string {
	b.t.Helper()
	var out string
	awaitEvery(b.t, 100*time.Millisecond, "ClickHouse to answer", func() bool {
		text, err := b.db.Query(b.t.Context(), strings.ReplaceAll(sql, "$db", b.db.Name))
		var network *url.Error
		if !errors.As(err, &network) {
			require.NoError(b.t, err)
		}
		out = text
		return err == nil
	})
	return strings.TrimSpace(out)
}

// rows asks for rows as JSON objects. Statements name tables as $db.table.
func (b *bench) rows(sql string) []map[string]any {
	b.t.Helper()
	var out []map[string]any
	for line := range strings.Lines(b.ask(sql + " SETTINGS output_format_json_quote_64bit_integers = 0 FORMAT JSONEachRow")) {
		out = append(out, object(b.t, []byte(line)))
	}
	return out
}

// sent reads the rows of a topic: what a reader that reads committed sees, in the order of each partition.
func (b *bench) sent(topic string) []map[string]any {
	b.t.Helper()
	var out []map[string]any
	for _, r := range b.ReadCommitted(topic) {
		out = append(out, object(b.t, r.Value))
	}
	return out
}

// object reads a JSON object, numbers as they are written.
func object(t *testing.T, text []byte) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var m map[string]any
	require.NoError(t, d.Decode(&m), "%s", text)
	return m
}

func integer(t *testing.T, v any) int64 {
	t.Helper()
	n, ok := v.(json.Number)
	require.True(t, ok, "%v is not a number", v)
	i, err := n.Int64()
	require.NoError(t, err)
	return i
}

// produce sends records in their order, to a topic where they name none.
func (b *bench) produce(topic string, records ...*kgo.Record) {
	b.t.Helper()
	address(records, topic)
	b.Produce(records...)
}

// address gives records that name no topic one.
func address(records []*kgo.Record, topic string) {
	for _, r := range records {
		if r.Topic == "" {
			r.Topic = topic
		}
	}
}

// message makes a record of an event.
func message(e event) *kgo.Record { return &kgo.Record{Partition: e.partition, Value: e.record()} }

// messages makes the records of events from one number up to another.
func messages(from, to int64) []*kgo.Record {
	out := make([]*kgo.Record, 0, to-from)
	for id := from; id < to; id++ {
		out = append(out, message(eventAt(id)))
	}
	return out
}

// withCopies is messages with the second copies of events behind their first.
func withCopies(from, to int64) []*kgo.Record {
	var out []*kgo.Record
	for id := from; id < to; id++ {
		e := eventAt(id)
		out = append(out, message(e))
		if !copied(id) {
			continue
		}
		again := message(e)
		again.Partition = (e.partition + 1) % partitions
		if !e.poison {
			again.Value = append([]byte(`{"copy":1,`), again.Value[1:]...)
		}
		out = append(out, again)
	}
	return out
}

// flow produces events at a pace until it is stopped.
type flow struct {
	b       *bench
	topic   string
	records func(from, to int64) []*kgo.Record
	quit    chan struct{}
	done    chan struct{}
	n       int64
	err     error
}

// flowing begins to produce perSecond events a second, made by records, which may name other topics.
func (b *bench) flowing(topic string, perSecond int64, records func(from, to int64) []*kgo.Record) *flow {
	return b.flowingFrom(0, topic, perSecond, records)
}

// flowingFrom is flowing behind events that were produced already.
func (b *bench) flowingFrom(n int64, topic string, perSecond int64, records func(from, to int64) []*kgo.Record) *flow {
	f := &flow{b: b, topic: topic, records: records, quit: make(chan struct{}), done: make(chan struct{}), n: n}
	go func() {
		defer close(f.done)
		f.err = f.run(perSecond)
	}()
	b.t.Cleanup(f.close)
	return f
}

func (f *flow) run(perSecond int64) error {
	const beat = 20 * time.Millisecond
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-f.quit:
			return nil
		case <-tick.C:
		}
		to := f.n + perSecond*int64(beat)/int64(time.Second)
		batch := f.records(f.n, to)
		address(batch, f.topic)
		if err := f.b.Client.ProduceSync(context.Background(), batch...).FirstErr(); err != nil {
			return fmt.Errorf("producing: %w", err)
		}
		f.n = to
	}
}

func (f *flow) close() {
	select {
	case <-f.quit:
	default:
		close(f.quit)
	}
	<-f.done
}

// stop ends the producing and returns how many events there are.
func (f *flow) stop() int64 {
	f.b.t.Helper()
	f.close()
	require.NoError(f.b.t, f.err)
	f.b.t.Logf("%d events", f.n)
	return f.n
}

// stopAt is stop with at least so many events.
func (f *flow) stopAt(least int64) int64 {
	f.b.t.Helper()
	f.close()
	require.NoError(f.b.t, f.err)
	if f.n < least {
		f.b.produce(f.topic, f.records(f.n, least)...)
		f.n = least
	}
	f.b.t.Logf("%d events", f.n)
	return f.n
}

// setTopic sets a topic's setting.
func (b *bench) setTopic(topic, key, value string) {
	b.t.Helper()
	set, err := b.Admin.AlterTopicConfigs(b.t.Context(), []kadm.AlterConfig{{Name: key, Value: &value}}, topic)
	require.NoError(b.t, err)
	for _, r := range set {
		require.NoError(b.t, r.Err)
	}
}
