package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/stretchr/testify/require"

	"millrace/components/clickhouse"
	"millrace/components/component"
	"millrace/models/batch"
	"millrace/models/schema"
	"millrace/server/e2e/parts"
	"millrace/server/embedded/olap"
)

// connections resolves names to connections of tests.
type connections map[string]*component.Connection

func (c connections) Open(name string) (*component.Connection, error) {
	if found, ok := c[name]; ok {
		return found, nil
	}
	return nil, errors.New("no such connection")
}

func specOf(t *testing.T, kind component.Kind, name string, specs []component.Spec) *component.Spec {
	t.Helper()
	r, err := component.NewRegistry(specs...)
	require.NoError(t, err)
	s, ok := r.Get(kind, name)
	require.True(t, ok)
	return s
}

// olap is a database of the test's own with a sink's context for it.
type olapRig struct {
	t  *testing.T
	db *parts.Database
}

func newOLAP(t *testing.T) *olapRig { return &olapRig{t, parts.ClickHouse(t)} }

func (o *olapRig) connection() *component.Connection {
	return &component.Connection{Name: "olap", Component: clickhouse.Name, Params: component.NewParams(map[string]any{
		"addresses": []any{o.db.Addr}, "username": o.db.User, "password": o.db.Password, "database": o.db.Name, "compression": "lz4",
		"timeout": 5 * time.Second})}
}

func (o *olapRig) open(s *schema.Schema, table, more string) (component.StagedSink, error) {
	spec := specOf(o.t, component.KindSink, clickhouse.Name, clickhouse.Specs())
	params := fmt.Sprintf(`{"connection":"olap","table":"x.%s.%s"%s}`, o.db.Name, table, more)
	opened, err := spec.Sink.Open(o.t.Context(), component.SinkContext{Params: []byte(params), Connections: connections{"olap": o.connection()},
		Schema: s, Sink: "m/out", Pipeline: "p", Installation: "i", Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return nil, err
	}
	o.t.Cleanup(func() { require.NoError(o.t, opened.Close()) })
	return opened.(component.StagedSink), nil
}

func (o *olapRig) query(sql string) string {
	o.t.Helper()
	out, err := o.db.Query(o.t.Context(), strings.ReplaceAll(sql, "$db", o.db.Name))
	require.NoError(o.t, err)
	return strings.TrimSpace(out)
}

const createMerge = `,"create":"if_missing","engine":"merge_tree","deduplication_window":1000`

func wide() *schema.Schema {
	f := func(name, typ string) schema.Field {
		t, err := schema.Parse(typ)
		if err != nil {
			panic(err)
		}
		return schema.Field{Name: name, Type: t, Nullable: true}
	}
	return &schema.Schema{Key: []string{"id"}, Fields: []schema.Field{f("id", "int64"), f("ok", "boolean"), f("u", "uint64"), f("f", "float64"),
		f("price", "decimal(38, 6)"), f("歌名", "string"), f("raw", "bytes"), f("day", "date"), f("ts", "timestamp(3)"), f("doc", "json"),
		f("tags", "array<string>"), f("counts", "map<string, int32>"), f("device", "row<os string, ver int32>")}}
}

// wideRows makes rows with ids from..from+n-1; every third scalar is NULL.
func wideRows(from, n int) *batch.Batch {
	s := wide()
	var b []*batch.Builder
	for _, f := range s.Fields {
		b = append(b, batch.NewBuilder(f.Type, n))
	}
	for i := from; i < from+n; i++ {
		b[0].AppendInt(int64(i))
		b[10].Elems().AppendString(fmt.Sprintf("t%d", i%5))
		b[10].Elems().AppendNull()
		b[10].CloseList()
		b[11].Keys().AppendString("plays")
		b[11].Elems().AppendInt(int64(i % 7))
		b[11].CloseList()
		b[12].Field(0).AppendString("ios")
		b[12].Field(1).AppendNull()
		b[12].CloseRow()
		if i%3 == 0 {
			for _, c := range b[1:10] {
				c.AppendNull()
			}
			continue
		}
		b[1].AppendBool(i%2 == 0)
		b[2].AppendUint(^uint64(i))
		b[3].AppendFloat(float64(i) / 4)
		b[4].AppendDecimal(decimal128.FromI64(int64(-i)))
		b[5].AppendString(fmt.Sprintf("歌%d", i))
		b[6].AppendBytes([]byte{0, 255, byte(i)})
		b[7].AppendInt(int64(-i))
		b[8].AppendInt(1_700_000_000_000_000 + int64(i)*1000)
		b[9].AppendString(fmt.Sprintf(`{"n":%d.10}`, i))
	}
	out := &batch.Batch{Schema: s, N: n, Part: batch.NoPart}
	for _, c := range b {
		out.Cols = append(out.Cols, c.Finish())
	}
	return out
}

func TestClickHouseTypesAndTokens(t *testing.T) {
	o := newOLAP(t)
	require.NoError(t, specOf(t, component.KindConnection, clickhouse.Name, clickhouse.Specs()).Connection.Check(t.Context(), o.connection()))
	s, err := o.open(wide(), "plays", createMerge)
	require.NoError(t, err)
	require.True(t, s.Promise().ExactlyOnce, s.Promise().Why)
	rows := wideRows(1, 1000)
	require.Empty(t, s.Check(rows))

	// The first chunk arrives three times, once marked as a retry, once from a sink opened anew.
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{Token: "a/0"}, []*batch.Batch{rows}))
	require.NoError(t, s.Apply(t.Context(), component.ChunkRef{Token: "a/0", Retry: true}, []*batch.Batch{rows}))
	again, err := o.open(wide(), "plays", "")
	require.NoError(t, err)
	require.NoError(t, again.Apply(t.Context(), component.ChunkRef{Token: "a/0", Retry: true}, []*batch.Batch{rows}))
	require.NoError(t, again.Apply(t.Context(), component.ChunkRef{Token: "a/1"}, []*batch.Batch{wideRows(1001, 10), wideRows(1011, 3).Select([]int32{0, 2})}))
	require.Equal(t, "1012\t1012\t1013", o.query("SELECT count(), uniqExact(id), max(id) FROM $db.plays"))

	require.Equal(t, "1\tfalse\t18446744073709551614\t0.25\t-0.000001\t歌1\t00FF01\t1969-12-31\t2023-11-14 22:13:20.001\t{\"n\":1.10}\t['t1',NULL]\t{'plays':1}\t('ios',NULL)",
		o.query("SELECT id, ok, u, f, price, `歌名`, hex(raw), day, ts, doc, tags, counts, device FROM $db.plays WHERE id = 1"))
	require.Equal(t, `\N	\N	\N	\N	\N	\N	\N	\N	\N`, o.query("SELECT ok, u, f, price, `歌名`, raw, day, ts, doc FROM $db.plays WHERE id = 3"))
}

func TestClickHouseExistingTable(t *testing.T) {
	o := newOLAP(t)
	o.query("CREATE TABLE $db.t (id UInt32, name LowCardinality(Nullable(String)), kind Enum8('play' = 1, 'skip' = 2), at DateTime('Asia/Shanghai'), " +
		"doc JSON, note String DEFAULT 'n') ENGINE = MergeTree PARTITION BY toYYYYMMDD(at) ORDER BY id SETTINGS non_replicated_deduplication_window = 100")
	field := func(name string, k schema.Type) schema.Field {
		return schema.Field{Name: name, Type: k, Nullable: true}
	}
	s := &schema.Schema{Fields: []schema.Field{field("kind", schema.Of(schema.String)), field("id", schema.Of(schema.Int64)), field("name", schema.Of(schema.String)),
		field("at", schema.TimestampOf(3)), field("doc", schema.Of(schema.JSON))}}
	sink, err := o.open(s, "t", "")
	require.NoError(t, err)
	require.True(t, sink.Promise().ExactlyOnce)
	require.Equal(t, 50, sink.Limits().Keys)

	kind, id, name := batch.NewBuilder(s.Fields[0].Type, 3), batch.NewBuilder(s.Fields[1].Type, 3), batch.NewBuilder(s.Fields[2].Type, 3)
	at, doc := batch.NewBuilder(s.Fields[3].Type, 3), batch.NewBuilder(s.Fields[4].Type, 3)
	for i, k := range []string{"play", "like", "skip"} {
		kind.AppendString(k)
		id.AppendInt(int64(i) - int64(i/2)*3) // 0, 1, -1
		name.AppendNull()
		at.AppendInt(time.Date(2024, 1, 31, 15+i, 30, 0, 0, time.UTC).UnixMicro())
		doc.AppendString(`{"a":{"b":1}}`)
	}
	b := &batch.Batch{Schema: s, N: 3, Cols: []*batch.Vector{kind.Finish(), id.Finish(), name.Finish(), at.Finish(), doc.Finish()}, Part: batch.NoPart}
	require.Equal(t, []uint64{20240131, 20240201, 20240201}, sink.ChunkKey(b))
	rejected := sink.Check(b)
	require.Len(t, rejected, 2)
	require.Equal(t, "kind", rejected[0].Path)
	require.Equal(t, "id", rejected[1].Path)
	require.NoError(t, sink.Apply(t.Context(), component.ChunkRef{Token: "1"}, []*batch.Batch{b.Select([]int32{0})}))
	require.Equal(t, "0\t\\N\tplay\t2024-01-31 23:30:00\t1\tn", o.query("SELECT id, name, kind, at, doc.a.b, note FROM $db.t"))

	// The table is altered under the sink: that chunk is refused for good, not reinterpreted.
	o.query("ALTER TABLE $db.t MODIFY COLUMN name Nullable(String)")
	err = sink.Apply(t.Context(), component.ChunkRef{Token: "2"}, []*batch.Batch{b.Select([]int32{0})})
	var permanent *component.PermanentError
	if !errors.As(err, &permanent) {
		t.Fatalf("an altered table is not refused for good: %v", err)
	}
	require.ErrorContains(t, err, string(clickhouse.CodeColumnType))
}

func TestClickHousePromises(t *testing.T) {
	o := newOLAP(t)
	s := &schema.Schema{Fields: []schema.Field{{Name: "id", Type: schema.Of(schema.Int64)}}}
	o.query("CREATE TABLE $db.plain (id Int64) ENGINE = MergeTree ORDER BY id")
	o.query("CREATE TABLE $db.memory (id Int64) ENGINE = Memory")
	o.query("CREATE TABLE $db.source (id Int64) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000")
	for _, table := range []string{"plain", "memory"} {
		sink, err := o.open(s, table, "")
		require.NoError(t, err)
		require.False(t, sink.Promise().ExactlyOnce)
		t.Log(sink.Promise().Why)
	}
	sink, err := o.open(s, "source", "")
	require.NoError(t, err)
	require.True(t, sink.Promise().ExactlyOnce)

	o.query("CREATE TABLE $db.target (n UInt64) ENGINE = SummingMergeTree ORDER BY tuple()")
	o.query("CREATE MATERIALIZED VIEW $db.mv TO $db.target AS SELECT count() AS n FROM $db.source")
	sink, err = o.open(s, "source", "")
	require.NoError(t, err)
	require.False(t, sink.Promise().ExactlyOnce)
	require.Contains(t, sink.Promise().Why, "target")
	o.query("ALTER TABLE $db.target MODIFY SETTING non_replicated_deduplication_window = 1000")
	o.query("CREATE MATERIALIZED VIEW $db.inner ENGINE = MergeTree ORDER BY m SETTINGS non_replicated_deduplication_window = 10 AS SELECT n AS m FROM $db.target")
	sink, err = o.open(s, "source", "")
	require.NoError(t, err)
	require.Contains(t, sink.Promise().Why, ".inner_id.", "views behind views count")
	o.query("DROP VIEW $db.inner SYNC")

	sink, err = o.open(s, "source", "")
	require.NoError(t, err)
	require.True(t, sink.Promise().ExactlyOnce)
	id := batch.NewBuilder(schema.Of(schema.Int64), 5)
	for i := range 5 {
		id.AppendInt(int64(i))
	}
	b := []*batch.Batch{{Schema: s, N: 5, Cols: []*batch.Vector{id.Finish()}, Part: batch.NoPart}}
	for range 3 {
		require.NoError(t, sink.Apply(t.Context(), component.ChunkRef{Token: "x"}, b))
	}
	require.Equal(t, "5\t5", o.query("SELECT (SELECT count() FROM $db.source), (SELECT sum(n) FROM $db.target)"))

	_, err = o.open(s, "missing", "")
	require.ErrorContains(t, err, string(clickhouse.CodeTableMissing))
}

func TestClickHouseTooManyPartitions(t *testing.T) {
	o := newOLAP(t)
	o.query("CREATE TABLE $db.t (id Int64) ENGINE = MergeTree PARTITION BY intDiv(id, 2) ORDER BY id SETTINGS non_replicated_deduplication_window = 100")
	s := &schema.Schema{Fields: []schema.Field{{Name: "id", Type: schema.Of(schema.Int64)}}}
	sink, err := o.open(s, "t", "")
	require.NoError(t, err)
	id := batch.NewBuilder(schema.Of(schema.Int64), 400)
	for i := range 400 {
		id.AppendInt(int64(i))
	}
	err = sink.Apply(t.Context(), component.ChunkRef{Token: "x"}, []*batch.Batch{{Schema: s, N: 400, Cols: []*batch.Vector{id.Finish()}, Part: batch.NoPart}})
	var permanent *component.PermanentError
	require.ErrorAs(t, err, &permanent)
	require.ErrorContains(t, err, string(clickhouse.CodeRefused))
}

// TestClickHouseKilled: the server is killed again and again while chunks are applied; every row is there once.
func TestClickHouseKilled(t *testing.T) {
	o := newOLAP(t)
	s, err := o.open(wide(), "plays", createMerge)
	require.NoError(t, err)
	const chunks, size = 60, 500
	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	at := make(chan int, chunks)
	go func() {
		for i := range chunks {
			if err := s.Apply(ctx, component.ChunkRef{Token: fmt.Sprintf("k/%d", i), Ordinal: i}, []*batch.Batch{wideRows(i*size, size)}); err != nil {
				done <- err
				return
			}
			at <- i
		}
		close(at)
		done <- nil
	}()
	for i := range at {
		if i%20 == 10 {
			killOLAP(t, o.db.Server)
		}
	}
	require.NoError(t, <-done)
	require.Equal(t, fmt.Sprintf("%d\t%d", chunks*size, chunks*size), o.query("SELECT count(), uniqExact(id) FROM $db.plays"))
}

// killOLAP ends the server's child with SIGKILL; its supervisor starts another.
func killOLAP(t *testing.T, s *olap.Server) {
	t.Helper()
	before := s.State()
	if before.PID == 0 {
		return // it is down already
	}
	p, err := os.FindProcess(before.PID)
	require.NoError(t, err)
	require.NoError(t, p.Kill())
	require.Eventually(t, func() bool {
		now := s.State()
		return now.Restarts > before.Restarts && now.Phase == olap.Ready
	}, 30*time.Second, 20*time.Millisecond)
}
